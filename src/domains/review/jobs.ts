import type { Job } from '../../platform/jobs/job.ts'
import { addCover, LANE, lockEntries } from '../assignment/queries.ts'
import { closeWork, openWork } from '../assignment/open.ts'
import { attemptsOfAll, closeItems } from '../campaigns/item-queries.ts'
import { versionOf } from '../campaigns/queries.ts'
import { overdue, setEscalated, setOutcomes, settledRejections } from '../submissions/queries.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { afterFinalRejection } from './rules.ts'

const BATCH = 200

/** A decision that waits past its deadline goes to QA as well; whoever settles it first, settles it. */
export const escalateOverdue: Job = {
  name: 'escalate_overdue',
  every_ms: 5000,
  async run(ctx) {
    return ctx.db.transaction().execute(async (db) => {
      const late = await overdue(db, ctx.now, BATCH)
      await write(
        db,
        openWork(
          ctx,
          late.map((s) => ({
            campaign_id: s.campaign_id,
            lane: 'expert',
            target_id: s.id,
            author_id: s.author_id,
            needed: 1,
          })),
        ),
        ...eventWrites(
          ctx,
          late.map((s) => ({
            campaign_id: s.campaign_id,
            kind: 'escalated',
            subject_id: s.id,
            body: { round: s.round },
          })),
        ),
      )
      await setEscalated(db, late, ctx.now)
      return { more: late.length === BATCH }
    })
  },
}

/** Ends rejections that were neither revised nor appealed in time, and gives their items back to the crowd. */
export const settleRejections: Job = {
  name: 'settle_rejections',
  every_ms: 1000,
  async run(ctx) {
    return ctx.db.transaction().execute(async (db) => {
      const ended = await settledRejections(db, ctx.now, BATCH)
      await write(
        db,
        setOutcomes(
          ended.map((s) => ({
            campaign_id: s.campaign_id,
            id: s.id,
            status: 'rejected_final',
            decided_at: s.decided_at!.toISOString(),
            settles_at: null,
          })),
        ),
      )
      const reopened: { campaign_id: string; lane: number; target_id: string }[] = []
      const exhausted: { campaign_id: string; id: string; state: 'exhausted' }[] = []
      const items = await attemptsOfAll(db, ended)
      for (const s of ended) {
        const { settings } = await versionOf(db, s.campaign_id, s.version)
        const item = items.get(s.item_id)
        if (item?.state !== 'open') continue
        if (afterFinalRejection(item.attempts, settings.attempts_per_item) === 'reopen')
          reopened.push({ campaign_id: s.campaign_id, lane: LANE.contribute, target_id: s.item_id })
        else exhausted.push({ campaign_id: s.campaign_id, id: s.item_id, state: 'exhausted' })
      }
      await addCover(db, await lockEntries(db, reopened), -1)
      await write(
        db,
        closeWork(exhausted.map((i) => ({ campaign_id: i.campaign_id, lane: 'contribute', target_id: i.id }))),
        closeItems(exhausted),
        ...eventWrites(
          ctx,
          ended.map((s) => ({
            campaign_id: s.campaign_id,
            kind: 'settled',
            subject_id: s.id,
            body: { accepted: false },
          })),
        ),
      )
      return { more: ended.length === BATCH }
    })
  },
}

import type { Ctx } from '../../platform/context.ts'
import { eventsPast } from '../../platform/events/queries.ts'
import type { Job } from '../../platform/jobs/job.ts'
import {
  approvalReasons,
  casesKnown,
  authorsOf,
  consentsDue,
  currencyScales,
  endingRejections,
  insertMessages,
  requestersOf,
} from './queries.ts'
import { HEARD, messagesFor, REMIND_BEFORE_MS, REMIND_FROM_MS, type Heard } from './rules.ts'

const EVENTS = 2_000

/** Tells people what concerns them, from the log alone: no other part of the program knows that inboxes exist. */
export const deliverMessages: Job = {
  name: 'deliver_messages',
  every_ms: 2_000,
  async run(ctx, watermark) {
    const after = { tx: (watermark.tx as string | undefined) ?? '0', id: (watermark.id as string | undefined) ?? '0' }
    const events = await eventsPast(ctx.db, after, EVENTS)
    await deliver(
      ctx,
      events.filter((e) => (HEARD as readonly string[]).includes(e.kind)),
    )
    const last = events.at(-1)
    return last ? { more: events.length === EVENTS, watermark: { tx: last.tx, id: last.id } } : { more: false }
  },
}

async function deliver(ctx: Ctx, events: readonly Heard[]): Promise<void> {
  if (events.length === 0) return
  const of = (kind: string) => events.filter((e) => e.kind === kind)
  const approvals = of('approval_decided')
  const known = {
    authors: await authorsOf(
      ctx.db,
      of('decided').map((e) => ({ campaign_id: e.campaign_id, subject_id: e.subject_id })),
    ),
    scales: await currencyScales(ctx.db),
    requesters: await requestersOf(ctx.db, [
      ...new Set([...approvals, ...of('acceptance_ended')].map((e) => e.campaign_id)),
    ]),
    consents: await consentsDue(
      ctx.db,
      of('campaign_versioned').map((e) => ({
        event_id: e.id,
        campaign_id: e.campaign_id,
        version: Number(e.body.version),
      })),
    ),
    cases: await casesKnown(
      ctx.db,
      events
        .filter((e) => e.campaign_id === '0')
        .map((e) => ({ event_id: e.id, case_id: e.subject_id, sanction_id: String(e.body.sanction_id ?? '0') })),
    ),
    reasons: await approvalReasons(
      ctx.db,
      approvals.map((e) => ({ event_id: e.id, campaign_id: e.campaign_id, at: e.at.toISOString() })),
    ),
  }
  await insertMessages(
    ctx.db,
    events.flatMap((e) => messagesFor(e, known)),
  )
}

const REMINDERS = 500

/** Reminds authors of rejected work a day before their time for a revision or an appeal is over. */
export const remindOfEnds: Job = {
  name: 'remind_of_ends',
  every_ms: 60_000,
  async run(ctx) {
    const ending = await endingRejections(ctx.db, {
      from: ctx.now,
      to: new Date(ctx.now.getTime() + REMIND_BEFORE_MS),
      at_least_ms: REMIND_FROM_MS,
      limit: REMINDERS,
    })
    await insertMessages(
      ctx.db,
      ending.map((s) => ({
        account_id: s.author_id,
        id: ctx.newId(),
        kind: 'revision_ending',
        campaign_id: s.campaign_id,
        subject_id: s.id,
        params: { until: s.settles_at.toISOString() },
        at: ctx.now,
      })),
    )
    return { more: ending.length === REMINDERS }
  },
}

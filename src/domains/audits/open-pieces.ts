import type { Ctx, Db } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import { closeWork, openWork, widen } from '../assignment/open.ts'
import {
  insertAudits,
  insertPlan,
  lockAudits,
  lockDraws,
  openAuditsOf,
  reopenAudits,
  updateAudits,
  wantedAudits,
  type PlanRow,
} from './queries.ts'

type PlanPlace = { campaign_id: string; plan_id: string }
/** How many grades a piece is to have. */
export type WantedPiece = { submission_id: string; grades: 1 | 2 }

/** A plan whose pieces are named by somebody else, and opened as they are needed. It has no strata. */
export const recordPlan = (db: Db, plan: PlanRow): Promise<void> => insertPlan(db, plan)

/**
 * Puts pieces before graders, among all other audits. What QA graded before keeps its grades: a piece is right or wrong
 * whoever asks, and is asked about again only where more grades are wanted than it has.
 */
export async function openPieces(
  ctx: Pick<Ctx, 'rng' | 'now'>,
  db: Db,
  place: PlanPlace,
  pieces: readonly WantedPiece[],
): Promise<void> {
  if (pieces.length === 0) return
  const { campaign_id, plan_id } = place
  const wanted = new Map(pieces.map((p) => [p.submission_id, p.grades]))
  await lockDraws(db)
  const found = await wantedAudits(db, campaign_id, [...wanted.keys()])
  const fresh = found.filter((f) => f.grades_wanted === null)
  const more = found.filter((f) => f.grades_wanted !== null && f.grades < wanted.get(f.submission_id)!)
  const closed = more.filter((f) => f.closed_at !== null)
  const waiting = more.filter((f) => f.closed_at === null && f.grades_wanted! < wanted.get(f.submission_id)!)
  await insertAudits(
    db,
    fresh.map(({ submission_id, round }) => ({
      campaign_id,
      submission_id,
      plan_id,
      round,
      accepted: true,
      grades_wanted: wanted.get(submission_id)!,
    })),
  )
  await reopenAudits(
    db,
    campaign_id,
    [...closed, ...waiting].map(({ submission_id }) => ({ submission_id, grades_wanted: wanted.get(submission_id)! })),
  )
  await write(
    db,
    openWork(
      ctx,
      [...fresh, ...closed].map(({ submission_id, author_id, grades }) => ({
        campaign_id,
        lane: 'audit' as const,
        target_id: submission_id,
        author_id,
        needed: wanted.get(submission_id)! - grades,
      })),
    ),
  )
  for (const { submission_id, grades_wanted } of waiting)
    await widen(db, campaign_id, 'audit', submission_id, wanted.get(submission_id)! - grades_wanted!)
}

/** Takes what this plan still has open from the desk: nobody needs it. A grade already under way is taken all the same. */
export async function closePieces(ctx: Pick<Ctx, 'now'>, db: Db, place: PlanPlace): Promise<void> {
  const { campaign_id, plan_id } = place
  const ids = await openAuditsOf(db, campaign_id, plan_id)
  const open = (await lockAudits(db, campaign_id, ids)).filter((a) => a.closed_at === null)
  await updateAudits(
    db,
    open.map((a) => ({ ...a, closed: true })),
    ctx.now,
  )
  await write(db, closeWork(open.map((a) => ({ campaign_id, lane: 'audit', target_id: a.submission_id }))))
}

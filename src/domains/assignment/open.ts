import type { Ctx, Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import { addNeeded, deleteWork, insertWork, LANE, raiseNeeded } from './queries.ts'
import type { Lane } from './contract.ts'

export type OpenWork = { campaign_id: string; lane: Lane; target_id: string; author_id: string; needed: number }

/** Puts work into the queue at a chance place. Work that is there already stays as it is. */
export function openWork(ctx: Pick<Ctx, 'rng' | 'now'>, work: readonly OpenWork[]): Write {
  return insertWork(
    work.map((w) => ({ ...w, lane: LANE[w.lane], rk: ctx.rng.below(2 ** 31) })),
    ctx.now,
  )
}

/** Asks for more answers or reviews of a target that is in the queue. */
export const widen = (db: Db, campaignId: string, lane: Lane, targetId: string, by: number): Promise<void> =>
  addNeeded(db, { campaign_id: campaignId, lane: LANE[lane], target_id: targetId }, by)

/** Asks for so many answers or reviews of a target in all; never for fewer than before. */
export const askFor = (db: Db, campaignId: string, lane: Lane, targetId: string, needed: number): Promise<void> =>
  raiseNeeded(db, { campaign_id: campaignId, lane: LANE[lane], target_id: targetId }, needed)

/** Takes targets out of the queue, in the canonical order of locks: they are settled, or never needed again. */
export const closeWork = (work: readonly { campaign_id: string; lane: Lane; target_id: string }[]): Write =>
  deleteWork(work.map((w) => ({ ...w, lane: LANE[w.lane] })))

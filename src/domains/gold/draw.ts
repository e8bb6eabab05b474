import type { Ctx, Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import type { Version } from '../campaigns/queries.ts'
import { goldMost } from '../campaigns/rules.ts'
import { goldMade, insertGold, pickSource, unansweredOf, waitingSubmission } from './queries.ts'
import { idLike, isGoldDue, mostUses } from './rules.ts'

/** Real work that a new name may be like: the newest of what waits. */
const LIKE = 40

/** A gold item for somebody: its name, the version it is shown in, and what must be written for it to exist. */
export type Drawn = { id: string; version: number; writes: Write[] }

/**
 * Draws a gold item for one person, when one is due: audited work that they never touched, under a name like that of
 * other work. Nothing while no real work waits, or when the campaign's budget holds no more of them.
 */
export async function drawGold(
  ctx: Ctx,
  db: Db,
  q: {
    campaign_id: string
    who: string
    want: number
    version: Version
    excluded: readonly string[]
    lane: number
    expired: number
  },
): Promise<Drawn | undefined> {
  const { settings, version } = q.version
  if (!isGoldDue(settings, q.want, ctx.rng.fraction())) return undefined
  const near = await waitingSubmission(db, q.campaign_id, q.lane, ctx.rng.below(LIKE))
  if (near === undefined) return undefined
  const again = await unansweredOf(db, q.campaign_id, q.who, q.expired)
  if (again) return { ...again, writes: [] }
  const { made, quota, restricted } = await goldMade(db, q.campaign_id)
  if (made >= goldMost(settings, quota)) return undefined
  const source_id = await pickSource(db, {
    campaign_id: q.campaign_id,
    account_id: q.who,
    version,
    excluded: q.excluded,
    most_uses: mostUses(settings, restricted),
    want_right: ctx.rng.below(2) === 0,
    salt: ctx.rng.below(2 ** 31),
  })
  if (source_id === undefined) return undefined
  const id = idLike(near, ctx.newId(), (n) => ctx.rng.below(n))
  const item = { campaign_id: q.campaign_id, id, source_id, account_id: q.who, version, made_at: ctx.now }
  return { id, version, writes: insertGold(item) }
}

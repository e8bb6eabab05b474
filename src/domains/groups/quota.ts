import type { Ctx, Db } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { type GroupQuota, type Trait, UNDECLARED } from './contract.ts'
import { placesOf, traitsOf, workOfGroup } from './queries.ts'
import { fullGroup } from './rules.ts'

const KEPT_MS = 5_000
const KEPT_MOST = 5_000
const counted = new WeakMap<object, Map<string, { at: number; n: number }>>()

/**
 * Refuses new work to people whose group has given a campaign all it asked for. Counts are kept a few seconds, and work
 * that is leased is in none, so a group may end a little over its share.
 */
export async function refuseFullGroup(
  ctx: Ctx,
  db: Db,
  q: { campaign_id: string; account_id: string; quotas: readonly GroupQuota[]; answers: number },
): Promise<void> {
  const said = new Map((await traitsOf(db, q.account_id)).map((r) => [r.trait, r.value]))
  const groups = new Map<Trait, { value: string; count: number }>()
  for (const trait of new Set(q.quotas.map((x) => x.trait))) {
    const value = said.get(trait) ?? null
    // Only groups with a quota are counted.
    if (!q.quotas.some((x) => x.trait === trait && x.value === (value ?? UNDECLARED))) continue
    groups.set(trait, { value: value ?? UNDECLARED, count: await countOf(ctx, db, q.campaign_id, trait, value) })
  }
  if (groups.size === 0) return
  const trait = fullGroup(q.quotas, groups, await placesOf(db, q.campaign_id, q.answers))
  if (trait) throw new Refusal('group_full', { trait })
}

async function countOf(ctx: Ctx, db: Db, campaignId: string, trait: Trait, value: string | null): Promise<number> {
  let kept = counted.get(ctx.db)
  if (!kept) counted.set(ctx.db, (kept = new Map()))
  const name = `${campaignId}/${trait}/${value ?? ''}`
  const known = kept.get(name)
  const age = known ? ctx.now.getTime() - known.at : KEPT_MS
  if (known && age >= 0 && age < KEPT_MS) return known.n
  const n = await workOfGroup(db, campaignId, trait, value)
  if (kept.size > KEPT_MOST) kept.clear()
  kept.set(name, { at: ctx.now.getTime(), n })
  return n
}

import { callerOf, type Ctx } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { TRAITS, type Traits } from './contract.ts'
import { clearTrait, setTrait, traitsOf } from './queries.ts'
import { changeableAt } from './rules.ts'

/** What the caller said of themselves, each part with the time from which it can be said otherwise. */
export async function mine(ctx: Ctx) {
  const said = new Map((await traitsOf(ctx.db, callerOf(ctx).account_id)).map((r) => [r.trait, r]))
  return {
    items: TRAITS.map((trait) => ({
      trait,
      value: said.get(trait)?.value ?? null,
      may_change_at: changeableAt(said.get(trait)?.changed_at, ctx.now)?.toISOString() ?? null,
    })),
    next: null,
  }
}

/** Says, changes or takes back; all of what was asked, or nothing. */
export async function setTraits(ctx: Ctx, wanted: Traits) {
  const { account_id } = callerOf(ctx)
  await transact(ctx, '0', async (db) => {
    const said = new Map((await traitsOf(db, account_id, true)).map((r) => [r.trait, r]))
    for (const trait of TRAITS) {
      const value = wanted[trait]
      const before = said.get(trait)
      if (value === undefined || value === (before?.value ?? null)) continue
      if (value === null) {
        await clearTrait(db, account_id, trait)
        continue
      }
      const until = changeableAt(before?.changed_at, ctx.now)
      if (until) throw new Refusal('trait_changed_lately', { until: until.toISOString() })
      await setTrait(db, account_id, { trait, value, changed_at: ctx.now })
    }
    return {}
  })
  return mine(ctx)
}

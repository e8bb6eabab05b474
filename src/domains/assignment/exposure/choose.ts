import { callerOf, type Ctx } from '../../../platform/context.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { giveBack } from '../renew.ts'
import { exposureOf, heldAdversarial, putChoice } from './queries.ts'
import { MOST_A_DAY } from './rules.ts'

/** A person's choice, as they see it. */
export async function showChoice(ctx: Ctx) {
  const { is_off, changed_at, shown_today } = await exposureOf(ctx.db, callerOf(ctx).account_id, ctx.now)
  return {
    adversarial: !is_off,
    changed_at: changed_at?.toISOString() ?? null,
    shown_today,
    most_a_day: MOST_A_DAY,
  }
}

/** Turns adversarial work on or off. What is held of it goes back like anything that is skipped: nobody's standing hears of it. */
export async function choose(ctx: Ctx, adversarial: boolean) {
  const who = callerOf(ctx).account_id
  await transact(ctx, '0', async (db) => {
    await putChoice(db, who, adversarial, ctx.now)
    return {}
  })
  if (!adversarial)
    for (const held of await heldAdversarial(ctx.db, who)) {
      try {
        await giveBack({ ...ctx, idempotency: undefined }, held.campaign_id, held.target_id)
      } catch (error) {
        // Handed in or run out meanwhile: there is nothing to give back.
        if (!(error instanceof Refusal)) throw error
      }
    }
  return showChoice(ctx)
}

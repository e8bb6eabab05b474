import type { Ctx } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { currencyOf, insertCurrency } from './admin-queries.ts'
import type { Currency } from './contract.ts'

/** Adds a currency. Adding the same one again changes nothing; one that differs is refused, for amounts would change meaning. */
export async function createCurrency(ctx: Ctx, currency: Currency): Promise<Currency> {
  return transact(ctx, '0', async (db) => {
    await insertCurrency(db, currency)
    const kept = (await currencyOf(db, currency.code))!
    if (kept.scale !== currency.scale || kept.name !== currency.name)
      throw new Refusal('currency_exists', { code: currency.code })
    return kept
  })
}

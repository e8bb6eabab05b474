import { Refusal } from '../../platform/refusal.ts'
import { BEAN } from '../ledger/accounts.ts'

/** Beans are no money: the books have no account to pay them out of, and people are told so before. */
export function refuseBeans(currency: string): void {
  if (currency === BEAN) throw new Refusal('currency_not_money', { code: BEAN })
}

import type { Price, Problem } from './audit-rules.ts'

/** A window's bonus as its share says it, beside the transfer under its id. */
export type WindowPay = {
  campaign_id: string
  id: string
  account_id: string | null
  currency: string | null
  reviews: number | null
  factor_ppm: number | null
  due: string | null
  paid: string | null
  credit: string | null
  debit: string | null
  price: Price | undefined
  base_bps: number | undefined
}

/** Every bonus is what reviews, price and factor make, went to its person, and is in the books once. */
export function windowPayProblems(w: WindowPay): Problem[] {
  const say = (message: string): Problem[] => [{ check: 'reviews', subject: `transfer ${w.id}`, message }]
  if (w.due === null) return say(`paid ${w.paid}, which no window calls for`)
  if (w.paid === null) return say(`${w.due} was never paid`)
  const price = BigInt(w.price?.review_minor ?? 0)
  const stake = price - (price * BigInt(w.base_bps ?? 10_000)) / 10_000n
  const right = (stake * BigInt(w.reviews ?? 0) * BigInt(w.factor_ppm ?? 0)) / 1_000_000n
  if (BigInt(w.due) !== right) return say(`the window says ${w.due} where ${right} is due`)
  if (w.paid !== w.due) return say(`paid ${w.paid} where ${w.due} is due`)
  if (w.debit !== `campaign:${w.campaign_id}` || w.credit !== `person:${w.account_id}:frozen`)
    return say(`went from ${w.debit} to ${w.credit}, not as it should`)
  return []
}

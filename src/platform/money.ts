import { Refusal } from './refusal.ts'

/** Whole minor units from a decimal string, as amounts arrive on the wire and from `numeric(78,0)`. */
export function minor(amount: string): bigint {
  if (!/^-?\d{1,78}$/.test(amount))
    throw new Refusal('invalid_request', {}, [
      { field: '/amount_minor', code: 'not_an_amount', message: 'Give whole minor units, digits only.' },
    ])
  return BigInt(amount)
}

/** A share of an amount in basis points, rounded down; what is cut off stays with whoever pays. */
export const shareOf = (amount: bigint, bps: number): bigint => (amount * BigInt(bps)) / 10_000n

/** What the operator's record of outside money says; two that differ must not share a reference. */
export type Movement = { requester_id: string; currency: string; amount_minor: string }

/** No account ever holds more than `numeric(78,0)` can move at once. */
export const MOST_MINOR = 10n ** 78n - 1n

/** Whether a movement with this reference may be recorded; `same` means it was, just like this. */
export function judgeReference(
  before: { subject_id: string; currency: string; amount_minor: string } | undefined,
  now: Movement,
): 'new' | 'same' | 'reference_used' {
  if (!before) return 'new'
  return before.subject_id === now.requester_id &&
    before.currency === now.currency &&
    BigInt(before.amount_minor) === BigInt(now.amount_minor)
    ? 'same'
    : 'reference_used'
}

/** Refuses money that would not fit, given how much is in the books already. */
export const refuseTopUp = (inBooks: bigint, amount: bigint): 'amount_too_large' | undefined =>
  inBooks + amount > MOST_MINOR ? 'amount_too_large' : undefined

/** What a campaign's money was moved for. */
export type Purpose = 'reserved' | 'contributors' | 'bonus' | 'reviewers' | 'returned' | 'remainder'

/** Reads a movement's purpose off its two accounts and its kind; nothing for one that does not touch the campaign's account. */
export function purposeOf(t: {
  campaign_id: string
  kind: string
  debit: string
  credit: string
}): Purpose | undefined {
  const campaign = `campaign:${t.campaign_id}`
  if (t.credit === campaign) return 'reserved'
  if (t.debit !== campaign) return undefined
  if (t.credit.startsWith('requester:') || t.credit.startsWith('escrow:')) return 'returned'
  if (t.credit.startsWith('remainder:')) return 'remainder'
  if (t.kind === 'bonus') return 'bonus'
  return t.kind === 'review_pay' || t.kind === 'review_bonus' ? 'reviewers' : 'contributors'
}

/** A decimal for people from minor units: 21 at scale 2 is 0.21. */
export function decimalOf(amountMinor: bigint, scale: number): string {
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  return `${amountMinor < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`
}

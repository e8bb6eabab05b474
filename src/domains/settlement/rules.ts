import type { EPOCH_STATES, WITHDRAWAL_STATES } from './contract.ts'

export type EpochState = (typeof EPOCH_STATES)[number]
export type WithdrawalState = (typeof WITHDRAWAL_STATES)[number]

/** The most that a distributor can declare in all. */
export const MOST_UNITS = 2n ** 128n - 1n

/** Units of a token in one minor unit of a currency; nothing where the token is coarser than the currency. */
export const unitsPerMinor = (decimals: number, scale: number): bigint | undefined =>
  decimals >= scale ? 10n ** BigInt(decimals - scale) : undefined

/** As much of an amount as leaves in whole steps. */
export const wholeSteps = (amount: bigint, step: bigint): bigint => (amount < step ? 0n : amount - (amount % step))

/**
 * As much of an amount as leaves at once: whole steps; on a ladder 1, 2 or 5 times a power of ten of them, so that there are a
 * dozen amounts in all and each is many people's.
 */
export function leaving(amount: bigint, token: { step_minor: bigint; is_ladder: boolean }): bigint {
  const whole = wholeSteps(amount, token.step_minor)
  if (!token.is_ladder || whole === 0n) return whole
  const steps = whole / token.step_minor
  const power = 10n ** BigInt(steps.toString().length - 1)
  const first = steps / power
  return (first >= 5n ? 5n : first >= 2n ? 2n : 1n) * power * token.step_minor
}

/** Bytes as people write them. */
export const hexOf = (bytes: Uint8Array): `0x${string}` =>
  `0x${Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')}`

/** Bytes from hex digits; throws on anything else. */
export function bytesOf(hex: string): Uint8Array {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(hex)) throw new Error('bytes are written as 0x and pairs of hex digits')
  const out = new Uint8Array((hex.length - 2) / 2)
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(hex.slice(2 + 2 * i, 4 + 2 * i), 16)
  return out
}

/** Whether an epoch can be taken back: not once it counts, and once it was proposed by the guardian only. */
export function howToRevoke(state: EpochState): 'here' | 'on_chain' | 'again' | 'epoch_counts' {
  if (state === 'revoked') return 'again'
  if (state === 'active') return 'epoch_counts'
  return state === 'proposed' ? 'on_chain' : 'here'
}

/** Whether a token's next epoch is due by its own pace. */
export const isDue = (token: { every_hours: number; added_at: Date }, lastAt: Date | undefined, now: Date): boolean =>
  token.every_hours > 0 && now.getTime() - (lastAt ?? token.added_at).getTime() >= token.every_hours * 3_600_000

/** How long to wait before a claim that failed is tried again: an hour, doubling, a week at most. */
export const retryAfterMs = (tries: number): number => Math.min(3_600_000 * 2 ** Math.max(0, tries - 1), 604_800_000)

export type Row = { address: Uint8Array; units: bigint }

/**
 * Why a row cannot be paid, in words that its owner can act on, from what the contract or the token said when it was
 * tried without sending.
 */
export function reasonOf(said: string): string {
  if (/NothingToClaim/.test(said)) return 'claimed already'
  if (/StaleRoot/.test(said)) return 'a newer epoch counts by now; it is tried again under that one'
  if (/Paused/.test(said)) return 'claims are paused on the chain; it is tried again when they go on'
  if (/BadProof/.test(said)) return 'the distributor does not know this row; the operator looks into it'
  return `the token refused to pay this address (${said.replaceAll(/\s+/g, ' ').slice(0, 160)})`
}

const NO_ROOT = `0x${'00'.repeat(32)}`

type Sides = {
  /** The distributor at a final block. */
  balance: bigint
  bonds: bigint
  total: bigint
  total_claimed: bigint
  /** What its events up to that block say. */
  funded: bigint
  sent: bigint
  events_claimed: bigint
  /** What the books say. */
  declared: bigint
  owed: bigint
  credited: bigint
  /** What people's accounts hold for withdrawals, by the ledger, and by the withdrawals themselves. */
  ledger_paying: bigint
  withdrawals_open: bigint
  root: string
  /** Null before the first epoch. */
  book_root: string | null
  /** Addresses that got another amount than their claim says. */
  short_paid: readonly string[]
  /** Addresses whose claimed amounts differ between chain and books. */
  accounts_off: readonly string[]
}

/** Every difference between the books and the chain, each in words. Amounts are units of the token. */
export function differences(s: Sides): { code: string; message: string }[] {
  const out: { code: string; message: string }[] = []
  const say = (code: string, message: string) => void out.push({ code, message })
  if (s.balance !== s.funded - s.sent)
    say(
      'balance',
      `The distributor holds ${s.balance}, but ${s.funded} went in and ${s.sent} out. A token that takes fees or changes balances by itself cannot be used for pay; no epoch of it starts until this is cleared up.`,
    )
  if (s.total_claimed !== s.events_claimed)
    say(
      'events',
      `The distributor says ${s.total_claimed} were claimed, its events that were read say ${s.events_claimed}: events are missing. Set the first block back and read again.`,
    )
  if (s.events_claimed !== s.credited)
    say(
      'credited',
      `Claims on the chain come to ${s.events_claimed}, but ${s.credited} were credited to people: somebody was paid whom the books do not know, or a credit is missing.`,
    )
  if (s.total !== s.declared)
    say('declared', `The distributor's epoch declares ${s.total} in all, the books' newest that counts ${s.declared}.`)
  if (s.declared - s.credited !== s.owed)
    say(
      'owed',
      `Epochs that count owe ${s.declared - s.credited} more, but ${s.owed} wait on people's accounts for them.`,
    )
  if (s.balance - s.bonds < s.total - s.total_claimed)
    say(
      'short',
      `The distributor holds ${s.balance - s.bonds} and owes ${s.total - s.total_claimed}: claims will fail until it is funded.`,
    )
  if (s.ledger_paying !== s.withdrawals_open)
    say(
      'ledger',
      `People's accounts hold ${s.ledger_paying} for withdrawals, but open withdrawals come to ${s.withdrawals_open}.`,
    )
  if (s.root !== (s.book_root ?? NO_ROOT))
    say(
      'root',
      `The root that counts on the chain is ${s.root}, not the books' ${s.book_root ?? 'none'}: somebody else proposed it, or an epoch was lost here. Stop claims with the guardian's key until it is clear which is right.`,
    )
  if (s.short_paid.length > 0)
    say(
      'fee',
      `The token kept a part of what it was told to pay to ${s.short_paid.join(', ')}. A token that takes fees cannot be used for pay: nothing more of it is sent, and these people are owed the rest.`,
    )
  for (const address of s.accounts_off)
    say('account', `${address} has claimed another amount on the chain than the books say.`)
  return out
}

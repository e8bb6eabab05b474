import type { WAITS } from './contract.ts'

export type Wait = (typeof WAITS)[number]
/** Why some of a person's money waits, and until when at most. */
export type Limit = { why: Wait; until: Date; since: Date | null }

/** A person's money of one currency. `frozen` is what has not thawed; the newest pay is always in it. */
export type Money = {
  earned: bigint
  /** Paid pieces of work: submissions accepted and reviews. */
  pieces: number
  frozen: bigint
  claimable: bigint
  /** Paid out or being paid out. */
  out: bigint
  /** Earned since a moment, for each limit that names one. */
  earned_since: (since: Date) => bigint
}

/** A new account's first month; after it, time has shown what audits would. */
export const NEWCOMER_MS = 30 * 86_400_000
/** Who is held for one of several waits longer for audits: time alone would let a farm that is known take all of its pay. */
export const POOL_MS = 90 * 86_400_000
/** Until when a newcomer's allowance holds: a month, and for those in a cluster until it has been known for so long. */
export const limitEnds = (firstAt: Date, clusterSince: Date | undefined): Date =>
  new Date(Math.max(firstAt.getTime() + NEWCOMER_MS, clusterSince ? clusterSince.getTime() + POOL_MS : 0))
/** Audits read about one piece in twelve, so each that was found right vouches for twelve. */
export const VOUCHED = 12

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** How much a new account may take out in all: its pay for the free pieces, and for those that audits vouch for. */
export function newcomerAllowance(money: Pick<Money, 'earned' | 'pieces'>, free: number, auditedGood: number): bigint {
  const vouched = free + VOUCHED * auditedGood
  if (money.pieces <= vouched) return money.earned
  return (money.earned * BigInt(vouched)) / BigInt(money.pieces)
}

/** What a new account's allowance is reckoned by; `pool`: of all accounts that are taken for one person, together. */
export type Newcomer = {
  free: number
  audited_good: number
  pool?: Pick<Money, 'earned' | 'pieces' | 'out'> | undefined
}
export type Allowed = { withdrawable: bigint; why: Wait[]; until: Date | null }

/**
 * What of the claimable money may go out now. Every limit counts by itself and the least is what remains; nothing is
 * ever taken, and each limit has an end.
 */
export function withdrawable(money: Money, limits: readonly Limit[], newcomer: Newcomer): Allowed {
  const claimable = most(money.claimable, 0n)
  const each = limits.map((l) => ({ l, allowed: most(0n, least(claimable, allowedBy(l, money, newcomer))) }))
  const withdrawable = each.reduce((min, e) => least(min, e.allowed), claimable)
  const felt = each.filter((e) => e.allowed < claimable)
  const until = felt.reduce<Date | null>((last, { l }) => (last && last >= l.until ? last : l.until), null)
  return { withdrawable, why: [...new Set(felt.map((e) => e.l.why))], until }
}

function allowedBy(l: Limit, money: Money, newcomer: Newcomer): bigint {
  if (l.why === 'hold') return 0n
  if (l.why === 'newcomer') {
    const of = newcomer.pool ?? money
    return newcomerAllowance(of, newcomer.free, newcomer.audited_good) - of.out
  }
  // What was earned since then and has thawed: thawing goes by the day, oldest first.
  const inQuestion = most(0n, money.earned_since(l.since!) - money.frozen)
  return money.claimable - inQuestion
}

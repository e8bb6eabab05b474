import { HOUR_WORTH } from '../scenario.ts'
import type { Spent } from './world.ts'

/**
 * What attackers pay, in dollars. Where prices were published they are taken from there; elsewhere they are round and low,
 * so that an attack looks cheaper than it is. `docs/concepts/simulation.md` names the sources.
 */
export const PRICES_USD = {
  /** What an hour of honest work is worth (`HOUR_WORTH` points): what a large research panel asks its researchers to pay at least. */
  hour: 8,
  /** A telephone number to confirm an account with: 0.08 to 0.26 in most countries. The application asks for none; a mailbox or an aged profile costs as much. */
  account: 0.1,
  /** A used telephone, 40 dollars over a year, for the month of the attack. A script that only pretends needs none. */
  device: 3.3,
  /** A network address of its own for a month. */
  network: 2,
  /** An invitation that somebody gives away: a minute of their time. */
  invitation: 0.13,
  /** A model's answer of a few hundred words. */
  model_call: 0.002,
  /** Sending money on: the fee of a cheap chain. */
  claim: 0.02,
  dust: 0.02,
} as const
/** Signing up, keeping the codes and naming a wallet takes a hand so many minutes; a script, so many. Then there is the exam. */
const MINUTES_TO_JOIN = { hand: 3, script: 0.1 } as const
const EXAM = { minutes: 10, calls: 10 } as const
/** Writing a report that is read. */
const MINUTES_A_REPORT = 3

export const POINTS_A_DOLLAR = HOUR_WORTH / PRICES_USD.hour
const minutes = (n: number): number => (n / 60) * HOUR_WORTH
const dollars = (n: number): number => n * POINTS_A_DOLLAR

/** Lines of a bill, in points. */
export type Bill = { accounts: number; gear: number; work: number; money: number; rest: number; total: number }

/** What an attack cost its people, in points: what was bought, and hands at an honest hour's worth. */
export function billOf(s: Spent, by: 'script' | 'hand'): Bill {
  const exam = by === 'hand' ? minutes(EXAM.minutes) : dollars(EXAM.calls * PRICES_USD.model_call)
  const accounts = s.accounts * (dollars(PRICES_USD.account) + minutes(MINUTES_TO_JOIN[by]) + exam)
  const gear = dollars(s.networks * PRICES_USD.network + (by === 'hand' ? s.devices * PRICES_USD.device : 0))
  const work = by === 'hand' ? minutes(s.minutes) : dollars(s.pieces * PRICES_USD.model_call)
  const money = dollars(s.claims * PRICES_USD.claim + s.dust * PRICES_USD.dust)
  const rest = dollars(s.invitations * PRICES_USD.invitation) + minutes(s.reports * MINUTES_A_REPORT)
  return { accounts, gear, work, money, rest, total: accounts + gear + work + money + rest }
}

/** The same for the part of it that one honest account would have cost: one sign-up, and the work that was good. */
export function honestPart(bill: Bill, s: Spent, people: number, entitledShare: number): number {
  const each = s.accounts === 0 ? 0 : (bill.accounts + bill.gear) / s.accounts
  return each * Math.min(people, s.accounts) + bill.work * entitledShare
}

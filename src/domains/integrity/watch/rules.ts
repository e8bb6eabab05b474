import type { Observation, WatchPlan } from '../../../engine/cusum.ts'

export const ROLES = ['reviewer', 'contributor'] as const
export type Role = (typeof ROLES)[number]

const AUDIT_OF_GOOD = 0
const AUDIT_OF_BAD = 1
const PEERS_SAY_GOOD = 2
const PEERS_SAY_BAD = 3

/**
 * Reviewers: what the other reviewers of the same work said counts half, and what an audit says of it the other half.
 * (An audit that counted whole beside its peers counted one mistake for one and a half: 1.9 to 2.7 % false alarms at
 * 15 % audits, against 0.2 %.) They may have begun to approve everything, to toss a coin, to reject everything, or to
 * guess by how work usually is. Threshold and learning are what `bench/sleepers.ts` needs for at most one false alarm in
 * a hundred honest people over 500 tasks, those of low skill among them.
 */
const REVIEWER: WatchPlan = {
  streams: [
    { typical: 0.88, typical_n: 20, weight: 0.5, alternatives: [0.97, 0.6, 0.05, 0.8] },
    { typical: 0.85, typical_n: 20, weight: 0.5, alternatives: [0.05, 0.4, 0.97, 0.2] },
    { typical: 0.87, typical_n: 20, weight: 0.5, alternatives: [0.97, 0.6, 0.05, 0.8] },
    { typical: 0.8, typical_n: 20, weight: 0.5, alternatives: [0.05, 0.4, 0.97, 0.2] },
  ],
  threshold: 7,
  learning_n: 100,
}
/**
 * Contributors: whether audits find accepted work right. Half of it may have become wrong, or most. One audit in twelve
 * pieces tells little, so this takes longer than with reviewers, and the threshold is higher for it.
 */
const CONTRIBUTOR: WatchPlan = {
  streams: [{ typical: 0.85, typical_n: 15, weight: 1, alternatives: [0.4, 0.15] }],
  threshold: 8,
  learning_n: 15,
}
export const PLANS: Readonly<Record<Role, WatchPlan>> = { reviewer: REVIEWER, contributor: CONTRIBUTOR }

/** One reviewer's verdict on a piece of work in one round. */
export type Verdict = { reviewer_id: string; approves: boolean }

/** What a verdict says by its reviewer's published weights: how far it leads towards "good", in units of 2^-16 nats. */
export type WordOf = (v: Verdict) => number
/** The others are heard only where they are this sure together: eight to two, where they are as good as was published. */
export const LEAST_LEAD = Math.round(Math.log(4) * 2 ** 16)

/**
 * What a decision says of each of its reviewers: whether they agree with the others of its round. Where reviewers have
 * published weights, the others count by them, and say nothing unless they are sure: beside one person who approves
 * everything nobody would be right. Without weights the majority of the others speaks; a tie says nothing.
 */
export function fromPeers(verdicts: readonly Verdict[], mark: number, wordOf?: WordOf): Map<string, Observation> {
  const said = wordOf ?? ((v: Verdict) => (v.approves ? 1 : -1))
  const least = wordOf ? LEAST_LEAD : 1
  const all = verdicts.reduce((sum, v) => sum + said(v), 0)
  const out = new Map<string, Observation>()
  for (const v of verdicts) {
    const lead = all - said(v)
    if (Math.abs(lead) < least) continue
    const good = lead > 0
    out.set(v.reviewer_id, { stream: good ? PEERS_SAY_GOOD : PEERS_SAY_BAD, right: v.approves === good, mark })
  }
  return out
}

type Rows = readonly [readonly number[], readonly number[]]
/** A verdict's lead, by published weights: each verdict's row holds what it adds to "bad" and to "good". */
export function wordOf(w: { people: Readonly<Record<string, Rows>>; default_weights: Rows }, v: Verdict): number {
  const rows = Object.hasOwn(w.people, v.reviewer_id) ? w.people[v.reviewer_id]! : w.default_weights
  const row = rows[v.approves ? 1 : 0]
  return row[1]! - row[0]!
}

/** What a closed audit says of those who judged the work. */
export function fromAudit(verdicts: readonly Verdict[], good: boolean, mark: number): Map<string, Observation> {
  return new Map(
    verdicts.map((v) => [
      v.reviewer_id,
      { stream: good ? AUDIT_OF_GOOD : AUDIT_OF_BAD, right: v.approves === good, mark },
    ]),
  )
}

/** What a closed audit of accepted work says of its author. */
export const ofAuthor = (good: boolean, mark: number): Observation => ({ stream: 0, right: good, mark })

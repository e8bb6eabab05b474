import type { ACTIONS, STRENGTHS } from './contract.ts'

export type Action = (typeof ACTIONS)[number]
export type Strength = (typeof STRENGTHS)[number]

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
/** A case that keeps money waiting is decided within this, or lapses; one that does not has longer. */
export const WAITING_CASE_MS = 3 * DAY_MS
export const QUIET_CASE_MS = 14 * DAY_MS
/** From an appeal, or a person's statement, to its decision. */
export const ANSWER_MS = DAY_MS
/** How long after a sanction it can be appealed. */
export const APPEAL_WITHIN_MS = 30 * DAY_MS
/** One operator alone stops an account for this long at most, and not again for a week. */
export const STOP_MS = DAY_MS
export const STOP_AGAIN_MS = 7 * DAY_MS
/** Work longer ago than this is no longer put in question. */
export const SINCE_MOST_MS = 90 * DAY_MS
/** How many are asked to answer an appeal first. */
export const ASKED = 2

/** The longest each sanction may last, in days. A warning stands in the file for its time and does nothing else. */
export const MOST_DAYS: Readonly<Record<Action, number>> = { warn: 90, limit: 30, hold: 14, suspend: 365, forfeit: 7 }
/** How long a forfeiture can be appealed before anything is taken. */
export const FORFEIT_DAYS = 7

/** What is strong takes two people; a limit takes two when the one who would impose it also opened the case. */
export const takesTwo = (action: Action, byOpener: boolean): boolean =>
  action === 'hold' || action === 'suspend' || action === 'forfeit' || (action === 'limit' && byOpener)

type Weighed = { kind: string; strength: Strength; by_signal: boolean }
/** How strong each piece of evidence is that counts: a program that says the same thing again has found nothing new. */
export function weighed(evidence: readonly Weighed[]): Strength[] {
  const order: readonly Strength[] = ['weak', 'fair', 'strong']
  const said = new Map<string, Strength>()
  for (const e of evidence.filter((e) => e.by_signal)) {
    const before = said.get(e.kind)
    if (!before || order.indexOf(e.strength) > order.indexOf(before)) said.set(e.kind, e.strength)
  }
  return [...evidence.filter((e) => !e.by_signal).map((e) => e.strength), ...said.values()]
}

/** Whether evidence carries a sanction: any a warning, something fair a limit, something strong or two fair what is stronger. */
export function carries(action: Action, evidence: readonly Strength[]): boolean {
  const fair = evidence.filter((s) => s === 'fair').length
  const strong = evidence.filter((s) => s === 'strong').length
  if (action === 'warn') return evidence.length > 0
  if (action === 'limit') return fair + strong > 0
  return strong > 0 || fair > 1
}

/**
 * Whether pay for the work in question waits while a case is open. A person may say so; a program's word keeps nobody's
 * money until the evidence weighs as much as a hold needs. Without a moment since when, nothing is in question.
 */
export const keepsWaiting = (c: { has_since: boolean; byPerson: boolean; evidence: readonly Strength[] }): boolean =>
  c.has_since && (c.byPerson || carries('hold', c.evidence))

/** A case as far as deciding it is concerned. */
export type Facts = {
  state: 'open' | 'proposed' | 'closed'
  decide_by: Date
  is_party: boolean
  is_opener: boolean
  is_proposer: boolean
  proposal: { action: Action; days: number } | null
  evidence: readonly Strength[]
  has_since: boolean
  /** Pieces of held pay that the case keeps. */
  kept: number
}
export type Decision = {
  decision: 'dismiss' | 'impose' | 'confirm' | 'disagree'
  action?: Action | undefined
  days?: number | undefined
}
export type Verdict =
  | { refusal: string; detail?: Record<string, string | number> }
  | { next: 'dismiss' | 'disagree' }
  | { next: 'propose' | 'impose' | 'confirm'; action: Action; days: number }

/** What a decision leads to, or the first rule that it breaks. */
export function judge(f: Facts, d: Decision, now: Date): Verdict {
  if (f.is_party) return { refusal: 'case_own' }
  // At its last moment a case belongs to the job that lets it lapse.
  if (f.state === 'closed' || f.decide_by <= now) return { refusal: 'case_closed' }
  if (d.decision === 'dismiss') return { next: 'dismiss' }
  if (d.decision === 'confirm' || d.decision === 'disagree') {
    if (f.state !== 'proposed' || !f.proposal) return { refusal: 'case_nothing_proposed' }
    if (f.is_proposer) return { refusal: 'case_same_decider' }
    if (d.decision === 'disagree') return { next: 'disagree' }
    return { next: 'confirm', ...f.proposal }
  }
  const { action, days } = d
  if (!action || !days) return { refusal: 'case_action_missing' }
  if (days > MOST_DAYS[action]) return { refusal: 'case_days_too_many', detail: { action, most: MOST_DAYS[action] } }
  if (!carries(action, f.evidence)) return { refusal: 'case_evidence_thin', detail: { action } }
  if ((action === 'limit' || action === 'forfeit') && !f.has_since) return { refusal: 'limit_needs_since' }
  if (action === 'forfeit' && f.kept === 0) return { refusal: 'nothing_held' }
  if (takesTwo(action, f.is_opener))
    return { next: 'propose', action, days: action === 'forfeit' ? FORFEIT_DAYS : days }
  return { next: 'impose', action, days }
}

/** When a case must be decided: sooner where money waits, and within a day of what the person says to it. */
export function decideBy(opened: Date, keepsWaiting: boolean, stated: Date | null): Date {
  const by = opened.getTime() + (keepsWaiting ? WAITING_CASE_MS : QUIET_CASE_MS)
  return new Date(stated ? Math.min(by, stated.getTime() + ANSWER_MS) : by)
}

export type AppealFacts = { due_at: Date; decided: boolean; is_party: boolean; had_part: boolean }

/** May this person answer the appeal now? First broken rule wins. */
export function refuseAppealDecision(f: AppealFacts | undefined, now: Date): string | undefined {
  if (!f) return 'appeal_not_open'
  if (f.is_party) return 'case_own'
  if (f.had_part) return 'appeal_own_decision'
  if (f.decided) return 'appeal_not_open'
  return f.due_at <= now ? 'appeal_overdue' : undefined
}

/** Somebody who might answer an appeal. */
export type Candidate = { account_id: string; decided: number; overturned: number; waiting: number }

/**
 * Who is asked first: those whose decisions were overturned least, as far as few decisions can tell (two of ten are
 * taken for granted), then those with the fewest appeals waiting.
 */
export function whoIsAsked(candidates: readonly Candidate[], n: number = ASKED): string[] {
  const doubt = (c: Candidate) => (c.overturned + 2) / (c.decided + 10)
  return candidates
    .toSorted((a, b) => doubt(a) - doubt(b) || a.waiting - b.waiting || (a.account_id < b.account_id ? -1 : 1))
    .slice(0, n)
    .map((c) => c.account_id)
}

/** Until when a sanction can be appealed: a month, but a forfeiture only while nothing is taken yet. */
export function appealUntil(s: { action: string; imposed_at: Date; ends_at: Date }): Date {
  const month = s.imposed_at.getTime() + APPEAL_WITHIN_MS
  return new Date(s.action === 'forfeit' ? Math.min(month, s.ends_at.getTime()) : month)
}

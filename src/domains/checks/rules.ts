import type { Check, CheckKind } from '../campaigns/checks/contract.ts'

/**
 * The version of each checker. A change in what one finds raises its number, so that results are never compared across
 * ways of checking without knowing it.
 */
export const CHECKERS: Readonly<Record<CheckKind, number>> = {
  length: 1,
  odd_text: 1,
  pace: 1,
  language: 1,
  gibberish: 1,
  profanity: 1,
  personal_data: 1,
  exact_duplicate: 1,
  near_duplicate: 1,
  link: 1,
  model_judge: 1,
  red_team: 1,
}

/** `fail`: a reason to reject. `flag`: pointed out, nothing follows. `undecided`: people decide. */
export type Verdict = 'pass' | 'fail' | 'flag' | 'undecided'
/** What a checker found, before its campaign says what follows from it. */
export type Finding = {
  found: 'nothing' | 'something' | 'unknown'
  /** Why, in a word that the catalogue has a sentence for; absent when there is nothing to say. */
  code?: string
  /** Numbers and words of the sentence: of this work alone, never of another's. */
  detail?: Readonly<Record<string, string | number>>
  /** For those who run the campaign's quality, never for people who work in it. */
  evidence?: Readonly<Record<string, unknown>>
  calls?: number
  tokens?: number
}
export type Result = {
  kind: CheckKind
  /** Empty: the submission as a whole. */
  question: string
  checker: number
  verdict: Verdict
  code?: string
  detail?: Readonly<Record<string, string | number>>
  evidence?: Readonly<Record<string, unknown>>
  took_us: number
  calls: number
  tokens: number
}

/** What follows from a finding: what is unknown is left to people, and only a check that may reject fails work. */
export function resultOf(check: Check, question: string, finding: Finding, tookUs: number): Result {
  const { found, code, detail, evidence, calls = 0, tokens = 0 } = finding
  const flagged = check.on_fail === 'flag' || finding.evidence?.['flag_only'] === true
  return {
    kind: check.kind,
    question,
    checker: CHECKERS[check.kind],
    verdict: found === 'nothing' ? 'pass' : found === 'unknown' ? 'undecided' : flagged ? 'flag' : 'fail',
    ...(code !== undefined && { code }),
    ...(detail && { detail }),
    ...(evidence && { evidence }),
    took_us: Math.max(0, Math.round(tookUs)),
    calls,
    tokens,
  }
}

/** What becomes of the work: one failed check rejects it, everything else goes before people. */
export const outcomeOf = (results: readonly Result[]): 'review' | 'reject' =>
  results.some((r) => r.verdict === 'fail') ? 'reject' : 'review'

/**
 * The decision on each judged question of work that failed: the failed questions are, and where a check spoke of the whole
 * submission, or of a question that nobody judges, all of them.
 */
export function rejectedQuestions(results: readonly Result[], judged: readonly string[]): Record<string, boolean> {
  const failed = new Set(results.flatMap((r) => (r.verdict === 'fail' ? [r.question] : [])))
  const named = judged.filter((key) => failed.has(key))
  return Object.fromEntries(judged.map((key) => [key, named.length > 0 && !failed.has(key)]))
}

/** Reasons of a rejection as its author reads them. */
export const reasonsOf = (results: readonly Result[]) =>
  results.flatMap((r) =>
    r.verdict === 'fail'
      ? [{ kind: r.kind, question: r.question || null, code: r.code ?? r.kind, detail: r.detail ?? {} }]
      : [],
  )

/** A submission that somebody outside was asked about in vain so often is left to people. */
export const MOST_TRIES = 3
const FIRST_PAUSE_MS = 5_000

/** How long to wait before asking again. */
export const pauseAfter = (tries: number): number => FIRST_PAUSE_MS * 4 ** Math.min(6, tries - 1)

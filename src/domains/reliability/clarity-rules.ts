import { fitVotes, itemOf, RIGHT, WRONG, type Vote } from './rules.ts'

/** How often a reviewer approves what is right, and rejects what is wrong. */
export type Rates = { approves_good: number; rejects_bad: number }
export const VERDICTS = ['instructions', 'people', 'clear', 'too_little'] as const

/** How much people disagree on one question, beside how much they would if only their own mistakes were at work. */
export type Clarity = {
  question: string
  /** Votes that came after another one on the same answer: what the figures rest on. */
  votes: number
  observed: number
  expected: number
  /** How many standard deviations the one is above the other. */
  z: number
  verdict: (typeof VERDICTS)[number]
}

/** Fewer say nothing about a question. */
const LEAST_VOTES = 30
/** Votes elsewhere, beside somebody else's or an audit, from which somebody is known. */
const KNOWN_FROM = 10
/** Chance alone exceeds 3 deviations once in 741 questions; 5 points, so that many votes do not turn a trifle into a finding. */
const LEAST_Z = 3
const LEAST_EXCESS = 0.05
/** Disagreement that is worth naming, whoever causes it. */
const MUCH = 0.15

/**
 * Where instructions, rather than people, cause the disagreement: people who agree elsewhere, and do not here.
 *
 * Each reviewer's rates come from votes on everything but this question, so the question cannot excuse itself. Then each
 * vote is predicted from those before it on the same answer: with posterior q that the answer is right (from its earlier
 * votes and the question's share of right answers, fitted), reviewer j approves with chance
 * a = q·approves_good(j) + (1−q)·(1−rejects_bad(j)). With A earlier approvals among n earlier votes,
 *
 *   observed  d = (n−A)/n for an approval, A/n for a disapproval: the share of earlier votes it differs from,
 *   expected  e = a·(n−A)/n + (1−a)·A/n,   variance  v = a·(1−a)·((n−2A)/n)²,   z = Σ(d−e) / √Σv.
 *
 * Given what came before, d−e has mean zero, whoever decided to ask for another vote: so z stays honest under any rule
 * that stops early, where comparing finished answers would not. The sum is a martingale, and z close to normal (Brown 1971).
 */
export function clarityOf(question: string, here: readonly Vote[], elsewhere: readonly Vote[]): Clarity {
  const { ratesOf, knows } = ratesFrom(elsewhere)
  const byAnswer = byAnswerOf(here)
  const base = baseRate([...byAnswer.values()], ratesOf)
  let n = 0
  let known = 0
  let observed = 0
  let expected = 0
  let variance = 0
  for (const votes of byAnswer.values()) {
    let odds = base / (1 - base)
    let approvals = 0
    votes.forEach((v, before) => {
      const rates = ratesOf(v.reviewer_id)
      if (before > 0) {
        const differing = (before - approvals) / before
        const a = approvalChance(odds, rates)
        n += 1
        if (knows(v.reviewer_id)) known += 1
        observed += v.approve ? differing : 1 - differing
        expected += a * differing + (1 - a) * (1 - differing)
        variance += a * (1 - a) * (2 * differing - 1) ** 2
      }
      odds *= likelihood(v.approve, rates)
      if (v.approve) approvals += 1
    })
  }
  const z = variance > 0 ? (observed - expected) / Math.sqrt(variance) : 0
  const share = (sum: number) => (n === 0 ? 0 : sum / n)
  const figures = { question, votes: n, observed: share(observed), expected: share(expected), z }
  return { ...figures, verdict: verdictOf(figures, known) }
}

function verdictOf(
  f: { votes: number; observed: number; expected: number; z: number },
  known: number,
): Clarity['verdict'] {
  if (f.votes < LEAST_VOTES || known < f.votes / 2) return 'too_little'
  if (f.z >= LEAST_Z && f.observed - f.expected >= LEAST_EXCESS) return 'instructions'
  return f.observed >= MUCH ? 'people' : 'clear'
}

const approvalChance = (odds: number, r: Rates): number => {
  const q = odds / (1 + odds)
  return q * r.approves_good + (1 - q) * (1 - r.rejects_bad)
}
/** By what a vote multiplies the odds that an answer is right. */
const likelihood = (approve: boolean, r: Rates): number =>
  approve ? r.approves_good / (1 - r.rejects_bad) : (1 - r.approves_good) / r.rejects_bad

function byAnswerOf(votes: readonly Vote[]): Map<string, Vote[]> {
  const out = new Map<string, Vote[]>()
  for (const v of votes) {
    const same = out.get(itemOf(v))
    if (same) same.push(v)
    else out.set(itemOf(v), [v])
  }
  return out
}

/** The share of right answers, by expectation-maximisation over that one number; one right and one wrong are supposed seen. */
function baseRate(answers: readonly (readonly Vote[])[], ratesOf: (person: string) => Rates): number {
  const ratios = answers.map((votes) => votes.reduce((r, v) => r * likelihood(v.approve, ratesOf(v.reviewer_id)), 1))
  let share = 0.5
  for (let i = 0; i < 50; i++) {
    const odds = share / (1 - share)
    share = (1 + ratios.reduce((sum, r) => sum + (odds * r) / (1 + odds * r), 0)) / (ratios.length + 2)
  }
  return share
}

/** What other votes say of people; who is not among them counts as people there do on average. */
function ratesFrom(elsewhere: readonly Vote[]): {
  ratesOf: (person: string) => Rates
  knows: (person: string) => boolean
} {
  const compared = new Map<string, number>()
  for (const votes of byAnswerOf(elsewhere).values())
    if (votes.length > 1 || votes[0]!.gold !== null)
      for (const v of votes) compared.set(v.reviewer_id, (compared.get(v.reviewer_id) ?? 0) + 1)
  const { reviewers, fit } = fitVotes(elsewhere)
  const within = (rate: number) => Math.min(0.995, Math.max(0.005, rate))
  const of = (w: number): Rates => ({
    approves_good: within(fit.confusion[w * 4 + RIGHT * 2 + RIGHT]!),
    rejects_bad: within(fit.confusion[w * 4 + WRONG * 2 + WRONG]!),
  })
  const all = [...reviewers.values()].map(of)
  const mean = (part: keyof Rates) => (all.length === 0 ? 0.75 : all.reduce((sum, r) => sum + r[part], 0) / all.length)
  const stranger = { approves_good: mean('approves_good'), rejects_bad: mean('rejects_bad') }
  return {
    ratesOf: (person) => {
      const w = reviewers.get(person)
      return w === undefined ? stranger : of(w)
    },
    knows: (person) => (compared.get(person) ?? 0) >= KNOWN_FROM,
  }
}

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
/** Right, and as many wrong answers elsewhere, beside somebody else's vote or an audit, from which somebody is known. */
const KNOWN_FROM = 5
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
 * Rates are themselves estimates: to Σv comes, for each reviewer, (Σ(n−2A)/n·q)² times the variance of approves_good and
 * (Σ(n−2A)/n·(1−q))² times that of rejects_bad, each rate·(1−rate) / (answers of that kind elsewhere + 2). Where nobody
 * ever saw wrong work elsewhere, nothing can be told here either.
 */
export function clarityOf(question: string, here: readonly Vote[], elsewhere: readonly Vote[]): Clarity {
  const { ratesOf, seenBy } = ratesFrom(elsewhere)
  const byAnswer = byAnswerOf(here)
  const base = baseRate([...byAnswer.values()], ratesOf)
  let n = 0
  let known = 0
  let observed = 0
  let expected = 0
  let variance = 0
  const leans = new Map<string, { good: number; bad: number }>()
  for (const votes of byAnswer.values()) {
    let odds = base / (1 - base)
    let approvals = 0
    votes.forEach((v, before) => {
      const rates = ratesOf(v.reviewer_id)
      if (before > 0) {
        const differing = (before - approvals) / before
        const a = approvalChance(odds, rates)
        n += 1
        const seen = seenBy(v.reviewer_id)
        if (Math.min(seen.right, seen.wrong) >= KNOWN_FROM) known += 1
        observed += v.approve ? differing : 1 - differing
        expected += a * differing + (1 - a) * (1 - differing)
        variance += a * (1 - a) * (2 * differing - 1) ** 2
        const lean = leans.get(v.reviewer_id) ?? { good: 0, bad: 0 }
        const q = odds / (1 + odds)
        lean.good += (2 * differing - 1) * q
        lean.bad += (2 * differing - 1) * (1 - q)
        leans.set(v.reviewer_id, lean)
      }
      odds *= likelihood(v.approve, rates)
      if (v.approve) approvals += 1
    })
  }
  for (const [person, { good, bad }] of leans) {
    const { approves_good: a, rejects_bad: r } = ratesOf(person)
    const { right, wrong } = seenBy(person)
    variance += (good ** 2 * a * (1 - a)) / (right + 2) + (bad ** 2 * r * (1 - r)) / (wrong + 2)
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

type Seen = { right: number; wrong: number }
const NOTHING: Seen = { right: 0, wrong: 0 }

/** What other votes say of people, and how much they rest on; who is not among them counts as people there do on average. */
function ratesFrom(elsewhere: readonly Vote[]): {
  ratesOf: (person: string) => Rates
  seenBy: (person: string) => Seen
} {
  const { reviewers, items, fit } = fitVotes(elsewhere)
  const seen = new Map<string, Seen>()
  for (const [item, votes] of byAnswerOf(elsewhere)) {
    if (votes.length < 2 && votes[0]!.gold === null) continue
    const right = fit.posterior[items.get(item)! * 2 + RIGHT]!
    for (const v of votes) {
      const before = seen.get(v.reviewer_id) ?? NOTHING
      seen.set(v.reviewer_id, { right: before.right + right, wrong: before.wrong + 1 - right })
    }
  }
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
    seenBy: (person) => seen.get(person) ?? NOTHING,
  }
}

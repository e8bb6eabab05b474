/** What the auditor knows of one decided round: who was paid for a verdict on it, and when. */
export type Judged = {
  submission: string
  round: number
  at: number
  accepted: boolean
  votes: { reviewer: string; approve: boolean }[]
}
/** What graders found, and when. */
/** `chance`: of an aimed lot, in millionths. */
export type Graded = { at: number; right: boolean; chance?: number }
export type SettledWindow = { n: number; starts: number; ends: number; last: boolean; at: number }
export type Bonus = { window: number; reviewer: string; reviews: number; factor_ppm: number; amount: bigint }

/** Whose accounts an account was held for one person's with, at a moment: a name for each group. */
export type HeldAs = (reviewer: string, at: number) => string | undefined

const CARRIED_AT_MOST = 3
const FULL_AT = 20
const USUAL_SCORE = 675_000
/** Floating point may be added up in another order; more than that is a difference. */
const NEAR_PPM = 5

type Answer = { task: number; approve: boolean; at: number }
type Part = { reviews: number; audited: number; factor: number }

/**
 * Computes every reviewer's part of every window from votes, decisions and grades, by the published formula written down
 * a second time, and compares it with what was paid.
 */
export function misscored(
  pay: { review: number; base_bps: number },
  judged: readonly Judged[],
  graded: ReadonlyMap<string, Graded>,
  windows: readonly SettledWindow[],
  paid: readonly Bonus[],
  heldAs: HeldAs = () => undefined,
): string[] {
  const problems: string[] = []
  const carried = new Map<string, { since: number; times: number }>()
  const price = BigInt(pay.review)
  const stake = price - (price * BigInt(pay.base_bps)) / 10_000n
  for (const w of windows.toSorted((a, b) => a.n - b.n)) {
    const own = new Map(paid.filter((b) => b.window === w.n).map((b) => [b.reviewer, b]))
    const parts = partsOf(
      w,
      judged,
      graded,
      (id) => carried.get(id)?.since ?? w.starts,
      (id) => heldAs(id, w.at),
    )
    for (const [reviewer, part] of parts) {
      const before = carried.get(reviewer)
      carried.delete(reviewer)
      if (part.audited < FULL_AT && !w.last && (before?.times ?? 0) < CARRIED_AT_MOST) {
        carried.set(reviewer, { since: before?.since ?? w.starts, times: (before?.times ?? 0) + 1 })
        if (own.has(reviewer)) problems.push(`window ${w.n}: ${reviewer} was carried over and paid`)
        continue
      }
      const bonus = own.get(reviewer)
      own.delete(reviewer)
      // What comes to less than a whole point is not paid, and not in the evidence.
      if (!bonus && owedBy(stake, part.reviews, part.factor) === 0n) continue
      const factor = bonus?.factor_ppm ?? 0
      if (Math.abs(factor - part.factor) > NEAR_PPM)
        problems.push(`window ${w.n}: ${reviewer} is worth ${part.factor} millionths and was paid by ${factor}`)
      if (!bonus) continue
      if (bonus.reviews !== part.reviews)
        problems.push(`window ${w.n}: ${reviewer} gave ${part.reviews} reviews and was paid for ${bonus.reviews}`)
      const ought = owedBy(stake, part.reviews, factor)
      if (bonus.amount !== ought) problems.push(`window ${w.n}: ${reviewer} is owed ${ought} and got ${bonus.amount}`)
    }
    for (const reviewer of own.keys()) problems.push(`window ${w.n}: ${reviewer} was paid and had no part in it`)
  }
  return problems
}

const owedBy = (stake: bigint, reviews: number, factor: number): bigint =>
  (stake * BigInt(reviews) * BigInt(factor)) / 1_000_000n

function partsOf(
  w: SettledWindow,
  judged: readonly Judged[],
  graded: ReadonlyMap<string, Graded>,
  since: (reviewer: string) => number,
  group: (reviewer: string) => string | undefined,
): Map<string, Part> {
  // Whoever was carried over brings older work, which is there for all to be compared with.
  const from = Math.min(w.starts, ...judged.flatMap((j) => j.votes.map((v) => since(v.reviewer))))
  const tasks = judged
    .filter((j) => j.at >= from && j.at < w.ends)
    .map((j) => ({ ...j, votes: oneOfEach(j.votes, group) }))
  const truth = tasks.map((t) => {
    const found = graded.get(t.submission)
    return found && found.at <= w.at ? found.right : undefined
  })
  const weight = tasks.map(() => 0)
  for (const accepted of [true, false])
    standFor(
      tasks.flatMap((t, i) => (t.accepted === accepted ? [i] : [])),
      (i) => truth[i] !== undefined,
      (i) => graded.get(tasks[i]!.submission)?.chance,
      weight,
    )

  const goodness = shareGood(truth, weight)
  const spread = 1 - goodness ** 2 - (1 - goodness) ** 2
  const answers = new Map<string, Answer[]>()
  tasks.forEach((t, task) => {
    for (const v of t.votes) {
      const list = answers.get(v.reviewer) ?? []
      list.push({ task, approve: v.approve, at: t.at })
      answers.set(v.reviewer, list)
    }
  })
  const word = new Map([...answers].map(([id, own]) => [id, weightOfWord(byExperts(own, truth, weight, spread).g)]))
  const likely = tasks.map((t) => {
    // Neither a person's own word counts in what they are held against, nor that of whoever is held for them.
    return (reviewer: string) => {
      const own = group(reviewer)
      const others = t.votes.filter((v) => v.reviewer !== reviewer && (own === undefined || group(v.reviewer) !== own))
      const lead = others.reduce(
        (sum, v) => sum + (v.approve ? 1 : -1) * word.get(v.reviewer)!,
        Math.log(goodness / (1 - goodness)),
      )
      return 1 / (1 + Math.exp(-lead))
    }
  })
  const all = [...answers].flatMap(([id, own]) => own.map((a) => likely[a.task]!(id)))
  const mean = all.reduce((s, q) => s + q, 0) / all.length
  const sure = all.reduce((s, q) => s + q * q + (1 - q) ** 2, 0) / all.length
  const most = Math.max(0.02, sure - mean ** 2 - (1 - mean) ** 2)

  const parts = new Map<string, Part>()
  for (const [id, every] of answers) {
    const own = every.filter((a) => a.at >= since(id))
    if (own.length === 0) continue
    const g = byExperts(own, truth, weight, spread)
    const yes = own.filter((a) => a.approve).length
    const gain = own.reduce((s, a) => {
      const q = likely[a.task]!(id)
      return s + beyondHabit(q, a.approve, yes, own.length)
    }, 0)
    const p = own.length < 2 ? 0 : Math.min(1.2, Math.max(-1, gain / (most * own.length)))
    const se = Math.sqrt(0.2 / own.length) / Math.max(own.length < 2 ? 0 : most, 0.2)
    const [a, b] = [1 / g.se ** 2, 1 / se ** 2]
    const score = Math.round(((a * g.g + b * Math.min(p, g.g + 1.64 * g.se)) / (a + b)) * 1e6)
    parts.set(id, { reviews: own.length, audited: g.audited, factor: factorOf(score, g.audited) })
  }
  return parts
}

type Vote = { reviewer: string; approve: boolean }

/**
 * For how many pieces of its kind each graded one stands. Two estimates of a total are mixed: every aimed lot by one over
 * its chance, all together scaled to the kind's size; and each aimed lot for itself, with the other grades for what lots left.
 */
function standFor(
  kind: readonly number[],
  isGraded: (i: number) => boolean,
  chance: (i: number) => number | undefined,
  weight: number[],
): void {
  const lots = kind.filter((i) => isGraded(i) && chance(i) !== undefined)
  const others = kind.filter((i) => isGraded(i) && chance(i) === undefined)
  const left = kind.length - lots.length
  const inverse = lots.reduce((sum, i) => sum + 1e6 / chance(i)!, 0)
  const graded = lots.length + others.length
  const byLots = left === 0 ? 0 : (lots.length * (kind.length - graded)) / (graded * left)
  for (const i of lots) weight[i] = byLots * (1e6 / chance(i)!) * (kind.length / inverse) + (1 - byLots)
  for (const i of others) weight[i] = (1 - byLots) * (left / others.length)
}

/** Of several votes of one group on one panel the oldest account's counts. */
function oneOfEach(votes: readonly Vote[], group: (reviewer: string) => string | undefined): Vote[] {
  const older = (a: string, b: string) => a.length < b.length || (a.length === b.length && a < b)
  return votes.filter((v) => {
    const own = group(v.reviewer)
    return own === undefined || !votes.some((o) => group(o.reviewer) === own && older(o.reviewer, v.reviewer))
  })
}

/** Of all work, so much is good by what was graded, each grade counting for the work that it stands for. */
function shareGood(truth: readonly (boolean | undefined)[], weight: readonly number[]): number {
  const audits = truth.filter((t) => t !== undefined).length
  const total = truth.reduce((s, t, i) => s + (t === undefined ? 0 : weight[i]!), 0)
  const good = total === 0 ? 0 : truth.reduce((s, t, i) => s + (t === true ? weight[i]! : 0), 0) * (audits / total)
  const pulled = (x: number) => (x + (2 * (x + 0.5)) / (audits + 1)) / (audits + 2)
  return pulled(good)
}

/** An answer's gain: what the reference gives it, less what the person's habit among their other answers would get. */
const beyondHabit = (q: number, approve: boolean, yes: number, n: number): number => {
  const others = n - 1
  const habitYes = (yes - (approve ? 1 : 0)) / others
  const habitNo = (n - yes - (approve ? 0 : 1)) / others
  return (approve ? q : 1 - q) - q * habitYes - (1 - q) * habitNo
}

function byExperts(
  own: readonly Answer[],
  truth: readonly (boolean | undefined)[],
  weight: readonly number[],
  spread: number,
): { g: number; se: number; audited: number } {
  const yes = own.filter((a) => a.approve).length
  const seen = own.filter((a) => truth[a.task] !== undefined)
  const right = seen.filter((a) => truth[a.task] === a.approve).length
  const counts = own.length < 2 ? [] : seen.filter((a) => weight[a.task]! > 0)
  const sum = counts.reduce((s, a) => s + weight[a.task]!, 0)
  const squares = counts.reduce((s, a) => s + weight[a.task]! ** 2, 0)
  const gain = counts.reduce(
    (s, a) => s + weight[a.task]! * beyondHabit(truth[a.task] ? 1 : 0, a.approve, yes, own.length),
    0,
  )
  if (squares === 0 || spread <= 0) return { g: 0.5, se: 0.5, audited: seen.length }
  const share = Math.min(0.95, Math.max(0.05, right / seen.length))
  const sureness = (Math.max(spread, 0.05) ** 2 * (sum ** 2 / squares)) / (share * (1 - share))
  return {
    g: (sureness * (gain / (spread * sum)) + 2) / (sureness + 4),
    se: 1 / Math.sqrt(sureness + 4),
    audited: seen.length,
  }
}

function weightOfWord(g: number): number {
  if (g < 0.25) return 0
  const right = Math.min(0.97, 0.5 + g / 2)
  return Math.log(right / (1 - right))
}

function factorOf(score: number, audited: number): number {
  const half = Math.floor(USUAL_SCORE / 2)
  const full = score <= half ? 0 : Math.min(1_250_000, Math.floor(((score - half) * 1_000_000) / (USUAL_SCORE - half)))
  return audited >= FULL_AT ? full : Math.floor((full * audited) / FULL_AT)
}

import { decide, type Snapshot } from '../../engine/snapshot.ts'
import type { ComparedQuestion } from '../templates/redundancy-rules.ts'

/** One person's answers to an item. */
export type Given = { submission_id: string; author_id: string; answer: Readonly<Record<string, unknown>> }
/** By question, whether an answer agrees with the inferred one. */
export type Agreement = Readonly<Record<string, boolean>>
/** `more`: ask `n` more people. `unresolved`: people disagree for good, and everybody is paid. */
export type Outcome =
  | { kind: 'done'; answer: Record<string, unknown>; agreed: ReadonlyMap<string, Agreement> }
  | { kind: 'more'; n: number }
  | { kind: 'unresolved' }
/** Answers wanted at least and at most; `last`: no more can come. */
export type Policy = {
  min: number
  max: number
  last?: boolean
  /** By question: whose answers say how much, and how far one must lead. Without it the most frequent answer is it. */
  basis?: ReadonlyMap<string, Snapshot>
}

/**
 * What k answers to one item together say. Each required question is inferred by itself; a question that is tied, or
 * an answer that nobody gave in full, asks for one more person up to `max`. An answer from before a question was asked
 * neither speaks to it nor is held against it.
 */
export function decideItem(questions: readonly ComparedQuestion[], given: readonly Given[], policy: Policy): Outcome {
  if (given.length < policy.min)
    return policy.last ? { kind: 'unresolved' } : { kind: 'more', n: policy.min - given.length }
  const answer: Record<string, unknown> = {}
  let isSure = true
  for (const q of questions) {
    const heard = given.filter((g) => g.answer[q.key] !== undefined)
    const values = heard.map((g) => g.answer[q.key])
    const snapshot = policy.basis?.get(q.key)
    const inferred =
      values.length === 0
        ? undefined
        : snapshot
          ? weigh(snapshot, heard, q.key, policy.last === true || given.length >= policy.max)
          : infer(q, values)
    if (inferred === undefined) isSure = false
    else answer[q.key] = inferred
  }
  if (isSure) {
    const agreed = new Map(given.map((g) => [g.submission_id, agreement(questions, g.answer, answer)]))
    if ([...agreed.values()].some(agreesInFull)) return { kind: 'done', answer, agreed }
  }
  return policy.last || given.length >= policy.max ? { kind: 'unresolved' } : { kind: 'more', n: 1 }
}

/** Question by question, whether one answer agrees with the inferred one. */
export const agreement = (
  questions: readonly ComparedQuestion[],
  one: Readonly<Record<string, unknown>>,
  inferred: Readonly<Record<string, unknown>>,
): Agreement =>
  Object.fromEntries(
    questions.map((q) => [
      q.key,
      one[q.key] === undefined || inferred[q.key] === undefined || agrees(q, one[q.key], inferred[q.key]),
    ]),
  )
export const agreesInFull = (a: Agreement): boolean => Object.values(a).every(Boolean)

/**
 * The answer that leads by the snapshot's margin, whole numbers added and compared; when nobody more can be asked, the
 * one that leads at all. A tie stays one.
 */
function weigh(snapshot: Snapshot, heard: readonly Given[], key: string, isLast: boolean): string | undefined {
  const votes = heard.map((g) => ({ person: g.author_id, said: snapshot.classes.indexOf(g.answer[key] as string) }))
  const { answer, leading } = decide(
    snapshot,
    votes.filter((v) => v.said >= 0),
  )
  if (answer !== null) return snapshot.classes[answer]
  return isLast && leading.length === 1 ? snapshot.classes[leading[0]!] : undefined
}

/** The answer that a question's answers lead to, or nothing while they are tied. Their order does not matter. */
export function infer(q: ComparedQuestion, values: readonly unknown[]): unknown {
  switch (q.widget) {
    case 'choice':
    case 'preference':
      return plurality(values as string[])
    case 'choices':
      return perOption(q.options, values as string[][])
    case 'number':
    case 'scale':
      return median(q, values as number[])
    case 'ranking':
      return borda(q, values as string[][])
  }
}

/** The most frequent value, if one is more frequent than every other. */
function plurality(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1)
  const most = Math.max(...counts.values())
  const leaders = [...counts].filter(([, n]) => n === most)
  return leaders.length === 1 ? leaders[0]![0] : undefined
}

/** The options that more than half chose, in the form's order; exactly half is a tie. */
function perOption(options: readonly string[], values: readonly (readonly string[])[]): string[] | undefined {
  const chosen: string[] = []
  for (const option of options) {
    const n = values.filter((v) => v.includes(option)).length
    if (2 * n === values.length) return undefined
    if (2 * n > values.length) chosen.push(option)
  }
  return chosen
}

/** The middle answer (of two middle ones the lower, so that it is one that somebody gave), if more than half agree with it. */
function median(q: ComparedQuestion, values: readonly number[]): number | undefined {
  const middle = [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!
  return 2 * values.filter((v) => agrees(q, v, middle)).length > values.length ? middle : undefined
}

/** Options by Borda count, equal counts by how most ranked the two, if more than half agree with the whole. */
function borda(q: ComparedQuestion, values: readonly (readonly string[])[]): string[] | undefined {
  const score = new Map(
    q.options.map((o) => [o, values.reduce((sum, ranking) => sum + q.options.length - ranking.indexOf(o), 0)]),
  )
  const prefer = (a: string, b: string) => values.filter((r) => r.indexOf(a) < r.indexOf(b)).length
  const ranked = [...q.options].sort((a, b) => score.get(b)! - score.get(a)!)
  for (let i = 0; i + 1 < ranked.length; i++) {
    const [a, b, c] = [ranked[i]!, ranked[i + 1]!, ranked[i + 2]]
    if (score.get(a) !== score.get(b)) continue
    // Three with one score may go in a circle: that is a tie.
    if (c !== undefined && score.get(c) === score.get(b)) return undefined
    const forA = prefer(a, b)
    if (2 * forA === values.length) return undefined
    if (2 * forA < values.length) [ranked[i], ranked[i + 1]] = [b, a]
  }
  return 2 * values.filter((v) => agrees(q, v, ranked)).length > values.length ? ranked : undefined
}

/**
 * Whether an answer counts as the inferred one. Choices and preferences: the same. Multiple choice: at most one option
 * in ten differs. Number: within 1 % of the inferred one. Scale: within a tenth of its length, at least one point from
 * five points on. Ranking: at most a fifth of all pairs stand the other way round.
 */
export function agrees(q: ComparedQuestion, value: unknown, inferred: unknown): boolean {
  switch (q.widget) {
    case 'choice':
    case 'preference':
      return value === inferred
    case 'choices': {
      const [a, b] = [value as string[], inferred as string[]]
      return q.options.filter((o) => a.includes(o) !== b.includes(o)).length <= Math.floor(q.options.length / 10)
    }
    case 'number':
      // Cross-multiplied, so that 101 agrees with 100 whatever a division would round to.
      return 100 * Math.abs((value as number) - (inferred as number)) <= Math.abs(inferred as number)
    case 'scale': {
      const length = q.maximum - q.minimum
      return (
        Math.abs((value as number) - (inferred as number)) <= (length >= 4 ? Math.max(1, Math.floor(length / 10)) : 0)
      )
    }
    case 'ranking': {
      const [a, b] = [value as string[], inferred as string[]]
      let swapped = 0
      for (let i = 0; i < b.length; i++)
        for (let j = i + 1; j < b.length; j++) if (a.indexOf(b[i]!) > a.indexOf(b[j]!)) swapped += 1
      return 5 * swapped <= (b.length * (b.length - 1)) / 2
    }
  }
}

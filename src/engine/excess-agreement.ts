import { BadInput } from './labels.ts'

/** Answers as columns, in any order: who answered which task with which class. Nobody answers a task twice. */
export type AnswerColumns = {
  tasks: number
  people: number
  classes: number
  task: ArrayLike<number>
  person: ArrayLike<number>
  answer: ArrayLike<number>
  /** For each task the class that is known, or -1. Where it is known, nothing is left to be guessed from others. */
  known?: ArrayLike<number>
  /** The last so many of `people` are models: they help to guess what is true, and no pair with them is looked at. */
  models?: number
}
/** Pairs who answered tasks together, in order of (a, b), a < b. */
export type Excess = {
  people: number
  a: Int32Array
  b: Int32Array
  shared: Int32Array
  /** Agreements beyond what chance and both people's accuracy explain, in standard deviations. */
  z: Float64Array
  /** Natural log-likelihood ratio of one copying the other, `copied` of the time, against neither knowing of the other. */
  copy: Float64Array
  /** For each person, how often they are right, by everybody else's answers. */
  accuracy: Float64Array
}
export type ExcessOptions = { copied?: number }

const ROUNDS = 6
/** Answers that everybody is supposed to have given before, of which this share right: keeps new people near the middle. */
const BEFORE = { answers: 4, right: 0.75 }
const MOST_RIGHT = 0.97

/**
 * How much each two people agree beyond what they would if each answered alone. What the true class of a task is comes from
 * everybody who answered it but those two, weighed by how often they are right; agreeing on what is right says little,
 * agreeing on what is wrong a lot (Dong, Berti-Équille & Srivastava 2009). Where few answer a task, the others' doubt makes
 * everybody look less right than they are and every pair agree a little too much (half a standard deviation on panels of
 * four): z and copy compare pairs of one crowd, and mean nothing alone. Time: tasks x panel squared.
 * @throws BadInput for columns of different lengths, or a number outside of its range.
 */
export function excessAgreement(w: AnswerColumns, { copied = 0.8 }: ExcessOptions = {}): Excess {
  const { from, order } = byTask(w)
  const C = w.classes
  const accuracy = accuracies(w, from, order)
  const sums = new Map<number, { shared: number; above: number; variance: number; copy: number }>()
  const prior = shares(w, from, order, accuracy)
  const people = w.people - (w.models ?? 0)
  const q = new Float64Array(C)
  for (let t = 0; t < w.tasks; t++)
    for (let i = from[t]!; i < from[t + 1]!; i++)
      for (let j = i + 1; j < from[t + 1]!; j++) {
        const [a, b] = [order[i]!, order[j]!]
        if (w.person[a]! >= people || w.person[b]! >= people) continue
        truthWithout(w, { t, from, order, accuracy, prior, a, b }, q)
        const [x, y] = [w.answer[a]!, w.answer[b]!]
        const [p, r] = [accuracy[w.person[a]!]!, accuracy[w.person[b]!]!]
        let [agree, both, first, second] = [0, 0, 0, 0]
        for (let c = 0; c < C; c++) {
          const [pw, rw] = [(1 - p) / (C - 1), (1 - r) / (C - 1)]
          agree += q[c]! * (p * r + (C - 1) * pw * rw)
          const [px, ry] = [x === c ? p : pw, y === c ? r : rw]
          both += q[c]! * px * ry
          first += q[c]! * px
          second += q[c]! * ry
        }
        // Who copied whom is not known: each half.
        const copies = (copied * (x === y ? (first + second) / 2 : 0) + (1 - copied) * both) / both
        const [low, high] = [w.person[a]!, w.person[b]!].toSorted((m, n) => m - n)
        const key = low! * w.people + high!
        let s = sums.get(key)
        if (!s) sums.set(key, (s = { shared: 0, above: 0, variance: 0, copy: 0 }))
        s.shared++
        s.above += (x === y ? 1 : 0) - agree
        s.variance += agree * (1 - agree)
        s.copy += Math.log(copies)
      }
  const keys = [...sums.keys()].toSorted((m, n) => m - n)
  const all = keys.map((k) => sums.get(k)!)
  return {
    people,
    a: Int32Array.from(keys, (k) => Math.floor(k / w.people)),
    b: Int32Array.from(keys, (k) => k % w.people),
    shared: Int32Array.from(all, (s) => s.shared),
    // One half more in the variance: a pair with one task in common is no outlier.
    z: Float64Array.from(all, (s) => s.above / Math.sqrt(s.variance + 0.5)),
    copy: Float64Array.from(all, (s) => s.copy),
    accuracy: accuracy.slice(0, people),
  }
}

/** Answers by task: rows of task t are `order[from[t]] …`. */
function byTask(w: AnswerColumns): { from: Int32Array; order: Int32Array } {
  const n = w.task.length
  if (w.person.length !== n || w.answer.length !== n) throw new BadInput('The columns of answers differ in length.')
  if (!(w.classes >= 2)) throw new BadInput('There are at least two classes.')
  const from = new Int32Array(w.tasks + 1)
  for (let i = 0; i < n; i++) {
    const within = (x: number, end: number) => Number.isInteger(x) && x >= 0 && x < end
    if (!within(w.task[i]!, w.tasks) || !within(w.person[i]!, w.people) || !within(w.answer[i]!, w.classes))
      throw new BadInput(`Answer ${i} has a task, person or class that is not there.`)
    from[w.task[i]! + 1] = from[w.task[i]! + 1]! + 1
  }
  for (let t = 0; t < w.tasks; t++) from[t + 1] = from[t + 1]! + from[t]!
  const at = from.slice(0, w.tasks)
  const order = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const t = w.task[i]!
    order[at[t]!] = i
    at[t] = at[t]! + 1
  }
  return { from, order }
}

type Place = {
  t: number
  from: Int32Array
  order: Int32Array
  accuracy: Float64Array
  prior: Float64Array
  a: number
  b: number
}

/** Writes into `q` how likely each class is the true one by the answers of everybody but those of `a` and `b`. */
function truthWithout(w: AnswerColumns, at: Place, q: Float64Array): void {
  const known = w.known?.[at.t] ?? -1
  let sum = 0
  for (let c = 0; c < w.classes; c++) q[c] = known >= 0 ? (c === known ? 1 : 0) : at.prior[c]!
  if (known < 0)
    for (let k = at.from[at.t]!; k < at.from[at.t + 1]!; k++) {
      const i = at.order[k]!
      if (i === at.a || i === at.b) continue
      const p = at.accuracy[w.person[i]!]!
      for (let c = 0; c < w.classes; c++) q[c] = q[c]! * (w.answer[i] === c ? p : (1 - p) / (w.classes - 1))
    }
  for (let c = 0; c < w.classes; c++) sum += q[c]!
  for (let c = 0; c < w.classes; c++) q[c] = q[c]! / sum
}

/** How often each person is right, each judged by the others alone, again and again until it hardly moves. */
function accuracies(w: AnswerColumns, from: Int32Array, order: Int32Array): Float64Array {
  const q = new Float64Array(w.classes)
  let accuracy = new Float64Array(w.people).fill(BEFORE.right)
  for (let round = 0; round < ROUNDS; round++) {
    const prior = shares(w, from, order, accuracy)
    const right = new Float64Array(w.people).fill(BEFORE.right * BEFORE.answers)
    const count = new Float64Array(w.people).fill(BEFORE.answers)
    for (let t = 0; t < w.tasks; t++)
      for (let k = from[t]!; k < from[t + 1]!; k++) {
        const i = order[k]!
        truthWithout(w, { t, from, order, accuracy, prior, a: i, b: i }, q)
        const who = w.person[i]!
        right[who] = right[who]! + q[w.answer[i]!]!
        count[who] = count[who]! + 1
      }
    accuracy = right.map((r, u) => Math.min(MOST_RIGHT, Math.max(1 / w.classes, r / count[u]!)))
  }
  return accuracy
}

function shares(w: AnswerColumns, from: Int32Array, order: Int32Array, accuracy: Float64Array): Float64Array {
  const out = new Float64Array(w.classes).fill(1)
  const even = new Float64Array(w.classes).fill(1)
  const q = new Float64Array(w.classes)
  for (let t = 0; t < w.tasks; t++) {
    truthWithout(w, { t, from, order, accuracy, prior: even, a: -1, b: -1 }, q)
    for (let c = 0; c < w.classes; c++) out[c] = out[c]! + q[c]!
  }
  const sum = out.reduce((x, y) => x + y, 0)
  return out.map((x) => x / sum)
}

import { describe, expect, test } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { type AnswerColumns, type Excess, excessAgreement } from './excess-agreement.ts'
import { ringsOf, spectralScores } from './excess-groups.ts'

/** Forty people, panels of four, each right in 85 of 100; the first `ring` of them answer as the first of them does. */
function crowd(seed: number, ring: number, tasks = 800): AnswerColumns & { task: number[]; truth: number[] } {
  const rng = createRng(seed)
  const [task, person, answer]: number[][] = [[], [], []]
  const truths: number[] = []
  for (let t = 0; t < tasks; t++) {
    const truth = rng.below(2)
    truths.push(truth)
    let key = -1
    for (const u of rng.shuffle(Array.from({ length: 40 }, (_, i) => i)).slice(0, 4)) {
      let x = rng.fraction() < 0.85 ? truth : 1 - truth
      if (u < ring) x = key = key < 0 ? x : key
      task!.push(t)
      person!.push(u)
      answer!.push(x)
    }
  }
  return { tasks, people: 40, classes: 2, task: task!, person: person!, answer: answer!, truth: truths }
}

describe('agreement beyond chance', () => {
  const mean = (of: ArrayLike<number>, at: number[]) => at.reduce((s, e) => s + of[e]!, 0) / at.length
  const parts = (x: Excess, ring: number) => ({
    inside: [...x.z.keys()].filter((e) => x.b[e]! < ring),
    outside: [...x.z.keys()].filter((e) => x.a[e]! >= ring),
  })
  test('where all is known, honest pairs agree as chance and their accuracy say', () => {
    const w = crowd(1, 4)
    const x = excessAgreement({ ...w, known: w.truth })
    const { inside, outside } = parts(x, 4)
    expect(Math.abs(mean(x.z, outside))).toBeLessThan(0.1)
    expect(mean(x.z, inside)).toBeGreaterThan(0.8)
  })
  test('where nothing is known, who copies still stands out', () => {
    const x = excessAgreement(crowd(1, 4))
    const { inside, outside } = parts(x, 4)
    expect(mean(x.z, inside)).toBeGreaterThan(mean(x.z, outside) + 0.8)
    expect(mean(x.copy, outside)).toBeLessThan(0)
    expect(mean(x.copy, inside)).toBeGreaterThan(0)
  })
  test('with known answers: by hand', () => {
    // Two people, one task, both wrong; accuracy is that of four earlier answers, three right, and this one wrong.
    const one = { tasks: 1, people: 2, classes: 2, task: [0, 0], person: [0, 1], answer: [1, 1], known: [0] }
    const x = excessAgreement(one)
    const p = 3 / 5
    expect([...x.accuracy]).toEqual([p, p])
    const agree = p * p + (1 - p) ** 2
    expect(x.z[0]).toBeCloseTo((1 - agree) / Math.sqrt(agree * (1 - agree) + 0.5), 12)
    expect(x.copy[0]).toBeCloseTo(Math.log(0.2 + 0.8 / (1 - p)), 12)
    // Agreeing on what is right says less.
    expect(excessAgreement({ ...one, known: [1] }).copy[0]!).toBeLessThan(x.copy[0]!)
  })
  test('neither the order of answers nor the names of people and classes matter', () => {
    const w = crowd(2, 4)
    const rng = createRng(3)
    const name = rng.shuffle(Array.from({ length: 40 }, (_, i) => i))
    const order = rng.shuffle(w.task.map((_, i) => i))
    const again = excessAgreement({
      ...w,
      task: order.map((i) => w.task[i]!),
      person: order.map((i) => name[w.person[i]!]!),
      answer: order.map((i) => 1 - w.answer[i]!),
    })
    const of = new Map([...again.a].map((a, e) => [`${a} ${again.b[e]}`, again.copy[e]!]))
    const x = excessAgreement(w)
    x.copy.forEach((copy, e) => {
      const [a, b] = [name[x.a[e]!]!, name[x.b[e]!]!].toSorted((m, n) => m - n)
      expect(of.get(`${a} ${b}`)).toBeCloseTo(copy, 9)
    })
  })
  test('no pair is made with a model, which helps to say what is true', () => {
    const w = crowd(4, 0)
    const x = excessAgreement({ ...w, models: 1 })
    expect(Math.max(...x.b)).toBe(38)
    expect(x.accuracy).toHaveLength(39)
  })
  test('columns that do not fit are refused', () => {
    const w = crowd(1, 0, 10)
    expect(() => excessAgreement({ ...w, answer: [0] })).toThrow(/length/)
    expect(() => excessAgreement({ ...w, people: 3 })).toThrow(/not there/)
  })
})

describe('rings', () => {
  test('a ring is found whole, with hardly anybody else', () => {
    const { rings, score } = ringsOf(excessAgreement(crowd(5, 6)))
    expect(rings[0]!.members.filter((u) => u < 6)).toEqual([0, 1, 2, 3, 4, 5])
    expect(rings[0]!.members.length).toBeLessThan(8)
    expect(score.filter((s, u) => u >= 6 && s > 0 && s >= score[0]!).length).toBeLessThan(2)
  })
  test('a crowd without one shows none that is worth much', () => {
    const strongest = [1, 2, 3, 4, 5].map((seed) => ringsOf(excessAgreement(crowd(seed, 0))).rings[0]?.value ?? 0)
    expect(Math.max(...strongest)).toBeLessThan(4)
    // The planted fault: free places make rings of chance.
    expect(ringsOf(excessAgreement(crowd(1, 0)), 0.01).rings[0]!.value).toBeGreaterThan(4)
  })
  test('the spectral score puts a ring first, and accurate people not before it', () => {
    const score = spectralScores(excessAgreement(crowd(6, 8)))
    expect(Math.min(...score.slice(0, 8))).toBeGreaterThan(Math.max(...score.slice(8)))
  })
})

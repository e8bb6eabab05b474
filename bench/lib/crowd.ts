import type { Labels } from '../../src/engine/labels.ts'
import { createRng } from '../../src/platform/rng.ts'

export type CrowdSize = { tasks: number; workers: number; classes: number; perTask: number; seed: number }
export type Crowd = { labels: Labels; truth: Uint8Array }

const SPAMMERS = 0.15

/**
 * A crowd as truth inference meets it: how much people do is log-normal (sigma 1), 15 % are spammers (half of them
 * answer at random, half nearly always the same), the others have a confusion matrix of their own (right in 62 % of a
 * class's cases, give or take 16), classes are not equally common, and votes per task are Poisson. Votes are drawn
 * straight into compressed rows, so that a hundred million of them take no more than they must.
 */
export function generateCrowd({ tasks, workers, classes, perTask, seed }: CrowdSize): Crowd {
  const { fraction } = createRng(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction())
  const pick = aliasTable(
    Float64Array.from({ length: workers }, () => Math.exp(normal())),
    fraction,
  )
  const cumulated = confusions({ workers, classes }, fraction, normal)

  const total = tasks * perTask
  const start = new Uint32Array(tasks + 1)
  const none = Math.exp(-perTask)
  let n = 0
  for (let t = 0; t < tasks; t++) {
    let k = 0
    for (let p = fraction(); p > none; p *= fraction()) k++
    start[t + 1] = k
    n += k
  }
  // One more or less on the first tasks makes the total exact.
  for (let t = 1; n !== total; t = (t % tasks) + 1) {
    if (n > total && start[t] === 0) continue
    start[t]! += n < total ? 1 : -1
    n += n < total ? 1 : -1
  }
  for (let t = 0; t < tasks; t++) start[t + 1]! += start[t]!

  const vote = new Uint32Array(total)
  const truth = new Uint8Array(tasks)
  for (let t = 0; t < tasks; t++) {
    const u = fraction()
    const c = Math.floor(classes * u * (0.6 + 0.4 * u))
    truth[t] = c
    for (let i = start[t]!; i < start[t + 1]!; i++) {
      const w = pick()
      const x = fraction()
      const row = (w * classes + c) * classes
      let said = 0
      while (said < classes - 1 && x >= cumulated[row + said]!) said++
      vote[i] = w * classes + said
    }
  }
  return { labels: { tasks, workers, classes, start, vote, gold: null }, truth }
}

/** Draws an index with chance in proportion to its weight, in constant time (Walker's alias method). */
function aliasTable(weight: Float64Array, fraction: () => number): () => number {
  const n = weight.length
  const total = weight.reduce((a, b) => a + b, 0)
  const share = weight.map((x) => (x * n) / total)
  const alias = new Int32Array(n)
  const small: number[] = []
  const large: number[] = []
  share.forEach((x, i) => (x < 1 ? small : large).push(i))
  while (small.length > 0 && large.length > 0) {
    const [s, l] = [small.pop()!, large.pop()!]
    alias[s] = l
    share[l]! -= 1 - share[s]!
    ;(share[l]! < 1 ? small : large).push(l)
  }
  for (const i of [...small, ...large]) share[i] = 1
  return () => {
    const i = Math.floor(fraction() * n)
    return fraction() < share[i]! ? i : alias[i]!
  }
}

/** worker × truth × said, cumulated over said. */
function confusions(
  size: { workers: number; classes: number },
  fraction: () => number,
  normal: () => number,
): Float64Array {
  const { workers, classes } = size
  const out = new Float64Array(workers * classes * classes)
  for (let w = 0; w < workers; w++) {
    const spams = fraction() < SPAMMERS
    const atRandom = fraction() < 0.5
    const favourite = Math.floor(fraction() * classes)
    for (let truth = 0; truth < classes; truth++) {
      const right = Math.min(0.97, Math.max(0.3, 0.62 + 0.16 * normal()))
      const row = Array.from({ length: classes }, () => -Math.log(1 - fraction()))
      const wrong = row.reduce((sum, x, said) => (said === truth ? sum : sum + x), 0)
      let sum = 0
      for (let said = 0; said < classes; said++) {
        const spam = atRandom ? 1 / classes : said === favourite ? 0.97 : 0.03 / (classes - 1)
        sum += spams ? spam : said === truth ? right : (row[said]! / wrong) * (1 - right)
        out[(w * classes + truth) * classes + said] = sum
      }
    }
  }
  return out
}

/** Share of tasks whose most probable class is the true one; an even split counts as its share. */
export function accuracyOf(posterior: ArrayLike<number>, truth: Uint8Array, classes: number): number {
  let right = 0
  for (let t = 0; t < truth.length; t++) {
    let top = -1
    let tied = 0
    for (let k = 0; k < classes; k++) {
      const p = posterior[t * classes + k]!
      if (p > top) [top, tied] = [p, 1]
      else if (p === top) tied++
    }
    if (posterior[t * classes + truth[t]!] === top) right += 1 / tied
  }
  return right / truth.length
}

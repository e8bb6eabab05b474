import { dawidSkene } from '../../src/engine/dawid-skene.ts'
import { answerOf } from '../../src/engine/inference.ts'
import type { Labels } from '../../src/engine/labels.ts'
import { shrunkConfusion, worthOfVote, type ShrunkConfusion } from '../../src/engine/shrunk-confusion.ts'
import { createRng } from '../../src/platform/rng.ts'
import type { CrowdSet } from './crowd-sets.ts'

/** Cost in labels per task, and the share of right answers (ties split evenly) at that cost. */
export type Curve = { cost: number[]; accuracy: number[] }

/** No task gets more labels than this. */
const CAP = 20

/** At most CAP labels of each task in a seeded random order of arrival, workers numbered anew by first arrival. */
export function arrivals({ labels }: CrowdSet, seed: number): Labels {
  const { shuffle } = createRng(seed)
  const { tasks, classes } = labels
  const start = new Uint32Array(tasks + 1)
  const vote: number[] = []
  const known = new Map<number, number>()
  for (let t = 0; t < tasks; t++) {
    for (const v of shuffle([...labels.vote.subarray(labels.start[t]!, labels.start[t + 1]!)]).slice(0, CAP)) {
      const worker = Math.floor(v / classes)
      if (!known.has(worker)) known.set(worker, known.size)
      vote.push(known.get(worker)! * classes + (v % classes))
    }
    start[t + 1] = vote.length
  }
  return { tasks, workers: known.size, classes, start, vote: Uint32Array.from(vote), gold: null }
}

/** The first taken[t] labels of each task. */
export function firstOf(all: Labels, taken: ArrayLike<number>): Labels {
  const start = new Uint32Array(all.tasks + 1)
  for (let t = 0; t < all.tasks; t++) start[t + 1] = start[t]! + taken[t]!
  const vote = new Uint32Array(start[all.tasks]!)
  for (let t = 0; t < all.tasks; t++) vote.set(all.vote.subarray(all.start[t]!, all.start[t]! + taken[t]!), start[t]!)
  return { ...all, start, vote }
}

export function accuracy(posterior: ArrayLike<number>, classes: number, truth: Int32Array): number {
  let [right, all] = [0, 0]
  for (let t = 0; t < truth.length; t++) {
    if (truth[t]! < 0) continue
    all++
    const answer = answerOf(posterior, classes, t)
    if (answer.class === truth[t]) right++
    else if (answer.tied.includes(truth[t]!)) right += 1 / answer.tied.length
  }
  return right / all
}

const room = (all: Labels, t: number) => all.start[t + 1]! - all.start[t]!

/** Fixed overlap k = 1, 2, … with Dawid–Skene, mean over seeds. */
export function fixedOverlap(set: CrowdSet, seeds: number): Curve {
  const most = Math.min(CAP, Math.max(...Array.from({ length: set.labels.tasks }, (_, t) => room(set.labels, t))))
  const out: Curve = { cost: [], accuracy: [] }
  for (let k = 1; k <= most; k++) {
    let [cost, right] = [0, 0]
    for (let seed = 1; seed <= seeds; seed++) {
      const all = arrivals(set, seed)
      const some = firstOf(
        all,
        Array.from({ length: all.tasks }, (_, t) => Math.min(k, room(all, t))),
      )
      const { posterior } = dawidSkene(some)
      cost += some.vote.length / all.tasks
      right += accuracy(posterior, all.classes, set.truth)
    }
    out.cost.push(cost / seeds)
    out.accuracy.push(right / seeds)
  }
  return out
}

/** Where a curve first reaches an accuracy, between its points; null if nowhere. */
export function costAt({ cost, accuracy: right }: Curve, target: number): number | null {
  for (let i = 0; i < cost.length; i++)
    if (right[i]! >= target) {
      if (i === 0) return cost[0]!
      const part = (target - right[i - 1]!) / (right[i]! - right[i - 1]!)
      return cost[i - 1]! + part * (cost[i]! - cost[i - 1]!)
    }
  return null
}

/**
 * `arrival`: people come in the order of the replay, and the policy says which task is worth the next label. `choose`:
 * it also says which of the people who labelled a task are asked first. `plain`: the posterior of Dawid–Skene with a
 * prior, and the task in most doubt next, which is what a plain threshold on the posterior does.
 */
export type Policy = 'arrival' | 'choose' | 'plain'

export type Step = { taken: Labels; posterior: ArrayLike<number>; cost: number }

/** Part of all tasks that get a label between two fits. */
const BATCH = 0.04

/** Takes labels where they are worth most, one label per task at first, and shows each step until told to stop. */
export function collect(set: CrowdSet, seed: number, policy: Policy, show: (step: Step) => boolean): void {
  const all = arrivals(set, seed)
  const { tasks, classes } = all
  const { fraction } = createRng(seed + 1000)
  const taken = Int32Array.from({ length: tasks }, (_, t) => Math.min(1, room(all, t)))
  for (;;) {
    const some = firstOf(all, taken)
    const cost = some.vote.length / tasks
    const model = policy === 'plain' ? fitted(some) : halfOf(fitted(some), shrunkConfusion(some, { iterations: 14 }))
    if (!show({ taken: some, posterior: model.posterior, cost })) return
    const open: { t: number; worth: number }[] = []
    for (let t = 0; t < tasks; t++) {
      if (taken[t]! >= room(all, t)) continue
      if (policy === 'choose') bringForward(all, t, taken[t]!, model)
      const comer = Math.floor(all.vote[all.start[t]! + taken[t]!]! / classes)
      const worth = policy === 'plain' ? doubt(model.posterior, classes, t) : worthOfVote(model, t, comer)
      open.push({ t, worth: worth + 1e-9 * fraction() })
    }
    if (open.length === 0) return
    open.sort((a, b) => b.worth - a.worth)
    for (const { t } of open.slice(0, Math.max(1, Math.round(tasks * BATCH)))) taken[t]!++
  }
}

/** Dawid–Skene with two votes right and one for each mistake beforehand. */
function fitted(labels: Labels): ShrunkConfusion {
  const { posterior, prior, confusion, iterations } = dawidSkene(labels, {
    prior: { diagonal: 2, other: 1 },
    maxIterations: 20,
  })
  const log_confusion = Float64Array.from(confusion, (p) => Math.log(p))
  return { posterior: Float64Array.from(posterior), prior, log_confusion, iterations }
}

/**
 * The mean of two models. Shrinking towards the crowd is better where people differ little and votes are few, rows of
 * one's own where classes are confused in a person's own way; nothing here says beforehand which crowd it is.
 */
function halfOf(a: ShrunkConfusion, b: ShrunkConfusion): ShrunkConfusion {
  const mean = (x: number, y: number) => (x + y) / 2
  return {
    posterior: a.posterior.map((x, i) => mean(x, b.posterior[i]!)),
    prior: a.prior.map((x, i) => mean(x, b.prior[i]!)),
    log_confusion: a.log_confusion.map((x, i) => Math.log(mean(Math.exp(x), Math.exp(b.log_confusion[i]!)))),
    iterations: a.iterations + b.iterations,
  }
}

function doubt(posterior: ArrayLike<number>, classes: number, t: number): number {
  let top = 0
  for (let c = 0; c < classes; c++) top = Math.max(top, posterior[t * classes + c]!)
  return 1 - top
}

/** Puts the label of the worker who is worth most on this task next. Who it is is known; what they said is not. */
function bringForward(all: Labels, t: number, taken: number, model: ShrunkConfusion): void {
  const first = all.start[t]! + taken
  let [best, place] = [-1, first]
  for (let i = first; i < all.start[t + 1]!; i++) {
    const worth = worthOfVote(model, t, Math.floor(all.vote[i]! / all.classes))
    if (worth > best) [best, place] = [worth, i]
  }
  const swap = all.vote[first]!
  all.vote[first] = all.vote[place]!
  all.vote[place] = swap
}

const GRID = 0.02

/** The policy's curve, mean over seeds, up to a cost. */
export function adaptive(set: CrowdSet, seeds: number, policy: Policy, most: number): Curve {
  const cost: number[] = []
  for (let x = 1; x <= most + GRID; x += GRID) cost.push(x)
  const right = cost.map(() => 0)
  for (let seed = 1; seed <= seeds; seed++) {
    const at: Curve = { cost: [], accuracy: [] }
    collect(set, seed, policy, (step) => {
      at.cost.push(step.cost)
      at.accuracy.push(accuracy(step.posterior, set.labels.classes, set.truth))
      return step.cost < most
    })
    cost.forEach((x, i) => (right[i]! += valueAt(at, x) / seeds))
  }
  return { cost, accuracy: right }
}

function valueAt({ cost, accuracy: right }: Curve, x: number): number {
  const next = cost.findIndex((c) => c > x)
  if (next === 0) return right[0]!
  if (next < 0) return right.at(-1)!
  const part = (x - cost[next - 1]!) / (cost[next]! - cost[next - 1]!)
  return right[next - 1]! + part * (right[next]! - right[next - 1]!)
}

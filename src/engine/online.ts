import { dawidSkene, type DawidSkene } from './dawid-skene.ts'
import { BadInput, type Labels } from './labels.ts'
import { reliabilityFromCounts, type Reliability } from './reliability.ts'

export type OnlineOptions = {
  classes: number
  /** Pseudo-votes of every worker, right and wrong. The right ones must be more: they say which way is up. */
  prior?: { diagonal: number; other: number }
  /** Pseudo-tasks of each class. */
  classPrior?: number
  /** A full run happens by itself when votes have grown by this factor since the last; Infinity for never. */
  refitGrowth?: number
  /** The full run's, see `dawidSkene`. */
  tolerance?: number
  maxIterations?: number
  /** What the workers' tables may take; a vote that needs more is refused. */
  maxTableBytes?: number
}

const DEFAULTS = {
  prior: { diagonal: 2, other: 1 },
  classPrior: 1,
  refitGrowth: 1.5,
  tolerance: 1e-5,
  maxIterations: 100,
  maxTableBytes: 2 ** 30,
}
/** Fewer votes than this, or than tasks, are not worth a run by itself. */
const FIRST_REFIT = 1000
/** A run by itself only has to catch up; more iterations than this change little. */
const CATCH_UP = 10
const BLOCK = 8
const FLOOR = 1e-10
const SMALL = 2 ** -500

/**
 * Dawid–Skene that takes votes one by one: incremental EM (R. M. Neal, G. E. Hinton, "A View of the EM Algorithm that
 * Justifies Incremental, Sparse, and Other Variants", 1998) on the model of `dawidSkene` with a prior. A vote is an E
 * step for its task alone, with the reliabilities as they stand; the task's old expected counts are replaced by the new
 * ones. It costs the votes of one task, whatever there is besides, and allocates only when arrays grow (by doubling).
 *
 * Tasks that nobody votes on keep the posterior of their last vote while reliabilities move on: that drift is what full
 * runs correct. A full run is `dawidSkene` from each task's shares of votes over the votes in one canonical order, so
 * that after it nothing depends on the order of arrival, bit for bit.
 *
 * Tasks and workers are whole numbers from 0; gaps cost memory. Failure cases are those of `dawidSkene`; repeated votes
 * by one person each count.
 */
export class OnlineDawidSkene {
  readonly classes: number
  tasks = 0
  workers = 0
  votes = 0
  /** Votes at the last full run. */
  refitted = 0
  readonly #options: Required<OnlineOptions>
  /** A vote is stored as worker << bits | label: no division takes it apart. */
  readonly #bits: number
  /** Where each task's next vote goes; 0 before its first. At a multiple of BLOCK its latest block is full. */
  #tail = new Uint32Array(16)
  /** Blocks of votes, a cache line's half each: where the task's vote before this block lies (0: nowhere), then votes. */
  #pool = new Uint32Array(16 * BLOCK)
  #poolEnd = BLOCK
  #gold = new Int32Array(16).fill(-1)
  #posterior: Float64Array
  /** By worker: expected votes by truth, then for each label expected votes by truth. */
  #counts: Float64Array
  /** Expected tasks by truth. */
  readonly #shares: Float64Array
  readonly #p: Float64Array
  readonly #lifts: Float64Array

  /** @throws BadInput for options that cannot be. */
  constructor(options: OnlineOptions) {
    const all = { ...DEFAULTS, ...options }
    const { classes, prior, classPrior, refitGrowth } = all
    if (!Number.isInteger(classes) || classes < 1)
      throw new BadInput(`There must be at least one class, not ${classes}.`)
    if (!(prior.diagonal > prior.other && prior.other >= 0 && prior.diagonal < Infinity) || !(classPrior >= 0))
      throw new BadInput('A prior needs more votes on the right answer than on a wrong one, and none below 0.')
    if (!(refitGrowth > 1))
      throw new BadInput(`Full runs come when votes have grown by a factor above 1, not ${refitGrowth}.`)
    this.#options = all
    this.classes = classes
    this.#bits = 32 - Math.clz32(classes - 1)
    this.#posterior = new Float64Array(16 * classes)
    this.#counts = new Float64Array(classes * (classes + 1))
    this.#shares = new Float64Array(classes)
    this.#p = new Float64Array(classes)
    this.#lifts = new Float64Array(classes)
  }

  /**
   * Takes a vote; label -1 (abstained) changes nothing. Runs over everything when it is due.
   * @throws BadInput for ids that are no whole numbers from 0, a class that there is not, or tables that grow too large;
   * nothing has changed then.
   */
  add(task: number, worker: number, label: number): void {
    const K = this.classes
    if (!Number.isInteger(label) || label < -1 || label >= K)
      throw new BadInput(`There is no class ${label}; they go from 0 to ${K - 1}.`)
    this.#admit(task, worker)
    if (label < 0) return
    const row = task * K
    const isNew = !this.#isObserved(task)
    this.#append(task, worker, label)
    const p = this.#p
    if (this.#gold[task]! >= 0) for (let k = 0; k < K; k++) p[k] = this.#posterior[row + k]!
    else this.#weigh(task)
    // The new vote had no part in the counts yet; the others' part moves with the posterior.
    this.#count(worker, label, p, 1)
    if (!isNew) {
      for (let k = 0; k < K; k++) p[k]! -= this.#posterior[row + k]!
      this.#countVotes(task, 1, p, 1)
    }
    for (let k = 0; k < K; k++) {
      this.#shares[k]! += p[k]!
      this.#posterior[row + k] = isNew ? p[k]! : this.#posterior[row + k]! + p[k]!
    }
    const { refitGrowth, maxIterations } = this.#options
    if (this.votes >= Math.max(FIRST_REFIT, this.tasks, this.refitted * refitGrowth))
      this.#run(Math.min(maxIterations, CATCH_UP))
  }

  /** Takes a task's known answer, or with -1 takes it back. Reliabilities follow at once. */
  know(task: number, answer: number): void {
    const K = this.classes
    if (!Number.isInteger(answer) || answer < -1 || answer >= K)
      throw new BadInput(`There is no class ${answer}; they go from 0 to ${K - 1}.`)
    this.#admit(task, null)
    const row = task * K
    const p = this.#p
    if (this.#isObserved(task)) {
      for (let k = 0; k < K; k++) p[k] = this.#posterior[row + k]!
      this.#share(task, p, -1)
    }
    this.#gold[task] = answer
    if (!this.#isObserved(task)) return
    if (answer >= 0) for (let k = 0; k < K; k++) p[k] = k === answer ? 1 : 0
    else this.#weigh(task)
    this.#posterior.set(p, row)
    this.#share(task, p, 1)
  }

  /** The chance of each class; the prior for a task without votes. */
  posteriorOf(task: number): Float64Array {
    const K = this.classes
    if (task < this.tasks && this.#isObserved(task)) return this.#posterior.slice(task * K, task * K + K)
    return this.prior()
  }

  /** tasks × classes, as `posteriorOf` says. */
  posteriors(): Float64Array {
    const out = this.#posterior.slice(0, this.tasks * this.classes)
    const prior = this.prior()
    for (let t = 0; t < this.tasks; t++) if (!this.#isObserved(t)) out.set(prior, t * this.classes)
    return out
  }

  /** Share of each class. */
  prior(): Float64Array {
    const n = this.#shares.map((x) => Math.max(FLOOR, x + this.#options.classPrior))
    const total = n.reduce((a, b) => a + b, 0)
    return n.map((x) => x / total)
  }

  /** Reliability of each worker, as the counts stand. */
  reliability(): Reliability {
    const K = this.classes
    return reliabilityFromCounts(this.workers, this.prior(), (w, truth, said) =>
      Math.max(0, this.#counts[(w * (K + 1) + 1 + said) * K + truth]!),
    )
  }

  /** The votes in canonical order: by task, then by code. */
  labels(): Labels {
    const start = new Uint32Array(this.tasks + 1)
    const vote = new Uint32Array(this.votes)
    let n = 0
    for (let t = 0; t < this.tasks; t++) {
      const from = n
      for (let i = this.#last(t); i > 0; i = before(this.#pool, i)) {
        const code = this.#pool[i]!
        vote[n++] = (code >>> this.#bits) * this.classes + (code & ((1 << this.#bits) - 1))
      }
      sortPart(vote, from, n)
      start[t + 1] = n
    }
    const gold = this.#gold.slice(0, this.tasks)
    return {
      tasks: this.tasks,
      workers: this.workers,
      classes: this.classes,
      start,
      vote,
      gold: gold.some((k) => k >= 0) ? gold : null,
    }
  }

  /** The full run; afterwards nothing depends on the order in which votes came. */
  refit(): DawidSkene {
    return this.#run(this.#options.maxIterations)
  }

  #run(maxIterations: number): DawidSkene {
    const { prior, classPrior, tolerance, maxTableBytes } = this.#options
    const labels = this.labels()
    const fit = dawidSkene(labels, { prior, classPrior, tolerance, maxIterations, maxTableBytes })
    const K = this.classes
    this.#posterior.set(fit.posterior)
    this.#counts.fill(0)
    this.#shares.fill(0)
    const p = this.#p
    // Votes are stored anew, too: in the order of arrival, sums would later differ in their last bits.
    this.#tail.fill(0)
    this.#poolEnd = BLOCK
    this.votes = 0
    const { start, vote } = labels
    for (let t = 0; t < this.tasks; t++) {
      for (let k = 0; k < K; k++) p[k] = this.#posterior[t * K + k]!
      for (let i = start[t]!; i < start[t + 1]!; i++) {
        const worker = Math.floor(vote[i]! / K)
        const said = vote[i]! - worker * K
        this.#append(t, worker, said)
        this.#count(worker, said, p, 1)
      }
      if (this.#isObserved(t)) for (let k = 0; k < K; k++) this.#shares[k]! += p[k]!
    }
    this.refitted = this.votes
    return fit
  }

  #isObserved(task: number): boolean {
    return this.#tail[task] !== 0 || this.#gold[task]! >= 0
  }

  #append(task: number, worker: number, said: number): void {
    let at = this.#tail[task]!
    if (at % BLOCK === 0) {
      this.#pool = grown(this.#pool, this.#poolEnd + BLOCK)
      this.#pool[this.#poolEnd] = at === 0 ? 0 : at - 1
      at = this.#poolEnd + 1
      this.#poolEnd += BLOCK
    }
    this.#pool[at] = (worker << this.#bits) | said
    this.#tail[task] = at + 1
    this.votes++
  }

  /** Where a task's latest vote lies; 0 when there is none. */
  #last(task: number): number {
    const tail = this.#tail[task]!
    return tail === 0 ? 0 : tail - 1
  }
  /** The E step of a task with votes: its posterior into #p. */
  #weigh(task: number): void {
    const K = this.classes
    const { prior, classPrior } = this.#options
    const all = prior.diagonal + (K - 1) * prior.other
    const p = this.#p
    const lifts = this.#lifts
    const counts = this.#counts
    const bits = this.#bits
    const mask = (1 << bits) - 1
    const pool = this.#pool
    const { diagonal, other } = prior
    lifts.fill(0)
    let lifted = false
    for (let k = 0; k < K; k++) p[k] = Math.max(FLOOR, this.#shares[k]! + classPrior)
    for (let i = this.#last(task); i > 0; i = before(pool, i)) {
      const code = pool[i]!
      const worker = code >>> bits
      const said = code & mask
      const total = worker * (K + 1) * K
      const row = total + (1 + said) * K
      for (let k = 0; k < K; k++) {
        const n = Math.max(FLOOR, counts[row + k]! + (k === said ? diagonal : other))
        p[k]! *= n / Math.max(n, counts[total + k]! + all)
        if (p[k]! >= SMALL) continue
        p[k]! *= 1 / SMALL
        lifts[k]!++
        lifted = true
      }
    }
    if (lifted) {
      const least = lifts.reduce((a, b) => Math.min(a, b))
      for (let k = 0; k < K; k++) p[k]! *= lifts[k] === least ? 1 : lifts[k] === least + 1 ? SMALL : 0
    }
    let z = 0
    for (let k = 0; k < K; k++) z += p[k]!
    for (let k = 0; k < K; k++) p[k]! /= z
  }

  /** Adds a posterior (or takes it from) what is expected of one vote. */
  #count(worker: number, said: number, p: Float64Array, sign: 1 | -1): void {
    const K = this.classes
    const counts = this.#counts
    const total = worker * (K + 1) * K
    const row = total + (1 + said) * K
    for (let k = 0; k < K; k++) {
      counts[total + k]! += sign * p[k]!
      counts[row + k]! += sign * p[k]!
    }
  }

  /** The same for all votes of a task but the latest `skip`. */
  #countVotes(task: number, skip: 0 | 1, p: Float64Array, sign: 1 | -1): void {
    let i = this.#last(task)
    const pool = this.#pool
    if (skip === 1) i = before(pool, i)
    const bits = this.#bits
    const mask = (1 << bits) - 1
    for (; i > 0; i = before(pool, i)) this.#count(pool[i]! >>> bits, pool[i]! & mask, p, sign)
  }

  /** Adds a task's posterior (or takes it) everywhere it counts. */
  #share(task: number, p: Float64Array, sign: 1 | -1): void {
    for (let k = 0; k < this.classes; k++) this.#shares[k]! += sign * p[k]!
    this.#countVotes(task, 0, p, sign)
  }

  #admit(task: number, worker: number | null): void {
    const K = this.classes
    refuseId('task', task)
    if (worker !== null) refuseId('worker', worker)
    if (worker !== null && worker >= this.workers) {
      const { maxTableBytes } = this.#options
      if ((worker + 1) * K * (K + 1) * 8 > maxTableBytes || worker >= 2 ** (32 - this.#bits))
        throw new BadInput(`${worker + 1} workers × ${K}² classes need more than the ${maxTableBytes} bytes allowed.`)
      this.workers = worker + 1
      this.#counts = grown(this.#counts, this.workers * K * (K + 1))
    }
    if (task < this.tasks) return
    this.tasks = task + 1
    const known = this.#gold.length
    this.#tail = grown(this.#tail, this.tasks)
    this.#gold = grown(this.#gold, this.tasks)
    this.#gold.fill(-1, known)
    this.#posterior = grown(this.#posterior, this.tasks * K)
  }
}

function refuseId(name: string, id: number): void {
  if (!Number.isInteger(id) || id < 0 || id >= 2 ** 31)
    throw new BadInput(`A ${name} is a whole number from 0 to 2147483647, not ${id}.`)
}

/** Where the vote before that at `at` lies; 0 when there is none. */
const before = (pool: Uint32Array, at: number) => (at % BLOCK === 1 ? pool[at - 1]! : at - 1)

type Growable = Float64Array | Uint32Array | Int32Array

function grown<A extends Growable>(array: A, size: number): A {
  if (size <= array.length) return array
  const out = new (array.constructor as new (n: number) => A)(Math.max(size, 2 * array.length))
  out.set(array)
  return out
}

/** Insertion sort while parts are short, as they nearly always are. */
function sortPart(xs: Uint32Array, from: number, to: number): void {
  if (to - from > 64) {
    xs.subarray(from, to).sort()
    return
  }
  for (let i = from + 1; i < to; i++) {
    const x = xs[i]!
    let j = i
    for (; j > from && xs[j - 1]! > x; j--) xs[j] = xs[j - 1]!
    xs[j] = x
  }
}

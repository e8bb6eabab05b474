import { setPseudoVotes, type ConfusionPrior } from './dawid-skene-prior.ts'
import { vectorSteps } from './dawid-skene-kernel.ts'
import { CHANGE, lanesFor, scalarSteps, SMALL, STEPS, Z, type Numbers, type Tables } from './dawid-skene-pass.ts'
import { BadInput, type Labels } from './labels.ts'
import { reliabilityFromCounts, type Reliability } from './reliability.ts'

export type DawidSkeneOptions = {
  /** Pseudo-votes that every worker starts with; none is maximum likelihood. */
  prior?: ConfusionPrior
  /** Pseudo-tasks added to each class's share; none is maximum likelihood. */
  classPrior?: number
  /** Iterations stop when posteriors move by less, in total variation, mean over tasks. Below 0: never. */
  tolerance?: number
  maxIterations?: number
  /** Tables and posteriors in Float64 or Float32: half the memory for about seven digits. Sums are Float64 in both. */
  precision?: 'double' | 'single'
  /** Posteriors to start from (tasks × classes, rows summing to one) instead of each task's shares of votes. */
  initial?: ArrayLike<number>
  /** What the workers' tables may take; above it the call is refused. */
  maxTableBytes?: number
  /** Plain loops or vectors (where they are to be had): by size unless said. The answers are the same, bit for bit. */
  vectors?: boolean
}

export type DawidSkene = {
  method: 'dawid_skene'
  /** tasks × classes, row-major; each row sums to one. Gold rows are one-hot; a task without votes has the prior. */
  posterior: Numbers
  /** Share of each class. */
  prior: Float64Array
  /** workers × truth × said: the chance that a worker says `said` of a task whose class is `truth`. */
  confusion: Numbers
  iterations: number
  converged: boolean
  reliability: Reliability
  /** Log-likelihood, in nats, of the votes on tasks without gold, at the parameters that made the posterior. */
  evidence: number
}

/** With fewer votes, setting up a WebAssembly memory takes longer than it saves. */
const WORTH_VECTORS = 4096
const DEFAULTS = { tolerance: 1e-5, maxIterations: 100, maxTableBytes: 2 ** 30 }

/**
 * Dawid and Skene's model by expectation-maximisation: each worker has a confusion matrix, each task one true class,
 * votes are independent given both (A. P. Dawid, A. M. Skene, "Maximum Likelihood Estimation of Observer Error-Rates
 * Using the EM Algorithm", Applied Statistics 28, 1979). With `prior` it is the maximum a posteriori fit, or an
 * empirical-Bayes one around the pooled matrix. Gold is observed class, in the counts from the start.
 *
 * Posteriors are products of chances lifted by powers of two, so there is no transcendental function in them: the same
 * input gives the same bits on every machine. A pass costs one cache line per vote; the tables take
 * workers × classes² × 2 numbers (classes rounded up to even), and nothing is allocated per iteration.
 *
 * Failure cases: with few votes per worker maximum likelihood overfits and its posteriors are too sure (give a prior);
 * a crowd most of which is adversarial is fitted with classes swapped (gold helps); a class that nobody voted for keeps
 * a share of about 0; workers that copy one another count as many. No input gives NaN: chances are at least 1e-10 of a
 * vote.
 * @throws BadInput when the tables would exceed `maxTableBytes`, or a prior or `initial` is no such thing.
 */
export function dawidSkene(labels: Labels, options: DawidSkeneOptions = {}): DawidSkene {
  const { tolerance, maxIterations, maxTableBytes } = { ...DEFAULTS, ...options }
  const { tasks, classes } = labels
  refuseLarge(labels, options.precision === 'single' ? 4 : 8, maxTableBytes)
  refuseOptions(labels, options)
  const Table = options.precision === 'single' ? Float32Array : Float64Array
  const posterior: Numbers = new Table(tasks * classes)
  const steps =
    ((options.vectors ?? labels.vote.length >= WORTH_VECTORS) ? vectorSteps(labels, posterior) : null) ??
    scalarSteps(labels, posterior)
  const { tables } = steps
  const { state, lanes, cells } = tables
  padChances(tables)
  const observed = observedTasks(labels)

  start(tables, options.initial)
  steps.pass(true)
  let iterations = 0
  let converged = false
  for (;;) {
    const done = converged || iterations >= maxIterations
    shareOut(tables, observed, options.classPrior ?? 0)
    setPseudoVotes(tables, options.prior)
    // The last counts stay, for the reliabilities.
    steps.maximise(!done)
    if (done) break
    state.fill(0, lanes)
    state[2 * lanes + Z] = 1
    steps.pass(false)
    iterations++
    converged = (state[2 * lanes + CHANGE]! + state[2 * lanes + CHANGE + 1]!) / 2 <= tolerance * tasks
  }
  const prior = state.slice(0, classes)
  const stride = 2 * lanes
  const countOf = (w: number, truth: number, said: number) => cells[(w * classes + said) * stride + lanes + truth]!
  return {
    method: 'dawid_skene',
    posterior,
    prior,
    confusion: confusionOf(tables, new Table(labels.workers * classes * classes)),
    iterations,
    converged,
    reliability: reliabilityFromCounts(labels.workers, prior, countOf),
    evidence: iterations === 0 ? 0 : Math.log(state[2 * lanes + Z]!) + state[2 * lanes + STEPS]! * Math.log(SMALL),
  }
}

function refuseLarge({ workers, classes }: Labels, bytes: number, limit: number): void {
  const size = workers * classes * lanesFor(classes) * 2 * bytes
  if (size <= limit) return
  const gb = (n: number) => `${(n / 1e9).toFixed(n < 1e10 ? 1 : 0)} GB`
  throw new BadInput(
    `${workers} workers × ${classes}² classes need a table of ${gb(size)}, and the limit is ${gb(limit)}. A model with one reliability per worker (one-coin) needs none.`,
  )
}

function refuseOptions({ tasks, classes }: Labels, { initial, prior, classPrior = 0 }: DawidSkeneOptions): void {
  const { diagonal = 0, other = 0, pooled = 0 } = prior ?? {}
  for (const [name, n] of Object.entries({ diagonal, other, pooled: pooled === 'estimate' ? 0 : pooled, classPrior }))
    if (!(n >= 0 && n < Infinity)) throw new BadInput(`A prior's ${name} is a number of votes from 0 up, not ${n}.`)
  if (!initial) return
  if (initial.length !== tasks * classes)
    throw new BadInput(`There are ${initial.length} initial posteriors for ${tasks} tasks × ${classes} classes.`)
  for (let i = 0; i < initial.length; i++)
    if (!(initial[i]! >= 0 && initial[i]! <= 1))
      throw new BadInput(`The initial posterior of task ${Math.floor(i / classes)} holds ${initial[i]}.`)
}

/** Chances of classes that exist only as padding are 1, and so is their prior: they drop out of every product. */
function padChances({ labels, lanes, cells, state }: Tables): void {
  if (lanes === labels.classes) return
  for (let row = labels.classes; row < cells.length; row += 2 * lanes) cells[row] = 1
  state[labels.classes] = 1
}

/** Tasks that say something about how common classes are. */
function observedTasks({ tasks, start, gold }: Labels): number {
  let n = 0
  for (let t = 0; t < tasks; t++) if (start[t + 1]! > start[t]! || (gold !== null && gold[t]! >= 0)) n++
  return n
}

/** Posteriors as given, else shares of votes; gold as known. Their counts are the first M step's. */
function start({ labels, posterior }: Tables, initial: ArrayLike<number> | undefined): void {
  const { tasks, classes, start, vote, gold } = labels
  // A remainder by a power of two needs no division, which is most of this at a hundred million votes.
  const mask = (classes & (classes - 1)) === 0 ? classes - 1 : 0
  for (let t = 0; t < tasks; t++) {
    const row = t * classes
    const from = start[t]!
    const to = start[t + 1]!
    const known = gold === null ? -1 : gold[t]!
    if (known >= 0) posterior[row + known] = 1
    else if (initial) for (let k = 0; k < classes; k++) posterior[row + k] = initial[row + k]!
    else if (from === to) posterior.fill(1 / classes, row, row + classes)
    else {
      const share = 1 / (to - from)
      for (let i = from; i < to; i++) posterior[row + (mask > 0 ? vote[i]! & mask : vote[i]! % classes)]! += share
    }
  }
}

/** The M step for the classes' shares. */
function shareOut({ labels, lanes, state }: Tables, observed: number, pseudo: number): void {
  const { classes } = labels
  let total = 0
  for (let k = 0; k < classes; k++) {
    const n = observed === 0 && pseudo === 0 ? 1 : state[lanes + k]! + pseudo
    state[k] = Math.max(n, 1e-10)
    total += state[k]!
  }
  for (let k = 0; k < classes; k++) state[k]! /= total
}

function confusionOf({ labels, lanes, cells }: Tables, out: Numbers): Numbers {
  const { workers, classes } = labels
  for (let w = 0; w < workers; w++)
    for (let said = 0; said < classes; said++)
      for (let truth = 0; truth < classes; truth++)
        out[(w * classes + truth) * classes + said] = cells[(w * classes + said) * 2 * lanes + truth]!
  return out
}

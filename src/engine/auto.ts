import { numberCodes } from './alternate.ts'
import { blendPosteriors } from './blend.ts'
import { fitTemperature, heated, type KnownRows, knownRows, temper } from './calibrate.ts'
import { ebcc } from './ebcc.ts'
import { takeOut } from './held-out.ts'
import { classShares, type Fitted, type Inference, isObserved, reliabilityOf, voteShares } from './inference.ts'
import { knowOrGuess } from './know-or-guess.ts'
import type { Labels } from './labels.ts'
import { majority } from './majority.ts'
import { marksOf } from './marks.ts'
import { oneCoin } from './one-coin.ts'
import { openTrial, type Verdict } from './trial.ts'

export type AutoOptions = {
  /** Correlation assumed between two votes on one task, beyond what its class explains. */
  correlation?: number
  /** The plain shares of votes' part of every answer. */
  hedge?: number
  /** Told after each fit of a model. */
  onFit?: (done: number, of: number) => void
}

export type AutoMember = {
  method: string
  /** Its part of the blend; the parts sum to 1 - hedge. */
  weight: number
  /** Mean log chance, in nats, that it gave to votes it had not seen. */
  held_out: number
}

export type Auto = Inference & {
  members: AutoMember[]
  /** Models that were left out because of the size of the table, with the reason. */
  left_out: { method: string; reason: string }[]
  /** Votes that were taken out and predicted. */
  predicted_votes: number
  calibration: {
    /** What the temperature was fitted on. */
    by: 'design_effect' | 'gold'
    correlation: number
    temperature: number
    gold: number
    /** Calibrated posteriors of known answers that no model had seen, beside their truth. */
    known: KnownRows
  }
  /** Which model carried the answer and why, in sentences. */
  why: string[]
}

/** One setting for all data; why these is in docs/decisions, with how little hangs on them. */
export const AUTO = { correlation: 0.2, hedge: 0.2 } as const
/** One part in ten of the votes is predicted from the other nine, until so many votes are. */
const HELD_OUT = { parts: 10, votes: 10_000 } as const
/** What tables may hold, and votes × states of one iteration, so that a hundred thousand votes take seconds. */
const BUDGET = { cells: 5e7, ebccCells: 1e6, ebccSteps: 2e6 } as const
const EBCC = { subtypes: [2, 3, 5, 10], starts: 2, maxIterations: 60 }

type Model = { method: string; fit: (labels: Labels) => Fitted }

/**
 * The default: models that hold different things constant, weighted by how well each predicts votes that it has not
 * seen, blended, hedged and calibrated. It needs no truth. `knowOrGuess` supposes that people differ, `ebcc` that
 * besides they fail together on kinds of task; each is right for some crowds and wrong for others, and the votes
 * themselves tell which (`bootstrapWeights` on held-out votes, and on held-out gold where there is some). Each model's
 * posteriors are divided by the design effect of correlated votes (`temper`) and averaged, with a part of the plain
 * shares of votes as a hedge, because votes cannot tell everything. With gold, one temperature is fitted on known answers that the models had not seen.
 *
 * Deterministic, and the same in any order of tasks, workers and votes. Costs up to 11 fits of each model on small
 * tables and 2 on large ones; models that a table is too large for are left out and named in `left_out`.
 *
 * Failure cases: a crowd that is wrong together on a whole kind of task is believed; no label can tell. Calibration
 * without gold assumes a usual correlation, and is off where tasks are unusually easy or misleading.
 */
export function auto(labels: Labels, options: AutoOptions = {}): Auto {
  const { hedge, correlation, onFit } = { ...AUTO, ...options }
  const { models, left_out } = modelsFor(labels)
  const { weights, heldOut, rows, predicted, fit } = compare(labels, models, {
    correlation,
    hedge,
    onFit,
  })
  const fits = models.map(fit)
  const blended = blendPosteriors(
    [...fits.map((f) => temper(labels, f.posterior, correlation)), voteShares(labels)],
    [...weights.map((w) => w * (1 - hedge)), hedge],
  )
  const temperature = fitTemperature(rows)
  const posterior = temperature === 1 ? blended : temper(labels, blended, 0, temperature)
  const prior = classShares(labels, posterior)
  // What nothing is known of follows the blended classes.
  for (let t = 0; t < labels.tasks; t++) if (!isObserved(labels, t)) posterior.set(prior, t * labels.classes)
  const members = models.map(({ method }, m) => ({
    method,
    weight: weights[m]! * (1 - hedge),
    held_out: heldOut[m]!,
  }))
  const gold = rows.truth.length
  return {
    method: 'auto',
    posterior,
    prior,
    iterations: Math.max(0, ...fits.map((f) => f.iterations)),
    converged: fits.every((f) => f.converged),
    reliability: reliabilityOf(labels, posterior, prior),
    evidence: null,
    members,
    left_out,
    predicted_votes: predicted,
    calibration: {
      by: gold > 0 ? 'gold' : 'design_effect',
      correlation,
      temperature,
      gold,
      known: heated(rows, temperature),
    },
    why: reasons(members, predicted, left_out),
  }
}

type Settings = { correlation: number; hedge: number; onFit: AutoOptions['onFit'] | undefined }
type Comparison = Verdict & { fit: (model: Model) => Fitted }

/** Fits every model on all folds, and has them predict what was taken out. */
function compare(labels: Labels, models: readonly Model[], { correlation, hedge, onFit }: Settings): Comparison {
  const { tasks, classes } = labels
  const votes = Math.max(1, labels.vote.length)
  const folds = Math.min(HELD_OUT.parts, Math.ceil((HELD_OUT.votes * HELD_OUT.parts) / votes))
  const asked = models.length > 1 || labels.gold?.some((g) => g >= 0) ? folds : 0
  const of = models.length * (asked + 1)
  let done = 0
  const told = <T>(value: T): T => {
    onFit?.(++done, of)
    return value
  }
  const trial = openTrial(models.length, tasks, classes)
  for (let part = 0; part < asked; part++) {
    const { rest, task, vote, gold } = takeOut(labels, HELD_OUT.parts, part, Math.max(2, asked))
    const known = (posterior: ArrayLike<number>) => knownRows(posterior, classes, gold, labels.gold ?? [])
    for (let m = 0; m < models.length; m++) {
      const fitted = told(models[m]!.fit(rest))
      const chance = new Float64Array(vote.length)
      for (let i = 0; i < chance.length; i++) chance[i] = fitted.chance(task[i]!, vote[i]!)
      trial.add(m, { task, chance, gold: known(temper(rest, fitted.posterior, correlation)).posterior })
    }
    const plain = known(voteShares(rest))
    trial.endFold(gold, plain.truth, plain.posterior)
  }
  const marks = asked > 0 ? marksOf(numberCodes(labels)).task : new Uint32Array(tasks)
  return { ...trial.decide(marks, hedge), fit: (model) => told(model.fit(labels)) }
}

function modelsFor(labels: Labels): { models: Model[]; left_out: Auto['left_out'] } {
  const { workers, classes, vote } = labels
  const models: Model[] = []
  const left_out: Auto['left_out'] = []
  const size = `${workers} people × ${classes} classes with ${vote.length} votes`
  const codes = Math.min(vote.length, workers * classes)
  if ((codes + workers + classes) * classes <= BUDGET.cells)
    models.push({ method: 'know_or_guess', fit: (l) => knowOrGuess(l) })
  else left_out.push({ method: 'know_or_guess', reason: `${size} are too many for its tables` })
  const subtypes = EBCC.subtypes.filter(
    (n) => workers * classes * classes * n <= BUDGET.ebccCells && vote.length * classes * n <= BUDGET.ebccSteps,
  )
  if (subtypes.length > 0) models.push({ method: 'ebcc', fit: (l) => ebcc(l, { ...EBCC, subtypes }) })
  else left_out.push({ method: 'ebcc', reason: `${size} are too many to fit subtypes in seconds` })
  if (models.length > 0) return { models, left_out }
  if (codes * classes <= BUDGET.cells) models.push({ method: 'one_coin', fit: (l) => oneCoin(l) })
  else {
    left_out.push({ method: 'one_coin', reason: `${size} are too many for its tables` })
    models.push({ method: 'majority', fit: (l) => ({ ...majority(l), chance: () => 1 }) })
  }
  return { models, left_out }
}

const HOLDS: Record<string, string> = {
  know_or_guess: 'people differ in how often they know, and in what they confuse or guess otherwise',
  ebcc: 'people fail together on the same kinds of task, so that their votes are less than independent',
  one_coin: 'people differ in how often they are right, whatever the class',
  majority: 'all people are alike',
}

function reasons(members: readonly AutoMember[], predicted: number, left_out: Auto['left_out']): string[] {
  const [first, second] = members.toSorted((a, b) => b.weight - a.weight || b.held_out - a.held_out)
  const out: string[] = []
  if (first && predicted > 0) {
    out.push(
      `${first.method} carried most of the answer (weight ${first.weight.toFixed(2)}): it supposes that ${HOLDS[first.method]}.`,
    )
    if (second)
      out.push(
        `Of ${predicted} votes that the models had not seen, it gave each a chance of ${chance(first)} on average (geometric), ${second.method} ${chance(second)}.`,
      )
  } else if (first)
    out.push(
      members.length === 1
        ? `${first.method} carried the answer alone: no other model fits the size of this table.`
        : 'All models weigh the same: there are no votes to compare them by.',
    )
  for (const { method, reason } of left_out) out.push(`${method} was left out: ${reason}.`)
  return out
}

const chance = ({ held_out }: AutoMember) => Math.exp(held_out).toFixed(3)

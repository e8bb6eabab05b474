import { blendPosteriors } from './blend.ts'
import { fitTemperature, knownRows, temper } from './calibrate.ts'
import { ebcc } from './ebcc.ts'
import { takeOut } from './held-out.ts'
import { ibcc } from './ibcc.ts'
import { classShares, type Fitted, type Inference, reliabilityOf, voteShares } from './inference.ts'
import { knowOrGuess } from './know-or-guess.ts'
import type { Labels } from './labels.ts'
import { oneCoin } from './one-coin.ts'
import { Trial } from './trial.ts'

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
  }
  /** Which model carried the answer and why, in sentences. */
  why: string[]
}

/** One setting for all data; why these is in docs/decisions, with how little hangs on them. */
export const AUTO = { correlation: 0.2, hedge: 0.2 } as const
/** One part in ten of the votes is predicted from the other nine, until so many votes are. */
const HELD_OUT = { parts: 10, votes: 10_000 } as const
/** Numbers that a model may hold, and vote × state steps per iteration, so that a hundred thousand votes take seconds. */
const BUDGET = { cells: 1e6, steps: 5e6, matrix: 2e7, rows: 5e7 } as const
const EBCC = { subtypes: 10, least: 2, starts: 4, few: 2, many: 5e5, maxIterations: 80 } as const

type Model = { method: string; fit: (labels: Labels) => Fitted }

/**
 * The default: several models, weighted by how well each predicts votes that it has not seen, blended and calibrated.
 * It needs no truth. The models differ in what they hold constant: `knowOrGuess` (people differ in how often they
 * know), `ibcc` with an estimated prior (people differ in what they confuse), `ebcc` (people fail on the same tasks);
 * each is right for some crowds and badly wrong for others. Weights: stacking on held-out votes (`stackWeights`), and
 * on held-out gold where there is some. Every model's posteriors are divided by the design effect of correlated votes
 * (`temper`), then averaged with a part of the plain shares of votes as a hedge; with gold, one temperature is fitted
 * on known answers that the models had not seen.
 *
 * Deterministic, and the same in any order of tasks, workers and votes. Costs up to 11 fits of each model on small
 * tables and 2 on large ones; models that a table is too large for are left out and named in `left_out`.
 *
 * Failure cases: a crowd that is wrong together on a whole kind of task is believed; no label can tell. Calibration
 * without gold assumes a usual correlation, and is off where tasks are unusually easy or misleading.
 */
export function auto(labels: Labels, options: AutoOptions = {}): Auto {
  const { correlation = AUTO.correlation, hedge = AUTO.hedge, onFit } = options
  const { models, left_out } = modelsFor(labels)
  const folds = Math.min(HELD_OUT.parts, Math.ceil((HELD_OUT.votes * HELD_OUT.parts) / Math.max(1, labels.vote.length)))
  const rounds = models.length > 1 || goldCount(labels) > 0 ? folds : 0
  const of = models.length * (rounds + 1)
  let done = 0
  const fit = (model: Model, of_labels: Labels): Fitted => {
    const fitted = model.fit(of_labels)
    onFit?.(++done, of)
    return fitted
  }

  const trial = new Trial(models.length, labels.classes)
  for (let part = 0; part < rounds; part++) {
    const fold = takeOut(labels, HELD_OUT.parts, part, Math.max(2, rounds))
    const truthOf = (posterior: ArrayLike<number>) => knownRows(posterior, labels.classes, fold.gold, labels.gold ?? [])
    for (let m = 0; m < models.length; m++) {
      const fitted = fit(models[m]!, fold.rest)
      const chances = new Float64Array(fold.vote.length)
      for (let i = 0; i < chances.length; i++) chances[i] = fitted.chance(fold.task[i]!, fold.vote[i]!)
      const heated = temper(fold.rest, fitted.posterior, correlation)
      trial.add(m, chances, truthOf(heated).posterior)
    }
    const plain = truthOf(voteShares(fold.rest))
    trial.endFold(plain.posterior, plain.truth)
  }
  const { weights, heldOut, rows, predicted } = trial.decide(hedge)
  const temperature = fitTemperature(rows)

  const fits = models.map((model) => fit(model, labels))
  const shares = voteShares(labels)
  const blended = blendPosteriors(
    [...fits.map((f) => temper(labels, f.posterior, correlation)), shares],
    [...weights.map((w) => w * (1 - hedge)), hedge],
  )
  const posterior = temperature === 1 ? blended : temper(labels, blended, 0, temperature)
  const prior = classShares(labels, posterior)
  const members = models.map(({ method }, m) => ({
    method,
    weight: weights[m]! * (1 - hedge),
    held_out: heldOut[m]!,
  }))
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
      by: rows.truth.length > 0 ? 'gold' : 'design_effect',
      correlation,
      temperature,
      gold: rows.truth.length,
    },
    why: reasons(members, predicted, left_out),
  }
}

function modelsFor(labels: Labels): { models: Model[]; left_out: Auto['left_out'] } {
  const { workers, classes, vote } = labels
  const models: Model[] = []
  const left_out: Auto['left_out'] = []
  const offer = (method: string, fits: boolean, reason: string, fit: Model['fit']) =>
    fits ? models.push({ method, fit }) : left_out.push({ method, reason })
  const matrix = workers * classes * classes
  const subtypes = Math.min(
    EBCC.subtypes,
    Math.floor(BUDGET.cells / Math.max(1, matrix)),
    Math.floor(BUDGET.steps / Math.max(1, vote.length * classes)),
  )
  const size = `${workers} people × ${classes} classes with ${vote.length} votes`
  offer(
    'know_or_guess',
    classes * classes + workers * classes <= BUDGET.rows,
    `${size} are too many for its tables`,
    (l) => knowOrGuess(l),
  )
  offer('ibcc_estimated', matrix <= BUDGET.matrix, `${size} are too many for its confusion matrices`, (l) =>
    ibcc(l, { estimate: true }),
  )
  offer('ebcc', subtypes >= EBCC.least, `${size} are too many for its subtypes to be fitted in seconds`, (l) =>
    ebcc(l, {
      subtypes,
      starts: vote.length * classes * subtypes > EBCC.many ? EBCC.few : EBCC.starts,
      maxIterations: EBCC.maxIterations,
    }),
  )
  if (models.length === 0) models.push({ method: 'one_coin', fit: (l) => oneCoin(l) })
  return { models, left_out }
}

const goldCount = ({ gold }: Labels) => gold?.reduce((n, g) => n + (g >= 0 ? 1 : 0), 0) ?? 0

const HOLDS: Record<string, string> = {
  know_or_guess: 'people differ in how often they know the answer and guess by habit otherwise',
  ibcc_estimated: 'people differ in which classes they take for which',
  ebcc: 'people fail together on the same kinds of task',
  one_coin: 'people differ in how often they are right, whatever the class',
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

import { BadInput } from './labels.ts'

/** One unit of weight is 2^-16 nats of log-likelihood. */
export const UNIT_BITS = 16
const UNIT = 2 ** UNIT_BITS
/** 1024 nats: no weight says more, so that 2^26 of them still sum within safe integers. */
const LIMIT = 2 ** 26
const FORMAT = 'assay-snapshot-1'

/** weights[said][truth]: what a vote for class `said` adds to the score of class `truth`, in units. */
export type Weights = readonly (readonly number[])[]

/**
 * Everything that a decision needs, as whole numbers: whoever has this and the votes gets the same decision on any
 * machine, by adding and comparing. It is named by the batch it was computed for and the event it was taken at.
 */
export type Snapshot = {
  readonly format: typeof FORMAT
  readonly batch: string
  readonly event: string
  readonly unit_bits: typeof UNIT_BITS
  readonly classes: readonly string[]
  /** Score of each class before any vote. */
  readonly prior: readonly number[]
  /** By how much a class must lead each other class to be the answer; see `marginFor`. */
  readonly margin: readonly number[]
  /** For people who are not listed. */
  readonly default_weights: Weights
  readonly people: Readonly<Record<string, Weights>>
  /** Named evidence that is not a vote (a contributor's record, an automated check): what it adds to each class. */
  readonly signals: Readonly<Record<string, readonly number[]>>
}

/** A vote as a decision counts it; `said` is a class index. A person's repeated votes each count. */
export type SnapshotVote = { readonly person: string; readonly said: number }

/** `answer` is null while no class leads by its margin; `leading` holds every class that no other exceeds. */
export type Standing = { answer: number | null; leading: number[]; scores: number[] }

/**
 * Adds up an item: prior, signals by name (unknown ones say nothing) and votes. Whole numbers only.
 * @throws BadInput for a vote whose class the snapshot does not have.
 */
export function scoresOf(
  snapshot: Snapshot,
  votes: readonly SnapshotVote[],
  signals: readonly string[] = [],
): number[] {
  const scores = [...snapshot.prior]
  for (const name of signals) if (Object.hasOwn(snapshot.signals, name)) add(scores, snapshot.signals[name]!)
  for (const { person, said } of votes) {
    const row = weightsOf(snapshot, person)[said]
    if (!row) throw new BadInput(`A vote says class ${said}, and the snapshot has ${snapshot.classes.length} classes.`)
    add(scores, row)
  }
  return scores
}

function add(scores: number[], units: readonly number[]): void {
  for (let c = 0; c < scores.length; c++) scores[c]! += units[c]!
}

/** A person's published weights, or those of anyone the snapshot does not know. */
export function weightsOf(snapshot: Snapshot, person: string): Weights {
  return Object.hasOwn(snapshot.people, person) ? snapshot.people[person]! : snapshot.default_weights
}

/**
 * Compares scores: a class is the answer when it leads every other by its own margin. Equal scores stay equal: with
 * two classes in the lead there is no answer, whatever their order or margins.
 */
export function standing(snapshot: Snapshot, scores: readonly number[]): Standing {
  const top = scores.reduce((a, b) => Math.max(a, b))
  const leading = scores.flatMap((s, c) => (s === top ? [c] : []))
  const best = leading[0]
  const clear = leading.length === 1 && scores.every((s, c) => c === best || top - s >= snapshot.margin[best!]!)
  return { answer: clear ? best! : null, leading, scores: [...scores] }
}

/** `standing` of the summed votes. */
export function decide(snapshot: Snapshot, votes: readonly SnapshotVote[], signals: readonly string[] = []): Standing {
  return standing(snapshot, scoresOf(snapshot, votes, signals))
}

/**
 * The lead over each other class that proves a posterior of `threshold` (above 0, below 1): exact for two classes; for
 * more, sufficient (as if all others were as near as the nearest), so that no logarithm is needed to decide. At least 1.
 */
export function marginFor(threshold: number, classes: number): number {
  if (!(threshold > 0 && threshold < 1))
    throw new BadInput(`A threshold lies between 0 and 1, which ${threshold} does not.`)
  return Math.max(
    1,
    Math.min(LIMIT, Math.ceil(UNIT * Math.log((threshold * Math.max(1, classes - 1)) / (1 - threshold)))),
  )
}

/** Nats as whole units, half away from zero: so that opposite evidence stays exactly opposite, and ties stay ties. */
export function toUnits(nats: number): number {
  if (Number.isNaN(nats)) throw new BadInput('A weight is not a number.')
  const size = Math.min(LIMIT, Math.floor(Math.abs(nats) * UNIT + 0.5))
  return nats < 0 && size > 0 ? -size : size
}

/**
 * Log-likelihoods of a confusion matrix as weights, each row centred over the truths (only differences count).
 * @param confusion Row-major truth × said; rows are probabilities, zeros are read as 1e-9.
 * @param scale Below 1 makes every vote count less than independence says (one over a calibration temperature).
 */
export function weightsFromConfusion(confusion: ArrayLike<number>, classes: number, scale = 1): number[][] {
  if (confusion.length !== classes * classes)
    throw new BadInput(
      `A confusion matrix of ${classes} classes has ${classes * classes} numbers, not ${confusion.length}.`,
    )
  return Array.from({ length: classes }, (_, said) => {
    const row = Array.from({ length: classes }, (_, truth) => {
      const p = confusion[truth * classes + said]!
      if (!(p >= 0 && p <= 1 + 1e-6)) throw new BadInput(`A confusion matrix holds ${p}, which is no probability.`)
      return Math.log(Math.max(p, 1e-9)) * scale
    })
    return centred(row)
  })
}

/** Log shares of the classes as prior scores, centred; zeros are read as 1e-9. */
export function unitsFromShares(shares: ArrayLike<number>): number[] {
  return centred(Array.from(shares, (p) => Math.log(Math.max(p, 1e-9))))
}

function centred(row: readonly number[]): number[] {
  // Half the range, not the mean: of two classes it gives exact opposites.
  const middle = (row.reduce((a, b) => Math.max(a, b), -Infinity) + row.reduce((a, b) => Math.min(a, b), Infinity)) / 2
  return row.map((x) => toUnits(x - middle))
}

/** The canonical JSON (RFC 8785) of a snapshot: one text for one content, to be hashed, signed and published. */
export function writeSnapshot(snapshot: Snapshot): string {
  const s = readSnapshot(snapshot)
  const byKey = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  const map = (entries: Readonly<Record<string, unknown>>) =>
    `{${Object.keys(entries)
      .sort(byKey)
      .map((key) => `${JSON.stringify(key)}:${JSON.stringify(entries[key])}`)
      .join(',')}}`
  const fields = Object.keys(s)
    .sort(byKey)
    .map((key) => {
      const value = s[key as keyof Snapshot]
      const text = key === 'people' || key === 'signals' ? map(value as Record<string, unknown>) : JSON.stringify(value)
      return `${JSON.stringify(key)}:${text}`
    })
  return `{${fields.join(',')}}`
}

/**
 * Checks what was read from JSON (text or value) before it decides anything.
 * @throws BadInput with the field that is wrong: shapes that differ from the number of classes, numbers that are no
 * whole numbers within ±2^26, a format or unit of another kind, fields that are not known.
 */
export function readSnapshot(from: unknown): Snapshot {
  const value = typeof from === 'string' ? parse(from) : from
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('is not an object')
  const s = value as Record<string, unknown>
  for (const key of FIELDS) if (!Object.hasOwn(s, key)) throw bad(`lacks ${key}`)
  for (const key of Object.keys(s)) if (!FIELDS.includes(key)) throw bad(`has a field ${key} that is not known`)
  if (s['format'] !== FORMAT) throw bad(`is of format ${String(s['format'])}, not ${FORMAT}`)
  if (s['unit_bits'] !== UNIT_BITS) throw bad(`has unit_bits ${String(s['unit_bits'])}, not ${UNIT_BITS}`)
  for (const key of ['batch', 'event'] as const)
    if (!isText(s[key]) || s[key] === '') throw bad(`has a ${key} that is no text`)
  const classes = s['classes']
  if (!Array.isArray(classes) || classes.length === 0 || !classes.every(isText)) throw bad('has no list of classes')
  if (new Set(classes).size < classes.length) throw bad('names a class twice')
  const n = classes.length
  refuseUnits(s['prior'], n, 'prior')
  refuseUnits(s['margin'], n, 'margin')
  if ((s['margin'] as number[]).some((m) => m < 1)) throw bad('has a margin below 1')
  refuseWeights(s['default_weights'], n, 'default_weights')
  for (const [name, weights] of entriesOf(s['people'], 'people')) refuseWeights(weights, n, `people.${name}`)
  for (const [name, units] of entriesOf(s['signals'], 'signals')) refuseUnits(units, n, `signals.${name}`)
  return value as Snapshot
}

const FIELDS: readonly string[] = [
  'format', 'batch', 'event', 'unit_bits', 'classes', 'prior', 'margin', 'default_weights', 'people', 'signals',
] // prettier-ignore

/** A lone surrogate has no UTF-8, and would hash differently elsewhere. */
const isText = (x: unknown): x is string =>
  typeof x === 'string' && !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(x)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw bad('is not JSON')
  }
}

function entriesOf(value: unknown, field: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`has ${field} that are no object`)
  const entries = Object.entries(value)
  for (const [name] of entries) if (!isText(name)) throw bad(`has a name in ${field} that is no text`)
  return entries
}

function refuseWeights(value: unknown, n: number, field: string): void {
  if (!Array.isArray(value) || value.length !== n) throw bad(`needs ${n} rows in ${field}`)
  for (const row of value) refuseUnits(row, n, field)
}

function refuseUnits(value: unknown, n: number, field: string): void {
  if (!Array.isArray(value) || value.length !== n) throw bad(`needs ${n} numbers in ${field}`)
  for (const x of value)
    if (!Number.isInteger(x) || Math.abs(x as number) > LIMIT || Object.is(x, -0))
      throw bad(`has ${String(x)} in ${field}, where whole numbers from -${LIMIT} to ${LIMIT} go`)
}

const bad = (what: string) => new BadInput(`This snapshot ${what}.`)

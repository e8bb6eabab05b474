import type { Version } from '../campaigns/queries.ts'
import { comparedQuestions, type ComparedQuestion } from '../templates/redundancy-rules.ts'
import { agrees } from '../truth/rules.ts'
import type { Entry, Vote } from './build-queries.ts'
import { taskOf } from './label-studio-rules.ts'
import type { Names } from './pseudonyms.ts'
import { dayOf } from './rules.ts'
import {
  answerColumns,
  type Column,
  countValues,
  dataColumns,
  flat,
  jsonLine,
  labelOf,
  type Preference,
  preferenceOf,
  preferencePair,
} from './table-rules.ts'

/** One row of a table, a cell for each column. */
export type Row = (string | number | boolean | null)[]
/** What a stretch of datapoints adds to each file. */
export type Stretch = {
  data_lines: string[]
  data: Row[]
  annotations: Row[]
  gold: Row[]
  provenance: string[]
  tasks: string[]
  preferences: string[]
  versions: Set<number>
  bytes: number
}
export const emptyStretch = (): Stretch => ({
  data_lines: [],
  data: [],
  annotations: [],
  gold: [],
  provenance: [],
  tasks: [],
  preferences: [],
  versions: new Set(),
  bytes: 0,
})

/** What stays the same over a whole release. */
export type Shape = {
  mode: 'review' | 'redundancy'
  names: Names
  versions: ReadonlyMap<number, Version & { preference: Preference | undefined; compared: ComparedQuestion[] }>
  /** `question` where a column holds an answer. */
  columns: (Column & { question?: string })[]
  has_preference: boolean
}

/** Derives columns and questions from every version the campaign had. */
export function shapeOf(mode: 'review' | 'redundancy', names: Names, versions: readonly Version[]): Shape {
  const answers = answerColumns(versions.map((v) => v.form))
  const asked = new Map(answers.map((a) => [a.name, a.key]))
  const columns = dataColumns(mode, answers).map((c) => ({
    ...c,
    ...(asked.has(c.name) ? { question: asked.get(c.name)! } : {}),
  }))
  const known = versions.map((v) => ({
    ...v,
    preference: preferenceOf(v.form),
    compared: mode === 'redundancy' ? comparedQuestions(v.form) : [],
  }))
  return {
    mode,
    names,
    versions: new Map(known.map((v) => [v.version, v])),
    columns,
    has_preference: known.at(-1)?.preference !== undefined,
  }
}

const POOLS: Readonly<Record<number, string>> = { 2: 'peer', 3: 'expert', 4: 'appeal' }
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Adds one datapoint, of which these are all entries and votes, to the stretch. */
export function addDatapoint(shape: Shape, out: Stretch, entries: readonly Entry[], votes: readonly Vote[]): void {
  if (shape.mode === 'review') addSubmission(shape, out, entries[0]!, votes)
  else addItem(shape, out, entries)
}

/** Lines go to their file and count towards the stretch's size, which decides where row groups end. */
function push(out: Stretch, to: string[], line: string): void {
  to.push(line)
  out.bytes += line.length
}

function addSubmission(shape: Shape, out: Stretch, e: Entry, votes: readonly Vote[]): void {
  const task = shape.names.datapoint(e.datapoint_id)
  const version = versionOf(shape, e)
  const named = votes.map((v) => ({ ...v, worker: shape.names.worker(v.reviewer_id) }))
  // By pseudonym within a round: the order in which people voted is nobody's business.
  named.sort((a, b) => a.round - b.round || byText(a.worker, b.worker))
  for (const v of named) {
    for (const key of version.form.ui.order) {
      const vote = v.votes[key]
      if (vote)
        out.annotations.push([task, v.worker, vote.approve ? 1 : 0, key, v.round, POOLS[v.lane] ?? 'peer', e.in_data])
    }
  }
  if (!e.in_data || !e.answer) return
  const decided_on = e.decided_at ? dayOf(e.decided_at) : null
  // Texts of one person side by side can give away who wrote them where they were asked about themselves.
  const contributor = version.consent.personal_data === null ? shape.names.worker(e.author_id) : null
  const head = { id: task, item_ref: e.external_ref, version: e.version, data: e.data }
  const tail = { reviews: votes.length, decided_on, contributor }
  push(out, out.data_lines, jsonLine({ ...head, answer: e.answer, ...tail }))
  const fields = { ...head, ...tail }
  out.data.push(shape.columns.map((c) => cell(c, fields, e.answer!)))
  out.versions.add(e.version)
  push(
    out,
    out.provenance,
    jsonLine({
      id: task,
      version: e.version,
      reviews: votes.length,
      decided_on,
      policy: { mode: 'review', min_reviews: version.settings.reviews.min, max_reviews: version.settings.reviews.max },
      ...(e.proof && { proof: e.proof }),
      evidence: evidenceOf(e),
    }),
  )
  push(
    out,
    out.tasks,
    taskOf({
      datapoint: task,
      data: e.data,
      annotations: [{ completed_by: contributor ?? 'withheld', form: version.form, answer: e.answer }],
    }),
  )
  addPreference(shape, out, version.preference, task, e, e.answer)
}

function addItem(shape: Shape, out: Stretch, entries: readonly Entry[]): void {
  const given = entries.filter((e) => e.answer !== null)
  const first = given[0]
  if (!first) return
  const task = shape.names.datapoint(first.datapoint_id)
  const named = given.map((e) => ({
    ...e,
    answer: e.answer!,
    worker: shape.names.worker(e.author_id),
    form: versionOf(shape, e).form,
  }))
  named.sort((a, b) => byText(a.worker, b.worker) || byText(a.submission_id, b.submission_id))
  for (const e of named) {
    for (const key of e.form.ui.order) {
      const value = e.answer[key]
      if (value !== undefined && value !== null)
        out.annotations.push([task, e.worker, labelOf(value), key, shape.names.answer(e.submission_id), e.in_data])
    }
  }
  const inferred = first.inferred
  if (!first.in_data || !inferred) return
  // An item is answered by the newest version that anyone answered; older answers still count towards it.
  const newest = named.reduce((a, b) => (b.version > a.version ? b : a))
  const version = versionOf(shape, newest)
  const counts: Record<string, Record<string, number>> = {}
  const probability: Record<string, number> = {}
  for (const q of version.compared) {
    if (inferred[q.key] === undefined) continue
    const values = named.map((e) => e.answer[q.key]).filter((v) => v !== undefined && v !== null)
    const share = values.length === 0 ? 0 : values.filter((v) => agrees(q, v, inferred[q.key])).length / values.length
    counts[q.key] = countValues(values)
    probability[q.key] = share
    out.gold.push([task, q.key, labelOf(inferred[q.key]), share, values.length])
  }
  const days = named
    .map((e) => e.decided_at)
    .filter((d) => d !== null)
    .map(dayOf)
    .sort()
  const head = { id: task, item_ref: first.external_ref, version: version.version, data: first.data }
  const tail = { counts, probability, answers: named.length, decided_on: days.at(-1) ?? null }
  push(out, out.data_lines, jsonLine({ ...head, answer: inferred, ...tail }))
  const fields = { ...head, ...tail }
  out.data.push(shape.columns.map((c) => cell(c, fields, inferred)))
  for (const e of named) out.versions.add(e.version)
  push(
    out,
    out.provenance,
    jsonLine({
      id: task,
      version: version.version,
      answers: named.length,
      decided_on: tail.decided_on,
      policy: {
        mode: 'redundancy',
        min_answers: version.settings.redundancy.min,
        max_answers: version.settings.redundancy.max,
      },
      evidence: named.map((e) => ({
        answer_id: shape.names.answer(e.submission_id),
        version: e.version,
        ...evidenceOf(e),
      })),
    }),
  )
  push(
    out,
    out.tasks,
    taskOf({
      datapoint: task,
      data: first.data,
      annotations: named.map((e) => ({ completed_by: e.worker, form: e.form, answer: e.answer })),
      aggregate: { form: version.form, answer: inferred },
    }),
  )
  addPreference(
    shape,
    out,
    version.preference,
    task,
    first,
    inferred,
    version.preference ? probability[version.preference.key] : undefined,
  )
}

function addPreference(
  shape: Shape,
  out: Stretch,
  p: Preference | undefined,
  task: string,
  e: Entry,
  answer: Record<string, unknown>,
  probability?: number,
): void {
  const pair = p && shape.has_preference ? preferencePair(p, e.data, answer[p.key]) : undefined
  if (pair) push(out, out.preferences, jsonLine({ id: task, ...pair, probability }))
}

const cell = (
  column: Shape['columns'][number],
  fields: Readonly<Record<string, unknown>>,
  answer: Readonly<Record<string, unknown>>,
): Row[number] => flat(column.type, column.question === undefined ? fields[column.name] : answer[column.question])

/** What binds a datapoint to the evidence log: the commitment of its answer, and the salt that opens it. */
const evidenceOf = (e: Entry) => ({ event: e.kind, answer_commitment: e.commitment, salt: e.salt })

function versionOf(shape: Shape, e: Entry) {
  const version = shape.versions.get(e.version)
  if (!version) throw new Error(`assumption broken: version ${e.version} was made before it was used`)
  return version
}

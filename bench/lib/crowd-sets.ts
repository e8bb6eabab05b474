import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { buildLabels, type Labels } from '../../src/engine/labels.ts'

/** A public set of crowd labels with known truth, exact duplicate rows dropped. */
export type CrowdSet = {
  name: string
  /** Where it comes from, as its SOURCE.md says. */
  origin: string
  classes: string[]
  labels: Labels
  /** Class of each task, -1 where the truth is not known. */
  truth: Int32Array
  duplicate_rows: number
  /** The columns as numbers, for a program beside. */
  columns: { task: Int32Array; worker: Int32Array; label: Int32Array }
}

/** Names of sets in a folder: sub-folders with labels.csv and truth.csv. */
export function crowdSets(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => ['labels.csv', 'truth.csv'].every((file) => existsSync(join(folder, name, file))))
    .toSorted()
}

/** Reads a set; null when its labels are numbers rather than classes (fractions, or more than fifty of them). */
export function readCrowdSet(folder: string, name: string): CrowdSet | null {
  const rows = (file: string) =>
    parse(readFileSync(join(folder, name, file), 'utf8'), { from_line: 2, skip_empty_lines: true }) as string[][]
  const votes = rows('labels.csv')
  const truths = rows('truth.csv')
  const classes = [...new Set([...votes.map((r) => r[2]!), ...truths.map((r) => r[1]!)])].toSorted()
  const numbers = classes.every((c) => c !== '' && Number.isFinite(Number(c)))
  if (numbers && (classes.length > 50 || classes.some((c) => !Number.isInteger(Number(c))))) return null
  const ids = () => {
    const of = new Map<string, number>()
    return { of, id: (key: string) => of.get(key) ?? (of.set(key, of.size), of.size - 1) }
  }
  const [tasks, workers] = [ids(), ids()]
  const classOf = new Map(classes.map((c, i) => [c, i]))
  const seen = new Set<string>()
  const once = votes.filter((r) => {
    const key = JSON.stringify(r)
    return !seen.has(key) && seen.add(key)
  })
  const columns = {
    task: Int32Array.from(once, (r) => tasks.id(r[0]!)),
    worker: Int32Array.from(once, (r) => workers.id(r[1]!)),
    label: Int32Array.from(once, (r) => classOf.get(r[2]!)!),
  }
  const sizes = { tasks: tasks.of.size, workers: workers.of.size, classes: classes.length }
  const truth = new Int32Array(sizes.tasks).fill(-1)
  for (const [task, said] of truths) {
    const t = tasks.of.get(task!)
    if (t !== undefined) truth[t] = classOf.get(said!)!
  }
  const source = existsSync(join(folder, name, 'SOURCE.md'))
    ? readFileSync(join(folder, name, 'SOURCE.md'), 'utf8')
    : ''
  const said = (what: string) => new RegExp(`^- ${what}: (.+)$`, 'm').exec(source)?.[1]?.trim()
  return {
    name,
    origin: [said('origin'), said('taken from')].filter(Boolean).join('; from '),
    classes,
    labels: buildLabels({ ...sizes, ...columns }),
    truth,
    duplicate_rows: votes.length - once.length,
    columns,
  }
}

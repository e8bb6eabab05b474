import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import { createRng } from '../../platform/rng.ts'
import { Problem } from '../problem.ts'

export type Label = { task: string; worker: string; label: '0' | '1' }
export type Stakes = { good_minor: string; bad_minor: string }
export type Truth = ReadonlyMap<string, '0' | '1'>
/** Real labels as they came, and the truth that is known. */
export type Source = { name: string; question: string; origin: string; labels: Label[]; truth: Truth }
/** What is replayed of them: so many reviews of each task, in this order. */
export type Plan = {
  name: string
  question: string
  origin: string
  /** The same folder, seed and name make the same run, so that a second call goes on where the first one stopped. */
  run: string
  seed: number
  reviews: number
  /** What a right and a wrong answer are worth, for reviews that stop where doubt is not worth more; else a majority. */
  stakes: Stakes | undefined
  labels: Label[]
  tasks: string[]
  workers: string[]
  truth: Truth
  /** What of the data is not replayed and why, a sentence each. */
  left_out: string[]
}

// What a yes means, for data that only call it a number.
const QUESTIONS: Record<string, string> = {
  product: 'Are these two products the same?',
  restaurant: 'Are these two restaurants the same?',
}

/** Reads a folder with labels.csv (task,worker,label), truth.csv (task,truth) and SOURCE.md. */
export function readFolder(folder: string, question: string | undefined): Source {
  const name = basename(resolve(folder))
  const table = (file: string, columns: string[]): Record<string, string>[] => {
    const path = join(folder, file)
    if (!existsSync(path))
      throw new Problem(
        `${path} is missing. A replay needs a folder with labels.csv (task,worker,label) and truth.csv (task,truth).`,
      )
    const rows = parse(readFileSync(path, 'utf8'), { columns: true, skip_empty_lines: true, bom: true }) as Record<
      string,
      string
    >[]
    const lacking = columns.find((c) => rows.length > 0 && !(c in rows[0]!))
    if (lacking || rows.length === 0)
      throw new Problem(
        rows.length === 0
          ? `${path} has no rows.`
          : `${path} has no column "${lacking}". It needs ${columns.join(', ')}.`,
      )
    return rows
  }
  const labels = table('labels.csv', ['task', 'worker', 'label'])
  const truths = table('truth.csv', ['task', 'truth'])
  const other = [...labels.map((l) => l.label!), ...truths.map((t) => t.truth!)].find((v) => v !== '0' && v !== '1')
  if (other !== undefined)
    throw new Problem(
      `${name} has the label "${other}". A replay takes labels 0 and 1 only: 1 becomes an approval, 0 a disapproval.`,
    )
  const source = existsSync(join(folder, 'SOURCE.md')) ? readFileSync(join(folder, 'SOURCE.md'), 'utf8') : ''
  const said = (what: string) => new RegExp(`^- ${what}: (.+)$`, 'm').exec(source)?.[1]?.trim()
  const about = said('task')?.replace(/,? *binary.*$/, '')
  return {
    name,
    question: question ?? QUESTIONS[name] ?? (about ? sentence(about) : 'Is this so?'),
    origin: said('origin') ?? '',
    labels: labels.map((l) => ({ task: l.task!, worker: l.worker!, label: l.label as '0' | '1' })),
    truth: new Map(truths.map((t) => [t.task!, t.truth as '0' | '1'])),
  }
}

const sentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}${text.endsWith('?') ? '' : '?'}`

/** Data of the same kind made up: people of different skill, among them some who approve everything. */
export function synthesize(options: {
  tasks: number
  workers: number
  seed: number
  reviews: number
  base_rate?: number
}): Source {
  const rng = createRng(options.seed)
  const skill = Array.from({ length: options.workers }, (_, w) =>
    w % 9 === 8 ? 'approves_everything' : 0.65 + 0.3 * rng.fraction(),
  )
  const truth = new Map<string, '0' | '1'>()
  const labels: Label[] = []
  for (let t = 0; t < options.tasks; t++) {
    const right = rng.fraction() < (options.base_rate ?? 0.15) ? '1' : '0'
    truth.set(`t${t}`, right)
    const panel = rng.shuffle(Array.from({ length: options.workers }, (_, w) => w)).slice(0, options.reviews)
    for (const w of panel) {
      const s = skill[w]!
      const label = s === 'approves_everything' ? '1' : rng.fraction() < s ? right : right === '1' ? '0' : '1'
      labels.push({ task: `t${t}`, worker: `w${w}`, label })
    }
  }
  return {
    name: `synthetic-${options.tasks}`,
    question: 'Is the made-up claim true?',
    origin: `made up with seed ${options.seed}`,
    labels,
    truth,
  }
}

/** Chooses what is replayed and in which order, and says what is left out. */
export function planReplay(
  source: Source,
  options: { seed: number; reviews: number; as: string; stakes?: Stakes },
): Plan {
  const { seed, reviews, stakes } = options
  if (!Number.isInteger(reviews) || reviews < 1 || reviews > 15 || reviews % 2 === 0)
    throw new Problem('--reviews must be an odd number from 1 to 15, so that a majority always decides.')
  const left_out: string[] = []
  const say = (n: number, what: string) => n > 0 && left_out.push(`${n} ${what}`)

  const exact = new Set<string>()
  const pairs = new Set<string>()
  const once: Label[] = []
  for (const l of source.labels) {
    const row = JSON.stringify([l.task, l.worker, l.label])
    if (exact.has(row)) continue
    exact.add(row)
    const pair = JSON.stringify([l.task, l.worker])
    if (pairs.has(pair)) continue
    pairs.add(pair)
    once.push(l)
  }
  say(source.labels.length - exact.size, 'exact duplicate rows')
  say(exact.size - once.length, 'second labels of one person for one task; a person reviews a piece of work once')

  const known = once.filter((l) => source.truth.has(l.task))
  const tasksOf = (ls: readonly Label[]) => new Set(ls.map((l) => l.task)).size
  say(tasksOf(once) - tasksOf(known), 'tasks whose truth is not known')

  const counts = new Map<string, number>()
  for (const l of known) counts.set(l.task, (counts.get(l.task) ?? 0) + 1)
  const enough = known.filter((l) => counts.get(l.task)! >= reviews)
  say(tasksOf(known) - tasksOf(enough), `tasks with fewer than ${reviews} labels`)

  const taken = new Map<string, number>()
  const labels = createRng(seed)
    .shuffle(enough)
    .filter((l) => {
      const n = taken.get(l.task) ?? 0
      taken.set(l.task, n + 1)
      return n < reviews
    })
  say(enough.length - labels.length, `labels beyond the first ${reviews} of a task in the drawn order`)
  if (labels.length === 0)
    throw new Problem(
      `${source.name} has no task with a known truth and ${reviews} labels. Ask for fewer with --reviews.`,
    )

  const tasks = [...new Set(labels.map((l) => l.task))].toSorted(byNumber)
  const workers = [...new Set(labels.map((l) => l.worker))].toSorted(byNumber)
  const digest = createHash('sha256')
    .update(JSON.stringify([source.name, options.as, seed, reviews, digestOf(labels), ...(stakes ? [stakes] : [])]))
    .digest('hex')
  return {
    name: source.name,
    question: source.question,
    origin: source.origin,
    run: digest.slice(0, 10),
    seed,
    reviews,
    stakes,
    labels,
    tasks,
    workers,
    truth: source.truth,
    left_out,
  }
}

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })

/** The labels in rounds: every task's first, then every task's second, and so on, each round in the drawn order. */
export function roundsOf(labels: readonly Label[]): Label[][] {
  const rounds: Label[][] = []
  const seen = new Map<string, number>()
  for (const l of labels) {
    const n = seen.get(l.task) ?? 0
    seen.set(l.task, n + 1)
    ;(rounds[n] ??= []).push(l)
  }
  return rounds
}

/** One digest for a set of labels, whatever their order: SHA-256 over the sorted rows `task,worker,label`. */
export const digestOf = (labels: readonly Label[]): string =>
  createHash('sha256')
    .update(
      labels
        .map((l) => JSON.stringify([l.task, l.worker, l.label]))
        .toSorted()
        .join('\n'),
    )
    .digest('hex')

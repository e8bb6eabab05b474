import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { CsvError, parse } from 'csv-parse'
import { Problem } from '../problem.ts'

/** A row of a table: its line in the file, and the cells asked for. */
type Row = { line: number; cells: string[] }

/** What votes a file holds, as numbers; names are looked up by number. */
export type Votes = {
  file: string
  tasks: string[]
  workers: string[]
  classes: string[]
  task: Int32Array
  worker: Int32Array
  label: Int32Array
  /** Rows whose label is empty: abstentions, which are not votes. */
  abstained: number
  /** Exact repeats, which were dropped, and the line of the first. */
  repeats: number
  first_repeat: number | null
}

export type Gold = { answers: Int32Array; known: number; without_votes: number; first_without_votes: number | null }

/** More different labels than this are no classes. */
const CLASSES = 10_000
/** Posteriors of this many tasks × classes fit in a few GB with all that models need. */
const CELLS = 5e7

/**
 * Reads votes from a CSV file with the columns task, worker and label, in any order and among others. Streamed: memory
 * is for the numbers and the distinct names, not for the file. Every mistake names its line.
 */
export async function readVotes(path: string, onBytes: (done: number, of: number) => void): Promise<Votes> {
  const file = basename(path)
  const [tasks, workers, classes] = [names(), names(), names()]
  const columns = { task: growing(), worker: growing(), label: growing(), line: growing() }
  let abstained = 0
  for await (const { line, cells } of rowsOf(path, ['task', 'worker', 'label'], onBytes)) {
    const [task, worker, label] = cells as [string, string, string]
    if (task === '' || worker === '')
      throw new Problem(`${file}, line ${line}: the ${task === '' ? 'task' : 'worker'} is missing.`)
    const id = tasks.idOf(task)
    if (label === '') {
      abstained++
      continue
    }
    columns.task.push(id)
    columns.worker.push(workers.idOf(worker))
    columns.label.push(classes.idOf(label))
    columns.line.push(line)
    if (classes.list.length > CLASSES)
      throw new Problem(
        `${file}, line ${line}: "${short(label)}" is label number ${CLASSES + 1} that differs from all before. Inference is for labels out of a list, at most ${CLASSES}. Is "label" the right column?`,
      )
  }
  if (columns.task.length === 0)
    throw new Problem(
      abstained > 0
        ? `${file} has no labels: every label is empty, ${abstained} ${abstained === 1 ? 'row' : 'rows'} of them.`
        : `${file} has no rows below its header.`,
    )
  if (tasks.list.length * classes.list.length > CELLS)
    throw new Problem(
      `${file} has ${tasks.list.length} tasks × ${classes.list.length} labels, more than the ${CELLS} chances that one run may hold. Split it by task.`,
    )
  const sorted = sortClasses(classes.list)
  const label = columns.label.take().map((l) => sorted.place[l]!)
  const numbers = { task: columns.task.take(), worker: columns.worker.take(), label }
  const found = findRepeats(numbers, tasks.list.length, classes.list.length)
  const keep = (column: Int32Array) => (found.rows === 0 ? column : column.filter((_, i) => found.is[i] === 0))
  return {
    file,
    tasks: tasks.list,
    workers: workers.list,
    classes: sorted.classes,
    task: keep(numbers.task),
    worker: keep(numbers.worker),
    label: keep(numbers.label),
    abstained,
    repeats: found.rows,
    first_repeat: found.first === null ? null : columns.line.at(found.first),
  }
}

/** Reads known answers: columns task and truth (or label). */
export async function readGold(path: string, votes: Votes): Promise<Gold> {
  const file = basename(path)
  const taskOf = new Map(votes.tasks.map((name, i) => [name, i]))
  const classOf = new Map(votes.classes.map((name, i) => [name, i]))
  const gold: Gold = {
    answers: new Int32Array(votes.tasks.length).fill(-1),
    known: 0,
    without_votes: 0,
    first_without_votes: null,
  }
  const lines = new Int32Array(votes.tasks.length)
  for await (const { line, cells } of rowsOf(path, ['task', ['truth', 'label']])) {
    const [task, truth] = cells as [string, string]
    if (task === '' || truth === '')
      throw new Problem(`${file}, line ${line}: the ${task === '' ? 'task' : 'known answer'} is missing.`)
    const t = taskOf.get(task)
    if (t === undefined) {
      gold.without_votes++
      gold.first_without_votes ??= line
      continue
    }
    const k = classOf.get(truth)
    if (k === undefined)
      throw new Problem(
        `${file}, line ${line}: nobody used the label "${short(truth)}". The labels of ${votes.file} are ${list(votes.classes)}.`,
      )
    if (gold.answers[t]! >= 0 && gold.answers[t] !== k)
      throw new Problem(
        `${file}, line ${line}: "${short(task)}" has the known answer "${short(truth)}" here and "${short(votes.classes[gold.answers[t]!]!)}" in line ${lines[t]}.`,
      )
    if (gold.answers[t]! < 0) gold.known++
    gold.answers[t] = k
    lines[t] = line
  }
  if (gold.known === 0 && gold.without_votes === 0) throw new Problem(`${file} has no rows below its header.`)
  return gold
}

/** The rows of a CSV file, with the cells of these columns; a column may go by several names. */
async function* rowsOf(
  path: string,
  columns: readonly (string | readonly string[])[],
  onBytes?: (done: number, of: number) => void,
): AsyncGenerator<Row> {
  const file = basename(path)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) throw new Problem(`${path} is not there. Check the name.`)
  if (!stat.isFile()) throw new Problem(`${path} is not a file.`)
  const source = createReadStream(path)
  const parser = parse({ bom: true, info: true, skip_empty_lines: true, relax_column_count: true })
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  let places: number[] | null = null
  let width = 0
  let count = 0
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: { lines: number }; record: string[] }>) {
      // The line on which the record ends; quoted line breaks are rare enough to live with.
      const line = info.lines
      if (places === null) {
        places = placesOf(file, record, columns)
        width = record.length
        continue
      }
      if (record.length !== width)
        throw new Problem(
          `${file}, line ${line}: ${record.length} ${record.length === 1 ? 'cell' : 'cells'}, and the header has ${width}.`,
        )
      if (++count % 10_000 === 0) onBytes?.(source.bytesRead, stat.size)
      yield { line, cells: places.map((p) => record[p]!.trim()) }
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new Problem(`${file}, line ${(error as { lines?: number }).lines ?? 1}: ${sentence(error.message)}`)
    throw error
  } finally {
    source.destroy()
  }
  if (places === null) throw new Problem(`${file} is empty. It needs a header with ${columns.map(oneOf).join(', ')}.`)
  onBytes?.(stat.size, stat.size)
}

function placesOf(file: string, header: readonly string[], columns: readonly (string | readonly string[])[]): number[] {
  const cells = header.map((h) => h.trim().toLowerCase())
  return columns.map((column) => {
    const wanted = typeof column === 'string' ? [column] : column
    const place = cells.findIndex((c) => wanted.includes(c))
    if (place < 0)
      throw new Problem(`${file}, line 1: there is no column ${oneOf(column)}. The header has ${list(header)}.`)
    if (cells.indexOf(cells[place]!, place + 1) >= 0)
      throw new Problem(`${file}, line 1: there are two columns "${cells[place]}".`)
    return place
  })
}

const oneOf = (column: string | readonly string[]) =>
  typeof column === 'string' ? `"${column}"` : column.map((c) => `"${c}"`).join(' or ')
const short = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}…` : text)
const list = (items: readonly string[]) =>
  items
    .slice(0, 12)
    .map((i) => `"${short(i)}"`)
    .join(', ') + (items.length > 12 ? ` and ${items.length - 12} more` : '')
const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`)

function names(): { list: string[]; idOf(name: string): number } {
  const ids = new Map<string, number>()
  const all: string[] = []
  return {
    list: all,
    idOf(name) {
      const known = ids.get(name)
      if (known !== undefined) return known
      ids.set(name, all.length)
      return all.push(name) - 1
    },
  }
}

function growing(): { length: number; push(n: number): void; take(): Int32Array; at(i: number): number } {
  let room = new Int32Array(1024)
  return {
    length: 0,
    push(n) {
      if (this.length === room.length) {
        const more = new Int32Array(2 * room.length)
        more.set(room)
        room = more
      }
      room[this.length++] = n
    },
    take() {
      return room.slice(0, this.length)
    },
    at: (i) => room[i]!,
  }
}

/** Classes in their natural order, so that the order of rows does not show in results. */
function sortClasses(classes: readonly string[]): { classes: string[]; place: Int32Array } {
  const compare = new Intl.Collator('en', { numeric: true }).compare
  const order = [...classes.keys()].toSorted(
    (a, b) => compare(classes[a]!, classes[b]!) || (classes[a]! < classes[b]! ? -1 : 1),
  )
  const place = new Int32Array(classes.length)
  for (const [i, c] of order.entries()) place[c] = i
  return { classes: order.map((c) => classes[c]!), place }
}

/** Rows that say what an earlier row said: same task, worker and label. Linear: rows are dealt by task first. */
function findRepeats(
  { task, worker, label }: { task: Int32Array; worker: Int32Array; label: Int32Array },
  tasks: number,
  classes: number,
): { rows: number; first: number | null; is: Uint8Array } {
  const start = new Uint32Array(tasks + 1)
  for (let i = 0; i < task.length; i++) start[task[i]! + 1]!++
  for (let t = 0; t < tasks; t++) start[t + 1]! += start[t]!
  const next = start.slice()
  const order = new Uint32Array(task.length)
  for (let i = 0; i < task.length; i++) order[next[task[i]!]!++] = i
  const is = new Uint8Array(task.length)
  let rows = 0
  let first: number | null = null
  const seen = new Set<number>()
  for (let t = 0; t < tasks; t++) {
    seen.clear()
    for (let j = start[t]!; j < start[t + 1]!; j++) {
      const i = order[j]!
      const code = worker[i]! * classes + label[i]!
      if (!seen.has(code)) seen.add(code)
      else {
        is[i] = 1
        rows++
        if (first === null || i < first) first = i
      }
    }
  }
  return { rows, first, is }
}

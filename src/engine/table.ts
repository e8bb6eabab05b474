import { BadInput, buildLabels, type Labels } from './labels.ts'

/** One row per vote, by name; a label of null or '' means that the person abstained. */
export type VoteRow = { task: string; worker: string; label: string | null }
/** A known answer. */
export type GoldRow = { task: string; label: string }
/** Votes as numbers, with the names that the numbers stand for. */
export type NamedLabels = { labels: Labels; tasks: string[]; workers: string[]; classes: string[] }

/**
 * Numbers a long table: tasks and workers by first appearance, classes by name (UTF-16 order), so that the same votes
 * in another order have the same classes. Known answers may name tasks and classes that no vote names.
 * @throws BadInput naming the row (from 1) without a task or worker, or the known answer that contradicts another.
 */
export function numberRows(rows: readonly VoteRow[], gold: readonly GoldRow[] = []): NamedLabels {
  const said = (label: string | null): label is string => label !== null && label !== ''
  const names = new Set<string>()
  for (const { label } of rows) if (said(label)) names.add(label)
  for (const { label } of gold) if (said(label)) names.add(label)
  const classes = [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const classOf = new Map(classes.map((name, k) => [name, k]))
  const tasks = new Map<string, number>()
  const workers = new Map<string, number>()
  const task = new Int32Array(rows.length)
  const worker = new Int32Array(rows.length)
  const label = new Int32Array(rows.length)
  rows.forEach((row, i) => {
    if (!row.task) throw new BadInput(`Row ${i + 1} names no task.`, i + 1)
    if (!row.worker) throw new BadInput(`Row ${i + 1} names no worker.`, i + 1)
    task[i] = numberOf(tasks, row.task)
    worker[i] = numberOf(workers, row.worker)
    label[i] = said(row.label) ? classOf.get(row.label)! : -1
  })
  const known = new Map<number, number>()
  gold.forEach((row, i) => {
    if (!row.task || !said(row.label)) throw new BadInput(`Known answer ${i + 1} names no task or no label.`, i + 1)
    const t = numberOf(tasks, row.task)
    const k = classOf.get(row.label)!
    if ((known.get(t) ?? k) !== k)
      throw new BadInput(
        `Known answer ${i + 1} says ${row.label} of ${row.task}, and an earlier one ${classes[known.get(t)!]}.`,
        i + 1,
      )
    known.set(t, k)
  })
  const answers = known.size > 0 ? new Int32Array(tasks.size).fill(-1) : null
  for (const [t, k] of known) answers![t] = k
  const sizes = { tasks: tasks.size, workers: workers.size, classes: classes.length }
  return {
    labels: buildLabels({ ...sizes, task, worker, label, gold: answers }),
    tasks: [...tasks.keys()],
    workers: [...workers.keys()],
    classes,
  }
}

function numberOf(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name)
  if (known !== undefined) return known
  numbers.set(name, numbers.size)
  return numbers.size - 1
}

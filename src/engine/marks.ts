import type { Codes } from './alternate.ts'

/** One round of an integer hash (C. Wellons' lowbias32, moved off zero). */
export function stir(x: number): number {
  let h = x + 0x9e3779b9
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

/** Numbers for rows of codes and for tasks that depend on who said what, and on no order or name. */
export type Marks = { row: Uint32Array; task: Uint32Array }

/**
 * Marks stand in for chance where an answer must not hang on the order of tasks, workers or classes: a row's is made of
 * how much its worker voted, how often so, and how often anyone did; a task's is the sum of its rows'.
 */
export function marksOf({ labels, row, votes, code }: Codes): Marks {
  const { tasks, classes, workers, start } = labels
  const byWorker = new Uint32Array(workers)
  const byLabel = new Uint32Array(classes)
  for (let r = 0; r < code.length; r++) {
    byWorker[Math.floor(code[r]! / classes)]! += votes[r]!
    byLabel[code[r]! % classes]! += votes[r]!
  }
  const marks = { row: new Uint32Array(code.length), task: new Uint32Array(tasks) }
  for (let r = 0; r < code.length; r++) {
    const who = stir(byWorker[Math.floor(code[r]! / classes)]!)
    marks.row[r] = stir(who ^ stir(votes[r]! + stir(byLabel[code[r]! % classes]!)))
  }
  for (let t = 0; t < tasks; t++) {
    let sum = 0
    for (let i = start[t]!; i < start[t + 1]!; i++) sum += marks.row[row[i]!]!
    marks.task[t] = sum
  }
  return marks
}

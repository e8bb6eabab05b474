import { numberCodes } from './alternate.ts'
import type { Labels } from './labels.ts'
import { marksOf, stir } from './marks.ts'

/** Some votes and known answers taken out, to be predicted from the rest. */
export type Fold = {
  /** What stays. */
  rest: Labels
  /** Task and code of each vote that was taken out. */
  task: Uint32Array
  vote: Uint32Array
  /** Tasks whose known answer was taken out. */
  gold: Uint32Array
}

/**
 * Takes out the votes and known answers of part `part` of `parts`. They are dealt by what was said, not by order, so
 * that any order gives the same parts. A task never loses all its votes: if all were to go, all stay.
 * @param goldParts Known answers are dealt into so many parts, if not into as many as votes.
 */
export function takeOut(labels: Labels, parts: number, part: number, goldParts: number = parts): Fold {
  const { tasks, start, vote } = labels
  const codes = numberCodes(labels)
  const marks = marksOf(codes)
  const kept = new Uint32Array(vote.length)
  const task = new Uint32Array(vote.length)
  const out = new Uint32Array(vote.length)
  const starts = new Uint32Array(tasks + 1)
  const gold = labels.gold === null ? null : labels.gold.slice()
  const hidden: number[] = []
  let keep = 0
  let taken = 0
  for (let t = 0; t < tasks; t++) {
    const stays = (i: number) => stir(marks.task[t]! ^ marks.row[codes.row[i]!]!) % parts !== part
    let left = 0
    for (let i = start[t]!; i < start[t + 1]!; i++) if (stays(i)) left++
    for (let i = start[t]!; i < start[t + 1]!; i++) {
      if (left === 0 || stays(i)) kept[keep++] = vote[i]!
      else {
        task[taken] = t
        out[taken++] = vote[i]!
      }
    }
    starts[t + 1] = keep
    if (gold !== null && gold[t]! >= 0 && stir(marks.task[t]! + 1) % goldParts === part) {
      gold[t] = -1
      hidden.push(t)
    }
  }
  return {
    rest: { ...labels, start: starts, vote: kept.slice(0, keep), gold },
    task: task.slice(0, taken),
    vote: out.slice(0, taken),
    gold: Uint32Array.from(hidden),
  }
}

import { maximiseCode, passCode } from './dawid-skene-code.ts'
import { lanesFor, stateSize, type Numbers, type Steps } from './dawid-skene-pass.ts'
import type { Labels } from './labels.ts'
import { assemble } from './wasm.ts'

/** Registers hold a task's posterior, its lifts and the prior: beyond so many classes plain loops are as good. */
export const KERNEL_CLASSES = 16
const PAGE = 65_536
const BLOCK_TASKS = 8_192
const BLOCK_VOTES = 32_768
/** Tables up to so many bytes stay in a core's own cache. */
const NEAR = 2 ** 20

type Wasm = {
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer }
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> }
}
type Run = (...parameters: number[]) => void

const assembleSteps = (classes: number, double: boolean) =>
  assemble({ pass: passCode(classes, double), maximise: maximiseCode(classes, double) })

/** Modules by classes and precision, at most two for each number of classes: compiling takes longer than a small fit. */
const compiled = new Map<string, object>()

/**
 * Tables inside a WebAssembly memory and a pass over them with 128-bit vectors. Votes and posteriors stream through it
 * in blocks, so that it holds little more than `cells`. Null where the runtime has no such vectors (or forbids to
 * compile), or the classes are too many; the scalar pass then does the same, bit for bit.
 */
export function vectorSteps(labels: Labels, posterior: Numbers): Steps | null {
  const wasm = (globalThis as { WebAssembly?: Wasm }).WebAssembly
  const { tasks, workers, classes, start, vote, gold } = labels
  if (!wasm || classes < 1 || classes > KERNEL_CLASSES) return null
  const lanes = lanesFor(classes)
  const double = posterior instanceof Float64Array
  const bytes = double ? 8 : 4
  let votes = BLOCK_VOTES
  for (let t = 0; t < tasks; t++) votes = Math.max(votes, start[t + 1]! - start[t]!)

  let end = 0
  const place = (size: number) => {
    const at = end
    end = Math.ceil((end + size) / 64) * 64
    return at
  }
  const at = {
    state: place(stateSize(lanes) * 8 + 16),
    known: place(classes * lanes * 8),
    extra: place(classes * lanes * 8),
    start: place((BLOCK_TASKS + 1) * 4),
    gold: place(BLOCK_TASKS * 4),
    vote: place(votes * 4),
    posterior: place(BLOCK_TASKS * classes * bytes),
    cells: place(workers * classes * lanes * 2 * bytes),
  }
  let exported: Record<string, Run>
  let memory: ArrayBuffer
  try {
    const m = new wasm.Memory({ initial: Math.ceil((end + 64) / PAGE) })
    memory = m.buffer
    const key = `${classes}/${bytes}`
    const module = compiled.get(key) ?? new wasm.Module(assembleSteps(classes, double))
    compiled.set(key, module)
    exported = new wasm.Instance(module, { m: { m } }).exports as Record<string, Run>
  } catch {
    return null
  }
  const { pass: run, maximise: runMaximise } = exported as { pass: Run; maximise: Run }
  const Table = double ? Float64Array : Float32Array
  const cells = new Table(memory, at.cells, workers * classes * lanes * 2)
  const state = new Float64Array(memory, at.state, stateSize(lanes))
  const known = new Float64Array(memory, at.known, classes * lanes)
  for (let k = 0; k < classes; k++) known[k * lanes + k] = 1
  const extra = new Float64Array(memory, at.extra, classes * lanes)
  const blockStart = new Uint32Array(memory, at.start, BLOCK_TASKS + 1)
  const blockGold = new Int32Array(memory, at.gold, BLOCK_TASKS)
  const blockVote = new Uint32Array(memory, at.vote, votes)
  const blockPosterior = new Table(memory, at.posterior, BLOCK_TASKS * classes)

  const ahead = cells.byteLength > NEAR ? 1 : 0
  const pass = (given: boolean) => {
    for (let first = 0; first < tasks;) {
      const from = start[first]!
      let last = Math.min(tasks, first + BLOCK_TASKS)
      if (start[last]! - from > votes) last = lastWithin(start, first, last, from + votes)
      blockStart.set(start.subarray(first, last + 1))
      if (gold) blockGold.set(gold.subarray(first, last))
      blockVote.set(vote.subarray(from, start[last]!))
      blockPosterior.set(posterior.subarray(first * classes, last * classes))
      // The kernel adds 4 * start to the votes' address, in 32 bits that wrap.
      const votesAt = (at.vote - 4 * from) | 0
      const goldAt = gold ? at.gold : 0
      run(last - first, at.cells, at.state, at.start, votesAt, goldAt, at.known, at.posterior, given ? 1 : 0, ahead)
      posterior.set(blockPosterior.subarray(0, (last - first) * classes), first * classes)
      first = last
    }
  }
  const maximise = (clear: boolean) => {
    if (workers > 0) runMaximise(workers, at.cells, at.extra, clear ? 1 : 0)
  }
  return { tables: { labels, lanes, cells, state, posterior, extra }, pass, maximise }
}

/** The largest `last` with start[last] at most `limit`. */
function lastWithin(start: Uint32Array, low: number, high: number, limit: number): number {
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (start[middle]! <= limit) low = middle
    else high = middle - 1
  }
  return low
}

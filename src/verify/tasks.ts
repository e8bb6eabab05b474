import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { readBasis } from './basis.ts'
import { addSums, noSums, type Sums } from './entries.ts'
import { Facts } from './facts.ts'
import type { Part } from './parts.ts'
import { readPart } from './read-log.ts'
import { Findings, noCounts, type Counted, type Finding } from './report.ts'
import type { Subtree } from './tree.ts'
import { readWindow } from './window-files.ts'
import { checkWork } from './work.ts'

/** What a thread is asked to do. Each gets some of the files, of the entries, of the windows, of the work. */
export type Task =
  | { do: 'hash'; names: readonly string[] }
  | { do: 'read'; part: Part }
  | { do: 'windows'; names: readonly string[]; sums: Sums }
  | { do: 'works'; buckets: readonly number[]; sums: Sums }
/** What it answers. Findings beyond the first few hundred are only counted. */
export type Done = {
  found: { kept: Finding[]; count: number }
  counted: Partial<Counted>
  /** Of files: SHA-256 by name; files that are missing have none. */
  hashes?: Map<string, string>
  sums?: Sums
  subtrees?: Subtree[]
  windows?: { kept_apart: number; seen: string[] }
  undecided?: number
}
export type Setting = {
  dir: string
  /** Where facts about single pieces of work meet, and this thread's name there. */
  facts_dir: string
  name: string
  /** Whether other threads read what this one writes there. */
  is_shared: boolean
}
export type Progress = (done: number, of: number) => void

/** One thread's part in the checking of a season. */
export class Hand {
  readonly #at: Setting
  readonly #facts: Facts

  constructor(at: Setting) {
    this.#at = at
    this.#facts = new Facts(at.facts_dir, at.name)
  }

  get facts(): Facts {
    return this.#facts
  }

  async do(task: Task, progress: Progress = () => {}): Promise<Done> {
    const findings = new Findings()
    const done = await this.#do(task, findings, progress)
    if (this.#at.is_shared) this.#facts.flush()
    return { found: { kept: findings.kept, count: findings.count }, counted: {}, ...done }
  }

  async #do(task: Task, findings: Findings, progress: Progress): Promise<Partial<Done>> {
    const { dir } = this.#at
    const facts = this.#facts
    if (task.do === 'hash') return { hashes: await hashesOf(dir, task.names) }
    if (task.do === 'read') {
      const sums = noSums()
      const { entries, openings, subtrees } = await readPart(dir, task.part, { ...sums, facts, findings }, (n) =>
        progress(n, 0),
      )
      return { sums, subtrees, counted: { entries, openings, votes: sums.votes.n } }
    }
    const sums = noSums()
    addSums(sums, task.sums)
    if (task.do === 'windows') {
      const windows = { kept_apart: 0, seen: [] as string[] }
      for (const name of task.names) {
        const seen = await readWindow(dir, name, { ...sums, facts, findings })
        if (!seen) continue
        windows.seen.push(seen.key)
        windows.kept_apart += seen.kept_apart ? 1 : 0
      }
      return { windows, counted: { windows: windows.seen.length } }
    }
    // What is wrong with snapshots and plans was said when they were first read.
    const basis = await readBasis(dir, sums, new Findings())
    const counted = noCounts()
    const undecided = { n: 0 }
    for (const [work, list] of facts.works(task.buckets, progress))
      checkWork(work, list, { campaigns: sums.campaigns, basis, findings, counted, undecided })
    return { undecided: undecided.n, counted }
  }
}

async function hashesOf(dir: string, names: readonly string[]): Promise<Map<string, string>> {
  const out = new Map<string, string>()
  for (const name of names) {
    if (!existsSync(join(dir, name))) continue
    const hash = createHash('sha256')
    for await (const piece of createReadStream(join(dir, name), { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>)
      hash.update(piece)
    out.set(name, hash.digest('hex'))
  }
  return out
}

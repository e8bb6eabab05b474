import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** One thing that the log says of a piece of work. The second part says of what kind it is. */
export type Fact =
  | [work: string, kind: 'submitted', at: number, campaign: string, version: number]
  | [work: string, kind: 'reviewed', at: number, campaign: string, of: Reviewed]
  | [work: string, kind: 'decided', at: number, campaign: string, of: Decided]
  | [work: string, kind: 'rewarded', at: number, campaign: string, lines: Line[]]
  | [work: string, kind: 'model', at: number, campaign: string, of: ModelVote]
  | [work: string, kind: 'added', at: number, campaign: string, ppm: number]
  | [work: string, kind: 'audited', at: number, campaign: string, correct: boolean]
  | [work: string, kind: 'gold', at: number, campaign: string, of: { of: string; version: number; right: boolean }]
  | [work: string, kind: 'in_window', at: number, campaign: string, of: InWindow]
export type Reviewed = { review: string; round: number; expert: boolean; approvals: Record<string, boolean> | null }
export type Decided = {
  day: string
  accepted: boolean
  round: number
  policy: string
  snapshot?: string
  plan?: string
  questions: Record<string, boolean>
  leads?: Record<string, number>
  confidence_bps?: number | null
  models?: string[]
  min: number
  max: number
  review_ids: string[]
  approved_ids: string[]
  weighed?: { votes: Record<string, { accept?: number[]; reject?: number[] }>; record?: number[] }
}
export type Line = { kind: string; currency: string; amount_minor: string }
export type ModelVote = { model: string; round: number; votes: Record<string, boolean> }
/** What a window takes work for: how many of its votes approve, and what audits found. */
export type InWindow = {
  window: number
  round: number
  votes: number
  approvals: number
  accepted: boolean
  correct: boolean | null
}

export const BUCKETS = 128
/** So many characters of facts wait in memory before they go to the disk. */
const MOST_WAITING = 12_000_000

/**
 * Facts by piece of work. The log holds those of one piece far apart; here they meet, in parts small enough for memory
 * whatever the season's size, through files. Several threads write into one directory, each under a name of its own, and
 * read what all wrote.
 */
export class Facts {
  #waiting: string[][] = Array.from({ length: BUCKETS }, () => [])
  #size = 0
  readonly #dir: string
  readonly #name: string

  constructor(dir: string, name: string) {
    this.#dir = dir
    this.#name = name
  }

  add(fact: Fact): void {
    const text = JSON.stringify(fact)
    this.#waiting[Number.parseInt(fact[0].slice(0, 8), 16) % BUCKETS || 0]!.push(text)
    this.#size += text.length
    if (this.#size > MOST_WAITING) this.flush()
  }

  /** Writes what waits, for others to read. */
  flush(): void {
    this.#waiting.forEach((texts, i) => {
      if (texts.length > 0) appendFileSync(join(this.#dir, `${i}-${this.#name}`), `${texts.join(',')},`)
      texts.length = 0
    })
    this.#size = 0
  }

  /** Forgets everything, the files as well. */
  clear(): void {
    for (const texts of this.#waiting) texts.length = 0
    this.#size = 0
    for (const file of readdirSync(this.#dir)) rmSync(join(this.#dir, file))
  }

  /** Each piece of work in these buckets with its facts in the order of the log. */
  *works(buckets: readonly number[], progress: (done: number, of: number) => void): Generator<[string, Fact[]]> {
    const files = readdirSync(this.#dir)
    for (const [done, i] of buckets.entries()) {
      const kept = files.filter((f) => f.startsWith(`${i}-`)).map((f) => readFileSync(join(this.#dir, f), 'utf8'))
      const by = new Map<string, Fact[]>()
      for (const fact of JSON.parse(`[${kept.join('')}${this.#waiting[i]!.join(',') || 'null'}]`) as (Fact | null)[]) {
        if (!fact) continue
        const known = by.get(fact[0])
        if (known) known.push(fact)
        else by.set(fact[0], [fact])
      }
      this.#waiting[i]!.length = 0
      for (const [work, facts] of by) yield [work, facts.sort((a, b) => a[2] - b[2])]
      progress(done + 1, buckets.length)
    }
  }
}

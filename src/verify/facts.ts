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
  | [work: string, kind: 'audited', at: number, campaign: string, of: Audited]
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
/** What a grader found, and by which chance an aimed draw took the work. */
export type Audited = { correct: boolean; chance_ppm: number | null }
export type ModelVote = { model: string; round: number; votes: Record<string, boolean> }
/** What a window takes work for: how many of its votes approve, and what audits found. */
export type InWindow = {
  window: number
  round: number
  votes: number
  approvals: number
  accepted: boolean
  correct: boolean | null
  chance_ppm: number | null
}

/** Each is opened and parsed by itself, so that what stands for it dies young. */
export const BUCKETS = 256
/** So many bytes of facts of one bucket wait in memory before they go to the disk. */
const WAITING = 48 << 10
/** A name that stands in JSON as it is. */
const PLAIN = /^[\w.:-]*$/
export const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))

/**
 * Facts by piece of work. The log holds those of one piece far apart; here they meet, in parts small enough for memory
 * whatever the season's size, through files. Several threads write into one directory, each under a name of its own, and
 * read what all wrote. A fact is a line: the work's name, and the fact as JSON.
 */
export class Facts {
  #waiting: Buffer[] = []
  #filled = new Int32Array(BUCKETS)
  readonly #dir: string
  readonly #name: string

  constructor(dir: string, name: string) {
    this.#dir = dir
    this.#name = name
  }

  add(fact: Fact): void {
    this.addText(fact[0], fact[1], fact[2], fact[3], JSON.stringify(fact[4]))
  }

  /** Adds a fact whose last part is JSON already: most are made of a few texts, and need no writer of JSON. */
  addText(work: string, kind: Fact[1], at: number, campaign: string, json: string): void {
    const name = quoted(work)
    const text = `${name}\t[${name},"${kind}",${at},${quoted(campaign)},${json}]\n`
    const i = Number.parseInt(work.slice(0, 8), 16) % BUCKETS || 0
    // A character takes three bytes at most.
    if (this.#filled[i]! + 3 * text.length > WAITING) this.#write(i)
    if (3 * text.length > WAITING) appendFileSync(this.#path(i), text)
    else this.#filled[i] = this.#filled[i]! + (this.#waiting[i] ??= Buffer.alloc(WAITING)).write(text, this.#filled[i]!)
  }

  #path(i: number): string {
    return join(this.#dir, `${i}-${this.#name}`)
  }

  #write(i: number): void {
    if (this.#filled[i]! > 0) appendFileSync(this.#path(i), this.#waiting[i]!.subarray(0, this.#filled[i]!))
    this.#filled[i] = 0
  }

  /** Writes what waits, for others to read, and keeps no memory for more. */
  flush(): void {
    for (let i = 0; i < BUCKETS; i++) this.#write(i)
    this.#waiting = []
  }

  /** Forgets everything, the files as well. */
  clear(): void {
    this.#filled.fill(0)
    for (const file of readdirSync(this.#dir)) rmSync(join(this.#dir, file))
  }

  /** Each piece of work in these buckets with its facts in the order of the log. */
  *works(buckets: readonly number[], progress: (done: number, of: number) => void): Generator<[string, Fact[]]> {
    const files = readdirSync(this.#dir)
    for (const [done, i] of buckets.entries()) {
      const by = new Map<string, string[]>()
      const own = this.#waiting[i]?.toString('utf8', 0, this.#filled[i]) ?? ''
      const written = files.filter((f) => f.startsWith(`${i}-`)).map((f) => readFileSync(join(this.#dir, f), 'utf8'))
      for (const text of [...written, own])
        for (let from = 0, end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
          const tab = text.indexOf('\t', from)
          const name = text.slice(from, tab)
          const known = by.get(name)
          if (known) known.push(text.slice(tab + 1, end))
          else by.set(name, [text.slice(tab + 1, end)])
        }
      this.#filled[i] = 0
      for (const texts of by.values()) {
        const facts = JSON.parse(`[${texts.join(',')}]`) as Fact[]
        yield [facts[0]![0], facts.sort((a, b) => a[2] - b[2])]
      }
      progress(done + 1, buckets.length)
    }
  }
}

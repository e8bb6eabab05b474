export type WindowVote = {
  work: string
  round: number
  version: number
  person: string
  approves: boolean
  accepted: boolean
  correct: boolean | null
  own: boolean
  /** By which chance an aimed draw took its work to be audited, in millionths. */
  chance_ppm?: number
}

export const taskOf = (r: { work: string; round: number }): string => `${r.work}/${r.round}`

export const APPROVES = 1
export const ACCEPTED = 2
export const OWN = 4
/** Whether its work was audited, and what was found. */
export const JUDGED = 8
export const CORRECT = 16

/** Whole numbers that grow in number. */
class Column {
  #values = new Int32Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.#values.length) {
      const more = new Int32Array(2 * this.length)
      more.set(this.#values)
      this.#values = more
    }
    this.#values[this.length++] = value
  }

  at(i: number): number {
    return this.#values[i]!
  }
}

/** Names, each with a number, from 0 in the order in which they come. */
class Names {
  readonly #known = new Map<string, number>()

  of(name: string): number {
    let n = this.#known.get(name)
    if (n === undefined) this.#known.set(name, (n = this.#known.size))
    return n
  }

  /** The names in their own order, and for each number its place in it. */
  ranked(): { names: string[]; rank: Int32Array } {
    const names = [...this.#known.keys()].sort()
    const rank = new Int32Array(names.length)
    for (const [place, name] of names.entries()) rank[this.#known.get(name)!] = place
    return { names, rank }
  }
}

/**
 * A window's votes, read one by one and kept as columns: four numbers a vote. A window of a large campaign holds a quarter of
 * its season's votes, and as objects they would be what a season's checking needs memory for.
 */
export class WindowVotes {
  readonly #tasks = new Names()
  readonly #people = new Names()
  #last = { work: '', round: -1, task: -1 }
  readonly task = new Column()
  readonly person = new Column()
  /** Places in `versions`: a number that no version can have is to stay what it is. */
  readonly version = new Column()
  readonly versions: number[] = []
  readonly flags = new Column()
  /** Of the few votes whose work an aimed draw took: by which chance. */
  readonly chances = new Map<number, number>()

  push(v: WindowVote): void {
    // Votes on one piece of work stand together.
    if (v.work !== this.#last.work || v.round !== this.#last.round)
      this.#last = { work: v.work, round: v.round, task: this.#tasks.of(taskOf(v)) }
    if (v.chance_ppm !== undefined) this.chances.set(this.task.length, v.chance_ppm)
    this.task.push(this.#last.task)
    this.person.push(this.#people.of(v.person))
    if (!this.versions.includes(v.version)) this.versions.push(v.version)
    this.version.push(this.versions.indexOf(v.version))
    this.flags.push(
      (v.approves ? APPROVES : 0) |
        (v.accepted ? ACCEPTED : 0) |
        (v.own ? OWN : 0) |
        (v.correct === null ? 0 : JUDGED) |
        (v.correct ? CORRECT : 0),
    )
  }

  /** The votes by task and person, both in the order of their names. */
  ordered(): { tasks: ReturnType<Names['ranked']>; people: ReturnType<Names['ranked']>; order: Int32Array } {
    const tasks = this.#tasks.ranked()
    const people = this.#people.ranked()
    // By person first, then by task keeping that order: as often as there are votes, not as often as pairs are compared.
    const byPerson = sorted(
      Int32Array.from({ length: this.task.length }, (_, i) => i),
      (k) => people.rank[this.person.at(k)]!,
      people.names.length,
    )
    return { tasks, people, order: sorted(byPerson, (k) => tasks.rank[this.task.at(k)]!, tasks.names.length) }
  }
}

/** Puts places in the order of small numbers; equal ones stay as they were. */
function sorted(places: Int32Array, of: (place: number) => number, most: number): Int32Array {
  const from = new Int32Array(most + 1)
  for (const k of places) from[of(k) + 1] = from[of(k) + 1]! + 1
  for (let n = 0; n < most; n++) from[n + 1] = from[n + 1]! + from[n]!
  const out = new Int32Array(places.length)
  for (const k of places) {
    const n = of(k)
    out[from[n]!] = k
    from[n] = from[n]! + 1
  }
  return out
}

import { createReadStream, existsSync } from 'node:fs'

const CHUNK = 1 << 20

/** A stretch of a file, whole lines. */
export type Bytes = { from: number; to: number }
const ALL: Bytes = { from: 0, to: Infinity }

/** The lines of a file, many at a time, as bytes: a line's hash is that of what stands there. The last may lack its end. */
export async function* linesIn(path: string, { from, to }: Bytes = ALL): AsyncGenerator<Buffer[]> {
  let rest: Buffer | undefined
  // That a file is missing is said where files are held against the manifest.
  if (from >= to || !existsSync(path)) return
  const options = { highWaterMark: CHUNK, start: from, ...(to < Infinity && { end: to - 1 }) }
  for await (const chunk of createReadStream(path, options) as AsyncIterable<Buffer>) {
    const data: Buffer = rest ? Buffer.concat([rest, chunk]) : chunk
    const lines: Buffer[] = []
    let begin = 0
    for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, begin)) {
      lines.push(data.subarray(begin, at))
      begin = at + 1
    }
    rest = begin < data.length ? data.subarray(begin) : undefined
    if (lines.length > 0) yield lines
  }
  if (rest) yield [rest]
}

/** Values of a file of JSON lines, one by one, with the line's number from 1. A line that is no JSON is `undefined`. */
export async function* valuesIn(path: string, bytes: Bytes = ALL): AsyncGenerator<{ line: number; value: unknown }> {
  let line = 0
  for await (const lines of linesIn(path, bytes)) for (const text of lines) yield { line: ++line, value: parsed(text) }
}

export function parsed(text: Buffer | string): unknown {
  try {
    return JSON.parse(text.toString())
  } catch {
    return undefined
  }
}

/** Reads a file's values in step with something else: asked for a place, it gives what stands at that place. */
export class Stepper<T extends { at: number }> {
  #lines: AsyncGenerator<Buffer[]>
  /** Lines at hand, and which comes next: most are taken without waiting. */
  #some: Buffer[] = []
  #i = 0
  #line = 0
  #next: T | undefined
  #isRead: (value: unknown) => value is T
  #say: (line: number, what: 'unreadable' | 'order') => void
  #last = -1

  constructor(
    { path, bytes = ALL }: { path: string; bytes?: Bytes },
    isRead: (value: unknown) => value is T,
    say: (line: number, what: 'unreadable' | 'order') => void,
  ) {
    this.#lines = linesIn(path, bytes)
    this.#isRead = isRead
    this.#say = say
  }

  /** Whether what `take` needs is not at hand: then `more` is to be awaited. */
  get isEmpty(): boolean {
    return this.#i >= this.#some.length && !this.#next
  }

  /** Reads on. False at the end of the file. */
  async more(): Promise<boolean> {
    const step = await this.#lines.next()
    this.#some = step.done ? [] : step.value
    this.#i = 0
    return !step.done
  }

  /** What stands at this place; places are asked for in order. `undefined` may mean that more is to be read. */
  take(place: number): T | undefined {
    for (;;) {
      if (this.#next) {
        if (this.#next.at > place) return undefined
        const found = this.#next
        this.#next = undefined
        if (found.at === place) return found
        this.extra(found)
      }
      if (this.#i >= this.#some.length) return undefined
      const value = parsed(this.#some[this.#i++]!)
      this.#line += 1
      if (!this.#isRead(value)) this.#say(this.#line, 'unreadable')
      else if (value.at <= this.#last) this.#say(this.#line, 'order')
      else {
        this.#last = value.at
        this.#next = value
      }
    }
  }

  async at(place: number): Promise<T | undefined> {
    for (;;) {
      const found = this.take(place)
      if (found || !this.isEmpty || !(await this.more())) return found
    }
  }

  /** What nobody asked for: set by whoever reads. */
  extra: (value: T) => void = () => {}

  /** Everything that is left, which belongs to no place. */
  async rest(): Promise<void> {
    await this.at(Number.MAX_SAFE_INTEGER)
  }
}

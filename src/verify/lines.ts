import { createReadStream } from 'node:fs'

const CHUNK = 1 << 20

/** The lines of a file, many at a time, as bytes: a line's hash is that of what stands there. The last may lack its end. */
export async function* linesIn(path: string): AsyncGenerator<Buffer[]> {
  let rest: Buffer | undefined
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
    const data: Buffer = rest ? Buffer.concat([rest, chunk]) : chunk
    const lines: Buffer[] = []
    let from = 0
    for (let at = data.indexOf(10, from); at >= 0; at = data.indexOf(10, from)) {
      lines.push(data.subarray(from, at))
      from = at + 1
    }
    rest = from < data.length ? data.subarray(from) : undefined
    if (lines.length > 0) yield lines
  }
  if (rest) yield [rest]
}

/** Values of a file of JSON lines, one by one, with the line's number from 1. A line that is no JSON is `undefined`. */
export async function* valuesIn(path: string): AsyncGenerator<{ line: number; value: unknown }> {
  let line = 0
  for await (const lines of linesIn(path)) for (const text of lines) yield { line: ++line, value: parsed(text) }
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
  #values: AsyncGenerator<{ line: number; value: unknown }>
  #next: T | undefined
  #isRead: (value: unknown) => value is T
  #say: (line: number, what: 'unreadable' | 'order') => void
  #last = -1

  constructor(
    path: string,
    isRead: (value: unknown) => value is T,
    say: (line: number, what: 'unreadable' | 'order') => void,
  ) {
    this.#values = valuesIn(path)
    this.#isRead = isRead
    this.#say = say
  }

  /** What stands at this place; places are asked for in order. */
  async at(place: number): Promise<T | undefined> {
    while (!this.#next || this.#next.at < place) {
      if (this.#next) this.extra(this.#next)
      const step = await this.#values.next()
      if (step.done) return undefined
      const { line, value } = step.value
      this.#next = undefined
      if (!this.#isRead(value)) this.#say(line, 'unreadable')
      else if (value.at <= this.#last) this.#say(line, 'order')
      else {
        this.#last = value.at
        this.#next = value
      }
      if (!this.#next) continue
    }
    if (this.#next.at !== place) return undefined
    const found = this.#next
    this.#next = undefined
    return found
  }

  /** What nobody asked for: set by whoever reads. */
  extra: (value: T) => void = () => {}

  /** Everything that is left, which belongs to no place. */
  async rest(): Promise<void> {
    if (this.#next) this.extra(this.#next)
    this.#next = undefined
    for await (const { line, value } of this.#values)
      if (this.#isRead(value)) this.extra(value)
      else this.#say(line, 'unreadable')
  }
}

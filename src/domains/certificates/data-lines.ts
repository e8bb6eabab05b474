import type { Readable } from 'node:stream'
import { classOf, type Classes } from './certificate-rules.ts'

export type Datapoint = { id: string; answer: Record<string, unknown> }

/** The datapoints of a release's data.jsonl, one at a time. */
export async function* datapointsIn(stream: Readable): AsyncGenerator<Datapoint> {
  let n = 0
  for await (const line of linesOf(stream)) {
    n += 1
    if (line === '') continue
    let read: { id?: unknown; answer?: unknown }
    try {
      read = JSON.parse(line) as typeof read
    } catch {
      throw new Error(`Line ${n} of data.jsonl is not JSON.`)
    }
    if (typeof read?.id !== 'string') throw new Error(`Line ${n} of data.jsonl has no id.`)
    yield { id: read.id, answer: (read.answer ?? {}) as Record<string, unknown> }
  }
}

/** Lines by line feeds alone: text may hold every other separator of Unicode, which Node's own reader splits at. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = parts.pop()!
    yield* parts
  }
  if (rest !== '') yield rest
}

/** Counts classes over a whole release, and finds those of the audited datapoints. */
export async function classesIn(
  datapoints: AsyncIterable<Datapoint>,
  question: string,
  audited: readonly string[],
): Promise<Classes> {
  const sizes = new Map<string, number>()
  const wanted = new Set(audited)
  const found = new Map<string, string>()
  for await (const { id, answer } of datapoints) {
    const name = classOf(answer, question)
    if (name === undefined) continue
    sizes.set(name, (sizes.get(name) ?? 0) + 1)
    if (wanted.has(id)) found.set(id, name)
  }
  return { question, sizes, audited: audited.map((id) => found.get(id)) }
}

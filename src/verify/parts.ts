import { createReadStream, existsSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parsed } from './lines.ts'
import { STRETCH } from './tree.ts'

/** A stretch of a season's entries, by bytes, with the openings that belong to it. `first` is the place of its first entry. */
export type Part = { first: number; from: number; to: number; openings_from: number; openings_to: number }

/** Less than this is read before another thread has started. */
const LEAST_BYTES = 8 << 20

/** Parts a folder into stretches of about the same size, each for a thread; they begin where a subtree of the log begins. */
export async function partsOf(dir: string, threads: number, leastBytes = LEAST_BYTES): Promise<Part[]> {
  const path = join(dir, 'entries.jsonl')
  const openings = join(dir, 'openings.jsonl')
  const bytes = existsSync(path) ? (await stat(path)).size : 0
  const openings_bytes = existsSync(openings) ? (await stat(openings)).size : 0
  const n = Math.max(1, Math.min(threads, Math.floor(bytes / leastBytes)))
  const starts = [{ line: 0, at: 0 }]
  if (n > 1) {
    let line = 0
    let offset = 0
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) {
        line += 1
        if (line % STRETCH === 0 && offset + at + 1 >= (starts.length * bytes) / n)
          starts.push({ line, at: offset + at + 1 })
        if (starts.length === n) break
      }
      if (starts.length === n) break
      offset += piece.length
    }
  }
  const opened = await Promise.all(
    starts.map(async (s) => (s.line === 0 ? 0 : openingsFrom(openings, s.line, openings_bytes))),
  )
  return starts.map((s, i) => ({
    first: s.line,
    from: s.at,
    to: starts[i + 1]?.at ?? bytes,
    openings_from: opened[i]!,
    openings_to: opened[i + 1] ?? openings_bytes,
  }))
}

/** A line is at most this long; the longest are a whole campaign's settings. */
const LINE = 1 << 20

/** Where the openings of this place and all after it begin: the lines ascend by place, so halving finds it. */
async function openingsFrom(path: string, place: number, bytes: number): Promise<number> {
  if (bytes === 0) return 0
  const file = await open(path, 'r')
  const buffer = Buffer.alloc(LINE)
  /** The first line that begins at or after an offset: where it begins, where it ends, its place. */
  const lineFrom = async (offset: number) => {
    let begin = offset
    if (offset > 0) {
      const { bytesRead } = await file.read(buffer, 0, LINE, offset - 1)
      const end = buffer.subarray(0, bytesRead).indexOf(10)
      if (end < 0) return undefined
      begin = offset + end
    }
    const { bytesRead } = await file.read(buffer, 0, LINE, begin)
    const end = buffer.subarray(0, bytesRead).indexOf(10)
    const value = parsed(buffer.subarray(0, end < 0 ? bytesRead : end)) as { at?: number } | undefined
    return bytesRead === 0 ? undefined : { begin, end: begin + (end < 0 ? bytesRead : end + 1), at: value?.at ?? -1 }
  }
  try {
    // Every line that begins before `low` is of an earlier place; none that begins at or after `high` is.
    let low = 0
    let high = bytes
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const line = await lineFrom(middle)
      if (!line || line.begin >= high) high = middle
      else if (line.at < place) low = line.end
      else high = middle
    }
    return low
  } finally {
    await file.close()
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError } from '../../client.ts'

const PATIENCE_MS = 120_000

/** Whether trying again may help: the line broke, the server is restarting, or asks for patience. */
function waitBefore(error: unknown, tries: number): number | undefined {
  if (error instanceof ApiError) {
    if (error.status === 429) return (error.retryAfterSeconds ?? 1) * 1000
    return error.status === 503 || error.code === 'unreadable' ? Math.min(2000, 50 * 2 ** tries) : undefined
  }
  return error instanceof TypeError || (error as { code?: string }).code?.startsWith('E')
    ? Math.min(2000, 50 * 2 ** tries)
    : undefined
}

/** Calls until it gets an answer; only for requests that may be sent twice. A refusal is an answer. */
export async function patiently<T>(call: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const until = Date.now() + patienceMs
  for (let tries = 0; ; tries++) {
    try {
      return await call()
    } catch (error) {
      const wait = waitBefore(error, tries)
      if (wait === undefined || Date.now() + wait > until) throw error
      await sleep(wait)
    }
  }
}

/** Works through a list or stream with so many at a time; the first error ends it once those under way are done. */
export async function inLanes<T>(
  items: Iterable<T> | AsyncIterable<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let failed = false
  const lane = async () => {
    try {
      for (let next = await queue.next(); !next.done && !failed; next = await queue.next()) await work(next.value)
    } catch (error) {
      failed = true
      throw error
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane))
  const broken = ends.find((e) => e.status === 'rejected')
  if (broken) throw broken.reason
}

export const partsOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

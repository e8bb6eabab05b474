/** A 64-bit id: 41 bits of milliseconds since 2024-01-01, 10 of node, 12 of sequence. Decimal string everywhere. */
export type Id = string

const EPOCH_MS = Date.UTC(2024, 0, 1)

/**
 * Makes time-ordered ids. Unique while no two live processes share a node number (0..1023); the sequence starts at a
 * chance place in each millisecond, so ids do not reveal counts. A clock that steps back does not repeat an id.
 */
export function createIds(options: { node: number; nowMs: () => number; below: (n: number) => number }): () => Id {
  const node = BigInt(options.node & 1023) << 12n
  let lastMs = -1
  let sequence = 0
  let left = 0
  return () => {
    const now = options.nowMs() - EPOCH_MS
    if (now > lastMs) {
      lastMs = now
      sequence = options.below(2048)
      left = 4096 - sequence
    }
    // More than the millisecond can hold: borrow the next one rather than wait.
    if (left === 0) {
      lastMs += 1
      sequence = 0
      left = 4096
    }
    left -= 1
    return ((BigInt(lastMs) << 22n) | node | BigInt(sequence++)).toString()
  }
}

/** When an id was made, in milliseconds since 1970. */
export const madeAtMs = (id: Id): number => Number(BigInt(id) >> 22n) + EPOCH_MS

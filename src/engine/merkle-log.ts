/**
 * The Merkle tree of an append-only log (RFC 6962, section 2.1; RFC 9162, section 2.1): a leaf is the hash of 0x00 and
 * the entry, a node the hash of 0x01 and its two children, and a tree of n leaves splits at the largest power of two
 * below n. Sizes are whole numbers up to 2^53; nothing here shifts bits, which would stop at 2^31.
 */

/** Hashes bytes to 32 bytes (SHA-256). What it returns may be overwritten by the next call. */
export type Hash = (data: Uint8Array) => Uint8Array

/** The hash of a complete subtree: the `index`-th of those with 2^level leaves. It must stay as it is until used. */
export type Nodes = (level: number, index: number) => Uint8Array

export const HASH_BYTES = 32

/** Leaf and node hashes, written into `out` at an offset; the scratch memory is theirs, so there is no copy to make. */
export type Hasher = {
  leaf(entry: Uint8Array, out: Uint8Array, at: number): void
  node(left: Uint8Array, right: Uint8Array, out: Uint8Array, at: number): void
}

export function createHasher(hash: Hash): Hasher {
  let leaf = new Uint8Array(1024)
  const pair = new Uint8Array(1 + 2 * HASH_BYTES)
  pair[0] = 1
  return {
    leaf(entry, out, at) {
      if (leaf.length <= entry.length) leaf = new Uint8Array(2 * entry.length)
      leaf.set(entry, 1)
      out.set(hash(leaf.subarray(0, entry.length + 1)), at)
    },
    node(left, right, out, at) {
      pair.set(left, 1)
      pair.set(right, 1 + HASH_BYTES)
      out.set(hash(pair), at)
    },
  }
}

/** The largest power of two below n, and its exponent; n is at least 2. */
function splitOf(n: number): { size: number; level: number } {
  let size = 1
  let level = 0
  while (size * 2 < n) {
    size *= 2
    level += 1
  }
  return { size, level }
}

const isPowerOfTwo = (n: number): boolean => {
  let size = 1
  while (size < n) size *= 2
  return size === n
}
const levelOf = (n: number): number => {
  let level = 0
  for (let size = 1; size < n; size *= 2) level += 1
  return level
}

/** The hash of leaves lo to hi, hi not included, as the tree of them alone. */
function range(lo: number, hi: number, nodes: Nodes, hasher: Hasher): Uint8Array {
  const n = hi - lo
  if (isPowerOfTwo(n) && lo % n === 0) return nodes(levelOf(n), lo / n)
  const { size } = splitOf(n)
  const out = new Uint8Array(HASH_BYTES)
  hasher.node(range(lo, lo + size, nodes, hasher), range(lo + size, hi, nodes, hasher), out, 0)
  return out
}

const refuseSize = (size: number): void => {
  if (!Number.isSafeInteger(size) || size < 0)
    throw new Error(`a log has a whole number of entries from 0 on, not ${size}`)
}

/** The root of the first `size` leaves. `empty` is the hash of no bytes, which is the root of no leaves. */
export function rootFrom(nodes: Nodes, size: number, hash: Hash): Uint8Array {
  refuseSize(size)
  if (size === 0) return Uint8Array.from(hash(new Uint8Array(0)))
  return Uint8Array.from(range(0, size, nodes, createHasher(hash)))
}

/** The siblings that lead from leaf `index` to the root of the first `size` leaves, lowest first. */
export function inclusionFrom(nodes: Nodes, at: { index: number; size: number }, hash: Hash): Uint8Array[] {
  refuseSize(at.size)
  if (!Number.isSafeInteger(at.index) || at.index < 0 || at.index >= at.size)
    throw new Error(`a log of ${at.size} entries has no entry ${at.index}`)
  const hasher = createHasher(hash)
  const proof: Uint8Array[] = []
  let lo = 0
  let hi = at.size
  while (hi - lo > 1) {
    const middle = lo + splitOf(hi - lo).size
    if (at.index < middle) {
      proof.push(Uint8Array.from(range(middle, hi, nodes, hasher)))
      hi = middle
    } else {
      proof.push(Uint8Array.from(range(lo, middle, nodes, hasher)))
      lo = middle
    }
  }
  return proof.reverse()
}

/** What shows that the first `from` leaves of `to` are those whose root was published earlier. */
export function consistencyFrom(nodes: Nodes, sizes: { from: number; to: number }, hash: Hash): Uint8Array[] {
  const { from, to } = sizes
  refuseSize(from)
  refuseSize(to)
  if (from > to) throw new Error(`a log of ${to} entries does not continue one of ${from}`)
  if (from === 0 || from === to) return []
  const hasher = createHasher(hash)
  const proof: Uint8Array[] = []
  let lo = 0
  let hi = to
  // Where the old tree ends at this subtree's end its hash is needed, unless it is the whole old tree, which is known.
  while (from < hi) {
    const middle = lo + splitOf(hi - lo).size
    if (from <= middle) {
      proof.push(Uint8Array.from(range(middle, hi, nodes, hasher)))
      hi = middle
    } else {
      proof.push(Uint8Array.from(range(lo, middle, nodes, hasher)))
      lo = middle
    }
  }
  if (lo > 0) proof.push(Uint8Array.from(range(lo, hi, nodes, hasher)))
  return proof.reverse()
}

/** A log in memory: 64 bytes for each entry, and every complete subtree at hand. */
export class MerkleLog {
  #size = 0
  readonly #hash: Hash
  readonly #hasher: Hasher
  /** Per level, the hashes of its complete subtrees one after the other. */
  readonly #levels: { bytes: Uint8Array; count: number }[] = []

  constructor(hash: Hash, room = 1024) {
    this.#hash = hash
    this.#hasher = createHasher(hash)
    for (let n = room, k = 0; n >= 1 && k < 53; n = Math.floor(n / 2), k++) this.#level(k, n)
  }

  get size(): number {
    return this.#size
  }

  /** Appends an entry and returns its index. */
  append(entry: Uint8Array): number {
    const level = this.#withRoom(0)
    this.#hasher.leaf(entry, level.bytes, level.count * HASH_BYTES)
    return this.#grown(level)
  }

  /** Appends an entry of which only the leaf hash is known. */
  appendHash(leaf: Uint8Array): number {
    const level = this.#withRoom(0)
    level.bytes.set(leaf, level.count * HASH_BYTES)
    return this.#grown(level)
  }

  readonly node: Nodes = (level, index) => {
    const found = this.#levels[level]
    if (!found || index >= found.count)
      throw new Error(`assumption broken: subtree ${index} of level ${level} is whole`)
    return found.bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  }

  root(size = this.#size): Uint8Array {
    return rootFrom(this.node, size, this.#hash)
  }
  inclusion(index: number, size = this.#size): Uint8Array[] {
    return inclusionFrom(this.node, { index, size }, this.#hash)
  }
  consistency(from: number, to = this.#size): Uint8Array[] {
    return consistencyFrom(this.node, { from, to }, this.#hash)
  }

  #grown(first: { bytes: Uint8Array; count: number }): number {
    first.count += 1
    let level = first
    for (let k = 0; level.count % 2 === 0; k++) {
      const at = (level.count - 2) * HASH_BYTES
      const above = this.#withRoom(k + 1)
      this.#hasher.node(
        level.bytes.subarray(at, at + HASH_BYTES),
        level.bytes.subarray(at + HASH_BYTES, at + 2 * HASH_BYTES),
        above.bytes,
        above.count * HASH_BYTES,
      )
      above.count += 1
      level = above
    }
    return this.#size++
  }

  #level(k: number, room: number) {
    return (this.#levels[k] ??= { bytes: new Uint8Array(Math.max(room, 4) * HASH_BYTES), count: 0 })
  }

  #withRoom(k: number) {
    const level = this.#level(k, 4)
    if ((level.count + 1) * HASH_BYTES > level.bytes.length) {
      const more = new Uint8Array(level.bytes.length * 2)
      more.set(level.bytes)
      level.bytes = more
    }
    return level
  }
}

import type { IHasher } from 'hash-wasm'

/**
 * The plainest log that keeps every subtree: what the engine's is measured against in the same run. A hash's parts are
 * handed over one by one, and each hash is an object of its own until it is copied to its place.
 */
export class PlainLog {
  size = 0
  readonly #hash: IHasher
  readonly #levels: { bytes: Uint8Array; count: number }[] = []
  constructor(hash: IHasher, room: number) {
    this.#hash = hash
    this.#levels.push({ bytes: new Uint8Array(room * 32), count: 0 })
  }

  append(entry: Uint8Array): void {
    this.#put(0, this.#hash.init().update(Uint8Array.of(0)).update(entry).digest('binary'))
    this.size += 1
    for (let k = 0; this.#levels[k]!.count % 2 === 0; k++) {
      const last = this.#levels[k]!.count
      this.#put(k + 1, this.#node(this.#get(k, last - 2), this.#get(k, last - 1)))
    }
  }

  /** The siblings of a leaf up to the root, by the definition. */
  inclusion(index: number, lo = 0, hi = this.size): Uint8Array[] {
    if (hi - lo === 1) return []
    const middle = lo + half(hi - lo)
    return index < middle
      ? [...this.inclusion(index, lo, middle), this.#range(middle, hi)]
      : [...this.inclusion(index, middle, hi), this.#range(lo, middle)]
  }

  #range(lo: number, hi: number): Uint8Array {
    const n = hi - lo
    const level = Math.log2(n)
    if (Number.isInteger(level) && lo % n === 0) return Uint8Array.from(this.#get(level, lo / n))
    const middle = lo + half(n)
    return this.#node(this.#range(lo, middle), this.#range(middle, hi))
  }

  #node(left: Uint8Array, right: Uint8Array): Uint8Array {
    const pair = new Uint8Array(65)
    pair[0] = 1
    pair.set(left, 1)
    pair.set(right, 33)
    return this.#hash.init().update(pair).digest('binary')
  }
  #get(k: number, i: number): Uint8Array {
    return this.#levels[k]!.bytes.subarray(i * 32, i * 32 + 32)
  }
  #put(k: number, hash: Uint8Array): void {
    const level = (this.#levels[k] ??= { bytes: new Uint8Array(64 * 32), count: 0 })
    if ((level.count + 1) * 32 > level.bytes.length) {
      const more = new Uint8Array(level.bytes.length * 2)
      more.set(level.bytes)
      level.bytes = more
    }
    level.bytes.set(hash, level.count++ * 32)
  }
}

const half = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1)

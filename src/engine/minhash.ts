import { stir, type HashSet } from './shingles.ts'

/** Values in a signature; two texts' signatures agree at about their Jaccard similarity's share of places. */
export const PLACES = 128
/** Places are taken in bands of so many: two texts meet in a band when all of them agree. */
export const ROWS = 4
export const BANDS = PLACES / ROWS

const MULTIPLY = new Uint32Array(PLACES)
const ADD = new Uint32Array(PLACES)
for (let i = 0; i < PLACES; i++) {
  MULTIPLY[i] = stir(2 * i + 1) | 1
  ADD[i] = stir(0x9e3779b9 + i)
}

/** The least hash under each of 128 orders (Broder 1997). Of an empty set, all are the largest number. */
export function signatureOf({ hashes }: HashSet): Uint32Array {
  const out = new Uint32Array(PLACES).fill(0xffffffff)
  for (let i = 0; i < PLACES; i++) {
    const [m, a] = [MULTIPLY[i]!, ADD[i]!]
    let least = 0xffffffff
    for (let j = 0; j < hashes.length; j++) {
      let h = Math.imul(hashes[j]! ^ a, m)
      h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
      h = (h ^ (h >>> 16)) >>> 0
      if (h < least) least = h
    }
    out[i] = least
  }
  return out
}

/**
 * One key for each band, below 2^53: texts that share a key are candidates (locality-sensitive hashing, 32 bands of 4
 * rows: half of the pairs at J = .38 meet, 99.98 % of those at .7).
 */
export function bandKeys(signature: Uint32Array): number[] {
  const keys: number[] = []
  for (let band = 0; band < BANDS; band++) {
    let low = stir(0x5bd1e995 + band)
    let high = stir(0x1b873593 + band)
    for (let row = 0; row < ROWS; row++) {
      const value = signature[band * ROWS + row]!
      low = stir(low ^ value)
      high = stir(Math.imul(high, 31) + value)
    }
    keys.push((high >>> 11) * 2 ** 32 + low)
  }
  return keys
}

/** How many places of two signatures agree, of 128. */
export function agreeing(a: Uint32Array, b: Uint32Array): number {
  let n = 0
  for (let i = 0; i < PLACES; i++) if (a[i] === b[i]) n += 1
  return n
}

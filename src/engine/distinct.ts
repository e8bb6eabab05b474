import { stir } from './shingles.ts'

/** Distinct runs kept of each length. Up to so many the count is exact; beyond, off by a factor of about 1 / sqrt(KEPT). */
export const KEPT = 16_384
/** Lengths of runs of words that are counted. */
export const LENGTHS = [1, 2, 3] as const

/** The smallest hashes of a growing set. Plain data: it can be kept as JSON and gone on with. */
export type SmallestHashes = { seen: number[]; fresh: number[]; whole: boolean }
export const newSmallest = (): SmallestHashes => ({ seen: [], fresh: [], whole: true })

/** Adds a hash below 2^53. */
export function addHash(s: SmallestHashes, hash: number): void {
  if (s.seen.length === KEPT && hash > s.seen[KEPT - 1]!) {
    s.whole = false
    return
  }
  s.fresh.push(hash)
  if (s.fresh.length >= KEPT) settle(s)
}

function settle(s: SmallestHashes): void {
  const sorted = Float64Array.from([...s.seen, ...s.fresh]).sort()
  const seen: number[] = []
  for (const hash of sorted) if (hash !== seen.at(-1)) seen.push(hash)
  s.whole &&= seen.length <= KEPT
  s.seen = seen.slice(0, KEPT)
  s.fresh = []
}

/**
 * How many distinct hashes were added: exact up to `KEPT`, then from how dense the smallest lie (Beyer et al. 2007, "On
 * synopses for distinct-value estimation"; unbiased, relative standard error 1 / sqrt(KEPT - 2), 0.8 %). Whatever the
 * order they came in, the same.
 */
export function countDistinct(s: SmallestHashes): number {
  settle(s)
  return s.whole ? s.seen.length : ((KEPT - 1) * 2 ** 53) / (s.seen[KEPT - 1]! + 1)
}

/** One character of a script that is written without spaces, with the marks that belong to it; or a run of anything else. */
const PIECE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu

/** A normalised text's words; where a script has no spaces between words, its characters. */
export const wordsIn = (normalised: string): string[] => normalised.match(PIECE) ?? []

/**
 * One hash below 2^53 for each run of `size` words, in order; a text of fewer words has none. Two different runs share a
 * hash once in 2^53.
 */
export function wordRuns(words: readonly string[], size: number): number[] {
  const out: number[] = []
  for (let i = 0; i + size <= words.length; i++) {
    let [low, high] = [0x811c9dc5, 0x5bd1e995]
    for (let j = i; j < i + size; j++) {
      const word = words[j]!
      for (let c = 0; c < word.length; c++) {
        const unit = word.charCodeAt(c)
        low = Math.imul(low ^ unit, 0x01000193)
        high = Math.imul(high ^ unit, 0x85ebca6b)
        high ^= high >>> 15
      }
      // Where a word ends, so that "ab c" and "a bc" are two runs.
      low = Math.imul(low ^ 0x20, 0x01000193)
      high = Math.imul(high ^ 0x20, 0x85ebca6b)
    }
    out.push((stir(high) >>> 11) * 2 ** 32 + stir(low ^ 0x9e3779b9))
  }
  return out
}

import { hashSet, runHashes, stir, type HashSet } from './shingles.ts'

const RUN = 8
const WINDOW = 4
/** One run in so many is an anchor: few enough to index. */
const ANCHOR = 24
const ANCHOR_IN = 24
const MOST_ANCHORS = 64

/**
 * Fingerprints of a normalised text: of every 4 runs of 8 characters in a row, the least hash (winnowing: Schleimer,
 * Wilkerson & Aiken 2003). Any passage of 11 characters that two texts share gives both a fingerprint.
 */
export function winnow(normalised: string): HashSet {
  const runs = runHashes(normalised, RUN)
  const kept = new Uint32Array(runs.length)
  let n = 0
  let last = -1
  for (let start = 0; start < Math.max(1, runs.length - WINDOW + 1) && runs.length > 0; start++) {
    const end = Math.min(runs.length, start + WINDOW)
    let least = start
    for (let i = start + 1; i < end; i++) if (runs[i]! <= runs[least]!) least = i
    if (least !== last) {
      kept[n++] = runs[least]!
      last = least
    }
  }
  return hashSet(kept.slice(0, n))
}

/** How much of the smaller one's fingerprints the other holds; of none, 0. A sample of a larger text is no smaller one. */
export function containment(a: HashSet, b: HashSet): number {
  // Where one is a sample, only what lies in the range that both samples cover can be compared.
  const limit = Math.min(endOf(a), endOf(b))
  const [x, y] = [below(a.hashes, limit), below(b.hashes, limit)]
  const least = Math.min(x, y)
  if (least === 0) return 0
  let [i, j, both] = [0, 0, 0]
  while (i < x && j < y) {
    const [p, q] = [a.hashes[i]!, b.hashes[j]!]
    if (p === q) both += 1
    if (p <= q) i += 1
    if (q <= p) j += 1
  }
  return both / least
}
const endOf = (s: HashSet): number => (s.whole ? Infinity : s.hashes[s.hashes.length - 1]!)

function below(hashes: Uint32Array, limit: number): number {
  if (limit === Infinity) return hashes.length
  let n = 0
  while (n < hashes.length && hashes[n]! <= limit) n += 1
  return n
}

/**
 * Keys, below 2^53, under which a padded copy of a normalised text can be found: runs of 24 characters, chosen by their
 * own value alone, so that the same passage gives the same keys wherever it is copied to. Shorter runs would be phrases
 * that everybody writes.
 */
export function anchorKeys(normalised: string): number[] {
  const keys = new Set<number>()
  for (const hash of normalised.length < ANCHOR ? [] : runHashes(normalised, ANCHOR)) {
    const second = stir(hash ^ 0x2545f491)
    if (second % ANCHOR_IN === 0) keys.add((second >>> 11) * 2 ** 32 + hash)
    if (keys.size === MOST_ANCHORS) break
  }
  return [...keys]
}

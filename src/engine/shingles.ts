/** Distinct hashes, ascending. `whole`: every one of the text; otherwise the smallest `MOST` of them, a fair sample. */
export type HashSet = { readonly hashes: Uint32Array; readonly whole: boolean }

/** Longer texts are compared by this many of their hashes: an error of 1 / sqrt(MOST), about 1.6 %. */
export const MOST = 4_096

/** Bits stirred so that any of them may be used (lowbias32). */
export function stir(x: number): number {
  let h = x
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

/** One hash for each run of `size` UTF-16 units, in order; a shorter text is one run. */
export function runHashes(text: string, size: number): Uint32Array {
  const n = Math.max(1, text.length - size + 1)
  const out = new Uint32Array(text.length === 0 ? 0 : n)
  for (let i = 0; i < out.length; i++) {
    let h = 0x811c9dc5
    const end = Math.min(text.length, i + size)
    for (let j = i; j < end; j++) h = Math.imul(h ^ text.charCodeAt(j), 0x01000193)
    out[i] = stir(h)
  }
  return out
}

/** The distinct ones, ascending, and the smallest `MOST` of them if there are more. */
export function hashSet(hashes: Uint32Array): HashSet {
  const sorted = hashes.slice().sort()
  let n = 0
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[n++] = sorted[i]!
  return { hashes: sorted.slice(0, Math.min(n, MOST)), whole: n <= MOST }
}

/** The set of a normalised text's runs of 5 characters. */
export const shinglesOf = (normalised: string, size = 5): HashSet => hashSet(runHashes(normalised, size))

/**
 * How much of two sets is shared: |A ∩ B| / |A ∪ B|. Exact for whole sets; where either is a sample, the share among the
 * smallest `MOST` of the union (bottom-k sketch: Cohen & Kaplan 2007). Two empty sets share nothing.
 */
export function jaccard(a: HashSet, b: HashSet): number {
  const most = a.whole && b.whole ? Infinity : MOST
  let [i, j, both, all] = [0, 0, 0, 0]
  while (all < most && (i < a.hashes.length || j < b.hashes.length)) {
    const x = i < a.hashes.length ? a.hashes[i]! : Infinity
    const y = j < b.hashes.length ? b.hashes[j]! : Infinity
    if (x === y) both += 1
    if (x <= y) i += 1
    if (y <= x) j += 1
    all += 1
  }
  return all === 0 ? 0 : both / all
}

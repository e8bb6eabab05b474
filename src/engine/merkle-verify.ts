import { createHasher, HASH_BYTES, type Hash } from './merkle-log.ts'

// Written from the verification algorithms of RFC 9162 and nothing of what makes proofs, so that neither can excuse
// the other's mistakes. Everything malformed is simply not a proof; nothing here throws.

const half = (n: number): number => Math.floor(n / 2)
const isOdd = (n: number): boolean => n % 2 === 1
const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== HASH_BYTES || b.length !== HASH_BYTES) return false
  let different = 0
  for (let i = 0; i < HASH_BYTES; i++) different |= a[i]! ^ b[i]!
  return different === 0
}

const areHashes = (proof: readonly Uint8Array[]): boolean => proof.every((p) => p.length === HASH_BYTES)

/** Whether a leaf hash is at `index` of the log of `size` entries with this root (RFC 9162, 2.1.3.2). */
export function isIncluded(
  claim: { leaf: Uint8Array; index: number; size: number; root: Uint8Array },
  proof: readonly Uint8Array[],
  hash: Hash,
): boolean {
  const { index, size } = claim
  if (!isSize(index) || !isSize(size) || index >= size || claim.leaf.length !== HASH_BYTES || !areHashes(proof))
    return false
  const hasher = createHasher(hash)
  const r = Uint8Array.from(claim.leaf)
  let fn = index
  let sn = size - 1
  for (const p of proof) {
    if (sn === 0) return false
    if (isOdd(fn) || fn === sn) {
      hasher.node(p, r, r, 0)
      while (!isOdd(fn) && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else hasher.node(r, p, r, 0)
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && sameHash(r, claim.root)
}

/** Whether the log of `to` entries continues the log of `from` entries (RFC 9162, 2.1.4.2). */
export function isConsistent(
  claim: { from: number; to: number; from_root: Uint8Array; to_root: Uint8Array },
  proof: readonly Uint8Array[],
  hash: Hash,
): boolean {
  const { from, to } = claim
  if (!isSize(from) || !isSize(to) || from > to || !areHashes(proof)) return false
  if (from === to) return proof.length === 0 && sameHash(claim.from_root, claim.to_root)
  // Everything continues the empty log, and only one root is that of no entries.
  if (from === 0) return proof.length === 0 && sameHash(claim.from_root, hash(new Uint8Array(0)))
  if (proof.length === 0) return false
  const hasher = createHasher(hash)
  let fn = from - 1
  let sn = to - 1
  while (isOdd(fn)) {
    fn = half(fn)
    sn = half(sn)
  }
  // Where the old log is a complete subtree of the new one its root is the start, and is not sent.
  const isWhole = fn === 0
  const first = isWhole ? claim.from_root : proof[0]!
  if (first.length !== HASH_BYTES) return false
  const fr = Uint8Array.from(first)
  const sr = Uint8Array.from(first)
  for (const c of isWhole ? proof : proof.slice(1)) {
    if (sn === 0) return false
    if (isOdd(fn) || fn === sn) {
      hasher.node(c, fr, fr, 0)
      hasher.node(c, sr, sr, 0)
      while (!isOdd(fn) && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else hasher.node(sr, c, sr, 0)
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && sameHash(fr, claim.from_root) && sameHash(sr, claim.to_root)
}

/** The hash of an entry as a leaf. */
export function leafHash(entry: Uint8Array, hash: Hash): Uint8Array {
  const out = new Uint8Array(HASH_BYTES)
  createHasher(hash).leaf(entry, out, 0)
  return out
}

import { bandKeys, signatureOf } from '../../engine/minhash.ts'
import { normaliseText } from '../../engine/normalise-text.ts'
import { jaccard, shinglesOf, stir, type HashSet } from '../../engine/shingles.ts'
import { anchorKeys, containment, winnow } from '../../engine/winnow.ts'
import type { Finding } from './rules.ts'

/** The way of normalising and hashing. Raise it when any of it changes: prints of two versions are never compared. */
export const PRINT = 1
/** Shorter texts, normalised, are compared as a whole only: a few words are alike by chance. */
export const COMPARED_CHARS = 30
/** A passage must hold so many fingerprints before its copy inside a longer text says anything. */
const PASSAGE = 20
/** From this share of the smaller text on, a longer one is that text with padding. */
const PADDED = 0.6

/** `keys`: under which its equals, its likes and its padded copies are found. */
export type Print = { digest: string; shingles: HashSet; fingerprints: HashSet; keys: number[] }
export type Other = { submission_id: string; print: Print }
export type Likeness = {
  same: boolean
  /** The greatest similarity to anything earlier. */
  jaccard: number
  padded: number
  like: string | undefined
}
/** SHA-256 or the like, handed in: the engine has no hash of that kind. */
export type Digest = (text: string) => string

/** What a text is made of; undefined when nothing is left of it once it is normalised. */
export function printOf(text: string, question: string, digest: Digest): Print | undefined {
  const plain = normaliseText(text)
  if (plain === '') return undefined
  const isLong = plain.length >= COMPARED_CHARS
  const nothing: HashSet = { hashes: new Uint32Array(0), whole: true }
  const shingles = isLong ? shinglesOf(plain) : nothing
  const hash = digest(plain)
  // Each below 2^53, and of this question and this way of printing alone.
  const place = [...`${PRINT}/${question}`].reduce((h, c) => stir(h ^ c.codePointAt(0)!), 0x811c9dc5)
  const at = (key: number) => (stir(Math.floor(key / 2 ** 32) ^ place) >>> 11) * 2 ** 32 + stir((key % 2 ** 32) ^ place)
  const keys = [Number.parseInt(hash.slice(0, 13), 16), ...(isLong ? bandKeys(signatureOf(shingles)) : []), ...(isLong ? anchorKeys(plain) : [])] // prettier-ignore
  return { digest: hash, shingles, fingerprints: isLong ? winnow(plain) : nothing, keys: [...new Set(keys.map(at))] }
}

/** How like earlier texts this one is. */
export function likeness(print: Print, others: readonly Other[]): Likeness {
  let out: Likeness = { same: false, jaccard: 0, padded: 0, like: undefined }
  for (const { submission_id, print: other } of others) {
    if (other.digest === print.digest) return { same: true, jaccard: 1, padded: 0, like: submission_id }
    const j = jaccard(print.shingles, other.shingles)
    const least = Math.min(print.fingerprints.hashes.length, other.fingerprints.hashes.length)
    const padded = least >= PASSAGE ? containment(print.fingerprints, other.fingerprints) : 0
    if (j > out.jaccard || (j === out.jaccard && padded > out.padded)) out = { ...out, jaccard: j, like: submission_id }
    if (padded > out.padded) out = { ...out, padded }
  }
  return out
}

export type Novelty = { same_bps: number; new_bps: number }

/** What a text adds to what was there, in millionths: all of it up to `new_bps`, nothing from `same_bps` on. */
export function coveragePpm(jaccardMax: number, { same_bps, new_bps }: Novelty): number {
  const share = (Math.round(jaccardMax * 10_000) - new_bps) / (same_bps - new_bps)
  return Math.round(1_000_000 * (1 - Math.min(1, Math.max(0, share))))
}

/** The same text, once tricks of writing are taken away. */
export const sameFinding = (l: Likeness): Finding =>
  l.same ? { found: 'something', code: 'duplicate', evidence: { like: l.like } } : { found: 'nothing' }

/** Nearly the same text; a padded copy is pointed out and left to people. */
export function nearFinding(l: Likeness, novelty: Novelty): Finding {
  const bps = Math.round(l.jaccard * 10_000)
  const evidence = { jaccard_bps: bps, contained_bps: Math.round(l.padded * 10_000), like: l.like }
  if (l.same || bps >= novelty.same_bps) return { found: 'something', code: 'near_duplicate', evidence }
  if (l.padded >= PADDED) return { found: 'something', code: 'padded_copy', evidence: { ...evidence, flag_only: true } }
  return { found: 'nothing', ...(bps > 0 && { evidence }) }
}

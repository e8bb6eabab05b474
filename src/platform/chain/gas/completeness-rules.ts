/** The nonces that are accounted for, as the blocks they were used in. */
export type Seen = { nonce: number; block: number }
/** Nonces that nothing accounts for, and the blocks between which they must have been used. */
export type Gap = { from: number; to: number; after: number; until: number }

/**
 * `proved`: nonces run without a gap up to the count that the chain itself gives. `contiguous`: without a gap, but
 * nobody says where the end is. `gaps`: some are missing, so that the sum is too small.
 */
export const COMPLETENESS = ['proved', 'contiguous', 'gaps'] as const
export type Completeness = (typeof COMPLETENESS)[number]

/** What is missing among nonces from `start` to `end` (not included; null: nobody knows the end). `seen` is by nonce. */
export function gapsIn(
  seen: readonly Seen[],
  range: { start: number; end: number | null; after: number; until: number },
): Gap[] {
  const gaps: Gap[] = []
  let next = range.start
  let after = range.after
  for (const s of seen) {
    if (s.nonce > next) gaps.push({ from: next, to: s.nonce - 1, after, until: s.block })
    next = s.nonce + 1
    after = s.block
  }
  if (range.end !== null && next < range.end) gaps.push({ from: next, to: range.end - 1, after, until: range.until })
  return gaps
}

/** How complete a list is. A nonce at or past the end contradicts the chain: such a list is not to be believed at all. */
export function completenessOf(
  seen: readonly Seen[],
  range: { start: number; end: number | null; after: number; until: number },
): { completeness: Completeness; missing: number } | 'contradicted' {
  const newest = seen.at(-1)
  if (range.end !== null && newest && newest.nonce >= range.end) return 'contradicted'
  for (let i = 1; i < seen.length; i++) if (seen[i]!.block < seen[i - 1]!.block) return 'contradicted'
  const missing = gapsIn(seen, range).reduce((sum, g) => sum + g.to - g.from + 1, 0)
  if (missing > 0) return { completeness: 'gaps', missing }
  return { completeness: range.end === null ? 'contiguous' : 'proved', missing: 0 }
}

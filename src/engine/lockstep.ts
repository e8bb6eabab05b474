import { BadInput } from './labels.ts'

/** What people did, as columns: who did what (an action on an object) and when. */
export type Deeds = { person: ArrayLike<number>; deed: ArrayLike<number>; at: ArrayLike<number> }
export type LockstepOptions = {
  /** Width of a time bucket, in the units of `at`. */
  bucket: number
  /** Something that more people than this did in one bucket links nobody: it bounds the cost at half its square each. */
  crowd?: number
  /** Pairs alike by at least this are kept. */
  alike?: number
  /** … who did at least so many of the same things at the same time. */
  least?: number
}
export type Lockstep = { a: number; b: number; shared: number; alike: number }

/**
 * Pairs who do the same things at the same times: Jaccard similarity of their sets of (deed, time bucket), after SynchroTrap
 * (Cao, Yang, Yu & Palow 2014). Buckets are half-open and each deed is also put in the one before or after, whichever is
 * nearer, so that a boundary parts nobody by more than half a bucket. Time: for each deed and bucket the square of at most
 * `crowd` people. Pairs in order of (a, b), a < b.
 * @throws BadInput for a bucket that is not above 0, or columns of different lengths.
 */
export function lockstepPairs(d: Deeds, options: LockstepOptions): Lockstep[] {
  const { bucket, crowd = 50, alike = 0.5, least = 3 } = options
  if (!(bucket > 0)) throw new BadInput(`A time bucket is wider than ${bucket}.`)
  if (d.person.length !== d.deed.length || d.at.length !== d.deed.length)
    throw new BadInput('The columns of deeds differ in length.')
  const who = new Map<string, Set<number>>()
  const own = new Map<number, Set<string>>()
  for (let i = 0; i < d.person.length; i++) {
    const place = d.at[i]! / bucket
    const near = Math.floor(place) + (place - Math.floor(place) < 0.5 ? -1 : 1)
    const [u, exact, beside] = [d.person[i]!, `${d.deed[i]} ${Math.floor(place)}`, `${d.deed[i]} ${near}`]
    own.set(u, (own.get(u) ?? new Set()).add(exact))
    for (const key of [exact, beside]) who.set(key, (who.get(key) ?? new Set()).add(u))
  }
  // A deed of a pair counts once, however many buckets they share for it.
  const together = new Map<number, Map<number, Set<string>>>()
  for (const [key, people] of who) {
    if (people.size < 2 || people.size > crowd) continue
    const deed = key.slice(0, key.indexOf(' '))
    const sorted = [...people].toSorted((x, y) => x - y)
    sorted.forEach((a, i) => {
      for (const b of sorted.slice(i + 1)) {
        const row = together.get(a) ?? new Map<number, Set<string>>()
        together.set(a, row)
        row.set(b, (row.get(b) ?? new Set<string>()).add(deed))
      }
    })
  }
  const out: Lockstep[] = []
  for (const [a, row] of together)
    for (const [b, deeds] of row) {
      const shared = deeds.size
      const share = Math.min(1, shared / (own.get(a)!.size + own.get(b)!.size - shared))
      if (shared >= least && share >= alike) out.push({ a, b, shared, alike: share })
    }
  return out.toSorted((x, y) => x.a - y.a || x.b - y.b)
}

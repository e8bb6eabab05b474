import type { Judging } from './truth-queries.ts'

const WEEK_MS = 7 * 86_400_000

export type Spell = { cluster: string; from: number; until: number | null }
export type Known = ReadonlyMap<string, readonly Spell[]>

/** The cluster that the platform had an account in at a moment. */
export const clusterAt = (known: Known, account: string, at: number): string | undefined =>
  (known.get(account) ?? []).find((s) => s.from <= at && (s.until === null || s.until > at))?.cluster

/** Whether the platform held two accounts for one cluster at a moment. */
export const wereTogether = (known: Known, a: string, b: string, at: number): boolean => {
  const one = clusterAt(known, a, at)
  return one !== undefined && one === clusterAt(known, b, at)
}

export type OwnershipAudit = {
  reviews: number
  /** Reviews of work by an account of the same cluster, known when they were assigned. */
  own_cluster: number
  /** Reviews of work by an account of the same person, whether anybody knew it or not. */
  own_person: number
  /** Reviews among people who have an understanding. */
  among_allies: number
  /** Two of one cluster, known when the later of them was assigned, on one panel. */
  panels_shared: number
  /** Pairs that judged each other's work within seven days. */
  two_cycles: number
}

export type Truth = { owner: ReadonlyMap<string, string>; attack: ReadonlyMap<string, string | null> }

/** What of the reviews should not have been, by what the platform knew and by what is true. */
export function auditOwnership(
  judged: readonly Judging[],
  pairs: readonly { one: string; other: string; assigned: number }[],
  known: Known,
  truth: Truth,
): OwnershipAudit {
  const out: OwnershipAudit = { reviews: judged.length, own_cluster: 0, own_person: 0, among_allies: 0, panels_shared: 0, two_cycles: 0 } // prettier-ignore
  for (const { reviewer, author, assigned } of judged) {
    if (wereTogether(known, reviewer, author, assigned)) out.own_cluster += 1
    const attack = truth.attack.get(reviewer)
    if (truth.owner.get(reviewer) === truth.owner.get(author)) out.own_person += 1
    else if (attack && attack === truth.attack.get(author)) out.among_allies += 1
  }
  out.panels_shared = pairs.filter((p) => wereTogether(known, p.one, p.other, p.assigned)).length
  out.two_cycles = countTwoCycles(judged)
  return out
}

/** Pairs of whom one judged the other's work and was judged by them within a week. */
export function countTwoCycles(judged: readonly Judging[]): number {
  const times = new Map<string, number[]>()
  for (const j of judged) {
    const key = `${j.reviewer} ${j.author}`
    const list = times.get(key) ?? []
    list.push(j.at)
    times.set(key, list)
  }
  let found = 0
  for (const [key, own] of times) {
    const [a, b] = key.split(' ')
    if (a! >= b!) continue
    const back = times.get(`${b} ${a}`) ?? []
    if (own.some((t) => back.some((u) => Math.abs(t - u) <= WEEK_MS))) found += 1
  }
  return found
}

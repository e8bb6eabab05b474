import { appealUntil, type Strength } from '../cases/rules.ts'

/** How many reports of one person may wait to be read at once. */
export const MOST_WAITING = 5
/** A report that nobody read so long after its drive is over is not confirmed, and counts against nobody. */
export const UNREAD_MS = 14 * 86_400_000
export const LONGEST_MS = 366 * 86_400_000

/** What a report weighs as evidence: whoever was wrong more often than right gives a reason to look, and no more. */
export const strengthFrom = (record: { confirmed: number; wrong: number }): Extract<Strength, 'weak' | 'fair'> =>
  record.wrong > record.confirmed ? 'weak' : 'fair'

/** A case as far as it answers a report. */
export type Outcome = {
  state: 'open' | 'proposed' | 'closed'
  sanctions: readonly {
    action: string
    imposed_at: Date
    ends_at: Date
    ended_why: string | null
    appeal: { decided: boolean; upheld: boolean } | null
  }[]
}
const WRONG = new Set(['overturned', 'appeal_overdue', 'mistaken', 'lapsed'])

/**
 * What a case says of the account that was reported: `right` once a sanction stands that can no longer be appealed,
 * `wrong` once none does, nothing before that.
 */
export function answered(c: Outcome, now: Date): 'right' | 'wrong' | undefined {
  if (c.state !== 'closed') return undefined
  const standing = c.sanctions.filter((s) => !WRONG.has(s.ended_why ?? '') && s.ended_why !== 'replaced')
  if (standing.length === 0) return 'wrong'
  const isFinal = standing.some((s) => (s.appeal ? s.appeal.decided && !s.appeal.upheld : appealUntil(s) <= now))
  return isFinal ? 'right' : undefined
}

export type Confirmed = { report_id: string; accounts: readonly string[] }

/** Groups of reports that are about one group of people: they name an account in common, or two of one cluster. */
export function groupsOf(
  reports: readonly Confirmed[],
  clusterOf: (account: string) => string | undefined,
): Confirmed[][] {
  const groups: { keys: Set<string>; reports: Confirmed[] }[] = []
  for (const r of reports) {
    const keys = new Set(r.accounts.map((a) => clusterOf(a) ?? `account ${a}`))
    const met = groups.filter((g) => [...keys].some((k) => g.keys.has(k)))
    const joined = { keys, reports: [...met.flatMap((g) => g.reports), r] }
    for (const g of met) {
      for (const k of g.keys) keys.add(k)
      groups.splice(groups.indexOf(g), 1)
    }
    groups.push(joined)
  }
  return groups.map((g) => g.reports)
}

/**
 * Who is paid what. A group is worth one reward, however many report it and in however many pieces: each of its accounts
 * an equal part, shared by those who named it. All together never cost more than the cap; beyond it every part shrinks alike.
 */
export function shareOut(groups: readonly (readonly Confirmed[])[], reward: bigint, cap: bigint): Map<string, bigint> {
  const out = new Map<string, bigint>()
  const wanted = reward * BigInt(groups.length)
  const each = wanted > cap ? cap / BigInt(groups.length || 1) : reward
  for (const reports of groups) {
    const named = new Map<string, string[]>()
    for (const r of reports) for (const a of r.accounts) named.set(a, [...(named.get(a) ?? []), r.report_id])
    for (const by of named.values())
      for (const id of by) out.set(id, (out.get(id) ?? 0n) + (each * PARTS) / BigInt(named.size) / BigInt(by.length))
  }
  for (const [id, parts] of out) out.set(id, parts / PARTS)
  return out
}
/** Shares are added up in these parts of a minor unit and rounded down once: what all numbers up to 50 divide. */
const PARTS = 3_099_044_504_245_996_706_400n

/** Which held pay stays with a declared account: whole pieces, the smallest first, until they make up its share. */
export function kept<P extends { amount_minor: bigint }>(pieces: readonly P[], keep_bps: number): Set<P> {
  const total = pieces.reduce((sum, p) => sum + p.amount_minor, 0n)
  const share = total * BigInt(keep_bps)
  const stays = new Set<P>()
  let sum = 0n
  // The piece that reaches the share stays whole: in doubt, for the person.
  for (const p of pieces.toSorted((a, b) =>
    a.amount_minor < b.amount_minor ? -1 : a.amount_minor > b.amount_minor ? 1 : 0,
  )) {
    if (sum * 10_000n >= share) break
    stays.add(p)
    sum += p.amount_minor
  }
  return stays
}

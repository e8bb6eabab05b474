import type { Kysely } from 'kysely'
import type { DB } from '../platform/db/tables.ts'
import type { Memory } from './agents.ts'
import type { Person } from './crowd.ts'
import { isDishonest, QA } from './desk-people.ts'
import {
  appealFacts,
  caseFacts,
  deciderFacts,
  sanctionFacts,
  type CaseFact,
  type SanctionFact,
} from './process-queries.ts'
import type { Season } from './season.ts'

/** People of one side, and what due process did to them. */
export type Side = {
  people: number
  /** Anything that kept back their money or their work, because of a case or a sanction. */
  limited: number
  /** People by what it was; the same person may be in several. An open case that keeps pay waiting counts as one. */
  by: Record<string, number>
  /** How long it lasted, in hours, and how it ended. */
  hours: { p50: number | null; p95: number | null }
  ended: Record<string, number>
  /** New accounts whose first month's allowance kept something back at some time: that is for all, and no accusation. */
  newcomers_waited: number
}
export type DueProcess = {
  cases: {
    opened: number
    by_signal: number
    about_honest: number
    kinds: Record<string, number>
    outcomes: Record<string, number>
  }
  honest: Side
  dishonest: Side
  appeals: {
    opened: number
    by_honest: number
    overturned: number
    overdue: number
    hours: { p50: number | null; p95: number | null }
  }
  rejections: {
    appealed: number
    answered: number
    by_honest: number
    overturned: number
    by_honest_overturned: number
    hours: { p50: number | null; p95: number | null }
  }
  deciders: { name: string; sanctions: number; overturned: number }[]
  visits: Memory['visits']
}

const HOUR_MS = 3_600_000

export function quantile(xs: readonly number[], q: number): number | null {
  if (xs.length === 0) return null
  const sorted = xs.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]! * 100) / 100
}
const spread = (xs: readonly number[]) => ({ p50: quantile(xs, 0.5), p95: quantile(xs, 0.95) })
const count = (xs: readonly string[]): Record<string, number> => {
  const out: Record<string, number> = {}
  for (const x of xs) out[x] = (out[x] ?? 0) + 1
  return Object.fromEntries(Object.entries(out).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * What due process did, to whom, and how fast it was answered. Honest is who was never out to be paid for nothing: those
 * of little skill, too, and a sleeper until they turn, but not after.
 */
export async function dueProcessOf(db: Kysely<DB>, s: Season, memory: Memory): Promise<DueProcess> {
  const sanctions = await sanctionFacts(db)
  const cases = await caseFacts(db)
  const appeals = await appealFacts(db)
  const records = await deciderFacts(db)
  const byAccount = new Map(s.people.map((person) => [s.accounts.get(person.n)!, person]))
  const isGuilty = (id: string) => isDishonestInTheEnd(s, memory, byAccount.get(id)!)
  const honest = s.people.filter((person) => !isDishonestInTheEnd(s, memory, person))
  const others = s.people.filter((person) => isDishonestInTheEnd(s, memory, person))
  const side = (people: readonly Person[]) => sideOf(s, memory, people, sanctions, cases)
  const asked = sanctions.filter((x) => x.appealed_at !== null)
  const answered = asked.filter((x) => x.answered_at !== null)
  return {
    cases: {
      opened: cases.length,
      by_signal: cases.filter((c) => c.by_signal).length,
      about_honest: cases.filter((c) => !isGuilty(c.account_id)).length,
      /** By what they began with and what they are about. */
      kinds: count(cases.map((c) => `${c.kind}, ${isGuilty(c.account_id) ? 'dishonest' : 'honest'}`)),
      outcomes: count(cases.map((c) => c.outcome ?? 'open')),
    },
    honest: side(honest),
    dishonest: side(others),
    appeals: {
      opened: asked.length,
      by_honest: asked.filter((x) => !isGuilty(x.account_id)).length,
      overturned: answered.filter((x) => x.upheld && x.by_person).length,
      overdue: answered.filter((x) => !x.by_person).length,
      hours: spread(answered.map((x) => (x.answered_at! - x.appealed_at!) / HOUR_MS)),
    },
    rejections: {
      appealed: appeals.length,
      answered: appeals.filter((a) => a.upheld !== null).length,
      by_honest: appeals.filter((a) => !isGuilty(a.account_id)).length,
      overturned: appeals.filter((a) => a.upheld).length,
      by_honest_overturned: appeals.filter((a) => a.upheld && !isGuilty(a.account_id)).length,
      hours: spread(appeals.flatMap((a) => (a.hours === null ? [] : [a.hours]))),
    },
    deciders: s.deciders.map(({ account_id }, i) => {
      const { sanctions = 0, overturned = 0 } = records.find((r) => r.account_id === account_id) ?? {}
      return { name: QA[i]!.name, sanctions, overturned }
    }),
    visits: memory.visits,
  }
}

const isDishonestInTheEnd = (s: Season, memory: Memory, person: Person): boolean =>
  isDishonest(s.population, person, { handed: memory.handed[person.n]!, reviewed: memory.reviewed[person.n]! })

/** Warnings limit nothing. */
const LIMITS = ['limit', 'hold', 'suspend', 'forfeit']

function sideOf(
  s: Season,
  memory: Memory,
  people: readonly Person[],
  sanctions: readonly SanctionFact[],
  cases: readonly CaseFact[],
): Side {
  const accounts = new Set(people.map((person) => s.accounts.get(person.n)!))
  const own = sanctions.filter((x) => accounts.has(x.account_id))
  const waited = cases.filter((c) => accounts.has(c.account_id) && c.waits)
  const kinds = [...new Set(own.map((x) => x.action))].sort()
  const peopleOf = (xs: readonly { account_id: string }[]) => new Set(xs.map((x) => x.account_id)).size
  const limiting = own.filter((x) => LIMITS.includes(x.action))
  return {
    people: people.length,
    limited: peopleOf([...limiting, ...waited]),
    by: {
      ...(waited.length > 0 && { case_open: peopleOf(waited) }),
      ...Object.fromEntries(kinds.map((k) => [k, peopleOf(own.filter((x) => x.action === k))])),
    },
    hours: spread([
      ...limiting.map((x) => ((x.ended_at ?? x.ends_at) - x.imposed_at) / HOUR_MS),
      ...waited.flatMap((c) => (c.closed_at === null ? [] : [(c.closed_at - c.opened_at) / HOUR_MS])),
    ]),
    ended: count([
      ...own.map((x) => `${x.action}: ${x.ended_why ?? 'still holds'}`),
      ...waited.map((c) => `case: ${c.outcome ?? 'still open'}`),
    ]),
    newcomers_waited: people.filter((person) => memory.waited[person.n]?.includes('newcomer')).length,
  }
}

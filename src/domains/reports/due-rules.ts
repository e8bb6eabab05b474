import { fixed, fixedRatio } from '../../engine/fixed.ts'
import { wilson } from '../../engine/intervals.ts'
import type { DueProcess } from './contract.ts'
import { nearestRank } from './rank-rules.ts'

/** An event of a case; the log's campaign 0 holds them for the season that ran. */
export type CaseEvent = { kind: string; body: Record<string, unknown> }
type SanctionTally = { action: string; mistaken: boolean; replaced: boolean }
export type DueTally = {
  opened: number
  by_signal: number
  dismissed: number
  sanctioned: number
  lapsed: number
  waited: number
  waited_for_nothing: number
  case_seconds: Map<number, number>
  sanctions: Map<string, SanctionTally>
  appeals: number
  appeals_upheld: number
  appeals_overdue: number
  appeal_seconds: Map<number, number>
}

export const newDue = (): DueTally => ({
  opened: 0,
  by_signal: 0,
  dismissed: 0,
  sanctioned: 0,
  lapsed: 0,
  waited: 0,
  waited_for_nothing: 0,
  case_seconds: new Map(),
  sanctions: new Map(),
  appeals: 0,
  appeals_upheld: 0,
  appeals_overdue: 0,
  appeal_seconds: new Map(),
})

export const CASE_KINDS = [
  'case_opened',
  'case_closed',
  'sanctioned',
  'sanction_ended',
  'sanction_appealed',
  'sanction_appeal_decided',
] as const
const isOfCase = new Set<string>(CASE_KINDS)
export const isCaseEvent = (kind: string): boolean => isOfCase.has(kind)

/** Endings that say the sanction should not have been: overturned, found mistaken, not answered for, never confirmed. */
const WRONG = new Set(['overturned', 'appeal_overdue', 'mistaken', 'lapsed'])
const count = (map: Map<number, number>, value: unknown): void => {
  const seconds = Math.max(0, Number(value))
  if (Number.isSafeInteger(seconds)) map.set(seconds, (map.get(seconds) ?? 0) + 1)
}

/** Adds what happened in one case, in order. */
export function addCase(due: DueTally, events: readonly CaseEvent[]): void {
  for (const { kind, body } of events) {
    const id = String(body.sanction_id ?? '')
    if (kind === 'case_opened') {
      due.opened += 1
      if (body.by_signal === true) due.by_signal += 1
    } else if (kind === 'case_closed') {
      const outcome = String(body.outcome)
      if (outcome === 'dismissed' || outcome === 'sanctioned' || outcome === 'lapsed') due[outcome] += 1
      if (body.waited === true) {
        due.waited += 1
        if (outcome !== 'sanctioned') due.waited_for_nothing += 1
      }
      count(due.case_seconds, body.open_seconds)
    } else if (kind === 'sanctioned')
      due.sanctions.set(id, { action: String(body.action), mistaken: false, replaced: false })
    else if (kind === 'sanction_ended') {
      const s = due.sanctions.get(id)
      if (!s) continue
      s.mistaken ||= WRONG.has(String(body.why))
      s.replaced ||= body.why === 'replaced' && body.provisional === true
    } else if (kind === 'sanction_appealed') due.appeals += 1
    else if (kind === 'sanction_appeal_decided') {
      if (body.overdue === true) due.appeals_overdue += 1
      else if (body.upheld === true) due.appeals_upheld += 1
      count(due.appeal_seconds, body.seconds)
    }
  }
}

const ACTIONS = ['warn', 'limit', 'hold', 'suspend', 'forfeit']

/** How often acting against people was wrong, and how long they waited to know. */
export function dueProcessOf(due: DueTally): DueProcess {
  // A stop that was confirmed is one sanction with the one that took its place.
  const sanctions = [...due.sanctions.values()].filter((s) => !s.replaced)
  const wrong = (some: readonly SanctionTally[]) => {
    const n = some.length
    const bad = some.filter((s) => s.mistaken).length
    const { low, high } = wilson(n === 0 ? 0 : bad / n, n)
    return {
      count: bad,
      of: n,
      share: n === 0 ? null : fixedRatio(bad, n, 6),
      low: n === 0 ? null : fixed(low, 6),
      high: n === 0 ? null : fixed(high, 6),
    }
  }
  const times = (seconds: ReadonlyMap<number, number>) => ({
    median_seconds: nearestRank(seconds, { of: 1, in: 2 }),
    p95_seconds: nearestRank(seconds, { of: 95, in: 100 }),
  })
  return {
    cases: {
      opened: due.opened,
      by_signal: due.by_signal,
      dismissed: due.dismissed,
      sanctioned: due.sanctioned,
      lapsed: due.lapsed,
      waited: due.waited,
      waited_for_nothing: due.waited_for_nothing,
      ...times(due.case_seconds),
    },
    sanctions: sanctions.length,
    wrong: wrong(sanctions),
    by_action: ACTIONS.flatMap((action) => {
      const some = sanctions.filter((s) => s.action === action)
      return some.length === 0 ? [] : [{ action, sanctions: some.length, wrong: wrong(some) }]
    }),
    appeals: {
      opened: due.appeals,
      upheld: due.appeals_upheld,
      overdue: due.appeals_overdue,
      ...times(due.appeal_seconds),
    },
  }
}

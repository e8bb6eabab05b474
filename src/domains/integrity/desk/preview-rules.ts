import type { Action } from '../cases/rules.ts'
import { carriesOut } from '../cases/terms-rules.ts'
import type { Limit } from '../standing/rules.ts'

/**
 * The limits that a person is under once a sanction is imposed: the case closes with it, so what waited because the case
 * was open does no more, and an earlier sanction of the same kind gives way.
 */
export function limitsAfter(live: readonly Limit[], s: { action: Action; since: Date | null; ends_at: Date }): Limit[] {
  const left = live.filter((l) => l.why !== 'case_open' && l.why !== s.action)
  const { limits } = carriesOut(s.action)
  return limits ? [...left, { why: limits, until: s.ends_at, since: s.since }] : left
}

/** Those who may be the second person, and those who would be left to answer an appeal, whoever the second one is. */
export function whoIsLeft(people: {
  caller: string
  next: 'impose' | 'propose' | 'confirm' | null
  takesTwo: boolean
  mayDecide: readonly string[]
  hadNoPart: readonly string[]
}): { confirmers: number; answerers: number } {
  const { caller, next, takesTwo, mayDecide, hadNoPart } = people
  const confirmers = mayDecide.filter((id) => id !== caller)
  const left = hadNoPart.filter((id) => id !== caller)
  // A second person who had a part before costs no answerer; if there is none, one of those left becomes the second.
  const needsSecond = takesTwo && next !== 'confirm'
  const spends = needsSecond && confirmers.every((id) => left.includes(id))
  return { confirmers: confirmers.length, answerers: Math.max(0, left.length - (spends ? 1 : 0)) }
}

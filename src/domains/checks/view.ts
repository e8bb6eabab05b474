import { wilson } from '../../engine/intervals.ts'
import { sentenceOf } from '../../platform/refusal.ts'
import { CHECK_CODES, type CheckRecord } from './contract.ts'
import { reasonsOf, type Result } from './rules.ts'
import type { RecordRow } from './view-queries.ts'

/** A check's record with where its precision lies: what people and auditors confirmed of what they looked at. */
export function recordView(r: RecordRow): CheckRecord {
  const seen = r.judged + r.audited
  const precision = seen > 0 ? wilson((r.confirmed + r.audited_wrong) / seen, seen) : undefined
  return {
    ...r,
    precision: precision
      ? { low_bps: Math.floor(precision.low * 10_000), high_bps: Math.ceil(precision.high * 10_000) }
      : null,
  }
}

/** Why checks rejected work, as its author reads it. */
export const reasonsView = (results: readonly Result[]) =>
  reasonsOf(results).map((r) => ({
    ...r,
    detail: { ...r.detail },
    message: sentenceOf({ status: 422, message: CHECK_CODES[r.code as keyof typeof CHECK_CODES] ?? r.code }, r.detail),
  }))

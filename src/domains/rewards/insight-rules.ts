import type { Static } from 'typebox'
import type { InsightWindow } from './contract.ts'
import { LEAST_AUDITED, type Paid } from './window-rules.ts'

type Insight = Static<typeof InsightWindow>

const bps = (ppm: number | null): number => Math.floor((ppm ?? 0) / 100)

/** A person's part of a window, as the tables have it. */
export type MyWindow = {
  campaign_id: string
  title: string
  n: number
  starts_at: Date
  ends_at: Date
  grade_until: Date | null
  settled_at: Date | null
  reviews: number
  audited: number | null
  carried: boolean | null
  audit_ppm: number | null
  peer_ppm: number | null
  cap_ppm: number | null
  score_ppm: number | null
  factor_ppm: number | null
  paid: readonly Paid[]
}

/**
 * What a person sees of their part of a window. Neither votes nor labels nor single audits can be read from it: figures
 * are of at least 20 audited answers, of a window that is over.
 */
export function insightOf(w: MyWindow, now: Date): Insight {
  const isShown = w.settled_at !== null && !w.carried && (w.audited ?? 0) >= LEAST_AUDITED
  const sums = new Map<string, bigint>()
  for (const p of w.paid) sums.set(p.currency, (sums.get(p.currency) ?? 0n) + BigInt(p.amount_minor))
  return {
    campaign_id: w.campaign_id,
    title: w.title,
    window: w.n,
    starts_at: w.starts_at.toISOString(),
    ends_at: w.ends_at.toISOString(),
    state: w.settled_at ? (w.carried ? 'carried' : 'settled') : w.ends_at <= now ? 'grading' : 'running',
    settles_by: w.settled_at === null && w.grade_until ? w.grade_until.toISOString() : null,
    reviews: w.reviews,
    audited: isShown ? w.audited : null,
    score: isShown
      ? {
          audits_bps: bps(w.audit_ppm),
          others_bps: bps(w.peer_ppm),
          cap_bps: bps(w.cap_ppm),
          insight_bps: bps(w.score_ppm),
          pays_bps: bps(w.factor_ppm),
        }
      : null,
    paid: [...sums].map(([currency, amount]) => ({ currency, amount_minor: amount.toString() })),
  }
}

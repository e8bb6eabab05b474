import { fixedRatio } from '../../engine/fixed.ts'
import type { LogEvent } from './tally-rules.ts'
import type { Inference } from './contract.ts'

const BINS = 10
/** The number of reviews of the largest majority that is compared with. */
const MOST = 31

type Bin = { decisions: number; stated_bps: number; audited: number; right: number }
/** What adaptive decisions of a campaign came to, and how reliable its reviewers were said to be. */
export type DoubtTally = {
  decisions: number
  reviews: number
  accepted: number
  stated_bps: number
  bins: Bin[]
  crowd: { approves_good_bps: number; rejects_bad_bps: number; reviewers_by_reliability: number[] } | undefined
  certificate: Certificate | undefined
}
type Certificate = Inference['certificates'][number]

export const newDoubt = (): DoubtTally => ({
  decisions: 0,
  reviews: 0,
  accepted: 0,
  stated_bps: 0,
  bins: Array.from({ length: BINS }, () => ({ decisions: 0, stated_bps: 0, audited: 0, right: 0 })),
  crowd: undefined,
  certificate: undefined,
})

/** Adds a first decision by the adaptive policy; `right` is what QA found, when it is known. */
export function addDoubt(tally: DoubtTally, decision: LogEvent, reviews: number, right: boolean | undefined): void {
  const stated = decision.body.confidence_bps
  if (decision.body.policy !== 'adaptive' || typeof stated !== 'number') return
  tally.decisions += 1
  tally.reviews += reviews
  tally.stated_bps += stated
  if (decision.body.accepted === true) tally.accepted += 1
  const bin = tally.bins[Math.min(BINS - 1, Math.max(0, Math.floor((stated - 5_000) / 500)))]!
  bin.decisions += 1
  bin.stated_bps += stated
  if (right === undefined) return
  bin.audited += 1
  if (right) bin.right += 1
}

/** Reads what the log says of a campaign as a whole; later entries take the place of earlier ones. */
export function addFacts(tally: DoubtTally, e: LogEvent): void {
  if (e.kind === 'review_planned' && e.body.crowd) tally.crowd = e.body.crowd as DoubtTally['crowd']
  if (e.kind === 'certified')
    tally.certificate = {
      campaign_id: e.campaign_id,
      release_id: e.subject_id,
      number: Number(e.body.number),
      certificate_hash: String(e.body.certificate_hash),
      at_least: String(e.body.at_least),
      confidence: String(e.body.confidence),
      datapoints: Number(e.body.datapoints),
      audits: Number(e.body.audits),
      wrong: Number(e.body.wrong),
    }
}

/**
 * How often a majority of `k` typical reviewers is right: of good work and of bad work in the shares that were accepted
 * and rejected. Only products and sums, so that every machine gets the same bits.
 */
function majorityRight(k: number, crowd: NonNullable<DoubtTally['crowd']>, goodShare: number): number {
  const most = (p: number): number => {
    // chances[i]: i of the reviewers so far are right.
    let chances = [1]
    for (let n = 0; n < k; n++)
      chances = Array.from({ length: n + 2 }, (_, i) => (chances[i] ?? 0) * (1 - p) + (i > 0 ? chances[i - 1]! : 0) * p)
    return chances.slice((k + 1) / 2).reduce((a, b) => a + b, 0)
  }
  return goodShare * most(crowd.approves_good_bps / 10_000) + (1 - goodShare) * most(crowd.rejects_bad_bps / 10_000)
}

/** The smallest odd number of reviews whose majority is as often right as the decisions say they are. */
export function fixedReviews(d: DoubtTally): number | null {
  if (!d.crowd || d.decisions === 0) return null
  const stated = d.stated_bps / d.decisions / 10_000
  for (let k = 1; k <= MOST; k += 2) if (majorityRight(k, d.crowd, d.accepted / d.decisions) >= stated) return k
  return null
}

/** The report's section on inference, from the campaigns' tallies in a fixed order. */
export function inferenceOf(
  campaigns: readonly { campaign_id: string; task_class: string; doubt: DoubtTally; reviews: number }[],
): Inference {
  const ratio = (a: number, b: number, places = 6) => (b === 0 ? null : fixedRatio(a, b, places))
  const sum = (of: (d: DoubtTally) => number) => campaigns.reduce((n, c) => n + of(c.doubt), 0)
  const certified = campaigns.flatMap((c) => (c.doubt.certificate ? [{ ...c, certificate: c.doubt.certificate }] : []))
  return {
    decisions: sum((d) => d.decisions),
    reviews: sum((d) => d.reviews),
    reviews_each: ratio(
      sum((d) => d.reviews),
      sum((d) => d.decisions),
      2,
    ),
    stated_right: ratio(
      sum((d) => d.stated_bps),
      10_000 * sum((d) => d.decisions),
    ),
    by_campaign: campaigns
      .filter((c) => c.doubt.decisions > 0)
      .map(({ campaign_id, doubt: d }) => {
        const k = fixedReviews(d)
        return {
          campaign_id,
          decisions: d.decisions,
          reviews: d.reviews,
          reviews_each: ratio(d.reviews, d.decisions, 2)!,
          stated_right: ratio(d.stated_bps, 10_000 * d.decisions)!,
          fixed_reviews: k,
          saved_reviews: k === null ? null : k * d.decisions - d.reviews,
        }
      }),
    calibration: Array.from({ length: BINS }, (_, i) => {
      const part = (of: (b: Bin) => number) => sum((d) => of(d.bins[i]!))
      return {
        from_bps: 5_000 + i * 500,
        to_bps: 5_500 + i * 500,
        decisions: part((b) => b.decisions),
        stated: ratio(
          part((b) => b.stated_bps),
          10_000 * part((b) => b.decisions),
        ),
        audited: part((b) => b.audited),
        right: ratio(
          part((b) => b.right),
          part((b) => b.audited),
        ),
      }
    }),
    reliability: campaigns.flatMap(({ campaign_id, task_class, doubt: { crowd } }) =>
      crowd ? [{ campaign_id, task_class: task_class as never, ...crowd }] : [],
    ),
    certificates: certified.map((c) => c.certificate),
    certified_per_1000_reviews: ratio(
      certified.reduce(
        (n, c) =>
          n + Math.floor((Number(c.certificate.at_least.replace('.', '')) * c.certificate.datapoints) / scaleOf(c)),
        0,
      ) * 1000,
      certified.reduce((n, c) => n + c.reviews, 0),
      1,
    ),
  }
}

/** What the digits of "0.95" without their point are a multiple of. */
const scaleOf = (c: { certificate: Certificate }): number => 10 ** (c.certificate.at_least.split('.')[1]?.length ?? 0)

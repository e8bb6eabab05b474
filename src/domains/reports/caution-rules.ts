import { fixedRatio } from '../../engine/fixed.ts'
import type { DataDescription, Report } from './contract.ts'
import type { CampaignFacts } from './figure-rules.ts'

const PLACES = 6
const SCALE = 10n ** BigInt(PLACES)
/** A decimal share as millionths, so that comparing and subtracting stay whole. */
const millionths = (share: string): bigint => BigInt(share.replace('.', ''))
const decimal = (units: bigint): string => fixedRatio(units, SCALE, PLACES)

/** "0.130968" as "13.1 %". */
export function percent(share: string): string {
  return `${fixedRatio(millionths(share) * 100n, SCALE, 1)} %`
}

/** One campaign's data in words: what was asked, and how much of the work is right at all. */
export function describe(c: Report['by_campaign'][number], facts: CampaignFacts | undefined): DataDescription {
  const base = c.qa.base_rate
  const title = facts?.title || c.title || `Campaign ${c.campaign_id}`
  const question = facts?.question ?? ''
  const asked = question ? `"${title}" asks: ${/[.?!…]$/.test(question) ? question : `${question}.`}` : `"${title}".`
  const rejectAll = base.share === null ? null : decimal(SCALE - millionths(base.share))
  const most =
    base.share !== null && 2n * millionths(base.share) < SCALE
      ? 'Most of the work here is not right'
      : 'Most of the work here is right'
  const says =
    base.share === null || rejectAll === null
      ? `${asked} QA has graded none of it, so nothing is known of how much is right.`
      : `${asked} ${most}: QA finds ${percent(base.share)} right (n = ${base.n}), whatever reviewers said. ` +
        `That is a property of the data, not of their quality: accepting everything would give a precision of ${percent(base.share)}, and rejecting everything would agree with QA on ${percent(rejectAll)}.`
  return {
    campaign_id: c.campaign_id,
    title,
    task_class: c.task_class,
    mode: facts?.mode ?? 'review',
    language: facts?.language ?? '',
    question,
    base_rate: base,
    precision_if_all_accepted: base.share,
    agreement_if_all_rejected: rejectAll,
    says,
  }
}

/** Below this many graded pieces nobody can tell 92 % from 90 %. */
const ENOUGH_GRADED = 1000
const NEAR = 50_000n

/** What a careful reader would object, said by the report itself. */
export function cautionsOf(r: Omit<Report, 'cautions' | 'data' | 'definitions'>): Report['cautions'] {
  const out: Report['cautions'] = []
  const { precision, agreement, base_rate, recall, graded, not_covered, population } = r.qa.overall
  if (graded === 0) {
    out.push({
      code: 'qa_none',
      says: 'QA has graded nothing, so this report knows how much was accepted and not how much of it is right.',
    })
  } else {
    if (graded < ENOUGH_GRADED)
      out.push({
        code: 'qa_small',
        says: `QA has graded ${graded} pieces. Fewer than about ${ENOUGH_GRADED} cannot tell 92 % from 90 %: read the intervals, not the shares.`,
      })
    if (recall.share === null || agreement.n === precision.n)
      out.push({
        code: 'qa_no_rejected',
        says: 'No rejected work is graded, so good work that was wrongly rejected stays unseen; recall and agreement say nothing.',
      })
  }
  if (graded > 0 && not_covered > 0)
    out.push({
      code: 'qa_not_covered',
      says: `Of ${population} decided first versions, ${not_covered} lie in strata that QA has not sampled.`,
    })
  if (precision.share && agreement.share && difference(precision.share, agreement.share) > NEAR) {
    out.push({
      code: 'two_readings',
      says: `"Met QA" can be read two ways, and here they differ: ${percent(precision.share)} of what was accepted is right (precision), and QA confirms ${percent(agreement.share)} of all decisions (agreement).`,
    })
  }
  if (agreement.share && base_rate.share) {
    const trivial = decimal(
      2n * millionths(base_rate.share) < SCALE ? SCALE - millionths(base_rate.share) : millionths(base_rate.share),
    )
    const verb = 2n * millionths(base_rate.share) < SCALE ? 'rejecting' : 'accepting'
    if (millionths(agreement.share) < millionths(trivial) + NEAR) {
      out.push({
        code: 'agreement_near_trivial',
        says: `An agreement of ${percent(agreement.share)} is weak evidence here: ${verb} everything without looking would agree with QA on ${percent(trivial)}.`,
      })
    }
  }
  if (r.reviewer_work.approved_everything > 0) {
    const n = r.reviewer_work.approved_everything
    out.push({
      code: 'approved_everything',
      says: `${n} ${n === 1 ? 'reviewer' : 'reviewers'} with ten or more decided reviews approved every time.`,
    })
  }
  if (r.qa.double_grading.unresolved > 0)
    out.push({
      code: 'qa_unresolved',
      says: `${r.qa.double_grading.unresolved} pieces were graded differently by two people and had no third grader; they are left out of the shares.`,
    })
  return out
}

const difference = (a: string, b: string): bigint => {
  const d = millionths(a) - millionths(b)
  return d < 0n ? -d : d
}

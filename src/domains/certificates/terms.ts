import { Refusal } from '../../platform/refusal.ts'
import type { Known } from './access.ts'
import { LEAST_DOUBLE_BPS, leastAudits, microOf, planOf, usualAudits, type Claim } from './rules.ts'

export type Terms = { at_least: string; confidence?: string; max_audits?: number; double_bps?: number }
export type Wanted = Claim & { double_bps: number; least: number }

/** The claim that is asked for, about a release that can be claimed about. */
export function claimOf({ release }: Known, terms: Terms): Wanted {
  if (release.state !== 'ready' || !release.manifest) throw new Refusal('release_not_ready', { state: release.state })
  const at_least_micro = shareIn('at_least', terms.at_least)
  const alpha_micro = 1_000_000 - shareIn('confidence', terms.confidence ?? '0.95')
  const lot = release.manifest.counts.datapoints
  const max_audits = Math.min(lot, terms.max_audits ?? usualAudits(lot))
  const claim = { lot, at_least_micro, alpha_micro, max_audits }
  const least = leastAudits(planOf(claim))
  if (least === undefined) throw new Refusal('acceptance_out_of_reach', { max_audits, lot })
  return { ...claim, double_bps: terms.double_bps ?? LEAST_DOUBLE_BPS, least }
}

function shareIn(field: string, share: string): number {
  const micro = microOf(share)
  if (micro === undefined)
    throw new Refusal('invalid_request', {}, [
      { field: `/${field}`, code: 'out_of_range', message: 'Give a share above 0 and below 1, such as 0.95.' },
    ])
  return micro
}

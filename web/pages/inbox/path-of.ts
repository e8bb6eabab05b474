import type { Message } from '../../../src/domains/inbox/contract.ts'

/** Where a message leads; undefined when there is nothing to see. */
export function pathOf(m: Pick<Message, 'kind' | 'campaign_id' | 'subject_id'>): string | undefined {
  if (m.kind.startsWith('payout_') || m.kind === 'money_claimable') return '/earnings'
  if (m.kind.startsWith('campaign_')) return m.campaign_id ? `/requests/${m.campaign_id}` : undefined
  if (m.kind.startsWith('claim_')) return m.campaign_id ? `/requests/${m.campaign_id}?tab=releases` : undefined
  if (m.kind === 'appeal_to_decide') return '/qa/cases'
  if (m.kind.startsWith('case_') || m.kind.startsWith('sanction')) return '/my-standing'
  if (m.kind === 'consent_needed') return m.campaign_id ? `/campaigns/${m.campaign_id}` : undefined
  if (m.kind === 'flag_answered') return '/my-work'
  return m.subject_id && m.campaign_id ? `/my-work/${m.campaign_id}/${m.subject_id}` : undefined
}

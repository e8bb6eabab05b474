import type { Message } from '../../../src/domains/inbox/contract.ts'

/** Where a message leads; undefined when there is nothing to see. */
export function pathOf(m: Pick<Message, 'kind' | 'campaign_id' | 'subject_id'>): { to: string; search: Record<string, string> } | undefined {
  const plain = (to: string) => ({ to, search: {} })
  if (m.kind.startsWith('payout_') || m.kind === 'money_claimable') return plain('/earnings')
  if (m.kind.startsWith('campaign_')) return m.campaign_id ? plain(`/requests/${m.campaign_id}`) : undefined
  if (m.kind === 'consent_needed') return m.campaign_id ? plain(`/campaigns/${m.campaign_id}`) : undefined
  if (m.kind === 'flag_answered') return plain('/my-work')
  return m.subject_id && m.campaign_id ? { to: `/my-work/${m.subject_id}`, search: { campaign: m.campaign_id } } : undefined
}

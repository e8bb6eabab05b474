import type { CampaignState } from '../../../src/domains/campaigns/contract.ts'
import type { Tone } from '../../ui/badge.tsx'

/** The colour of each state of a campaign, everywhere the same. */
export const STATE_TONES: Record<CampaignState, Tone> = {
  draft: 'plain',
  awaiting_approval: 'warn',
  pilot: 'info',
  open: 'good',
  paused: 'warn',
  closing: 'info',
  closed: 'plain',
  cancelled: 'plain',
}

import type { Settings } from '../../campaigns/contract.ts'

/** Pieces of other people's adversarial work that anybody is shown in a day. */
export const MOST_A_DAY = 60

/** Why somebody is handed no adversarial work; nothing when they are. */
export function refuseExposure(f: {
  settings: Pick<Settings, 'red_team'>
  lane: 'contribute' | 'review'
  roles: readonly string[]
  is_off: boolean
  shown_today: number
}): 'vetted_only' | 'content_off' | 'exposure_cap_reached' | undefined {
  if (f.settings.red_team?.kind === 'policy' && !f.roles.includes('restricted_data')) return 'vetted_only'
  if (f.is_off) return 'content_off'
  // One's own prompts are one's own; what is capped is what others wrote.
  return f.lane === 'review' && f.shown_today >= MOST_A_DAY ? 'exposure_cap_reached' : undefined
}

/** How wide a claim's window is on the ring of 2^31 places, so that about 200 entries lie in it, dead ones included. */
export function windowWidth(entries: number): number {
  const RING = 2 ** 31
  return entries <= 200 ? RING : Math.max(1, Math.ceil((RING * 200) / entries))
}

/** Which campaigns give out work: what is held may be handed in always, but nothing new is leased elsewhere. */
export const givesWork = (status: string, lane: 'contribute' | 'review'): boolean =>
  status === 'open' || status === 'pilot' || (lane === 'review' && (status === 'closing' || status === 'paused'))

/** Who reads a campaign's instructions and form here. QA judges work, and a draft has none: it is its requester's alone. */
export function mayReadWorkPage(f: { status: string; is_member: boolean; platform_roles: readonly string[] }): boolean {
  return (
    f.is_member || f.platform_roles.includes('operator') || (f.platform_roles.includes('qa') && f.status !== 'draft')
  )
}

export type ClaimFacts = {
  lane: 'contribute' | 'review'
  campaign: { status: string; deadline: Date | null } | undefined
  now: Date
  season_ends_at: Date | null
  taken: { today: number; total: number }
  caps: { total: number | null; daily: number | null }
}

/** May this person lease more here now? First broken rule wins. */
export function refuseClaim(
  f: ClaimFacts,
): 'campaign_not_open' | 'season_over' | 'total_cap_reached' | 'daily_cap_reached' | undefined {
  if (!f.campaign || !givesWork(f.campaign.status, f.lane)) return 'campaign_not_open'
  if (f.lane === 'contribute' && f.campaign.deadline && f.campaign.deadline <= f.now) return 'campaign_not_open'
  if (f.lane === 'contribute' && f.season_ends_at && f.season_ends_at <= f.now) return 'season_over'
  if (f.caps.total !== null && f.taken.total >= f.caps.total) return 'total_cap_reached'
  if (f.caps.daily !== null && f.taken.today >= f.caps.daily) return 'daily_cap_reached'
  return undefined
}

/** How many more the caps allow. */
export function allowance(taken: ClaimFacts['taken'], caps: ClaimFacts['caps']): number {
  return Math.min(
    caps.total === null ? Infinity : caps.total - taken.total,
    caps.daily === null ? Infinity : caps.daily - taken.today,
  )
}

/** The UTC day that daily caps count by. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

/** When to look again: soon if others hold work that may come back, else later. */
export const retryAfterSeconds = (openEntries: number): number => (openEntries > 0 ? 30 : 300)

type Placed = { campaign_id: string; lane: number; target_id: string }

/**
 * The leases that hold a place in an entry. A lease older than its entry does not: the target was settled and came back
 * (an appeal), and the old lease belongs to the round before.
 */
export function coveredBy<L extends Placed & { leased_at: Date }>(
  leases: readonly L[],
  entries: readonly (Placed & { opened_at: Date })[],
): L[] {
  const opened = new Map(entries.map((e) => [`${e.campaign_id}/${e.lane}/${e.target_id}`, e.opened_at]))
  return leases.filter((l) => {
    const at = opened.get(`${l.campaign_id}/${l.lane}/${l.target_id}`)
    return at !== undefined && at <= l.leased_at
  })
}

import type { Routing } from '../campaigns/routing/contract.ts'

/** What is known of somebody in a task class and role; nothing before their first judged work. */
export type Quality = { mean_bps: number; judged: number }

/** Judged pieces before somebody's figure says enough to route by. */
export const KNOWN_AFTER = 20
/** Whoever falls short still gets this much a day, so that a figure can recover. */
export const SECOND_CHANCE = 1
/** A full day's work where a campaign routes: the harder, the less, because care does not grow with the hours. */
export const FULL_DAY: Readonly<Record<string, number>> = { beginner: 200, intermediate: 100, advanced: 50, expert: 25 }

export type DailyShare = { daily: number; why: 'full' | 'newcomer' | 'below' }

/** How many pieces a day somebody gets, and why so many. The campaign's own daily cap always holds as well. */
export function dailyShare(
  routing: Routing,
  difficulty: string,
  quality: Quality | undefined,
  cap: number | null,
): DailyShare {
  const full = Math.min(cap ?? Number.POSITIVE_INFINITY, FULL_DAY[difficulty] ?? FULL_DAY.beginner!)
  if (!quality || quality.judged < KNOWN_AFTER)
    return { daily: Math.min(full, routing.newcomer_daily), why: 'newcomer' }
  if (quality.mean_bps < routing.least_bps) return { daily: Math.min(full, SECOND_CHANCE), why: 'below' }
  return { daily: full, why: 'full' }
}

import { checksOf } from '../campaigns/check-rules.ts'
import type { Settings } from '../campaigns/contract.ts'

/** Whether work under these settings is checked before people look at it. */
export const hasChecks = (settings: Settings): boolean => checksOf(settings).length > 0

export type HeldLease = { state: number; lane: number; leased_at: Date } | undefined

/** What a lease allows at hand-in. `late`: its time is over, so the work counts only while a place is free. */
export function leaseStanding(
  lease: HeldLease,
  lanes: readonly number[],
  placeOpenedAt: Date | undefined,
): 'live' | 'late' | 'lease_not_found' | 'lease_over' {
  if (!lease || !lanes.includes(lease.lane)) return 'lease_not_found'
  if (lease.state === 1) return placeOpenedAt && placeOpenedAt > lease.leased_at ? 'late' : 'live'
  if (lease.state === 4) return 'late'
  return 'lease_over'
}

/** Whole seconds from lease to hand-in, by the server's clock. */
export const secondsSince = (leasedAt: Date, now: Date): number =>
  Math.max(0, Math.floor((now.getTime() - leasedAt.getTime()) / 1000))

/** A batch leased together needs the minimum for each of its items. Returns the seconds asked for when it came too fast. */
export function tooFast(elapsedSeconds: number, minSeconds: number, itemsTogether: number): number | undefined {
  const asked = minSeconds * itemsTogether
  return elapsedSeconds < asked ? asked : undefined
}

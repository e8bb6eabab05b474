import { useCallback, useEffect, useRef, useState } from 'react'
import { client } from '../../app/api.ts'
import { serverNow } from '../../app/clock.ts'

/**
 * Activity keeps what one holds: at most one renewal a minute (or a quarter of a short lease), and none while nobody
 * does anything, so that forgotten work goes back to others.
 */
export function useRenewal(
  campaignId: string,
  targets: readonly string[],
  leaseSeconds: number,
): { touch: () => void; renewed: Record<string, string> } {
  const [renewed, setRenewed] = useState<Record<string, string>>({})
  const last = useRef(0)
  const held = useRef(targets)
  useEffect(() => {
    held.current = targets
  }, [targets])
  const touch = useCallback(() => {
    const now = serverNow()
    if (now - last.current < Math.min(60_000, leaseSeconds * 250)) return
    last.current = now
    for (const target_id of held.current) {
      client.assignments
        .renew({ params: { campaign_id: campaignId, target_id }, body: {} })
        .then(({ expires_at }) => setRenewed((all) => ({ ...all, [target_id]: expires_at })))
        // A renewal that fails costs nothing now: the countdown keeps showing the time that was granted before.
        .catch(() => {})
    }
  }, [campaignId, leaseSeconds])
  return { touch, renewed }
}

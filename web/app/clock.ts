import { useEffect, useState } from 'react'

// Deadlines are the server's. Each answer tells how far this device's clock is off, so a wrong one neither robs nor gifts time.
let offsetMs = 0

/** Learns the difference to the server's clock from an instant it just named. */
export function learnServerTime(serverNow: string | null): void {
  const at = serverNow ? Date.parse(serverNow) : Number.NaN
  // A `Date` header has whole seconds: half a second is the expected error, and smaller differences are noise.
  if (!Number.isNaN(at)) offsetMs = Math.abs(at + 500 - Date.now()) < 1500 ? 0 : at + 500 - Date.now()
}

/** Milliseconds now, by the server's clock. */
export const serverNow = (): number => Date.now() + offsetMs

/** The server's time, refreshed every so often while something on screen needs it. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}

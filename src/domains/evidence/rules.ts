/** Who an event is about, for listing people their own entries: those who did it, and those it pays or settles. */
export function ownersOf(event: { body: Record<string, unknown>; author_id: string | null }): string[] {
  const { body } = event
  const named = [body.author_id, body.reviewer_id, body.grader_id, body.account_id, event.author_id]
  const paid = Array.isArray(body.rewards) ? body.rewards.map((r: Record<string, unknown>) => r.account_id) : []
  return [...new Set([...named, ...paid].filter((id): id is string => typeof id === 'string' && /^[1-9]\d*$/.test(id)))]
}

/** The order of commitments of 32 bytes each: which stands first, second, and so on. */
export function orderOf(commitments: Uint8Array): Uint32Array {
  const at = new DataView(commitments.buffer, commitments.byteOffset, commitments.byteLength)
  const compare = (a: number, b: number): number => {
    for (let i = 0; i < 32; i += 4) {
      const d = at.getUint32(32 * a + i) - at.getUint32(32 * b + i)
      if (d !== 0) return d
    }
    return a - b
  }
  return Uint32Array.from({ length: commitments.length / 32 }, (_, i) => i).sort(compare)
}

/** Whether a log is to be signed again: once in each period, and soon after its season has closed. */
export function isDue(
  last: { signed_at: Date } | undefined,
  at: { now: Date; period_seconds: number; closed_at: Date | null },
): boolean {
  if (!last) return true
  const period = Math.max(1, at.period_seconds) * 1000
  if (Math.floor(at.now.getTime() / period) > Math.floor(last.signed_at.getTime() / period)) return true
  // What was recorded at the close has its place in the order some seconds later.
  return (
    at.closed_at !== null && last.signed_at < at.closed_at && at.now.getTime() - at.closed_at.getTime() >= CLOSING_MS
  )
}
const CLOSING_MS = 10_000

type Published = { size: number; root: Uint8Array }

/**
 * Why a log may not be gone on with: what was published is newer than what the database knows, or is something else.
 * Signing on would fork the log, and whoever kept the older checkpoint could prove it.
 */
export function refuseFork(
  known: Published | undefined,
  found: Published | 'unreadable',
): 'log_unreadable' | 'log_ahead' | 'log_differs' | undefined {
  if (found === 'unreadable') return 'log_unreadable'
  if (found.size > (known?.size ?? -1)) return 'log_ahead'
  if (known && found.size === known.size && Buffer.compare(known.root, found.root) !== 0) return 'log_differs'
  return undefined
}

/** Acts that people get receipts for, and the field of the event that names who acted. */
const ACTORS: Readonly<Record<string, string>> = {
  submitted: 'author_id',
  revised: 'author_id',
  withdrawn: 'author_id',
  appealed: 'author_id',
  reviewed: 'reviewer_id',
  audited: 'grader_id',
}

/** Whether an event is something that this person did, rather than what it led to for others. */
export function isOwnAct(
  event: { kind: string; subject_id: string; body: Record<string, unknown> },
  accountId: string,
): boolean {
  if (!Object.hasOwn(ACTORS, event.kind)) return false
  const field = ACTORS[event.kind]!
  return event.body[field] === accountId
}

const DAY_SECONDS = 86_400

/**
 * By when an event that happened now is in the log: a day later, at the end of a period. A promise must outlast a night
 * without the operator, or every outage would be a broken one.
 */
export function deadlineSeconds(at: Date, periodSeconds: number): number {
  const period = Math.max(1, periodSeconds)
  const least = at.getTime() / 1000 + Math.max(DAY_SECONDS, 2 * period)
  return Math.ceil(Math.ceil(least / period) * period)
}

/** A session ends this long after it was last used. */
export const SESSION_DAYS = 30
/** When somebody was here is kept to the minute; more would cost a write for each request. */
export const TOUCH_EVERY_MS = 60_000

type Standing = { erased_at: Date | null; suspended_at: Date | null }

const refuseStanding = (account: Standing): string | undefined =>
  account.erased_at ? 'not_signed_in' : account.suspended_at ? 'account_suspended' : undefined

/** Why this session does not count, if so. */
export function refuseSession(session: (Standing & { revoked_at: Date | null; expires_at: Date }) | undefined, now: Date): string | undefined {
  if (!session) return 'session_ended'
  if (session.revoked_at || session.expires_at <= now) return 'session_ended'
  return refuseStanding(session)
}

/** Why this API key does not count, if so. */
export function refuseKey(key: (Standing & { revoked_at: Date | null; expires_at: Date | null }) | undefined, now: Date): string | undefined {
  if (!key) return 'key_unknown'
  if (key.revoked_at) return 'key_revoked'
  if (key.expires_at && key.expires_at <= now) return 'key_expired'
  return refuseStanding(key)
}

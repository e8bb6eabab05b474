import type { Scope } from '../../platform/http/endpoint.ts'
import type { PROMPTS } from './contract.ts'

/** A session ends this long after it was last used. */
export const SESSION_DAYS = 30
/** When somebody was here is kept to the minute; more would cost a write for each request. */
export const TOUCH_EVERY_MS = 60_000

type Standing = { erased_at: Date | null; suspended_at: Date | null }

/** Why this session does not count, if so. A suspended person's counts: what is theirs stays in reach. */
export function refuseSession(
  session: (Standing & { revoked_at: Date | null; expires_at: Date }) | undefined,
  now: Date,
): string | undefined {
  if (!session) return 'session_ended'
  if (session.revoked_at || session.expires_at <= now) return 'session_ended'
  return session.erased_at ? 'not_signed_in' : undefined
}

/** Why this API key does not count, if so. */
export function refuseKey(
  key: (Standing & { revoked_at: Date | null; expires_at: Date | null }) | undefined,
  now: Date,
): string | undefined {
  if (!key) return 'key_unknown'
  if (key.revoked_at) return 'key_revoked'
  if (key.expires_at && key.expires_at <= now) return 'key_expired'
  return key.erased_at ? 'not_signed_in' : key.suspended_at ? 'account_suspended' : undefined
}

/** How long a proof of presence counts for what could lock the owner out or move money. */
export const FRESH_MINUTES = 10
export const CHALLENGE_MS = 5 * 60_000
export const HAND_OVER_MS = 15 * 60_000
export const OPERATOR_LINK_MS = 24 * 3_600_000
export const RECOVERY_CODES = 10
export const MAX_PASSKEYS = 20
export const MAX_KEYS = 50
/** Browsers cap a cookie's life at 400 days; the session itself ends on the server. */
export const COOKIE_DAYS = 400

export const isFresh = (freshAt: Date, now: Date, minutes: number): boolean =>
  now.getTime() - freshAt.getTime() <= minutes * 60_000

/** The first scope that this person could not use and so may not hand to a key. */
export function scopeNotAllowed(
  wanted: readonly Scope[],
  caller: { roles: readonly string[]; scopes: readonly Scope[] },
): Scope | undefined {
  const operator = caller.roles.includes('operator')
  const mayUse = (scope: Scope) =>
    scope === 'operate' ? operator : scope === 'audit' ? operator || caller.roles.includes('qa') : true
  return wanted.find((scope) => !caller.scopes.includes(scope) || !mayUse(scope))
}

/** Why a passkey or a wallet may not go, if so: another one, or recovery codes, must remain. */
export const refuseRemoval = (left: {
  other_passkeys: number
  other_wallets: number
  recovery_codes: number
}): string | undefined =>
  left.other_passkeys + left.other_wallets + left.recovery_codes === 0 ? 'last_way_in' : undefined

/** What the account page asks for next, most urgent first. */
export function promptsFor(a: {
  terms_accepted: boolean
  passkeys: number
  wallets: number
  recovery_codes: number
}): (typeof PROMPTS)[number][] {
  const prompts: (typeof PROMPTS)[number][] = []
  if (!a.terms_accepted) prompts.push('accept_terms')
  if (a.passkeys + a.wallets === 0) prompts.push('first_passkey')
  if (a.recovery_codes === 0) prompts.push('recovery_codes')
  if (a.passkeys === 1 && a.wallets === 0) prompts.push('second_passkey')
  return prompts
}

/** Why these roles may not be set or this account not be suspended, if so: somebody must be able to run the place. */
export const refuseOperatorLoss = (losesOperator: boolean, otherOperators: number): string | undefined =>
  losesOperator && otherOperators === 0 ? 'last_operator' : undefined

const RESERVED = new Set([
  'admin',
  'administrator',
  'assay',
  'moderator',
  'operator',
  'qa',
  'root',
  'staff',
  'support',
  'system',
])
/** Names that would mislead, or that erasure gives. */
export const isReserved = (handle: string): boolean =>
  RESERVED.has(handle) || handle.startsWith('erased-') || handle.startsWith('operator-')

const FIRST = (
  'amber autumn brave bright brisk calm candid clear clever coastal copper cosmic crisp curious daring dawn eager early fair fleet ' +
  'fond gentle glad golden grand green happy hardy honest humble jolly keen kind lively lucky lunar maple mellow merry mild misty ' +
  'modest neat nimble noble north olive patient plucky polite proud quick quiet rapid ready river rosy royal ruby rustic sage'
).split(' ')
const SECOND = (
  'acorn badger beacon birch bison brook canyon cedar cloud comet coral crane dune eagle ember falcon fern finch fjord forest fox ' +
  'garnet geyser glacier grove harbor hare hawk heron island ivy jasper kestrel lagoon lark lemur lichen linden lynx magpie maple ' +
  'marten meadow meteor moose moss nebula oak ocean opal orchid osprey otter owl panda pebble petrel pine plover prairie puffin quartz raven'
).split(' ')

/** A friendly handle out of four random bytes, e.g. `quiet-otter-481`. */
export const friendlyHandle = (bytes: Uint8Array): string =>
  `${FIRST[bytes[0]! % FIRST.length]!}-${SECOND[bytes[1]! % SECOND.length]!}-${100 + (((bytes[2]! << 8) | bytes[3]!) % 900)}`

/** A free-looking handle near the one somebody wanted. */
export const nearbyHandle = (wanted: string, bytes: Uint8Array): string =>
  `${
    wanted
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]/g, '')
      .replace(/^[^a-z]+/, '')
      .slice(0, 24) || 'friend'
  }-${1000 + (((bytes[0]! << 8) | bytes[1]!) % 9000)}`

const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/FxiOS\/|Firefox\//, 'Firefox'],
  [/CriOS\/|Chrome\//, 'Chrome'],
  [/Version\/[\d.]+.*Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]
const nameIn = (list: [RegExp, string][], userAgent: string) => list.find(([pattern]) => pattern.test(userAgent))?.[1]

/** What a person would call the device a session is on. */
export function deviceOf(userAgent: string): string {
  const [browser, system] = [nameIn(BROWSERS, userAgent), nameIn(SYSTEMS, userAgent)]
  return [browser, system].filter(Boolean).join(', ') || 'Another program'
}

/** Why an invitation cannot be used, if so. */
export const refuseInvitationRow = (
  invitation: { expires_at: Date; uses_left: number; erased_at: Date | null } | undefined,
  now: Date,
): string | undefined =>
  !invitation || invitation.expires_at <= now || invitation.uses_left === 0 || invitation.erased_at
    ? 'invitation_over'
    : undefined

import { KINDS } from './rules.ts'

/** Marks say nothing to those of another period: each has a key of its own. */
export const PERIOD_DAYS = 30
/** A visit is kept for so long after its end. */
export const MARK_DAYS = 30
/** Whoever asks nothing for so long has left; what follows is another visit. */
export const PAUSE_MS = 5 * 60_000
/** What a session does is written down at most so often. */
export const WRITE_EVERY_MS = 10 * 60_000
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

export const periodOf = (at: Date): number => Math.floor(at.getTime() / (PERIOD_DAYS * DAY_MS))
/** No moment is kept more exactly than this. */
export const minuteOf = (at: Date): number => Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS
export const markEnds = (endedMs: number): Date => new Date(endedMs + MARK_DAYS * DAY_MS)
/** A passage of a credential from one account to another is seen for so long. */
export const credentialEnds = (at: Date): Date => new Date(at.getTime() + KINDS.credential_shared.keeps_days * DAY_MS)

const SYSTEMS: readonly [RegExp, string][] = [
  [/android/i, 'android'],
  [/iphone|ipad|ipod/i, 'ios'],
  [/windows/i, 'windows'],
  [/mac os x|macintosh/i, 'mac'],
  [/cros/i, 'chromeos'],
  [/linux|x11/i, 'linux'],
]
// In this order: most browsers also name those that they come from.
const BROWSERS: readonly [RegExp, string][] = [
  [/edg(?:e|a|ios)?\//i, 'edge'],
  [/opr\/|opera/i, 'opera'],
  [/samsungbrowser/i, 'samsung'],
  [/firefox|fxios/i, 'firefox'],
  [/chrome|crios|chromium/i, 'chrome'],
  [/safari/i, 'safari'],
]
const named = (list: readonly [RegExp, string][], text: string) => list.find(([p]) => p.test(text))?.[1] ?? 'other'

/** A few dozen kinds of device: system and browser, without versions. What a browser says of languages is not looked at. */
export const deviceOf = (userAgent: string): string => `${named(SYSTEMS, userAgent)} ${named(BROWSERS, userAgent)}`

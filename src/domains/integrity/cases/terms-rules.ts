import { DAY_MS, FORFEIT_DAYS, type Action } from './rules.ts'

/** What a sanction does while it holds: which money it keeps waiting, whether work stops, whether held pay goes at its end. */
export type Effects = { limits: 'limit' | 'hold' | null; stops_work: boolean; takes_held: boolean }
const NOTHING: Effects = { limits: null, stops_work: false, takes_held: false }
const EFFECTS: Readonly<Record<Action, Effects>> = {
  warn: NOTHING,
  limit: { ...NOTHING, limits: 'limit' },
  hold: { ...NOTHING, limits: 'hold' },
  suspend: { ...NOTHING, stops_work: true },
  forfeit: { ...NOTHING, takes_held: true },
}
/** What a sanction does, for whoever imposes it and for whoever asks what it would do. */
export const carriesOut = (action: Action): Effects => EFFECTS[action]

/** The terms of a sanction that begins now: since when pay waits, if it is about pay since a moment, and when it ends. */
export function termsOf(
  s: { action: Action; days: number; since: Date | null },
  now: Date,
): { days: number; since: Date | null; ends_at: Date } {
  const days = s.action === 'forfeit' ? FORFEIT_DAYS : s.days
  return {
    days,
    since: carriesOut(s.action).limits === 'limit' ? s.since : null,
    ends_at: new Date(now.getTime() + days * DAY_MS),
  }
}

import type { client } from '../../app/api.ts'

export type Mine = Awaited<ReturnType<typeof client.reliability.mine>>['items'][number]
export type Movement = {
  since: string
  change_bps: number
  judged: number
  confirmed: number
  audited: number
  audited_right: number
}

const MONTH_MS = 30 * 86_400_000

/** What a figure did in its last month, or since its first day; nothing on the first day. */
export function movementOf(mine: Pick<Mine, 'history'>): Movement | undefined {
  const last = mine.history.at(-1)
  if (!last || mine.history.length < 2) return undefined
  const from = Date.parse(last.day) - MONTH_MS
  const first = mine.history.find((h) => Date.parse(h.day) >= from)!
  const start = first === last ? mine.history.at(-2)! : first
  // Old votes leave what is read, so a count can shrink; nothing is said of fewer than none.
  const more = (part: 'judged' | 'confirmed' | 'audited' | 'audited_right') => Math.max(0, last[part] - start[part])
  return {
    since: start.day,
    change_bps: last.mean_bps - start.mean_bps,
    judged: more('judged'),
    confirmed: Math.min(more('judged'), more('confirmed')),
    audited: more('audited'),
    audited_right: Math.min(more('audited'), more('audited_right')),
  }
}

/** Less than half a point is no movement that anybody should read something into. */
export const directionOf = (change_bps: number): 'up' | 'down' | 'same' =>
  change_bps >= 50 ? 'up' : change_bps <= -50 ? 'down' : 'same'

/** A band this wide says little of the person yet. */
export const isWide = (f: { low_bps: number; high_bps: number }): boolean => f.high_bps - f.low_bps > 1500

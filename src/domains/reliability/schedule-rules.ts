const AT_ONCE_MS = 10_000
const SOON_MS = 60_000
const LATE_MS = 30 * 60_000
const MANY = 50

/**
 * When to infer again: at the first votes, as soon as there are twice as many, a minute after there are many new ones, half
 * an hour after any.
 */
export function isDue(c: { new_votes: number; known_votes: number; taken_at: Date | null }, now: Date): boolean {
  if (c.new_votes === 0) return false
  if (!c.taken_at) return true
  const age = now.getTime() - c.taken_at.getTime()
  return (
    age >= LATE_MS ||
    (age >= SOON_MS && c.new_votes >= MANY) ||
    (age >= AT_ONCE_MS && c.new_votes >= Math.max(MANY, c.known_votes))
  )
}

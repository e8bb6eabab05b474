import { BadInput } from './labels.ts'

/** Sessions as columns: who, from when, until when (end above start). Times in seconds. */
export type Sessions = { person: ArrayLike<number>; start: ArrayLike<number>; end: ArrayLike<number> }
export type HandoffOptions = {
  /** B starts so soon after A ends. */
  within?: number
  /** Pairs with fewer hand-offs are not looked at. */
  least?: number
  /** Chance is judged by so many shifts of one person's days. */
  shifts?: number
  /** A whole number from 0 to below `n`, by the caller's chance. */
  below: (n: number) => number
}
export type Handoff = {
  a: number
  b: number
  handoffs: number
  overlaps: number
  /** How often as many hand-offs and as few overlaps come about when one person's days are shifted against the other's. */
  p: number
}
const DAY = 86_400
type Span = { start: number; end: number }

/**
 * Pairs of accounts that one person may be playing: one ends and within a minute the other starts, again and again, and they
 * are never there at once. Chance keeps each person's hours: B's sessions are moved by whole days, so two people with the
 * same lunch break are not linked by it. p is at least 1 / (shifts + 1).
 * @throws BadInput for columns of different lengths or a session that ends before it starts.
 */
export function handoffPairs(s: Sessions, options: HandoffOptions): Handoff[] {
  const { within = 60, least = 5, shifts = 199, below } = options
  const spans = new Map<number, Span[]>()
  if (s.start.length !== s.person.length || s.end.length !== s.person.length)
    throw new BadInput('The columns of sessions differ in length.')
  let [first, last] = [Infinity, -Infinity]
  for (let i = 0; i < s.person.length; i++) {
    if (!(s.end[i]! > s.start[i]!)) throw new BadInput(`Session ${i} ends before it starts.`)
    const list = spans.get(s.person[i]!) ?? []
    spans.set(s.person[i]!, list)
    list.push({ start: s.start[i]!, end: s.end[i]! })
    first = Math.min(first, s.start[i]!)
    last = Math.max(last, s.end[i]!)
  }
  for (const list of spans.values()) list.sort((x, y) => x.start - y.start || x.end - y.end)
  const days = Math.max(1, Math.ceil((last - first) / DAY))
  const out: Handoff[] = []
  for (const [a, b] of candidates(spans, within, least)) {
    const [own, other] = [spans.get(a)!, spans.get(b)!]
    const seen = compared(own, other, within)
    if (seen.handoffs < least || seen.overlaps > 0 || days < 3) continue
    let as = 0
    for (let k = 0; k < shifts; k++) {
      const by = (1 + below(days - 1)) * DAY
      const moved = other
        .map((x) => {
          const start = first + ((x.start - first + by) % (days * DAY))
          return { start, end: start + x.end - x.start }
        })
        .toSorted((x, y) => x.start - y.start)
      const chance = compared(own, moved, within)
      if (chance.handoffs >= seen.handoffs && chance.overlaps === 0) as++
    }
    out.push({ a, b, ...seen, p: (as + 1) / (shifts + 1) })
  }
  return out.toSorted((x, y) => x.p - y.p || y.handoffs - x.handoffs || x.a - y.a || x.b - y.b)
}

/** Pairs with hand-offs enough, in one pass over all starts and ends: cost grows with hand-offs, not with pairs. */
function candidates(spans: Map<number, Span[]>, within: number, least: number): [number, number][] {
  const ends = [...spans].flatMap(([u, list]) => list.map((x) => ({ u, at: x.end }))).toSorted((x, y) => x.at - y.at)
  const starts = [...spans]
    .flatMap(([u, list]) => list.map((x) => ({ u, at: x.start })))
    .toSorted((x, y) => x.at - y.at)
  const counts = new Map<string, number>()
  let from = 0
  for (const start of starts) {
    while (from < ends.length && ends[from]!.at < start.at - within) from++
    for (let k = from; k < ends.length && ends[k]!.at <= start.at; k++) {
      const u = ends[k]!.u
      if (u === start.u) continue
      const key = `${Math.min(u, start.u)} ${Math.max(u, start.u)}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return [...counts].filter(([, n]) => n >= least).map(([key]) => key.split(' ').map(Number) as [number, number])
}

/** Hand-offs in both directions and overlaps of two people's sessions, each list in order of start. */
export function compared(
  a: readonly Span[],
  b: readonly Span[],
  within: number,
): { handoffs: number; overlaps: number } {
  let [handoffs, overlaps, from] = [0, 0, 0]
  const longest = (list: readonly Span[]) => list.reduce((most, x) => Math.max(most, x.end - x.start), 0)
  const reach = longest(b) + within
  for (const x of a) {
    while (from < b.length && b[from]!.start < x.start - reach) from++
    for (let k = from; k < b.length && b[k]!.start <= x.end + within; k++) {
      const y = b[k]!
      if (y.start < x.end && x.start < y.end) overlaps++
      else if (y.start >= x.end || (x.start >= y.end && x.start - y.end <= within)) handoffs++
    }
  }
  return { handoffs, overlaps }
}

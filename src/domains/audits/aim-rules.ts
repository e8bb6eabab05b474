import type { AuditAim } from '../campaigns/pay/contract.ts'

/** Where a piece of a window's work was drawn from: `all` where lots were even. */
export const PARTS = ['all', 'doubted', 'exposed', 'rest'] as const
export type Part = (typeof PARTS)[number]

/** What aiming knows of a decided piece: facts that stand in the log, and nothing that a signal or a case says. */
export type Aimed = {
  id: string
  author_id: string
  accepted: boolean
  /** What each peer of the deciding round said of it as a whole, and each model that said anything. */
  said: readonly { reviewer_id: string; approves: boolean }[]
  models: readonly boolean[]
}

/** Fewer lots than this of one kind are drawn evenly: each part needs some. */
export const LEAST_AIMED = 10
/** So much of what nobody doubted counts as exposed. */
const EXPOSED_SHARE = 0.2
/** What is thought of somebody before any audit is worth four (as in their score). */
const KNOWN_BEFORE = 4

/** Peers differed among themselves, or most models from the decision. */
export const isDoubted = (piece: Pick<Aimed, 'said' | 'models' | 'accepted'>): boolean =>
  new Set(piece.said.map((s) => s.approves)).size > 1 ||
  2 * piece.models.filter((m) => m !== piece.accepted).length > piece.models.length

/**
 * Which part each piece belongs to. Exposed is the fifth of undoubted work in which somebody has most at stake and least
 * known: pieces that they wrote or judged in the window, times the standard error that audits of their work so far leave.
 */
export function partsOf(pieces: readonly Aimed[], audited: ReadonlyMap<string, number>): Map<string, Part> {
  const stake = new Map<string, number>()
  const peopleOf = (p: Aimed) => [p.author_id, ...p.said.map((s) => s.reviewer_id)]
  for (const p of pieces) for (const id of peopleOf(p)) stake.set(id, (stake.get(id) ?? 0) + 1)
  const exposure = new Map(
    [...stake].map(([id, n]) => [id, n / Math.sqrt(KNOWN_BEFORE + (audited.get(id) ?? 0))] as const),
  )
  const most = (p: Aimed) => Math.max(...peopleOf(p).map((id) => exposure.get(id)!))
  const parts = new Map<string, Part>()
  for (const kind of [true, false]) {
    const own = pieces.filter((p) => p.accepted === kind)
    for (const p of own) parts.set(p.id, isDoubted(p) ? 'doubted' : 'rest')
    const calm = own
      .filter((p) => parts.get(p.id) === 'rest')
      .map((p) => ({ id: p.id, most: most(p) }))
      .sort((a, b) => b.most - a.most || a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
    for (const p of calm.slice(0, Math.floor(calm.length * EXPOSED_SHARE))) parts.set(p.id, 'exposed')
  }
  return parts
}

/**
 * How many lots each part gets: what is aimed goes to its part, the rest evenly to all by their size. A part never gets
 * more than it has, and, so that every piece can be drawn, never none. Null: there are too few to aim.
 */
export function allot(sizes: ReadonlyMap<Part, number>, wanted: number, aim: AuditAim): Map<Part, number> | null {
  const parts = [...sizes].flatMap(([part, size]) => (size > 0 ? [{ part, size, n: 1 }] : []))
  const all = parts.reduce((sum, p) => sum + p.size, 0)
  if (wanted < LEAST_AIMED || wanted >= all) return null
  const aimed = { doubted: aim.doubted_bps, exposed: aim.exposed_bps, rest: 0, all: 0 }
  const there = parts.reduce((sum, p) => sum + aimed[p.part], 0)
  const even = wanted * (1 - there / 10_000)
  const ideal = new Map(parts.map((p) => [p.part, (wanted * aimed[p.part]) / 10_000 + (even * p.size) / all]))
  // One lot after the other goes where most is missing.
  for (let left = wanted - parts.length; left > 0; left--) {
    const open = parts.filter((p) => p.n < p.size)
    const next = open.reduce((a, b) => (ideal.get(b.part)! - b.n > ideal.get(a.part)! - a.n ? b : a))
    next.n += 1
  }
  return new Map(parts.map((p) => [p.part, p.n]))
}

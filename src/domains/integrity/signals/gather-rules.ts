import { compared } from '../../../engine/handoffs.ts'
import type { Copied, Group, Invited, Paid } from './gather-queries.ts'
import type { Neighbours, Seen } from './mark-queries.ts'
import type { FoundLink } from './queries.ts'
import { fromNats, KINDS, type KindName } from './rules.ts'

/** In a larger group nobody is linked with everybody: each with the next so many, which holds a group together as well. */
const NEXT = 30

/** The pairs of a group; of a large one, each member with the next thirty in a circle. */
export function pairsOf(accounts: readonly string[]): [string, string][] {
  const n = accounts.length
  const out: [string, string][] = []
  for (let i = 0; i < n; i++) {
    if (n <= 2 * NEXT) for (let j = i + 1; j < n; j++) out.push([accounts[i]!, accounts[j]!])
    else for (let k = 1; k <= NEXT; k++) out.push([accounts[i]!, accounts[(i + k) % n]!])
  }
  return out
}

const linked = (groups: readonly Group[], kind: KindName, strength: number = KINDS[kind].strength): FoundLink[] =>
  groups.flatMap((g) =>
    pairsOf(g.accounts).map(([a, b]) => ({ a, b, kind, strength, times: 1, ...(g.at && { at: g.at }) })),
  )

export const namedLinks = (places: readonly Group[]): FoundLink[] => best(linked(places, 'place_named'))

/** Who proved one wallet, or was paid out to one place: the second is typed, not proved, and says less. */
export const payoutLinks = (wallets: readonly Group[], places: readonly Group[]): FoundLink[] =>
  best([...linked(places, 'payout_shared', fromNats(3)), ...linked(wallets, 'payout_shared')])

/** So many strangers who pay one address for every account whose payments are known, before any is known. */
const SWEEP_PRIOR = 20
/** Half of what one person's wallets hold ends at one address: the other half is spent. */
const SWEEPS = 0.5

/** How much it says that two wallets mostly pay one address, which so many of all do. */
export function sweepNats(payers: number, histories: number): number {
  return Math.max(0, Math.log(SWEEPS / (payers / (histories + SWEEP_PRIOR))))
}

/** Fewer payments than this are a gift, a mistake or its refund. */
const PAYMENTS = 2

/**
 * What payments say, each its payer's own doing. Two who mostly paid one address that is neither's are linked; and so are all whom one wallet
 * paid and who paid it back, with its owner. Whoever was only paid is linked with nobody.
 */
export function paymentLinks(payments: readonly Paid[], histories: number): FoundLink[] {
  const often = payments.filter((p) => p.n >= PAYMENTS)
  const sweeps = grouped(
    often.filter((p) => 2 * p.n >= p.of_all && !p.owners.includes(p.account_id)).map((p) => [p.payee, [p.account_id]]),
  )
  const by = new Map<string, Paid[]>()
  for (const p of often) by.set(`${p.payer} ${p.payee}`, [...(by.get(`${p.payer} ${p.payee}`) ?? []), p])
  const answered = often.flatMap((p) =>
    (by.get(`${p.payee} ${p.payer}`) ?? [])
      .filter((q) => q.account_id !== p.account_id)
      .map((q): [string, string[]] => [p.payer, [p.account_id, q.account_id]]),
  )
  return best([
    ...sweeps.flatMap((g) => linked([g], 'wallet_swept_to', fromNats(sweepNats(g.accounts.length, histories)))),
    ...linked(grouped(answered), 'wallet_shared_funder'),
  ])
}

/** Accounts by what brings them together, where it is more than one. */
function grouped(entries: readonly (readonly [by: string, accounts: readonly string[]])[]): Group[] {
  const groups = new Map<string, Set<string>>()
  for (const [by, accounts] of entries) {
    const group = groups.get(by) ?? new Set<string>()
    groups.set(by, group)
    for (const a of accounts) group.add(a)
  }
  return [...groups.values()].filter((g) => g.size > 1).map((g) => ({ accounts: [...g].toSorted(byId) }))
}

export const credentialLinks = (groups: readonly Group[]): FoundLink[] => best(linked(groups, 'credential_shared'))

export const inviteLinks = (rows: readonly Invited[]): FoundLink[] =>
  rows.map(({ inviter, invited, ...r }) => ({ a: inviter, b: invited, kind: 'invited', strength: KINDS.invited.strength, ...r })) // prettier-ignore

/** More people than this with one text have it from a third place, or it is a phrase. */
const PHRASE = 30

/** Each text that two people share without having been shown it counts once. */
export function textLinks(rows: readonly Copied[]): FoundLink[] {
  const times = new Map<string, { a: string; b: string; times: number; at: Date }>()
  for (const { original_author, authors, at } of rows) {
    const group = [...new Set([original_author, ...authors])].toSorted(byId)
    if (group.length > PHRASE) continue
    for (const [a, b] of pairsOf(group)) {
      const seen = times.get(`${a} ${b}`) ?? { a, b, times: 0, at }
      times.set(`${a} ${b}`, { ...seen, times: seen.times + 1, at: at > seen.at ? at : seen.at })
    }
  }
  return [...times.values()].map((t) => ({ ...t, kind: 'copied_text', strength: KINDS.copied_text.strength * t.times }))
}

/** From so many people on one network on, its kinds of device say nothing. */
export const CROWD = 8

/** Two who share a network's one kind of device: a household as well as one person, and of more people ever less. */
export const deviceNats = (crowd: number): number =>
  crowd >= CROWD ? 0 : Math.max(0, 2 - Math.log2(Math.max(2, crowd) / 2))

/**
 * Network and kind of device together, where both came on several days; a network alone links nobody. In a crowd only those
 * say something to each other whom money brings together besides: students of one campus name no common place for their pay.
 */
export function deviceLinks(networks: readonly Neighbours[], byMoney: ReadonlySet<string> = new Set()): FoundLink[] {
  return best(
    networks.flatMap(({ crowd, accounts, devices }) => {
      const alone = fromNats(deviceNats(crowd))
      if (alone === 0 && byMoney.size === 0) return []
      const places = accounts.map((account, i) => ({ account, kinds: new Set(devices[i]) }))
      return places.flatMap((p, i) =>
        places.slice(i + 1).flatMap((q): FoundLink[] => {
          const times = [...p.kinds].filter((d) => q.kinds.has(d)).length
          const strength = byMoney.has(pairKey(p.account, q.account)) ? KINDS.device_shared.strength : alone
          return times > 0 && strength > 0
            ? [{ a: p.account, b: q.account, kind: 'device_shared', strength, times }]
            : []
        }),
      )
    }),
  )
}

const DAY = 86_400
const WITHIN = 60
/** Fewer hand-offs than this are not looked at, and both must have come on so many days. */
const LEAST = { handoffs: 5, days: 4 }
/** How often chance may do it among all pairs that were looked at. */
const BY_CHANCE = 0.001

export type Span = { start: number; end: number }

/**
 * Pairs of whom one comes when the other leaves, and who are never here together. Chance keeps everybody's hours: how often
 * it happens when one's days are moved against the other's is what is expected, so a lunch break links nobody. `pairs` are
 * those that something else brings together; all that are looked at count.
 */
export function handoffLinks(visits: readonly Seen[], pairs: readonly (readonly [string, string])[]): FoundLink[] {
  const spans = new Map<string, Span[]>()
  for (const { account_id, start, end } of visits)
    spans.set(account_id, [...(spans.get(account_id) ?? []), { start, end }])
  const days = (list: readonly Span[]) => new Set(list.map((s) => Math.floor(s.start / DAY))).size
  const out: FoundLink[] = []
  for (const [a, b] of pairs) {
    const [own, other] = [spans.get(a) ?? [], spans.get(b) ?? []]
    if (days(own) < LEAST.days || days(other) < LEAST.days) continue
    const { handoffs, overlaps } = compared(own, other, WITHIN)
    if (handoffs < LEAST.handoffs || overlaps > 0) continue
    const expected = expectedHandoffs(own, other)
    if (poissonTail(expected, handoffs) * pairs.length > BY_CHANCE) continue
    out.push({ a, b, kind: 'session_handoff', strength: KINDS.session_handoff.strength, times: handoffs })
  }
  return out
}

/** Hand-offs when the other's days are moved, over all moves by whole days; one in ten is added, for what was not seen. */
function expectedHandoffs(own: readonly Span[], other: readonly Span[]): number {
  const all = [...own, ...other]
  const first = Math.min(...all.map((s) => s.start))
  const days = Math.max(2, Math.ceil((Math.max(...all.map((s) => s.end)) - first) / DAY))
  let sum = 0
  for (let by = 1; by < days; by++) {
    const moved = other
      .map((s) => {
        const start = first + ((s.start - first + by * DAY) % (days * DAY))
        return { start, end: start + s.end - s.start }
      })
      .toSorted((x, y) => x.start - y.start)
    sum += compared(own, moved, WITHIN).handoffs
  }
  return sum / (days - 1) + 0.1
}

/** Chance of `n` or more where so many are expected. */
export function poissonTail(expected: number, n: number): number {
  let term = Math.exp(-expected)
  let below = 0
  for (let k = 0; k < n; k++) {
    below += term
    term = (term * expected) / (k + 1)
  }
  // What is left above, summed by itself where a difference would lose its digits.
  if (below < 0.999) return 1 - below
  let tail = 0
  for (let k = n; k < n + 200; k++) {
    tail += term
    term = (term * expected) / (k + 1)
  }
  return tail
}

/** Of several findings about a pair the strongest, with how often all of them were seen. */
export function best(found: readonly FoundLink[]): FoundLink[] {
  const out = new Map<string, FoundLink>()
  for (const f of found) {
    const [a, b] = [f.a, f.b].toSorted(byId) as [string, string]
    const before = out.get(`${a} ${b} ${f.kind}`)
    const times = f.times + (before?.times ?? 0)
    const at = newer(f.at, before?.at)
    out.set(`${a} ${b} ${f.kind}`, { ...f, a, b, times, strength: Math.max(f.strength, before?.strength ?? 0), ...(at && { at }) }) // prettier-ignore
  }
  return [...out.values()]
}

const newer = (a: Date | undefined, b: Date | undefined): Date | undefined => (a && b && b > a ? b : (a ?? b))

/** A pair's name, whichever of the two comes first. */
export const pairKey = (a: string, b: string): string => [a, b].toSorted(byId).join(' ')
export const byId = (a: string, b: string): number => (BigInt(a) < BigInt(b) ? -1 : a === b ? 0 : 1)

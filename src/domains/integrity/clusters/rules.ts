import type { Strength } from '../cases/rules.ts'
import { FAMILIES, FAMILY_CAPS, fromNats, KINDS, NAT, weightOf, type Family, type KindName } from '../signals/rules.ts'

/**
 * Two accounts are joined when their links weigh this much and come from two families. One family never joins two:
 * people of one house share a device and a network, of one campus a network and its hours, of one school what they
 * were taught; and each of those says the same thing twice. The sum lies above what a couple with one wallet and one
 * device comes to (7 nats), and below what a puppeteer's wallet and sessions do (8 and more).
 */
export const JOIN = fromNats(7.5)
/** A family counts, as one of the two and in the sum, from here on: an invitation, which couples and friends give each other, never does. */
export const FAMILY_COUNTS = fromNats(2)
/** One kind alone joins two from here on, if making it costs (a passkey is handed to nobody else) or its owner says so. */
export const STRONG_ALONE = fromNats(5.5)
/** Costly evidence below that joins alone only where four accounts share it, all with all: a house shares one wallet, a farm more. */
export const COSTLY = fromNats(4)
/** The mean weight of joined pairs from which a cluster is strong evidence; below it, three members make it fair. */
export const STRONG = fromNats(9)
export const FAIR_MEMBERS = 3

export type PairLink = { account_id: string; other_id: string; kind: KindName; strength: number }
/** Everything that links two accounts, `a` before `b` by number. */
export type Pair = { a: string; b: string; links: { kind: KindName; strength: number }[]; weight: number }

export const byNumber = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
const keyOf = (a: string, b: string): string => `${a} ${b}`

/** Links gathered by pair; weights come with the caps of kinds and families. */
export function pairsOf(links: readonly PairLink[]): Pair[] {
  const pairs = new Map<string, Pair>()
  for (const l of links) {
    const key = keyOf(l.account_id, l.other_id)
    const pair = pairs.get(key) ?? { a: l.account_id, b: l.other_id, links: [], weight: 0 }
    pair.links.push({ kind: l.kind, strength: l.strength })
    pairs.set(key, pair)
  }
  for (const p of pairs.values()) p.weight = weightOf(p.links)
  return [...pairs.values()].toSorted((x, y) => byNumber(x.a, y.a) || byNumber(x.b, y.b))
}

/** How much each family says of a pair, within its cap. */
export function familiesOf(pair: Pick<Pair, 'links'>): Map<Family, number> {
  const out = new Map<Family, number>()
  for (const family of FAMILIES) {
    const said = weightOf(pair.links.filter((l) => KINDS[l.kind].family === family))
    if (said > 0) out.set(family, Math.min(FAMILY_CAPS[family], said))
  }
  return out
}

const costs = (pair: Pair, least: number): boolean =>
  pair.links.some((l) => KINDS[l.kind].costly && Math.min(l.strength, KINDS[l.kind].cap) >= least)

/** Whether a pair's own links join it. */
export function joinsAlone(pair: Pair): boolean {
  if (costs(pair, STRONG_ALONE) || (familiesOf(pair).get('declared') ?? 0) >= STRONG_ALONE) return true
  const counting = [...familiesOf(pair).values()].filter((w) => w >= FAMILY_COUNTS)
  return counting.length >= 2 && counting.reduce((sum, w) => sum + w, 0) >= JOIN
}

/**
 * Whether a pair shares what only a farm shares all with all among four: something costly, or money and a device at once.
 * Whoever is framed by a place of theirs that others name is at no device of the others; a campus shares no money.
 */
function isShared(pair: Pair): boolean {
  if (costs(pair, COSTLY)) return true
  const families = familiesOf(pair)
  return (families.get('money') ?? 0) >= FAMILY_COUNTS && (families.get('device') ?? 0) >= FAMILY_COUNTS
}

/** Whether a pair may be joined, by itself or by what others share with both: which accounts must be looked at together. */
export const mayJoin = (pair: Pair): boolean => isShared(pair) || joinsAlone(pair)

/** Pairs that somebody found to be two people, with the weight of the evidence that they had before them. */
export type Apart = ReadonlyMap<string, number>
export const apartKey = keyOf

/** The pairs that are joined. What is said apart stays apart until more is known than was then. */
export function joinedPairs(pairs: readonly Pair[], apart: Apart = new Map()): Pair[] {
  const held = pairs.filter((p) => mayJoin(p) && p.weight > (apart.get(keyOf(p.a, p.b)) ?? -1))
  const sharers = new Map<string, Set<string>>()
  const share = (a: string, b: string) => sharers.set(a, (sharers.get(a) ?? new Set()).add(b))
  for (const p of held)
    if (isShared(p)) {
      share(p.a, p.b)
      share(p.b, p.a)
    }
  return held.filter((p) => joinsAlone(p) || (isShared(p) && sharedByMany(sharers, p)))
}

/** Whether the two stand in a group of four or more in which everybody shares such a thing with everybody. */
function sharedByMany(sharers: ReadonlyMap<string, ReadonlySet<string>>, { a, b }: Pair): boolean {
  const both = [...sharers.get(a)!].filter((c) => sharers.get(b)!.has(c))
  const seen = new Set(both)
  return both.some((c) => [...sharers.get(c)!].some((d) => seen.has(d)))
}

/** Accounts that must be clustered together: the connected parts of everything that may join. */
export function partsOf(pairs: readonly Pair[]): string[][] {
  const next = new Map<string, string[]>()
  const add = (a: string, b: string) => {
    const list = next.get(a)
    if (list) list.push(b)
    else next.set(a, [b])
  }
  for (const p of pairs) {
    add(p.a, p.b)
    add(p.b, p.a)
  }
  const seen = new Set<string>()
  const parts: string[][] = []
  for (const start of next.keys()) {
    if (seen.has(start)) continue
    seen.add(start)
    const part = [start]
    for (let i = 0; i < part.length; i++)
      for (const other of next.get(part[i]!)!)
        if (!seen.has(other)) {
          seen.add(other)
          part.push(other)
        }
    parts.push(part.toSorted(byNumber))
  }
  return parts
}

/** What joins a cluster: numbers only, no names. */
export type Explained = {
  /** Pairs of members, and how many of them are joined. */
  pairs: number
  joined: number
  kinds: Partial<Record<KindName, { pairs: number; members: number; strength: number }>>
}
export type Found = { members: string[]; strength: number; explained: Explained }

/** How strongly the joined pairs of a cluster hold together. */
export const meanWeight = (pairs: readonly Pair[]): number =>
  Math.round(pairs.reduce((sum, p) => sum + p.weight, 0) / pairs.length)

/** What the joined pairs of so many members are joined by. */
export function explain(members: number, joined: readonly Pair[]): Explained {
  const seen = new Map<KindName, { pairs: number; strength: number; who: Set<string> }>()
  for (const p of joined)
    for (const kind of new Set(p.links.map((l) => l.kind))) {
      const s = seen.get(kind) ?? { pairs: 0, strength: 0, who: new Set<string>() }
      s.pairs++
      s.strength += Math.max(...p.links.filter((l) => l.kind === kind).map((l) => l.strength))
      s.who.add(p.a).add(p.b)
      seen.set(kind, s)
    }
  const kinds: Explained['kinds'] = {}
  for (const [kind, s] of [...seen].toSorted((x, y) => y[1].pairs - x[1].pairs || (x[0] < y[0] ? -1 : 1)))
    kinds[kind] = { pairs: s.pairs, members: s.who.size, strength: Math.round(s.strength / s.pairs) }
  return { pairs: (members * (members - 1)) / 2, joined: joined.length, kinds }
}

/**
 * Which id each of the clusters found now has: that of an earlier one of which most members are in it, the one it shares
 * most members with if there are several. None: it is new. An earlier cluster that gives its id to none is over.
 */
export function keptIds(
  found: readonly Pick<Found, 'members'>[],
  before: ReadonlyMap<string, readonly string[]>,
): (string | undefined)[] {
  const now = new Map(found.flatMap((f, i) => f.members.map((m) => [m, i] as const)))
  const best: ({ id: string; shared: number } | undefined)[] = found.map(() => undefined)
  for (const [id, members] of [...before].toSorted((x, y) => byNumber(x[0], y[0]))) {
    const shared = new Map<number, number>()
    for (const m of members) {
      const i = now.get(m)
      if (i !== undefined) shared.set(i, (shared.get(i) ?? 0) + 1)
    }
    for (const [i, n] of shared) if (2 * n > members.length && n > (best[i]?.shared ?? 0)) best[i] = { id, shared: n }
  }
  return best.map((b) => b?.id)
}

/** How strong a kind's links are, in words. */
export function wordOf(strength: number): Strength {
  if (strength >= fromNats(4)) return 'strong'
  return strength >= FAMILY_COUNTS ? 'fair' : 'weak'
}

const SAYS: Readonly<Record<KindName, string>> = {
  payout_shared: 'proved the same wallet or were paid out to the same place',
  place_named: 'name the same place to be paid out to',
  wallet_shared_funder: 'have wallets that one wallet paid and that paid it back',
  wallet_swept_to: 'have wallets that paid one address',
  credential_shared: 'were signed in to with the same passkey',
  device_shared: 'used the same kind of device on the same network',
  session_handoff: 'came one within a minute of the other leaving, again and again, and never together',
  lockstep: 'did the same work in the same minutes, on several days',
  copied_text: 'handed in texts that are nearly the same, which nobody here had shown them',
  excess_agreement: 'gave the same answers more often than people do who answer alone',
  author_reviewer_affinity: 'met as author and reviewer more often than chance brings people together',
  invited: 'came by the invitation of the other',
  declared: 'said that they are one person’s',
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

/** Why a cluster is one, in sentences. They name nobody. */
export function sentencesOf(members: number, strength: number, explained: Explained): string[] {
  const kinds = Object.entries(explained.kinds) as [KindName, { pairs: number; members: number; strength: number }][]
  const families = new Set(kinds.map(([k]) => KINDS[k].family)).size
  return [
    `${count(members, 'account', 'accounts')}; ${explained.joined} of ${count(explained.pairs, 'pair', 'pairs')} joined, by ${count(families, 'family', 'families')} of evidence. Mean weight of a joined pair: ${(strength / NAT).toFixed(1)} nats.`,
    ...kinds.map(
      ([kind, k]) =>
        `${count(k.pairs, 'pair', 'pairs')} ${SAYS[kind]} (${wordOf(k.strength)}, ${k.members} of ${count(members, 'account', 'accounts')}).`,
    ),
  ]
}

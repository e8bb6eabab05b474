import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '../../../platform/rng.ts'
import { fromNats, KINDS, KIND_NAMES, type KindName } from '../signals/rules.ts'
import { findClusters } from './group.ts'
import { apartKey, byNumber, joinsAlone, keptIds, pairsOf, sentencesOf, type PairLink } from './rules.ts'

const link = (a: number, b: number, kind: KindName, nats?: number): PairLink => ({
  account_id: String(Math.min(a, b)),
  other_id: String(Math.max(a, b)),
  kind,
  strength: nats === undefined ? KINDS[kind].strength : fromNats(nats),
})
const pairOf = (...kinds: KindName[]) => pairsOf(kinds.map((k) => link(1, 2, k, 9)))[0]!
const groups = (links: PairLink[], apart = new Map<string, number>()) =>
  findClusters(pairsOf(links), apart).map((c) => c.members.join(' '))
const all = (ids: number[], kind: KindName) => ids.flatMap((a) => ids.filter((b) => b > a).map((b) => link(a, b, kind)))

describe('what joins two accounts', () => {
  test.each<[string, KindName[], boolean]>([
    ['a shared passkey, alone', ['credential_shared'], true],
    ['what their owner says', ['declared'], true],
    ['one wallet, alone: a couple has one', ['payout_shared'], false],
    ['one device and its sessions: a house shares both', ['device_shared', 'session_handoff'], false],
    ['one wallet and one device: still a couple', ['payout_shared', 'device_shared'], false],
    ['a couple, one of whom invited the other', ['payout_shared', 'device_shared', 'invited'], false],
    ['one wallet, and sessions that hand over', ['payout_shared', 'session_handoff'], true],
    ['the same answers, alone', ['excess_agreement', 'author_reviewer_affinity'], false],
    ['the same texts and the same answers', ['copied_text', 'excess_agreement'], true],
    ['a friend who was invited and sits at the same device', ['invited', 'device_shared', 'session_handoff'], false],
  ])('%s', (_, kinds, joined) => expect(joinsAlone(pairOf(...kinds))).toBe(joined))

  test('no single family ever does, however strong, but a passkey and their owner’s word', () => {
    for (const family of new Set(KIND_NAMES.map((k) => KINDS[k].family))) {
      const kinds = KIND_NAMES.filter((k) => KINDS[k].family === family && k !== 'credential_shared' && k !== 'declared') // prettier-ignore
      if (kinds.length > 0) expect(joinsAlone(pairOf(...kinds)), family).toBe(false)
    }
  })

  test('one wallet of three is a house, of four a farm', () => {
    expect(groups(all([1, 2, 3], 'payout_shared'))).toEqual([])
    expect(groups(all([1, 2, 3, 4], 'payout_shared'))).toEqual(['1 2 3 4'])
    // A ring of four in which nobody shares with everybody is no such group.
    expect(groups([link(1, 2, 'payout_shared'), link(2, 3, 'payout_shared'), link(3, 4, 'payout_shared'), link(1, 4, 'payout_shared')])).toEqual([]) // prettier-ignore
  })

  test('one named place and one device of three is a house, of four a farm, and whose place it was is not in it', () => {
    const both = (ids: number[]) => [...all(ids, 'place_named'), ...all(ids, 'device_shared')]
    expect(groups(both([1, 2, 3]))).toEqual([])
    expect(groups(both([1, 2, 3, 4]))).toEqual(['1 2 3 4'])
    const framed = [1, 2, 3, 4].map((id) => link(id, 9, 'place_named'))
    expect(groups([...both([1, 2, 3, 4]), ...framed])).toEqual(['1 2 3 4'])
  })

  test('a campus of forty on one network and a device room is nobody’s cluster', () => {
    const ids = Array.from({ length: 40 }, (_, i) => i + 1)
    expect(groups([...all(ids, 'device_shared'), ...all(ids, 'invited')])).toEqual([])
  })

  test('a farm in which half of the pairs are joined is one cluster; two farms that one pair joins are two', () => {
    const rng = createRng(4)
    const half = (first: number) =>
      all(Array.from({ length: 20 }, (_, i) => first + i), 'credential_shared').filter(() => rng.fraction() < 0.5) // prettier-ignore
    const links = [...half(1), ...half(101), link(5, 105, 'credential_shared')]
    expect(groups(links).map((g) => g.split(' ').length)).toEqual([20, 20])
  })

  test('whom somebody found to be two stays two, until more is known', () => {
    const known = [link(1, 2, 'payout_shared'), link(1, 2, 'session_handoff')]
    const apart = new Map([[apartKey('1', '2'), pairsOf(known)[0]!.weight]])
    expect(groups(known)).toEqual(['1 2'])
    expect(groups(known, apart)).toEqual([])
    expect(groups([...known, link(1, 2, 'lockstep')], apart)).toEqual(['1 2'])
  })
})

const anyLinks = fc
  .array(
    fc.record({
      a: fc.integer({ min: 1, max: 40 }),
      b: fc.integer({ min: 1, max: 40 }),
      kind: fc.constantFrom(...KIND_NAMES),
    }),
    { maxLength: 160 },
  ) // prettier-ignore
  .map((rows) => {
    const seen = new Map<string, PairLink>()
    for (const r of rows) if (r.a !== r.b) seen.set(`${Math.min(r.a, r.b)} ${Math.max(r.a, r.b)} ${r.kind}`, link(r.a, r.b, r.kind)) // prettier-ignore
    return [...seen.values()]
  })

describe('laws', () => {
  test('nobody is in two clusters, and the order of links says nothing', () => {
    fc.assert(
      fc.property(anyLinks, fc.integer(), (links, seed) => {
        const found = findClusters(pairsOf(links))
        const members = found.flatMap((c) => c.members)
        expect(new Set(members).size).toBe(members.length)
        for (const c of found) {
          expect(c.members.length).toBeGreaterThan(1)
          expect(c.members).toEqual(c.members.toSorted(byNumber))
          expect(sentencesOf(c.members.length, c.strength, c.explained).length).toBeGreaterThan(1)
        }
        const turned = links.map((l, i) => [(i * 7919 + seed) % 997, l] as const).toSorted((x, y) => x[0] - y[0])
        expect(findClusters(pairsOf(turned.map((t) => t[1])))).toEqual(found)
      }),
    )
  })

  test('links of strangers to a part change nothing in it', () => {
    fc.assert(
      fc.property(anyLinks, anyLinks, (links, others) => {
        const far = others.map((l) => ({ ...l, account_id: String(Number(l.account_id) + 100), other_id: String(Number(l.other_id) + 100) })) // prettier-ignore
        const alone = findClusters(pairsOf(links))
        const together = findClusters(pairsOf([...links, ...far])).filter((c) => Number(c.members[0]) <= 100)
        expect(together).toEqual(alone)
      }),
    )
  })

  test('an id stays while most of its members do, and no two clusters keep one', () => {
    const groupsOf = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 20, maxLength: 20 }).map((g) => {
      const out = new Map<number, string[]>()
      g.forEach((c, i) => c > 0 && out.set(c, [...(out.get(c) ?? []), String(i)]))
      return out
    })
    fc.assert(
      fc.property(groupsOf, groupsOf, (before, after) => {
        const old = new Map([...before].map(([c, m]) => [`10${c}`, m]))
        const found = [...after.values()].map((members) => ({ members }))
        const kept = keptIds(found, old)
        const named = kept.filter((id) => id !== undefined)
        expect(new Set(named).size).toBe(named.length)
        kept.forEach((id, i) => {
          if (id === undefined) return
          const shared = old.get(id)!.filter((m) => found[i]!.members.includes(m)).length
          expect(2 * shared).toBeGreaterThan(old.get(id)!.length)
        })
        // Nothing changed: every id stays.
        expect(keptIds([...old.values()].map((members) => ({ members })), old)).toEqual([...old.keys()]) // prettier-ignore
      }),
    )
  })
})

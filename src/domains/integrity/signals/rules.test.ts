import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '../../../platform/rng.ts'
import { LINK_FAMILIES, LINK_KINDS } from './contract.ts'
import {
  best,
  CROWD,
  deviceLinks,
  deviceNats,
  handoffLinks,
  pairsOf,
  paymentLinks,
  payoutLinks,
  poissonTail,
  sweepNats,
  textLinks,
} from './gather-rules.ts'
import { deviceOf, MARK_DAYS, minuteOf, PERIOD_DAYS, periodOf } from './mark-rules.ts'
import type { Neighbours, Seen } from './mark-queries.ts'
import { FAMILIES, FAMILY_CAPS, fromNats, KIND_NAMES, KINDS, type Link, NAT, weightOf } from './rules.ts'

const kind = fc.constantFrom(...KIND_NAMES)
const link = fc.record({ kind, strength: fc.integer({ min: 0, max: fromNats(9) }) })
const links = fc.array(link, { maxLength: 20 })

describe('kinds', () => {
  test('are those of the contract, each within its own cap and its family’s', () => {
    expect(KIND_NAMES).toEqual([...LINK_KINDS])
    expect(FAMILIES).toEqual(LINK_FAMILIES)
    for (const name of KIND_NAMES) {
      const k = KINDS[name]
      expect(k.strength, name).toBeGreaterThan(0)
      expect(k.cap, name).toBeGreaterThanOrEqual(k.strength)
      expect(k.family_cap, name).toBe(FAMILY_CAPS[k.family])
      expect(k.cap, name).toBeLessThanOrEqual(k.family_cap)
      expect([k.strength, k.cap].every(Number.isInteger), name).toBe(true)
      // What its owner asked for stays; everything else goes within a year.
      if (k.family !== 'declared') expect(k.keeps_days, name).toBeLessThanOrEqual(365)
    }
  })
})

test('the page has every kind, with what the program does', () => {
  const page = readFileSync('docs/concepts/signals.md', 'utf8')
  const table = [...page.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map((m) => [m[1]!, m[2]!.split('|').map((c) => c.trim())] as const) // prettier-ignore
  expect(table.map(([name]) => name)).toEqual(KIND_NAMES)
  for (const [name, cells] of table) {
    const k = KINDS[name as keyof typeof KINDS]
    const nats = (n: number) => String(n / NAT)
    expect(cells.slice(0, 6), name).toEqual([k.family, nats(k.strength), nats(k.cap), nats(k.family_cap), k.costly ? 'yes' : 'no', String(k.keeps_days)]) // prettier-ignore
  }
  expect(page).toContain(`${MARK_DAYS} days`)
  expect(page).toContain(`every ${PERIOD_DAYS} days`)
})

describe('the weight of a pair', () => {
  test('never falls by another link', () => {
    fc.assert(
      fc.property(links, link, (all, more) => {
        expect(weightOf([...all, more])).toBeGreaterThanOrEqual(weightOf(all))
      }),
    )
  })
  test('is never above the caps of the families it has', () => {
    fc.assert(
      fc.property(links, (all) => {
        const families = new Set(all.map((l) => KINDS[l.kind].family))
        const most = [...families].reduce((sum, f) => sum + FAMILY_CAPS[f], 0)
        expect(weightOf(all)).toBeLessThanOrEqual(most)
        for (const f of families)
          expect(weightOf(all.filter((l) => KINDS[l.kind].family === f))).toBeLessThanOrEqual(FAMILY_CAPS[f])
      }),
    )
  })
  test('does not depend on order, nor on one kind twice', () => {
    fc.assert(
      fc.property(links, fc.infiniteStream(fc.nat()), (all, chance) => {
        const mixed = all.map((l) => ({ l, at: chance.next().value as number })).toSorted((x, y) => x.at - y.at)
        expect(weightOf(mixed.map((m) => m.l))).toBe(weightOf(all))
        expect(weightOf([...all, ...all])).toBe(weightOf(all))
      }),
    )
  })
  test('is what its links say where no cap is reached', () => {
    const of = (...l: Link[]) => weightOf(l) / NAT
    expect(of()).toBe(0)
    expect(of({ kind: 'device_shared', strength: fromNats(2) }, { kind: 'session_handoff', strength: fromNats(3) })).toBe(5) // prettier-ignore
    expect(of({ kind: 'copied_text', strength: fromNats(50) })).toBe(4)
    expect(of({ kind: 'payout_shared', strength: fromNats(5) }, { kind: 'wallet_swept_to', strength: fromNats(2.5) })).toBe(6) // prettier-ignore
    expect(of({ kind: 'invited', strength: -5 })).toBe(0)
  })
})

describe('groups', () => {
  const names = (n: number) => Array.from({ length: n }, (_, i) => String(i + 1))
  test('small ones are linked all with all, large ones hold together at a bounded price', () => {
    expect(pairsOf(['1', '2', '3'])).toEqual([['1', '2'], ['1', '3'], ['2', '3']]) // prettier-ignore
    for (const n of [1, 2, 59, 60, 61, 62, 300]) {
      const pairs = pairsOf(names(n))
      expect(new Set(pairs.map((p) => p.toSorted().join(' '))).size, `${n}`).toBe(pairs.length)
      expect(pairs.length).toBe(n <= 60 ? (n * (n - 1)) / 2 : 30 * n)
    }
  })
  test('a proved wallet says more than a typed place, and the stronger of both is kept', () => {
    const group = [{ accounts: ['1', '2'] }]
    expect(payoutLinks([], group).map((l) => l.strength)).toEqual([fromNats(3)])
    expect(payoutLinks(group, group).map((l) => l.strength)).toEqual([fromNats(5)])
  })
  test('an address that everybody pays says nothing; one that two of a thousand pay says much', () => {
    expect(sweepNats(600, 1000)).toBe(0)
    expect(sweepNats(2, 1000)).toBeGreaterThan(5)
    expect(sweepNats(2, 2)).toBeLessThan(2)
  })
  test('texts count once each, a phrase that dozens use not at all', () => {
    const at = new Date('2026-01-05T12:00:00Z')
    const row = (original: string, authors: string[]) => ({ original, original_author: '1', authors, at })
    expect(textLinks([row('10', ['2']), row('11', ['2', '3'])])).toEqual(
      expect.arrayContaining([
        { a: '1', b: '2', kind: 'copied_text', strength: fromNats(2), times: 2, at },
        { a: '2', b: '3', kind: 'copied_text', strength: fromNats(1), times: 1, at },
      ]),
    )
    expect(
      textLinks([
        row(
          '10',
          Array.from({ length: 40 }, (_, i) => String(i + 2)),
        ),
      ]),
    ).toEqual([])
  })
  test('the best of several findings does not depend on their order', () => {
    const found = fc.array(
      fc.record({
        a: fc.constantFrom('1', '2'),
        b: fc.constantFrom('3', '4'),
        kind,
        strength: fc.nat(100),
        times: fc.nat(5),
      }),
    )
    const sorted = (l: ReturnType<typeof best>) => l.map((x) => JSON.stringify([x.a, x.b, x.kind, x.strength, x.times])).toSorted() // prettier-ignore
    fc.assert(
      fc.property(found, (l) => {
        expect(sorted(best(l))).toEqual(sorted(best(l.toReversed())))
      }),
    )
  })
})

describe('payments', () => {
  const paid = (account: string, payee: string, n = 2, of_all = n) => ({ account_id: account, payer: `w${account}`, payee, n, of_all, owners: payee.startsWith('w') ? [payee.slice(1)] : [] }) // prettier-ignore
  const any = fc.record({
    account: fc.constantFrom('1', '2', '3', '4'),
    payee: fc.constantFrom('w1', 'w2', 'w3', 'w4', 'x', 'y'),
    n: fc.integer({ min: 1, max: 5 }),
    more: fc.nat(5),
  })
  const rows = fc.array(any, { maxLength: 30 }).map((list) => list.map((p) => paid(p.account, p.payee, p.n, p.n + p.more))) // prettier-ignore
  const of = (who: string, payments: Parameters<typeof paymentLinks>[0]) =>
    paymentLinks(payments, 1000).filter((l) => l.a === who || l.b === who)

  test('whoever paid nobody is linked with nobody, whatever others pay', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const dust = all.filter((p) => p.account_id !== '1')
        expect(of('1', dust)).toEqual([])
      }),
    )
  })
  test('being paid adds 0 to the weight of every pair one is in, unless one paid the payer oneself', () => {
    fc.assert(
      fc.property(rows, rows, (all, more) => {
        const own = new Set(all.filter((p) => p.account_id === '1').map((p) => p.payee))
        const dust = more.filter((p) => p.account_id !== '1' && p.payee === 'w1' && !own.has(p.payer))
        const weights = (list: typeof all) => {
          const found = of('1', list)
          return ['2', '3', '4'].map((b) => weightOf(found.filter((l) => l.a === b || l.b === b)))
        }
        expect(weights([...all, ...dust])).toEqual(weights(all))
      }),
    )
  })
  test('one address that two mostly pay links them; one payment, or one of many, does not', () => {
    expect(of('1', [paid('1', 'x'), paid('2', 'x')])).toMatchObject([{ a: '1', b: '2', kind: 'wallet_swept_to' }])
    expect(of('1', [paid('1', 'x', 1), paid('2', 'x')])).toEqual([])
    expect(of('1', [paid('1', 'x', 2, 5), paid('2', 'x')])).toEqual([])
  })
  test('a wallet that pays two who pay it back links all three; a refund links nobody', () => {
    const hub = [paid('3', 'w1'), paid('3', 'w2'), paid('1', 'w3', 2, 9), paid('2', 'w3', 2, 9)]
    expect(paymentLinks(hub, 1000).map((l) => [l.a, l.b, l.kind])).toEqual([['1', '2', 'wallet_shared_funder'], ['1', '3', 'wallet_shared_funder'], ['2', '3', 'wallet_shared_funder']]) // prettier-ignore
    expect(paymentLinks([paid('3', 'w1'), paid('1', 'w3', 1, 9)], 1000)).toEqual([])
  })
})

describe('devices and networks', () => {
  const campus = (people: number, kinds: number): Neighbours => ({
    network: 'n',
    crowd: people,
    accounts: Array.from({ length: people }, (_, i) => String(i + 1)),
    devices: Array.from({ length: people }, (_, i) => [`d${i % kinds}`]),
  })
  test('two of a household are linked a little, and of more people ever less', () => {
    expect(deviceLinks([campus(2, 1)])).toMatchObject([{ a: '1', b: '2', strength: fromNats(2) }])
    expect(deviceLinks([campus(2, 2)])).toEqual([])
    const nats = Array.from({ length: 10 }, (_, i) => deviceNats(i + 2))
    expect(nats).toEqual(nats.toSorted((x, y) => y - x))
    expect(deviceNats(CROWD)).toBe(0)
  })
  test('thirty on one campus are not linked, by however rare a kind of device', () => {
    expect(deviceLinks([campus(30, 12)])).toEqual([])
    // The planted fault: counting the crowd by kind of device instead of by network links those with a rare one.
    expect(deviceLinks([{ ...campus(30, 12), crowd: 3 }]).length).toBeGreaterThan(20)
  })
  test('in a crowd only those say something to each other whom money brings together besides', () => {
    const found = deviceLinks([campus(30, 1)], new Set(['3 20', '4 99']))
    expect(found).toMatchObject([{ a: '3', b: '20', strength: KINDS.device_shared.strength }])
    expect(deviceLinks([campus(30, 2)], new Set(['3 20']))).toEqual([])
  })
  test('a browser is one of a few dozen kinds, whatever its version and language', () => {
    const chrome = (version: number, more = '') => `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36${more}` // prettier-ignore
    expect(deviceOf(chrome(120))).toBe('linux chrome')
    expect(deviceOf(chrome(131, ' en-GB ar'))).toBe('linux chrome')
    expect(deviceOf(chrome(131, ' Edg/131.0'))).toBe('linux edge')
    expect(deviceOf('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1')).toBe('ios safari') // prettier-ignore
    expect(deviceOf('')).toBe('other other')
  })
  test('time is kept in minutes and keys in periods', () => {
    expect(new Date(minuteOf(new Date('2026-01-05T12:34:56.789Z'))).toISOString()).toBe('2026-01-05T12:34:00.000Z')
    const at = new Date('2026-01-05T12:00:00Z')
    expect(periodOf(new Date(at.getTime() + PERIOD_DAYS * 86_400_000))).toBe(periodOf(at) + 1)
  })
})

describe('hand-offs', () => {
  const DAY = 86_400
  const MINUTE = 60
  type Row = [account: string, start: number, end: number]
  const visits = (rows: Row[]): Seen[] =>
    rows.map(([account_id, start, end]) => ({ account_id, start, end })).toSorted((x, y) => x.start - y.start)
  const puppets = (days: number): Row[] => {
    const rng = createRng(4)
    return Array.from({ length: days }, (_, day): Row[] => {
      const at = day * DAY + MINUTE * (480 + rng.below(600))
      return [['1', at, at + 30 * MINUTE], ['2', at + 31 * MINUTE, at + 50 * MINUTE]] // prettier-ignore
    }).flat()
  }
  test('who plays one account after the other is found', () => {
    expect(handoffLinks(visits(puppets(8)), [['1', '2']])).toMatchObject([{ kind: 'session_handoff', times: 8 }])
    expect(handoffLinks(visits(puppets(3)), [['1', '2']])).toEqual([])
  })
  test('having been here together once is enough not to be one person', () => {
    expect(handoffLinks(visits([...puppets(8), ['2', 8 * DAY, 8 * DAY + 1200], ['1', 8 * DAY + 600, 8 * DAY + 900]]), [['1', '2']])).toEqual([]) // prettier-ignore
  })
  test('a shift that changes at noon every day links nobody, though all days look alike', () => {
    const rows = Array.from({ length: 20 }, (_, day): Row[] => {
      const noon = day * DAY + 720 * MINUTE
      return [['1', noon - 120 * MINUTE, noon], ['2', noon + MINUTE, noon + 90 * MINUTE]] // prettier-ignore
    }).flat()
    expect(handoffLinks(visits(rows), [['1', '2']])).toEqual([])
  })
  test('thirty who come and go on a campus for a month are no pair', () => {
    for (const seed of [1, 2, 3]) {
      const rng = createRng(seed)
      const rows: Row[] = []
      for (let person = 1; person <= 30; person++)
        for (let day = 0; day < 30; day++)
          for (let visit = 0; visit < 2; visit++) {
            const at = day * DAY + MINUTE * (480 + 60 * rng.below(9) + rng.below(4))
            rows.push([String(person), at, at + MINUTE * (20 + rng.below(30))])
          }
      expect(handoffLinks(visits(rows), pairsOf(Array.from({ length: 30 }, (_, i) => String(i + 1))))).toEqual([])
    }
  })
  test('chance of so many or more', () => {
    expect(poissonTail(2, 0)).toBe(1)
    expect(poissonTail(2, 3)).toBeCloseTo(1 - Math.exp(-2) * (1 + 2 + 2), 12)
    expect(poissonTail(0.1, 10) / (Math.exp(-0.1) * (1e-10 / 3_628_800))).toBeCloseTo(1.0092, 3)
  })
})

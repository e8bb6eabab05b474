import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRng } from '../../../platform/rng.ts'
import { ok, Visitor } from '../../../../test/visitor.ts'
import { createWorld, type World } from '../../../../test/world.ts'
import { createMarks } from './marks.ts'
import { readLinks } from './queries.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
const BROWSERS = [
  CHROME,
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/604.1',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0',
]

let w: World
beforeAll(async () => {
  w = await createWorld({ config: { trust_proxy: true } })
})
afterAll(() => w.close())

type Here = { v: Visitor; id: string }
/** Somebody who came once, from that address with that browser. */
async function join(handle: string, address: string, browser = CHROME): Promise<Here> {
  const v = new Visitor(w, { 'x-forwarded-for': address, 'user-agent': browser, 'accept-language': 'ar-EG' })
  const { account_id } = await v.join(handle)
  return { v, id: account_id }
}
type Plan = { at: number; who: Here; minutes: number }
/** Everybody's visits in the order of time: a request every few minutes of each. */
async function live(plans: readonly Plan[]): Promise<void> {
  const steps = plans.flatMap(({ at, who, minutes }) => {
    const times = Array.from({ length: Math.ceil(minutes / 4) }, (_, k) => at + 4 * k * MINUTE)
    return [...times, at + minutes * MINUTE].map((t) => ({ t, who }))
  })
  for (const { t, who } of steps.toSorted((a, b) => a.t - b.t)) {
    if (t > w.clock.now().getTime()) w.clock.set(new Date(t))
    ok(await who.v.get('/v1/me'))
  }
}
const gather = () => w.jobs(['gather_links'])
const kindsOf = async (a: Here, b: Here) =>
  (await readLinks(w.db, { accountIds: [a.id] }))
    .filter((l) => [l.account_id, l.other_id].includes(b.id))
    .map((l) => l.kind)
const marksOf = (who: { id: string }) =>
  w.db.selectFrom('mark').selectAll().where('account_id', '=', who.id).orderBy('started_at').execute()
const atDay = (day: number, minute: number) => Date.parse('2026-01-05T00:00:00Z') + day * DAY + minute * MINUTE + 17_000

describe('marks of visits', () => {
  test('a visit is one row, in whole minutes, and nothing in the database tells address or browser', async () => {
    const ann = await join('ann', '203.0.113.77')
    await live([{ who: ann, at: atDay(1, 600), minutes: 24 }])
    // A request of anybody writes what is due.
    await live([{ who: ann, at: atDay(1, 660), minutes: 0 }])
    const marks = await marksOf(ann)
    expect(marks.map((m) => [m.started_at.toISOString(), m.ended_at.toISOString()]).slice(-2)).toEqual([
      ['2026-01-06T10:00:00.000Z', '2026-01-06T10:24:00.000Z'],
      ['2026-01-06T11:00:00.000Z', '2026-01-06T11:00:00.000Z'],
    ])
    const { rows } = await sql<{ all: string }>`select string_agg(m::text, ' ') as all from mark m`.execute(w.db)
    for (const told of ['203.0.113', Buffer.from('203.0.113').toString('hex'), 'Chrome', 'linux', 'ar-EG'])
      expect(rows[0]!.all).not.toContain(told)
    for (const table of await w.db.introspection.getTables()) {
      const found = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table.name)} t where t::text like '%203.0.113.%'`.execute(w.db) // prettier-ignore
      expect(found.rows[0]!.n, table.name).toBe(0)
    }
  })

  test('a busy session is written once in ten minutes, and a program leaves no mark', async () => {
    const busy = await join('busy', '203.0.113.78')
    const versions = new Set<string>()
    for (let second = 0; second < 1200; second += 20) {
      w.clock.advance(20_000)
      ok(await busy.v.get('/v1/me'))
      const { rows } = await sql<{ v: string }>`select xmin::text || ctid::text as v from mark where account_id = ${busy.id}`.execute(w.db) // prettier-ignore
      for (const { v } of rows) versions.add(v)
    }
    expect(versions.size).toBeGreaterThan(1)
    expect(versions.size).toBeLessThanOrEqual(3)
    const program = await w.person('program')
    expect((await w.raw(program, { method: 'GET', url: '/v1/me' })).status).toBe(200)
    expect(await w.db.selectFrom('mark').select('account_id').where('account_id', '=', program.account_id).execute()).toEqual([]) // prettier-ignore
  })

  test('without marks nothing is kept', async () => {
    const person = await w.person('unmarked')
    const caller = { ...w.ctx(person.account_id).caller!, via: 'session' as const, session_id: w.parts.newId() }
    const here = { address: '203.0.113.99', user_agent: CHROME }
    const kept = async (keep_marks: boolean) => {
      const marks = createMarks({ ...w.parts, config: { ...w.parts.config, keep_marks } })
      await marks.seen(caller, here, w.clock.now())
      await marks.flush(w.clock.now())
      return (await marksOf({ id: person.account_id })).length
    }
    expect([await kept(false), await kept(true)]).toEqual([0, 1])
  })
})

describe('one desk', () => {
  let one: Here
  let two: Here
  test('two accounts on one device and network that hand over to each other are linked, and each is told how many', async () => {
    const rng = createRng(2)
    one = await join('puppet-one', '198.51.100.4')
    two = await join('puppet-two', '198.51.100.9')
    const plans: Plan[] = []
    for (let day = 5; day < 13; day++) {
      const at = atDay(day, 480 + rng.below(500))
      plans.push({ who: one, at, minutes: 22 }, { who: two, at: at + 23 * MINUTE, minutes: 18 })
    }
    await live(plans)
    w.clock.advance(DAY)
    ok(await one.v.get('/v1/me'))
    await gather()
    expect(await kindsOf(one, two)).toEqual(['device_shared', 'session_handoff'])

    const told = ok(await one.v.get('/v1/me/signals')) as unknown as {
      marks: { kept: boolean; visits: number; networks: number; devices: number; until: string }
      links: { kind: string; accounts: number; until: string | null }[]
    }
    expect(told.marks).toMatchObject({ kept: true, networks: 1, devices: 1, keeps_days: 30 })
    expect(told.marks.visits).toBeGreaterThanOrEqual(8)
    expect(told.links.filter((l) => l.accounts > 0).map((l) => [l.kind, l.accounts])).toEqual([['device_shared', 1], ['session_handoff', 1]]) // prettier-ignore
    const bytes = JSON.stringify(told)
    for (const secret of [two.id, 'puppet-two', /T\d\d:\d\d/]) expect(bytes).not.toMatch(secret)
    const [mine] = await marksOf(one)
    for (const hash of [mine!.network, mine!.device])
      for (const as of ['hex', 'base64', 'base64url'] as const) expect(bytes).not.toContain(hash.toString(as))
  })

  test('whose key has changed is compared with nobody from before', async () => {
    const networks = await w.db.selectFrom('mark').select('network').distinct().where('account_id', '=', one.id).execute() // prettier-ignore
    await live([{ who: one, at: w.clock.now().getTime() + 20 * DAY, minutes: 4 }])
    await live([{ who: one, at: w.clock.now().getTime() + 20 * MINUTE, minutes: 0 }])
    const after = await w.db.selectFrom('mark').select('network').distinct().where('account_id', '=', one.id).execute()
    expect(after.length).toBe(networks.length + 1)
  })

  test('marks go after 30 days, links after theirs', async () => {
    w.clock.advance(11 * DAY)
    await gather()
    expect(await marksOf(two)).toEqual([])
    expect(await kindsOf(one, two)).toEqual(['device_shared', 'session_handoff'])
    w.clock.advance(31 * DAY)
    await gather()
    expect(await kindsOf(one, two)).toEqual([])
    expect(await w.db.selectFrom('mark').selectAll().where('expires_at', '<=', w.clock.now()).execute()).toEqual([])
  })
})

describe('many of one network', () => {
  test('thirty honest people of a campus are not linked, though their browsers are alike', async () => {
    const rng = createRng(7)
    const people: Here[] = []
    for (let i = 0; i < 30; i++) people.push(await join(`student-${i}`, `192.0.2.${10 + i}`, BROWSERS[i % 7 === 6 ? 4 : i % 4])) // prettier-ignore
    const first = Math.ceil((w.clock.now().getTime() - Date.parse('2026-01-05T00:00:00Z')) / DAY) + 1
    const plans: Plan[] = []
    for (let day = first; day < first + 5; day++)
      for (const who of people)
        plans.push({ who, at: atDay(day, 480 + 60 * rng.below(8) + rng.below(6)), minutes: 8 + rng.below(9) })
    await live(plans)
    w.clock.advance(DAY)
    ok(await people[0]!.v.get('/v1/me'))
    await gather()
    expect(await w.db.selectFrom('mark').select('account_id').distinct().where('started_at', '>', new Date(atDay(first, 0))).execute()).toHaveLength(30) // prettier-ignore
    expect((await readLinks(w.db)).filter((l) => people.some((p) => p.id === l.account_id))).toEqual([])
  })

  test('erasing somebody removes marks and links, and what the server remembered is not written after it', async () => {
    const [a, b] = [await join('leaving', '100.64.0.4'), await join('staying', '100.64.0.5')]
    const first = Math.ceil((w.clock.now().getTime() - Date.parse('2026-01-05T00:00:00Z')) / DAY) + 1
    const plans = [first, first + 1].flatMap((day) => [
      { who: a, at: atDay(day, 600), minutes: 12 },
      { who: b, at: atDay(day, 640), minutes: 12 },
    ])
    await live(plans)
    w.clock.advance(DAY)
    ok(await b.v.get('/v1/me'))
    await gather()
    expect(await kindsOf(a, b)).toEqual(['device_shared'])
    const again = new Visitor(w, { 'x-forwarded-for': '100.64.0.4', 'user-agent': CHROME })
    again.cookie = a.v.cookie
    await w.db.updateTable('session').set({ fresh_at: w.clock.now() }).where('account_id', '=', a.id).execute()
    ok(await again.send('POST', '/v1/me/erase', { handle: 'leaving' }))
    expect(await kindsOf(b, a)).toEqual([])
    expect(await marksOf(a)).toEqual([])
    w.clock.advance(20 * MINUTE)
    ok(await b.v.get('/v1/me'))
    await gather()
    expect([await marksOf(a), await kindsOf(b, a)]).toEqual([[], []])
    expect(await marksOf(b)).not.toEqual([])
  })
})

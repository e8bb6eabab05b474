import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { saveLinks } from '../signals/queries.ts'
import { KINDS, KIND_NAMES, type KindName } from '../signals/rules.ts'
import { forgetMarks } from './find-queries.ts'
import { findTouched } from './find.ts'
import { clusterOf, membersOf } from './queries.ts'

let w: World
const people: Person[] = []
beforeAll(async () => {
  w = await createWorld()
  for (let i = 0; i < 24; i++) people.push(await w.person(`p${i}`))
})
afterAll(() => w.close())
beforeEach(async () => {
  await sql`truncate link, cluster_mark, cluster_member, cluster_apart, cluster, case_evidence, case_opinion, case_file, sanction, sanction_appeal cascade`.execute(
    w.db,
  )
})

const id = (i: number) => people[i]!.account_id
const put = (a: number, b: number, ...kinds: KindName[]) =>
  saveLinks(
    w.db,
    kinds.map((kind) => ({ a: id(a), b: id(b), kind, strength: KINDS[kind].cap, times: 1 })),
    w.clock.now(),
  )
const drop = (a: number, b: number) =>
  sql`delete from link where account_id = least(${id(a)}::bigint, ${id(b)}::bigint) and other_id = greatest(${id(a)}::bigint, ${id(b)}::bigint)`.execute(
    w.db,
  )
async function find() {
  for (let more = true; more;) ({ more } = await findTouched(w.ctx()))
}
async function partition(): Promise<string[]> {
  const rows = await w.db.selectFrom('cluster_member').select(['account_id', 'cluster_id']).orderBy('account_id').execute() // prettier-ignore
  const out = new Map<string, number[]>()
  for (const r of rows)
    out.set(r.cluster_id, [...(out.get(r.cluster_id) ?? []), people.findIndex((p) => p.account_id === r.account_id)])
  return [...out.values()].map((m) => m.join(' ')).sort()
}

describe('finding clusters', () => {
  test('an id stays while most members do; who leaves is in none; what is over is over', async () => {
    await put(0, 1, 'payout_shared', 'session_handoff')
    await put(1, 2, 'payout_shared', 'session_handoff')
    await put(0, 2, 'payout_shared', 'session_handoff')
    await find()
    const first = await clusterOf(w.db, id(0))
    expect(await membersOf(w.db, first!)).toEqual([id(0), id(1), id(2)])
    await put(3, 0, 'credential_shared')
    await put(3, 1, 'credential_shared')
    await find()
    expect(await clusterOf(w.db, id(3))).toBe(first)
    await drop(0, 2)
    await drop(1, 2)
    await find()
    expect(await clusterOf(w.db, id(2))).toBeUndefined()
    expect(await membersOf(w.db, first!)).toEqual([id(0), id(1), id(3)])
    // Nothing is looked at again while nothing changes.
    expect(await findTouched(w.ctx())).toMatchObject({ clusters: [] })
    w.clock.advance(400 * 86_400_000)
    await find()
    expect(await partition()).toEqual([])
    const row = await w.db.selectFrom('cluster').select(['dissolved_at', 'members']).executeTakeFirstOrThrow()
    expect(row).toEqual({ dissolved_at: w.clock.now(), members: 0 })
  })

  test('a weak link and a strong one of one family join nobody', async () => {
    await put(0, 1, 'device_shared', 'session_handoff', 'invited')
    await put(4, 5, 'payout_shared')
    await find()
    expect(await partition()).toEqual([])
  })

  test('each member’s case hears of a strong cluster once, without a name, and nothing waits for it', async () => {
    for (const [a, b] of [[0, 1], [1, 2], [0, 2]] as const) await put(a, b, 'payout_shared', 'session_handoff', 'device_shared') // prettier-ignore
    await put(4, 5, 'payout_shared', 'session_handoff')
    await find()
    await find()
    const cases = await w.db
      .selectFrom('case_file as c')
      .innerJoin('case_evidence as e', 'e.case_id', 'c.id')
      .select(['c.account_id', 'c.suspect_since', 'c.keeps_waiting', 'e.kind', 'e.strength', 'e.says'])
      .orderBy('c.account_id')
      .execute()
    expect(cases.map((c) => c.account_id), 'two who are joined no more than needed are only kept apart').toEqual([0, 1, 2].map(id)) // prettier-ignore
    for (const c of cases) {
      expect(c).toMatchObject({ suspect_since: null, keeps_waiting: false, kind: 'alike_accounts', strength: 'strong' })
      for (const p of people) expect(c.says).not.toContain(p.account_id)
      expect(c.says).toMatch(/3 accounts; 3 of 3 pairs joined, by 2 families of evidence/)
      expect(c.says).toMatch(/3 pairs proved the same wallet or were paid out to the same place \(strong/)
    }
  })

  // Random links come and go; after each step only what was touched is looked at.
  const steps = fc.array(
    fc.record({
      a: fc.nat(13),
      b: fc.nat(13),
      kinds: fc.subarray([...KIND_NAMES], { minLength: 1, maxLength: 4 }),
      drop: fc.boolean(),
      look: fc.boolean(),
    }),
    { minLength: 10, maxLength: 40 },
  )
  test('looking at what was touched finds what looking at everybody finds', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (made) => {
        await sql`truncate link, cluster_mark, cluster_member, cluster`.execute(w.db)
        for (const s of made) {
          if (s.a === s.b) continue
          await (s.drop ? drop(s.a, s.b) : put(s.a, s.b, ...s.kinds))
          if (s.look) await find()
        }
        await find()
        const piecewise = await partition()
        await forgetMarks(w.db, people.map((p) => p.account_id)) // prettier-ignore
        await find()
        expect(await partition()).toEqual(piecewise)
        await sql`truncate cluster_mark, cluster_member, cluster`.execute(w.db)
        await find()
        expect(await partition()).toEqual(piecewise)
      }),
      { numRuns: 25 },
    )
  }, 120_000)

  test('two whose link goes stay with the third, who is joined with both', async () => {
    // Three in a ring, of which one pair's links go: the touched two are looked at without the third.
    for (const [a, b] of [[0, 1], [1, 2], [0, 2]] as const) await put(a, b, 'credential_shared') // prettier-ignore
    await find()
    expect(await partition()).toEqual(['0 1 2'])
    await drop(0, 1)
    const marked = await sql<{ n: number }>`select count(*)::int as n from cluster_mark`.execute(w.db)
    expect(marked.rows[0]!.n).toBe(3)
    await find()
    expect(await partition()).toEqual(['0 1 2'])
  })
})

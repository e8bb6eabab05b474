import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeCluster } from '../../../../test/cluster.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { withdrawableNow } from './limits.ts'
import { withdrawable } from './rules.ts'

// A new account may take out the pay of its first fifty pieces. Three accounts of one person may take out as much together.
let w: World
let people: Person[]
let n = 0
beforeAll(async () => {
  w = await createWorld({ poolSize: 12, config: { newcomer_pieces: 50 } })
})
afterAll(() => w.close())
const move = (p: Person, id: string, kind: string, from: string, to: string, amount: bigint) =>
  w.db
    .insertInto('transfer')
    .values({
      campaign_id: '0', id: `${id}:${n++}`, kind, subject_id: p.account_id, debit: from, credit: to, currency: 'POINT', amount_minor: amount.toString(), at: w.clock.now(),
    }) // prettier-ignore
const mine = (p: Person, state: string) => `person:${p.account_id}:${state}`
beforeEach(async () => {
  people = []
  for (let i = 0; i < 3; i++) {
    const p = await w.person(`n${n++}`)
    people.push(p)
    for (let piece = 0; piece < 40; piece++)
      await move(p, 'piece', 'reward', 'campaign:0', mine(p, 'frozen'), 10n).execute()
    await move(p, 'thaw', 'thaw', mine(p, 'frozen'), mine(p, 'claimable'), 400n).execute()
  }
})
/** Takes out all that may go now, as a claim does: in one transaction with the question. */
const takeOut = (p: Person) =>
  w.db.transaction().execute(async (db) => {
    const { withdrawable: amount, why } = await withdrawableNow(w.ctx(), db, p.account_id, 'POINT')
    if (amount > 0n)
      await db
        .insertInto('transfer')
        .values({
          campaign_id: '0',
          id: `out:${n++}`,
          kind: 'claim',
          subject_id: p.account_id,
          debit: mine(p, 'claimable'),
          credit: mine(p, 'paying'),
          currency: 'POINT',
          amount_minor: amount.toString(),
          at: w.clock.now(),
        }) // prettier-ignore
        .execute()
    return { amount, why }
  })
const total = (all: { amount: bigint }[]) => all.reduce((sum, a) => sum + a.amount, 0n)

describe('the allowance of new accounts', () => {
  test('three strangers take out all; three of a cluster what one may, whoever comes first', async () => {
    await makeCluster(w, people)
    const got = [await takeOut(people[0]!), await takeOut(people[1]!), await takeOut(people[2]!)]
    expect(got.map((g) => g.amount)).toEqual([400n, 100n, 0n])
    expect(got[2]!.why).toEqual(['newcomer'])
    // Planted fault: in no cluster, each takes out its own.
    await sql`delete from cluster_member`.execute(w.db)
    expect([(await takeOut(people[1]!)).amount, (await takeOut(people[2]!)).amount]).toEqual([300n, 400n])
  })

  test('at one moment they take out no more', async () => {
    await makeCluster(w, people)
    const got = await Promise.all([...people, ...people].map(takeOut))
    expect(total(got)).toBe(500n)
  })

  test('holds while the cluster is young, and is over after ninety days', async () => {
    await makeCluster(w, people)
    await takeOut(people[0]!)
    await takeOut(people[1]!)
    w.clock.advance(31 * 86_400_000)
    expect((await takeOut(people[2]!)).why).toEqual(['newcomer'])
    w.clock.advance(60 * 86_400_000)
    expect(await takeOut(people[2]!)).toEqual({ amount: 400n, why: [] })
    w.clock.advance(-91 * 86_400_000)
  })

  test('shared, it is never more than alone', () => {
    const until = new Date('2026-02-01T00:00:00Z')
    const money = { earned: 400n, pieces: 40, frozen: 0n, claimable: 400n, out: 0n, earned_since: () => 0n }
    for (let others = 0; others <= 400; others += 20) {
      const pool = { earned: 400n + BigInt(others) * 10n, pieces: 40 + others, out: 0n }
      const limits = [{ why: 'newcomer' as const, until, since: null }]
      const shared = withdrawable(money, limits, { free: 50, audited_good: 0, pool }).withdrawable
      expect(shared).toBeLessThanOrEqual(withdrawable(money, limits, { free: 50, audited_good: 0 }).withdrawable)
    }
  })
})

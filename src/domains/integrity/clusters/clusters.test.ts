import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeCluster } from '../../../../test/cluster.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { isApart } from '../cases/queries.ts'
import { appealCandidates } from '../cases/sanction-queries.ts'
import { apartPairs } from '../queries.ts'
import { saveLinks } from '../signals/queries.ts'
import { KINDS, type KindName } from '../signals/rules.ts'
import { eraseClusters } from './erase-queries.ts'
import { rankTrust } from './trust.ts'

let w: World
let operator: Person
let people: Person[]
let n = 0
beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('operator', { roles: ['operator'] })
})
afterAll(() => w.close())
beforeEach(async () => {
  await sql`truncate link, cluster_mark, cluster_member, cluster_apart, cluster`.execute(w.db)
  people = []
  for (let i = 0; i < 5; i++) people.push(await w.person(`c${n++}`))
})
const put = (a: number, b: number, ...kinds: KindName[]) =>
  saveLinks(
    w.db,
    kinds.map((kind) => ({
      a: people[a]!.account_id,
      b: people[b]!.account_id,
      kind,
      strength: KINDS[kind].cap,
      times: 3,
    })),
    w.clock.now(),
  )
const wait = () => w.clock.advance(60_000)
const three = async () => {
  for (const [a, b] of [
    [0, 1],
    [1, 2],
    [0, 2],
  ] as const)
    await put(a, b, 'payout_shared', 'session_handoff')
  await w.jobs(['find_clusters'])
}
const list = () => operator.client.clusters.list({ query: {} })

describe('what operators read', () => {
  test('each cluster with its kinds, its strength and why; one with its accounts and links', async () => {
    await three()
    const { items } = await list()
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ members: 3, pairs: 3, joined: 3, strength: 'fair', nats_hundredths: 800 })
    expect(items[0]!.kinds.map((k) => [k.kind, k.family, k.strength, k.pairs])).toEqual([
      ['payout_shared', 'money', 'strong', 3],
      ['session_handoff', 'device', 'fair', 3],
    ])
    expect(items[0]!.explanation).toEqual([
      '3 accounts; 3 of 3 pairs joined, by 2 families of evidence. Mean weight of a joined pair: 8.0 nats.',
      '3 pairs proved the same wallet or were paid out to the same place (strong, 3 of 3 accounts).',
      '3 pairs came one within a minute of the other leaving, again and again, and never together (fair, 3 of 3 accounts).',
    ])
    const one = await operator.client.clusters.one({ params: { cluster_id: items[0]!.cluster_id } })
    expect(one.accounts.map((a) => a.account_id)).toEqual([0, 1, 2].map((i) => people[i]!.account_id))
    expect(one.links).toHaveLength(6)
    expect(one.accounts.every((a) => a.open_case_id !== null)).toBe(true)
    await expect(operator.client.clusters.one({ params: { cluster_id: '5' } })).rejects.toMatchObject({ code: 'cluster_not_found' }) // prettier-ignore
  })

  test('nobody else reads them, and a member’s own pages name no cluster and nobody else', async () => {
    await three()
    const { items } = await list()
    const qa = await w.person(`qa${n++}`, { roles: ['qa'] })
    for (const p of [people[0]!, qa]) {
      await expect(p.client.clusters.list({ query: {} })).rejects.toMatchObject({ status: 403 })
      await expect(p.client.clusters.one({ params: { cluster_id: items[0]!.cluster_id } })).rejects.toMatchObject({ status: 403 }) // prettier-ignore
    }
    for (const url of ['/v1/me/standing', '/v1/me/signals', '/v1/me']) {
      const { body } = await w.raw(people[0]!, { method: 'GET', url })
      for (const word of [items[0]!.cluster_id, people[1]!.account_id, people[2]!.account_id])
        expect(body, url).not.toContain(word)
    }
  })

  test('an account that is somebody else’s leaves, and comes back only on more evidence', async () => {
    await three()
    const { cluster_id } = (await list()).items[0]!
    const part = (who: Person, account_id: string) =>
      who.client.clusters.part({ params: { cluster_id }, body: { account_id, reason: 'Two brothers; both came by.' } })
    const body = { account_id: people[2]!.account_id }
    await expect(part(operator, people[4]!.account_id)).rejects.toMatchObject({ code: 'not_in_cluster' })
    await sql`update account set roles = '{operator}' where id = ${people[0]!.account_id}`.execute(w.db)
    await expect(part(people[0]!, body.account_id), 'nobody decides who they are').rejects.toMatchObject({ code: 'case_own' }) // prettier-ignore
    await part(operator, body.account_id)
    wait()
    await w.jobs(['find_clusters'])
    const after = await operator.client.clusters.one({ params: { cluster_id } })
    expect(after.accounts.map((a) => a.account_id)).toEqual([0, 1].map((i) => people[i]!.account_id))
    expect(after.parted.map((p) => p.reason)).toEqual(['Two brothers; both came by.', 'Two brothers; both came by.'])
    await put(2, 0, 'lockstep')
    wait()
    await w.jobs(['find_clusters'])
    expect((await operator.client.clusters.one({ params: { cluster_id } })).members).toBe(3)
  })
})

describe('who may decide about whom', () => {
  test('a member decides nothing about another, nor answers their appeal; nobody else is kept from it', async () => {
    const [a, b, c] = [people[0]!, people[1]!, people[2]!]
    await sql`update account set roles = '{qa}' where id = any(${[b, c].map((p) => p.account_id)}::bigint[])`.execute(w.db) // prettier-ignore
    const asked = async () =>
      (await appealCandidates(w.db, { accountId: a.account_id, caseId: '1' })).map((x) => x.account_id)
    expect(await isApart(w.db, b.account_id, a.account_id)).toBe(false)
    expect(await asked()).toEqual(expect.arrayContaining([b.account_id, c.account_id]))
    await makeCluster(w, [a, b])
    expect(await isApart(w.db, b.account_id, a.account_id)).toBe(true)
    expect(await isApart(w.db, c.account_id, a.account_id)).toBe(false)
    expect(await asked()).not.toContain(b.account_id)
    expect(await asked()).toContain(c.account_id)
    expect(await apartPairs(w.db, [a, b, c].map((p) => p.account_id))).toEqual([[b.account_id, a.account_id]]) // prettier-ignore
  })
})

describe('erasing and ranks', () => {
  test('who is erased is in no cluster, and nothing that was said of them is left', async () => {
    await three()
    const { cluster_id } = (await list()).items[0]!
    await operator.client.clusters.part({
      params: { cluster_id },
      body: { account_id: people[2]!.account_id, reason: 'Somebody else, seen.' },
    })
    await sql`insert into trust_rank (account_id, bucket, ranked_at) values (${people[2]!.account_id}, 3, ${w.clock.now()})`.execute(w.db) // prettier-ignore
    await eraseClusters(w.db, people[2]!.account_id)
    await eraseClusters(w.db, people[1]!.account_id)
    const { rows } = await sql<{ n: number }>`select ((select count(*) from cluster_apart) + (select count(*) from trust_rank) + (select count(*) from cluster_member where account_id = ${people[1]!.account_id}))::int as n`.execute(w.db) // prettier-ignore
    expect(rows[0]!.n).toBe(0)
  })

  test('who was invited by people known to be honest ranks above who came with a suspended one', async () => {
    const chain = async (from: Person, size: number) => {
      const all = [from]
      for (let i = 0; i < size; i++) all.push(await w.person(`t${n++}`))
      for (let i = 1; i < all.length; i++)
        await saveLinks(w.db, [{ a: all[i]!.account_id, b: all[Math.floor((i - 1) / 2)]!.account_id, kind: 'invited', strength: KINDS.invited.cap, times: 1 }], w.clock.now()) // prettier-ignore
      return all.slice(1).map((p) => p.account_id)
    }
    const good = await chain(operator, 14)
    const bad = await chain(people[0]!, 14)
    expect(await rankTrust(w.ctx(), {})).toMatchObject({ watermark: { ranked_at: w.clock.now().toISOString() } })
    const ranks = new Map(
      (await w.db.selectFrom('trust_rank').select(['account_id', 'bucket']).execute()).map((r) => [r.account_id, r.bucket]), // prettier-ignore
    )
    const mean = (ids: string[]) => ids.reduce((sum, id) => sum + ranks.get(id)!, 0) / ids.length
    expect(mean(good) - mean(bad)).toBeGreaterThan(3)
    // Not again on the same day.
    await sql`truncate trust_rank`.execute(w.db)
    await rankTrust(w.ctx(), { ranked_at: w.clock.now().toISOString() })
    expect(await w.db.selectFrom('trust_rank').selectAll().execute()).toEqual([])
  })
})

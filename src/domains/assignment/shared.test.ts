import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { makeCluster } from '../../../test/cluster.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'

// A cluster has one person's limits, and nobody can tell from an answer that they are in one.
let w: World
let n = 0
beforeAll(async () => void (w = await createWorld({ poolSize: 20 })))
afterAll(() => w.close())
const crowd = async (size: number) => {
  const people: Person[] = []
  for (let i = 0; i < size; i++) people.push(await w.person(`s${n++}`))
  return people
}
const items = (count: number) => Array.from({ length: count }, (_, i) => ({ topic: `t${i}` }))
const daily = (contribute_daily: number, contribute_total: number | null = null) => ({
  caps: { contribute_total, contribute_daily, review_total: null, review_daily: null },
  batch_size: 3,
})
const ask = (p: Person, campaign_id: string) =>
  w.raw(p, { method: 'POST', url: `/v1/campaigns/${campaign_id}/leases/contribute`, payload: {} })
/** What an answer says, apart from the time it was given. */
const said = (r: { status: number; body: string }) =>
  `${r.status} ${r.body.replace(/"server_time":"[^"]*"/, '"server_time"')}`

for (const [name, caps] of [
  ['a day', daily(4)],
  ['in all', daily(100, 4)],
] as const)
  test(`members share what one person may take ${name}; the next one reads what anybody reads for whom there is nothing`, async () => {
    const people = await crowd(5)
    const c = await makeCampaign(w, { contributors: people, items: items(40), settings: caps })
    await w.jobs(['queue_items', 'measure_lanes'])
    await makeCluster(w, people.slice(0, 3))
    const first = JSON.parse((await ask(people[0]!, c.id)).body) as { items: { item_id: string }[] }
    const second = JSON.parse((await ask(people[1]!, c.id)).body) as { items: unknown[] }
    expect([first.items.length, second.items.length]).toEqual([3, 1])
    const shut = await ask(people[2]!, c.id)
    expect((JSON.parse((await ask(people[3]!, c.id)).body) as { items: unknown[] }).items).toHaveLength(3)

    // Somebody in no cluster, who has had every item there is: the same bytes.
    await sql`insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at)
      select campaign_id, ${people[4]!.account_id}, target_id, 1, 3, 1, ${w.clock.now()}, ${w.clock.now()} from queue where campaign_id = ${c.id}`.execute(w.db) // prettier-ignore
    const nothing = await ask(people[4]!, c.id)
    expect(said(shut)).toBe(said(nothing))
    expect(said(shut)).toContain('"state":"none"')

    // Whoever has had their own share reads so, as ever.
    const own = await makeCampaign(w, { contributors: people, items: items(9), settings: daily(3) })
    await w.jobs(['queue_items'])
    const { items: held } = JSON.parse((await ask(people[0]!, own.id)).body) as { items: { item_id: string }[] }
    for (const i of held)
      await people[0]!.client.submissions.submit({ params: { campaign_id: own.id }, body: { submissions: [{ item_id: i.item_id, answer: { fact: `x ${i.item_id}` } }] } }) // prettier-ignore
    expect((await ask(people[0]!, own.id)).body).toContain('daily_cap_reached')
    expect((await ask(people[1]!, own.id)).body).not.toContain('daily_cap_reached')

    // Planted fault: in no cluster, the third takes a whole share more.
    await sql`delete from cluster_member where account_id = ${people[2]!.account_id}`.execute(w.db)
    expect((JSON.parse((await ask(people[2]!, c.id)).body) as { items: unknown[] }).items).toHaveLength(3)
  })

test('members who ask at one moment take no more than one person together', async () => {
  const people = await crowd(8)
  for (let round = 0; round < 3; round++) {
    const c = await makeCampaign(w, { contributors: people, items: items(60), settings: daily(5) })
    await w.jobs(['queue_items'])
    await sql`truncate cluster_member`.execute(w.db)
    await makeCluster(w, people)
    await Promise.all(people.flatMap((p) => [p, p]).map((p) => ask(p, c.id)))
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from lease where campaign_id = ${c.id}`.execute(w.db) // prettier-ignore
    expect(rows[0]!.n).toBe(5)
  }
})

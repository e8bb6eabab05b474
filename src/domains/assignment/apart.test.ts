import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { makeCluster, withoutIn } from '../../../test/cluster.ts'
import { thirdAvailable } from '../audits/queries.ts'
import { pickSource } from '../gold/queries.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'

// Who may sit with whom. Every rule is shown to hold, and shown to be broken once its line is cut out.
let w: World
let c: Made
let n = 0
let people: Person[]
const whole: string[] = []
beforeAll(async () => {
  w = await createWorld({ poolSize: 20 })
  for (const fn of ['claim_work', 'probe_work', 'direct_lease', 'note_judge'])
    whole.push(
      (await sql<{ def: string }>`select pg_get_functiondef(${fn}::regproc) as def`.execute(w.db)).rows[0]!.def,
    )
})
afterAll(() => w.close())
beforeEach(async () => {
  for (const def of whole) await sql.raw(def).execute(w.db)
  people = []
  for (let i = 0; i < 8; i++) people.push(await w.person(`p${n++}`))
  c = await makeCampaign(w, {
    contributors: people,
    reviewers: people,
    items: Array.from({ length: 6 }, (_, i) => ({ topic: `t${i}` })),
    settings: { reviews: { min: 3, max: 5 }, batch_size: 10 },
  })
  await w.jobs(['queue_items'])
})
const path = () => ({ campaign_id: c.id })
async function write(p: Person, count = 1): Promise<string[]> {
  const { items } = await p.client.assignments.claim_items({ params: path(), body: { count } })
  const { items: made } = await p.client.submissions.submit({
    params: path(),
    body: {
      submissions: items.map((i) => ({
        item_id: i.item_id,
        answer: { fact: `a fact of ${p.account_id} ${i.item_id}` },
      })),
    },
  } as never)
  return (made as { submission_id: string }[]).map((m) => m.submission_id)
}
/** What somebody is offered to review, until the queue says that there is no more. */
async function offered(p: Person): Promise<string[]> {
  for (let tries = 0; tries < 5; tries++) {
    const got = await p.client.assignments.claim_reviews({ params: path(), body: { count: 10 } })
    if (got.state !== 'searching') return got.items.map((i) => i.submission_id)
  }
  return []
}
const together = (...places: number[]) =>
  makeCluster(
    w,
    places.map((i) => people[i]!),
  )

const OWN = /and \(mine is null or \(select m\.cluster_id[^\n]*\n/
const PANEL = /and \(\(mine is null and excluded = '\{\}'\) or not sits_with[^\n]*\n/
const AGAIN = /if \(mine is not null or excluded <> '\{\}'\) and sits_with\([^)]*\) then\s+continue;\s+end if;/
const cut = async (part: RegExp) => {
  for (const fn of ['claim_work', 'probe_work']) await withoutIn(w, fn, part, '')
}

describe('one member of a cluster on a panel', () => {
  test('nobody is given the work of their own cluster; others are', async () => {
    const [mine] = await write(people[0]!)
    await together(0, 1)
    expect(await offered(people[1]!)).toEqual([])
    expect(await offered(people[2]!)).toEqual([mine])
    await cut(OWN)
    expect(await offered(people[1]!), 'planted fault').toEqual([mine])
  })

  test('the second of a cluster is not seated beside the first, in any round and lane', async () => {
    const [work] = await write(people[0]!)
    await together(1, 2)
    expect(await offered(people[1]!)).toEqual([work])
    expect(await offered(people[2]!)).toEqual([])
    expect(await offered(people[3]!)).toEqual([work])
    // Given back or run out, the first one has seen it all the same.
    await people[1]!.client.assignments.give_back({ params: { ...path(), target_id: work! }, body: {} })
    expect(await offered(people[2]!)).toEqual([])
    await cut(PANEL)
    expect(await offered(people[2]!), 'looked at again under the lock').toEqual([])
    await cut(AGAIN)
    expect(await offered(people[2]!), 'planted fault').toEqual([work])
  })

  test('two of a cluster do not answer one item', async () => {
    const r = await makeCampaign(w, {
      contributors: people,
      items: [{ topic: 'one' }],
      mode: 'redundancy',
      settings: { redundancy: { min: 3, max: 5 } },
    })
    await w.jobs(['queue_items'])
    await together(1, 2)
    const ask = async (p: Person) =>
      (await p.client.assignments.claim_items({ params: { campaign_id: r.id }, body: {} })).items.length
    expect([await ask(people[1]!), await ask(people[2]!), await ask(people[3]!)]).toEqual([1, 0, 1])
  })

  test('an operator’s hand does not seat them either', async () => {
    const operator = await w.person(`o${n++}`, { roles: ['operator'] })
    const [work] = await write(people[0]!)
    await together(1, 2)
    await together(0, 3)
    const leases = [1, 2, 3, 4].map((i) => ({ account_id: people[i]!.account_id, target_id: work! }))
    const direct = async () =>
      (await operator.client.assignments.direct({ params: path(), body: { lane: 'review', reason: 'a replay', leases } })).items.map((i) => i.outcome) // prettier-ignore
    expect(await direct()).toEqual(['leased', 'excluded', 'excluded', 'leased'])
    await withoutIn(w, 'direct_lease', /return 'excluded';/, 'null;')
    expect(await direct(), 'planted fault').toEqual(['held_already', 'leased', 'no_place', 'held_already'])
  })

  test('known work of one’s own cluster is shown to nobody as gold, and no grader of it is counted upon', async () => {
    const [work] = await write(people[0]!)
    const qa = await w.person(`q${n++}`, { roles: ['qa'] })
    await sql`insert into gold_source (campaign_id, submission_id, version, truth, is_right, made_at) values (${c.id}, ${work!}, 1, '{}', true, ${w.clock.now()})`.execute(w.db) // prettier-ignore
    const pick = (p: Person) =>
      pickSource(w.db, { campaign_id: c.id, account_id: p.account_id, version: 1, excluded: [], most_uses: 9, want_right: true, salt: 1 }) // prettier-ignore
    const third = async () => {
      await sql`update account set roles = '{}' where 'qa' = any(roles) and id <> ${qa.account_id}`.execute(w.db)
      return [...(await thirdAvailable(w.db, c.id, [work!]))]
    }
    expect([await pick(people[1]!), await pick(people[2]!), ...(await third())]).toEqual([work, work, work])
    await makeCluster(w, [people[0]!, people[1]!, qa])
    expect([await pick(people[1]!), await pick(people[2]!), ...(await third())]).toEqual([undefined, work])
  })

  test('a cluster found later gives back the second place, and its holder reads what anybody reads', async () => {
    const [work] = await write(people[0]!)
    for (const i of [1, 2, 3]) expect(await offered(people[i]!)).toEqual([work])
    await together(1, 2)
    await w.jobs(['keep_apart'])
    const leases = await w.db.selectFrom('lease').select(['account_id', 'state']).where('target_id', '=', work!).orderBy('account_id').execute() // prettier-ignore
    expect(leases.map((l) => l.state)).toEqual([1, 3, 1])
    const votes = { fact: { approve: true } }
    const refused = people[2]!.client.reviews.record({ params: path(), body: { reviews: [{ submission_id: work!, votes }] } }) // prettier-ignore
    await expect(refused).rejects.toMatchObject({ code: 'lease_over' })
    expect(await offered(people[4]!), 'the place is free').toEqual([work])
  })

  test('two members who claim one panel at one moment are never both seated', async () => {
    await together(1, 2, 3, 4, 5, 6)
    const run = async () => {
      for (let round = 0; round < 6; round++) {
        await write(people[0]!)
        await Promise.all(
          [1, 2, 3, 4, 5, 6]
            .flatMap((i) => [people[i]!, people[i]!])
            .map((p) => p.client.assignments.claim_reviews({ params: path(), body: { count: 10 } })),
        )
      }
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from (
        select l.target_id from lease l join cluster_member m on m.account_id = l.account_id where l.campaign_id = ${c.id} and l.lane = 2 and l.state = 1 group by 1, m.cluster_id having count(*) > 1) twice`.execute(w.db) // prettier-ignore
      return rows[0]!.n
    }
    expect(await run()).toBe(0)
  })

  test('planted fault: looked at only before the lock, two who come at once are both seated', async () => {
    await cut(AGAIN)
    // The time between a claim's look and its lock, made longer: another commits in it.
    await sql`create or replace function sits_with(c bigint, target bigint, who bigint, mine bigint, excluded bigint[]) returns boolean language plpgsql stable as $$
      declare seen boolean := exists (select from lease o where o.campaign_id = c and o.target_id = target and o.account_id <> who and (select m.cluster_id from cluster_member m where m.account_id = o.account_id) = mine);
      begin perform pg_sleep(0.06 * random()); return seen; end $$`.execute(w.db)
    await together(1, 2, 3, 4, 5, 6)
    let both = 0
    for (let round = 0; round < 6 && both === 0; round++) {
      await write(people[0]!)
      await Promise.all(
        [1, 2, 3, 4, 5, 6].map((i) => people[i]!.client.assignments.claim_reviews({ params: path(), body: {} })),
      )
      both = (await sql<{ n: number }>`select count(*)::int as n from (
        select l.target_id from lease l join cluster_member m on m.account_id = l.account_id where l.campaign_id = ${c.id} and l.lane = 2 and l.state = 1 group by 1, m.cluster_id having count(*) > 1) twice`.execute(w.db)).rows[0]!.n // prettier-ignore
    }
    expect(both).toBeGreaterThan(0)
    await sql.raw(sitsWith).execute(w.db)
  })
})
let sitsWith = ''
beforeAll(async () => {
  sitsWith = (await sql<{ def: string }>`select pg_get_functiondef('sits_with'::regproc) as def`.execute(w.db)).rows[0]!.def // prettier-ignore
})

describe('no two who judge each other within a week', () => {
  test('whoever judged my work is nobody whose work I am given, until a week has passed', async () => {
    const [a] = await write(people[0]!)
    expect(await offered(people[1]!)).toEqual([a])
    const [b] = await write(people[1]!)
    expect(await offered(people[0]!)).toEqual([])
    expect(await offered(people[2]!).then((x) => x.toSorted())).toEqual([a, b].toSorted())
    // The same direction stays open: one may judge another's work again and again.
    const [next] = await write(people[0]!)
    await people[1]!.client.reviews.record({ params: path(), body: { reviews: [{ submission_id: a!, votes: { fact: { approve: true } } }] } }) // prettier-ignore
    expect(await offered(people[1]!)).toEqual([next])
    // A week from when the verdict may have come at the latest: half an hour, four times renewed, after it was given out.
    w.clock.advance(7 * 86_400_000 + 7_100_000)
    await w.jobs(['sweep_leases', 'keep_apart'])
    expect(await offered(people[0]!)).toEqual([])
    w.clock.advance(86_400_000)
    await w.jobs(['sweep_leases', 'keep_apart'])
    expect(await offered(people[0]!)).toEqual([b])
  })

  test('planted fault: without the note, they are', async () => {
    await write(people[0]!)
    await withoutIn(w, 'note_judge', /\n\s+where j\.by_low = excluded\.by_low[^\n]*;/, ';')
    await withoutIn(w, 'probe_work', /l = 1 or not judged_by\([^)]*\)/, 'true')
    expect(await offered(people[1]!)).toHaveLength(1)
    await write(people[1]!)
    expect(await offered(people[0]!)).toHaveLength(1)
  })

  test('two who are given each other’s work at one moment: one of them at most', async () => {
    for (let round = 0; round < 6; round++) {
      const [a, b] = [await w.person(`x${n++}`), await w.person(`y${n++}`)]
      const pair = await makeCampaign(w, { contributors: [a, b], reviewers: [a, b], items: [{ topic: '1' }, { topic: '2' }] }) // prettier-ignore
      await w.jobs(['queue_items'])
      for (const p of [a, b]) {
        const { items } = await p.client.assignments.claim_items({ params: { campaign_id: pair.id }, body: { count: 1 } }) // prettier-ignore
        await p.client.submissions.submit({ params: { campaign_id: pair.id }, body: { submissions: items.map((i) => ({ item_id: i.item_id, answer: { fact: `of ${p.account_id}` } })) } } as never) // prettier-ignore
      }
      const got = await Promise.all([a, b].map((p) => p.client.assignments.claim_reviews({ params: { campaign_id: pair.id }, body: {} }))) // prettier-ignore
      expect(got.filter((g) => g.items.length > 0).length).toBeLessThanOrEqual(1)
    }
  })
})

import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, SETTINGS } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { auditInstallation, auditText } from '../ledger/audit.ts'
import type { Form } from '../templates/contract.ts'
import { decideItems } from './decide.ts'

const FORM: Form = {
  schema: {
    type: 'object',
    required: ['kind'],
    properties: { kind: { type: 'string', enum: ['cat', 'dog', 'none'] }, note: { type: 'string', maxLength: 200 } },
  },
  ui: {
    order: ['kind', 'note'],
    questions: { kind: { widget: 'choice', title: 'What is it?' }, note: { widget: 'long_text', title: 'A note' } },
  },
}
let w: World
let people: Person[]
beforeAll(async () => {
  w = await createWorld({ seed: 3 })
  people = await Promise.all(Array.from({ length: 8 }, (_, i) => w.person(`p${i}`)))
})
afterAll(() => w.close())

type Campaign = Awaited<ReturnType<typeof makeCampaign>>
const campaign = (items = 1, redundancy = { min: 3, max: 5 }, more: object = {}) =>
  makeCampaign(w, {
    contributors: people,
    items: Array.from({ length: items }, (_, i) => ({ image: `${i}.jpg` })),
    mode: 'redundancy',
    form: FORM,
    settings: { redundancy, batch_size: 1, ...more },
  })
const take = async (c: Campaign, p: Person) =>
  (await p.client.assignments.claim_items({ params: { campaign_id: c.id }, body: {} })).items[0]?.item_id
const hand = (c: Campaign, p: Person, item_id: string, kind: string) =>
  p.client.submissions.submit({ params: { campaign_id: c.id }, body: { submissions: [{ item_id, answer: { kind } }] } })
const answer = async (c: Campaign, p: Person, kind: string): Promise<boolean> => {
  const item = await take(c, p)
  if (item) await hand(c, p, item, kind)
  return item !== undefined
}
const decide = () => w.jobs(['sweep_leases', 'queue_items', 'decide_items', 'decide_left_over_items'])
const itemsOf = (c: Campaign) =>
  w.db.selectFrom('item').select(['id', 'state', 'answer']).where('campaign_id', '=', c.id).orderBy('id').execute()
const statuses = async (c: Campaign) =>
  (await w.db.selectFrom('submission').select('status').where('campaign_id', '=', c.id).orderBy('id').execute()).map(
    (s) => s.status,
  )
const paid = async (c: Campaign) =>
  (
    await w.db
      .selectFrom('transfer')
      .select(['credit', 'amount_minor'])
      .where('campaign_id', '=', c.id)
      .where('kind', '=', 'reward')
      .execute()
  ).length

describe('redundancy', () => {
  test('three answers, two agree: the item has its answer, who agrees is paid, who does not learns why', async () => {
    const c = await campaign()
    for (const [i, kind] of ['cat', 'dog', 'cat'].entries()) {
      await decide()
      expect(await answer(c, people[i]!, kind)).toBe(true)
    }
    expect(await answer(c, people[3]!, 'cat'), 'three are enough').toBe(false)
    await decide()
    expect(await itemsOf(c)).toMatchObject([{ state: 'done', answer: { kind: 'cat' } }])
    expect(await statuses(c)).toEqual(['accepted', 'rejected_final', 'accepted'])
    expect(await paid(c)).toBe(2)
    const [mine] = (await people[1]!.client.submissions.mine({ query: { campaign_id: c.id } })).items
    const status = await people[1]!.client.reviews.status({
      params: { campaign_id: c.id, submission_id: mine!.submission_id },
    })
    expect(status).toMatchObject({
      status: 'rejected_final',
      stage: 'final',
      questions: [{ key: 'kind', accepted: false, reasons: [] }],
      rewards: [],
      may_appeal_until: null,
    })
    const events = await w.db
      .selectFrom('event')
      .select(['kind', 'body'])
      .where('campaign_id', '=', c.id)
      .where('kind', 'in', ['decided', 'item_decided'])
      .orderBy('id')
      .execute()
    expect(events.map((e) => e.kind)).toEqual(['decided', 'decided', 'decided', 'item_decided'])
    expect(events[3]!.body).toMatchObject({
      outcome: 'done',
      answers: 3,
      answer_commitment: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(JSON.stringify(events), 'the log says nothing about content').not.toMatch(/cat|dog/)
    expect(await w.db.selectFrom('queue').select('target_id').where('campaign_id', '=', c.id).execute()).toEqual([])
  })

  test('a tie asks one more person, up to the most; then it is unresolved and everybody is paid', async () => {
    const c = await campaign(2)
    const [one, two] = (await itemsOf(c)).map((i) => i.id)
    const direct = async (item: string, p: Person, kind: string) => {
      await w.db.transaction().execute(async (db) => {
        await sql`select take_lease(${c.id}::bigint, 1::smallint, ${p.account_id}::bigint, ${item}::bigint, 1, ${w.clock.now()}, ${new Date(w.clock.now().getTime() + 60_000)}, null)`.execute(
          db,
        )
        await sql`update queue set cover = cover + 1 where campaign_id = ${c.id} and target_id = ${item}`.execute(db)
      })
      await hand(c, p, item, kind)
    }
    for (const [i, kind] of ['cat', 'dog', 'none'].entries())
      for (const item of [one!, two!]) await direct(item, people[i]!, kind)
    await decide()
    expect(
      await w.db.selectFrom('queue').select(['cover', 'needed']).where('campaign_id', '=', c.id).execute(),
    ).toEqual([
      { cover: 3, needed: 4 },
      { cover: 3, needed: 4 },
    ])
    await decide()
    expect(
      await w.db.selectFrom('queue').select(['needed']).where('campaign_id', '=', c.id).execute(),
      'asked once',
    ).toEqual([{ needed: 4 }, { needed: 4 }])
    await direct(one!, people[3]!, 'dog')
    await direct(two!, people[3]!, 'cat')
    await decide()
    expect(await itemsOf(c)).toMatchObject([
      { state: 'done', answer: { kind: 'dog' } },
      { state: 'done', answer: { kind: 'cat' } },
    ])

    const tied = await campaign(1, { min: 2, max: 3 })
    for (const [i, kind] of ['cat', 'dog', 'none'].entries()) {
      expect(await answer(tied, people[i]!, kind)).toBe(true)
      await decide()
    }
    expect(await itemsOf(tied)).toMatchObject([{ state: 'unresolved', answer: null }])
    expect(await statuses(tied)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(await paid(tied)).toBe(3)
  })

  test('a broken item counts against nobody, also for work handed in after it broke', async () => {
    const c = await campaign()
    await answer(c, people[0]!, 'cat')
    const item = (await take(c, people[1]!))!
    await w.db.updateTable('item').set({ state: 'broken' }).where('campaign_id', '=', c.id).execute()
    await w.db
      .insertInto('event')
      .values({
        campaign_id: c.id,
        id: w.parts.newId(),
        kind: 'item_broken',
        subject_id: item,
        at: w.clock.now(),
        body: '{}',
      })
      .execute()
    await decide()
    expect(await statuses(c)).toEqual(['accepted'])
    await hand(c, people[1]!, item, 'dog')
    await decide()
    expect(await statuses(c)).toEqual(['accepted', 'accepted'])
    expect(await paid(c)).toBe(2)
    expect(await itemsOf(c)).toMatchObject([{ state: 'broken', answer: null }])
  })

  test('an ending campaign waits for who holds an item, then decides with what there is and pays', async () => {
    const c = await campaign(2)
    await answer(c, people[0]!, 'cat')
    await answer(c, people[0]!, 'dog')
    const held = await take(c, people[1]!)
    await w.db.updateTable('campaign').set({ status: 'closing', closes_as: 'closed' }).where('id', '=', c.id).execute()
    await decide()
    expect((await statuses(c)).sort()).toEqual(['accepted', 'answered'])
    w.clock.advance(3_600_000)
    await decide()
    expect(await statuses(c)).toEqual(['accepted', 'accepted'])
    expect((await itemsOf(c)).map((i) => i.state)).toEqual(['unresolved', 'unresolved'])
    expect(held).toBeDefined()
  })

  test('an erased answer is not heard: somebody else is asked, and nobody is paid for it', async () => {
    const c = await campaign(1, { min: 2, max: 3 })
    await answer(c, people[0]!, 'cat')
    await answer(c, people[1]!, 'cat')
    await sql`delete from submission_answer where campaign_id = ${c.id} and submission_id = (select min(id) from submission where campaign_id = ${c.id})`.execute(
      w.db,
    )
    await decide()
    expect(await statuses(c)).toEqual(['answered', 'answered'])
    expect(await answer(c, people[2]!, 'cat')).toBe(true)
    await decide()
    expect(await statuses(c)).toEqual(['rejected_final', 'accepted', 'accepted'])
    expect(await paid(c)).toBe(2)
  })

  test('many people and several deciders at once: each item decided once, each answer paid or not, the books right', async () => {
    const c = await campaign(30, { min: 2, max: 3 })
    const kinds = ['cat', 'dog', 'none']
    const worker = async (p: Person, n: number) => {
      for (let i = 0; i < 40; i++) if (!(await answer(c, p, kinds[n % 3]!))) await new Promise((r) => setTimeout(r, 5))
    }
    let busy = true
    const deciders = Array.from({ length: 2 }, async () => {
      while (busy)
        await decideItems(
          w.ctx(),
          (await itemsOf(c)).map((i) => ({ campaign_id: c.id, item_id: i.id })),
        )
    })
    await Promise.all(people.map(worker))
    busy = false
    await Promise.all(deciders)
    for (let round = 0; round < 5; round++) {
      await decide()
      await Promise.all(
        people.map(async (p, n) => {
          while (await answer(c, p, kinds[n % 3]!));
        }),
      )
    }
    await decide()
    const items = await itemsOf(c)
    expect(items.filter((i) => i.state === 'open')).toEqual([])
    expect(new Set(items.map((i) => i.state))).toEqual(new Set(['done', 'unresolved']))
    expect((await statuses(c)).filter((s) => s === 'answered')).toEqual([])
    const { n } = await w.db
      .selectFrom('decision')
      .select((eb) => eb.fn.countAll<string>().as('n'))
      .where('campaign_id', '=', c.id)
      .executeTakeFirstOrThrow()
    expect(Number(n)).toBe((await statuses(c)).length)
  })
})

test('after all this the books are right', async () => {
  expect(auditText(await auditInstallation({ db: w.db }))).toMatch(/^The books are right/)
  expect(SETTINGS.prices).toHaveLength(1)
})

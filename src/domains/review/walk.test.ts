import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiError } from '../../client.ts'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'

let w: World
let author: Person
let reviewers: Person[]
let operator: Person
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )

beforeAll(async () => {
  // One connection: a write that asks the pool for a second one while it holds its own would wait for ever.
  w = await createWorld({ poolSize: 1 })
  operator = await w.person('operator', { roles: ['operator'] })
  author = await w.person('ann')
  reviewers = await Promise.all(['rita', 'ravi', 'rosa', 'remy', 'rolf', 'ruth', 'rene'].map((h) => w.person(h)))
})
afterAll(() => w.close())

const approve = { fact: { approve: true } }
const disapprove = { fact: { approve: false, reason: 'wrong' as const, comment: 'The year is off.' } }

test('one submission, three reviews, one decision, four payments', async () => {
  const c = await makeCampaign(w, { contributors: [author], reviewers, items: [{ topic: 'rivers' }] })
  const { items, state } = await author.client.assignments.claim_items({ params: { campaign_id: c.id }, body: {} })
  expect(state).toBe('work')
  expect(items).toMatchObject([{ data: { topic: 'rivers' }, version: 1 }])
  const item_id = items[0]!.item_id
  expect(
    await refusal(
      author.client.submissions.submit({
        params: { campaign_id: c.id },
        body: { submissions: [{ item_id, answer: { fact: '' } }] },
      }),
    ),
  ).toBe('answer_invalid')
  const hand = {
    params: { campaign_id: c.id },
    body: { submissions: [{ item_id, answer: { fact: 'The Nile flows north.' } }] },
  }
  const first = await author.client.submissions.submit(hand)
  expect(await author.client.submissions.submit(hand), 'a retried request answers the same again').toEqual(first)
  expect(
    await refusal(
      author.client.submissions.submit({ ...hand, body: { submissions: [{ item_id, answer: { fact: 'Other.' } }] } }),
    ),
  ).toBe('already_submitted')
  const submission_id = first.items[0]!.submission_id

  const review = { params: { campaign_id: c.id }, body: { reviews: [{ submission_id, votes: approve }] } }
  expect(await refusal(author.client.reviews.record(review))).toBe('own_submission')
  expect(await refusal(reviewers[0]!.client.reviews.record(review))).toBe('lease_not_found')
  for (const [i, votes] of [approve, disapprove, approve].entries()) {
    const me = reviewers[i]!
    const work = await me.client.assignments.claim_reviews({ params: { campaign_id: c.id }, body: {} })
    expect(work.items).toHaveLength(1)
    expect(Object.keys(work.items[0]!).sort()).toEqual([
      'answer',
      'data',
      'expires_at',
      'leased_at',
      'submission_id',
      'version',
    ])
    const mine = { params: { campaign_id: c.id }, body: { reviews: [{ submission_id, votes }] } }
    const recorded = await me.client.reviews.record(mine)
    expect(await me.client.reviews.record(mine)).toEqual(recorded)
  }
  expect(await refusal(reviewers[3]!.client.reviews.record(review))).toBe('lease_not_found')
  const status = await author.client.reviews.status({ params: { campaign_id: c.id, submission_id } })
  expect(status).toMatchObject({
    status: 'accepted',
    stage: 'final',
    rewards: [{ currency: 'POINT', amount_minor: '20' }],
    questions: [{ key: 'fact', accepted: true, reasons: [] }],
  })
  expect((await author.client.earnings.balances()).items).toMatchObject([{ currency: 'POINT', frozen_minor: '20' }])
  for (const r of reviewers.slice(0, 3))
    expect((await r.client.earnings.balances()).items).toMatchObject([{ frozen_minor: '5' }])
  const left = await w.db.selectFrom('queue').selectAll().execute()
  expect(left, 'a settled item leaves the queue').toEqual([])
  const kinds = (
    await w.db.selectFrom('event').select('kind').where('campaign_id', '=', c.id).orderBy('id').execute()
  ).map((e) => e.kind)
  expect(kinds.filter((k) => k !== 'leases_directed')).toEqual([
    'submitted',
    'reviewed',
    'reviewed',
    'reviewed',
    'decided',
    'rewarded',
  ])
})

test('a rejection can be revised once, appealed once, and else gives its item back', async () => {
  const c = await makeCampaign(w, {
    contributors: [author],
    reviewers,
    items: [{ topic: 'a' }, { topic: 'b' }, { topic: 'c' }],
    settings: { batch_size: 3, revision_seconds: 3600 },
  })
  const held = await author.client.assignments.claim_items({ params: { campaign_id: c.id }, body: {} })
  expect(held.items).toHaveLength(3)
  const { items } = await author.client.submissions.submit({
    params: { campaign_id: c.id },
    body: { submissions: held.items.map((i) => ({ item_id: i.item_id, answer: { fact: 'No.' } })) },
  })
  const judge = async (votes: typeof approve | typeof disapprove, people: Person[]) => {
    for (const me of people) {
      const work = await me.client.assignments.claim_reviews({ params: { campaign_id: c.id }, body: {} })
      await me.client.reviews.record({
        params: { campaign_id: c.id },
        body: { reviews: work.items.map((i) => ({ submission_id: i.submission_id, votes })) },
      })
    }
  }
  await judge(disapprove, reviewers.slice(0, 3))
  const at = (n: number) => ({ params: { campaign_id: c.id, submission_id: items[n]!.submission_id } })
  expect(await author.client.reviews.status(at(0))).toMatchObject({
    status: 'rejected',
    stage: 'revision_open',
    questions: [{ accepted: false, reasons: [{ reason: 'wrong' }, {}, {}] }],
  })

  expect(await refusal(author.client.reviews.revise({ ...at(0), body: { answer: { fact: 'No.' } } }))).toBe(
    'answer_unchanged',
  )
  const revision = await author.client.reviews.revise({ ...at(0), body: { answer: { fact: 'Yes, since 1901.' } } })
  expect(await refusal(author.client.reviews.revise({ ...at(0), body: { answer: { fact: 'Again.' } } }))).toBe(
    'not_revisable',
  )
  await author.client.reviews.appeal({ ...at(1), body: { reason: 'The source is linked.' } })
  expect(await refusal(author.client.reviews.appeal({ ...at(1), body: { reason: 'Again.' } }))).toBe('already_appealed')
  // After half a day an expert may answer it too, whatever time the campaign gives to first decisions.
  expect(await author.client.reviews.status(at(1))).toMatchObject({
    stage: 'in_appeal',
    expected_by: new Date(w.clock.now().getTime() + 12 * 3600_000).toISOString(),
  })
  // Fresh eyes only: those who judged the first round are offered the revision but not the appeal.
  const again = await reviewers[0]!.client.assignments.claim_reviews({ params: { campaign_id: c.id }, body: {} })
  expect(again.items.map((i) => i.submission_id)).toEqual([revision.submission_id])
  await judge(approve, [reviewers[0]!, ...reviewers.slice(3, 6)])
  expect(await author.client.reviews.status(at(1))).toMatchObject({ status: 'accepted', appeal: { upheld: true } })
  expect(
    (await author.client.reviews.status({ params: { campaign_id: c.id, submission_id: revision.submission_id } }))
      .status,
  ).toBe('accepted')

  w.clock.advance(3601_000)
  expect(await refusal(author.client.reviews.appeal({ ...at(2), body: { reason: 'Late.' } }))).toBe('appeal_over')
  await w.jobs()
  expect(await author.client.reviews.status(at(2))).toMatchObject({ status: 'rejected_final', stage: 'final' })
  const other = await w.person('otto')
  await c.join(other, 'contributor')
  expect(
    (await other.client.assignments.claim_items({ params: { campaign_id: c.id }, body: {} })).items.map(
      (i) => i.item_id,
    ),
  ).toEqual([held.items[2]!.item_id])
  expect((await author.client.assignments.claim_items({ params: { campaign_id: c.id }, body: {} })).state).toBe('none')
})

test("directed leases keep the queue's rules", async () => {
  const c = await makeCampaign(w, { contributors: [author], reviewers, items: [{ topic: 'x' }] })
  const item = (await w.db.selectFrom('item').select('id').where('campaign_id', '=', c.id).executeTakeFirstOrThrow()).id
  const direct = (lane: 'contribute' | 'review', target_id: string, people: Person[]) =>
    operator.client.assignments.direct({
      params: { campaign_id: c.id },
      body: { lane, reason: 'replay', leases: people.map((p) => ({ account_id: p.account_id, target_id })) },
    })
  expect((await direct('contribute', item, [author, reviewers[0]!])).items.map((i) => i.outcome)).toEqual([
    'leased',
    'no_place',
  ])
  const { items } = await author.client.submissions.submit({
    params: { campaign_id: c.id },
    body: { submissions: [{ item_id: item, answer: { fact: 'A fact.' } }] },
  })
  const target = items[0]!.submission_id
  expect((await direct('review', target, [author, ...reviewers.slice(0, 4)])).items.map((i) => i.outcome)).toEqual([
    'own_work',
    'leased',
    'leased',
    'leased',
    'no_place',
  ])
  expect((await direct('review', target, [reviewers[0]!])).items[0]!.outcome).toBe('held_already')
})

test('late work counts while a place is free', async () => {
  const c = await makeCampaign(w, {
    contributors: [author, reviewers[0]!],
    reviewers: [],
    items: [{ topic: 'late' }],
    settings: { lease_seconds: 60 },
  })
  const { items } = await author.client.assignments.claim_items({ params: { campaign_id: c.id }, body: {} })
  w.clock.advance(61_000)
  await w.jobs(['sweep_leases'])
  const hand = (p: Person) =>
    p.client.submissions.submit({
      params: { campaign_id: c.id },
      body: { submissions: [{ item_id: items[0]!.item_id, answer: { fact: 'Late but good.' } }] },
    })
  const taken = await reviewers[0]!.client.assignments.claim_items({ params: { campaign_id: c.id }, body: {} })
  expect(taken.items).toHaveLength(1)
  expect(await refusal(hand(author)), 'the place is taken').toBe('lease_over')
  await reviewers[0]!.client.assignments.give_back({
    params: { campaign_id: c.id, target_id: items[0]!.item_id },
    body: {},
  })
  expect(await refusal(hand(author)), 'the place is free again').toBe('accepted')
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { draft, openCampaign } from '../../../test/draft.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'

let w: World
let operator: Person
let requester: Person
let ann: Person
let rev: Person
let stranger: Person
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )

beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('operator', { roles: ['operator'] })
  requester = await w.person('rosa')
  ann = await w.person('ann')
  rev = await w.person('rev')
  stranger = await w.person('sam')
})
afterAll(() => w.close())

const BOTH = { reviews: { min: 1, max: 1 }, batch_size: 1, may_do_both: true }
async function withPeople(more: Parameters<typeof openCampaign>[3] = {}): Promise<{ campaign_id: string }> {
  const params = {
    campaign_id: await openCampaign(w, requester, operator, { ...more, settings: { ...BOTH, ...more.settings } }),
  }
  for (const p of [ann, rev]) await p.client.exams.join({ params, body: { consent_version: 1 } })
  return params
}

test('who holds or held an item may ask about it; the requester answers, the person reads it', async () => {
  const params = await withPeople({ csv: 'id,text\nx,one\ny,two\n', quota: 2 })
  const held = (await ann.client.assignments.claim_items({ params, body: {} })).items[0]!
  const ask = (p: Person, target_id: string, kind: 'broken' | 'question' = 'question') =>
    p.client.campaigns.flag({ params, body: { target_id, kind, message: 'Which one is meant?' } })
  expect(await refusal(ask(stranger, held.item_id))).toBe('item_not_held')
  expect(await refusal(ask(ann, '12345'))).toBe('item_not_held')
  const { flag_id } = await ask(ann, held.item_id)
  expect(await refusal(ask(ann, held.item_id))).toBe('already_flagged')
  await ann.client.submissions.submit({
    params,
    body: { submissions: [{ item_id: held.item_id, answer: { fact: 'I tried.' } }] },
  })
  // A reviewer names the submission; it is the same item.
  const review = (await rev.client.assignments.claim_reviews({ params, body: {} })).items[0]!
  await ask(rev, review.submission_id)

  expect(await refusal(ann.client.campaigns.flags({ params }))).toBe('not_allowed')
  const open = (await requester.client.campaigns.flags({ params, query: { open: true } })).items
  expect(open).toMatchObject([
    { flag_id, item_id: held.item_id, data: held.data, item_state: 'open', resolution: null },
    { item_id: held.item_id },
  ])
  expect(JSON.stringify(open), 'and not who asked').not.toContain(ann.account_id)
  const resolve = (id: string, body: { resolution: 'broken' | 'fine' | 'answered'; reply?: string }) =>
    requester.client.campaigns.resolve_flag({ params: { ...params, flag_id: id }, body })
  expect(await refusal(resolve('99', { resolution: 'fine' }))).toBe('flag_not_found')
  expect(await refusal(resolve(flag_id, { resolution: 'answered', reply: ' ' }))).toBe('reply_needed')
  expect(await resolve(flag_id, { resolution: 'answered', reply: 'The first.' })).toMatchObject({
    resolution: 'answered',
    reply: 'The first.',
  })
  expect(await refusal(resolve(flag_id, { resolution: 'fine' }))).toBe('flag_resolved')
  expect((await ann.client.campaigns.my_flags()).items).toMatchObject([
    { flag_id, reply: 'The first.', resolution: 'answered' },
  ])
  expect(
    (await requester.client.campaigns.flags({ params, query: { open: true } })).items,
    'the other question stays',
  ).toHaveLength(1)
})

test('a broken item leaves the work at once, with every flag that said so', async () => {
  const params = await withPeople({ csv: 'id,text\nx,one\n', quota: 1, settings: { redundancy: { min: 1, max: 1 } } })
  const held = (await ann.client.assignments.claim_items({ params, body: {} })).items[0]!
  await ann.client.assignments.give_back({ params: { ...params, target_id: held.item_id }, body: {} })
  const { flag_id } = await ann.client.campaigns.flag({
    params,
    body: { target_id: held.item_id, kind: 'broken', message: 'The text is cut off.' },
  })
  const again = (await rev.client.assignments.claim_items({ params, body: {} })).items[0]!
  await rev.client.campaigns.flag({ params, body: { target_id: again.item_id, kind: 'broken', message: 'Cut off.' } })
  await rev.client.assignments.give_back({ params: { ...params, target_id: again.item_id }, body: {} })
  await requester.client.campaigns.resolve_flag({ params: { ...params, flag_id }, body: { resolution: 'broken' } })
  expect((await requester.client.campaigns.flags({ params, query: { open: true } })).items).toEqual([])
  await w.jobs(['queue_items'])
  expect((await stranger.client.exams.join({ params, body: { consent_version: 1 } })).joined).toBe(true)
  expect(
    (await stranger.client.assignments.claim_items({ params, body: {} })).items,
    'nobody gets it any more',
  ).toEqual([])
  expect(await requester.client.campaigns.progress({ params })).toMatchObject({
    items: { broken: 1, open: 0 },
    open_flags: 0,
  })
  await w.jobs()
  await w.jobs()
  expect(await requester.client.campaigns.manage({ params }), 'its money comes back').toMatchObject({
    status: 'closed',
    budget: [{ spent_minor: '0', left_minor: '0' }],
  })
})

test('a rejection on an item that was broken never counts against the person', async () => {
  const cleo = await w.person('cleo')
  const params = await withPeople({
    csv: 'id,text\nx,one\ny,two\nz,three\n',
    quota: 3,
    settings: { revision_seconds: 0, attempts_per_item: 1, bonus_benchmark: { min_decided: 1, accepted_bps: 10_000 } },
  })
  await cleo.client.exams.join({ params, body: { consent_version: 1 } })
  const work = async (approve: boolean): Promise<string> => {
    const item = (await cleo.client.assignments.claim_items({ params, body: {} })).items[0]!
    await cleo.client.submissions.submit({
      params,
      body: { submissions: [{ item_id: item.item_id, answer: { fact: `About ${item.item_id}.` } }] },
    })
    const r = (await rev.client.assignments.claim_reviews({ params, body: {} })).items[0]!
    await rev.client.reviews.record({
      params,
      body: {
        reviews: [
          { submission_id: r.submission_id, votes: { fact: approve ? { approve } : { approve, reason: 'unclear' } } },
        ],
      },
    })
    return item.item_id
  }
  const earned = async () => (await cleo.client.earnings.balances()).items[0]?.frozen_minor ?? '0'
  const broken = await work(false)
  await w.jobs(['settle_rejections'])
  await work(true)
  expect(await earned(), 'no bonus, with a rejection among the few').toBe('20')
  const { flag_id } = await cleo.client.campaigns.flag({
    params,
    body: { target_id: broken, kind: 'broken', message: 'Cut off.' },
  })
  await requester.client.campaigns.resolve_flag({ params: { ...params, flag_id }, body: { resolution: 'broken' } })
  await work(true)
  expect(await earned(), 'the rejection is forgotten: 20 and 5 %').toBe('41')
})

test('anyone can report a campaign; the operator dismisses, or pauses so that only an operator resumes', async () => {
  const params = await withPeople()
  const drafted = await requester.client.campaigns.create({ body: draft() })
  const said = { reason: 'misleading' as const, message: 'It pays less than it says.' }
  expect(
    await refusal(w.stranger.campaigns.report({ params: { campaign_id: drafted.campaign_id }, body: said })),
    'a draft is not there',
  ).toBe('campaign_not_found')
  await w.stranger.campaigns.report({ params, body: said })
  await ann.client.campaigns.report({ params, body: { ...said, reason: 'spam' } })
  expect(await refusal(requester.client.campaigns.reports())).toBe('not_allowed')
  const [first, second] = (await operator.client.campaigns.reports({ query: { open: true } })).items
  expect(first).toMatchObject({
    campaign_id: params.campaign_id,
    reason: 'misleading',
    signed_in: false,
    resolution: null,
  })
  const decide = (report_id: string, resolution: 'dismissed' | 'paused') =>
    operator.client.campaigns.resolve_report({
      params: { ...params, report_id },
      body: { resolution, note: 'Looked at it.' },
    })
  expect(await decide(first!.report_id, 'dismissed')).toMatchObject({ resolution: 'dismissed', status: 'open' })
  expect(await refusal(decide(first!.report_id, 'paused'))).toBe('report_resolved')
  expect(await refusal(decide('5', 'paused'))).toBe('campaign_report_not_found')
  // A pause of the requester's own does not shield from the operator's.
  await requester.client.campaigns.pause({ params, body: {} })
  expect(await decide(second!.report_id, 'paused')).toMatchObject({ resolution: 'paused', status: 'paused' })
  expect(await refusal(requester.client.campaigns.resume({ params, body: {} }))).toBe('paused_by_operator')
  expect(await refusal(ann.client.assignments.claim_items({ params, body: {} }))).toBe('campaign_not_open')
  expect(await operator.client.campaigns.resume({ params, body: {} })).toMatchObject({ status: 'open' })
})

test('the public list: what a campaign pays, takes and needs, and my part in it', async () => {
  const params = await withPeople({
    title: 'Rivers of Ghana, 100 % checked',
    knowledge_area: 'hydrology',
    language: 'fr',
    difficulty: 'expert',
    quota: 4,
    settings: { bonus_benchmark: { min_decided: 50, accepted_bps: 10_000 } },
  })
  for (let i = 0; i < 3; i++) {
    const { items } = await ann.client.assignments.claim_items({ params, body: {} })
    w.clock.advance(60_000)
    await ann.client.submissions.submit({
      params,
      body: { submissions: [{ item_id: items[0]!.item_id, answer: { fact: `Fact ${i}.` } }] },
    })
    const r = (await rev.client.assignments.claim_reviews({ params, body: {} })).items[0]!
    await rev.client.reviews.record({
      params,
      body: { reviews: [{ submission_id: r.submission_id, votes: { fact: { approve: true } } }] },
    })
  }
  await w.jobs(['measure_campaigns'])
  const search = (query: object) => w.stranger.campaigns.list({ query: query as never })
  const [one] = (await search({ search: '100 % CHECKED' })).items
  expect(one).toMatchObject({
    ...params,
    contribute: [{ currency: 'POINT', amount_minor: '20' }],
    review: [{ amount_minor: '5' }],
    bonus_bps: 500,
    places_left: 1,
    my_roles: [],
    hourly: null,
  })
  expect((await search({ search: '%' })).items.map((c) => c.campaign_id)).toEqual([params.campaign_id])
  for (const filter of [{ language: 'fr' }, { difficulty: 'expert' }, { search: 'hydro' }])
    expect((await search(filter)).items.map((c) => c.campaign_id)).toEqual([params.campaign_id])
  expect((await search({ task_class: 'labelling' })).items).toEqual([])
  expect((await ann.client.campaigns.list({ query: { language: 'fr' } })).items[0]!.my_roles).toEqual([
    'contributor',
    'reviewer',
  ])
  const first = await search({ limit: 1 })
  const second = await search({ limit: 1, after: first.next })
  expect(BigInt(second.items[0]!.campaign_id) < BigInt(first.items[0]!.campaign_id)).toBe(true)
  expect(await refusal(search({ after: 'xyz' }))).toBe('invalid_request')
  expect(
    await refusal(w.stranger.campaigns.page({ params: { campaign_id: '9223372036854775808' } })),
    'an id that no number holds',
  ).toBe('invalid_request')

  expect(await requester.client.campaigns.progress({ params })).toMatchObject({
    accepted: 3,
    accepted_last_day: 3,
    items: { open: 1, done: 3 },
    submissions: { accepted: 3 },
    contributors: 2,
    reviewers: 2,
    budget: [{ spent_minor: String(3 * 25) }],
    cost_per_accepted: [{ currency: 'POINT', amount_minor: '25' }],
    expected_by: expect.any(String),
  })
  expect((await requester.client.campaigns.mine({ query: { limit: 1 } })).items).toMatchObject([
    { ...params, accepted: 3 },
  ])
  await requester.client.campaigns.pause({ params, body: {} })
  expect((await search({ language: 'fr' })).items, 'a paused campaign is not offered').toEqual([])
  expect((await w.stranger.campaigns.page({ params })).status, 'but its page stays').toBe('paused')
})

test('a page says what a newcomer needs, before they agree to anything', async () => {
  const params = await withPeople({
    consent: {
      terms: 'Be kind.',
      licence: 'CC-BY-4.0',
      adults_only: true,
      countries: null,
      personal_data: 'It asks where you live.',
    },
  }).catch(() => undefined)
  expect(params, 'people of this test are not adults').toBeUndefined()
  const campaign_id = (await w.stranger.campaigns.list()).items[0]!.campaign_id
  const page = await w.stranger.campaigns.page({ params: { campaign_id } })
  expect(page).toMatchObject({
    consent: { licence: 'CC-BY-4.0', adults_only: true, personal_data: 'It asks where you live.' },
    consent_version: 1,
    exam: null,
    requester: 'rosa',
    me: null,
    season: { name: 'Season 1' },
    questions: [
      { key: 'fact', title: 'One fact', required: true, widget: 'short_text' },
      { key: 'note', required: false },
    ],
  })
  expect(Object.keys(page)).not.toContain('settings')
})

test("keeping two people apart is an operator's right, in both directions", async () => {
  const pair = { account_id: ann.account_id, other_id: rev.account_id }
  expect(await refusal(ann.client.integrity.exclude({ body: { ...pair, reason: 'x' } }))).toBe('not_allowed')
  expect(
    await refusal(
      operator.client.integrity.exclude({
        body: { account_id: ann.account_id, other_id: ann.account_id, reason: 'x' },
      }),
    ),
  ).toBe('same_person')
  expect(await refusal(operator.client.integrity.exclude({ body: { ...pair, other_id: '77', reason: 'x' } }))).toBe(
    'account_unknown',
  )
  await operator.client.integrity.exclude({ body: { ...pair, reason: 'They are siblings.' } })
  await operator.client.integrity.exclude({ body: { ...pair, reason: 'Again.' } })
  const first = await operator.client.integrity.exclusions({ query: { limit: 1 } })
  const second = await operator.client.integrity.exclusions({ query: { limit: 1, after: first.next! } })
  expect([...first.items, ...second.items].map((e) => e.reason)).toEqual(['They are siblings.', 'They are siblings.'])
  expect(second.next).toBeNull()
  const params = await withPeople({ quota: 1 })
  const { items } = await ann.client.assignments.claim_items({ params, body: {} })
  await ann.client.submissions.submit({
    params,
    body: { submissions: [{ item_id: items[0]!.item_id, answer: { fact: 'Mine.' } }] },
  })
  expect((await rev.client.assignments.claim_reviews({ params, body: {} })).items, 'kept off her work').toEqual([])
  expect(
    await operator.client.integrity.allow({ params: { account_id: rev.account_id, other_id: ann.account_id } }),
  ).toEqual({ lifted: true })
  expect(await operator.client.integrity.allow({ params: pair })).toEqual({ lifted: false })
  expect((await rev.client.assignments.claim_reviews({ params, body: {} })).items).toHaveLength(1)
})

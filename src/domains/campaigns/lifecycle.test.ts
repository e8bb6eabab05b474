import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { draft, openCampaign, topUp } from '../../../test/draft.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'

let w: World
let operator: Person
let requester: Person
let stranger: Person
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const itemStates = async (campaign_id: string) => {
  const rows = await w.db
    .selectFrom('item')
    .select(['state', (eb) => eb.fn.countAll<string>().as('n')])
    .where('campaign_id', '=', campaign_id)
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map((r) => [r.state, Number(r.n)]))
}
const balance = async (account: string) => {
  const rows = await w.db.selectFrom('transfer').selectAll().execute()
  return rows.reduce(
    (sum, t) =>
      sum + (t.credit === account ? BigInt(t.amount_minor) : 0n) - (t.debit === account ? BigInt(t.amount_minor) : 0n),
    0n,
  )
}
const csv = (n: number, from = 0) =>
  `id,text\n${Array.from({ length: n }, (_, i) => `r${from + i},fact ${from + i}`).join('\n')}\n`

beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('operator', { roles: ['operator'] })
  requester = await w.person('rosa')
  stranger = await w.person('sam')
})
afterAll(() => w.close())

test('anyone signed in drafts a campaign; the first one waits for the operator, says why, and opens on approval', async () => {
  expect(await refusal(w.stranger.campaigns.create({ body: draft() }))).toBe('not_signed_in')
  const { campaign_id, status } = await requester.client.campaigns.create({ body: draft() })
  const params = { campaign_id }
  expect(status).toBe('draft')
  expect(await refusal(stranger.client.campaigns.manage({ params }))).toBe('not_allowed')
  expect(await refusal(stranger.client.campaigns.page({ params })), "a draft is nobody else's business").toBe(
    'campaign_not_found',
  )
  expect(await requester.client.campaigns.page({ params })).toMatchObject({
    status: 'draft',
    me: { roles: [{ role: 'requester', why: 'created' }] },
  })

  const worst = 10 * (21 + 3 * 2 * 5 * 5)
  expect(await requester.client.campaigns.manage({ params })).toMatchObject({
    needs_approval: true,
    budget: [{ currency: 'POINT', worst_case_minor: String(worst), missing_minor: String(worst), left_minor: '0' }],
  })
  expect(await refusal(requester.client.campaigns.open({ params, body: {} }))).toBe('budget_too_small')
  expect(
    await refusal(requester.client.campaigns.fund({ params, body: { currency: 'POINT', amount_minor: '1' } })),
  ).toBe('balance_too_small')
  await topUp(w, requester, worst + 7)
  expect(await refusal(requester.client.campaigns.fund({ params, body: { currency: 'USD', amount_minor: '1' } }))).toBe(
    'currency_unused',
  )
  await requester.client.campaigns.fund({ params, body: { currency: 'POINT', amount_minor: String(worst - 1) } })
  const short = await requester.client.campaigns.open({ params, body: {} }).catch((e: ApiError) => e)
  expect(short).toMatchObject({ code: 'budget_too_small', message: expect.stringContaining('needs 1 POINT') })
  expect(
    (await requester.client.campaigns.fund({ params, body: { currency: 'POINT', amount_minor: '1' } })).budget,
  ).toMatchObject([{ missing_minor: '0', left_minor: String(worst) }])

  expect(await requester.client.campaigns.open({ params, body: {} })).toMatchObject({ status: 'awaiting_approval' })
  expect(await refusal(requester.client.campaigns.edit({ params, body: draft() }))).toBe('not_a_draft')
  expect(await refusal(requester.client.campaigns.revise({ params, body: versionOf(draft()) }))).toBe(
    'approval_pending',
  )
  expect(await requester.client.campaigns.recall({ params, body: {} })).toMatchObject({ status: 'draft' })
  expect(await requester.client.campaigns.edit({ params, body: draft({ title: 'Rivers, better' }) })).toMatchObject({
    version: 2,
  })
  expect(await requester.client.campaigns.open({ params, body: {} })).toMatchObject({
    status: 'awaiting_approval',
    version: 2,
  })

  expect(await refusal(requester.client.campaigns.approvals())).toBe('not_allowed')
  expect((await operator.client.campaigns.approvals()).items).toMatchObject([
    {
      campaign_id,
      title: 'Rivers, better',
      first_campaign: true,
      requester: 'rosa',
      worst_case: [{ amount_minor: String(worst) }],
    },
  ])
  expect(
    await refusal(operator.client.campaigns.decide({ params, body: { approved: true, reason: 'Fine.', version: 1 } })),
  ).toBe('version_changed')
  expect(
    await operator.client.campaigns.decide({
      params,
      body: { approved: false, reason: 'Say which rivers.', version: 2 },
    }),
  ).toMatchObject({ status: 'draft' })
  expect(await requester.client.campaigns.manage({ params })).toMatchObject({
    last_approval: { approved: false, reason: 'Say which rivers.' },
  })
  expect(
    await refusal(operator.client.campaigns.decide({ params, body: { approved: true, reason: 'Fine.', version: 2 } })),
  ).toBe('not_awaiting_approval')
  await requester.client.campaigns.open({ params, body: {} })
  expect(
    await operator.client.campaigns.decide({ params, body: { approved: true, reason: 'Fine.', version: 2 } }),
  ).toMatchObject({ status: 'open' })
  await w.jobs(['open_items'])
  expect(await itemStates(campaign_id)).toEqual({ open: 10 })
  const kinds = (
    await w.db.selectFrom('event').select('kind').where('campaign_id', '=', campaign_id).orderBy('id').execute()
  ).map((e) => e.kind)
  expect(kinds).toEqual([
    'campaign_funded',
    'campaign_funded',
    'approval_asked',
    'approval_recalled',
    'approval_asked',
    'approval_decided',
    'approval_asked',
    'approval_decided',
    'campaign_opened',
    'campaign_versioned',
  ])
})

test('a later campaign of the same requester opens directly, a cancelled one gives everything back', async () => {
  const before = await balance(`requester:${requester.account_id}`)
  const { campaign_id } = await requester.client.campaigns.create({ body: draft({ quota: 2 }) })
  const params = { campaign_id }
  const worst = 2 * (21 + 150)
  await topUp(w, requester, worst)
  await requester.client.campaigns.fund({ params, body: { currency: 'POINT', amount_minor: String(worst) } })
  expect(await requester.client.campaigns.open({ params, body: {} })).toMatchObject({ status: 'open' })
  expect(await refusal(requester.client.campaigns.open({ params, body: {} }))).toBe('not_openable')
  await w.jobs()
  expect(await requester.client.campaigns.cancel({ params, body: {} })).toMatchObject({ status: 'closing' })
  expect(await refusal(requester.client.campaigns.cancel({ params, body: {} }))).toBe('campaign_over')
  await w.jobs()
  await w.jobs()
  expect(await requester.client.campaigns.manage({ params })).toMatchObject({
    status: 'cancelled',
    close_reason: 'cancelled',
    budget: [{ left_minor: '0', returned_minor: String(worst), spent_minor: '0' }],
  })
  expect(await balance(`requester:${requester.account_id}`)).toBe(before + BigInt(worst))
  expect(await itemStates(campaign_id)).toEqual({ waiting: 2 })
  for (const call of [
    requester.client.campaigns.pause,
    requester.client.campaigns.resume,
    requester.client.campaigns.open,
  ])
    expect(await refusal(call({ params, body: {} }))).toMatch(/^not_/)
  expect(
    await refusal(requester.client.campaigns.fund({ params, body: { currency: 'POINT', amount_minor: '1' } })),
  ).toBe('campaign_over')
  expect(await refusal(requester.client.campaigns.extend({ params, body: { quota: 5 } }))).toBe('campaign_over')
})

const versionOf = (d: ReturnType<typeof draft>) => ({
  instructions: d.instructions,
  form: d.form,
  settings: d.settings,
  consent: d.consent,
})

describe('opening', () => {
  test('what is missing is named, the first thing first', async () => {
    const { campaign_id } = await requester.client.campaigns.create({
      body: draft({
        open_collection: false,
        quota: 3,
        form: { ...draft().form, ui: { ...draft().form.ui, item: [{ field: 'text', title: 'Text', as: 'text' }] } },
      }),
    })
    const params = { campaign_id }
    const open = () => refusal(requester.client.campaigns.open({ params, body: {} }))
    const imported = (body: string, import_id: string) =>
      requester.client.campaigns.import_items({
        params,
        body: { import_id, part: 1, last: true, format: 'csv', text: body },
      })
    expect(await open()).toBe('too_few_items')
    await imported(csv(2), 'first')
    expect(await open()).toBe('too_few_items')
    expect(await refusal(imported('id,other\nx,1\n', 'second'))).toBe('items_invalid')
    await imported(csv(2, 5), 'third')
    await requester.client.exams.set({
      params,
      body: { draw_count: 1, pass_bps: 5000, reviewer_bps: 5000, cooldown_seconds: 0, time_limit_seconds: 600 },
    })
    expect(await open()).toBe('exam_too_small')
    await requester.client.exams.remove({ params })
    expect(await open()).toBe('budget_too_small')
    const shown = {
      ...draft().form,
      ui: { ...draft().form.ui, item: [{ field: 'image', title: 'Image', as: 'image' as const }] },
    }
    await requester.client.campaigns.edit({ params, body: draft({ open_collection: false, quota: 3, form: shown }) })
    expect(await open()).toBe('item_field_missing')
    expect(
      await refusal(requester.client.campaigns.edit({ params, body: draft({ open_collection: true, quota: 3 }) })),
    ).toBe('collection_has_items')
    expect(await requester.client.campaigns.clear_items({ params })).toEqual({ campaign_id, removed: 4 })
  })

  test('a draft that cannot work is refused with its fields', async () => {
    const bad = async (more: Parameters<typeof draft>[0]) => {
      const error = (await requester.client.campaigns
        .create({ body: draft(more) })
        .catch((e: unknown) => e)) as ApiError
      return [error.code, ...(error.fields ?? []).map((f) => f.field)]
    }
    expect(
      await bad({
        settings: { prices: [{ currency: 'NOPE', contribute_minor: '1', review_minor: '1', bonus_bps: 0 }] },
      }),
    ).toEqual(['settings_invalid', '/settings/prices/0/currency'])
    expect(await bad({ pilot_size: 11 })).toEqual(['settings_invalid', '/pilot_size'])
    expect(await bad({ deadline: w.clock.now().toISOString() })).toEqual(['deadline_passed'])
    expect(await bad({ form: { ...draft().form, schema: { $ref: '#' } } })).toContain('form_invalid')
    expect(await bad({ mode: 'redundancy' }), 'free text cannot be compared').toEqual([
      'form_invalid',
      '/form/schema/properties/fact',
    ])
    expect(
      await bad({
        form: { ...draft().form, ui: { ...draft().form.ui, item: [{ field: 'x', title: '', as: 'text' }] } },
      }),
    ).toEqual(['form_invalid', '/form/ui/item'])
    expect(
      (await requester.client.campaigns.estimate({ body: { settings: draft().settings, mode: 'review', quota: 10 } }))
        .worst_case,
    ).toEqual([{ currency: 'POINT', amount_minor: '1710' }])
  })

  test('without a running season nothing opens', async () => {
    const v = await createWorld({ at: '2026-03-01T00:00:00Z' })
    try {
      const boss = await v.person('boss', { roles: ['operator'] })
      const { campaign_id } = await boss.client.campaigns.create({ body: draft() })
      v.clock.advance(366 * 86_400_000)
      expect(await refusal(boss.client.campaigns.open({ params: { campaign_id }, body: {} }))).toBe('no_season')
    } finally {
      await v.close()
    }
  })
})

test('a pilot opens its own items, the budget asks for the rest when it opens fully', async () => {
  const { campaign_id } = await requester.client.campaigns.create({
    body: draft({ open_collection: false, quota: 8, pilot_size: 3 }),
  })
  const params = { campaign_id }
  await requester.client.campaigns.import_items({
    params,
    body: { import_id: 'a', part: 1, last: true, format: 'csv', text: csv(8) },
  })
  const each = 21 + 150
  await topUp(w, requester, 10 * each)
  await requester.client.campaigns.fund({ params, body: { currency: 'POINT', amount_minor: String(3 * each) } })
  expect(await requester.client.campaigns.open({ params, body: {} })).toMatchObject({ status: 'pilot' })
  await w.jobs(['open_items'])
  expect(await itemStates(campaign_id)).toEqual({ open: 3, waiting: 5 })
  const pilots = await w.db
    .selectFrom('item')
    .select('external_ref')
    .where('campaign_id', '=', campaign_id)
    .where('pilot', '=', true)
    .orderBy('id')
    .execute()
  expect(pilots.map((p) => p.external_ref)).toEqual(['r0', 'r1', 'r2'])
  expect(await requester.client.campaigns.pause({ params, body: {} })).toMatchObject({ status: 'paused' })
  expect(await requester.client.campaigns.resume({ params, body: {} })).toMatchObject({ status: 'pilot' })
  expect(await refusal(requester.client.campaigns.open({ params, body: {} }))).toBe('budget_too_small')
  await requester.client.campaigns.fund({ params, body: { currency: 'POINT', amount_minor: String(5 * each) } })
  expect(await requester.client.campaigns.open({ params, body: {} })).toMatchObject({ status: 'open' })
  await w.jobs(['open_items'])
  expect(await itemStates(campaign_id)).toEqual({ open: 8 })

  // Extending.
  expect(await refusal(requester.client.campaigns.extend({ params, body: { quota: 7 } }))).toBe('quota_not_higher')
  expect(await refusal(requester.client.campaigns.extend({ params, body: { quota: 10 } }))).toBe('too_few_items')
  await requester.client.campaigns.import_items({
    params,
    body: { import_id: 'b', part: 1, last: true, format: 'csv', text: csv(2, 8) },
  })
  expect(await itemStates(campaign_id)).toEqual({ open: 8, waiting: 2 })
  expect(
    await refusal(requester.client.campaigns.extend({ params, body: { quota: 10 } })),
    'the added worst case is asked for',
  ).toBe('budget_too_small')
  await requester.client.campaigns.fund({ params, body: { currency: 'POINT', amount_minor: String(2 * each) } })
  expect(
    await requester.client.campaigns.extend({ params, body: { quota: 10, deadline: '2026-02-01T00:00:00.000Z' } }),
  ).toMatchObject({ quota: 10 })
  await w.jobs(['open_items'])
  expect(await itemStates(campaign_id)).toEqual({ open: 10 })
  expect(
    await refusal(requester.client.campaigns.extend({ params, body: { deadline: '2020-01-01T00:00:00.000Z' } })),
  ).toBe('deadline_passed')
})

test('new prices never touch work that is leased; the budget covers the dearer', async () => {
  const ann = await w.person('ann')
  const rev = await w.person('rev')
  const campaign_id = await openCampaign(w, requester, operator, {
    quota: 2,
    settings: { reviews: { min: 1, max: 1 }, batch_size: 1, may_do_both: true },
  })
  const params = { campaign_id }
  for (const p of [ann, rev]) await p.client.exams.join({ params, body: { consent_version: 1 } })
  const held = (await ann.client.assignments.claim_items({ params, body: {} })).items[0]!
  const dearer = draft({
    quota: 2,
    settings: {
      reviews: { min: 1, max: 1 },
      batch_size: 1,
      may_do_both: true,
      prices: [{ currency: 'POINT', contribute_minor: '40', review_minor: '5', bonus_bps: 500 }],
    },
  })
  expect(await refusal(requester.client.campaigns.revise({ params, body: versionOf(dearer) }))).toBe('budget_too_small')
  await topUp(w, requester, 42)
  await requester.client.campaigns.fund({ params, body: { currency: 'POINT', amount_minor: '42' } })
  expect(await requester.client.campaigns.revise({ params, body: versionOf(dearer) })).toMatchObject({
    version: 2,
    status: 'open',
  })
  await ann.client.submissions.submit({
    params,
    body: { submissions: [{ item_id: held.item_id, answer: { fact: 'Old price.' } }] },
  })
  const next = (await ann.client.assignments.claim_items({ params, body: {} })).items[0]!
  expect([held.version, next.version]).toEqual([1, 2])
  await ann.client.submissions.submit({
    params,
    body: { submissions: [{ item_id: next.item_id, answer: { fact: 'New price.' } }] },
  })
  for (let i = 0; i < 2; i++) {
    const { items } = await rev.client.assignments.claim_reviews({ params, body: {} })
    await rev.client.reviews.record({
      params,
      body: { reviews: items.map((r) => ({ submission_id: r.submission_id, votes: { fact: { approve: true } } })) },
    })
  }
  expect((await ann.client.earnings.balances()).items).toMatchObject([{ currency: 'POINT', frozen_minor: '60' }])
  expect(
    (await requester.client.campaigns.versions({ params })).items.map((v) => [v.version, v.consent_version]),
  ).toEqual([
    [2, 1],
    [1, 1],
  ])

  // The quota is reached: it closes by itself, keeps what was earned and returns the rest.
  await w.jobs()
  await w.jobs()
  const done = await requester.client.campaigns.manage({ params })
  expect(done).toMatchObject({
    status: 'closed',
    close_reason: 'quota_reached',
    budget: [{ spent_minor: '70', left_minor: '0' }],
  })
  expect(await balance(`campaign:${campaign_id}`)).toBe(0n)
})

test('at its end what is leased or handed in is still decided and paid', async () => {
  const ben = await w.person('ben')
  const rev = await w.person('rev2')
  const campaign_id = await openCampaign(w, requester, operator, {
    quota: 3,
    deadline: '2026-01-20T00:00:00.000Z',
    settings: { reviews: { min: 1, max: 1 }, batch_size: 1, may_do_both: true, lease_seconds: 7200 },
  })
  const params = { campaign_id }
  for (const p of [ben, rev]) await p.client.exams.join({ params, body: { consent_version: 1 } })
  const item = (await ben.client.assignments.claim_items({ params, body: {} })).items[0]!
  await requester.client.campaigns.cancel({ params, body: {} })
  await w.jobs()
  expect((await requester.client.campaigns.manage({ params })).status, 'somebody still works').toBe('closing')
  expect(await refusal(rev.client.assignments.claim_items({ params, body: {} }))).toBe('campaign_not_open')
  await ben.client.submissions.submit({
    params,
    body: { submissions: [{ item_id: item.item_id, answer: { fact: 'Just in time.' } }] },
  })
  await w.jobs()
  expect((await requester.client.campaigns.manage({ params })).status, 'a decision is due').toBe('closing')
  const { items } = await rev.client.assignments.claim_reviews({ params, body: {} })
  await rev.client.reviews.record({
    params,
    body: { reviews: [{ submission_id: items[0]!.submission_id, votes: { fact: { approve: true } } }] },
  })
  await w.jobs()
  await w.jobs()
  expect(await requester.client.campaigns.manage({ params })).toMatchObject({
    status: 'cancelled',
    budget: [{ spent_minor: '25', left_minor: '0' }],
  })
  expect((await ben.client.earnings.balances()).items).toMatchObject([{ frozen_minor: '20' }])
  expect(await w.db.selectFrom('queue').selectAll().where('campaign_id', '=', campaign_id).execute()).toEqual([])
})

test('the deadline closes a campaign, paused or not', async () => {
  const campaign_id = await openCampaign(w, requester, operator, {
    quota: 1,
    deadline: new Date(w.clock.now().getTime() + 3_600_000).toISOString(),
  })
  const params = { campaign_id }
  await requester.client.campaigns.pause({ params, body: {} })
  expect(await refusal(requester.client.campaigns.pause({ params, body: {} }))).toBe('not_running')
  w.clock.advance(3_600_000)
  expect(await refusal(requester.client.campaigns.resume({ params, body: {} }))).toBe('deadline_passed')
  await w.jobs()
  await w.jobs()
  expect(await requester.client.campaigns.manage({ params })).toMatchObject({
    status: 'closed',
    close_reason: 'deadline',
  })
})

test('adversarial work is restricted and waits for the operator with every version', async () => {
  const boss = await w.person('boss', { roles: ['operator'] })
  const campaign_id = await openCampaign(w, requester, operator, { quota: 1, task_class: 'adversarial' })
  const params = { campaign_id }
  expect(await requester.client.campaigns.manage({ params })).toMatchObject({ status: 'open', restricted: true })
  const after = await requester.client.campaigns.revise({
    params,
    body: versionOf(draft({ instructions: { body: 'Something else.', good_examples: [], bad_examples: [] } })),
  })
  expect(after).toMatchObject({ status: 'awaiting_approval', version: 2 })
  expect((await boss.client.campaigns.approvals()).items).toMatchObject([
    { campaign_id, restricted: true, first_campaign: false, version: 2 },
  ])
  expect(
    await boss.client.campaigns.decide({ params, body: { approved: false, reason: 'Too vague.', version: 2 } }),
  ).toMatchObject({ status: 'paused' })
  expect(
    await requester.client.campaigns.resume({ params, body: {} }),
    'resuming does not go round the operator',
  ).toMatchObject({ status: 'awaiting_approval' })
  expect(
    await boss.client.campaigns.decide({ params, body: { approved: true, reason: 'Clear now.', version: 2 } }),
  ).toMatchObject({ status: 'open' })
})

test('two fundings at once cannot spend one balance twice', async () => {
  const rich = await w.person('rich')
  await topUp(w, rich, 100)
  const made = await Promise.all([1, 2].map(() => rich.client.campaigns.create({ body: draft() })))
  const outcomes = await Promise.all(
    made.map(({ campaign_id }) =>
      refusal(rich.client.campaigns.fund({ params: { campaign_id }, body: { currency: 'POINT', amount_minor: '80' } })),
    ),
  )
  expect(outcomes.sort()).toEqual(['accepted', 'balance_too_small'])
  expect(await balance(`requester:${rich.account_id}`)).toBe(20n)
})

test('a retried request answers the same again', async () => {
  const first = await requester.client.campaigns.create({ body: draft() }, { idempotencyKey: 'create-1' })
  expect(await requester.client.campaigns.create({ body: draft() }, { idempotencyKey: 'create-1' })).toEqual(first)
  expect(
    await refusal(
      requester.client.campaigns.create({ body: draft({ title: 'Another' }) }, { idempotencyKey: 'create-1' }),
    ),
  ).toBe('idempotency_conflict')
})

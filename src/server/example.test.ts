import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type Person, type World } from '../../test/world.ts'
import { EXAMPLE_QUESTIONS, EXAMPLE_SAMPLES } from './example-content.ts'
import { ensureExample } from './example.ts'

let w: World
let operator: Person
let id: string
beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('operator', { roles: ['operator'] })
  id = await ensureExample(w.ctx(), operator.account_id)
})
afterAll(() => w.close())

test('it is made once, whoever starts at the same time', async () => {
  const again = await Promise.all([1, 2, 3].map(() => ensureExample(w.ctx(), operator.account_id)))
  expect(new Set([id, ...again]).size).toBe(1)
  const events = await w.db.selectFrom('event').select('kind').where('kind', '=', 'campaign_opened').execute()
  expect(events).toHaveLength(1)
  expect(await w.db.selectFrom('submission').select('id').execute()).toHaveLength(EXAMPLE_SAMPLES.length)
})

test('a newcomer finds it, qualifies, contributes, reviews and is paid, at once', async () => {
  const nora = await w.person('nora')
  const params = { campaign_id: id }
  const [listed] = (await w.stranger.campaigns.list()).items
  expect(listed).toMatchObject({
    campaign_id: id,
    example: true,
    has_exam: true,
    contribute: [{ currency: 'POINT', amount_minor: '20' }],
    my_roles: [],
  })
  expect(listed!.places_left).toBeGreaterThan(100)
  const page = await nora.client.campaigns.page({ params })
  expect(page).toMatchObject({ consent_version: 1, exam: { questions: 3 }, me: { roles: [], consent_version: null } })

  expect(await nora.client.exams.join({ params, body: { consent_version: page.consent_version } })).toMatchObject({
    state: 'ready',
    roles: [],
  })
  const attempt = await nora.client.exams.start({ params, body: {} })
  const answers = attempt.questions.map((q) => ({
    question_id: q.question_id,
    answer: EXAMPLE_QUESTIONS.find((b) => b.prompt === q.prompt)!.answer,
  }))
  const result = await nora.client.exams.answer({
    params: { ...params, attempt_id: attempt.attempt_id },
    body: { answers },
  })
  expect(result).toMatchObject({
    passed: true,
    score_bps: 10_000,
    roles: [
      { role: 'contributor', why: 'may_do_both' },
      { role: 'reviewer', why: 'may_do_both' },
    ],
  })

  const work = await nora.client.assignments.claim_items({ params, body: {} })
  expect(work.state).toBe('work')
  w.clock.advance(30_000)
  const mine = await nora.client.submissions.submit({
    params,
    body: { submissions: [{ item_id: work.items[0]!.item_id, answer: EXAMPLE_SAMPLES[0]! }] },
  })
  const seen = new Set<string>()
  for (let i = 0; i < EXAMPLE_SAMPLES.length; i++) {
    const { items } = await nora.client.assignments.claim_reviews({ params, body: {} })
    seen.add(items[0]!.submission_id)
    w.clock.advance(10_000)
    const votes = Object.fromEntries(
      ['claim', 'topic', 'source', 'support', 'confidence'].map((k) => [k, { approve: true }]),
    )
    await nora.client.reviews.record({ params, body: { reviews: [{ submission_id: items[0]!.submission_id, votes }] } })
  }
  expect(seen.size).toBe(EXAMPLE_SAMPLES.length)
  expect([...seen], 'never her own').not.toContain(mine.items[0]!.submission_id)
  expect((await nora.client.earnings.balances()).items).toMatchObject([
    { currency: 'POINT', frozen_minor: String(5 * EXAMPLE_SAMPLES.length) },
  ])
})

test('the operator may try it too', async () => {
  expect(await operator.client.exams.join({ params: { campaign_id: id }, body: { consent_version: 1 } })).toMatchObject(
    { state: 'ready' },
  )
})

import type { ModelVotes } from '../campaigns/contract.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FACT_FORM } from '../../../test/campaign.ts'
import { draft, openCampaign, topUp } from '../../../test/draft.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'
import type { BankQuestion, ExamSettings } from './contract.ts'

const SECRET = 'zebra-crossing'
const EXAM: ExamSettings = {
  draw_count: 3,
  pass_bps: 6_600,
  reviewer_bps: 10_000,
  cooldown_seconds: 600,
  time_limit_seconds: 1800,
}
/** Nine questions; the right option of question i is `right-i`, found nowhere else. */
const BANK: BankQuestion[] = Array.from({ length: 9 }, (_, i) => ({
  prompt: `Question ${i}`,
  explanation: `${SECRET} explains ${i}`,
  answer: { q: { one_of: [`right-${i}`, `${SECRET}-${i}`] } },
  form: {
    schema: { type: 'object', properties: { q: { type: 'string', maxLength: 40 } }, required: ['q'] },
    ui: { order: ['q'], questions: { q: { widget: 'short_text', title: 'Say it' } } },
  },
}))

let w: World
let operator: Person
let requester: Person
let campaign_id: string
let people = 0
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const params = () => ({ campaign_id })
const newcomer = () => w.person(`person${people++}`)

async function withExam(more: Parameters<typeof draft>[0] = {}, exam: Partial<ExamSettings> = {}): Promise<string> {
  const made = await requester.client.campaigns.create({ body: draft({ quota: 20, ...more }) })
  const at = { campaign_id: made.campaign_id }
  await requester.client.exams.add({ params: at, body: { questions: BANK } })
  await requester.client.exams.set({ params: at, body: { ...EXAM, ...exam } })
  const missing = (await requester.client.campaigns.manage({ params: at })).budget[0]!.missing_minor
  await topUp(w, requester, Number(missing))
  await requester.client.campaigns.fund({ params: at, body: { currency: 'POINT', amount_minor: missing } })
  await requester.client.campaigns.open({ params: at, body: {} })
  await w.jobs(['open_items', 'queue_items'])
  return made.campaign_id
}
/** Takes the exam with so many right answers. */
async function take(p: Person, right: number) {
  const attempt = await p.client.exams.start({ params: params(), body: {} })
  const answers = attempt.questions.map((q, i) => ({
    question_id: q.question_id,
    answer: { q: i < right ? `Right-${q.prompt.split(' ')[1]}` : 'wrong' },
  }))
  const given = { params: { ...params(), attempt_id: attempt.attempt_id }, body: { answers } }
  return { attempt, given, result: await p.client.exams.answer(given) }
}

beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('operator', { roles: ['operator'] })
  requester = await w.person('rosa', { roles: ['operator'] })
})
afterAll(() => w.close())

describe('joining', () => {
  test('a campaign without an exam takes people in at once, and says as what and why', async () => {
    campaign_id = await openCampaign(w, requester, operator)
    const p = await newcomer()
    expect(await refusal(p.client.assignments.claim_items({ params: params(), body: {} }))).toBe('not_allowed')
    expect(await p.client.exams.join({ params: params(), body: { consent_version: 1 } })).toMatchObject({
      joined: true,
      required: false,
      state: 'not_needed',
      roles: [{ role: 'contributor', why: 'contribute_needed' }],
    })
    expect((await p.client.assignments.claim_items({ params: params(), body: {} })).state).toBe('work')
    expect((await p.client.campaigns.taking_part()).items).toMatchObject([
      { campaign_id, role: 'contributor', why: 'contribute_needed', consent_due: false },
    ])
    expect(await refusal(requester.client.exams.join({ params: params(), body: { consent_version: 1 } }))).toBe(
      'own_campaign',
    )
    expect(await refusal(p.client.exams.start({ params: params(), body: {} }))).toBe('no_exam')
    expect(await p.client.campaigns.leave({ params: params(), body: {} })).toMatchObject({ left: true })
    expect(await refusal(p.client.assignments.claim_items({ params: params(), body: {} }))).toBe('not_allowed')
  })

  test('eligibility is asked for and only what is asked is kept', async () => {
    campaign_id = await openCampaign(w, requester, operator, {
      consent: {
        terms: 'x',
        licence: 'CC0-1.0',
        adults_only: true,
        countries: ['FR', 'MA'],
        personal_data: 'It asks for your age.',
      },
    })
    const p = await newcomer()
    const join = (body: { consent_version: number; adult?: boolean; country?: string }) =>
      refusal(p.client.exams.join({ params: params(), body }))
    expect(await join({ consent_version: 2 })).toBe('consent_changed')
    expect(await join({ consent_version: 1 })).toBe('adults_only')
    expect(await join({ consent_version: 1, adult: true })).toBe('country_needed')
    expect(await join({ consent_version: 1, adult: true, country: 'DE' })).toBe('country_not_eligible')
    expect(await join({ consent_version: 1, adult: true, country: 'MA' })).toBe('accepted')
    const kept = await w.db.selectFrom('campaign_consent').selectAll().where('account_id', '=', p.account_id).execute()
    expect(kept).toMatchObject([{ consent_version: 1, adult: true, country: 'MA' }])
    campaign_id = await openCampaign(w, requester, operator)
    await p.client.exams.join({ params: params(), body: { consent_version: 1, adult: true, country: 'MA' } })
    expect(
      await w.db
        .selectFrom('campaign_consent')
        .selectAll()
        .where('account_id', '=', p.account_id)
        .where('campaign_id', '=', campaign_id)
        .execute(),
    ).toMatchObject([{ adult: null, country: null }])
  })

  test('new terms ask again before new work; what is held can still be handed in, and other changes ask nobody', async () => {
    campaign_id = await openCampaign(w, requester, operator, { settings: { batch_size: 1 } })
    const p = await newcomer()
    await p.client.exams.join({ params: params(), body: { consent_version: 1 } })
    const held = (await p.client.assignments.claim_items({ params: params(), body: {} })).items[0]!
    const { instructions, form, settings, consent } = draft({ settings: { batch_size: 1 } })
    await requester.client.campaigns.revise({
      params: params(),
      body: { instructions: { ...instructions, body: 'Clearer words.' }, form, settings, consent },
    })
    w.clock.advance(3000)
    expect((await p.client.campaigns.page({ params: params() })).me).toMatchObject({
      consent_version: 1,
      consent_due: false,
    })
    await requester.client.campaigns.revise({
      params: params(),
      body: { instructions, form, settings, consent: { ...consent, licence: 'CC0-1.0' } },
    })
    w.clock.advance(3000)
    expect(await p.client.campaigns.page({ params: params() })).toMatchObject({
      consent_version: 3,
      me: { consent_version: 1, consent_due: true },
    })
    await p.client.submissions.submit({
      params: params(),
      body: { submissions: [{ item_id: held.item_id, answer: { fact: 'Still mine.' } }] },
    })
    expect(await refusal(p.client.assignments.claim_items({ params: params(), body: {} }))).toBe('not_allowed')
    expect(await refusal(p.client.exams.join({ params: params(), body: { consent_version: 1 } }))).toBe(
      'consent_changed',
    )
    expect(await p.client.exams.join({ params: params(), body: { consent_version: 3 } })).toMatchObject({
      roles: [{ role: 'contributor' }],
    })
    expect((await p.client.assignments.claim_items({ params: params(), body: {} })).state).toBe('work')
  })

  test('answers that leave this installation are agreed to anew, once', async () => {
    campaign_id = await openCampaign(w, requester, operator)
    const p = await newcomer()
    await p.client.exams.join({ params: params(), body: { consent_version: 1 } })
    const { instructions, form, settings, consent } = draft({})
    const revise = (model_votes: ModelVotes) =>
      requester.client.campaigns.revise({
        params: params(),
        body: { instructions, form, settings: { ...settings, model_votes }, consent },
      })
    const seen = async () => {
      w.clock.advance(3000)
      const { consent_version, answers_leave, me } = await p.client.campaigns.page({ params: params() })
      return { consent_version, answers_leave, due: me?.consent_due }
    }
    await revise({ builtin: true })
    expect(await seen()).toEqual({ consent_version: 1, answers_leave: false, due: false })
    await revise({ endpoint: true, max_calls: 9 })
    expect(await seen()).toEqual({ consent_version: 3, answers_leave: true, due: true })
    await revise({ endpoint: true, max_calls: 9, builtin: true })
    expect(await seen()).toEqual({ consent_version: 3, answers_leave: true, due: true })
    await revise({})
    expect(await seen()).toEqual({ consent_version: 3, answers_leave: false, due: true })
  })

  test('a full season takes nobody new, even when all come at once', async () => {
    campaign_id = await openCampaign(w, requester, operator)
    const { season_id } = await w.db
      .selectFrom('campaign')
      .select('season_id')
      .where('id', '=', campaign_id)
      .executeTakeFirstOrThrow()
    const { n } = await w.db
      .selectFrom('season_member')
      .select((eb) => eb.fn.countAll<string>().as('n'))
      .where('season_id', '=', season_id)
      .executeTakeFirstOrThrow()
    await w.db
      .updateTable('season')
      .set({ contributor_cap: Number(n) + 2 })
      .where('id', '=', season_id)
      .execute()
    const crowd = await Promise.all(Array.from({ length: 6 }, newcomer))
    const outcomes = await Promise.all(
      crowd.map((p) => refusal(p.client.exams.join({ params: params(), body: { consent_version: 1 } }))),
    )
    await w.db.updateTable('season').set({ contributor_cap: null }).where('id', '=', season_id).execute()
    expect(outcomes.filter((o) => o === 'accepted')).toHaveLength(2)
    expect(outcomes.filter((o) => o === 'season_full')).toHaveLength(4)
  })
})

describe('the exam', () => {
  beforeAll(async () => {
    campaign_id = await withExam()
  })

  test('nobody works without a pass', async () => {
    const p = await newcomer()
    expect(await refusal(p.client.exams.start({ params: params(), body: {} }))).toBe('not_joined')
    expect(await p.client.exams.join({ params: params(), body: { consent_version: 1 } })).toMatchObject({
      state: 'ready',
      required: true,
      roles: [],
    })
    expect(await refusal(p.client.assignments.claim_items({ params: params(), body: {} }))).toBe('not_allowed')
    const { result } = await take(p, 1)
    expect(result).toMatchObject({
      passed: false,
      score_bps: 3333,
      right: 1,
      questions: 3,
      roles: [],
      retry_at: new Date(w.clock.now().getTime() + 600_000).toISOString(),
    })
    expect(await refusal(p.client.assignments.claim_items({ params: params(), body: {} }))).toBe('not_allowed')
    expect(await refusal(p.client.exams.start({ params: params(), body: {} }))).toBe('exam_cooling_down')
    expect(await p.client.exams.state({ params: params() })).toMatchObject({
      state: 'cooling_down',
      attempts: 1,
      last_score_bps: 3333,
    })
  })

  test('after the cool-down another draw, of questions not seen before; a pass gives a role and its reason', async () => {
    const p = await newcomer()
    await p.client.exams.join({ params: params(), body: { consent_version: 1 } })
    const seen: string[] = []
    for (let round = 0; round < 3; round++) {
      const { attempt } = await take(p, 0)
      seen.push(...attempt.questions.map((q) => q.question_id))
      w.clock.advance(600_000)
    }
    expect(new Set(seen).size, 'nine questions in three draws').toBe(9)
    const { attempt, given, result } = await take(p, 2)
    expect(attempt.questions.map((q) => q.question_id).sort()).toEqual(seen.slice(0, 3).sort())
    expect(result).toMatchObject({
      passed: true,
      score_bps: 6666,
      retry_at: null,
      roles: [{ role: 'contributor', why: 'below_reviewer_score' }],
    })
    expect(await p.client.exams.answer(given), 'a retried request answers the same again').toEqual(result)
    expect(await refusal(p.client.exams.answer({ ...given, body: { answers: [] } }))).toBe('attempt_submitted')
    expect(await refusal(p.client.exams.start({ params: params(), body: {} }))).toBe('exam_passed')
    expect((await p.client.assignments.claim_items({ params: params(), body: {} })).state).toBe('work')
  })

  test('one attempt at a time, the same when asked again, with a recorded seed; it runs out', async () => {
    const p = await newcomer()
    await p.client.exams.join({ params: params(), body: { consent_version: 1 } })
    const started = await Promise.all([1, 2, 3, 4].map(() => p.client.exams.start({ params: params(), body: {} })))
    expect(new Set(started.map((s) => JSON.stringify(s))).size).toBe(1)
    const rows = await w.db.selectFrom('exam_attempt').selectAll().where('account_id', '=', p.account_id).execute()
    expect(rows).toHaveLength(1)
    const event = await w.db
      .selectFrom('event')
      .select('body')
      .where('subject_id', '=', rows[0]!.id)
      .where('kind', '=', 'exam_started')
      .executeTakeFirstOrThrow()
    expect(event.body).toMatchObject({
      account_id: p.account_id,
      seed: Number(rows[0]!.seed),
      question_ids: rows[0]!.question_ids,
    })

    const at = { params: { ...params(), attempt_id: started[0]!.attempt_id } }
    expect(
      await refusal((await newcomer()).client.exams.answer({ ...at, body: { answers: [] } })),
      "somebody else's",
    ).toBe('attempt_not_found')
    const bad = await p.client.exams
      .answer({
        ...at,
        body: {
          answers: [
            { question_id: '1', answer: {} },
            { question_id: started[0]!.questions[0]!.question_id, answer: { q: 7 } },
          ],
        },
      })
      .catch((e: ApiError) => e)
    expect(bad).toMatchObject({
      code: 'answers_invalid',
      fields: [{ field: '/answers/0/question_id' }, { field: '/answers/1/answer/q', code: 'wrong_type' }],
    })
    w.clock.advance(1_800_000)
    expect(await refusal(p.client.exams.answer({ ...at, body: { answers: [] } }))).toBe('attempt_expired')
    expect(
      await refusal(p.client.exams.start({ params: params(), body: {} })),
      'leafing through the bank costs time',
    ).toBe('exam_cooling_down')
    w.clock.advance(600_000)
    expect((await p.client.exams.start({ params: params(), body: {} })).attempt_id).not.toBe(at.params.attempt_id)
  })

  test('a bank edited meanwhile does not change an exam under way; enough questions always remain', async () => {
    const p = await newcomer()
    await p.client.exams.join({ params: params(), body: { consent_version: 1 } })
    const attempt = await p.client.exams.start({ params: params(), body: {} })
    const q = attempt.questions[0]!
    const n = q.prompt.split(' ')[1]!
    await requester.client.exams.edit({
      params: { ...params(), question_id: q.question_id },
      body: { ...BANK[Number(n)]!, answer: { q: 'something else' } },
    })
    const answers = attempt.questions.map((a) => ({
      question_id: a.question_id,
      answer: { q: `right-${a.prompt.split(' ')[1]}` },
    }))
    const result = await p.client.exams.answer({
      params: { ...params(), attempt_id: attempt.attempt_id },
      body: { answers },
    })
    expect(result).toMatchObject({ score_bps: 10_000, roles: [{ role: 'contributor', why: 'contribute_needed' }] })
    const bank = (await requester.client.exams.questions({ params: params() })).items
    expect(bank).toHaveLength(9)
    expect(
      (await requester.client.exams.questions({ params: params(), query: { retired: true } })).items.find(
        (x) => x.question_id === q.question_id,
      ),
    ).toMatchObject({ retired_at: expect.any(String), right: expect.any(Number) })
    for (const b of bank.slice(0, 6))
      await requester.client.exams.retire({ params: { ...params(), question_id: b.question_id } })
    expect(
      await refusal(requester.client.exams.retire({ params: { ...params(), question_id: bank[6]!.question_id } })),
    ).toBe('exam_too_small')
    expect(
      await refusal(requester.client.exams.retire({ params: { ...params(), question_id: bank[0]!.question_id } })),
    ).toBe('question_not_found')
    expect(await refusal(requester.client.exams.set({ params: params(), body: { ...EXAM, draw_count: 4 } }))).toBe(
      'exam_too_small',
    )
    expect(await refusal(requester.client.exams.set({ params: params(), body: { ...EXAM, reviewer_bps: 1 } }))).toBe(
      'marks_crossed',
    )
    expect(await refusal(requester.client.exams.remove({ params: params() }))).toBe('not_a_draft')
    const wrong = await requester.client.exams
      .add({ params: params(), body: { questions: [BANK[0]!, { ...BANK[0]!, form: FACT_FORM }] } })
      .catch((e: ApiError) => e)
    expect(wrong).toMatchObject({
      code: 'question_invalid',
      fields: [
        { field: '/questions/1/answer/fact' },
        { field: '/questions/1/form/schema/properties/note' },
        { field: '/questions/1/answer/q' },
      ],
    })
    expect((await requester.client.exams.settings({ params: params() })).questions, 'nothing of it was added').toBe(3)
  })
})

test('answers never leave the server: the bytes of every page for every role but the requester', async () => {
  campaign_id = await withExam()
  const qa = await w.person('quin', { roles: ['qa'] })
  const contributor = await newcomer()
  const failed = await newcomer()
  for (const p of [contributor, failed]) await p.client.exams.join({ params: params(), body: { consent_version: 1 } })
  const passed = await take(contributor, 2)
  await take(failed, 0)
  const reading = await newcomer()
  await reading.client.exams.join({ params: params(), body: { consent_version: 1 } })
  const open = await reading.client.exams.start({ params: params(), body: {} })
  const at = `/v1/campaigns/${campaign_id}`
  const reads = [
    at,
    '/v1/campaigns',
    `${at}/exam`,
    `${at}/exam/settings`,
    `${at}/exam/questions`,
    `${at}/exam/questions?retired=true`,
    `${at}/manage`,
    `${at}/versions`,
    `${at}/progress`,
    `${at}/items`,
    `${at}/flags`,
    `${at}/work`,
    '/v1/me/memberships',
    '/v1/me/campaigns',
    '/v1/me/flags',
    '/v1/me/leases',
    '/v1/me/submissions',
  ]
  let bytes = 0
  for (const who of [undefined, contributor, failed, reading, qa]) {
    for (const url of reads) {
      const { body, status } = await w.raw(who, { method: 'GET', url })
      expect(status, `${url}`).toBeLessThan(500)
      bytes += body.length
      for (const secret of [SECRET, 'right-', 'one_of', 'right_ids', '"seed"'])
        expect(body, `${url} for ${who?.account_id ?? 'nobody'}`).not.toContain(secret)
    }
    const writes = [
      { url: `${at}/join`, payload: { consent_version: 1 } },
      { url: `${at}/exam/attempts`, payload: {} },
      { url: `${at}/exam/attempts/${open.attempt_id}/answers`, payload: { answers: [] } },
      { url: `${at}/exam/attempts/${passed.attempt.attempt_id}/answers`, payload: passed.given.body },
    ]
    for (const { url, payload } of writes) {
      const { body } = await w.raw(who, { method: 'POST', url, payload })
      bytes += body.length
      expect(body).not.toContain(SECRET)
      expect(body.replaceAll('"right":', ''), `${url}`).not.toMatch(/right-\d|one_of|explanation/)
    }
  }
  expect(bytes, 'something was read').toBeGreaterThan(5_000)
  const own = await w.raw(requester, { method: 'GET', url: `${at}/exam/questions` })
  expect(own.body, 'the requester sees them').toContain(SECRET)
})

test('work that waits for reviewers finds them: qualified contributors are moved, and told why', async () => {
  campaign_id = await withExam({ settings: { reviews: { min: 1, max: 1 }, batch_size: 1 } }, { reviewer_bps: 6_600 })
  const crowd = await Promise.all(Array.from({ length: 3 }, newcomer))
  for (const p of crowd) {
    await p.client.exams.join({ params: params(), body: { consent_version: 1 } })
    expect((await take(p, 3)).result.roles, 'nothing to review yet').toEqual([
      { role: 'contributor', why: 'contribute_needed' },
    ])
  }
  for (const p of crowd) {
    const { items } = await p.client.assignments.claim_items({ params: params(), body: {} })
    await p.client.submissions.submit({
      params: params(),
      body: { submissions: [{ item_id: items[0]!.item_id, answer: { fact: `A fact of ${p.account_id}.` } }] },
    })
  }
  await w.jobs(['balance_roles'])
  const roles = await Promise.all(crowd.map(async (p) => (await p.client.exams.state({ params: params() })).roles))
  expect(roles.flat().filter((r) => r.role === 'reviewer')).toEqual([{ role: 'reviewer', why: 'moved_to_review' }])
  const reviewer = crowd[roles.findIndex((r) => r[0]!.role === 'reviewer')]!
  expect((await reviewer.client.assignments.claim_reviews({ params: params(), body: {} })).state).toBe('work')
  await w.jobs(['balance_roles'])
  expect((await reviewer.client.exams.state({ params: params() })).roles, 'and stay for a while').toEqual([
    { role: 'reviewer', why: 'moved_to_review' },
  ])

  const late = await newcomer()
  await late.client.exams.join({ params: params(), body: { consent_version: 1 } })
  expect((await take(late, 3)).result.roles).toMatchObject([{ role: 'contributor' }])
})

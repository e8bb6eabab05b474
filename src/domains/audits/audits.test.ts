import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiError } from '../../client.ts'
import { gradeAll, playCampaign, playSeason, type Played } from '../../../test/season.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { fixedRatio } from '../../engine/fixed.ts'
import { createDraw, drawnHash } from './rules.ts'

let w: World
let played: Played
let qa: Person
let second: Person
let third: Person
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const right = { fact: { right: true } }
const wrong = { fact: { right: false, reason: 'wrong' as const } }

beforeAll(async () => {
  w = await createWorld()
  played = await playSeason(w, { items: 15, skill: 0.75 })
  ;[qa, second, third] = (await Promise.all(['quinn', 'quentin', 'qi'].map((h) => w.person(h, { roles: ['qa'] })))) as [
    Person,
    Person,
    Person,
  ]
})
afterAll(() => w.close())

const decided = (campaignId: string, accepted: boolean) =>
  w.db
    .selectFrom('submission')
    .select(['id'])
    .where('campaign_id', '=', campaignId)
    .where('status', 'in', accepted ? ['accepted'] : ['rejected', 'rejected_final'])
    .where('revises_id', 'is', null)
    .execute()

test('a sample is drawn by campaign and verdict, from a recorded seed that repeats it', async () => {
  expect(await refusal(played.reviewers[1]!.client.audits.draw({ body: { accepted: 3, rejected: 2 } }))).toBe(
    'not_allowed',
  )
  const campaign = played.campaigns[0]!
  const before = new Map(await Promise.all([true, false].map(async (a) => [a, await decided(campaign.id, a)] as const)))
  const plan = await qa.client.audits.draw({
    body: { campaign_id: campaign.id, accepted: 3, rejected: 2, double_bps: 0 },
  })
  expect(plan).toMatchObject({ accepted_wanted: 3, rejected_wanted: 2, drawn: 5, closed: 0 })
  const { strata } = await qa.client.audits.get({ params: { plan_id: plan.plan_id } })
  expect(strata.map((s) => [s.accepted, s.population, s.drawn])).toEqual([
    [true, before.get(true)!.length, 3],
    [false, before.get(false)!.length, 2],
  ])
  // Anyone with the seed and the ids draws the same.
  const again = [true, false].flatMap((accepted) => {
    const draw = createDraw(plan.seed, accepted ? 3 : 2)
    for (const s of before.get(accepted)!) draw.add(s)
    return draw.drawn()
  })
  const drawn = await w.db.selectFrom('audit').select('submission_id').where('plan_id', '=', plan.plan_id).execute()
  expect(again.map((a) => a.id).sort()).toEqual(drawn.map((d) => d.submission_id).sort())
  expect(drawnHash(again)).toBe(plan.drawn_hash)
  const event = await w.db
    .selectFrom('event')
    .select('body')
    .where('kind', '=', 'audit_drawn')
    .where('subject_id', '=', plan.plan_id)
    .executeTakeFirstOrThrow()
  expect(event.body).toMatchObject({
    seed: plan.seed,
    drawn: 5,
    strata: [
      { accepted: true, drawn: 3 },
      { accepted: false, drawn: 2 },
    ],
  })
})

test('graders see the work alone, and never their own or what they reviewed', async () => {
  const campaign = played.campaigns[0]!
  const params = { campaign_id: campaign.id }
  const work = await qa.client.audits.claim({ params, body: { count: 2 } })
  expect(work.state).toBe('work')
  for (const item of work.items)
    expect(Object.keys(item).sort()).toEqual([
      'answer',
      'campaign_id',
      'data',
      'expires_at',
      'submission_id',
      'version',
    ])
  expect(await qa.client.audits.claim({ params, body: {} }), 'what is held is given again').toEqual(work)
  const raw = await w.raw(qa, { method: 'POST', url: `/v1/campaigns/${campaign.id}/leases/audit`, payload: {} })
  for (const told of ['author', 'verdict', 'accepted', 'votes', 'grades', 'plan'])
    expect(raw.body).not.toContain(`"${told}`)

  const submission_id = work.items[0]!.submission_id
  const grade = (grades: object) => ({ params, body: { grades: [{ submission_id, grades: grades as typeof right }] } })
  expect(await refusal(qa.client.audits.grade(grade({})))).toBe('grades_invalid')
  expect(await refusal(qa.client.audits.grade(grade({ fact: { right: false } })))).toBe('grades_invalid')
  expect(
    await refusal(
      qa.client.audits.grade({
        params,
        body: {
          grades: [
            { submission_id, grades: right },
            { submission_id, grades: right },
          ],
        },
      }),
    ),
  ).toBe('graded_twice_in_request')
  expect(await refusal(second.client.audits.grade(grade(right)))).toBe('lease_not_found')
  // An author and a reviewer who also have the QA role are neither offered nor allowed what they had a hand in.
  const [author, reviewer] = [played.contributors[0]!, played.reviewers[0]!]
  const drawn = (await w.db.selectFrom('audit').select('submission_id').execute()).map((d) => d.submission_id)
  const wrote = await w.db
    .selectFrom('submission')
    .select('id')
    .where('author_id', '=', author.account_id)
    .where('id', 'in', drawn)
    .execute()
  const judged = await w.db
    .selectFrom('review')
    .select('submission_id as id')
    .where('reviewer_id', '=', reviewer.account_id)
    .where('submission_id', 'in', drawn)
    .execute()
  for (const [person, own] of [
    [author, wrote],
    [reviewer, judged],
  ] as const) {
    expect(own.length, 'the season has such a case').toBeGreaterThan(0)
    for (const { id } of own)
      expect(
        await refusal(person.client.audits.grade({ params, body: { grades: [{ submission_id: id, grades: right }] } })),
      ).toBe('own_work_graded')
    const offered = (await person.client.audits.claim({ params, body: { count: 50 } })).items.map(
      (i) => i.submission_id,
    )
    expect(offered.filter((id) => own.some((o) => o.id === id))).toEqual([])
    for (const id of offered)
      await person.client.assignments.give_back({ params: { campaign_id: campaign.id, target_id: id }, body: {} })
  }

  const first = await qa.client.audits.grade(grade(right))
  expect(first.items).toMatchObject([{ submission_id, correct: true }])
  expect(await qa.client.audits.grade(grade(right)), 'the same again').toEqual(first)
  expect(await refusal(qa.client.audits.grade(grade(wrong)))).toBe('already_graded')
  expect(
    await refusal(
      qa.client.audits.grade({ params, body: { grades: [{ submission_id: campaign.id, grades: right }] } }),
    ),
  ).toBe('not_drawn')
  await gradeAll(qa, played)
})

test('a later plan draws only what none drew, and everything when asked for', async () => {
  const plan = await qa.client.audits.draw({ body: { accepted: 'all', rejected: 'all', double_bps: 0 } })
  expect(plan.drawn).toBe(played.submissions.length - 5)
  expect(await refusal(qa.client.audits.draw({ body: { accepted: 'all', rejected: 'all' } }))).toBe('nothing_to_audit')
  expect((await qa.client.audits.desk()).items.reduce((n, d) => n + d.waiting, 0)).toBe(plan.drawn)
  expect(await gradeAll(qa, played)).toBe(plan.drawn)
  expect((await qa.client.audits.desk()).items).toEqual([])
  expect(await w.db.selectFrom('queue').selectAll().where('lane', '=', 5).execute()).toEqual([])
  expect((await qa.client.audits.list()).items.map((p) => [p.drawn, p.closed])).toEqual([
    [plan.drawn, plan.drawn],
    [5, 5],
  ])

  // The figures against a count of the raw rows.
  const audited = await w.db
    .selectFrom('audit')
    .innerJoin('submission', 'submission.id', 'audit.submission_id')
    .select(['submission.id', 'submission.status'])
    .where('plan_id', '=', plan.plan_id)
    .execute()
  const good = (s: { id: string }) => played.truth.get(s.id)!
  const taken = audited.filter((s) => s.status === 'accepted')
  const figures = await qa.client.audits.figures({ params: { plan_id: plan.plan_id } })
  expect(figures.overall.precision).toMatchObject({
    share: fixedRatio(taken.filter(good).length, taken.length, 6),
    n: taken.length,
  })
  expect(figures.overall.agreement).toMatchObject({
    share: fixedRatio(audited.filter((s) => good(s) === (s.status === 'accepted')).length, audited.length, 6),
    n: audited.length,
  })
  expect(figures.overall.recall).toMatchObject({
    share: fixedRatio(taken.filter(good).length, audited.filter(good).length, 6),
    n: audited.filter(good).length,
  })
  expect(figures.campaigns.map((c) => c.reading.graded)).toEqual(
    played.campaigns.map(
      (c) => audited.filter((a) => played.submissions.find((s) => s.id === a.id)!.campaign_id === c.id).length,
    ),
  )
  // Two plans together graded everything there is, so the requester's figure is a plain count of the campaign.
  const requester = await w.person('requester', { roles: [] })
  await played.campaigns[0]!.join(requester, 'requester')
  const params = { campaign_id: played.campaigns[0]!.id }
  const whole = await w.db
    .selectFrom('submission')
    .select(['id', 'status'])
    .where('campaign_id', '=', params.campaign_id)
    .where('status', '=', 'accepted')
    .execute()
  expect(await requester.client.audits.quality({ params })).toMatchObject({
    plans: 2,
    reading: {
      graded: 15,
      precision: { share: fixedRatio(whole.filter(good).length, whole.length, 6), n: whole.length },
    },
  })
  expect(await refusal(played.contributors[1]!.client.audits.quality({ params }))).toBe('not_allowed')
  expect(figures.task_classes.map((c) => c.task_class)).toEqual(['in_depth_research', 'simple_research'])
})

test('a share is graded twice, disagreement goes to a third, and is reported', async () => {
  const more = await playCampaign(w, played, 8)
  const plan = await qa.client.audits.draw({ body: { accepted: 'all', rejected: 'all', double_bps: 10_000 } })
  expect(await gradeAll(qa, more)).toBe(plan.drawn)
  const odd = new Set(more.submissions.filter((_, i) => i % 4 === 0).map((s) => s.id))
  expect(
    (await qa.client.audits.get({ params: { plan_id: plan.plan_id } })).plan.closed,
    'one grade of two is not enough',
  ).toBe(0)
  await gradeAll(second, more, (id) => more.truth.get(id)! !== odd.has(id))
  const half = await qa.client.audits.figures({ params: { plan_id: plan.plan_id } })
  expect(half.double_grading).toMatchObject({ pairs: plan.drawn, agreed: plan.drawn - odd.size, third_grades: 0 })
  expect(
    (await qa.client.audits.disputes({ params: { plan_id: plan.plan_id } })).items,
    'nothing is told while a third grade is awaited',
  ).toEqual([])
  expect(
    (await qa.client.audits.claim({ params: { campaign_id: more.campaigns[0]!.id }, body: {} })).state,
    'the first two are not asked again',
  ).toBe('none')
  expect(await gradeAll(third, more)).toBe(odd.size)
  const whole = await qa.client.audits.figures({ params: { plan_id: plan.plan_id } })
  expect(whole.double_grading).toMatchObject({ third_grades: odd.size, unresolved: 0 })
  expect(whole.overall.graded).toBe(plan.drawn)
  const disputes = await qa.client.audits.disputes({ params: { plan_id: plan.plan_id } })
  expect(disputes.items).toHaveLength(odd.size)
  for (const d of disputes.items)
    expect(d).toMatchObject({
      outcome: more.truth.get(d.submission_id) ? 'correct' : 'incorrect',
      grades: [{ grader: 'quinn' }, { grader: 'quentin' }, { grader: 'qi' }],
    })
})

test('two who disagree without a third are left unresolved, and out of the shares', async () => {
  await w.db
    .updateTable('account')
    .set({ roles: [] })
    .where('id', 'not in', [qa.account_id, second.account_id])
    .execute()
  const more = await playCampaign(w, played, 8)
  const plan = await qa.client.audits.draw({ body: { accepted: 'all', rejected: 0, double_bps: 10_000 } })
  await gradeAll(qa, more, () => true)
  await gradeAll(second, more, () => false)
  const figures = await qa.client.audits.figures({ params: { plan_id: plan.plan_id } })
  expect(figures.double_grading).toEqual({
    pairs: plan.drawn,
    agreed: 0,
    agreement: '0.0000',
    kappa: '0.0000',
    third_grades: 0,
    unresolved: plan.drawn,
  })
  expect(figures.overall).toMatchObject({ graded: 0, precision: { share: null } })
})

test('withdrawn work leaves the audit instead of blocking it', async () => {
  const more = await playCampaign(w, played, 8)
  const plan = await qa.client.audits.draw({ body: { accepted: 1, rejected: 0, double_bps: 0 } })
  const gone = await w.db
    .selectFrom('audit')
    .select(['submission_id', 'campaign_id'])
    .where('plan_id', '=', plan.plan_id)
    .execute()
  await w.db
    .deleteFrom('submission_answer')
    .where(
      'submission_id',
      'in',
      gone.map((g) => g.submission_id),
    )
    .execute()
  expect(await gradeAll(qa, more)).toBe(0)
  expect((await qa.client.audits.get({ params: { plan_id: plan.plan_id } })).plan).toMatchObject({
    drawn: gone.length,
    closed: gone.length,
  })
})

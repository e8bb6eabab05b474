import { afterAll, beforeAll, expect, test } from 'vitest'
import { FACT_FORM, makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { LANE } from '../assignment/queries.ts'
import type { Check } from '../campaigns/checks/contract.ts'
import type { Settings } from '../campaigns/contract.ts'
import { auditLedger } from '../ledger/jobs.ts'
import { jobContext } from '../../server/worker.ts'

const FORM = {
  ...FACT_FORM,
  schema: {
    type: 'object',
    properties: { fact: { type: 'string', maxLength: 5000 }, note: { type: 'string', maxLength: 5000 } },
    required: ['fact'],
  },
  ui: {
    order: ['fact', 'note'],
    questions: {
      fact: { widget: 'long_text' as const, title: 'One fact' },
      note: { widget: 'long_text' as const, title: 'A note' },
    },
  },
}
const BEES =
  'Honey bees dance on the comb to tell their sisters in which direction and how far away the flowers are that they have found.'
const WHALES =
  'Blue whales are the largest animals that have ever lived, and yet they feed on krill, which are hardly longer than a finger.'
const CHECKS = ['run_checks', 'ask_checks', 'conclude_checked']

let w: World
let author: Person
let copier: Person
let reviewers: Person[]
let outsider: Person
let qa: Person
let operator: Person
beforeAll(async () => {
  w = await createWorld()
  author = await w.person('author')
  copier = await w.person('copier')
  outsider = await w.person('outsider')
  qa = await w.person('qa', { roles: ['qa'] })
  operator = await w.person('operator', { roles: ['operator'] })
  reviewers = await Promise.all(['r1', 'r2', 'r3'].map((h) => w.person(h)))
})
afterAll(() => w.close())

async function campaignOf(checks: Check[] | undefined, items: number, settings: Partial<Settings> = {}) {
  const made = await makeCampaign(w, {
    contributors: [author, copier],
    reviewers,
    form: FORM,
    items: Array.from({ length: items }, (_, i) => ({ topic: `topic ${i}` })),
    settings: { batch_size: 50, reviews: { min: 1, max: 3 }, ...(checks && { checks }), ...settings },
  })
  return { ...made, params: { campaign_id: made.id } }
}
type Made = Awaited<ReturnType<typeof campaignOf>>

async function handIn(p: Person, c: Made, facts: string[], after = 600_000): Promise<string[]> {
  const { items } = await p.client.assignments.claim_items({ params: c.params, body: { count: facts.length } })
  w.clock.advance(after)
  const handed = await p.client.submissions.submit({
    params: c.params,
    body: { submissions: facts.map((fact, i) => ({ item_id: items[i]!.item_id, answer: { fact } })) },
  })
  expect(handed.items.every((s) => s.status === 'in_review')).toBe(true)
  return handed.items.map((s) => s.submission_id)
}
const status = (p: Person, c: Made, submission_id: string) =>
  p.client.reviews.status({ params: { ...c.params, submission_id } })
const queued = async (c: Made): Promise<string[]> =>
  (await w.db.selectFrom('queue').select('target_id').where('campaign_id', '=', c.id).where('lane', '=', LANE.review).execute()).map((q) => q.target_id) // prettier-ignore
const resultsOf = async (c: Made, run = 1) => {
  const rows = await w.db.selectFrom('check_run').selectAll().where('campaign_id', '=', c.id).where('run', '=', run).orderBy('submission_id').execute() // prettier-ignore
  return rows.map((r) => ({
    ...r,
    results: r.results as unknown as { kind: string; verdict: string; code?: string }[],
  }))
}

test('work is checked before anyone reviews it; what fails is rejected with a reason, and may be revised and appealed', async () => {
  const c = await campaignOf([{ kind: 'length', on_fail: 'reject', min_words: 5 }], 4)
  const [short, long] = await handIn(author, c, ['too few', 'This fact has quite enough words.'])
  expect(await queued(c)).toEqual([])
  expect((await status(author, c, short!)).stage).toBe('checking')
  await w.jobs(CHECKS)
  expect(await queued(c)).toEqual([long])
  expect((await status(author, c, long!)).stage).toBe('in_review')
  const rejected = await status(author, c, short!)
  expect(rejected).toMatchObject({ status: 'rejected', stage: 'revision_open', questions: [{ key: 'fact', accepted: false }] })
  expect(rejected.checks).toEqual([
    {
      kind: 'length',
      question: 'fact',
      code: 'too_short',
      detail: { words: 2, least: 5 },
      message: 'The text has 2 words; this task asks for 5 at least. Say more, then send it again.',
    },
  ])
  expect(rejected.may_revise_until).not.toBeNull()
  const decided = await w.db.selectFrom('event').select('body').where('subject_id', '=', short!).where('kind', '=', 'decided').executeTakeFirstOrThrow()
  expect(decided.body).toMatchObject({ accepted: false, policy: 'checks', review_ids: [] })
  // A revision is checked like any work.
  const revised = await author.client.reviews.revise({
    params: { ...c.params, submission_id: short! },
    body: { answer: { fact: 'Now this has words enough.' } },
  })
  await w.jobs(CHECKS)
  expect((await queued(c)).toSorted()).toEqual([long, revised.submission_id].toSorted())
}) // prettier-ignore

test('an appeal against a check goes to people, who may overturn it; the check does not stand in their way', async () => {
  const c = await campaignOf([{ kind: 'length', on_fail: 'reject', min_words: 5 }], 1)
  const [id] = await handIn(author, c, ['bees dance'])
  await w.jobs(CHECKS)
  await author.client.reviews.appeal({
    params: { ...c.params, submission_id: id! },
    body: { reason: 'It is complete.' },
  })
  await w.jobs(CHECKS)
  expect(await queued(c)).toEqual([id])
  const { items } = await reviewers[0]!.client.assignments.claim_reviews({ params: c.params, body: { count: 1 } })
  await reviewers[0]!.client.reviews.record({
    params: c.params,
    body: { reviews: [{ submission_id: items[0]!.submission_id, votes: { fact: { approve: true } } }] },
  })
  expect((await status(author, c, id!)).status).toBe('accepted')
  // The check failed it and people did not: its precision says so.
  const { items: records } = await qa.client.checks.records({ params: c.params })
  expect(records).toMatchObject([{ kind: 'length', run: 1, failed: 1, passed: 0, judged: 1, confirmed: 0 }])
  expect(records[0]!.precision!.low_bps).toBe(0)
})

test('a campaign without checks asks for reviews at once, and no check runs', async () => {
  const c = await campaignOf(undefined, 1)
  const ids = await handIn(author, c, ['anything'])
  expect(await queued(c)).toEqual(ids)
  await w.jobs(CHECKS)
  expect(await resultsOf(c)).toEqual([])
})

test('copies are found across people and in whatever spelling; the first one stands, and its author is not named', async () => {
  const c = await campaignOf(
    [
      { kind: 'exact_duplicate', on_fail: 'reject' },
      { kind: 'near_duplicate', on_fail: 'reject' },
    ],
    8,
  )
  const [first] = await handIn(author, c, [BEES])
  await w.jobs(CHECKS)
  const tricks = BEES.replaceAll('e', 'е').replaceAll(' ', '\u200b ').toUpperCase()
  const swapped = BEES.replace('sisters', 'siblings')
  const padded = `${WHALES} ${BEES} ${WHALES.split(' ').toReversed().join(' ')}`
  const [same, near, pad, other] = await handIn(copier, c, [tricks, swapped, padded, 'Krill are smaller than you think they are.'])
  await w.jobs(CHECKS)
  const found = Object.fromEntries((await resultsOf(c)).map((r) => [r.submission_id, r]))
  expect(found[same!]!.results[0]).toMatchObject({ kind: 'exact_duplicate', verdict: 'fail', code: 'duplicate' })
  expect(found[near!]!.results[1]).toMatchObject({ kind: 'near_duplicate', verdict: 'fail', code: 'near_duplicate' })
  expect(found[pad!]!.results[1]).toMatchObject({ kind: 'near_duplicate', verdict: 'flag', code: 'padded_copy' })
  expect(found[first!]!.coverage_ppm).toBe(1_000_000)
  expect(found[same!]!.coverage_ppm).toBe(0)
  expect(found[pad!]!.outcome).toBe('review')
  // Of two alike in one batch, the earlier one stands.
  expect(BigInt(pad!)).toBeLessThan(BigInt(other!))
  const told = JSON.stringify(await status(copier, c, same!))
  expect(told).toContain('has been handed in for this task before')
  for (const secret of [author.account_id, 'author', first!, 'jaccard']) expect(told).not.toContain(secret)
  const { items } = await qa.client.checks.records({ params: c.params })
  expect(items.map((r) => [r.kind, r.passed, r.failed, r.flagged])).toEqual([
    ['exact_duplicate', 4, 1, 0],
    ['near_duplicate', 2, 2, 1],
  ])
  expect(await qa.client.checks.waiting({ params: c.params })).toMatchObject({ waiting: 0, duplicates_avoided: 2, again: null })
}) // prettier-ignore

test('two answers to one item are never held against each other; nor is a revision against its first version', async () => {
  const c = await campaignOf([{ kind: 'near_duplicate', on_fail: 'reject' }, { kind: 'length', on_fail: 'reject', max_words: 22 }], 1)
  const [id] = await handIn(author, c, [BEES])
  await w.jobs(CHECKS)
  expect((await status(author, c, id!)).checks.map((r) => r.code)).toEqual(['too_long'])
  const revised = await author.client.reviews.revise({
    params: { ...c.params, submission_id: id! },
    body: { answer: { fact: BEES.replace(' that they have found', '') } },
  })
  await w.jobs(CHECKS)
  expect(await queued(c)).toEqual([revised.submission_id])
}) // prettier-ignore

test('flags reject nothing, reach nobody who works there, and their precision is what reviewers say without knowing', async () => {
  const c = await campaignOf(
    [
      { kind: 'gibberish', on_fail: 'flag' },
      { kind: 'personal_data', on_fail: 'flag' },
      { kind: 'pace', on_fail: 'flag', max_words_per_minute: 100 },
    ],
    3,
  )
  const ids = await handIn(author, c, ['asdfghjkl qwertyuiop zxcvbnm asdfasdf', `${BEES} Write to jo@example.org.`, 'Whales sing.'], 10_000)
  await w.jobs(CHECKS)
  expect((await queued(c)).toSorted()).toEqual(ids.toSorted())
  const rows = await resultsOf(c)
  expect(rows.map((r) => r.results.filter((x) => x.verdict === 'flag').map((x) => x.code))).toEqual([
    ['gibberish'],
    ['personal_data', 'too_quick'],
    [],
  ])
  const { items } = await reviewers[0]!.client.assignments.claim_reviews({ params: c.params, body: { count: 3 } })
  expect(JSON.stringify(items)).not.toMatch(/flag|check|gibberish|too_quick/)
  const votes = (id: string) => ({ fact: id === ids[0] ? { approve: false, reason: 'unclear' as const } : { approve: true } })
  await reviewers[0]!.client.reviews.record({
    params: c.params,
    body: { reviews: items.map(({ submission_id }) => ({ submission_id, votes: votes(submission_id) })) },
  })
  // Rejected by people: the flag is not among the reasons.
  expect((await status(author, c, ids[0]!)).checks).toEqual([])
  const { items: records } = await qa.client.checks.records({ params: c.params })
  expect(records.map((r) => [r.kind, r.flagged, r.judged, r.confirmed])).toEqual([
    ['gibberish', 1, 1, 1],
    ['pace', 1, 1, 0],
    ['personal_data', 1, 1, 0],
  ])
  for (const p of [author, reviewers[0]!, outsider]) {
    await expect(p.client.checks.records({ params: c.params })).rejects.toMatchObject({ code: 'checks_not_shown' })
    await expect(p.client.checks.waiting({ params: c.params })).rejects.toMatchObject({ code: 'checks_not_shown' })
  }
}) // prettier-ignore

test('run again, checks stand beside what counted and change nothing; a copy is held against the same texts as then', async () => {
  const c = await campaignOf([{ kind: 'exact_duplicate', on_fail: 'reject' }, { kind: 'near_duplicate', on_fail: 'reject' }], 4)
  await handIn(author, c, [BEES, BEES.replace('sisters', 'friends'), WHALES])
  await w.jobs(CHECKS)
  const before = await resultsOf(c)
  const decisions = () => w.db.selectFrom('decision').selectAll().where('campaign_id', '=', c.id).execute()
  const decided = await decisions()
  expect(await operator.client.checks.again({ params: c.params, body: {} })).toEqual({ run: 2 })
  await expect(operator.client.checks.again({ params: c.params, body: {} })).rejects.toMatchObject({ code: 'checks_running' })
  await w.jobs(CHECKS)
  const after = await resultsOf(c, 2)
  const said = (rows: typeof before) => rows.map((r) => r.results.map(({ kind, verdict, code }) => ({ kind, verdict, code })))
  expect(said(after)).toEqual(said(before))
  expect(await resultsOf(c)).toEqual(before)
  expect(await decisions()).toEqual(decided)
  expect((await qa.client.checks.waiting({ params: c.params })).again).toMatchObject({ run: 2 })
  expect(await operator.client.checks.again({ params: c.params, body: {} })).toEqual({ run: 3 })
  await w.jobs(CHECKS)
}) // prettier-ignore

test('work that an expert decided while its checks waited stays decided', async () => {
  const c = await campaignOf([{ kind: 'length', on_fail: 'reject', min_words: 5 }], 1)
  const [id] = await handIn(author, c, ['bees dance'])
  w.clock.advance(2 * 86_400_000)
  await w.jobs(['escalate_overdue'])
  const claimed = await qa.client.reviews.expert_claim({ params: c.params, body: {} })
  expect(claimed.items.map((i) => i.submission_id)).toEqual([id])
  await qa.client.reviews.record({
    params: c.params,
    body: { reviews: [{ submission_id: id!, votes: { fact: { approve: true } } }] },
  })
  await w.jobs(CHECKS)
  expect(await status(author, c, id!)).toMatchObject({ status: 'accepted', checks: [] })
  expect(await queued(c)).toEqual([])
})

test('the books stay right, and the log says that checks ran and nothing of what they found', async () => {
  await auditLedger.run(jobContext(w.parts), {})
  const audit = await w.db.selectFrom('ledger_audit').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst()
  expect(audit).toMatchObject({ problems: [] })
  const events = await w.db.selectFrom('event').select('body').where('kind', '=', 'checked').execute()
  expect(events.length).toBeGreaterThan(10)
  expect(JSON.stringify(events)).not.toMatch(/fail|flag|too_short|coverage/)
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { draft } from '../../../test/draft.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { createRng } from '../../platform/rng.ts'
import { toUnits } from '../../engine/snapshot.ts'
import { firstSnapshot } from './plan-rules.ts'
import { inDoubt, LEAST_SHOWN, reviewerRows } from './qa-rules.ts'
import type { Vote } from './rules.ts'

const vote = (v: Partial<Vote>): Vote => ({
  review_id: '1',
  submission_id: '1',
  author_id: 'a',
  round: 1,
  question: 'q',
  reviewer_id: 'r',
  approve: true,
  decided: true,
  gold: null,
  ...v,
})
const times = (n: number, v: Partial<Vote>) =>
  Array.from({ length: n }, (_, i) => vote({ submission_id: `${i}`, ...v }))

describe('the rows', () => {
  test('each vote falls into one cell; who voted little is summed up, and left out while even that is little', () => {
    const votes = [
      ...times(6, { reviewer_id: 'busy' }),
      ...times(3, { reviewer_id: 'busy', approve: false, gold: true }),
      ...times(LEAST_SHOWN - 1, { reviewer_id: 'new', decided: false }),
      ...times(2, { reviewer_id: 'newer', approve: false, decided: false }),
      ...times(9, { reviewer_id: 'waiting', decided: null }),
    ]
    const rows = reviewerRows(votes, undefined, (id) => `<${id}>`)
    const none = { approved_right: 0, approved_wrong: 0, rejected_right: 0, rejected_wrong: 0 }
    expect(rows).toMatchObject([
      {
        reviewer: '<busy>',
        people: 1,
        decided: { ...none, approved_right: 6, rejected_right: 3 },
        audited: { ...none, rejected_right: 3 },
      },
      {
        reviewer: null,
        people: 3,
        decided: { ...none, approved_wrong: LEAST_SHOWN - 1, rejected_wrong: 2 },
        audited: none,
      },
    ])
    expect(reviewerRows(times(LEAST_SHOWN - 1, {}), undefined, String)).toEqual([])
  })

  test('rates are read back from published weights', () => {
    const [a, r] = [0.9, 0.7]
    const row = (lead: number) => [toUnits(-lead / 2), toUnits(lead / 2)]
    const weights = [row(Math.log((1 - a) / r)), row(Math.log(a / (1 - r)))]
    const snapshot = { ...firstSnapshot('x'), people: { r: weights } }
    expect(reviewerRows(times(9, {}), snapshot, String)[0]).toMatchObject({
      approves_good_bps: 9000,
      rejects_bad_bps: 7000,
    })
    const useless = { ...snapshot, people: { r: [row(0), row(0)] } }
    expect(reviewerRows(times(9, {}), useless, String)[0]).toMatchObject({ approves_good_bps: null })
  })

  test('what stands nearest to the line comes first, wherever the line is', () => {
    const snapshot = firstSnapshot('x')
    const votes = [
      ...[1, 2].map((i) => vote({ submission_id: 'sure', reviewer_id: `${i}` })),
      ...[1, 2].map((i) => vote({ submission_id: 'split', reviewer_id: `${i}`, approve: i === 1 })),
      ...[1, 2, 3, 4, 5, 6].map((i) => vote({ submission_id: 'plain', reviewer_id: `${i}` })),
      vote({ submission_id: 'open', decided: null }),
    ]
    const at = (line: number) => inDoubt(votes, snapshot, () => line).map((d) => d.submission_id)
    expect(at(0)).toEqual(['split', 'sure'])
    expect(at(toUnits(2 * Math.log(0.85 / 0.25)))).toEqual(['sure', 'split'])
    expect(inDoubt(votes, snapshot, () => 0)[0]!.doubt).toBeGreaterThan(0.7)
    expect(inDoubt(votes, snapshot, () => 0)[0]!.doubt).toBeLessThanOrEqual(1)
  })
})

describe('what QA reads of a campaign', () => {
  let w: World
  let qa: Person
  let authors: Person[]
  let reviewers: Person[]
  let campaign: string
  beforeAll(async () => {
    w = await createWorld()
    qa = await w.person('quinn', { roles: ['qa'] })
    authors = await Promise.all(['ann', 'ben'].map((h) => w.person(h)))
    reviewers = await Promise.all(Array.from({ length: 6 }, (_, i) => w.person(`rev${i}`)))
    const question = { type: 'string', minLength: 1, maxLength: 500 }
    const made = await makeCampaign(w, {
      contributors: authors,
      reviewers,
      items: Array.from({ length: 40 }, (_, i) => ({ topic: `topic ${i}` })),
      settings: { reviews: { min: 3, max: 3 }, batch_size: 50 },
      form: {
        schema: { type: 'object', properties: { fact: question, tone: question }, required: ['fact', 'tone'] },
        ui: {
          order: ['fact', 'tone'],
          questions: {
            fact: { widget: 'short_text', title: 'A fact' },
            tone: { widget: 'short_text', title: 'Its tone' },
          },
        },
      },
    })
    campaign = made.id
    const params = { campaign_id: campaign }
    const good = new Map<string, boolean>()
    for (const author of authors) {
      const { items } = await author.client.assignments.claim_items({ params, body: { count: 20 } })
      const body = {
        submissions: items.map((i) => ({ item_id: i.item_id, answer: { fact: `fact ${i.item_id}`, tone: 'calm' } })),
      }
      for (const s of (await author.client.submissions.submit({ params, body })).items)
        good.set(s.submission_id, good.size % 4 !== 0)
    }
    // Facts are plain to everyone; what the right tone is, nobody can tell from the instructions.
    const rng = createRng(5)
    for (let idle = 0; idle < reviewers.length;)
      for (const r of reviewers) {
        const { items } = await r.client.assignments.claim_reviews({ params, body: { count: 7 } })
        idle = items.length === 0 ? idle + 1 : 0
        if (items.length === 0) continue
        const say = (approve: boolean) => (approve ? { approve } : { approve, reason: 'wrong' as const })
        const reviews = items.map(({ submission_id }) => ({
          submission_id,
          votes: {
            fact: say(good.get(submission_id) === rng.fraction() < 0.95),
            tone: say(rng.fraction() < 0.5),
          },
        }))
        await r.client.reviews.record({ params, body: { reviews } })
      }
    await w.jobs(['take_snapshots'])
  })
  afterAll(() => w.close())
  const place = () => ({ params: { campaign_id: campaign } })

  test('reviewers by a name of this campaign, questions with what causes their disagreement', async () => {
    const got = await qa.client.reliability.campaign(place())
    expect(got.questions.map((q) => [q.question, q.verdict])).toEqual([
      ['tone', 'instructions'],
      ['fact', 'clear'],
    ])
    expect(got.questions[0]).toMatchObject({ title: 'Its tone', votes: 80 })
    expect(got.reviewers).toHaveLength(6)
    expect(new Set(got.reviewers.map((r) => r.reviewer)).size).toBe(6)
    for (const r of got.reviewers) expect(r.reviewer).toMatch(/^R-[0-9A-F]{6}$/)
    const votes = got.reviewers.flatMap((r) => Object.values(r.decided)).reduce((a, b) => a + b, 0)
    expect(votes).toBe(240)
    for (const p of [...reviewers, ...authors]) expect(JSON.stringify(got)).not.toContain(p.account_id)
    expect(await qa.client.reliability.campaign(place())).toEqual(got)
    expect((await qa.client.reliability.campaigns()).items.map((c) => c.campaign_id)).toEqual([campaign])
  })

  test('work in most doubt, without verdict, votes and names; what an audit drew is not told', async () => {
    const { items } = await qa.client.reliability.doubts(place())
    expect(items).toHaveLength(20)
    expect(items.map((d) => d.doubt_bps)).toEqual(items.map((d) => d.doubt_bps).toSorted((a, b) => b - a))
    expect(items[0]!.question).toBe('tone')
    expect(Object.keys(items[0]!).toSorted()).toEqual([
      'answer',
      'data',
      'doubt_bps',
      'question',
      'reviews',
      'submission_id',
      'title',
    ])
    expect(items[0]).toMatchObject({ answer: { tone: 'calm' }, reviews: 3 })
    await qa.client.audits.draw({ body: { campaign_id: campaign, accepted: 'all', rejected: 'all' } })
    expect((await qa.client.reliability.doubts(place())).items).toEqual([])
  })

  test('a grade counts once its audit is closed, not before', async () => {
    const audited = async () =>
      (await qa.client.reliability.campaign(place())).reviewers
        .flatMap((r) => Object.values(r.audited))
        .reduce((a, b) => a + b, 0)
    const work = await qa.client.audits.claim({ ...place(), body: { count: 50 } })
    const right = { fact: { right: true }, tone: { right: true } }
    await w.db.updateTable('audit').set({ grades_wanted: 2 }).execute()
    await qa.client.audits.grade({
      ...place(),
      body: { grades: work.items.map((i) => ({ submission_id: i.submission_id, grades: right })) },
    })
    expect(await audited()).toBe(0)
    await w.db.updateTable('audit').set({ closed_at: w.clock.now() }).where('grades', '>', 0).execute()
    expect(await audited()).toBe(work.items.length * 6)
  })

  test('nobody but QA and operators asks; drafts and redundancy say nothing', async () => {
    for (const p of [authors[0]!, reviewers[0]!])
      for (const ask of [
        p.client.reliability.campaign(place()),
        p.client.reliability.doubts(place()),
        p.client.reliability.campaigns(),
      ])
        await expect(ask).rejects.toMatchObject({ code: 'not_allowed' })
    const { campaign_id } = await authors[0]!.client.campaigns.create({ body: draft() })
    await expect(qa.client.reliability.campaign({ params: { campaign_id } })).rejects.toMatchObject({
      code: 'campaign_not_found',
    })
    const { id } = await makeCampaign(w, { items: [null], mode: 'redundancy' })
    expect(await qa.client.reliability.campaign({ params: { campaign_id: id } })).toMatchObject({
      snapshot: null,
      reviewers: [],
      questions: [],
    })
  })
})

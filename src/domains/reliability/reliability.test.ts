import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { readSnapshot } from '../../engine/snapshot.ts'
import { decideReview, type ReviewPlan } from '../../engine/stopping.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { authorSignal } from './rules.ts'

let w: World
let authors: Person[]
let reviewers: Person[]
let campaign: string
const TASKS = 80
/** Reviewer 0 is always right, the last says yes to everything, the others err once in five. */
const says = (reviewer: number, task: number, isGood: boolean): boolean =>
  reviewer === 5 ? true : reviewer === 0 || (task * 7 + reviewer * 3) % 5 !== 0 ? isGood : !isGood
const isGood = (task: number): boolean => task % 3 !== 0

beforeAll(async () => {
  w = await createWorld()
  authors = await Promise.all(['ann', 'ben'].map((h) => w.person(h)))
  reviewers = await Promise.all(Array.from({ length: 6 }, (_, i) => w.person(`rev${i}`)))
  const made = await makeCampaign(w, {
    contributors: authors,
    reviewers,
    items: Array.from({ length: TASKS }, () => null),
    settings: {
      reviews: { min: 2, max: 6 },
      policy: { kind: 'adaptive', good_value_minor: '100', bad_cost_minor: '100' },
      batch_size: 50,
    },
  })
  campaign = made.id
})
afterAll(() => w.close())

const at = () => ({ params: { campaign_id: campaign } })
const eventsOf = (kind: string) =>
  w.db.selectFrom('event').select(['subject_id', 'body']).where('kind', '=', kind).orderBy('id').execute()

/** Everybody takes what the queue gives, one by one, until nothing is left. */
async function reviewAll(taskOf: ReadonlyMap<string, number>): Promise<void> {
  for (let idle = 0; idle < 2;) {
    idle += 1
    for (const [i, r] of reviewers.entries()) {
      const { items } = await r.client.assignments.claim_reviews({ ...at(), body: { count: 5 } })
      if (items.length === 0) continue
      idle = 0
      const reviews = items.map(({ submission_id }) => {
        const task = taskOf.get(submission_id)!
        const approve = says(i, task, isGood(task))
        return { submission_id, votes: { fact: approve ? { approve } : { approve, reason: 'wrong' as const } } }
      })
      await r.client.reviews.record({ ...at(), body: { reviews } })
      await w.jobs(['take_snapshots'])
    }
    w.clock.advance(61_000)
  }
}

test('as many reviews as the doubt needs; each decision can be recomputed from what is published', async () => {
  const taskOf = new Map<string, number>()
  let task = 0
  for (const author of authors) {
    const { items } = await author.client.assignments.claim_items({ ...at(), body: { count: 40 } })
    const handed = await author.client.submissions.submit({
      ...at(),
      body: { submissions: items.map((i) => ({ item_id: i.item_id, answer: { fact: `Fact ${i.item_id}` } })) },
    })
    for (const s of handed.items) taskOf.set(s.submission_id, task++)
  }
  await reviewAll(taskOf)

  const decided = await eventsOf('decided')
  // What doubt is left when all reviewers have voted waits for an expert.
  const waiting = await w.db.selectFrom('queue').select('target_id').where('lane', '=', 3).execute()
  expect(decided.length + waiting.length).toBe(TASKS)
  expect(decided.length).toBeGreaterThan(TASKS * 0.8)
  const counts = await w.db.selectFrom('decision').select('reviews').execute()
  // Sure ones stop after few, doubtful ones go on: no fixed number.
  expect(new Set(counts.map((c) => c.reviews)).size).toBeGreaterThan(1)

  const snapshots = new Map((await w.db.selectFrom('snapshot').selectAll().execute()).map((s) => [s.batch, s]))
  const plans = new Map((await w.db.selectFrom('review_plan').selectAll().execute()).map((p) => [p.hash, p]))
  // What is learnt decides: later decisions use later snapshots, each with a plan of its own.
  const used = new Set(decided.map((e) => (e.body as { snapshot: string }).snapshot))
  expect(used.size).toBeGreaterThan(1)
  expect(plans.size).toBe(snapshots.size)
  for (const e of decided) {
    const body = e.body as { accepted: boolean; snapshot: string; plan: string; leads: { fact?: number } }
    const snapshot = readSnapshot(snapshots.get(body.snapshot)!.body)
    const plan = JSON.parse(plans.get(body.plan)!.body) as ReviewPlan
    expect(sha256Hex(plans.get(body.plan)!.body)).toBe(body.plan)
    const { author_id } = await w.db
      .selectFrom('submission')
      .select('author_id')
      .where('id', '=', e.subject_id)
      .executeTakeFirstOrThrow()
    const votes = await w.db.selectFrom('review').selectAll().where('submission_id', '=', e.subject_id).execute()
    const outcome = decideReview(
      plan,
      snapshot,
      votes.map((v) => ({
        person: v.reviewer_id,
        said: (v.votes as { fact: { approve: boolean } }).fact.approve ? 1 : 0,
        pool: 'fresh',
      })),
      [authorSignal(author_id)],
    )
    expect(outcome.decision).toBe(body.accepted ? 'accept' : 'reject')
    expect(body.leads.fact! > 0).toBe(body.accepted)
  }
  const right = decided.filter((e) => (e.body as { accepted: boolean }).accepted === isGood(taskOf.get(e.subject_id)!))
  expect(right.length / decided.length).toBeGreaterThan(0.85)
})

test('who says yes to everything weighs little, who is right weighs much; each sees their own', async () => {
  const newest = await w.db
    .selectFrom('snapshot')
    .select('body')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const { people } = readSnapshot(newest.body)
  const lead = (i: number) => people[reviewers[i]!.account_id]![1]![1]! - people[reviewers[i]!.account_id]![1]![0]!
  expect(lead(0)).toBeGreaterThan(lead(5))
  const mine = (await reviewers[0]!.client.reliability.mine()).items
  expect(mine).toHaveLength(1)
  expect(mine[0]).toMatchObject({ task_class: 'simple_research', role: 'reviewer' })
  expect(mine[0]!.low_bps).toBeLessThan(mine[0]!.mean_bps)
  expect(mine[0]!.judged).toBeGreaterThan(3)
  expect((await authors[0]!.client.reliability.mine()).items[0]).toMatchObject({ role: 'contributor' })
})

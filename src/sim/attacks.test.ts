import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../test/world.ts'

let w: World
let author: Person
let reviewers: Person[]
let puppet: Person
let campaign: Made
beforeAll(async () => {
  w = await createWorld()
  author = await w.person('author')
  puppet = await w.person('puppet')
  reviewers = await Promise.all(['r1', 'r2', 'r3'].map((h) => w.person(h)))
  campaign = await makeCampaign(w, {
    items: Array.from({ length: 4 }, (_, i) => ({ topic: `t${i}` })),
    contributors: [author],
    reviewers: [...reviewers, puppet, author],
    settings: { min_seconds_contribute: 30, min_seconds_review: 20, reviews: { min: 3, max: 3 } },
  })
})
afterAll(() => w.close())

const params = () => ({ campaign_id: campaign.id })
const claimItems = (count: number) => author.client.assignments.claim_items({ params: params(), body: { count } })
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (error: { code?: string }) => error.code ?? 'broken',
  )
const post = async (as: Person, what: string, body: unknown, headers: Record<string, string> = {}) => {
  const r = await w.raw(as, {
    method: 'POST',
    url: `/v1/campaigns/${campaign.id}/${what}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  })
  return { status: r.status, body: JSON.parse(r.body) as { error?: { code: string } } }
}

describe('attackers of the simulated season against the application', () => {
  test('a forged clock buys no time: the server measures, and takes no times from outside', async () => {
    const [item] = (await claimItems(1)).items
    const submission = { item_id: item!.item_id, answer: { fact: 'made in no time' } }
    w.clock.advance(5_000)
    const early = { submissions: [submission] }
    expect(await codeOf(author.client.submissions.submit({ params: params(), body: early }))).toBe('too_fast')
    const dated = await post(author, 'submissions', early, { date: new Date('2030-01-01').toUTCString() })
    expect(dated.body.error?.code).toBe('too_fast')
    for (const extra of [{ took_seconds: 9000 }, { leased_at: '2020-01-01T00:00:00.000Z' }, { duration: 600 }]) {
      const forged = await post(author, 'submissions', { submissions: [{ ...submission, ...extra }] })
      expect(forged.body.error?.code).toBe('invalid_request')
    }
    w.clock.advance(30_000)
    expect(await codeOf(author.client.submissions.submit({ params: params(), body: early }))).toBe('accepted')
  })

  test('a replayed vote counts once, a changed one not at all, and nobody else can send it', async () => {
    const [first, second] = reviewers as [Person, Person]
    const held = await first.client.assignments.claim_reviews({ params: params(), body: { count: 5 } })
    const id = held.items[0]!.submission_id
    const votes = { fact: { approve: true } }
    const body = { reviews: [{ submission_id: id, votes }] }
    expect(await codeOf(first.client.reviews.record({ params: params(), body }))).toBe('too_fast')
    w.clock.advance(60_000)
    const once = await first.client.reviews.record({ params: params(), body })
    const again = await first.client.reviews.record({ params: params(), body })
    expect(again.items[0]!.review_id).toBe(once.items[0]!.review_id)
    const other = { fact: { approve: false, reason: 'wrong' as const } }
    const turned = first.client.reviews.record({
      params: params(),
      body: { reviews: [{ submission_id: id, votes: other }] },
    })
    expect(await codeOf(turned)).toBe('already_reviewed')
    expect(await codeOf(second.client.reviews.record({ params: params(), body }))).toBe('lease_not_found')
    const counted = await w.db.selectFrom('review').select('id').where('submission_id', '=', id).execute()
    expect(counted).toHaveLength(1)
  })

  test('whoever wrote work never gets to judge it, nor does an account that is known to be theirs', async () => {
    const own = await author.client.assignments.claim_reviews({ params: params(), body: { count: 5 } })
    expect(own.items).toEqual([])
    await w.db
      .insertInto('exclusion')
      .values(
        [
          [author, puppet],
          [puppet, author],
        ].map(([a, b]) => ({
          account_id: a!.account_id,
          other_id: b!.account_id,
          reason: 'one person',
          created_at: w.clock.now(),
        })),
      )
      .execute()
    const linked = await puppet.client.assignments.claim_reviews({ params: params(), body: { count: 5 } })
    expect(linked.items).toEqual([])
    // Another reviewer still finds it: there was something to get.
    const third = await reviewers[2]!.client.assignments.claim_reviews({ params: params(), body: { count: 5 } })
    expect(third.items).toHaveLength(1)
  })
})

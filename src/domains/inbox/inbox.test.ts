import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'

let w: World
let author: Person
let reviewers: Person[]
let requester: Person
const DAY = 86_400_000
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const deliver = () => w.jobs(['deliver_messages', 'remind_of_ends'])
const heard = async (p: Person) => (await p.client.inbox.list({ query: {} })).items.map((m) => m.kind)

beforeAll(async () => {
  w = await createWorld()
  author = await w.person('ann')
  requester = await w.person('rick')
  reviewers = await Promise.all(['rita', 'ravi', 'rosa', 'remy'].map((h) => w.person(h)))
})
afterAll(() => w.close())

const approve = { fact: { approve: true } }
const disapprove = { fact: { approve: false, reason: 'wrong' as const } }
type Campaign = Awaited<ReturnType<typeof makeCampaign>>
async function judge(c: Campaign, votes: typeof approve | typeof disapprove, people: Person[]): Promise<void> {
  for (const me of people) {
    const work = await me.client.assignments.claim_reviews({ params: { campaign_id: c.id }, body: {} })
    await me.client.reviews.record({
      params: { campaign_id: c.id },
      body: { reviews: work.items.map((i) => ({ submission_id: i.submission_id, votes })) },
    })
  }
}

describe('the inbox', () => {
  let c: Campaign
  let handed: string[]
  test('an author hears of the decision, a reviewer of nothing', async () => {
    c = await makeCampaign(w, {
      contributors: [author],
      reviewers,
      items: [{ topic: 'a' }, { topic: 'b' }],
      settings: { reviews: { min: 1, max: 3 }, batch_size: 2, revision_seconds: (3 * DAY) / 1000 },
    })
    await c.join(requester, 'requester')
    const at = { params: { campaign_id: c.id } }
    const { items } = await author.client.assignments.claim_items({ ...at, body: {} })
    const { items: made } = await author.client.submissions.submit({
      ...at,
      body: { submissions: items.map((i) => ({ item_id: i.item_id, answer: { fact: 'So.' } })) },
    })
    handed = made.map((m) => m.submission_id)
    await judge(c, disapprove, reviewers.slice(0, 1))
    await deliver()
    const inbox = await author.client.inbox.list({ query: {} })
    expect(inbox).toMatchObject({ unread: 2, next: null })
    expect(inbox.items).toHaveLength(2)
    expect(inbox.items[0]).toMatchObject({
      kind: 'submission_rejected',
      campaign_id: c.id,
      title: `Campaign ${c.id}`,
      params: {},
      read_at: null,
    })
    expect(inbox.items.map((m) => m.subject_id).sort()).toEqual([...handed].sort())
    for (const r of reviewers) expect(await heard(r)).toEqual([])
    // A job that lost its place says nothing twice.
    await w.db.updateTable('job_state').set({ watermark: '{}' }).where('name', '=', 'deliver_messages').execute()
    await deliver()
    expect(await heard(author)).toHaveLength(2)
  })

  test('a reminder comes once, a day before the end, and not to who has answered', async () => {
    await author.client.reviews.appeal({
      params: { campaign_id: c.id, submission_id: handed[0]! },
      body: { reason: 'Look at the source.' },
    })
    w.clock.advance(1.9 * DAY)
    await deliver()
    expect(await heard(author)).not.toContain('revision_ending')
    w.clock.advance(0.2 * DAY)
    await deliver()
    await deliver()
    const [first, ...rest] = (await author.client.inbox.list({ query: {} })).items
    expect(first).toMatchObject({
      kind: 'revision_ending',
      subject_id: handed[1],
      params: { until: '2026-01-08T12:00:00.000Z' },
    })
    expect(rest.map((m) => m.kind)).not.toContain('revision_ending')
  })

  test('an appeal is answered, money is announced when it can be claimed', async () => {
    await judge(c, approve, reviewers.slice(1, 2))
    await deliver()
    expect((await heard(author))[0]).toBe('appeal_upheld')
    w.clock.advance(9 * DAY)
    await w.jobs(['thaw'])
    await deliver()
    const [money] = (await author.client.inbox.list({ query: { limit: 1 } })).items
    expect(money).toMatchObject({
      kind: 'money_claimable',
      campaign_id: c.id,
      subject_id: null,
      params: { currency: 'POINT', amount_minor: '20', scale: 0 },
    })
    expect(await heard(reviewers[0]!), 'a reviewer hears of money by the day, never of a submission').toEqual([
      'money_claimable',
    ])
  })

  test('payouts, new terms, flags and approvals find their people', async () => {
    const operator = await w.person('operator', { roles: ['operator'] })
    await w.db
      .insertInto('payout_destination')
      .values({ account_id: author.account_id, currency: 'POINT', destination: 'ann@bank', changed_at: w.clock.now() })
      .execute()
    await author.client.payouts.claim({ body: { currency: 'POINT', amount_minor: '5' } })
    const batch = await operator.client.payouts.draft({ body: { currency: 'POINT' } })
    await operator.client.payouts.mark_sent({ params: { batch_id: batch.batch_id }, body: {} })
    await operator.client.payouts.mark_returned({
      params: { batch_id: batch.batch_id, account_id: author.account_id },
      body: { note: 'No such account.' },
    })
    await deliver()
    expect((await heard(author)).slice(0, 2).sort()).toEqual(['payout_returned', 'payout_sent'])

    const flag = await author.client.campaigns.flag({
      params: { campaign_id: c.id },
      body: {
        target_id: (
          await w.db.selectFrom('item').select('id').where('campaign_id', '=', c.id).limit(1).executeTakeFirstOrThrow()
        ).id,
        kind: 'question',
        message: 'Which year?',
      },
    })
    await requester.client.campaigns.resolve_flag({
      params: { campaign_id: c.id, flag_id: flag.flag_id },
      body: { resolution: 'answered', reply: 'Any.' },
    })
    await deliver()
    expect((await author.client.inbox.list({ query: { limit: 1 } })).items).toMatchObject([
      { kind: 'flag_answered', subject_id: flag.flag_id, params: { resolution: 'answered' } },
    ])

    await w.db
      .updateTable('member')
      .set({ consent_version: 1 })
      .where('campaign_id', '=', c.id)
      .where('account_id', '=', author.account_id)
      .execute()
    const { version } = await w.db
      .selectFrom('campaign')
      .select('version')
      .where('id', '=', c.id)
      .executeTakeFirstOrThrow()
    await w.pool.query(
      `insert into campaign_version (campaign_id, version, instructions, form, settings, consent, consent_version, created_by, created_at)
      select campaign_id, version + 1, instructions, form, settings, consent, version + 1, created_by, created_at from campaign_version where campaign_id = $1 and version = $2`,
      [c.id, version],
    )
    const log = (kind: string, body: object) =>
      w.db
        .insertInto('event')
        .values({
          campaign_id: c.id,
          id: w.parts.newId(),
          kind,
          subject_id: c.id,
          at: w.clock.now(),
          body: JSON.stringify(body),
        })
        .execute()
    await log('campaign_versioned', { version: version + 1 })
    await deliver()
    expect((await author.client.inbox.list({ query: { limit: 1 } })).items).toMatchObject([
      { kind: 'consent_needed', params: { version: version + 1 } },
    ])

    const owner = (
      await w.db.selectFrom('campaign').select('requester_id').where('id', '=', c.id).executeTakeFirstOrThrow()
    ).requester_id
    await w.db
      .insertInto('campaign_approval')
      .values({
        campaign_id: c.id,
        id: w.parts.newId(),
        version: 1,
        decided_by: operator.account_id,
        approved: false,
        reason: 'Say where the data goes.',
        decided_at: w.clock.now(),
      })
      .execute()
    await log('approval_decided', { approved: false, version: 1 })
    for (const state of ['proved', 'failed', 'withdrawn'])
      await log('acceptance_ended', { state, audits: 77, wrong: 1 })
    await deliver()
    expect(
      await w.db
        .selectFrom('inbox_message')
        .select(['kind', 'params'])
        .where('account_id', '=', owner)
        .orderBy('id')
        .execute(),
    ).toEqual([
      { kind: 'campaign_declined', params: { reason: 'Say where the data goes.' } },
      { kind: 'claim_proved', params: { audits: 77 } },
      { kind: 'claim_failed', params: { audits: 77 } },
    ])
  })

  test("pages, unread only, marking read: by name or up to one, one's own only", async () => {
    const all = await author.client.inbox.list({ query: {} })
    expect(all.unread).toBe(all.items.length)
    const one = await author.client.inbox.list({ query: { limit: 3 } })
    const two = await author.client.inbox.list({ query: { limit: 200, after: one.next! } })
    expect([...one.items, ...two.items]).toEqual(all.items)
    expect(await refusal(author.client.inbox.list({ query: { after: 'x' } }))).toBe('invalid_request')

    const oldest = all.items.at(-1)!
    expect(await author.client.inbox.mark_read({ body: { message_ids: [oldest.message_id] } })).toEqual({
      unread: all.unread - 1,
    })
    expect((await author.client.inbox.list({ query: { unread: true } })).items.map((m) => m.message_id)).not.toContain(
      oldest.message_id,
    )
    await reviewers[0]!.client.inbox.mark_read({ body: { message_ids: all.items.map((m) => m.message_id) } })
    expect(await author.client.inbox.unread()).toEqual({ unread: all.unread - 1 })
    expect(await author.client.inbox.mark_read({ body: { up_to: all.items[0]!.message_id } })).toEqual({ unread: 0 })
    for (const body of [{}, { up_to: '1', message_ids: ['1'] }])
      expect(await refusal(author.client.inbox.mark_read({ body }))).toBe('invalid_request')
    expect(await refusal(w.stranger.inbox.list({ query: {} }))).toBe('not_signed_in')
  })
})

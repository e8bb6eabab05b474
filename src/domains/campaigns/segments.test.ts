import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { draft } from '../../../test/draft.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'

let w: World
let requester: Person
beforeAll(async () => {
  w = await createWorld()
  requester = await w.person('rick')
})
afterAll(() => w.close())

const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )

describe('a draft is split by a field of its items', () => {
  async function drafted(topics: (string | undefined)[]): Promise<string> {
    const { campaign_id } = await requester.client.campaigns.create({
      body: draft({ title: 'Facts', open_collection: false, quota: topics.length, pilot_size: 0 }),
    })
    await w.db
      .insertInto('item')
      .values(
        topics.map((topic, n) => ({
          campaign_id,
          id: w.parts.newId(),
          data: JSON.stringify({ topic: `place ${n}`, ...(topic === undefined ? {} : { kind: topic }) }),
          state: 'waiting',
          created_at: w.clock.now(),
        })),
      )
      .execute()
    return campaign_id
  }
  const itemsOf = async (campaign_id: string) =>
    (await w.db.selectFrom('item').select('data').where('campaign_id', '=', campaign_id).execute()).map(
      (i) => (i.data as unknown as { kind?: string }).kind,
    )
  const split = (
    campaign_id: string,
    segments: Parameters<typeof requester.client.campaigns.split>[0]['body']['segments'],
  ) => requester.client.campaigns.split({ params: { campaign_id }, body: { by: 'kind', segments } })

  test('each segment is a draft with its items and what is its own; the rest stays', async () => {
    const whole = await drafted(['law', 'law', 'law', 'food', 'food', undefined, 'other'])
    const made = await split(whole, [
      { value: 'law', title: 'Facts: law', difficulty: 'expert', routing: { least_bps: 9000, newcomer_daily: 2 } },
      { value: 'food', title: 'Facts: food', language: 'ar' },
    ])
    expect(made).toMatchObject({
      left: 2,
      items: [
        { value: 'law', quota: 3 },
        { value: 'food', quota: 2 },
      ],
    })
    const [law, food] = made.items.map((s) => s.campaign_id)
    expect(await itemsOf(law!)).toEqual(['law', 'law', 'law'])
    expect(await itemsOf(food!)).toEqual(['food', 'food'])
    expect(await itemsOf(whole)).toHaveLength(2)
    const managed = await requester.client.campaigns.manage({ params: { campaign_id: law! } })
    expect(managed).toMatchObject({ title: 'Facts: law', difficulty: 'expert', status: 'draft', quota: 3 })
    expect(managed.settings).toMatchObject({ routing: { least_bps: 9000, newcomer_daily: 2 } })
    const other = await requester.client.campaigns.manage({ params: { campaign_id: food! } })
    expect(other).toMatchObject({ language: 'ar', difficulty: 'beginner' })
    expect(other.settings.routing).toBeUndefined()
  })

  test('all or nothing, drafts only, and only by its requester', async () => {
    const whole = await drafted(['law', 'food'])
    const one = { value: 'law', title: 'Law' }
    expect(await refusal(split(whole, [one, one]))).toBe('segment_twice')
    expect(await refusal(split(whole, [one, { value: 'sports', title: 'Sports' }]))).toBe('segment_empty')
    expect(await itemsOf(whole)).toHaveLength(2)
    const stranger = await w.person('stranger')
    expect(
      await refusal(
        stranger.client.campaigns.split({ params: { campaign_id: whole }, body: { by: 'kind', segments: [one] } }),
      ),
    ).toBe('not_allowed')
    await w.db.updateTable('campaign').set({ status: 'open' }).where('id', '=', whole).execute()
    expect(await refusal(split(whole, [one]))).toBe('not_a_draft')
  })
})

describe('work goes to people by what they have shown', () => {
  async function known(p: Person, mean_bps: number, judged: number): Promise<void> {
    await w.db
      .insertInto('reliability')
      .values({
        account_id: p.account_id,
        task_class: 'simple_research',
        role: 'contributor',
        day: w.clock.now().toISOString().slice(0, 10),
        mean_bps,
        low_bps: mean_bps - 100,
        high_bps: mean_bps + 100,
        judged,
        confirmed: judged,
        audited: 0,
        audited_right: 0,
      } as never)
      .execute()
  }
  /** How many pieces somebody gets in a day, and what they are told then. */
  async function day(p: Person, campaign_id: string): Promise<[number, string]> {
    let got = 0
    for (;;) {
      const at = { params: { campaign_id } }
      let told = 'accepted'
      const work = await p.client.assignments.claim_items({ ...at, body: {} }).catch((e: unknown) => {
        told = e instanceof ApiError ? e.code : String(e)
        return undefined
      })
      if (!work) return [got, told]
      got += work.items.length
      await p.client.submissions.submit({
        ...at,
        body: { submissions: work.items.map((i) => ({ item_id: i.item_id, answer: { fact: `Fact ${i.item_id}` } })) },
      })
    }
  }

  test('newcomers get a share, the known a full day of their difficulty, and nobody is shut out', async () => {
    const [fresh, good, poor] = await Promise.all(['fresh', 'good', 'poor'].map((h) => w.person(h)))
    const c = await makeCampaign(w, {
      contributors: [fresh!, good!, poor!],
      items: Array.from({ length: 60 }, (_, n) => ({ n })),
      settings: { batch_size: 5, routing: { least_bps: 8000, newcomer_daily: 3 } },
    })
    await w.db.updateTable('campaign').set({ difficulty: 'expert' }).where('id', '=', c.id).execute()
    await known(good!, 9500, 200)
    await known(poor!, 6000, 200)
    expect(await day(fresh!, c.id)).toEqual([3, 'newcomer_share_reached'])
    expect(await day(good!, c.id)).toEqual([25, 'daily_cap_reached'])
    expect(await day(poor!, c.id)).toEqual([1, 'quality_share_reached'])
    w.clock.advance(86_400_000)
    expect(await day(poor!, c.id)).toEqual([1, 'quality_share_reached'])
    await known(fresh!, 9000, 30)
    expect(await day(fresh!, c.id)).toEqual([25, 'daily_cap_reached'])
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign } from '../../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { MOST_A_DAY, refuseExposure } from './rules.ts'

let w: World
let authors: Person[]
let reviewer: Person
beforeAll(async () => {
  w = await createWorld()
  authors = [await w.person('one'), await w.person('two', { roles: ['restricted_data'] })]
  reviewer = await w.person('reviewer')
})
afterAll(() => w.close())

const code = async (p: Promise<unknown>) => p.then(() => 'fine', (e: { code?: string }) => e.code) // prettier-ignore

async function campaign(items: number, task_class = 'adversarial', settings: object = {}) {
  const c = await makeCampaign(w, {
    contributors: authors,
    reviewers: [reviewer],
    task_class,
    items: Array.from({ length: items }, (_, i) => ({ topic: `bees ${i}` })),
    settings: { batch_size: 50, ...settings },
  })
  return { params: { campaign_id: c.id } }
}
async function fill(c: { params: { campaign_id: string } }, by: Person, count: number) {
  const { items } = await by.client.assignments.claim_items({ ...c, body: { count } })
  await by.client.submissions.submit({
    ...c,
    body: { submissions: items.map((i) => ({ item_id: i.item_id, answer: { fact: `fact ${i.item_id}` } })) },
  })
}

test('rules in order: who may, who wants to, how much', () => {
  const policy = { settings: { red_team: { kind: 'policy' } } } as unknown as { settings: object }
  const fine = { settings: {}, lane: 'review', roles: [], is_off: false, shown_today: 0 } as const
  const table: [object, string | undefined][] = [
    [{}, undefined],
    [{ ...policy, is_off: true, shown_today: 999 }, 'vetted_only'],
    [{ ...policy, roles: ['restricted_data'] }, undefined],
    [{ is_off: true, shown_today: 999 }, 'content_off'],
    [{ shown_today: MOST_A_DAY }, 'exposure_cap_reached'],
    [{ shown_today: MOST_A_DAY - 1 }, undefined],
    [{ lane: 'contribute', shown_today: MOST_A_DAY }, undefined],
  ]
  for (const [f, expected] of table) expect(refuseExposure({ ...fine, ...f } as never)).toBe(expected)
})

test('whoever turns adversarial work off is handed none, gives back what they hold, and keeps all else', async () => {
  const c = await campaign(4)
  const plain = await campaign(4, 'simple_research')
  for (const x of [c, plain]) await fill(x, authors[0]!, 4)
  const { items } = await reviewer.client.assignments.claim_reviews({ ...c, body: { count: 2 } })
  expect(items).toHaveLength(2)
  const off = await reviewer.client.exposure.set_choice({ body: { adversarial: false } })
  expect(off).toMatchObject({ adversarial: false, most_a_day: MOST_A_DAY })
  const held = await w.db.selectFrom('lease').select('state').where('account_id', '=', reviewer.account_id).where('campaign_id', '=', c.params.campaign_id).execute() // prettier-ignore
  expect(held.map((l) => l.state)).toEqual([3, 3])
  expect(await code(reviewer.client.assignments.claim_reviews({ ...c, body: {} }))).toBe('content_off')
  expect((await reviewer.client.assignments.claim_reviews({ ...plain, body: { count: 1 } })).items).toHaveLength(1)
  await reviewer.client.exposure.set_choice({ body: { adversarial: true } })
  expect((await reviewer.client.assignments.claim_reviews({ ...c, body: { count: 1 } })).items).toHaveLength(1)
})

test('nobody is shown more than so much of it in a day, over all campaigns', async () => {
  w.clock.advance(86_400_000)
  const [a, b] = [await campaign(MOST_A_DAY), await campaign(5)]
  for (let i = 0; i < MOST_A_DAY; i += 30) await fill(a, authors[0]!, 30)
  await fill(b, authors[1]!, 5)
  for (;;) {
    const { items } = await reviewer.client.assignments.claim_reviews({ ...a, body: { count: 50 } })
    if (items.length === 0) break
    await reviewer.client.reviews.record({
      ...a,
      body: { reviews: items.map((i) => ({ submission_id: i.submission_id, votes: { fact: { approve: true } } })) },
    })
    if ((await reviewer.client.exposure.read_choice({})).shown_today >= MOST_A_DAY) break
  }
  expect(await code(reviewer.client.assignments.claim_reviews({ ...b, body: {} }))).toBe('exposure_cap_reached')
  w.clock.advance(86_400_000)
  expect((await reviewer.client.assignments.claim_reviews({ ...b, body: { count: 1 } })).items).toHaveLength(1)
})

test('goals of a policy list are for people whom the operator knows', async () => {
  const red_team = { kind: 'policy', prompt: 'fact', goals: ['practice-pancakes'], samples: 5, least_bps: 2000, max_calls: 10, max_tokens: 1000, notice_days: 0 } // prettier-ignore
  const c = await campaign(2, 'adversarial', { red_team })
  expect(await code(authors[0]!.client.assignments.claim_items({ ...c, body: {} }))).toBe('vetted_only')
  expect(await code(authors[1]!.client.assignments.claim_items({ ...c, body: {} }))).toBe('fine')
})

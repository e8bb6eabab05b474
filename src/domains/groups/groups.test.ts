import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'
import type { Traits } from './contract.ts'

let w: World
const code = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const DAY = 86_400_000
beforeAll(async () => {
  w = await createWorld()
})
afterAll(() => w?.close())

const say = (p: Person, body: Traits) => p.client.groups.set({ body })
const said = async (p: Person) =>
  Object.fromEntries((await p.client.groups.mine()).items.map((i) => [i.trait, i.value]))

test('people say what they like of themselves, and take it back; saying otherwise takes ninety days, taken back or not', async () => {
  const p = await w.person('ann')
  expect(await said(p)).toEqual({ region: null, age: null, first_language: null })
  await say(p, { region: '015', first_language: 'ar' })
  await say(p, { region: '015' })
  expect(await said(p)).toEqual({ region: '015', age: null, first_language: 'ar' })
  expect(await code(say(p, { region: '154', age: '25_34' }))).toBe('trait_changed_lately')
  // All or nothing: the age was not kept either.
  expect((await said(p))['age']).toBeNull()
  await say(p, { region: null })
  expect((await said(p))['region']).toBeNull()
  expect(await code(say(p, { region: '154' }))).toBe('trait_changed_lately')
  w.clock.advance(91 * DAY)
  await say(p, { region: '154' })
  expect((await said(p))['region']).toBe('154')
  expect(await code(say(p, { region: '999' } as never))).toBe('invalid_request')
})

async function work(made: Made, p: Person): Promise<string> {
  const params = { campaign_id: made.id }
  const claimed = await p.client.assignments.claim_items({ params, body: { count: 1 } }).catch((e: ApiError) => e)
  if (claimed instanceof Error) return (claimed as ApiError).code
  for (const { item_id } of claimed.items)
    await p.client.submissions.submit({ params, body: { submissions: [{ item_id, answer: { fact: `f${item_id}` } }] } })
  w.clock.advance(6_000)
  return claimed.state
}

test('a group gives no more than its share; others go on; what is held can be handed in', async () => {
  const people = await Promise.all(['bo', 'cy', 'di', 'ed'].map((h) => w.person(h)))
  const [north, south, silent] = people as [Person, Person, Person, Person]
  await say(north, { region: '154' })
  await say(south, { region: '015' })
  const made = await makeCampaign(w, {
    contributors: people,
    items: Array.from({ length: 20 }, (_, i) => ({ topic: String(i) })),
    settings: {
      group_quotas: [
        { trait: 'region', value: '154', most_bps: 1500 },
        { trait: 'region', value: 'undeclared', most_bps: 500 },
      ],
    },
  })
  const outcomes = []
  for (let i = 0; i < 4; i++) outcomes.push(await work(made, north))
  expect(outcomes).toEqual(['work', 'work', 'work', 'group_full'])
  expect([await work(made, silent), await work(made, silent)]).toEqual(['work', 'group_full'])
  expect([await work(made, south), await work(made, south)]).toEqual(['work', 'work'])
  const page = await w.stranger.campaigns.page({ params: { campaign_id: made.id } })
  expect(page.group_quotas).toHaveLength(2)
  // The planted fault: who takes back what they said falls into the group of those who did not say, and gains nothing.
  await say(north, { region: null })
  expect(await work(made, north)).toBe('group_full')
})

test('a requester reads groups, never people: few are summed up or left out', async () => {
  const crowd = await Promise.all(Array.from({ length: 12 }, (_, i) => w.person(`crowd${i}`)))
  for (const [i, p] of crowd.entries())
    if (i < 9) await say(p, { region: i < 6 ? '015' : '154', age: i < 6 ? '18_24' : '35_49' })
  const made = await makeCampaign(w, { contributors: crowd, items: crowd.map((_, i) => ({ topic: String(i) })) })
  const requester = await w.person('rita')
  await made.join(requester, 'requester')
  for (const p of crowd) await work(made, p)
  await w.db.updateTable('submission').set({ status: 'accepted' }).where('campaign_id', '=', made.id).execute()
  const { traits } = await requester.client.groups.counts({ params: { campaign_id: made.id } })
  expect(traits.find((t) => t.trait === 'region')!.groups).toEqual([
    { value: '015', people: 6, accepted: 6 },
    { value: 'few', people: 6, accepted: 6 },
  ])
  expect(await code(crowd[0]!.client.groups.counts({ params: { campaign_id: made.id } }))).toBe('not_allowed')
  const bytes = (await w.raw(requester, { method: 'GET', url: `/v1/campaigns/${made.id}/groups` })).body
  for (const p of crowd) expect(bytes).not.toContain(p.account_id)
})

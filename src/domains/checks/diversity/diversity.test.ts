import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../../test/campaign.ts'
import { collect, itemsOf } from '../../../../test/collected.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'

const FACTS = [
  'Honey bees dance on the comb to tell their sisters in which direction and how far away the flowers are.',
  'Blue whales are the largest animals that have ever lived, and yet they feed on krill.',
  'Mount Kenya has glaciers although it stands almost on the equator, and they are melting.',
]
let w: World
let qa: Person
let author: Person
let c: Made
beforeAll(async () => {
  w = await createWorld()
  qa = await w.person('quinn', { roles: ['qa'] })
  author = await w.person('ann')
  c = await makeCampaign(w, { items: Array.from({ length: 8 }, (_, i) => ({ topic: `topic ${i}` })) })
})
afterAll(() => w.close())
const read = (p: Person) => p.client.checks.diversity({ params: { campaign_id: c.id } })

test('nothing is accepted yet: figures without numbers', async () => {
  expect(await read(qa)).toMatchObject({
    measured: 0,
    questions: [{ question: 'fact', texts: 0, effective_texts: null, distinct_1_ppm: null }, { question: 'note' }],
    coverage_bps: null,
    languages: [],
  })
})

test('accepted work is measured, anything else is not; copies count once; figures stay for a minute', async () => {
  const items = await itemsOf(w, c.id)
  const hand = (i: number, fact: string, status: 'accepted' | 'in_review' = 'accepted') =>
    collect(w, c.id, { author: author.account_id, item_id: items[i]!, answer: { fact }, status })
  for (const [i, fact] of FACTS.entries()) await hand(i, fact)
  await hand(3, FACTS[0]!.toUpperCase())
  await hand(4, 'Something else altogether.', 'in_review')
  expect((await read(qa)).measured, 'read a moment ago').toBe(0)
  w.clock.advance(60_000)
  const found = await read(qa)
  expect(found).toMatchObject({ measured: 4, duplicates_avoided: 0, languages: [{ language: 'en', texts: 4 }] })
  const [fact, note] = found.questions
  expect(fact).toMatchObject({ question: 'fact', texts: 4 })
  // Four texts of which two are one: 16 / 6, less what the three share by chance.
  expect(fact!.effective_texts!).toBeGreaterThan(2.4)
  expect(fact!.effective_texts!).toBeLessThanOrEqual(2.7)
  expect(note).toMatchObject({ texts: 0, effective_ppm: null })
})

test('is for the requester and QA', async () => {
  expect((await read(await w.person('olga', { roles: ['operator'] }))).measured).toBe(4)
  await expect(read(author)).rejects.toMatchObject({ code: 'checks_not_shown' })
  const nowhere = qa.client.checks.diversity({ params: { campaign_id: '1' } })
  await expect(nowhere).rejects.toMatchObject({ code: 'campaign_not_found' })
})

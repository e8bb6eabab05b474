import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../../test/campaign.ts'
import { collect, filesOfItsOwn, itemsOf } from '../../../../test/collected.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'

const FACTS = [
  'Honey bees dance on the comb to tell their sisters in which direction and how far away the flowers are.',
  'Blue whales are the largest animals that have ever lived, and yet they feed on krill.',
  'Mount Kenya has glaciers although it stands almost on the equator, and they are melting.',
]
let w: World
let dir: string
let qa: Person
let author: Person
let c: Made
beforeAll(async () => {
  const own = filesOfItsOwn()
  dir = own.data_dir
  w = await createWorld({ config: own })
  qa = await w.person('quinn', { roles: ['qa'] })
  author = await w.person('ann')
  c = await makeCampaign(w, { items: Array.from({ length: 8 }, (_, i) => ({ topic: `topic ${i}` })) })
})
afterAll(async () => {
  await w.close()
  rmSync(dir, { recursive: true, force: true })
})
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

test('a release says the same of what is in it: coverage of its work, copies found by its cut', async () => {
  const operator = await w.person('rea', { roles: ['operator'] })
  const ids = await w.db.selectFrom('submission').select(['id', 'status']).where('campaign_id', '=', c.id).orderBy('id').execute() // prettier-ignore
  const run = (submission_id: string, coverage_ppm: number | null, outcome: string, verdict: string, done_at: Date) =>
    w.db
      .insertInto('check_run')
      .values({
        campaign_id: c.id,
        submission_id,
        run: 1,
        state: 'done',
        outcome,
        coverage_ppm,
        results: JSON.stringify([{ kind: 'near_duplicate', question: 'fact', checker: 1, verdict }]),
        started_at: done_at,
        done_at,
      })
      .execute()
  const now = w.clock.now()
  await run(ids[0]!.id, 400_000, 'review', 'pass', now)
  await run(ids[1]!.id, 900_000, 'review', 'flag', now)
  // Not in the release: found to be a copy before anybody looked.
  await run(ids[4]!.id, 0, 'reject', 'fail', now)
  const asked = await operator.client.releases.create({ params: { campaign_id: c.id }, body: {} })
  w.clock.advance(60_000)
  await w.jobs(['build_releases'])
  const { manifest } = await w.db.selectFrom('release').select('manifest').where('id', '=', asked.release_id).executeTakeFirstOrThrow() // prettier-ignore
  const live = await read(qa)
  expect((manifest as unknown as { diversity: unknown }).diversity).toEqual({
    questions: live.questions,
    coverage_bps: 6_500,
    duplicates_avoided: 1,
    languages: [{ language: 'en', texts: 4 }],
  })
  expect(live).toMatchObject({ duplicates_avoided: 1, coverage_bps: 4_333 })
})

test('is for the requester and QA', async () => {
  expect((await read(await w.person('olga', { roles: ['operator'] }))).measured).toBe(4)
  await expect(read(author)).rejects.toMatchObject({ code: 'checks_not_shown' })
  const nowhere = qa.client.checks.diversity({ params: { campaign_id: '1' } })
  await expect(nowhere).rejects.toMatchObject({ code: 'campaign_not_found' })
})

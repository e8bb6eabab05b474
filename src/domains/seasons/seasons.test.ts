import { afterEach, beforeEach, expect, test } from 'vitest'
import { ApiError } from '../../client.ts'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ensureSeason } from './ensure.ts'
import { enterSeason } from './enter.ts'
import { seasonAt, seasonIsFull } from './queries.ts'

let w: World
let operator: Person
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const day = (n: number) => new Date(Date.UTC(2026, 0, n)).toISOString()

beforeEach(async () => {
  w = await createWorld({ at: day(5) })
  operator = await w.person('operator', { roles: ['operator'] })
})
afterEach(() => w.close())

test('the first season makes itself, once, however many ask', async () => {
  expect(await refusal(w.stranger.seasons.current())).toBe('no_season')
  const made = await Promise.all([1, 2, 3, 4].map(() => ensureSeason(w.ctx())))
  expect(new Set(made.map((s) => s.id)).size).toBe(1)
  expect(await w.stranger.seasons.current()).toMatchObject({
    season_id: made[0]!.id,
    state: 'running',
    contributors: 0,
    rules: { freeze_days: 7, leaderboard: { score: 'accepted_submissions' } },
  })
  expect((await w.stranger.seasons.list()).items).toHaveLength(1)
})

test('a season is planned, changed until it starts, then frozen, then closed', async () => {
  const ann = await w.person('ann')
  const dates = { starts_at: day(10), ends_at: day(20) }
  expect(await refusal(ann.client.seasons.create({ body: { name: 'Spring', ...dates } }))).toBe('not_allowed')
  expect(
    await refusal(operator.client.seasons.create({ body: { name: 'Spring', starts_at: day(4), ends_at: day(20) } })),
  ).toBe('season_dates')
  const spring = await operator.client.seasons.create({
    body: { name: 'Spring', ...dates, contributor_cap: 2, rules: { freeze_days: 3 } },
  })
  expect(spring).toMatchObject({
    state: 'planned',
    contributor_cap: 2,
    rules: { freeze_days: 3, default_policy: { reviews: { min: 3, max: 5 } } },
  })
  expect(
    await refusal(operator.client.seasons.create({ body: { name: 'Spring', starts_at: day(21), ends_at: day(22) } })),
  ).toBe('season_name_taken')
  expect(
    await refusal(operator.client.seasons.create({ body: { name: 'Other', starts_at: day(19), ends_at: day(22) } })),
  ).toBe('season_overlaps')
  const params = { season_id: spring.season_id }
  expect(await operator.client.seasons.edit({ params, body: { contributor_cap: 3 } })).toMatchObject({
    contributor_cap: 3,
    rules: { freeze_days: 3 },
  })
  expect(await refusal(operator.client.seasons.close({ params, body: {} }))).toBe('season_not_started')

  w.clock.set(new Date(day(10)))
  expect(
    await refusal(operator.client.seasons.edit({ params, body: { contributor_cap: 9 } })),
    'before any job ran',
  ).toBe('season_frozen')
  await w.jobs(['freeze_seasons'])
  expect(await w.stranger.seasons.current()).toMatchObject({ state: 'running', frozen_at: day(10) })
  const started = await w.db
    .selectFrom('event')
    .select(['kind', 'body'])
    .where('subject_id', '=', spring.season_id)
    .execute()
  expect(started).toMatchObject([{ kind: 'season_started', body: { contributor_cap: 3, rules: { freeze_days: 3 } } }])

  w.clock.set(new Date(day(12)))
  expect(await operator.client.seasons.close({ params, body: {} })).toMatchObject({
    state: 'closed',
    ends_at: day(12),
    closed_at: day(12),
  })
  expect(await seasonAt(w.db, w.clock.now())).toBeUndefined()
  expect(await refusal(operator.client.seasons.close({ params, body: {} }))).toBe('season_closed')
  // A day that an early end made free can be used again.
  expect(
    await refusal(operator.client.seasons.create({ body: { name: 'Next', starts_at: day(13), ends_at: day(14) } })),
  ).toBe('accepted')
})

test('the cap holds when many enter at once, and who is in stays in', async () => {
  const season = await operator.client.seasons.create({ body: { name: 'Small', ends_at: day(9), contributor_cap: 3 } })
  const people = await Promise.all(Array.from({ length: 12 }, (_, i) => w.person(`p${i}`)))
  const enter = (p: Person) =>
    w.db.transaction().execute((db) => enterSeason(w.ctx(), db, season.season_id, p.account_id))
  const outcomes = await Promise.all(
    people.map((p) =>
      enter(p).then(
        () => 'in',
        (e: { code?: string }) => e.code,
      ),
    ),
  )
  expect(outcomes.filter((o) => o === 'in')).toHaveLength(3)
  expect(outcomes.filter((o) => o === 'season_full')).toHaveLength(9)
  expect(await seasonIsFull(w.db, season.season_id)).toBe(true)
  const inside = people[outcomes.indexOf('in')]!
  await enter(inside)
  expect(await w.stranger.seasons.current()).toMatchObject({ contributors: 3 })
})

test('the board counts accepted work from the log, ties and pages as defined, and fills again to the same', async () => {
  const season = await ensureSeason(w.ctx())
  const people = await Promise.all(['dora', 'carl', 'bela', 'anna', 'nils'].map((h) => w.person(h)))
  const c = await makeCampaign(w, { items: [{}] })
  const item = await w.db.selectFrom('item').select('id').where('campaign_id', '=', c.id).executeTakeFirstOrThrow()
  const params = { season_id: season.id }
  // dora 2; carl, bela and anna 1 each, carl later than the two others, who tie to the millisecond; nils nothing.
  const decide = async (handle: string, accepted: boolean, minute: number) => {
    const id = w.parts.newId()
    const author = people.find(
      (p) => p.account_id && ['dora', 'carl', 'bela', 'anna', 'nils'][people.indexOf(p)] === handle,
    )!
    const when = new Date(Date.UTC(2026, 0, 5, 13, minute))
    await w.db
      .insertInto('submission')
      .values({
        campaign_id: c.id,
        id,
        item_id: item.id,
        author_id: author.account_id,
        version: 1,
        status: accepted ? 'accepted' : 'rejected',
        content_hash: '',
        submitted_at: when,
        took_seconds: 1,
        decided_at: when,
        revises_id: id,
      })
      .execute()
    await w.db
      .insertInto('event')
      .values({
        campaign_id: c.id,
        id: w.parts.newId(),
        kind: 'decided',
        subject_id: id,
        at: when,
        body: JSON.stringify({ accepted, round: 1 }),
      })
      .execute()
  }
  for (const [handle, accepted, minute] of [
    ['bela', true, 1],
    ['anna', true, 1],
    ['dora', true, 2],
    ['carl', true, 3],
    ['nils', false, 4],
    ['dora', true, 5],
  ] as const)
    await decide(handle, accepted, minute)
  await w.jobs(['sequence_events', 'count_season_scores'])
  await w.jobs(['count_season_scores'])
  const whole = await w.stranger.seasons.leaderboard({ params })
  expect(whole.items.map((r) => [r.rank, r.handle, r.score])).toEqual([
    [1, 'dora', 2],
    [2, 'anna', 1],
    [2, 'bela', 1],
    [2, 'carl', 1],
  ])
  expect(whole.items[0]!.reached_at).toBe('2026-01-05T13:05:00.000Z')
  const paged: typeof whole.items = []
  for (let after: string | undefined; ;) {
    const page = await w.stranger.seasons.leaderboard({ params, query: { limit: 1, ...(after ? { after } : {}) } })
    paged.push(...page.items)
    if (!page.next) break
    after = page.next
  }
  expect(paged).toEqual(whole.items)
  expect(await people[1]!.client.seasons.my_place({ params })).toEqual({
    rank: 2,
    score: 1,
    reached_at: '2026-01-05T13:03:00.000Z',
  })
  expect(await people[4]!.client.seasons.my_place({ params })).toEqual({ rank: null, score: 0, reached_at: null })

  await w.db.deleteFrom('season_score').execute()
  await w.db.deleteFrom('season_board').execute()
  await w.jobs(['count_season_scores'])
  expect(await w.stranger.seasons.leaderboard({ params })).toEqual(whole)
  // Counting a stretch twice would show: the place in the log is written with the scores.
  await w.db.updateTable('season_board').set({ until_seq: '-1' }).execute()
  await w.jobs(['count_season_scores'])
  expect((await w.stranger.seasons.leaderboard({ params })).items[0]!.score, 'the planted fault is visible').toBe(4)
  expect(await refusal(w.stranger.seasons.leaderboard({ params, query: { after: 'nonsense' } }))).toBe(
    'invalid_request',
  )
})

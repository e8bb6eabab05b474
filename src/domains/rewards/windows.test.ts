import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { auditInstallation } from '../ledger/audit.ts'
import { balanceOf } from '../ledger/queries.ts'
import { forfeitHeld, keepHeld, unkeepHeld } from '../ledger/held.ts'
import { disjoint, readingOf } from '../audits/rules.ts'
import { campaignStrata } from '../audits/view-queries.ts'
import { misscored, type Graded } from '../../sim/window-auditor.ts'
import { settleWindow } from './windows.ts'

let w: World
let author: Person
let reviewers: Person[]
let graders: Person[]
const DAY = 86_400_000
const RATE = 100n
/** Person 4 approves everything; the others read, and err now and then. */
const LAZY = 4
const isGood = (task: number): boolean => task % 3 !== 0
const says = (reviewer: number, task: number): boolean =>
  reviewer === LAZY ? true : (task * 11 + reviewer * 5) % 17 === 0 ? !isGood(task) : isGood(task)

beforeAll(async () => {
  w = await createWorld()
  author = await w.person('author')
  reviewers = await Promise.all(Array.from({ length: 6 }, (_, i) => w.person(`rev${i}`)))
  graders = await Promise.all(['qa1', 'qa2'].map((h) => w.person(h, { roles: ['qa'] })))
})
afterAll(() => w.close())

async function campaignOf(items: number, audit_bps: number, aim?: { doubted_bps: number; exposed_bps: number }) {
  const made = await makeCampaign(w, {
    contributors: [author],
    reviewers,
    items: Array.from({ length: items }, () => null),
    settings: {
      prices: [{ currency: 'POINT', contribute_minor: '50', review_minor: RATE.toString(), bonus_bps: 0 }],
      reviews: { min: 3, max: 3 },
      batch_size: 50,
      revision_seconds: 0,
      reviewer_pay: { kind: 'audited', base_bps: 2_000, window_days: 7, audit_bps, ...(aim && { audit_aim: aim }) },
      hold: { share_bps: 3_000, days: 5 },
    },
  })
  return made.id
}
const taskOf = new Map<string, number>()

/** The author fills the campaign, reviewers decide all of it. */
async function work(campaign_id: string): Promise<void> {
  const params = { campaign_id }
  const { items } = await author.client.assignments.claim_items({ params, body: { count: 50 } })
  const handed = await author.client.submissions.submit({
    params,
    body: { submissions: items.map((i) => ({ item_id: i.item_id, answer: { fact: `Fact ${i.item_id}` } })) },
  })
  handed.items.forEach((s, i) => taskOf.set(s.submission_id, i))
  for (let idle = false; !idle;) {
    idle = true
    for (const [i, r] of reviewers.entries()) {
      const { items } = await r.client.assignments.claim_reviews({ params, body: { count: 5 } })
      if (items.length === 0) continue
      idle = false
      const reviews = items.map(({ submission_id }) => {
        const approve = says(i, taskOf.get(submission_id)!)
        return { submission_id, votes: { fact: approve ? { approve } : { approve, reason: 'wrong' as const } } }
      })
      await r.client.reviews.record({ params, body: { reviews } })
    }
  }
}

async function gradeAll(campaign_id: string): Promise<number> {
  const params = { campaign_id }
  let n = 0
  for (const grader of graders)
    for (;;) {
      const { items } = await grader.client.audits.claim({ params, body: { count: 50 } })
      if (items.length === 0) break
      n += items.length
      const grades = items.map(({ submission_id }) => {
        const right = isGood(taskOf.get(submission_id)!)
        return { submission_id, grades: { fact: right ? { right } : { right, reason: 'wrong' as const } } }
      })
      await grader.client.audits.grade({ params, body: { grades } })
    }
  return n
}
const windowsOf = (campaign_id: string) =>
  w.db.selectFrom('reward_window').selectAll().where('campaign_id', '=', campaign_id).orderBy('n').execute()
const sharesOf = (campaign_id: string, n: number) =>
  w.db.selectFrom('reward_share').selectAll().where('campaign_id', '=', campaign_id).where('n', '=', n).execute()
const bonuses = (campaign_id: string) =>
  w.db
    .selectFrom('transfer')
    .select(['id', 'subject_id', 'amount_minor'])
    .where('campaign_id', '=', campaign_id)
    .where('kind', '=', 'review_bonus')
    .execute()
const clean = async () => expect((await auditInstallation(w.ctx())).problems).toEqual([])
const WINDOW_JOBS = ['settle_windows', 'draw_window_audits', 'settle_windows']

test('a window pays what was seen, nothing for approving everything, once, and never over what is held ready', async () => {
  const id = await campaignOf(50, 10_000)
  await w.jobs(['settle_windows'])
  await work(id)
  const early = await reviewers[0]!.client.earnings.insight()
  expect(early.items).toMatchObject([{ campaign_id: id, state: 'running', reviews: expect.any(Number), score: null }])
  expect(await bonuses(id)).toEqual([])
  // The base came with the decisions: a fifth of the price.
  const base = await w.db.selectFrom('transfer').select('amount_minor').where('kind', '=', 'review_pay').execute()
  expect(new Set(base.map((b) => b.amount_minor))).toEqual(new Set(['20']))

  w.clock.advance(7 * DAY)
  await w.jobs(WINDOW_JOBS)
  expect(await gradeAll(id)).toBeGreaterThanOrEqual(50)
  const before = await balanceOf(w.db, `campaign:${id}`, 'POINT')
  await w.jobs(['settle_windows'])
  const shares = await sharesOf(id, 1)
  expect(shares).toHaveLength(6)
  const of = (i: number) => shares.find((s) => s.account_id === reviewers[i]!.account_id)!
  expect(of(LAZY), 'approving everything says nothing').toMatchObject({ carried: false, factor_ppm: 0, paid: [] })
  for (const i of [0, 1, 2, 3, 5]) {
    expect(of(i).audited).toBeGreaterThanOrEqual(20)
    expect(of(i).factor_ppm!, `reviewer ${i}`).toBeGreaterThan(500_000)
  }
  const paid = await bonuses(id)
  expect(paid).toHaveLength(5)
  // Whole units: reviews x 80 at stake x the factor, rounded down; the sum left the campaign's account.
  for (const i of [0, 1, 2, 3, 5]) {
    const t = paid.find((p) => p.subject_id === of(i).account_id)!
    expect(BigInt(t.amount_minor)).toBe((80n * BigInt(of(i).reviews) * BigInt(of(i).factor_ppm!)) / 1_000_000n)
    expect(BigInt(t.amount_minor) <= 100n * BigInt(of(i).reviews)).toBe(true)
  }
  const sum = paid.reduce((total, p) => total + BigInt(p.amount_minor), 0n)
  expect(before - (await balanceOf(w.db, `campaign:${id}`, 'POINT'))).toBe(sum)
  await settleWindow(w.ctx(), id, 1)
  await w.jobs(['settle_windows'])
  expect(await bonuses(id)).toEqual(paid)
  await clean()

  // Each sees their own figures, and only of a settled window with enough audits.
  const mine = await reviewers[0]!.client.earnings.insight()
  const settled = mine.items.find((x) => x.state === 'settled')!
  expect(settled).toMatchObject({ campaign_id: id, window: 1, audited: of(0).audited })
  expect(settled.score?.pays_bps).toBe(Math.floor(of(0).factor_ppm! / 100))
  expect(settled.paid).toMatchObject([{ currency: 'POINT' }])
  const logged = await w.db
    .selectFrom('event')
    .select('body')
    .where('campaign_id', '=', id)
    .where('kind', '=', 'window_settled')
    .execute()
  expect(logged).toHaveLength(1)
  expect(logged[0]!.body).toMatchObject({ window: 1, people: 6, carried: 0 })
})

test('aimed audits keep their chances, and figures and pay take the aim back', async () => {
  const id = await campaignOf(100, 5_000, { doubted_bps: 3_000, exposed_bps: 2_000 })
  await w.jobs(['settle_windows'])
  await work(id)
  await work(id)
  w.clock.advance(7 * DAY)
  await w.jobs(WINDOW_JOBS)
  const strata = await w.db.selectFrom('audit_stratum').selectAll().where('campaign_id', '=', id).execute()
  const audits = await w.db.selectFrom('audit').selectAll().where('campaign_id', '=', id).execute()
  expect(new Set(strata.map((s) => s.part))).toEqual(new Set(['doubted', 'exposed', 'rest']))
  for (const s of strata) {
    const own = audits.filter((a) => a.accepted === s.accepted && a.part === s.part)
    expect(own).toHaveLength(s.drawn)
    for (const a of own) expect(a.chance_ppm).toBe(Math.round((1e6 * s.drawn) / s.population))
  }
  const rateOf = (part: string) => {
    const own = strata.filter((s) => s.part === part)
    return own.reduce((n, s) => n + s.drawn, 0) / own.reduce((n, s) => n + s.population, 0)
  }
  expect(rateOf('doubted')).toBeGreaterThan(rateOf('rest') + 0.1)

  await gradeAll(id)
  await w.jobs(['settle_windows'])
  // The requester's figure is the strata's own shares by their sizes, not the share of all that was graded.
  const right = new Set((await w.db.selectFrom('audit').select('submission_id').where('campaign_id', '=', id).where('correct_grades', '>', 0).execute()).map((a) => a.submission_id)) // prettier-ignore
  const accepted = strata.filter((s) => s.accepted)
  const good = accepted.reduce((sum, s) => {
    const own = audits.filter((a) => a.accepted && a.part === s.part)
    return sum + (s.population * own.filter((a) => right.has(a.submission_id)).length) / s.drawn
  }, 0)
  const all = accepted.reduce((sum, s) => sum + s.population, 0)
  const rows = await campaignStrata(w.db, id)
  expect(Number(readingOf(disjoint(rows)).precision.share)).toBeCloseTo(good / all, 5)

  // Whoever reckons the window from the log alone comes to the same pay; without the chances, to another.
  const log = await w.db.selectFrom('event').selectAll().where('campaign_id', '=', id).orderBy('id').execute()
  const given = await w.db.selectFrom('review').selectAll().where('campaign_id', '=', id).execute()
  const judged = log
    .filter((e) => e.kind === 'decided')
    .map((e) => ({
      submission: e.subject_id,
      round: 1,
      at: e.at.getTime(),
      accepted: (e.body as { accepted: boolean }).accepted,
      votes: given.filter((r) => r.submission_id === e.subject_id).map((r) => ({ reviewer: r.reviewer_id, approve: (r.votes as { fact: { approve: boolean } }).fact.approve })),
    })) // prettier-ignore
  const graded = (withChance: boolean) =>
    new Map(
      log.flatMap((e): [string, Graded][] => {
        const { outcome, chance_ppm } = e.body as { outcome?: string; chance_ppm?: number }
        if (e.kind !== 'audited' || !outcome) return []
        expect(chance_ppm).toBeGreaterThan(0)
        return [[e.subject_id, { at: e.at.getTime(), right: outcome === 'correct', ...(withChance && { chance: chance_ppm! }) }]] // prettier-ignore
      }),
    )
  const [window] = await windowsOf(id)
  const settled = [{ n: 1, starts: window!.starts_at.getTime(), ends: window!.ends_at.getTime(), last: window!.last, at: window!.settled_at!.getTime() }] // prettier-ignore
  const paid = (await sharesOf(id, 1)).flatMap(
    (s) =>
    (s.paid as { reviews: number; amount_minor: string }[]).map((p) => ({ window: 1, reviewer: s.account_id, reviews: p.reviews, factor_ppm: s.factor_ppm!, amount: BigInt(p.amount_minor) })), // prettier-ignore
  )
  expect(paid.length).toBeGreaterThan(3)
  const wrong = (withChance: boolean) => misscored({ review: 100, base_bps: 2_000 }, judged, graded(withChance), settled, paid) // prettier-ignore
  expect(wrong(true)).toEqual([])
  expect(wrong(false).length).toBeGreaterThan(0)
  await clean()
})

test('too few audits wait for the next window; when the campaign ends, what was audited pays its part', async () => {
  const id = await campaignOf(30, 2_000)
  await w.jobs(['settle_windows'])
  await work(id)
  w.clock.advance(7 * DAY)
  await w.jobs(WINDOW_JOBS)
  await gradeAll(id)
  await w.jobs(['settle_windows'])
  const first = await sharesOf(id, 1)
  expect(first.every((s) => s.carried && s.audited < 20)).toBe(true)
  expect(await bonuses(id)).toEqual([])
  const seen = await reviewers[0]!.client.earnings.insight()
  const carried = seen.items.find((x) => x.campaign_id === id && x.state === 'carried')!
  expect(carried.score, 'few audits would tell about single ones').toBeNull()

  // A later version without the rule changes nothing for the work that was done under it.
  const first_version = await w.db
    .selectFrom('campaign_version')
    .selectAll()
    .where('campaign_id', '=', id)
    .executeTakeFirstOrThrow()
  const { reviewer_pay: _, ...settings } = first_version.settings as Record<string, unknown>
  await w.db
    .insertInto('campaign_version')
    .values({
      ...first_version,
      instructions: JSON.stringify(first_version.instructions),
      form: JSON.stringify(first_version.form),
      consent: JSON.stringify(first_version.consent),
      settings: JSON.stringify(settings),
      version: 2,
    })
    .execute()
  await w.db
    .updateTable('campaign')
    .set({ status: 'closing', closes_as: 'closed', version: 2 })
    .where('id', '=', id)
    .execute()
  await w.jobs(['close_campaigns'])
  const status = () => w.db.selectFrom('campaign').select('status').where('id', '=', id).executeTakeFirstOrThrow()
  expect((await status()).status, 'it waits for its last window').toBe('closing')
  await w.jobs(['settle_rejections', 'settle_windows'])
  w.clock.advance(1_000)
  await w.jobs(WINDOW_JOBS)
  const second = await sharesOf(id, 2)
  expect(second.every((s) => !s.carried)).toBe(true)
  expect(second.map((s) => s.reviews)).toEqual(first.map((s) => s.reviews))
  const most = Math.max(...second.map((s) => s.factor_ppm!))
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThanOrEqual((1_250_000 * Math.max(...second.map((s) => s.audited))) / 20)
  expect((await windowsOf(id)).map((x) => [x.last, x.settled_at !== null])).toEqual([
    [false, true],
    [true, true],
  ])
  // Held pay goes on at its time, and then nothing keeps the campaign from closing.
  w.clock.advance(8 * DAY)
  for (const job of ['release_held', 'close_campaigns', 'queue_items', 'close_campaigns']) await w.jobs([job])
  expect((await status()).status).toBe('closed')
  expect(await balanceOf(w.db, `campaign:${id}`, 'POINT')).toBe(0n)
  await clean()
})

test('held pay is shown with its date; a case may keep and forfeit it, and only it', async () => {
  const id = await campaignOf(12, 2_000)
  await work(id)
  const held = async () => (await author.client.earnings.held()).items.filter((h) => h.campaign_id === id)
  const [row] = await held()
  const accepted = 8
  expect(row).toMatchObject({ currency: 'POINT', pieces: accepted, amount_minor: String(15 * accepted), kept: false })
  expect(Date.parse(row!.release_at)).toBe(w.clock.now().getTime() + 5 * DAY)

  const inCase = <T>(run: (db: Parameters<typeof forfeitHeld>[1]) => Promise<T>) => w.db.transaction().execute(run)
  const some = await w.db
    .selectFrom('held_pay')
    .select('submission_id')
    .where('campaign_id', '=', id)
    .limit(3)
    .execute()
  const submission_ids = some.map((s) => s.submission_id)
  expect(await inCase((db) => keepHeld(db, { case_id: '77', account_id: author.account_id, submission_ids }))).toBe(3)
  w.clock.advance(6 * DAY)
  await w.jobs(['release_held'])
  expect(await held(), 'the rest went on').toMatchObject([{ pieces: 3, kept: true }])
  const campaign = () => balanceOf(w.db, `campaign:${id}`, 'POINT')
  const before = await campaign()
  const taken = await inCase((db) => forfeitHeld(w.ctx(), db, { case_id: '77' }))
  expect(taken.map((t) => t.amount_minor)).toEqual(['15', '15', '15'])
  expect((await campaign()) - before).toBe(45n)
  expect(await inCase((db) => forfeitHeld(w.ctx(), db, { case_id: '77' })), 'once').toEqual([])
  await inCase((db) => unkeepHeld(db, '77'))
  expect(await held()).toEqual([])
  await clean()
})

test('a price moves once a day, and never for what was leased before', async () => {
  const { id } = await makeCampaign(w, {
    contributors: [author],
    reviewers: reviewers.slice(0, 3),
    items: Array.from({ length: 2 }, () => null),
    settings: {
      prices: [{ currency: 'POINT', contribute_minor: '1000', review_minor: '0', bonus_bps: 0 }],
      reviews: { min: 1, max: 1 },
      lease_seconds: 2 * 86_400,
      scarcity: { most_bps: 20_000 },
    },
  })
  const params = { campaign_id: id }
  const shown = async () => (await w.stranger.campaigns.page({ params })).contribute[0]!.amount_minor
  const lease = async () => (await author.client.assignments.claim_items({ params, body: { count: 1 } })).items[0]!
  const handIn = async (item_id: string) => {
    const submissions = [{ item_id, answer: { fact: `Fact ${item_id}` } }]
    const { items } = await author.client.submissions.submit({ params, body: { submissions } })
    const { items: leased } = await reviewers[0]!.client.assignments.claim_reviews({ params, body: { count: 1 } })
    const reviews = leased.map(({ submission_id }) => ({ submission_id, votes: { fact: { approve: true } } }))
    await reviewers[0]!.client.reviews.record({ params, body: { reviews } })
    const paid = await w.db
      .selectFrom('transfer')
      .select('amount_minor')
      .where('id', '=', `reward:${items[0]!.submission_id}:POINT`)
      .executeTakeFirst()
    return paid?.amount_minor
  }
  expect(await shown()).toBe('1000')
  const early = await lease()
  w.clock.advance(DAY)
  for (let again = 0; again < 3; again++) await w.jobs(['move_prices'])
  const now = await shown()
  expect(now, 'nobody brought anything').toBe('1105')
  expect(await handIn(early.item_id)).toBe('1000')
  expect(await handIn((await lease()).item_id)).toBe('1105')
  await clean()
})

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSeason } from '../src/domains/evidence/season-files.ts'
import { createStore } from '../src/platform/files/store.ts'
import { filesOfItsOwn } from './collected.ts'
import { openCampaign } from './draft.ts'
import { createWorld, type Person, type World } from './world.ts'

const DAY_MS = 86_400_000
const VOTERS = 10
/** What a season needs; roles stay as they are given. */
const JOBS = [
  'freeze_seasons', 'open_items', 'queue_items', 'run_checks', 'conclude_checked', 'keep_gold', 'pay_gold', 'decide_items', 'decide_left_over_items',
  'settle_windows', 'draw_window_audits', 'settle_windows', 'move_prices', 'settle_rejections', 'release_held', 'thaw', 'sweep_leases', 'close_campaigns',
  'build_releases', 'take_snapshots', 'sequence_events', 'keep_logs',
] // prettier-ignore
const withoutLog = JOBS.filter((j) => j !== 'sequence_events' && j !== 'keep_logs')

export type PlayedSeason = {
  w: World
  season_id: string
  campaigns: { counted: string; weighed: string; agreed: string }
  people: { authors: Person[]; reviewers: Person[]; operator: Person }
  /** Writes the public folder anew and answers where. */
  write(): Promise<string>
}

/** Whether the nth piece of work is right, and whether the reviewer sees it: fixed, so that a season is one season. */
const isGood = (n: number): boolean => n % 4 !== 0
const sees = (reviewer: number, n: number): boolean =>
  reviewer === 9 || ((n * 7 + reviewer * 5) % 11 === 0 ? !isGood(n) : isGood(n))

/**
 * A season through the contract, from its first day to its public folder: a campaign that majorities decide, with held pay,
 * bonus and novelty; one by weights, with gold, audits and windows; one in which answers agree. One rejection is appealed.
 */
export async function playSeason(): Promise<PlayedSeason> {
  const w = await createWorld({ config: filesOfItsOwn(), seed: 21 })
  const operator = await w.person('olga', { roles: ['operator'] })
  const requester = await w.person('rita')
  const graders = await Promise.all(['quinn', 'quentin'].map((h) => w.person(h, { roles: ['qa'] })))
  const authors = await Promise.all(['ann', 'ben', 'cleo'].map((h) => w.person(h)))
  const reviewers = await Promise.all(Array.from({ length: VOTERS }, (_, i) => w.person(`rev${i}`)))
  const { season_id } = await operator.client.seasons.create({
    body: {
      name: 'A small season',
      starts_at: new Date(w.clock.now().getTime() + 1000).toISOString(),
      ends_at: new Date(w.clock.now().getTime() + 60 * DAY_MS).toISOString(),
    },
  })
  w.clock.advance(2000)
  await w.jobs(withoutLog)
  const price = { currency: 'POINT', contribute_minor: '50', review_minor: '20', bonus_bps: 500 }
  const counted = await openCampaign(w, requester, operator, {
    title: 'Counted',
    quota: 24,
    settings: {
      prices: [price],
      bonus_benchmark: { min_decided: 3, accepted_bps: 6000 },
      hold: { share_bps: 3000, days: 2 },
      novelty: { most_bps: 5000 },
      checks: [
        { kind: 'near_duplicate', on_fail: 'flag' },
        { kind: 'length', on_fail: 'reject', min_words: 2 },
      ],
      batch_size: 8,
      revision_seconds: 3600,
    },
  })
  const weighed = await openCampaign(w, requester, operator, {
    title: 'Weighed',
    task_class: 'in_depth_research',
    quota: 60,
    settings: {
      prices: [{ ...price, bonus_bps: 0 }],
      bonus_benchmark: null,
      policy: { kind: 'adaptive', good_value_minor: '600', bad_cost_minor: '2000', ask_expert: false },
      reviews: { min: 2, max: 5 },
      reviewer_pay: { kind: 'audited', base_bps: 2000, window_days: 5, audit_bps: 10_000 },
      gold: { share_bps: 1000, max_uses: 3 },
      batch_size: 10,
      revision_seconds: 0,
    },
  })
  const agreed = await openCampaign(w, requester, operator, {
    title: 'Agreed',
    mode: 'redundancy',
    csv: `topic\n${Array.from({ length: 4 }, (_, i) => `topic ${i}`).join('\n')}\n`,
    form: {
      schema: { type: 'object', properties: { pick: { type: 'string', enum: ['a', 'b'] } }, required: ['pick'] },
      ui: { order: ['pick'], questions: { pick: { widget: 'choice', title: 'Pick' } } },
    },
    quota: 4,
    settings: { prices: [{ ...price, bonus_bps: 0 }], bonus_benchmark: null, redundancy: { min: 3, max: 5 } },
  })
  const campaigns = { counted, weighed, agreed }
  for (const campaign_id of [counted, weighed])
    for (const [people, role] of [
      [authors, 'contributor'],
      [reviewers, 'reviewer'],
    ] as const)
      // prettier-ignore
      for (const p of people) await enrol(w, campaign_id, p, role)
  for (const p of reviewers) await enrol(w, agreed, p, 'contributor')

  const nth = new Map<string, number>()
  for (let day = 0; day < 4; day++) {
    for (const campaign_id of [counted, weighed]) {
      for (const author of authors) await handIn(author, campaign_id, nth)
      await w.jobs(withoutLog)
      await review(w, reviewers, campaign_id, nth)
    }
    if (day === 0) {
      await answer(reviewers, agreed)
      await appealOne(authors, reviewers, counted, w, nth)
    }
    await operator.client.audits
      .draw({ body: { campaign_id: weighed, accepted: 'all', rejected: 'all', double_bps: 0 } })
      .catch(() => undefined)
    await grade(graders, weighed, nth)
    w.clock.advance(DAY_MS)
    await w.jobs(withoutLog)
  }
  // A window is over: its audits are drawn, graded, and it pays.
  for (let days = 0; days < 12; days += 3) {
    w.clock.advance(3 * DAY_MS)
    await w.jobs(withoutLog)
    await grade(graders, weighed, nth)
    await review(w, reviewers, weighed, nth)
  }
  const release = await requester.client.releases.create({ params: { campaign_id: counted }, body: {} })
  await w.jobs(withoutLog)
  await requester.client.releases.publish({
    params: { campaign_id: counted, release_id: release.release_id },
    body: {},
  })
  for (const campaign_id of Object.values(campaigns))
    await requester.client.campaigns.cancel({ params: { campaign_id }, body: {} }).catch(() => undefined)
  for (let days = 0; days < 24; days += 4) {
    w.clock.advance(4 * DAY_MS)
    await w.jobs(withoutLog)
    await grade(graders, weighed, nth)
  }
  await operator.client.seasons.close({ params: { season_id }, body: {} })
  await w.jobs(JOBS)
  w.clock.advance(3_600_000)
  await w.jobs(JOBS)
  return {
    w,
    season_id,
    campaigns,
    people: { authors, reviewers, operator },
    async write() {
      const dir = mkdtempSync(join(tmpdir(), 'assay-season-'))
      await writeSeason(w.ctx(), season_id, createStore(dir))
      return dir
    },
  }
}

async function enrol(w: World, campaign_id: string, p: Person, role: 'contributor' | 'reviewer'): Promise<void> {
  await w.db
    .insertInto('member')
    .values({
      campaign_id,
      account_id: p.account_id,
      role,
      why: 'created',
      consent_version: 1,
      joined_at: w.clock.now(),
    })
    .execute()
}

async function handIn(author: Person, campaign_id: string, nth: Map<string, number>): Promise<void> {
  const params = { campaign_id }
  const { items } = await author.client.assignments.claim_items({ params, body: { count: 8 } })
  if (items.length === 0) return
  // Each says something of its own, but one that is one word and rejected by a check.
  const handed = await author.client.submissions.submit({
    params,
    body: {
      submissions: items.map((item, i) => ({
        item_id: item.item_id,
        answer: {
          fact:
            nth.size + i === 5
              ? 'Nothing'
              : `Fact number ${nth.size + i} of ${item.item_id}: ${'xyz'[i % 3]!.repeat(5 + i)}`,
        },
      })),
    },
  })
  for (const s of handed.items) nth.set(s.submission_id, nth.size)
}

async function review(
  w: World,
  reviewers: readonly Person[],
  campaign_id: string,
  nth: ReadonlyMap<string, number>,
): Promise<void> {
  const params = { campaign_id }
  for (let idle = false; !idle;) {
    idle = true
    for (const [i, r] of reviewers.entries()) {
      const { items } = await r.client.assignments.claim_reviews({ params, body: { count: 5 } })
      if (items.length === 0) continue
      idle = false
      w.clock.advance(60_000)
      const reviews = items.map(({ submission_id }) => {
        // A gold item has a name that was never handed in: it is judged as its number would be.
        const approve = sees(i, nth.get(submission_id) ?? Number(BigInt(submission_id) % 9n))
        return { submission_id, votes: { fact: approve ? { approve } : { approve, reason: 'wrong' as const } } }
      })
      await r.client.reviews.record({ params, body: { reviews } })
    }
  }
}

async function answer(people: readonly Person[], campaign_id: string): Promise<void> {
  const params = { campaign_id }
  for (const [i, p] of people.entries()) {
    const { items } = await p.client.assignments.claim_items({ params, body: { count: 2 } })
    if (items.length > 0)
      await p.client.submissions.submit({
        params,
        body: { submissions: items.map((item) => ({ item_id: item.item_id, answer: { pick: i === 3 ? 'b' : 'a' } })) },
      })
  }
}

async function appealOne(
  authors: readonly Person[],
  reviewers: readonly Person[],
  campaign_id: string,
  w: World,
  nth: ReadonlyMap<string, number>,
): Promise<void> {
  const rejected = await w.db
    .selectFrom('submission')
    .select(['id', 'author_id'])
    .where('campaign_id', '=', campaign_id)
    .where('status', '=', 'rejected')
    .where('awaits_checks', '=', false)
    .orderBy('id')
    .execute()
  const first = rejected.at(-1)
  const author = authors.find((a) => a.account_id === first?.author_id)
  if (!first || !author) throw new Error('the season has a rejection to appeal')
  await author.client.reviews.appeal({
    params: { campaign_id, submission_id: first.id },
    body: { reason: 'It is right.' },
  })
  await review(w, reviewers, campaign_id, nth)
}

async function grade(graders: readonly Person[], campaign_id: string, nth: ReadonlyMap<string, number>): Promise<void> {
  const params = { campaign_id }
  for (const grader of graders)
    for (;;) {
      const { items } = await grader.client.audits.claim({ params, body: { count: 50 } })
      if (items.length === 0) break
      const grades = items.map(({ submission_id }) => {
        const right = isGood(nth.get(submission_id)!)
        return { submission_id, grades: { fact: right ? { right } : { right, reason: 'wrong' as const } } }
      })
      await grader.client.audits.grade({ params, body: { grades } })
    }
}

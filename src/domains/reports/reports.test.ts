import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiError } from '../../client.ts'
import { gradeAll, playCampaign, playSeason, reviewAll, type Played } from '../../../test/season.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { createRng } from '../../platform/rng.ts'
import { openedEvent, versionedEvent } from '../campaigns/evidence.ts'
import { campaignRow } from '../campaigns/manage-queries.ts'
import { buildReport } from './build.ts'
import type { Report } from './contract.ts'
import { CHART_FILES } from './contract.ts'
import { lastSeq } from './queries.ts'

let w: World
let played: Played
let qa: Person
let operator: Person
let report: Report
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )
const six = (count: number, of: number) => (of === 0 ? null : (Math.round((count / of) * 1e6) / 1e6).toFixed(6))

beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('operator', { roles: ['operator'] })
  qa = await w.person('quinn', { roles: ['qa'] })
  played = await playSeason(w, {
    items: 20,
    skill: 0.7,
    settings: {
      prices: [
        { currency: 'POINT', contribute_minor: '20', review_minor: '5', bonus_bps: 500 },
        { currency: 'USD', contribute_minor: '150', review_minor: '10', bonus_bps: 0 },
      ],
      revision_seconds: 3600 * 24 * 365,
    },
  })
  await complicate()
  await qa.client.audits.draw({
    body: { campaign_id: played.campaigns[0]!.id, accepted: 'all', rejected: 'all', double_bps: 0 },
  })
  await qa.client.audits.draw({
    body: { campaign_id: played.campaigns[1]!.id, accepted: 4, rejected: 3, double_bps: 0 },
  })
  await gradeAll(qa, played)
  await openings()
})
afterAll(() => w.close())

/** Some of what was rejected is revised, some appealed, some taken back; all of it is decided again. */
async function complicate(): Promise<void> {
  const rejected = await w.db
    .selectFrom('submission')
    .select(['campaign_id', 'id', 'author_id'])
    .where('status', '=', 'rejected')
    .orderBy('id')
    .execute()
  const of = (id: string) => played.contributors.find((c) => c.account_id === id)!
  for (const [i, s] of rejected.entries()) {
    const params = { campaign_id: s.campaign_id, submission_id: s.id }
    const me = of(s.author_id).client
    if (played.truth.get(s.id)) await me.reviews.appeal({ params, body: { reason: 'It is in the source.' } })
    else if (i % 3 === 0) {
      const { submission_id } = await me.reviews.revise({
        params,
        body: { answer: { fact: 'right', note: 'looked up again' } },
      })
      played.truth.set(submission_id, true)
    } else if (i % 3 === 1) await me.submissions.withdraw({ params, body: {} })
  }
  const fresh = await Promise.all(['fay', 'finn', 'flora', 'fritz'].map((h) => w.person(h)))
  for (const c of played.campaigns) for (const p of fresh) await c.join(p, 'reviewer')
  for (const c of played.campaigns) await reviewAll(w, c.id, [...played.reviewers, ...fresh], createRng(3), 0.9)
}

/** The events that a campaign's creation and opening write; these campaigns were put straight into the tables. */
async function openings(): Promise<void> {
  for (const { id } of played.campaigns) {
    const v = await w.db
      .selectFrom('campaign_version')
      .selectAll()
      .where('campaign_id', '=', id)
      .executeTakeFirstOrThrow()
    const row = (await campaignRow(w.db, id))!
    for (const e of [versionedEvent(id, 1, v as never), openedEvent(row, 'open')]) {
      await w.db
        .insertInto('event')
        .values({
          campaign_id: id,
          id: w.parts.newId(),
          kind: e.kind,
          subject_id: e.subject_id,
          at: w.clock.now(),
          body: JSON.stringify(e.body),
        })
        .execute()
    }
  }
}

test('a report is asked for, built in the background, seen by its makers, then published', async () => {
  const params = { season_id: played.season_id }
  expect(await refusal(played.contributors[1]!.client.reports.build({ params, body: {} }))).toBe('not_allowed')
  expect(await refusal(qa.client.reports.build({ params: { season_id: '5' }, body: {} }))).toBe('season_not_found')
  const asked = await qa.client.reports.build({ params, body: {} })
  expect(asked).toMatchObject({ state: 'building', content_hash: null, published_at: null })
  const place = { params: { ...params, report_id: asked.report_id } }
  expect(await refusal(operator.client.reports.publish({ ...place, body: {} }))).toBe('report_not_ready')
  expect((await qa.client.reports.get(place)).report).toBeNull()
  await w.jobs(['build_reports'])
  expect(
    (await qa.client.reports.get(place)).head.state,
    'waits until all that has happened has its place in the log',
  ).toBe('building')
  await w.jobs(['sequence_events', 'build_reports'])
  const drafted = await qa.client.reports.get(place)
  expect(drafted.head).toMatchObject({ state: 'ready', error: null })
  expect(drafted.head.progress.done).toBe(drafted.head.progress.of)
  report = drafted.report!

  expect(await refusal(w.stranger.reports.latest({ params }))).toBe('report_not_found')
  expect(await refusal(w.stranger.reports.get(place))).toBe('report_not_found')
  expect((await w.stranger.reports.list({ params })).items).toEqual([])
  expect((await qa.client.reports.latest({ params })).report).toEqual(report)
  expect(await refusal(qa.client.reports.publish({ ...place, body: {} }))).toBe('not_allowed')
  const published = await operator.client.reports.publish({ ...place, body: {} })
  expect(await operator.client.reports.publish({ ...place, body: {} })).toEqual(published)
  expect((await w.stranger.reports.latest({ params })).report).toEqual(report)

  const url = `/v1/seasons/${played.season_id}/reports/${asked.report_id}`
  const json = await w.raw(undefined, { method: 'GET', url: `${url}/report.json` })
  expect(createHash('sha256').update(json.body).digest('hex')).toBe(drafted.head.content_hash)
  expect(JSON.parse(json.body), 'the contract lets nothing of the report fall').toEqual(report)
  const markdown = await w.raw(undefined, { method: 'GET', url: `${url}/report.md` })
  expect(markdown.headers['content-type']).toContain('text/markdown')
  expect(markdown.body).toContain(drafted.head.content_hash)
  for (const file of CHART_FILES) {
    const svg = await w.raw(undefined, { method: 'GET', url: `${url}/charts/${file}` })
    expect([svg.status, svg.headers['content-type']]).toEqual([200, 'image/svg+xml'])
    expect(svg.body).toMatch(/^<svg [^]*<\/svg>\s*$/)
  }
  expect((await w.raw(undefined, { method: 'GET', url: `${url}/charts/other.svg` })).status).toBe(422)
})

test('every figure equals a count of the raw rows', async () => {
  const all = await w.db.selectFrom('submission').selectAll().orderBy('id').execute()
  const decisions = await w.db.selectFrom('decision').selectAll().orderBy('round').execute()
  const reviews = await w.db.selectFrom('review').selectAll().execute()
  const transfers = await w.db
    .selectFrom('transfer')
    .selectAll()
    .where('kind', 'in', ['reward', 'bonus', 'review_pay'])
    .execute()
  const appeals = await w.db.selectFrom('appeal').selectAll().execute()
  const withdrawn = new Set(
    (await w.db.selectFrom('withdrawal').select('submission_id').execute()).map((x) => x.submission_id),
  )
  const verdict = new Map(decisions.map((d) => [d.submission_id, d.accepted]))
  const first = all.filter((s) => s.revises_id === null)

  expect(report.contributors).toBe(new Set(all.map((s) => s.author_id)).size)
  expect(report.reviewers).toBe(new Set(reviews.map((r) => r.reviewer_id)).size)
  for (const [flow, campaign] of [[report.flow, null], ...report.by_campaign.map((c) => [c.flow, c.campaign_id])] as [
    Report['flow'],
    string | null,
  ][]) {
    const mine = (s: { campaign_id: string }) => campaign === null || s.campaign_id === campaign
    const judged = first.filter((s) => mine(s) && verdict.has(s.id))
    const accepted = judged.filter((s) => verdict.get(s.id))
    const revised = all.filter((s) => mine(s) && s.revises_id !== null)
    expect(flow).toMatchObject({
      submitted: all.filter(mine).length,
      first_versions: first.filter(mine).length,
      revisions: revised.length,
      withdrawn: all.filter((s) => mine(s) && withdrawn.has(s.id)).length,
      judged: judged.length,
      undecided: first.filter((s) => mine(s) && !verdict.has(s.id) && !withdrawn.has(s.id)).length,
      acceptance: { count: accepted.length, of: judged.length, share: six(accepted.length, judged.length) },
      filter_rate: {
        count: judged.length - accepted.length,
        share: six(judged.length - accepted.length, judged.length),
      },
      revisions_accepted: revised.filter((s) => verdict.get(s.id)).length,
      appeals: appeals.filter(mine).length,
      appeals_upheld: appeals.filter((a) => mine(a) && a.upheld === true).length,
      accepted_datapoints: all.filter((s) => mine(s) && verdict.get(s.id) && !withdrawn.has(s.id)).length,
    })
  }
  expect(report.flow.revisions).toBeGreaterThan(0)
  expect(report.flow.appeals_upheld).toBeGreaterThan(0)
  expect(report.flow.withdrawn).toBeGreaterThan(0)
  expect(report.by_task_class.map((c) => c.task_class)).toEqual(['in_depth_research', 'simple_research'])

  for (const cost of report.costs) {
    const sum = (kinds: string[]) =>
      transfers
        .filter((t) => t.currency === cost.currency && kinds.includes(t.kind))
        .reduce((n, t) => n + BigInt(t.amount_minor), 0n)
    expect(cost).toMatchObject({
      contributors_minor: String(sum(['reward', 'bonus'])),
      reviewers_minor: String(sum(['review_pay'])),
      total_minor: String(sum(['reward', 'bonus', 'review_pay'])),
      accepted: report.flow.accepted_datapoints,
    })
    expect(Number(cost.per_accepted_minor)).toBeCloseTo(Number(cost.total_minor) / cost.accepted, 2)
  }
  expect(report.costs.map((c) => [c.currency, c.scale])).toEqual([
    ['POINT', 0],
    ['USD', 2],
  ])

  const settled = new Set(decisions.map((d) => `${d.submission_id}/${d.round}`))
  const counted = reviews.filter((r) => settled.has(`${r.submission_id}/${r.round}`))
  const approves = (r: { votes: unknown }) =>
    Object.values(r.votes as Record<string, { approve: boolean }>).every((v) => v.approve)
  expect(report.reviewer_work).toMatchObject({
    reviews: reviews.length,
    decisions: decisions.length,
    reviews_per_decision: (counted.length / decisions.length).toFixed(2),
    approve_rate: {
      count: counted.filter(approves).length,
      of: counted.length,
      share: six(counted.filter(approves).length, counted.length),
    },
  })
  expect(report.reviewer_work.distribution.reduce((n, b) => n + b.reviewers, 0)).toBe(report.reviewers)

  const waits = first
    .filter((s) => verdict.has(s.id))
    .map(
      (s) => (decisions.find((d) => d.submission_id === s.id)!.decided_at.getTime() - s.submitted_at.getTime()) / 1000,
    )
    .sort((a, b) => a - b)
  expect(report.time_to_decision).toMatchObject({
    decisions: waits.length,
    median_seconds: waits[Math.ceil(waits.length / 2) - 1],
    p90_seconds: waits[Math.ceil(waits.length * 0.9) - 1],
  })
  expect(report.time_to_decision.histogram.reduce((n, b) => n + b.decisions, 0)).toBe(waits.length)
  expect(report.timeline.points.at(-1)).toMatchObject({
    submissions: all.length,
    decisions: verdict.size,
    accepted: [...verdict.values()].filter(Boolean).length,
  })
})

test('scarcity and value: what was asked for, what came, and what an hour earned, from the tables by themselves', async () => {
  for (const row of report.value!) {
    const part = report.by_task_class.find((c) => c.task_class === row.task_class)!
    const campaigns = await w.db.selectFrom('campaign').select(['id', 'quota']).where('task_class', '=', row.task_class).where('id', 'in', played.campaigns.map((c) => c.id)).execute() // prettier-ignore
    const took = await w.db.selectFrom('submission').select('took_seconds').where('campaign_id', 'in', campaigns.map((c) => c.id)).where('revises_id', 'is', null).orderBy('took_seconds').execute() // prettier-ignore
    expect(row).toMatchObject({
      wanted: campaigns.reduce((n, c) => n + c.quota, 0),
      accepted: part.flow.accepted_datapoints,
      median_seconds: took[Math.ceil(took.length / 2) - 1]!.took_seconds,
    })
    expect(row.shortfall).toBeGreaterThanOrEqual(0)
    expect(row.acceptance.of).toBe(part.flow.judged + part.flow.inferred_agreement.of)
    expect(row.prices.map((p) => p.per_accepted_minor)).toEqual(part.costs.map((c) => c.per_accepted_minor))
  }
  expect(report.value!.map((v) => v.task_class)).toEqual(report.by_task_class.map((c) => c.task_class))
})

test('QA is read both ways, each campaign weighted by what its sample stands for', async () => {
  const audits = await w.db
    .selectFrom('audit')
    .innerJoin('audit_grade', 'audit_grade.submission_id', 'audit.submission_id')
    .select(['audit.submission_id as id', 'audit.campaign_id', 'audit.accepted', 'audit_grade.correct'])
    .execute()
  const first = await w.db
    .selectFrom('submission')
    .select(['id', 'campaign_id', 'status'])
    .where('revises_id', 'is', null)
    .execute()
  // The census: plain counting.
  const census = report.by_campaign.find((c) => c.campaign_id === played.campaigns[0]!.id)!
  const own = audits.filter((a) => a.campaign_id === census.campaign_id)
  expect(census.qa.precision).toMatchObject({
    share: six(own.filter((a) => a.accepted && a.correct).length, own.filter((a) => a.accepted).length),
  })
  // The sample: 4 accepted and 3 rejected stand for all decided ones. Withdrawn ones were not in the draw but are judged.
  const sampled = played.campaigns[1]!.id
  const decided = new Map(
    (await w.db.selectFrom('decision').select(['submission_id', 'accepted']).orderBy('round').execute()).map((d) => [
      d.submission_id,
      d.accepted,
    ]),
  )
  let [top, bottom] = [0, 0]
  for (const campaign_id of played.campaigns.map((c) => c.id)) {
    for (const accepted of [true, false]) {
      const population = first.filter((s) => s.campaign_id === campaign_id && decided.get(s.id) === accepted).length
      const graded = audits.filter((a) => a.campaign_id === campaign_id && a.accepted === accepted)
      const right = graded.filter((a) => a.correct).length
      top += (population * (accepted ? right : graded.length - right)) / graded.length
      bottom += population
    }
  }
  expect(report.qa.overall.agreement).toMatchObject({
    share: (Math.round((top / bottom) * 1e6) / 1e6).toFixed(6),
    n: audits.length,
  })
  expect(Number(report.qa.overall.agreement.n_effective)).toBeLessThanOrEqual(audits.length)
  expect(report.by_campaign.find((c) => c.campaign_id === sampled)!.qa.graded).toBe(7)
  expect(new Set(report.qa.plans.map((p) => p.drawn))).toEqual(new Set([7, own.length]))
  expect(report.data.find((d) => d.campaign_id === sampled)).toMatchObject({
    question: 'State one fact.',
    mode: 'review',
    language: 'en',
  })
  expect(report.data[0]!.says).toContain('State one fact. Most of the work here is right: QA finds ')
  expect(report.cautions.map((c) => c.code)).toContain('qa_small')
})

test('the same place in the log gives the same bytes, whatever happens afterwards', async () => {
  const until = (await lastSeq(w.db, played.season_id))!
  const once = await buildReport(w.ctx(), played.season_id, until)
  await playCampaign(w, played, 4)
  await w.jobs(['sequence_events'])
  w.clock.advance(86_400_000)
  const again = await buildReport(w.ctx(), played.season_id, until)
  expect(again.body).toBe(once.body)
  const later = await buildReport(w.ctx(), played.season_id, (await lastSeq(w.db, played.season_id))!)
  expect(later.report.flow.submitted).toBe(once.report.flow.submitted + 4)
  // The figures hang on the log alone: rows that say otherwise change nothing.
  await w.db.updateTable('submission').set({ status: 'withdrawn' }).execute()
  await w.db.deleteFrom('audit_grade').execute()
  expect((await buildReport(w.ctx(), played.season_id, until)).body).toBe(once.body)
  // And a changed log changes them: the planted fault is caught.
  await w.db
    .updateTable('event')
    .set({ body: JSON.stringify({ accepted: false, round: 1, review_ids: [], approved_ids: [] }) })
    .where('kind', '=', 'decided')
    .where('campaign_id', '=', played.campaigns[0]!.id)
    .execute()
  expect((await buildReport(w.ctx(), played.season_id, until)).content_hash).not.toBe(once.content_hash)
})

import { makeOperatorKey } from '../cli/local-key.ts'
import { partsOf } from '../cli/replay/lanes.ts'
import { migrate } from '../platform/db/migrate.ts'
import type { Connection } from '../platform/db/open.ts'
import { SCOPES, type Scope } from '../platform/http/endpoint.ts'
import { createDatabase } from './database-queries.ts'
import type { Played } from './grid-world.ts'
import { RATE_MINOR, type Rule } from './grid.ts'
import { openLane, type Lane } from './platform.ts'
import { draftOf, QUESTION } from './scenario.ts'
import { SEASON_1 } from './season-1.ts'
import { DAY_MS, dayStart } from './season.ts'

const WINDOW_DAYS = 7
const CLASS = 'simple_research'

/**
 * Plays one world of the strategy grid through the application: the same tasks, panels and votes, every task audited, and
 * one window of reviewers' pay. Answers what each person has earned in the books for each task, in units of the rate: the
 * very figure that the grid reckons on the rules alone.
 */
export async function payThroughTheApplication(
  server: Connection,
  database: string,
  played: Played,
  rule: Rule,
): Promise<number[]> {
  const connection = { ...server, database }
  await createDatabase(server, database)
  await migrate(connection)
  const lane = await openLane({ connection, seed: 1, name: 'cell', node: 1 })
  try {
    return await playCell(lane, played, rule)
  } finally {
    await lane.close()
  }
}

async function playCell(lane: Lane, played: Played, rule: Rule): Promise<number[]> {
  lane.startDay(0, new Date(dayStart(0).getTime() - DAY_MS))
  const operator = await makeOperatorKey(lane.parts, { name: 'cell', scopes: SCOPES, hours: undefined })
  const client = lane.client(operator.key)
  await client.seasons.create({
    body: {
      name: 'One cell',
      starts_at: new Date(lane.now().getTime() + 1000).toISOString(),
      ends_at: new Date(lane.now().getTime() + 60 * DAY_MS).toISOString(),
      rules: { default_policy: { reviews: { min: 3, max: 5 }, audit_double_bps: 0 } },
    },
  })
  lane.wait(2000)
  const scopes: Scope[] = ['read', 'contribute', 'review']
  const handles = ['author', ...Array.from({ length: played.people }, (_, i) => `reviewer-${i}`)]
  const people: { account_id: string; api_key: string }[] = []
  for (const part of partsOf(handles, 200))
    people.push(...(await client.people.create({ body: { people: part.map((handle) => ({ handle, scopes })) } })).items)

  const campaign_id = await openCampaign(lane, operator, played, rule)
  const params = { campaign_id }
  for (const person of people) await lane.client(person.api_key).exams.join({ params, body: { consent_version: 1 } })
  await lane.jobs(['open_items', 'queue_items', 'settle_windows'])
  const submissions = await handIn(lane, people[0]!.api_key, campaign_id, played.tasks.length)
  await vote(lane, operator.key, campaign_id, played, people.slice(1), submissions)

  lane.wait(WINDOW_DAYS * DAY_MS)
  await lane.jobs(['settle_windows', 'draw_window_audits', 'settle_windows'])
  const taskOf = new Map(submissions.map((id, task) => [id, task]))
  for (;;) {
    const { items } = await client.audits.claim({ params, body: { count: 50 } })
    if (items.length === 0) break
    const grades = items.map(({ submission_id }) => {
      const right = played.truth[taskOf.get(submission_id)!] === 1
      return { submission_id, grades: { [QUESTION]: right ? { right } : { right, reason: 'wrong' as const } } }
    })
    await client.audits.grade({ params, body: { grades } })
  }
  await lane.jobs(['settle_windows'])

  const tasks = Array.from({ length: played.people }, () => 0)
  for (const p of played.window.person) tasks[p]! += 1
  const pay: number[] = []
  for (const [i, person] of people.slice(1).entries()) {
    const { items } = await lane.client(person.api_key).earnings.balances()
    const minor = items.reduce((sum, b) => sum + BigInt(b.held_minor) + BigInt(b.frozen_minor) + BigInt(b.claimable_minor), 0n) // prettier-ignore
    pay.push(Number(minor) / Number(RATE_MINOR) / Math.max(1, tasks[i]!))
  }
  return pay
}

async function openCampaign(
  lane: Lane,
  operator: { key: string; account_id: string },
  played: Played,
  rule: Rule,
): Promise<string> {
  const client = lane.client(operator.key)
  const panel = played.window.task.length / played.tasks.length
  const draft = draftOf(SEASON_1, 'original', CLASS, 0, played.tasks.length)
  const settings = {
    ...draft.settings,
    prices: [{ currency: 'POINT', contribute_minor: '1', review_minor: String(RATE_MINOR), bonus_bps: 0 }],
    reviews: { min: panel, max: panel },
    min_seconds_contribute: 0,
    min_seconds_review: 0,
    reviewer_pay: {
      kind: 'audited' as const,
      base_bps: rule.base_bps,
      window_days: WINDOW_DAYS,
      audit_bps: 10_000,
    },
  }
  const { campaign_id } = await client.campaigns.create({ body: { ...draft, settings } })
  const params = { campaign_id }
  for (const { currency, missing_minor: amount_minor } of (await client.campaigns.manage({ params })).budget) {
    await client.ledger.top_up({
      body: { requester_id: operator.account_id, currency, amount_minor, reference: 'cell' },
    })
    await client.campaigns.fund({ params, body: { currency, amount_minor } })
  }
  const opened = await client.campaigns.open({ params, body: {} })
  if (opened.status === 'awaiting_approval')
    await client.campaigns.decide({ params, body: { approved: true, reason: 'A cell.', version: opened.version } })
  return campaign_id
}

/** One author hands in a piece of work for each task. */
async function handIn(lane: Lane, key: string, campaign_id: string, count: number): Promise<string[]> {
  const client = lane.client(key)
  const params = { campaign_id }
  const ids: string[] = []
  while (ids.length < count) {
    const { items } = await client.assignments.claim_items({ params, body: { count: 50 } })
    const submissions = items.map(({ item_id }, i) => ({ item_id, answer: { [QUESTION]: `Task ${ids.length + i}` } }))
    const handed = await client.submissions.submit({ params, body: { submissions } })
    ids.push(...handed.items.map((s) => s.submission_id))
    lane.wait(1000)
  }
  return ids
}

/** Everybody votes as they did in the grid, on the panels that it drew. */
async function vote(
  lane: Lane,
  operatorKey: string,
  campaign_id: string,
  played: Played,
  reviewers: readonly { account_id: string; api_key: string }[],
  submissions: readonly string[],
): Promise<void> {
  const { task, person, answer } = played.window
  const params = { campaign_id }
  for (const [i, reviewer] of reviewers.entries()) {
    const own = [...task.keys()].filter((at) => person[at] === i)
    for (const part of partsOf(own, 50)) {
      const leases = part.map((at) => ({ account_id: reviewer.account_id, target_id: submissions[task[at]!]! }))
      await lane
        .client(operatorKey)
        .assignments.direct({ params, body: { lane: 'review', reason: 'a cell of the grid', leases } })
      const reviews = part.map((at) => {
        const approve = answer[at] === 1
        const said = approve ? { approve } : { approve, reason: 'wrong' as const }
        return { submission_id: submissions[task[at]!]!, votes: { [QUESTION]: said } }
      })
      lane.wait(1000)
      await lane.client(reviewer.api_key).reviews.record({ params, body: { reviews } })
    }
  }
}

import { createHmac } from 'node:crypto'
import type { Ctx } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { readSnapshot } from '../../engine/snapshot.ts'
import type { TASK_CLASSES } from '../campaigns/contract.ts'
import { campaignOf, versionOf, type Campaign, type Version } from '../campaigns/queries.ts'
import { clarityOf, type Clarity } from './clarity-rules.ts'
import type { Doubt, QuestionRow } from './contract.ts'
import { planFor } from './plan-rules.ts'
import { inDoubt, reviewerRows } from './qa-rules.ts'
import { campaignVotes, votesOf } from './queries.ts'
import type { Vote } from './rules.ts'
import { auditsOf, expertVotes, namingKey, newestTaken, reviewedCampaigns, standing, workOf } from './view-queries.ts'

/** Newer reviews say enough of how people judge; more would make a page wait. */
const REVIEWS_HERE = 20_000
const REVIEWS_ELSEWHERE = 2_000
/** Votes that one question is compared by: reckoning with more would keep other requests waiting, and change little. */
const VOTES_COMPARED = 8_000
const CAMPAIGNS_SHOWN = 200
const DOUBTS_SHOWN = 20
const NAME_DIGITS = 6
const KEPT_MOST = 100

type TaskClass = (typeof TASK_CLASSES)[number]

export async function listReviewed(ctx: Ctx) {
  const rows = await reviewedCampaigns(ctx.db, CAMPAIGNS_SHOWN)
  return { items: rows.map((r) => ({ ...r, task_class: r.task_class as TaskClass })), next: null }
}

async function known(ctx: Ctx, id: string): Promise<Campaign> {
  const c = await campaignOf(ctx.db, id)
  if (!c || c.status === 'draft' || c.status === 'awaiting_approval') throw new Refusal('campaign_not_found')
  return c
}

/**
 * Peers' votes that the newest snapshot knows. Nothing moves between snapshots, so watching the page does not tell how
 * the last vote went; of audits only closed ones count, so it does not tell how the last grade went.
 */
async function votesFor(ctx: Ctx, c: Campaign) {
  const taken = await newestTaken(ctx.db, c.task_class)
  if (!taken) return undefined
  const [votes, experts, audits] = await Promise.all([
    campaignVotes(ctx.db, c.id, taken.at_review_id, REVIEWS_HERE),
    expertVotes(ctx.db, c.id),
    auditsOf(ctx.db, c.id),
  ])
  const peers = votes
    .filter((v) => !experts.has(v.review_id))
    .map((v): Vote => (audits.get(v.submission_id)?.closed ? v : { ...v, gold: null }))
  const settled = new Set(votes.filter((v) => experts.has(v.review_id)).map((v) => `${v.submission_id}/${v.round}`))
  return { taken, snapshot: readSnapshot(taken.body), peers, settled, audits }
}

/** A campaign's reviewers and questions, for whoever leads QA. */
export async function campaignReliability(ctx: Ctx, campaignId: string) {
  const c = await known(ctx, campaignId)
  const head = { campaign_id: c.id, title: c.title, task_class: c.task_class as TaskClass }
  const found = c.mode === 'review' ? await votesFor(ctx, c) : undefined
  if (!found) return { ...head, snapshot: null, reviewers: [], questions: [] }
  const { taken, snapshot, peers } = found
  const key = await namingKey(ctx.db)
  const version = await versionOf(ctx.db, c.id, c.version)
  return {
    ...head,
    snapshot: {
      batch: taken.batch,
      taken_at: taken.taken_at.toISOString(),
      votes: taken.votes,
      people: taken.people,
      gold: taken.gold,
    },
    reviewers: reviewerRows(peers, snapshot, (account) => reviewerName(key, c.id, account)),
    questions: (await clarity(ctx, c, taken.id, peers)).map((q) => questionRow(q, version)),
  }
}

/** The same person is called the same in one campaign, and nobody can say who it is or follow them to another. */
const reviewerName = (key: Uint8Array, campaignId: string, accountId: string): string =>
  `R-${createHmac('sha256', key).update(`reviewer:${campaignId}:${accountId}`).digest('hex').slice(0, NAME_DIGITS).toUpperCase()}`

const titleOf = (version: Version, question: string): string => version.form.ui.questions[question]?.title ?? question

const questionRow = (q: Clarity, version: Version): QuestionRow => ({
  question: q.question,
  title: titleOf(version, q.question),
  votes: q.votes,
  observed_bps: Math.round(q.observed * 10_000),
  expected_bps: Math.round(q.expected * 10_000),
  z_hundredths: Math.round(q.z * 100),
  verdict: q.verdict,
})

const kept = new WeakMap<object, Map<string, Clarity[]>>()

/** What each question's disagreement comes from, the clearest finding first; reckoned once for each snapshot. */
async function clarity(ctx: Ctx, c: Campaign, snapshotId: string, here: readonly Vote[]): Promise<Clarity[]> {
  const database = ctx.db.getExecutor().adapter
  let memory = kept.get(database)
  if (!memory) kept.set(database, (memory = new Map()))
  const name = `${c.id}/${snapshotId}`
  const before = memory.get(name)
  if (before) return before
  const all = await votesOf(ctx.db, c.task_class, REVIEWS_ELSEWHERE)
  const own = new Set(here.map((v) => v.submission_id))
  const others = all.filter((v) => !own.has(v.submission_id))
  const found: Clarity[] = []
  for (const question of new Set(here.map((v) => v.question))) {
    const on = here.filter((v) => v.question === question).slice(-VOTES_COMPARED)
    const off = here.filter((v) => v.question !== question).slice(-VOTES_COMPARED)
    found.push(clarityOf(question, on, [...others.slice(-VOTES_COMPARED), ...off]))
    // Each takes a fraction of a second; others are served in between.
    await new Promise((go) => setImmediate(go))
  }
  found.sort((a, b) => b.z - a.z || (a.question < b.question ? -1 : 1))
  if (memory.size >= KEPT_MOST) memory.clear()
  memory.set(name, found)
  return found
}

/** Decided work whose evidence stands nearest to the line; what an audit drew or an expert settled is not among it. */
export async function campaignDoubts(ctx: Ctx, campaignId: string): Promise<{ items: Doubt[]; next: null }> {
  const c = await known(ctx, campaignId)
  const found = c.mode === 'review' ? await votesFor(ctx, c) : undefined
  if (!found) return { items: [], next: null }
  const { snapshot, peers, settled, audits } = found
  const open = peers.filter((v) => !audits.has(v.submission_id) && !settled.has(`${v.submission_id}/${v.round}`))
  const now = await standing(ctx.db, c.id, [...new Set(open.map((v) => v.submission_id))])
  const lines = new Map<number, number>()
  for (const { version } of now.values())
    if (!lines.has(version))
      lines.set(version, planFor((await versionOf(ctx.db, c.id, version)).settings, snapshot)?.break_even ?? 0)
  const decided = open.filter((v) => now.get(v.submission_id)?.round === v.round)
  const shown = inDoubt(decided, snapshot, (id) => lines.get(now.get(id)!.version)!).slice(0, DOUBTS_SHOWN)
  const work = c.restricted
    ? new Map<string, never>()
    : await workOf(ctx.db, c.id, [...new Set(shown.map((d) => d.submission_id))])
  const version = await versionOf(ctx.db, c.id, c.version)
  const items = shown.map((d): Doubt => {
    const of = work.get(d.submission_id)
    return {
      submission_id: d.submission_id,
      question: d.question,
      title: titleOf(version, d.question),
      reviews: d.reviews,
      doubt_bps: Math.round(d.doubt * 10_000),
      data: of?.data ?? null,
      answer: of?.answer ? { [d.question]: of.answer[d.question] ?? null } : null,
    }
  })
  return { items, next: null }
}

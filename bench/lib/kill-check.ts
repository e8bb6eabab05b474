import { setTimeout as sleep } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import type { DB } from '../../src/platform/db/tables.ts'

export type Database = Kysely<DB>
/** What the server said yes to, kept by who outlives it. */
export type Journal = {
  submissions: Map<string, { campaign_id: string; item_id: string; author_id: string; answer: string }>
  reviews: Map<string, { submission_id: string; reviewer_id: string; approve: boolean }>
  decisions: Map<string, { accepted: boolean }>
  transfers: Map<string, { amount_minor: string }>
}
export const createJournal = (): Journal => ({
  submissions: new Map(),
  reviews: new Map(),
  decisions: new Map(),
  transfers: new Map(),
})

/** Everything of the journal that the database does not hold, or holds differently. */
export async function lostOf(db: Database, journal: Journal): Promise<string[]> {
  const lost: string[] = []
  const compare = <T>(what: string, said: Map<string, T>, held: { id: string; said: T }[]): void => {
    const byId = new Map(held.map((h) => [h.id, JSON.stringify(h.said)]))
    for (const [id, claim] of said) {
      const there = byId.get(id)
      if (there === undefined) lost.push(`${what} ${id} is gone`)
      else if (there !== JSON.stringify(claim))
        lost.push(`${what} ${id} says ${there} and not ${JSON.stringify(claim)}`)
    }
  }
  const submissions = await sql<{
    id: string
    campaign_id: string
    item_id: string
    author_id: string
    answer: string
  }>`
    select s.id, s.campaign_id, s.item_id, s.author_id, a.answer ->> 'fact' as answer
      from submission s join submission_answer a on a.campaign_id = s.campaign_id and a.submission_id = s.id`.execute(
    db,
  )
  compare(
    'submission',
    journal.submissions,
    submissions.rows.map(({ id, campaign_id, item_id, author_id, answer }) => ({
      id,
      said: { campaign_id, item_id, author_id, answer },
    })),
  )
  const reviews = await sql<{ id: string; submission_id: string; reviewer_id: string; approve: boolean }>`
    select id, submission_id, reviewer_id, (votes -> 'fact' ->> 'approve')::boolean as approve from review`.execute(db)
  compare(
    'review',
    journal.reviews,
    reviews.rows.map(({ id, submission_id, reviewer_id, approve }) => ({
      id,
      said: { submission_id, reviewer_id, approve },
    })),
  )
  const decisions = await sql<{
    id: string
    accepted: boolean
  }>`select submission_id as id, accepted from decision`.execute(db)
  compare(
    'decision',
    journal.decisions,
    decisions.rows.map(({ id, accepted }) => ({ id, said: { accepted } })),
  )
  const transfers = await sql<{
    id: string
    amount_minor: string
  }>`select id, amount_minor::text from transfer`.execute(db)
  compare(
    'transfer',
    journal.transfers,
    transfers.rows.map(({ id, amount_minor }) => ({ id, said: { amount_minor } })),
  )
  return lost
}

const QUICK_JOBS = ['sequence_events', 'sweep_leases', 'queue_items', 'settle_rejections']

/** What does not move again after a restart; each thing is given some time to. */
export async function stuckOf(db: Database, since: Date, patienceMs = 60_000): Promise<string[]> {
  const look = async (): Promise<string[]> => {
    const jobs = await sql<{ name: string; failures: number; error: string | null }>`
      select name, failures, error from job_state where ran_at >= ${since}`.execute(db)
    const due = await sql<{
      n: number
    }>`select count(*)::int as n from lease where state = 1 and expires_at < now() - interval '2 seconds'`.execute(db)
    const lone = await sql<{ n: number }>`
      select count(*)::int as n from submission s where s.status = 'in_review'
        and not exists (select from queue q where q.campaign_id = s.campaign_id and q.target_id = s.id)`.execute(db)
    const open = await sql<{ n: number }>`
      select count(*)::int as n from item i where i.state = 'open' and i.queued
        and not exists (select from queue q where q.campaign_id = i.campaign_id and q.target_id = i.id)`.execute(db)
    const ran = new Set(jobs.rows.map((j) => j.name))
    return [
      ...QUICK_JOBS.filter((name) => !ran.has(name)).map((name) => `the job ${name} does not run`),
      ...jobs.rows.filter((j) => j.error !== null).map((j) => `the job ${j.name} fails: ${j.error}`),
      ...(due.rows[0]!.n > 0 ? [`${due.rows[0]!.n} leases are over and were not taken back`] : []),
      ...(lone.rows[0]!.n > 0 ? [`${lone.rows[0]!.n} submissions under review are in no queue`] : []),
      ...(open.rows[0]!.n > 0 ? [`${open.rows[0]!.n} open items are in no queue`] : []),
    ]
  }
  for (const until = Date.now() + patienceMs; ; await sleep(100)) {
    const stuck = await look()
    if (stuck.length === 0 || Date.now() > until) return stuck
  }
}

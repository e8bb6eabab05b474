import { sql, type Kysely } from 'kysely'
import type { DB } from '../../platform/db/tables.ts'

type Db = Kysely<DB>

/** Who is in which cluster now. */
export async function clusterMembers(db: Db): Promise<{ account_id: string; cluster_id: string }[]> {
  const { rows } = await sql<{ account_id: string; cluster_id: string }>`
    select account_id::text as account_id, cluster_id::text as cluster_id from cluster_member order by 1`.execute(db)
  return rows
}

export type Judging = { reviewer: string; author: string; at: number; assigned: number; approve: boolean }

/** Every review by people, with its author, when it was assigned and when it was given; oldest first. */
export async function judgings(db: Db, question: string): Promise<Judging[]> {
  const { rows } = await sql<Judging>`
    select r.reviewer_id::text as reviewer, s.author_id::text as author,
           (extract(epoch from r.reviewed_at) * 1000)::float8 as at,
           (extract(epoch from r.reviewed_at) * 1000)::float8 - r.took_seconds * 1000.0 as assigned,
           coalesce((r.votes -> ${question} ->> 'approve')::boolean, false) as approve
      from review r join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id
     where r.lane <> 3 order by r.reviewed_at, r.id`.execute(db)
  return rows
}

/** A panel's reviewers, each pair once, with when the later of the two was assigned. */
export async function panelPairs(db: Db): Promise<{ one: string; other: string; assigned: number }[]> {
  const { rows } = await sql<{ one: string; other: string; assigned: number }>`
    select a.reviewer_id::text as one, b.reviewer_id::text as other,
           greatest((extract(epoch from a.reviewed_at) - a.took_seconds), (extract(epoch from b.reviewed_at) - b.took_seconds))::float8 * 1000 as assigned
      from review a join review b on b.campaign_id = a.campaign_id and b.submission_id = a.submission_id
                                 and b.round = a.round and b.reviewer_id > a.reviewer_id
     where a.lane <> 3 and b.lane <> 3`.execute(db)
  return rows
}

export type Claim = { account_id: string; at: number; amount: number }

/** What people took out: every claim, which is where money leaves their hands in the books. */
export async function claimsMade(db: Db): Promise<Claim[]> {
  const { rows } = await sql<Claim>`
    select split_part(debit, ':', 2) as account_id, (extract(epoch from at) * 1000)::float8 as at, amount_minor::float8 as amount
      from transfer where debit like 'person:%:claimable' and credit like 'person:%:paying' order by at, id`.execute(db)
  return rows
}

export type Paid = { account_id: string; kind: string; submission_id: string; at: number; amount: number }

/** What each account was paid: a submission's pay and what of it is held, a review's base, a window's bonus. */
export async function paidFor(db: Db): Promise<Paid[]> {
  const { rows } = await sql<Paid>`
    select split_part(credit, ':', 2) as account_id, kind, subject_id::text as submission_id,
           (extract(epoch from at) * 1000)::float8 as at, amount_minor::float8 as amount
      from transfer where credit like 'person:%' and kind in ('reward', 'held', 'review_pay', 'review_bonus') order by at, campaign_id, id`.execute(
    db,
  )
  return rows
}

/** What was taken of each account's held pay. */
export async function forfeited(db: Db): Promise<{ account_id: string; amount: number }[]> {
  const { rows } = await sql<{ account_id: string; amount: number }>`
    select split_part(debit, ':', 2) as account_id, sum(amount_minor)::float8 as amount
      from transfer where kind = 'forfeit' group by 1 order by 1`.execute(db)
  return rows
}

export type Stop = { account_id: string; at: number; how: string }

/** When accounts were stopped: by a sanction, or by a case that keeps their money. */
export async function firstStops(db: Db): Promise<Stop[]> {
  const { rows } = await sql<Stop>`
    select account_id::text as account_id, (extract(epoch from imposed_at) * 1000)::float8 as at, action as how from sanction
     where action <> 'warn'
    union all
    select account_id::text, (extract(epoch from opened_at) * 1000)::float8, 'case' from case_file where keeps_waiting
     order by 2, 1, 3`.execute(db)
  return rows
}

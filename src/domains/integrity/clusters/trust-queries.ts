import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'

/** Pairs with a link of one of these kinds that holds. */
export async function trustEdges(db: Db, kinds: readonly string[], now: Date): Promise<{ a: string; b: string }[]> {
  const { rows } = await sql<{ a: string; b: string }>`
    select distinct account_id::text as a, other_id::text as b from link where kind = any(${[...kinds]}) and expires_at > ${now}`.execute(
    db,
  )
  return rows
}

/**
 * Who is known: operators and QA, and people of whom audits found so much right for so long, are honest; whoever was
 * suspended, or lost pay, by a decision that stands is not. A case outweighs a record.
 */
export async function seedsOf(
  db: Db,
  q: { audits: number; since: Date },
): Promise<{ account_id: string; bad: boolean }[]> {
  const { rows } = await sql<{ account_id: string; bad: boolean }>`
    with bad as (select distinct account_id from sanction where action in ('suspend', 'forfeit')
                   and (ended_why is null or ended_why not in ('overturned', 'appeal_overdue', 'mistaken', 'lapsed'))),
    right_ones as (
      select s.author_id as account_id, count(*) as n from audit a join submission s on s.campaign_id = a.campaign_id and s.id = a.submission_id
       where a.closed_at is not null and 2 * a.correct_grades > a.grades group by 1),
    good as (
      select id as account_id from account where roles && array['operator', 'qa']
      union select r.account_id from right_ones r join account a on a.id = r.account_id where r.n >= ${q.audits} and a.created_at <= ${q.since})
    select account_id::text, true as bad from bad
    union all select account_id::text, false from good where account_id not in (select account_id from bad)`.execute(db)
  return rows
}

/** Replaces everybody's rank. */
export async function saveRanks(
  db: Db,
  rows: readonly { account_id: string; bucket: number }[],
  at: Date,
): Promise<void> {
  const json = JSON.stringify(rows)
  await sql`insert into trust_rank (account_id, bucket, ranked_at)
    select r.account_id, r.bucket, ${at} from jsonb_to_recordset(${json}::jsonb) as r(account_id bigint, bucket smallint) join account a on a.id = r.account_id and a.erased_at is null
    on conflict (account_id) do update set bucket = excluded.bucket, ranked_at = excluded.ranked_at`.execute(db)
  await sql`delete from trust_rank where ranked_at < ${at}`.execute(db)
}

import { sql, type Kysely } from 'kysely'
import type { DB } from '../platform/db/tables.ts'

type Db = Kysely<DB>

export type SanctionFact = {
  account_id: string
  action: string
  imposed_at: number
  ended_at: number | null
  ends_at: number
  ended_why: string | null
  appealed_at: number | null
  answered_at: number | null
  upheld: boolean | null
  by_person: boolean
}

/** Every sanction with its appeal; times in milliseconds. */
export async function sanctionFacts(db: Db): Promise<SanctionFact[]> {
  const { rows } = await sql<SanctionFact>`
    select s.account_id::text as account_id, s.action, (extract(epoch from s.imposed_at) * 1000)::float8 as imposed_at,
           (extract(epoch from s.ended_at) * 1000)::float8 as ended_at, (extract(epoch from s.ends_at) * 1000)::float8 as ends_at, s.ended_why,
           (extract(epoch from p.opened_at) * 1000)::float8 as appealed_at, (extract(epoch from p.decided_at) * 1000)::float8 as answered_at,
           p.upheld, p.decided_by is not null as by_person
      from sanction s left join sanction_appeal p on p.sanction_id = s.id order by s.id`.execute(db)
  return rows
}

export type CaseFact = {
  account_id: string
  by_signal: boolean
  /** What its first evidence is about. */
  kind: string
  waits: boolean
  outcome: string | null
  opened_at: number
  closed_at: number | null
}

export async function caseFacts(db: Db): Promise<CaseFact[]> {
  const { rows } = await sql<CaseFact>`
    select account_id::text as account_id, opened_by is null as by_signal,
           (select e.kind from case_evidence e where e.case_id = case_file.id order by e.id limit 1) as kind, keeps_waiting as waits, outcome,
           (extract(epoch from opened_at) * 1000)::float8 as opened_at, (extract(epoch from closed_at) * 1000)::float8 as closed_at
      from case_file order by id`.execute(db)
  return rows
}

export type AppealFact = { account_id: string; upheld: boolean | null; hours: number | null }

/** Appeals of rejected work, and how many hours each took. */
export async function appealFacts(db: Db): Promise<AppealFact[]> {
  const { rows } = await sql<AppealFact>`
    select account_id::text as account_id, upheld, (extract(epoch from decided_at - opened_at) / 3600)::float8 as hours
      from appeal order by campaign_id, submission_id`.execute(db)
  return rows
}

/** What left campaigns for people, and came back, by kind of transfer. */
export async function moneyByKind(db: Db): Promise<Record<string, number>> {
  const { rows } = await sql<{ kind: string; amount: string }>`
    select kind, sum(amount_minor)::text as amount from transfer
     where kind in ('reward', 'held', 'review_pay', 'review_bonus', 'forfeit', 'payout') group by kind order by kind`.execute(
    db,
  )
  return Object.fromEntries(rows.map((r) => [r.kind, Number(r.amount)]))
}

export type DeciderFact = { account_id: string; sanctions: number; overturned: number }

/** How the decisions of each decider fared. */
export async function deciderFacts(db: Db): Promise<DeciderFact[]> {
  const { rows } = await sql<DeciderFact>`
    select d.id::text as account_id, count(*)::int as sanctions,
           (count(*) filter (where s.ended_why in ('overturned', 'mistaken')))::int as overturned
      from sanction s cross join lateral unnest(s.deciders) as d(id) group by 1 order by 1`.execute(db)
  return rows
}

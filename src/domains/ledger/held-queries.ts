import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type HeldRow = {
  campaign_id: string
  submission_id: string
  account_id: string
  currency: string
  amount_minor: string
}

/** Notes what is held, in the transaction that moves it. */
export function insertHeld(
  rows: readonly (HeldRow & { held_at: string; release_at: string })[],
): RawBuilder<unknown> | null {
  if (rows.length === 0) return null
  return sql`insert into held_pay (campaign_id, submission_id, account_id, currency, amount_minor, held_at, release_at)
    select campaign_id, submission_id, account_id, currency, amount_minor, held_at, release_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, submission_id bigint, account_id bigint, currency text,
        amount_minor numeric, held_at timestamptz, release_at timestamptz)
    on conflict do nothing`
}

/** Locks held pay whose time has come, that no case keeps and whose audit, if it was drawn, is graded. */
export async function lockDue(db: Db, now: Date, limit: number): Promise<HeldRow[]> {
  const { rows } = await sql<HeldRow>`
    select h.campaign_id, h.submission_id, h.account_id, h.currency, h.amount_minor::text as amount_minor from held_pay h
     where h.ended_at is null and h.case_id is null and h.release_at <= ${now}
       and not exists (select from audit a where a.campaign_id = h.campaign_id and a.submission_id = h.submission_id and a.closed_at is null)
     order by h.release_at, h.campaign_id, h.submission_id limit ${limit} for update of h skip locked`.execute(db)
  return rows
}

/** Locks what a case keeps. */
export async function lockKept(db: Db, caseId: string): Promise<HeldRow[]> {
  const { rows } = await sql<HeldRow>`
    select campaign_id, submission_id, account_id, currency, amount_minor::text as amount_minor from held_pay
     where case_id = ${caseId}::bigint and ended_at is null order by campaign_id, submission_id, currency for update`.execute(
    db,
  )
  return rows
}

/** Locks what a person has held and no case keeps. */
export async function lockFreeOf(db: Db, accountId: string): Promise<HeldRow[]> {
  const { rows } = await sql<HeldRow>`
    select campaign_id, submission_id, account_id, currency, amount_minor::text as amount_minor from held_pay
     where account_id = ${accountId}::bigint and ended_at is null and case_id is null
     order by campaign_id, submission_id, currency for update`.execute(db)
  return rows
}

/** Marks held pay as over. */
export async function endHeld(db: Db, rows: readonly HeldRow[], at: Date, forfeitedBy: string | null): Promise<void> {
  if (rows.length === 0) return
  await sql`update held_pay h set ended_at = ${at}, forfeited_by = ${forfeitedBy}::bigint
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, submission_id bigint, account_id bigint, currency text)
    where h.campaign_id = r.campaign_id and h.submission_id = r.submission_id and h.account_id = r.account_id and h.currency = r.currency`.execute(
    db,
  )
}

/** A case keeps what a person has held and no other case keeps; returns how many pieces. */
export async function keepFor(
  db: Db,
  given: {
    case_id: string
    account_id: string
    campaign_id?: string
    since?: Date
    submission_ids?: readonly string[]
  },
): Promise<number> {
  const kept = await sql`update held_pay set case_id = ${given.case_id}::bigint
    where account_id = ${given.account_id}::bigint and ended_at is null and case_id is null
      and ${given.campaign_id ? sql`campaign_id = ${given.campaign_id}::bigint` : sql`true`}
      and ${given.since ? sql`held_at >= ${given.since}` : sql`true`}
      and ${given.submission_ids ? sql`submission_id = any(${[...given.submission_ids]}::bigint[])` : sql`true`}`.execute(
    db,
  )
  return Number(kept.numAffectedRows ?? 0n)
}

/** A case lets go of what it keeps. */
export async function unkeep(db: Db, caseId: string): Promise<void> {
  await sql`update held_pay set case_id = null where case_id = ${caseId}::bigint and ended_at is null`.execute(db)
}

export type HeldView = {
  campaign_id: string
  title: string
  currency: string
  amount_minor: string
  pieces: number
  release_at: Date
  kept: boolean
}

/** What a person has held, by campaign, currency and day of release, soonest first. */
export async function heldOf(db: Db, accountId: string, limit: number): Promise<HeldView[]> {
  const { rows } = await sql<HeldView>`
    select h.campaign_id, c.title, h.currency, sum(h.amount_minor)::text as amount_minor, count(*)::int as pieces,
           max(h.release_at) as release_at, h.case_id is not null as kept
      from held_pay h join campaign c on c.id = h.campaign_id
     where h.account_id = ${accountId}::bigint and h.ended_at is null
     group by h.campaign_id, c.title, h.currency, (h.release_at at time zone 'UTC')::date, h.case_id is not null
     order by release_at, h.campaign_id, h.currency limit ${limit}`.execute(db)
  return rows
}

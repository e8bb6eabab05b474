import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { CaseKnown, Draft } from './rules.ts'

const mapOf = <R extends { key: string }, V>(rows: readonly R[], value: (r: R) => V) =>
  new Map(rows.map((r) => [r.key, value(r)]))

/** Who wrote these submissions. */
export async function authorsOf(
  db: Db,
  keys: readonly { campaign_id: string; subject_id: string }[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ key: string; author_id: string }>`
    select s.id as key, s.author_id from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, subject_id bigint)
      join submission s on s.campaign_id = k.campaign_id and s.id = k.subject_id`.execute(db)
  return mapOf(rows, (r) => r.author_id)
}

export async function currencyScales(db: Db): Promise<Map<string, number>> {
  const rows = await db.selectFrom('currency').select(['code as key', 'scale']).execute()
  return mapOf(rows, (r) => r.scale)
}

export async function requestersOf(db: Db, campaignIds: readonly string[]): Promise<Map<string, string>> {
  if (campaignIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('campaign')
    .select(['id as key', 'requester_id'])
    .where('id', 'in', [...campaignIds])
    .execute()
  return mapOf(rows, (r) => r.requester_id)
}

/** Members who agreed to older terms than a version has. */
export async function consentsDue(
  db: Db,
  versions: readonly { event_id: string; campaign_id: string; version: number }[],
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ key: string; accounts: string[] }>`
    select k.event_id as key, array_agg(distinct m.account_id::text) as accounts
      from jsonb_to_recordset(${JSON.stringify(versions)}::jsonb) as k(event_id bigint, campaign_id bigint, version int)
      join campaign_version v on v.campaign_id = k.campaign_id and v.version = k.version
      join member m on m.campaign_id = k.campaign_id and m.left_at is null and m.role <> 'requester' and m.consent_version < v.consent_version
     group by 1`.execute(db)
  return mapOf(rows, (r) => r.accounts)
}

/** What the operator wrote with each approval or refusal. */
export async function approvalReasons(
  db: Db,
  decided: readonly { event_id: string; campaign_id: string; at: string }[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ key: string; reason: string }>`
    select k.event_id as key, a.reason from jsonb_to_recordset(${JSON.stringify(decided)}::jsonb) as k(event_id bigint, campaign_id bigint, at timestamptz)
      join campaign_approval a on a.campaign_id = k.campaign_id and a.decided_at = k.at`.execute(db)
  return mapOf(rows, (r) => r.reason)
}

/** Whose case an event is of, until when money waits or a sanction holds, and who is asked about its appeal. */
export async function casesKnown(
  db: Db,
  events: readonly { event_id: string; case_id: string; sanction_id: string }[],
): Promise<Map<string, CaseKnown>> {
  if (events.length === 0) return new Map()
  const { rows } = await sql<{
    key: string
    account_id: string
    until: Date | null
    ends_at: Date | null
    asked: string[] | null
  }>`
    select k.event_id as key, f.account_id, case when f.keeps_waiting then f.decide_by end as until, s.ends_at, p.asked
      from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as k(event_id bigint, case_id bigint, sanction_id bigint)
      join case_file f on f.id = k.case_id left join sanction s on s.id = k.sanction_id left join sanction_appeal p on p.sanction_id = s.id`.execute(
    db,
  )
  return mapOf(rows, (r) => ({
    account_id: r.account_id,
    until: r.until?.toISOString() ?? null,
    ends_at: r.ends_at?.toISOString() ?? null,
    asked: r.asked ?? [],
  }))
}

/** Puts messages into inboxes; one that is there stays as it is, and an erased person gets none. */
export async function insertMessages(db: Db, messages: readonly Draft[]): Promise<void> {
  if (messages.length === 0) return
  await sql`insert into inbox_message (account_id, id, kind, campaign_id, subject_id, params, at)
    select m.account_id, m.id, m.kind, m.campaign_id, m.subject_id, m.params, m.at
      from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as m(account_id bigint, id bigint, kind text, campaign_id bigint, subject_id bigint, params jsonb, at timestamptz)
      join account a on a.id = m.account_id and a.erased_at is null
    on conflict do nothing`.execute(db)
}

export type Ending = { campaign_id: string; id: string; author_id: string; settles_at: Date }

/** Rejections whose time ends within a stretch and was long enough for a reminder; those who answered already need none. */
export async function endingRejections(
  db: Db,
  q: { from: Date; to: Date; at_least_ms: number; limit: number },
): Promise<Ending[]> {
  const { rows } = await sql<Ending>`
    select s.campaign_id, s.id, s.author_id, s.settles_at from submission s
     where s.status = 'rejected' and s.settles_at > ${q.from} and s.settles_at <= ${q.to} and s.settles_at - s.decided_at >= make_interval(secs => ${q.at_least_ms}::float8 / 1000)
       and not exists (select 1 from inbox_message m where m.account_id = s.author_id and m.subject_id = s.id and m.kind = 'revision_ending')
     order by s.settles_at limit ${q.limit}`.execute(db)
  return rows
}

export type MessageRow = {
  id: string
  kind: string
  campaign_id: string | null
  title: string | null
  subject_id: string | null
  params: Record<string, string | number>
  at: Date
  read_at: Date | null
}

/** A person's messages, newest first. */
export async function messagesOf(
  db: Db,
  accountId: string,
  q: { before: string | undefined; unread: boolean; limit: number },
): Promise<MessageRow[]> {
  let query = db
    .selectFrom('inbox_message as m')
    .leftJoin('campaign as c', 'c.id', 'm.campaign_id')
    .select(['m.id', 'm.kind', 'm.campaign_id', 'c.title', 'm.subject_id', 'm.params', 'm.at', 'm.read_at'])
    .where('m.account_id', '=', accountId)
  if (q.before) query = query.where('m.id', '<', q.before)
  if (q.unread) query = query.where('m.read_at', 'is', null)
  return (await query.orderBy('m.id', 'desc').limit(q.limit).execute()) as unknown as MessageRow[]
}

/** How many messages are unread; beyond `most` nobody counts. */
export async function countUnread(db: Db, accountId: string, most: number): Promise<number> {
  const { rows } = await sql<{
    n: string
  }>`select count(*) as n from (select 1 from inbox_message where account_id = ${accountId} and read_at is null limit ${most}) u`.execute(
    db,
  )
  return Number(rows[0]!.n)
}

/** Marks messages read, the named ones or all up to one. When they were first read stays. */
export async function setRead(
  db: Db,
  accountId: string,
  which: { ids: readonly string[] } | { up_to: string },
  at: Date,
): Promise<void> {
  const update = db
    .updateTable('inbox_message')
    .set({ read_at: at })
    .where('account_id', '=', accountId)
    .where('read_at', 'is', null)
  await ('ids' in which ? update.where('id', 'in', [...which.ids]) : update.where('id', '<=', which.up_to)).execute()
}

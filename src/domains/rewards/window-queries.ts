import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { AuditAim } from '../campaigns/pay/contract.ts'
import type { MyWindow } from './insight-rules.ts'
import type { ModelLabel, Paid, Share, WindowReview } from './window-rules.ts'

export type WindowRow = {
  campaign_id: string
  n: number
  starts_at: Date
  ends_at: Date
  drawn_at: Date | null
  grade_until: Date | null
  settled_at: Date | null
  last: boolean
}

export type PayingCampaign = {
  id: string
  status: string
  opened_at: Date
  window_days: number
  latest_n: number | null
  latest_ends_at: Date | null
  latest_settled: boolean
}

/** The newest rule that a campaign had: work under an older version is paid by it though a newer one has none. */
const ruleOf = (campaign: RawBuilder<unknown>) =>
  sql`(select v.settings -> 'reviewer_pay' as reviewer_pay from campaign_version v where v.campaign_id = ${campaign} and v.settings ? 'reviewer_pay' order by v.version desc limit 1)`

/** Campaigns that pay, or paid, reviewers by windows and are not closed. */
export async function payingCampaigns(db: Db): Promise<PayingCampaign[]> {
  const { rows } = await sql<PayingCampaign>`
    select c.id, c.status, c.opened_at, (p.reviewer_pay ->> 'window_days')::int as window_days,
           w.n as latest_n, w.ends_at as latest_ends_at, w.settled_at is not null as latest_settled
      from campaign c cross join lateral ${ruleOf(sql`c.id`)} p
      left join lateral (select n, ends_at, settled_at from reward_window w where w.campaign_id = c.id order by n desc limit 1) w on true
     where c.mode = 'review' and c.status in ('pilot', 'open', 'paused', 'closing') and c.opened_at is not null
     order by c.id`.execute(db)
  return rows
}

export async function insertWindow(
  db: Db,
  row: Pick<WindowRow, 'campaign_id' | 'n' | 'starts_at' | 'ends_at'>,
): Promise<void> {
  await sql`insert into reward_window (campaign_id, n, starts_at, ends_at)
    values (${row.campaign_id}, ${row.n}, ${row.starts_at}, ${row.ends_at}) on conflict do nothing`.execute(db)
}

/** Ends a campaign's newest window now and for good. */
export async function endLast(db: Db, campaignId: string, n: number, now: Date): Promise<void> {
  await sql`update reward_window set last = true, ends_at = greatest(least(ends_at, ${now}), starts_at + interval '1 millisecond')
    where campaign_id = ${campaignId}::bigint and n = ${n} and settled_at is null and not last`.execute(db)
}

/** Windows that are over and whose audits are not drawn, oldest first. */
export async function windowsToDraw(db: Db, now: Date, limit: number) {
  const { rows } = await sql<
    WindowRow & {
      season_id: string
      requester_id: string
      audit_bps: number
      audit_aim: AuditAim | null
      drawn_before: Date | null
    }
  >`
    select w.*, c.season_id, c.requester_id, (p.reviewer_pay ->> 'audit_bps')::int as audit_bps, p.reviewer_pay -> 'audit_aim' as audit_aim,
           (select max(p.drawn_until) from audit_plan p where p.purpose <> 'acceptance' and (p.campaign_id = c.id or (p.campaign_id is null and p.season_id = c.season_id))) as drawn_before
      from reward_window w join campaign c on c.id = w.campaign_id cross join lateral ${ruleOf(sql`c.id`)} p
     where w.settled_at is null and w.drawn_at is null and w.ends_at <= ${now} order by w.ends_at, w.campaign_id limit ${limit}`.execute(
    db,
  )
  return rows
}

export async function markDrawn(
  db: Db,
  w: { campaign_id: string; n: number },
  at: Date,
  gradeUntil: Date,
): Promise<void> {
  await sql`update reward_window set drawn_at = ${at}, grade_until = ${gradeUntil}
    where campaign_id = ${w.campaign_id}::bigint and n = ${w.n} and drawn_at is null`.execute(db)
}

/** Each campaign's oldest unsettled window, if its audits are drawn and graded or their time is over. */
export async function windowsToSettle(db: Db, now: Date, limit: number): Promise<{ campaign_id: string; n: number }[]> {
  const { rows } = await sql<{ campaign_id: string; n: number }>`
    select w.campaign_id, w.n from reward_window w
     where w.settled_at is null and w.drawn_at is not null
       and not exists (select from reward_window e where e.campaign_id = w.campaign_id and e.n < w.n and e.settled_at is null)
       and (w.grade_until <= ${now} or not exists (
         select from audit a join audit_plan p on p.id = a.plan_id where a.campaign_id = w.campaign_id and a.closed_at is null and p.created_at <= w.drawn_at))
     order by w.ends_at, w.campaign_id limit ${limit}`.execute(db)
  return rows
}

export async function lockWindow(db: Db, campaignId: string, n: number): Promise<WindowRow | undefined> {
  const { rows } = await sql<WindowRow>`
    select * from reward_window where campaign_id = ${campaignId}::bigint and n = ${n} and settled_at is null for update`.execute(
    db,
  )
  return rows[0]
}

/** Who was carried over to this window: since when their work waits, and for how many windows. */
export async function carriedTo(
  db: Db,
  campaignId: string,
  n: number,
): Promise<Map<string, { since: Date; carries: number }>> {
  const { rows } = await sql<{ account_id: string; since: Date; carries: number }>`
    with recursive back as (
      select account_id, n, 1 as carries from reward_share where campaign_id = ${campaignId}::bigint and n = ${n - 1} and carried
      union all
      select b.account_id, s.n, b.carries + 1 from back b
        join reward_share s on s.campaign_id = ${campaignId}::bigint and s.account_id = b.account_id and s.n = b.n - 1 and s.carried)
    select b.account_id, min(w.starts_at) as since, max(b.carries) as carries
      from back b join reward_window w on w.campaign_id = ${campaignId}::bigint and w.n = b.n group by 1`.execute(db)
  return new Map(rows.map((r) => [r.account_id, { since: r.since, carries: r.carries }]))
}

/**
 * Paid reviews of what was decided in a time, with what graders found since (or until `gradedBy`, as it was then). Gold items are among them from when they were
 * paid on: left out, a person could count how many there were.
 */
export async function windowReviews(
  db: Db,
  campaignId: string,
  from: Date,
  until: Date,
  gradedBy: Date | null = null,
): Promise<WindowReview[]> {
  const { rows } = await sql<WindowReview>`
    select r.submission_id, r.round, s.version, r.reviewer_id, d.decided_at, d.accepted,
           (select bool_and((v.value ->> 'approve')::boolean) from jsonb_each(r.votes) v) as approves,
           case when a.closed_at <= coalesce(${gradedBy}::timestamptz, 'infinity') and 2 * a.correct_grades <> a.grades then 2 * a.correct_grades > a.grades end as correct, a.chance_ppm
      from decision d
      join review r on r.campaign_id = d.campaign_id and r.submission_id = d.submission_id and r.round = d.round and r.lane in (2, 4)
      join submission s on s.campaign_id = d.campaign_id and s.id = d.submission_id
      left join audit a on a.campaign_id = d.campaign_id and a.submission_id = d.submission_id
     where d.campaign_id = ${campaignId}::bigint and d.decided_at >= ${from} and d.decided_at < ${until} and r.votes <> '{}'::jsonb
    union all
    select g.id, 1, g.version, g.account_id, g.paid_at, s.is_right, (select bool_and((v.value ->> 'approve')::boolean) from jsonb_each(g.votes) v), s.is_right, null::int
      from gold_item g join gold_source s on s.campaign_id = g.campaign_id and s.submission_id = g.source_id
     where g.campaign_id = ${campaignId}::bigint and g.paid_at >= ${from} and g.paid_at < ${until} and g.votes <> '{}'::jsonb`.execute(
    db,
  )
  return rows
}

export async function windowLabels(db: Db, campaignId: string, from: Date, until: Date): Promise<ModelLabel[]> {
  const { rows } = await sql<ModelLabel>`
    select m.submission_id, m.round, m.model, (select bool_and((v.value #>> '{}')::boolean) from jsonb_each(m.votes) v) as approves
      from decision d join model_vote m on m.campaign_id = d.campaign_id and m.submission_id = d.submission_id and m.round = d.round
     where d.campaign_id = ${campaignId}::bigint and d.decided_at >= ${from} and d.decided_at < ${until}`.execute(db)
  return rows
}

/** The settings of each of a campaign's versions. */
export async function settingsByVersion(db: Db, campaignId: string) {
  const rows = await db
    .selectFrom('campaign_version')
    .select(['version', 'settings'])
    .where('campaign_id', '=', campaignId)
    .execute()
  return new Map(rows.map((r) => [r.version, r.settings]))
}

const CHUNK = 2_000
export async function insertShares(
  db: Db,
  w: { campaign_id: string; n: number },
  shares: readonly (Share & { paid: readonly Paid[] })[],
): Promise<void> {
  for (let i = 0; i < shares.length; i += CHUNK) {
    const rows = shares.slice(i, i + CHUNK)
    await sql`insert into reward_share (campaign_id, n, account_id, reviews, audited, carried, audit_ppm, peer_ppm, cap_ppm, score_ppm, factor_ppm, paid)
      select ${w.campaign_id}::bigint, ${w.n}, account_id, reviews, audited, carried, audit_ppm, peer_ppm, cap_ppm, score_ppm, factor_ppm, paid
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(account_id bigint, reviews int, audited int, carried boolean, audit_ppm int,
          peer_ppm int, cap_ppm int, score_ppm int, factor_ppm int, paid jsonb)`.execute(db)
  }
}

export async function closeWindow(
  db: Db,
  w: { campaign_id: string; n: number },
  at: Date,
  how: { inputs_hash: string; kept_apart: boolean },
): Promise<void> {
  await sql`update reward_window set settled_at = ${at}, inputs_hash = ${how.inputs_hash}, kept_apart = ${how.kept_apart}
    where campaign_id = ${w.campaign_id}::bigint and n = ${w.n}`.execute(db)
}

/** Whether a window was settled with people among its reviewers who are kept apart. */
export async function wasKeptApart(db: Db, campaignId: string, n: number): Promise<boolean> {
  const row = await db
    .selectFrom('reward_window')
    .select('kept_apart')
    .where('campaign_id', '=', campaignId)
    .where('n', '=', n)
    .executeTakeFirstOrThrow()
  return row.kept_apart
}

/** A person's windows, newest first: settled ones with their part, others with the reviews decided in them so far. */
export async function windowsOf(db: Db, accountId: string, limit: number): Promise<MyWindow[]> {
  const { rows } = await sql<MyWindow>`
    select w.campaign_id, c.title, w.n, w.starts_at, w.ends_at, w.grade_until, w.settled_at, coalesce(s.reviews, o.reviews) as reviews, s.audited, s.carried,
           s.audit_ppm, s.peer_ppm, s.cap_ppm, s.score_ppm, s.factor_ppm, coalesce(s.paid, '[]') as paid
      from (select distinct campaign_id from member where account_id = ${accountId}::bigint and role = 'reviewer') m
      join reward_window w on w.campaign_id = m.campaign_id join campaign c on c.id = w.campaign_id
      left join reward_share s on s.campaign_id = w.campaign_id and s.n = w.n and s.account_id = ${accountId}::bigint
      left join lateral (
        select (count(*) + (select count(*) from gold_item g where w.settled_at is null and g.account_id = ${accountId}::bigint and g.campaign_id = w.campaign_id
                  and g.paid_at >= w.starts_at and g.paid_at < w.ends_at))::int as reviews from review r join decision d on d.campaign_id = r.campaign_id and d.submission_id = r.submission_id and d.round = r.round
         where w.settled_at is null and r.reviewer_id = ${accountId}::bigint and r.campaign_id = w.campaign_id and r.lane in (2, 4)
           and d.decided_at >= w.starts_at and d.decided_at < w.ends_at) o on true
     where s.account_id is not null or w.settled_at is null
     order by w.ends_at desc, w.campaign_id limit ${limit}`.execute(db)
  return rows
}

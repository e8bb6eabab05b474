import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Consent } from '../templates/contract.ts'
import type { Settings } from './contract.ts'
import type { CampaignRow } from './manage-queries.ts'
import { factorAt } from './price-queries.ts'

export type ListedRow = CampaignRow & {
  settings: Settings
  consent: Consent
  consent_version: number
  places_left: number | null
  accepted: number | null
  seconds_contribute: number | null
  has_exam: boolean
  my_roles: string[]
  /** What the price is now, in millionths of the listed one. */
  factor_ppm: number
}

const LISTED = (accountId: string | undefined): RawBuilder<unknown> => sql`
  c.*, v.settings, v.consent, v.consent_version, st.places_left, st.accepted, st.seconds_contribute,
  exists (select from exam e where e.campaign_id = c.id) as has_exam,
  array(select m.role from member m where m.campaign_id = c.id and m.account_id = ${accountId ?? null}::bigint and m.left_at is null order by m.role) as my_roles,
  case when v.settings ? 'scarcity' then ${factorAt(sql`c.id`, sql`'infinity'::timestamptz`)} else 1000000 end as factor_ppm
  from campaign c
  join campaign_version v on v.campaign_id = c.id and v.version = c.version
  left join campaign_stats st on st.campaign_id = c.id`

export type ListFilter = {
  task_class?: string | undefined
  difficulty?: string | undefined
  language?: string | undefined
  search?: string | undefined
}

/** Campaigns that take work now, newest first. */
export async function openCampaigns(
  db: Db,
  q: { now: Date; account_id: string | undefined; before: string | undefined; limit: number } & ListFilter,
): Promise<ListedRow[]> {
  const wanted = [
    ...(q.task_class ? [sql`c.task_class = ${q.task_class}`] : []),
    ...(q.difficulty ? [sql`c.difficulty = ${q.difficulty}`] : []),
    ...(q.language ? [sql`c.language = ${q.language}`] : []),
    ...(q.search ? [sql`strpos(lower(c.title || ' ' || c.knowledge_area), lower(${q.search})) > 0`] : []),
    ...(q.before ? [sql`c.id < ${q.before}`] : []),
  ]
  const { rows } = await sql<ListedRow>`select ${LISTED(q.account_id)} join season s on s.id = c.season_id
     where c.status in ('pilot', 'open') and (c.deadline is null or c.deadline > ${q.now}) and s.ends_at > ${q.now} and s.closed_at is null
       ${wanted.length > 0 ? sql`and ${sql.join(wanted, sql` and `)}` : sql``}
     order by c.id desc limit ${q.limit}`.execute(db)
  return rows
}

/** One campaign with what its page shows. */
export async function listedCampaign(
  db: Db,
  id: string,
  accountId: string | undefined,
): Promise<ListedRow | undefined> {
  const { rows } = await sql<ListedRow>`select ${LISTED(accountId)} where c.id = ${id}`.execute(db)
  return rows[0]
}

export async function handleOf(db: Db, accountId: string): Promise<string> {
  const row = await db.selectFrom('account').select('handle').where('id', '=', accountId).executeTakeFirst()
  return row?.handle ?? ''
}

export type ExamInfo = { draw_count: number; pass_bps: number; cooldown_seconds: number; time_limit_seconds: number }
export async function examInfo(db: Db, campaignId: string): Promise<ExamInfo | undefined> {
  return db
    .selectFrom('exam')
    .select(['draw_count', 'pass_bps', 'cooldown_seconds', 'time_limit_seconds'])
    .where('campaign_id', '=', campaignId)
    .executeTakeFirst()
}

export type RoleRow = {
  role: 'requester' | 'contributor' | 'reviewer'
  why: string
  joined_at: Date
  consent_version: number | null
}
/** The roles that a person holds in a campaign. */
export async function rolesOf(db: Db, campaignId: string, accountId: string): Promise<RoleRow[]> {
  const rows = await db
    .selectFrom('member')
    .select(['role', 'why', 'joined_at', 'consent_version'])
    .where('campaign_id', '=', campaignId)
    .where('account_id', '=', accountId)
    .where('left_at', 'is', null)
    .orderBy('role')
    .execute()
  return rows as RoleRow[]
}

/** Everything a person takes part in. */
export async function membershipsOf(db: Db, accountId: string) {
  const { rows } = await sql<{
    campaign_id: string
    title: string
    status: string
    role: string
    why: string
    joined_at: Date
    consent_due: boolean
  }>`
    select c.id as campaign_id, c.title, c.status, m.role, m.why, m.joined_at,
           m.role <> 'requester' and coalesce(m.consent_version < v.consent_version, false) as consent_due
      from member m join campaign c on c.id = m.campaign_id
      join campaign_version v on v.campaign_id = c.id and v.version = c.version
     where m.account_id = ${accountId} and m.left_at is null order by m.joined_at desc, c.id limit 500`.execute(db)
  return rows
}

/** A requester's campaigns with what needs their eye. */
export async function managedCampaigns(db: Db, accountId: string, page: { before: string | undefined; limit: number }) {
  const { rows } = await sql<CampaignRow & { items: string; accepted: number | null; open_flags: string }>`
    select c.*, st.accepted, (select coalesce(sum(i.imported), 0) from item_import i where i.campaign_id = c.id) as items,
           (select count(*) from item_flag f where f.campaign_id = c.id and f.resolved_at is null) as open_flags
      from member m join campaign c on c.id = m.campaign_id left join campaign_stats st on st.campaign_id = c.id
     where m.account_id = ${accountId} and m.role = 'requester' and m.left_at is null ${page.before ? sql`and c.id < ${page.before}` : sql``}
     order by c.id desc limit ${page.limit}`.execute(db)
  return rows
}

/** Counts of a campaign's items by state. */
export async function itemCounts(db: Db, campaignId: string): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('item')
    .select(['state', (eb) => eb.fn.countAll<string>().as('n')])
    .where('campaign_id', '=', campaignId)
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map((r) => [r.state, Number(r.n)]))
}

/** Counts of a campaign's submissions by status, and how many items got their answer since a moment. */
export async function submissionCounts(
  db: Db,
  c: { id: string; mode: string },
  since: Date,
): Promise<{ by_status: Record<string, number>; accepted_since: number }> {
  // Review accepts one submission for each item; of redundant answers several are right.
  const answered = c.mode === 'review' ? sql`count(*)` : sql`count(distinct item_id)`
  const { rows } = await sql<{ status: string; n: string; recent: string }>`
    select status, count(*) as n, ${answered} filter (where status = 'accepted' and decided_at > ${since}) as recent
      from submission where campaign_id = ${c.id} group by status`.execute(db)
  return {
    by_status: Object.fromEntries(rows.map((r) => [r.status, Number(r.n)])),
    accepted_since: Number(rows.find((r) => r.status === 'accepted')?.recent ?? 0),
  }
}

export async function peopleCounts(
  db: Db,
  campaignId: string,
): Promise<{ leased: number; contributors: number; reviewers: number; open_flags: number }> {
  const { rows } = await sql<{ leased: number; contributors: number; reviewers: number; open_flags: number }>`
    select (select count(*) from lease where campaign_id = ${campaignId} and state = 1)::int as leased,
           (select count(*) from member where campaign_id = ${campaignId} and role = 'contributor' and left_at is null)::int as contributors,
           (select count(*) from member where campaign_id = ${campaignId} and role = 'reviewer' and left_at is null)::int as reviewers,
           (select count(*) from item_flag where campaign_id = ${campaignId} and resolved_at is null)::int as open_flags`.execute(
    db,
  )
  return rows[0]!
}

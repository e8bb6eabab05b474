import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import { campaignAccount } from '../ledger/accounts.ts'
import type { CampaignState, Draft, Settings, VersionDraft } from './contract.ts'
import type { Campaign } from './queries.ts'
import { answersLeave } from './rules.ts'

/** The whole row, for those who change it. */
export type CampaignRow = Campaign & {
  status: CampaignState
  difficulty: string
  knowledge_area: string
  quota: number
  pilot_size: number
  created_at: Date
  opened_at: Date | null
  closed_at: Date | null
  example: boolean
  opened_items: number
  first_version: number | null
  asked_at: Date | null
  paused_from: 'pilot' | 'open' | null
  paused_by_operator: boolean
  closes_as: 'closed' | 'cancelled' | null
  close_reason: string | null
}

/** Locks a campaign's row: changes of state go one after another. The work itself never takes this lock. */
export async function lockCampaign(db: Db, id: string): Promise<CampaignRow | undefined> {
  return (await db.selectFrom('campaign').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()) as
    | CampaignRow
    | undefined
}

export async function campaignRow(db: Db, id: string): Promise<CampaignRow | undefined> {
  return (await db.selectFrom('campaign').selectAll().where('id', '=', id).executeTakeFirst()) as
    | CampaignRow
    | undefined
}

const aboutOf = (d: Draft) => ({
  title: d.title,
  task_class: d.task_class,
  mode: d.mode,
  difficulty: d.difficulty,
  knowledge_area: d.knowledge_area,
  language: d.language,
  open_collection: d.open_collection,
  quota: d.quota,
  pilot_size: d.pilot_size,
  deadline: d.deadline === null ? null : new Date(d.deadline),
  // Adversarial work is always approved first and never released to everyone.
  restricted: d.task_class === 'adversarial',
})

export async function insertCampaign(
  db: Db,
  row: { id: string; season_id: string; requester_id: string; created_at: Date; example: boolean },
  draft: Draft,
): Promise<void> {
  await db
    .insertInto('campaign')
    .values({ ...row, ...aboutOf(draft), status: 'draft', version: 1 })
    .execute()
}

export async function replaceDraft(db: Db, id: string, draft: Draft): Promise<void> {
  await db.updateTable('campaign').set(aboutOf(draft)).where('id', '=', id).execute()
}

export type StatePatch = Partial<
  Pick<
    CampaignRow,
    | 'status'
    | 'opened_at'
    | 'closed_at'
    | 'quota'
    | 'deadline'
    | 'season_id'
    | 'first_version'
    | 'asked_at'
    | 'paused_from'
    | 'paused_by_operator'
    | 'closes_as'
    | 'close_reason'
  >
>
export async function setCampaign(db: Db, id: string, patch: StatePatch): Promise<void> {
  await db.updateTable('campaign').set(patch).where('id', '=', id).execute()
}

/** Appends a version and makes it the current one. Who agreed to the same words is asked again only where answers now leave. */
export async function insertVersion(
  db: Db,
  row: { campaign_id: string; version: number; created_by: string; created_at: Date },
  draft: VersionDraft,
): Promise<void> {
  const consent = JSON.stringify(draft.consent)
  await sql`insert into campaign_version (campaign_id, version, instructions, form, settings, consent, consent_version, created_by, created_at)
    select ${row.campaign_id}::bigint, ${row.version}::int, ${JSON.stringify(draft.instructions)}::jsonb, ${JSON.stringify(draft.form)}::jsonb, ${JSON.stringify(draft.settings)}::jsonb, ${consent}::jsonb,
           coalesce((select p.consent_version from campaign_version p where p.campaign_id = ${row.campaign_id}::bigint and p.version = ${row.version}::int - 1 and p.consent = ${consent}::jsonb and (not ${answersLeave(draft.settings)}::boolean or p.settings -> 'model_votes' ->> 'endpoint' = 'true' or p.settings @? '$.checks[*].kind ? (@ == "model_judge")')), ${row.version}::int),
           ${row.created_by}::bigint, ${row.created_at}`.execute(db)
  await db.updateTable('campaign').set({ version: row.version }).where('id', '=', row.campaign_id).execute()
}

/** Settings of every version that work may fall under: from the first that opened. */
export async function settingsSince(db: Db, campaignId: string, version: number): Promise<Settings[]> {
  const rows = await db
    .selectFrom('campaign_version')
    .select('settings')
    .where('campaign_id', '=', campaignId)
    .where('version', '>=', version)
    .execute()
  return rows.map((r) => r.settings as unknown as Settings)
}

/** Versions, newest first. */
export async function versionRows(db: Db, campaignId: string, before: number | undefined, limit: number) {
  let query = db.selectFrom('campaign_version').selectAll().where('campaign_id', '=', campaignId)
  if (before !== undefined) query = query.where('version', '<', before)
  return query.orderBy('version', 'desc').limit(limit).execute()
}

export async function knownCurrencies(db: Db): Promise<Set<string>> {
  return new Set(
    (await db.selectFrom('currency').select('code').where('is_money', '=', true).execute()).map((c) => c.code),
  )
}

export type MoneyStanding = { funded: bigint; spent: bigint; returned: bigint }
/** What a campaign's money did, by currency, summed from the transfers themselves. */
export async function moneyOf(db: Db, campaignId: string): Promise<Map<string, MoneyStanding>> {
  const { rows } = await sql<{ currency: string; funded: string; debited: string; returned: string }>`
    select currency, sum(funded)::text as funded, sum(debited)::text as debited, sum(returned)::text as returned from (
      select currency, sum(amount_minor) as funded, 0 as debited, 0 as returned from transfer where credit = ${campaignAccount(campaignId)} group by currency
      union all
      select currency, 0, sum(amount_minor), coalesce(sum(amount_minor) filter (where starts_with(credit, 'requester:') or starts_with(credit, 'escrow:')), 0) from transfer where debit = ${campaignAccount(campaignId)} group by currency
    ) t group by currency`.execute(db)
  return new Map(
    rows.map((r) => [
      r.currency,
      { funded: BigInt(r.funded), spent: BigInt(r.debited) - BigInt(r.returned), returned: BigInt(r.returned) },
    ]),
  )
}

/** What was put into a campaign, by currency: few rows, however much was paid out of it. */
export async function fundedOf(db: Db, campaignId: string): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ currency: string; amount: string }>`
    select currency, sum(amount_minor)::text as amount from transfer where credit = ${campaignAccount(campaignId)} group by currency`.execute(
    db,
  )
  return new Map(rows.map((r) => [r.currency, BigInt(r.amount)]))
}

/** Currencies in which a campaign's money lies in an escrow on a chain. */
export async function escrowedIn(db: Db, campaignId: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('transfer')
    .select('currency')
    .distinct()
    .where('credit', '=', campaignAccount(campaignId))
    .where('kind', '=', 'escrow_deposited')
    .execute()
  return new Set(rows.map((r) => r.currency))
}

/** How many items there are, counted no further than it matters. */
export async function countItems(db: Db, campaignId: string, atMost: number): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from (select from item where campaign_id = ${campaignId} limit ${atMost}) i`.execute(db)
  return rows[0]!.n
}

/** An item that lacks a field which the form shows, if there is one. */
export async function itemLacking(
  db: Db,
  campaignId: string,
  fields: readonly string[],
): Promise<{ id: string; field: string } | undefined> {
  if (fields.length === 0) return undefined
  const { rows } = await sql<{ id: string; field: string }>`
    select coalesce(i.external_ref, i.id::text) as id, f.field from item i, unnest(${[...fields]}::text[]) as f(field)
     where i.campaign_id = ${campaignId} and i.data is not null and not i.data ? f.field limit 1`.execute(db)
  return rows[0]
}

/** The exam's draw and how many questions its bank can draw from. */
export async function examSize(db: Db, campaignId: string): Promise<{ draw: number; bank: number } | undefined> {
  const { rows } = await sql<{ draw: number; bank: number }>`
    select e.draw_count as draw, (select count(*) from exam_question q where q.campaign_id = e.campaign_id and q.retired_at is null)::int as bank
      from exam e where e.campaign_id = ${campaignId}`.execute(db)
  return rows[0]
}

/** What decides whether an operator must be asked. */
export async function approvalFacts(
  db: Db,
  c: { id: string; version: number; requester_id: string },
): Promise<{
  version_approved: boolean
  ever_approved: boolean
  first_campaign: boolean
  requester_is_operator: boolean
}> {
  const { rows } = await sql<{
    version_approved: boolean
    ever_approved: boolean
    first_campaign: boolean
    requester_is_operator: boolean
  }>`
    select exists (select from campaign_approval where campaign_id = ${c.id} and approved and version = ${c.version}) as version_approved,
           exists (select from campaign_approval where campaign_id = ${c.id} and approved) as ever_approved,
           not exists (select from campaign o where o.requester_id = ${c.requester_id} and o.id <> ${c.id} and o.opened_at is not null) as first_campaign,
           exists (select from account where id = ${c.requester_id} and 'operator' = any(roles)) as requester_is_operator`.execute(
    db,
  )
  return rows[0]!
}

export async function insertApproval(
  db: Db,
  row: {
    campaign_id: string
    id: string
    version: number
    decided_by: string
    approved: boolean
    reason: string
    decided_at: Date
  },
): Promise<void> {
  await db.insertInto('campaign_approval').values(row).execute()
}

export async function lastApproval(
  db: Db,
  campaignId: string,
): Promise<{ approved: boolean; reason: string; decided_at: Date } | undefined> {
  return db
    .selectFrom('campaign_approval')
    .select(['approved', 'reason', 'decided_at'])
    .where('campaign_id', '=', campaignId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Campaigns that wait for the operator, oldest question first. */
export async function approvalsWaiting(db: Db, after: string | undefined, limit: number) {
  let query = db
    .selectFrom('campaign')
    .innerJoin('account', 'account.id', 'campaign.requester_id')
    .selectAll('campaign')
    .select(['account.handle as requester'])
    .where('status', '=', 'awaiting_approval')
  if (after) query = query.where('campaign.id', '>', after)
  return (await query.orderBy('campaign.id').limit(limit).execute()) as unknown as (CampaignRow & {
    requester: string
  })[]
}

/** Gives or changes a role; one who left and comes back has it anew. */
export async function putMember(
  db: Db,
  m: {
    campaign_id: string
    account_id: string
    role: string
    why: string
    consent_version: number | null
    joined_at: Date
  },
): Promise<void> {
  await sql`insert into member (campaign_id, account_id, role, why, consent_version, joined_at)
    values (${m.campaign_id}, ${m.account_id}, ${m.role}, ${m.why}, ${m.consent_version}, ${m.joined_at})
    on conflict (campaign_id, account_id, role) do update set
      why = case when member.left_at is null then member.why else excluded.why end,
      joined_at = case when member.left_at is null then member.joined_at else excluded.joined_at end,
      consent_version = excluded.consent_version, left_at = null`.execute(db)
}

/** Ends roles that are held; returns which. */
export async function endRoles(
  db: Db,
  campaignId: string,
  accountId: string,
  roles: readonly string[],
  at: Date,
): Promise<string[]> {
  if (roles.length === 0) return []
  const rows = await db
    .updateTable('member')
    .set({ left_at: at })
    .where('campaign_id', '=', campaignId)
    .where('account_id', '=', accountId)
    .where('role', 'in', [...roles])
    .where('left_at', 'is', null)
    .returning('role')
    .execute()
  return rows.map((r) => r.role)
}

/** What the person agreed to last in this campaign. */
export async function consentOf(db: Db, campaignId: string, accountId: string): Promise<number | null> {
  const row = await db
    .selectFrom('campaign_consent')
    .select((eb) => eb.fn.max('consent_version').as('v'))
    .where('campaign_id', '=', campaignId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row?.v ?? null
}

export async function insertConsent(
  db: Db,
  row: {
    campaign_id: string
    account_id: string
    consent_version: number
    adult: boolean | null
    country: string | null
    at: Date
  },
): Promise<void> {
  await db
    .insertInto('campaign_consent')
    .values(row)
    .onConflict((c) =>
      c
        .columns(['campaign_id', 'account_id', 'consent_version'])
        .doUpdateSet({ adult: row.adult, country: row.country, at: row.at }),
    )
    .execute()
}

/** The consent in force: the version that first worded it so, and its words. */
export async function consentInForce(db: Db, campaignId: string): Promise<{ consent_version: number } | undefined> {
  return db
    .selectFrom('campaign')
    .innerJoin('campaign_version as v', (j) =>
      j.onRef('v.campaign_id', '=', 'campaign.id').onRef('v.version', '=', 'campaign.version'),
    )
    .select('v.consent_version')
    .where('campaign.id', '=', campaignId)
    .executeTakeFirst()
}

/** Serialises the making of the example campaign. */
export async function lockExample(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(7216040)`.execute(db)
}

/** The example campaign, if this installation has one. */
export async function exampleCampaign(db: Db): Promise<string | undefined> {
  return (
    await db.selectFrom('campaign').select('id').where('example', '=', true).orderBy('id').limit(1).executeTakeFirst()
  )?.id
}

export async function hasSubmissions(db: Db, campaignId: string): Promise<boolean> {
  return (
    (await db
      .selectFrom('submission')
      .select('id')
      .where('campaign_id', '=', campaignId)
      .limit(1)
      .executeTakeFirst()) !== undefined
  )
}

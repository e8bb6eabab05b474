import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { EVIDENCE_KINDS, OUTCOMES, SAID } from './contract.ts'
import type { Action, Strength } from './rules.ts'

export type Proposal = { action: Action; reason: string; days: number }
export type CaseRow = {
  id: string
  account_id: string
  season_id: string | null
  opened_by: string | null
  why: string
  suspect_since: Date | null
  keeps_waiting: boolean
  state: 'open' | 'proposed' | 'closed'
  opened_at: Date
  decide_by: Date
  statement: string | null
  stated_at: Date | null
  proposal: Proposal | null
  proposed_by: string | null
  outcome: (typeof OUTCOMES)[number] | null
  closed_at: Date | null
}
const CASE = [
  'id',
  'account_id',
  'season_id',
  'opened_by',
  'why',
  'suspect_since',
  'keeps_waiting',
  'state',
  'opened_at',
  'decide_by',
  'statement',
  'stated_at',
  'proposal',
  'proposed_by',
  'outcome',
  'closed_at',
] as const
const asCase = (row: unknown): CaseRow => row as CaseRow

export async function caseOf(db: Db, id: string): Promise<CaseRow | undefined> {
  const row = await db.selectFrom('case_file').select(CASE).where('id', '=', id).executeTakeFirst()
  return row && asCase(row)
}

export async function openCaseOf(db: Db, accountId: string): Promise<CaseRow | undefined> {
  const row = await db
    .selectFrom('case_file')
    .select(CASE)
    .where('account_id', '=', accountId)
    .where('state', '<>', 'closed')
    .executeTakeFirst()
  return row && asCase(row)
}

/** Cases newest first, the open ones only if asked. */
export async function casePage(
  db: Db,
  q: { before: string | undefined; open: boolean; limit: number },
): Promise<CaseRow[]> {
  let query = db.selectFrom('case_file').select(CASE).orderBy('id', 'desc').limit(q.limit)
  if (q.before) query = query.where('id', '<', q.before)
  if (q.open) query = query.where('state', '<>', 'closed')
  return (await query.execute()).map(asCase)
}

/** Everything that was ever held against a person, newest first. */
export async function casesOf(db: Db, accountId: string, open: boolean): Promise<CaseRow[]> {
  let query = db.selectFrom('case_file').select(CASE).where('account_id', '=', accountId)
  if (open) query = query.where('state', '<>', 'closed')
  return (await query.orderBy('id', 'desc').limit(200).execute()).map(asCase)
}

export async function insertCase(
  db: Db,
  row: Pick<
    CaseRow,
    | 'id'
    | 'account_id'
    | 'season_id'
    | 'opened_by'
    | 'why'
    | 'suspect_since'
    | 'keeps_waiting'
    | 'opened_at'
    | 'decide_by'
  >,
): Promise<void> {
  await db
    .insertInto('case_file')
    .values({ ...row, state: 'open' })
    .execute()
}

export async function updateCase(
  db: Db,
  id: string,
  set: Partial<
    Pick<
      CaseRow,
      'state' | 'outcome' | 'closed_at' | 'decide_by' | 'statement' | 'stated_at' | 'suspect_since' | 'keeps_waiting'
    >
  > & { proposal?: Proposal | null; proposed_by?: string | null },
): Promise<void> {
  const { proposal, ...rest } = set
  await db
    .updateTable('case_file')
    .set({ ...rest, ...(proposal === undefined ? {} : { proposal: proposal && JSON.stringify(proposal) }) })
    .where('id', '=', id)
    .execute()
}

export type EvidenceRow = {
  case_id: string
  id: string
  kind: (typeof EVIDENCE_KINDS)[number]
  strength: Strength
  says: string
  campaign_id: string | null
  subject_id: string | null
  added_by: string | null
  added_at: Date
}
/** A row of evidence as it is weighed. */
export const asWeighed = (e: EvidenceRow) => ({ kind: e.kind, strength: e.strength, by_signal: e.added_by === null })

export async function insertEvidence(db: Db, row: EvidenceRow): Promise<void> {
  await db.insertInto('case_evidence').values(row).execute()
}

/** The evidence of these cases, in order. */
export async function evidenceOf(db: Db, caseIds: readonly string[]): Promise<EvidenceRow[]> {
  if (caseIds.length === 0) return []
  return (await db
    .selectFrom('case_evidence')
    .select(['case_id', 'id', 'kind', 'strength', 'says', 'campaign_id', 'subject_id', 'added_by', 'added_at'])
    .where('case_id', 'in', [...caseIds])
    .orderBy('case_id')
    .orderBy('id')
    .limit(5000)
    .execute()) as EvidenceRow[]
}

export type OpinionRow = {
  case_id: string
  id: string
  decider_id: string
  said: (typeof SAID)[number]
  action: Action | null
  reason: string
  at: Date
}

export async function insertOpinion(db: Db, row: OpinionRow): Promise<void> {
  await db.insertInto('case_opinion').values(row).execute()
}

export async function opinionsOf(db: Db, caseId: string): Promise<(OpinionRow & { handle: string })[]> {
  return (await db
    .selectFrom('case_opinion as o')
    .innerJoin('account as a', 'a.id', 'o.decider_id')
    .select(['o.case_id', 'o.id', 'o.decider_id', 'o.said', 'o.action', 'o.reason', 'o.at', 'a.handle'])
    .where('o.case_id', '=', caseId)
    .orderBy('o.id')
    .limit(500)
    .execute()) as (OpinionRow & { handle: string })[]
}

/** Cases whose time is over, the longest first. */
export async function dueCases(db: Db, now: Date, limit: number): Promise<CaseRow[]> {
  const rows = await db
    .selectFrom('case_file')
    .select(CASE)
    .where('state', '<>', 'closed')
    .where('decide_by', '<=', now)
    .orderBy('decide_by')
    .limit(limit)
    .execute()
  return rows.map(asCase)
}

/** Whether two people are kept apart, or taken for one: neither decides about the other. */
export async function isApart(db: Db, a: string, b: string): Promise<boolean> {
  const { rows } = await sql<{ apart: boolean }>`
    select exists (select from exclusion where account_id = ${a}::bigint and other_id = ${b}::bigint)
        or exists (select from cluster_member m join cluster_member n on n.cluster_id = m.cluster_id
                    where m.account_id = ${a}::bigint and n.account_id = ${b}::bigint) as apart`.execute(db)
  return rows[0]!.apart
}

/** Who wrote a submission. */
export async function authorOf(db: Db, campaignId: string, submissionId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('submission')
    .select('author_id')
    .where('campaign_id', '=', campaignId)
    .where('id', '=', submissionId)
    .executeTakeFirst()
  return row?.author_id
}

/** What a person has that acting would touch, and what was done before. */
export async function stakesOf(db: Db, accountId: string, now: Date) {
  const { rows: money } = await sql<{ currency: string; scale: number; state: string; amount: string }>`
    with account as (select state, 'person:' || ${accountId}::text || ':' || state as name from unnest(array['held', 'frozen', 'claimable']) state),
    moved as (
      select a.state, t.currency, t.amount_minor from account a join transfer t on t.credit = a.name
      union all select a.state, t.currency, -t.amount_minor from account a join transfer t on t.debit = a.name)
    select m.currency, c.scale, m.state, sum(m.amount_minor)::text as amount from moved m join currency c on c.code = m.currency
     group by 1, 2, 3 having sum(m.amount_minor) > 0 order by 1, 3`.execute(db)
  const { rows } = await sql<{ leases: number; earlier: number; overturned: number }>`
    select (select count(*)::int from lease where account_id = ${accountId} and state = 1 and expires_at > ${now}) as leases,
           (select count(*)::int from sanction where account_id = ${accountId}) as earlier,
           (select count(*)::int from sanction where account_id = ${accountId} and ended_why in ('overturned', 'appeal_overdue', 'mistaken')) as overturned`.execute(
    db,
  )
  return { money, ...rows[0]! }
}

export const handlesOf = async (db: Db, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('account')
    .select(['id', 'handle'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((r) => [r.id, r.handle]))
}

/** How many pieces of held pay a case keeps. */
export async function keptBy(db: Db, caseId: string): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from held_pay where case_id = ${caseId}::bigint and ended_at is null`.execute(db)
  return rows[0]!.n
}

import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { ENDINGS } from './contract.ts'
import type { Action, Candidate } from './rules.ts'

export type Ending = (typeof ENDINGS)[number]
export type SanctionRow = {
  id: string
  case_id: string
  account_id: string
  season_id: string | null
  action: Action
  reason: string
  since: Date | null
  provisional: boolean
  deciders: string[]
  imposed_at: Date
  ends_at: Date
  ended_at: Date | null
  ended_why: Ending | null
}
const SANCTION = [
  'id',
  'case_id',
  'account_id',
  'season_id',
  'action',
  'reason',
  'since',
  'provisional',
  'deciders',
  'imposed_at',
  'ends_at',
  'ended_at',
  'ended_why',
] as const
const asSanction = (row: unknown): SanctionRow => row as SanctionRow

export async function insertSanction(db: Db, row: Omit<SanctionRow, 'ended_at' | 'ended_why'>): Promise<void> {
  await db.insertInto('sanction').values(row).execute()
}

export async function sanctionOf(db: Db, id: string): Promise<SanctionRow | undefined> {
  const row = await db.selectFrom('sanction').select(SANCTION).where('id', '=', id).executeTakeFirst()
  return row && asSanction(row)
}

export async function sanctionsOf(db: Db, accountId: string): Promise<SanctionRow[]> {
  const rows = await db
    .selectFrom('sanction')
    .select(SANCTION)
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
  return rows.map(asSanction)
}

export async function sanctionsOfCase(db: Db, caseId: string): Promise<SanctionRow[]> {
  const rows = await db
    .selectFrom('sanction')
    .select(SANCTION)
    .where('case_id', '=', caseId)
    .orderBy('id')
    .limit(50)
    .execute()
  return rows.map(asSanction)
}

/** A person's sanctions that still hold. */
export async function liveSanctions(db: Db, accountId: string, action?: Action): Promise<SanctionRow[]> {
  let query = db
    .selectFrom('sanction')
    .select(SANCTION)
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
  if (action) query = query.where('action', '=', action)
  return (await query.orderBy('id').limit(200).execute()).map(asSanction)
}

/** Ends a sanction. What an appeal finds wrong stays marked as wrong, also when its time was over before. */
export async function endSanction(
  db: Db,
  id: string,
  set: { ended_at: Date; ended_why: Ending; ended_by: string | null; ended_reason: string | null },
): Promise<void> {
  const isWrong = set.ended_why === 'overturned' || set.ended_why === 'appeal_overdue'
  let update = db.updateTable('sanction').set(set).where('id', '=', id)
  if (!isWrong) update = update.where('ended_at', 'is', null)
  await update.execute()
}

/** What a forfeiture took, for its person to read. */
export async function noteTaken(
  db: Db,
  id: string,
  taken: readonly { currency: string; amount_minor: string }[],
): Promise<void> {
  await db
    .updateTable('sanction')
    .set({ taken: JSON.stringify(taken) })
    .where('id', '=', id)
    .execute()
}

/** Sanctions whose time is over. */
export async function dueSanctions(db: Db, now: Date, limit: number): Promise<SanctionRow[]> {
  const rows = await db
    .selectFrom('sanction')
    .select(SANCTION)
    .where('ended_at', 'is', null)
    .where('ends_at', '<=', now)
    // Nothing is taken while an appeal is open; its answer, or its day, comes first.
    .where((eb) =>
      eb.or([
        eb('action', '<>', 'forfeit'),
        eb.not(
          eb.exists(
            eb
              .selectFrom('sanction_appeal as p')
              .select('p.sanction_id')
              .whereRef('p.sanction_id', '=', 'sanction.id')
              .where('p.decided_at', 'is', null),
          ),
        ),
      ]),
    )
    .orderBy('ends_at')
    .limit(limit)
    .execute()
  return rows.map(asSanction)
}

/** Whether one person alone stopped this account since a moment. */
export async function stoppedSince(db: Db, accountId: string, since: Date): Promise<boolean> {
  const row = await db
    .selectFrom('sanction')
    .select('id')
    .where('account_id', '=', accountId)
    .where('provisional', '=', true)
    .where('imposed_at', '>', since)
    // What was ended as a mistake does not stand in the way of the right thing.
    .where((eb) =>
      eb.or([
        eb('ended_why', 'is', null),
        eb('ended_why', 'in', ['lapsed', 'replaced', 'overturned', 'appeal_overdue']),
      ]),
    )
    .executeTakeFirst()
  return row !== undefined
}

export type AppealRow = {
  sanction_id: string
  account_id: string
  reason: string
  asked: string[]
  opened_at: Date
  due_at: Date
  decided_by: string | null
  decided_at: Date | null
  upheld: boolean | null
  answer: string | null
}
const APPEAL = [
  'sanction_id',
  'account_id',
  'reason',
  'asked',
  'opened_at',
  'due_at',
  'decided_by',
  'decided_at',
  'upheld',
  'answer',
] as const

export async function appealsOf(db: Db, sanctionIds: readonly string[]): Promise<Map<string, AppealRow>> {
  if (sanctionIds.length === 0) return new Map()
  const rows = (await db
    .selectFrom('sanction_appeal')
    .select(APPEAL)
    .where('sanction_id', 'in', [...sanctionIds])
    .execute()) as AppealRow[]
  return new Map(rows.map((r) => [r.sanction_id, r]))
}

export async function insertSanctionAppeal(
  db: Db,
  row: Pick<AppealRow, 'sanction_id' | 'account_id' | 'reason' | 'asked' | 'opened_at' | 'due_at'>,
): Promise<void> {
  await db.insertInto('sanction_appeal').values(row).execute()
}

export async function decideSanctionAppeal(
  db: Db,
  sanctionId: string,
  set: { decided_by: string | null; decided_at: Date; upheld: boolean; answer: string | null },
): Promise<void> {
  await db
    .updateTable('sanction_appeal')
    .set(set)
    .where('sanction_id', '=', sanctionId)
    .where('decided_at', 'is', null)
    .execute()
}

/** Appeals that wait, the most urgent first. */
export async function openAppeals(db: Db, limit: number): Promise<AppealRow[]> {
  return (await db
    .selectFrom('sanction_appeal')
    .select(APPEAL)
    .where('decided_at', 'is', null)
    .orderBy('due_at')
    .orderBy('sanction_id')
    .limit(limit)
    .execute()) as AppealRow[]
}

export async function overdueAppeals(db: Db, now: Date, limit: number): Promise<AppealRow[]> {
  return (await db
    .selectFrom('sanction_appeal')
    .select(APPEAL)
    .where('decided_at', 'is', null)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute()) as AppealRow[]
}

/** Everyone who had a part in a case: opened it, proposed, confirmed or disagreed, or brought evidence. */
export async function partakersOf(db: Db, caseId: string): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select opened_by as id from case_file where id = ${caseId} and opened_by is not null
    union select decider_id from case_opinion where case_id = ${caseId}
    union select added_by from case_evidence where case_id = ${caseId} and added_by is not null
    union select unnest(deciders) from sanction where case_id = ${caseId}`.execute(db)
  return new Set(rows.map((r) => r.id))
}

/** QA and operators who could answer an appeal about this person and had no part in its case, with their record so far. */
export async function appealCandidates(db: Db, q: { accountId: string; caseId: string }): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select a.id as account_id,
           (select count(*)::int from sanction s where a.id = any (s.deciders)) as decided,
           (select count(*)::int from sanction s where a.id = any (s.deciders) and s.ended_why in ('overturned', 'mistaken')) as overturned,
           (select count(*)::int from sanction_appeal p where p.decided_at is null and a.id = any (p.asked)) as waiting
      from account a
     where a.roles <> '{}' and a.roles && array['qa', 'operator'] and a.erased_at is null and a.suspended_at is null and a.id <> ${q.accountId}
       and not exists (select from exclusion x where x.account_id = a.id and x.other_id = ${q.accountId})
       and not exists (select from cluster_member m join cluster_member n on n.cluster_id = m.cluster_id where m.account_id = a.id and n.account_id = ${q.accountId})
       and not exists (select from case_file c where c.id = ${q.caseId} and c.opened_by = a.id)
       and not exists (select from case_opinion o where o.case_id = ${q.caseId} and o.decider_id = a.id)
       and not exists (select from case_evidence e where e.case_id = ${q.caseId} and e.added_by = a.id)
       and not exists (select from sanction s where s.case_id = ${q.caseId} and a.id = any (s.deciders))
     order by a.id limit 500`.execute(db)
  return rows
}

export type DeciderRow = {
  account_id: string
  handle: string
  sanctions: number
  overturned: number
  appeals_decided: number
  appeals_asked: number
  appeals_missed: number
}

/** Everyone who ever decided a sanction or was asked about an appeal, with how that went. */
export async function deciderPage(db: Db, after: string, limit: number): Promise<DeciderRow[]> {
  const { rows } = await sql<DeciderRow>`
    with decided as (select unnest(deciders) as id, ended_why in ('overturned', 'mistaken') as wrong from sanction),
    asked as (select unnest(asked) as id, decided_by is null and upheld as missed from sanction_appeal),
    answered as (select decided_by as id from sanction_appeal where decided_by is not null),
    people as (select id from decided union select id from asked union select id from answered)
    select p.id as account_id, a.handle,
           (select count(*)::int from decided d where d.id = p.id) as sanctions,
           (select count(*)::int from decided d where d.id = p.id and d.wrong) as overturned,
           (select count(*)::int from answered d where d.id = p.id) as appeals_decided,
           (select count(*)::int from asked d where d.id = p.id) as appeals_asked,
           (select count(*)::int from asked d where d.id = p.id and d.missed) as appeals_missed
      from people p join account a on a.id = p.id where p.id > ${after}::bigint order by p.id limit ${limit}`.execute(
    db,
  )
  return rows
}

import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type Place = { campaign_id: string; release_id: string }
export type AcceptanceRow = Place & {
  plan_id: string
  state: 'open' | 'proved' | 'failed' | 'withdrawn'
  at_least_micro: number
  alpha_micro: number
  lot: number
  max_audits: number
  draw_hash: string
  opened: number
  read: number
  why: 'proved' | 'refuted' | 'spent' | 'withdrawn' | null
  note: string
  started_by: string
  started_at: Date
  ended_at: Date | null
}
const COLUMNS = [
  'campaign_id',
  'release_id',
  'plan_id',
  'state',
  'at_least_micro',
  'alpha_micro',
  'lot',
  'max_audits',
  'draw_hash',
  'opened',
  'read',
  'why',
  'note',
  'started_by',
  'started_at',
  'ended_at',
] as const

export async function acceptanceOf(db: Db, at: Place): Promise<AcceptanceRow | undefined> {
  return (await db
    .selectFrom('acceptance')
    .select(COLUMNS)
    .where('campaign_id', '=', at.campaign_id)
    .where('release_id', '=', at.release_id)
    .executeTakeFirst()) as AcceptanceRow | undefined
}

export async function lockAcceptance(db: Db, at: Place): Promise<AcceptanceRow | undefined> {
  return (await db
    .selectFrom('acceptance')
    .select(COLUMNS)
    .where('campaign_id', '=', at.campaign_id)
    .where('release_id', '=', at.release_id)
    .forUpdate()
    .executeTakeFirst()) as AcceptanceRow | undefined
}

/** Returns false when a claim about this release was begun before. */
export async function insertAcceptance(
  db: Db,
  row: Omit<AcceptanceRow, 'why' | 'note' | 'ended_at'>,
): Promise<boolean> {
  const made = await db
    .insertInto('acceptance')
    .values(row)
    .onConflict((c) => c.columns(['campaign_id', 'release_id']).doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export async function insertPieces(db: Db, at: Place, pieces: readonly LotEntry[]): Promise<void> {
  await sql`insert into acceptance_piece (campaign_id, release_id, position, datapoint_id, submission_id)
    select ${at.campaign_id}::bigint, ${at.release_id}::bigint, k.position, k.datapoint_id, k.submission_id
      from unnest(${pieces.map((p) => p.datapoint_id)}::bigint[], ${pieces.map((p) => p.submission_id)}::bigint[])
        with ordinality as k(datapoint_id, submission_id, position)`.execute(db)
}

export async function saveProgress(db: Db, at: Place, progress: { opened: number; read: number }): Promise<void> {
  await db
    .updateTable('acceptance')
    .set(progress)
    .where('campaign_id', '=', at.campaign_id)
    .where('release_id', '=', at.release_id)
    .execute()
}

export async function endAcceptance(
  db: Db,
  at: Place,
  end: { state: string; why: string; note?: string; ended_by: string | null; ended_at: Date },
): Promise<void> {
  await db
    .updateTable('acceptance')
    .set(end)
    .where('campaign_id', '=', at.campaign_id)
    .where('release_id', '=', at.release_id)
    .where('state', '=', 'open')
    .execute()
}

/** Open claims with something to read: the next piece of their order has been graded. */
export async function dueAcceptances(db: Db, limit: number): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select c.campaign_id, c.release_id from acceptance c
      join acceptance_piece p on p.campaign_id = c.campaign_id and p.release_id = c.release_id and p.position = c.read + 1
      join audit a on a.campaign_id = p.campaign_id and a.submission_id = p.submission_id
     where c.state = 'open' and p.position <= c.opened and a.closed_at is not null
     order by c.campaign_id, c.release_id limit ${limit}`.execute(db)
  return rows
}

/** A piece of the order with its grades, oldest first. `is_closed`: it gets no more of them. */
export type PieceRow = {
  position: number
  datapoint_id: string
  submission_id: string
  is_closed: boolean
  grades: { right: boolean; questions: Record<string, boolean> }[]
}

/** Places of the order from one up to another. */
export async function piecesOf(db: Db, at: Place, from: number, to: number): Promise<PieceRow[]> {
  const { rows } = await sql<PieceRow>`
    select p.position, p.datapoint_id, p.submission_id, a.closed_at is not null as is_closed,
           coalesce((select jsonb_agg(jsonb_build_object('right', g.correct,
                       'questions', (select coalesce(jsonb_object_agg(q.key, q.value -> 'right'), '{}') from jsonb_each(g.grades) q)) order by g.position)
              from audit_grade g where g.campaign_id = p.campaign_id and g.submission_id = p.submission_id), '[]') as grades
      from acceptance_piece p left join audit a on a.campaign_id = p.campaign_id and a.submission_id = p.submission_id
     where p.campaign_id = ${at.campaign_id}::bigint and p.release_id = ${at.release_id}::bigint and p.position between ${from} and ${to}
     order by p.position`.execute(db)
  return rows
}

/** How many places past the read ones have all their grades. */
export async function gradedAhead(db: Db, at: Place): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from acceptance c
      join acceptance_piece p on p.campaign_id = c.campaign_id and p.release_id = c.release_id and p.position > c.read and p.position <= c.opened
      join audit a on a.campaign_id = p.campaign_id and a.submission_id = p.submission_id and a.closed_at is not null
     where c.campaign_id = ${at.campaign_id}::bigint and c.release_id = ${at.release_id}::bigint`.execute(db)
  return rows[0]!.n
}

export type LookRow = {
  n: number
  wrong: number
  doubles: number
  disagreements: number
  wrong_at_most: number
  right_at_least: string
  at: Date
}

export async function insertLooks(db: Db, at: Place, looks: readonly LookRow[]): Promise<void> {
  if (looks.length === 0) return
  await sql`insert into acceptance_look (campaign_id, release_id, n, wrong, doubles, disagreements, wrong_at_most, right_at_least, at)
    select ${at.campaign_id}::bigint, ${at.release_id}::bigint, n, wrong, doubles, disagreements, wrong_at_most, right_at_least, at
      from jsonb_to_recordset(${JSON.stringify(looks)}::jsonb)
        as r(n int, wrong int, doubles int, disagreements int, wrong_at_most int, right_at_least text, at timestamptz)
    on conflict do nothing`.execute(db)
}

/** The newest look, and at most so many others, evenly spread. */
export async function looksOf(db: Db, at: Place, most: number): Promise<LookRow[]> {
  const { rows } = await sql<LookRow>`
    select n, wrong, doubles, disagreements, wrong_at_most, right_at_least, at from (
      select *, row_number() over (order by n) as i, count(*) over () as of from acceptance_look
       where campaign_id = ${at.campaign_id}::bigint and release_id = ${at.release_id}::bigint) l
     where of <= ${most} or i = of or (i - 1) % ceil(of::numeric / ${most}) = 0 order by n`.execute(db)
  return rows
}

/** Claims about a campaign's releases of a lower number. */
export async function earlierClaims(
  db: Db,
  campaignId: string,
  number: number,
): Promise<{ release_number: number; state: AcceptanceRow['state'] }[]> {
  const { rows } = await sql<{ release_number: number; state: AcceptanceRow['state'] }>`
    select r.number as release_number, c.state from acceptance c join release r on r.campaign_id = c.campaign_id and r.id = c.release_id
     where c.campaign_id = ${campaignId}::bigint and r.number < ${number} order by r.number`.execute(db)
  return rows
}

export type CertificateRow = Place & {
  id: string
  body: string
  audit_log: string
  body_hash: string
  key_id: string
  certified_at: Date
}

export async function insertCertificate(db: Db, row: CertificateRow): Promise<void> {
  await db.insertInto('certificate').values(row).execute()
}

export async function certificateOf(db: Db, at: Place): Promise<CertificateRow | undefined> {
  return db
    .selectFrom('certificate')
    .selectAll()
    .where('campaign_id', '=', at.campaign_id)
    .where('release_id', '=', at.release_id)
    .executeTakeFirst()
}

/** A datapoint, and the submission by which graders see it: of several answers to an item the newest that carried. */
export type LotEntry = { datapoint_id: string; submission_id: string }

/** What the release holds, a page at a time, by id. */
export async function lotPast(db: Db, at: Place, after: string, limit: number): Promise<LotEntry[]> {
  const { rows } = await sql<LotEntry>`
    select distinct on (e.datapoint_id) e.datapoint_id, e.submission_id
      from release_entry e join submission s on s.campaign_id = e.campaign_id and s.id = e.submission_id
     where e.campaign_id = ${at.campaign_id}::bigint and e.release_id = ${at.release_id}::bigint and e.datapoint_id > ${after}::bigint and e.in_data
     order by e.datapoint_id, s.status = 'accepted' desc, s.version desc, e.submission_id limit ${limit}`.execute(db)
  return rows
}

export type ReadyRelease = Place & {
  number: number
  title: string
  content_hash: string
  datapoints: number
  ready_at: Date
  state: AcceptanceRow['state'] | null
  at_least_micro: number | null
  read: number | null
}

/** Finished releases, newest first, with what is claimed about each. */
export async function readyReleases(db: Db, before: string | undefined, limit: number): Promise<ReadyRelease[]> {
  const { rows } = await sql<ReadyRelease>`
    select r.campaign_id, r.id as release_id, r.number, c.title, r.content_hash, (r.manifest -> 'counts' ->> 'datapoints')::int as datapoints, r.ready_at,
           a.state, a.at_least_micro, a.read
      from release r join campaign c on c.id = r.campaign_id
      left join acceptance a on a.campaign_id = r.campaign_id and a.release_id = r.id
     where r.state = 'ready' and r.id < coalesce(${before ?? null}::bigint, 9223372036854775807)
     order by r.id desc limit ${limit}`.execute(db)
  return rows
}

/** The middle of what grades of a campaign took, in seconds; nothing before the first. */
export async function secondsPerGrade(db: Db, campaignId: string): Promise<number | null> {
  const { rows } = await sql<{ s: number | null }>`
    select percentile_disc(0.5) within group (order by took_seconds)::int as s from audit_grade where campaign_id = ${campaignId}::bigint`.execute(
    db,
  )
  return rows[0]!.s
}

/** Which installation this is. */
export async function installationId(db: Db): Promise<string> {
  const row = await db.selectFrom('installation').select('id').executeTakeFirst()
  return row?.id ?? ''
}

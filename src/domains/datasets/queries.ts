import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Diversity } from '../checks/diversity/contract.ts'
import type { ReleaseCounts, ReleaseFile, ReleaseStep } from './contract.ts'
import type { Agreed } from './rules.ts'

/** How far building is. Cursors are ids; what was written to files has its own state beside them. */
export type Progress = {
  step: ReleaseStep
  done: number
  total: number
  after?: string
  after_submission?: string
  /** How often the set was frozen anew because work in it was withdrawn meanwhile. */
  restarts: number
  /** Steps that failed in a row. */
  tries: number
}

/** What manifest.json says, and the database keeps. */
export type Manifest = {
  format: 'assay-release'
  format_version: 1
  campaign: { id: string; title: string; task_class: string; mode: string; language: string; restricted: boolean }
  number: number
  release_id: string
  cut_at: string
  predecessor: { number: number; content_hash: string } | null
  counts: ReleaseCounts
  agreed: Agreed[]
  /** Absent from releases made before it was measured. */
  diversity?: Diversity
  files: ReleaseFile[]
}

export type ReleaseRow = {
  campaign_id: string
  id: string
  number: number
  state: 'building' | 'ready' | 'failed'
  predecessor_id: string | null
  note: string
  cut_at: Date
  pseudonym_key: Buffer
  datapoint_key: Buffer
  progress: Progress
  manifest: Manifest | null
  content_hash: string | null
  error: string | null
  created_at: Date
  ready_at: Date | null
  published_at: Date | null
  hold: 'acceptance_open' | 'acceptance_failed' | null
}

const COLUMNS = [
  'campaign_id',
  'id',
  'number',
  'state',
  'predecessor_id',
  'note',
  'cut_at',
  'pseudonym_key',
  'datapoint_key',
  'progress',
  'manifest',
  'content_hash',
  'error',
  'created_at',
  'ready_at',
  'published_at',
  'hold',
] as const

export async function releaseOf(db: Db, campaignId: string, id: string): Promise<ReleaseRow | undefined> {
  return (await db
    .selectFrom('release')
    .select(COLUMNS)
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .executeTakeFirst()) as ReleaseRow | undefined
}

export async function releaseByNumber(db: Db, campaignId: string, number: number): Promise<ReleaseRow | undefined> {
  return (await db
    .selectFrom('release')
    .select(COLUMNS)
    .where('campaign_id', '=', campaignId)
    .where('number', '=', number)
    .executeTakeFirst()) as ReleaseRow | undefined
}

/** Newest first. */
export async function releasesOf(
  db: Db,
  campaignId: string,
  before: string | undefined,
  limit: number,
): Promise<ReleaseRow[]> {
  let q = db
    .selectFrom('release')
    .select(COLUMNS)
    .where('campaign_id', '=', campaignId)
    .orderBy('id', 'desc')
    .limit(limit)
  if (before) q = q.where('id', '<', before)
  return (await q.execute()) as ReleaseRow[]
}

/** Releases of one campaign are asked for one at a time; the requester's row is no hot one. */
export async function lockReleases(
  db: Db,
  campaignId: string,
): Promise<{ id: string; number: number; state: string; datapoint_key: Buffer }[]> {
  return db
    .selectFrom('release')
    .select(['id', 'number', 'state', 'datapoint_key'])
    .where('campaign_id', '=', campaignId)
    .orderBy('number', 'desc')
    .forUpdate()
    .execute()
}

type NewRelease = Pick<
  ReleaseRow,
  | 'campaign_id'
  | 'id'
  | 'number'
  | 'predecessor_id'
  | 'note'
  | 'cut_at'
  | 'pseudonym_key'
  | 'datapoint_key'
  | 'created_at'
> & { created_by: string; progress: Progress }

/** Returns false when another release of the campaign came first. */
export async function insertRelease(db: Db, row: NewRelease): Promise<boolean> {
  const made = await db
    .insertInto('release')
    .values({ ...row, progress: JSON.stringify(row.progress), state: 'building' })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

/** The release that has waited longest. */
export async function nextBuilding(db: Db): Promise<ReleaseRow | undefined> {
  return (await db
    .selectFrom('release')
    .select(COLUMNS)
    .where('state', '=', 'building')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()) as ReleaseRow | undefined
}

/** Locks a release while it is building; nothing when it is not any more. */
export async function lockBuilding(db: Db, campaignId: string, id: string): Promise<ReleaseRow | undefined> {
  return (await db
    .selectFrom('release')
    .select(COLUMNS)
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .where('state', '=', 'building')
    .forUpdate()
    .executeTakeFirst()) as ReleaseRow | undefined
}

type Place = { campaign_id: string; id: string }

export async function saveProgress(db: Db, release: Place, progress: Progress): Promise<void> {
  await db
    .updateTable('release')
    .set({ progress: JSON.stringify(progress) })
    .where('campaign_id', '=', release.campaign_id)
    .where('id', '=', release.id)
    .where('state', '=', 'building')
    .execute()
}

export async function setReady(
  db: Db,
  release: Place,
  done: { manifest: Manifest; content_hash: string; ready_at: Date; progress: Progress },
): Promise<void> {
  await db
    .updateTable('release')
    .set({
      ...done,
      manifest: JSON.stringify(done.manifest),
      progress: JSON.stringify(done.progress),
      state: 'ready',
      error: null,
    })
    .where('campaign_id', '=', release.campaign_id)
    .where('id', '=', release.id)
    .where('state', '=', 'building')
    .execute()
}

export async function setFailed(db: Db, release: Place, error: string): Promise<void> {
  await db
    .updateTable('release')
    .set({ state: 'failed', error })
    .where('campaign_id', '=', release.campaign_id)
    .where('id', '=', release.id)
    .where('state', '=', 'building')
    .execute()
}

export async function setPublished(db: Db, release: Place, by: string, at: Date): Promise<void> {
  await db
    .updateTable('release')
    .set({ published_at: at, published_by: by })
    .where('campaign_id', '=', release.campaign_id)
    .where('id', '=', release.id)
    .where('published_at', 'is', null)
    .execute()
}

/** Keeps a release from being published, or lets it go. */
export async function setHold(db: Db, campaignId: string, id: string, hold: ReleaseRow['hold']): Promise<void> {
  await db.updateTable('release').set({ hold }).where('campaign_id', '=', campaignId).where('id', '=', id).execute()
}

/** Published releases, newest first; `before` is a release's id. */
export async function publishedReleases(
  db: Db,
  before: string | undefined,
  limit: number,
  seasonId?: string,
): Promise<ReleaseRow[]> {
  let q = db
    .selectFrom('release')
    .select(COLUMNS)
    .where('published_at', 'is not', null)
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (seasonId)
    q = q.where('campaign_id', 'in', (eb) => eb.selectFrom('campaign').select('id').where('season_id', '=', seasonId))
  if (before) {
    q = q.where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('published_at', 'id'),
        '<',
        selectFrom('release as r')
          .select(['r.published_at', 'r.id'])
          .where('r.id', '=', before)
          .where('r.published_at', 'is not', null)
          .$asTuple('published_at', 'id'),
      ),
    )
  }
  return (await q.execute()) as ReleaseRow[]
}

/** The newest published number of each campaign. */
export async function latestPublished(db: Db, campaignIds: readonly string[]): Promise<Map<string, number>> {
  if (campaignIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('release')
    .select(['campaign_id', (eb) => eb.fn.max('number').as('number')])
    .where('campaign_id', 'in', [...campaignIds])
    .where('published_at', 'is not', null)
    .groupBy('campaign_id')
    .execute()
  return new Map(rows.map((r) => [r.campaign_id, r.number]))
}

/** Numbers of releases by id, for naming predecessors. */
export async function numbersOf(
  db: Db,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, { number: number; content_hash: string | null }>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('release')
    .select(['id', 'number', 'content_hash'])
    .where('campaign_id', '=', campaignId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((r) => [r.id, { number: r.number, content_hash: r.content_hash }]))
}

/** Every version a campaign had by then, oldest first. */
export async function versionNumbers(db: Db, campaignId: string, until: Date): Promise<number[]> {
  const rows = await db
    .selectFrom('campaign_version')
    .select('version')
    .where('campaign_id', '=', campaignId)
    .where('created_at', '<=', until)
    .orderBy('version')
    .execute()
  return rows.map((r) => r.version)
}

export type Notice = { days: number; told_at: Date | null; hands_out_at: Date | null }

/** How many days the makers of a campaign's targets have, by its strictest version, and since when each release's run. */
export async function noticesOf(
  db: Db,
  campaignId: string,
  releaseIds: readonly string[],
): Promise<{ days: number; of: (releaseId: string) => Notice }> {
  const { rows } = await sql<{ days: number }>`
    select coalesce(max((settings -> 'red_team' ->> 'notice_days')::int), 0) as days from campaign_version where campaign_id = ${campaignId}::bigint`.execute(
    db,
  )
  const days = rows[0]!.days
  const given =
    days > 0 && releaseIds.length > 0
      ? await db
          .selectFrom('release_notice')
          .select(['release_id', 'told_at', 'hands_out_at'])
          .where('campaign_id', '=', campaignId)
          .where('release_id', 'in', [...releaseIds])
          .execute()
      : []
  const by = new Map(given.map((n) => [n.release_id, n]))
  return { days, of: (id) => ({ days, told_at: null, hands_out_at: null, ...by.get(id) }) }
}

/** Records that the makers were told; the first record stays. */
export async function insertNotice(
  db: Db,
  row: { campaign_id: string; release_id: string; told: string; told_by: string; told_at: Date; hands_out_at: Date },
): Promise<boolean> {
  const made = await db
    .insertInto('release_notice')
    .values(row)
    .onConflict((c) => c.columns(['campaign_id', 'release_id']).doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

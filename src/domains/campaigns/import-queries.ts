import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { ImportFormat, ImportOptions, Reading } from './import-rules.ts'

export type ImportRow = {
  campaign_id: string
  id: string
  format: ImportFormat
  options: ImportOptions
  state: 'running' | 'done'
  next_part: number
  reading: Reading
  carry: string
  rows: number
  imported: number
  unchanged: number
}

const IMPORT = [
  'campaign_id',
  'id',
  'format',
  'options',
  'state',
  'next_part',
  'reading',
  'carry',
  'rows',
  'imported',
  'unchanged',
] as const

export async function importOf(db: Db, campaignId: string, id: string): Promise<ImportRow | undefined> {
  return (await db
    .selectFrom('item_import')
    .select(IMPORT)
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .executeTakeFirst()) as ImportRow | undefined
}

/** Keeps where an import stands after a part. */
export async function putImport(db: Db, row: ImportRow & { created_by: string; at: Date }): Promise<void> {
  const { at, created_by, campaign_id, id, format, ...standing } = row
  const kept = {
    ...standing,
    options: JSON.stringify(row.options),
    reading: JSON.stringify(row.reading),
    done_at: row.state === 'done' ? at : null,
  }
  await db
    .insertInto('item_import')
    .values({ campaign_id, id, format, created_by, created_at: at, ...kept })
    .onConflict((c) => c.columns(['campaign_id', 'id']).doUpdateSet(kept))
    .execute()
}

/** Items that imports have made so far; import and clearing keep it true. */
export async function importedItems(db: Db, campaignId: string): Promise<number> {
  const row = await db
    .selectFrom('item_import')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<string>('imported'), eb.val('0')).as('n'))
    .where('campaign_id', '=', campaignId)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export type NewItem = { id: string; data: Record<string, unknown>; external_ref: string | null; content_hash: string }

/** What is there already under these references: its content's hash. */
export async function knownRefs(
  db: Db,
  campaignId: string,
  refs: readonly string[],
): Promise<Map<string, string | null>> {
  if (refs.length === 0) return new Map()
  const { rows } = await sql<{ external_ref: string; hash: string | null }>`
    select external_ref, encode(content_hash, 'hex') as hash from item where campaign_id = ${campaignId} and external_ref = any(${[...refs]}::text[])`.execute(
    db,
  )
  return new Map(rows.map((r) => [r.external_ref, r.hash]))
}

/** Inserts items that wait to be opened; one without a reference whose content is there already is left out. */
export async function insertItems(db: Db, campaignId: string, items: readonly NewItem[], at: Date): Promise<number> {
  const result = await sql`
    insert into item (campaign_id, id, data, external_ref, content_hash, state, created_at)
    select ${campaignId}::bigint, id, data, external_ref, decode(content_hash, 'hex'), 'waiting', ${at}
      from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as r(id bigint, data jsonb, external_ref text, content_hash text)
    on conflict do nothing`.execute(db)
  return Number(result.numAffectedRows ?? 0n)
}

/** Removes a draft's items and the memory of their imports. */
export async function clearItems(db: Db, campaignId: string): Promise<number> {
  const gone = await db.deleteFrom('item').where('campaign_id', '=', campaignId).executeTakeFirst()
  await db.deleteFrom('item_import').where('campaign_id', '=', campaignId).execute()
  return Number(gone.numDeletedRows)
}

/** A page of items for the requester. */
export async function itemPage(
  db: Db,
  campaignId: string,
  page: { state: string | undefined; after: string | undefined; limit: number },
) {
  let query = db
    .selectFrom('item')
    .select(['id', 'data', 'external_ref', 'state', 'pilot', 'attempts', 'answer'])
    .where('campaign_id', '=', campaignId)
  if (page.state) query = query.where('state', '=', page.state)
  if (page.after) query = query.where('id', '>', page.after)
  return query.orderBy('id').limit(page.limit).execute()
}

import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** How many items of a draft say what in a field of their data, up to so many in all; "" where they say nothing. */
export async function countSegmentItems(
  db: Db,
  campaignId: string,
  by: string,
  most: number,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ value: string; n: number }>`
    select coalesce(i.data ->> ${by}::text, '') as value, count(*)::int as n
      from (select data from item where campaign_id = ${campaignId}::bigint limit ${most}) i group by 1`.execute(db)
  return new Map(rows.map((r) => [r.value, r.n]))
}

/** Moves a draft's items that say this to another draft; nothing refers to the items of a draft yet. */
export async function moveItems(db: Db, m: { from: string; to: string; by: string; value: string }): Promise<void> {
  await sql`update item set campaign_id = ${m.to}::bigint
    where campaign_id = ${m.from}::bigint and data ->> ${m.by}::text = ${m.value}`.execute(db)
}

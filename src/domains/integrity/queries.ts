import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** Whose work a person may not judge, and with whom they may not sit on a panel: the hook that evidence feeds later. */
export async function exclusionsOf(db: Db, accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('exclusion')
    .select('other_id')
    .where('account_id', '=', accountId)
    .limit(1000)
    .execute()
  return rows.map((r) => r.other_id)
}

/** Pairs of these people who are kept apart or taken for one: what they say of the same work is not compared. */
export async function apartPairs(db: Db, accountIds: readonly string[]): Promise<[string, string][]> {
  if (accountIds.length === 0) return []
  const ids = [...accountIds]
  const { rows } = await sql<{ a: string; b: string }>`
    select account_id::text as a, other_id::text as b from exclusion where account_id = any(${ids}::bigint[])
    union all
    select m.account_id::text, min(m.account_id) over (partition by m.cluster_id)::text from cluster_member m where m.account_id = any(${ids}::bigint[])`.execute(
    db,
  )
  return rows.filter((r) => r.a !== r.b).map((r) => [r.a, r.b])
}

/** Which cluster each of these people is in; those in none are not named. */
export async function clusterIdsOf(db: Db, accountIds: readonly string[]): Promise<Map<string, string>> {
  if (accountIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('cluster_member')
    .select(['account_id', 'cluster_id'])
    .where('account_id', 'in', [...accountIds])
    .execute()
  return new Map(rows.map((r) => [r.account_id, r.cluster_id]))
}

/** Keeps two people apart from now on; both directions are written. */
export async function insertExclusion(db: Db, a: string, b: string, reason: string, at: Date): Promise<void> {
  await db
    .insertInto('exclusion')
    .values([
      { account_id: a, other_id: b, reason, created_at: at },
      { account_id: b, other_id: a, reason, created_at: at },
    ])
    .onConflict((c) => c.doNothing())
    .execute()
}

/** Lifts an exclusion in both directions; false when there was none. */
export async function deleteExclusion(db: Db, a: string, b: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('exclusion')
    .where((eb) =>
      eb.or([
        eb.and([eb('account_id', '=', a), eb('other_id', '=', b)]),
        eb.and([eb('account_id', '=', b), eb('other_id', '=', a)]),
      ]),
    )
    .executeTakeFirst()
  return gone.numDeletedRows > 0n
}

/** Exclusions by pair, each direction a row. */
export async function exclusionPage(db: Db, after: readonly [string, string], limit: number) {
  return db
    .selectFrom('exclusion')
    .select(['account_id', 'other_id', 'reason', 'created_at'])
    .where((eb) => eb(eb.refTuple('account_id', 'other_id'), '>', eb.tuple(after[0], after[1])))
    .orderBy('account_id')
    .orderBy('other_id')
    .limit(limit)
    .execute()
}

/** The first of these ids that no account has. */
export async function accountMissing(db: Db, ids: readonly string[]): Promise<string | undefined> {
  const rows = await db
    .selectFrom('account')
    .select('id')
    .where('id', 'in', [...ids])
    .execute()
  const known = new Set(rows.map((r) => r.id))
  return ids.find((id) => !known.has(id))
}

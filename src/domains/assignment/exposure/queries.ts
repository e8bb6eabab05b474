import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import { LANE, LEASE } from '../queries.ts'

/** A person's choice, and how much of others' adversarial work they were handed since the day began. */
export async function exposureOf(db: Db, accountId: string, now: Date) {
  const day = new Date(`${now.toISOString().slice(0, 10)}T00:00:00Z`)
  const { rows } = await sql<{ adversarial: boolean | null; changed_at: Date | null; shown: number }>`
    select (select adversarial from exposure_choice where account_id = ${accountId}::bigint) as adversarial,
           (select changed_at from exposure_choice where account_id = ${accountId}::bigint) as changed_at,
           (select count(*)::int from member m join campaign c on c.id = m.campaign_id and c.restricted
              join lease l on l.campaign_id = m.campaign_id and l.account_id = m.account_id
             where m.account_id = ${accountId}::bigint and m.role = 'reviewer' and l.lane = ${LANE.review}::smallint and l.leased_at >= ${day}::timestamptz) as shown`.execute(
    db,
  )
  const { adversarial, changed_at, shown } = rows[0]!
  return { is_off: adversarial === false, changed_at, shown_today: shown }
}

/** How much of it all members of a cluster were handed together. */
export async function exposureOfCluster(db: Db, clusterId: string, now: Date): Promise<number> {
  const day = new Date(`${now.toISOString().slice(0, 10)}T00:00:00Z`)
  const { rows } = await sql<{ shown: number }>`
    select count(*)::int as shown from cluster_member k join member m on m.account_id = k.account_id and m.role = 'reviewer'
      join campaign c on c.id = m.campaign_id and c.restricted
      join lease l on l.campaign_id = m.campaign_id and l.account_id = m.account_id
     where k.cluster_id = ${clusterId}::bigint and l.lane = ${LANE.review}::smallint and l.leased_at >= ${day}::timestamptz`.execute(
    db,
  )
  return rows[0]!.shown
}

export async function putChoice(db: Db, accountId: string, adversarial: boolean, at: Date): Promise<void> {
  await db
    .insertInto('exposure_choice')
    .values({ account_id: accountId, adversarial, changed_at: at })
    .onConflict((c) => c.column('account_id').doUpdateSet({ adversarial, changed_at: at }))
    .execute()
}

export async function eraseChoice(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('exposure_choice').where('account_id', '=', accountId).execute()
}

/** What a person holds of adversarial work. */
export async function heldAdversarial(db: Db, accountId: string) {
  return db
    .selectFrom('lease as l')
    .innerJoin('campaign as c', 'c.id', 'l.campaign_id')
    .innerJoin('member as m', (j) =>
      j.onRef('m.campaign_id', '=', 'l.campaign_id').onRef('m.account_id', '=', 'l.account_id'),
    )
    .select(['l.campaign_id', 'l.target_id'])
    .distinct()
    .where('m.account_id', '=', accountId)
    .where('c.restricted', '=', true)
    .where('l.state', '=', LEASE.leased)
    .where('l.lane', 'in', [LANE.contribute, LANE.review])
    .orderBy('l.campaign_id')
    .orderBy('l.target_id')
    .limit(500)
    .execute()
}

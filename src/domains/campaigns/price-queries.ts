import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** The step in force at a moment, as SQL: the price of what is leased then. */
export const factorAt = (campaign: RawBuilder<unknown>, at: RawBuilder<unknown>): RawBuilder<number> =>
  sql<number>`coalesce((select p.factor_ppm from price_step p where p.campaign_id = ${campaign} and p.starts_at <= ${at} order by p.starts_at desc limit 1), 1000000)`

export type Pricing = {
  id: string
  quota: number
  most_bps: number
  ends_at: Date
  last_at: Date
  factor_ppm: number
  done: number
  accepted: number
}

/** Running campaigns whose price follows scarcity and was not looked at for a day, with what that needs. */
export async function campaignsToPrice(db: Db, now: Date): Promise<Pricing[]> {
  const { rows } = await sql<Pricing>`
    select c.id, c.quota, (v.settings -> 'scarcity' ->> 'most_bps')::int as most_bps, least(s.ends_at, coalesce(c.deadline, s.ends_at)) as ends_at,
           l.last_at, ${factorAt(sql`c.id`, sql`${now}::timestamptz`)} as factor_ppm,
           (select count(*)::int from item i where i.campaign_id = c.id and i.state = 'done') as done,
           (select count(*)::int from decision d where d.campaign_id = c.id and d.accepted and d.decided_at > ${now}::timestamptz - interval '1 day') as accepted
      from campaign c join campaign_version v on v.campaign_id = c.id and v.version = c.version join season s on s.id = c.season_id
      cross join lateral (select coalesce(max(p.starts_at), c.opened_at) as last_at from price_step p where p.campaign_id = c.id) l
     where c.status = 'open' and v.settings ? 'scarcity' and l.last_at <= ${now}::timestamptz - interval '1 day'
     order by c.id limit 1000`.execute(db)
  return rows
}

export async function insertStep(
  db: Db,
  row: { campaign_id: string; starts_at: Date; factor_ppm: number; demand: number; accepted: number },
): Promise<boolean> {
  const made = await db
    .insertInto('price_step')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

/** For each submission, the factor of the moment at which its item was leased, by `campaign/submission`. */
export async function priceFactors(
  db: Db,
  work: readonly { campaign_id: string; submission_id: string }[],
): Promise<Map<string, number>> {
  if (work.length === 0) return new Map()
  const keys = work.map(({ campaign_id, submission_id }) => ({ campaign_id, submission_id }))
  const { rows } = await sql<{ campaign_id: string; submission_id: string; factor_ppm: number }>`
    select s.campaign_id, s.id as submission_id, ${factorAt(sql`s.campaign_id`, sql`coalesce(l.leased_at, s.submitted_at)`)} as factor_ppm
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, submission_id bigint)
      join submission s on s.campaign_id = k.campaign_id and s.id = k.submission_id
      left join lease l on l.campaign_id = s.campaign_id and l.account_id = s.author_id and l.target_id = s.item_id`.execute(
    db,
  )
  return new Map(rows.map((r) => [`${r.campaign_id}/${r.submission_id}`, r.factor_ppm]))
}

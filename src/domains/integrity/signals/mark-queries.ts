import { sql, type ExpressionBuilder } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { DB } from '../../../platform/db/tables.ts'

export type MarkRow = {
  account_id: string
  network: Buffer
  device: Buffer
  started_at: Date
  ended_at: Date
  expires_at: Date
}

/** Writes visits; one that is there already is made longer. Of erased accounts nothing is written. */
export async function saveMarks(db: Db, rows: readonly MarkRow[]): Promise<void> {
  if (rows.length === 0) return
  const column = <T>(of: (r: MarkRow) => T) => rows.map(of)
  await sql`insert into mark (account_id, network, device, started_at, ended_at, expires_at)
    select r.account_id, r.network, r.device, r.started_at, max(r.ended_at), max(r.expires_at)
      from unnest(${column((r) => r.account_id)}::bigint[], ${column((r) => r.network)}::bytea[], ${column((r) => r.device)}::bytea[],
        ${column((r) => r.started_at.toISOString())}::timestamptz[], ${column((r) => r.ended_at.toISOString())}::timestamptz[],
        ${column((r) => r.expires_at.toISOString())}::timestamptz[]) as r(account_id, network, device, started_at, ended_at, expires_at)
      join account a on a.id = r.account_id and a.erased_at is null
     group by r.account_id, r.network, r.device, r.started_at
    on conflict (account_id, network, device, started_at) do update
      set ended_at = greatest(mark.ended_at, excluded.ended_at), expires_at = greatest(mark.expires_at, excluded.expires_at)`.execute(
    db,
  )
}

/** A network that some accounts came from on two days or more; `crowd` counts whoever came from it at all. */
export type Neighbours = { network: string; crowd: number; accounts: string[]; devices: string[][] }

/**
 * Networks with several accounts, up to `most` of them: a larger crowd is a public place. With each account's kinds of device
 * there. Only where somebody was whose visit goes after `going`: elsewhere nothing is new.
 */
export async function neighboursUpTo(db: Db, most: number, going: Date): Promise<Neighbours[]> {
  const { rows } = await sql<Neighbours>`
    with there as (
      select network, account_id, array_agg(distinct encode(device, 'hex')) as devices, count(distinct (started_at at time zone 'UTC')::date) as days
        from mark where network in (select network from mark where expires_at > ${going}) group by network, account_id),
    many as (select network, count(*)::int as crowd from there group by network having count(*) between 2 and ${most})
    select encode(t.network, 'hex') as network, m.crowd, array_agg(t.account_id order by t.account_id) as accounts,
           jsonb_agg(t.devices order by t.account_id) as devices
      from many m join there t using (network) where t.days >= 2
     group by t.network, m.crowd having count(*) > 1 order by 1`.execute(db)
  return rows
}

export type Seen = { account_id: string; start: number; end: number }

/** When these accounts were here, wherever from, in seconds: each account's visits in order, joined where they touch. */
export async function visitsOf(db: Db, accountIds: readonly string[]): Promise<Seen[]> {
  if (accountIds.length === 0) return []
  const { rows } = await sql<Seen>`
    select account_id, extract(epoch from started_at)::float8 as start, extract(epoch from max(ended_at))::float8 as end
      from mark where account_id = any(${[...accountIds]}::bigint[])
     group by account_id, started_at order by account_id, started_at`.execute(db)
  const out: Seen[] = []
  for (const r of rows) {
    const last = out.at(-1)
    if (last?.account_id === r.account_id && r.start <= last.end) last.end = Math.max(last.end, r.end)
    else out.push({ ...r })
  }
  return out
}

/** Pairs that something other than these kinds links already, and both of whom were here of late: what else is looked at between them. */
export async function linkedByOther(
  db: Db,
  kinds: readonly string[],
  going: Date,
  limit: number,
): Promise<{ account_id: string; other_id: string }[]> {
  const isHere = (id: 'link.account_id' | 'link.other_id') => (eb: ExpressionBuilder<DB, 'link'>) =>
    eb.exists(eb.selectFrom('mark').select('mark.account_id').whereRef('mark.account_id', '=', id).where('mark.expires_at', '>', going)) // prettier-ignore
  return db
    .selectFrom('link')
    .select(['account_id', 'other_id'])
    .distinct()
    .where('kind', 'not in', [...kinds])
    .where(isHere('link.account_id'))
    .where(isHere('link.other_id'))
    .orderBy('account_id')
    .orderBy('other_id')
    .limit(limit)
    .execute()
}

/** How much is kept of an account's visits and passkeys, and until when the last of the visits. */
export async function marksKept(db: Db, accountId: string) {
  const { rows } = await sql<{
    visits: number
    networks: number
    devices: number
    passkeys: number
    until: Date | null
  }>`
    select count(*)::int as visits, count(distinct network)::int as networks, count(distinct device)::int as devices, max(expires_at) as until,
           (select count(*)::int from credential_mark where account_id = ${accountId}) as passkeys
      from mark where account_id = ${accountId}`.execute(db)
  return rows[0]!
}

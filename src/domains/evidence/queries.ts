import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { SequencedEvent } from './promise-rules.ts'

export type LogRow = {
  season_id: string
  origin: string
  address: string
  entry_key: Buffer
  size: number
  edge: Buffer
  tail: Buffer
  earlier: string[]
}
export type LogKeyRow = {
  public_key: Buffer
  private_key: Buffer
  created_at: Date
  retires_at: Date | null
  handed_over_by: Buffer | null
  handover: Buffer | null
}
export type CheckpointRow = { size: number; root: Buffer; note: string; first_signed_at: Date; signed_at: Date }

const LOG = ['season_id', 'origin', 'address', 'entry_key', 'size', 'edge', 'tail', 'earlier'] as const

export async function logOf(db: Db, seasonId: string): Promise<LogRow | undefined> {
  const row = await db.selectFrom('log').select(LOG).where('season_id', '=', seasonId).executeTakeFirst()
  return row && { ...row, size: Number(row.size) }
}

export async function allLogs(db: Db): Promise<LogRow[]> {
  const rows = await db.selectFrom('log').select(LOG).orderBy('season_id').limit(10_000).execute()
  return rows.map((row) => ({ ...row, size: Number(row.size) }))
}

/** Makes a season's log with its first key, unless another process just did. */
export async function insertLog(
  db: Db,
  log: Pick<LogRow, 'season_id' | 'origin' | 'address' | 'entry_key'> & { created_at: Date },
  key: { public_key: Buffer; private_key: Buffer },
): Promise<void> {
  const made = await db
    .insertInto('log')
    .values(log)
    .onConflict((c) => c.column('season_id').doNothing())
    .executeTakeFirst()
  if (made.numInsertedOrUpdatedRows !== 1n) return
  await db
    .insertInto('log_key')
    .values({ season_id: log.season_id, ...key, created_at: log.created_at })
    .execute()
}

/** A log's keys, oldest first. */
export async function logKeys(db: Db, seasonId: string): Promise<LogKeyRow[]> {
  return db
    .selectFrom('log_key')
    .select(['public_key', 'private_key', 'created_at', 'retires_at', 'handed_over_by', 'handover'])
    .where('season_id', '=', seasonId)
    .orderBy('created_at')
    .orderBy('public_key')
    .limit(1000)
    .execute()
}

/** Adds a key and says when those before it retire. */
export async function insertKey(db: Db, seasonId: string, key: LogKeyRow, othersRetireAt: Date): Promise<void> {
  await db
    .updateTable('log_key')
    .set({ retires_at: othersRetireAt })
    .where('season_id', '=', seasonId)
    .where('retires_at', 'is', null)
    .execute()
  await db
    .insertInto('log_key')
    .values({ season_id: seasonId, ...key })
    .execute()
}

/** How far seasons are that have something in their order: how many events have their place in it, how many in the log. */
export async function loggedSeasons(
  db: Db,
): Promise<{ season_id: string; sequenced: number; placed: number; appended: number; closed_at: Date | null }[]> {
  const { rows } = await sql<
    Record<'season_id' | 'sequenced' | 'placed' | 'appended', string> & { closed_at: Date | null }
  >`
    select * from (
      select s.id as season_id, s.closed_at, coalesce(l.size, 0)::text as appended,
             (coalesce((select max(leaf) from log_leaf p where p.season_id = s.id), -1) + 1)::text as placed,
             (coalesce((select max(seq) from event_sequence q where q.season_id = s.id), -1) + 1)::text as sequenced
        from season s left join log l on l.season_id = s.id) t
     where sequenced <> '0' order by season_id limit 10000`.execute(db)
  return rows.map((r) => ({
    ...r,
    sequenced: Number(r.sequenced),
    placed: Number(r.placed),
    appended: Number(r.appended),
  }))
}

type EventRow = Omit<SequencedEvent, 'seq' | 'at'> & { seq: string; at: Date; author_id: string | null }
const EVENT_PART = sql`e.campaign_id, e.id, e.kind, e.subject_id, e.at, e.body`

/** Whose work it is that such an event is about. */
const AUTHOR = sql`left join submission w on e.kind = any (${['decided', 'settled', 'checked', 'escalated']})
  and w.campaign_id = e.campaign_id and w.id = e.subject_id`

/** A season's events from a place in their order on, up to another. */
export async function eventsFrom(db: Db, seasonId: string, seq: number, before: number) {
  const { rows } = await sql<EventRow>`
    select s.seq, ${EVENT_PART}, w.author_id
      from event_sequence s join event e on e.campaign_id = s.campaign_id and e.id = s.event_id ${AUTHOR}
     where s.season_id = ${seasonId} and s.seq >= ${seq} and s.seq < ${before} order by s.seq`.execute(db)
  return rows.map((r) => ({ ...r, seq: Number(r.seq), at: r.at.toISOString() }))
}

/** A season's events from a place in the log on, in the order that they have there. `seq` is that place. */
export async function eventsPlaced(db: Db, seasonId: string, leaf: number, limit: number) {
  const { rows } = await sql<EventRow>`
    select p.leaf as seq, ${EVENT_PART}, w.author_id
      from log_leaf p
      join event_sequence s on s.season_id = p.season_id and s.seq = p.seq
      join event e on e.campaign_id = s.campaign_id and e.id = s.event_id
      ${AUTHOR}
     where p.season_id = ${seasonId} and p.leaf >= ${leaf} and p.leaf < ${leaf + limit}
     order by p.leaf`.execute(db)
  return rows.map((r) => ({ ...r, seq: Number(r.seq), at: r.at.toISOString() }))
}

/** Gives the events from `first` on their places in the log, from the place `first` on: `order` lists them by place. */
export async function placeEvents(
  db: Db,
  seasonId: string,
  first: number,
  order: ArrayLike<number>,
  from: number,
  to: number,
): Promise<void> {
  const seqs = Array.from({ length: to - from }, (_, i) => first + order[from + i]!)
  await sql`insert into log_leaf (season_id, seq, leaf)
    select ${seasonId}::bigint, r.seq, ${first + from}::bigint + r.place - 1
      from unnest(${seqs.map(String)}::bigint[]) with ordinality as r(seq, place)`.execute(db)
}

/** Takes up where the files now end. False when another process got there first. */
export async function advanceLog(
  db: Db,
  seasonId: string,
  from: number,
  to: { size: number; edge: Uint8Array; tail: Uint8Array },
): Promise<boolean> {
  const done = await db
    .updateTable('log')
    .set({ size: String(to.size), edge: Buffer.from(to.edge), tail: Buffer.from(to.tail) })
    .where('season_id', '=', seasonId)
    .where('size', '=', String(from))
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export async function insertOwners(
  db: Db,
  seasonId: string,
  rows: readonly { account_id: string; leaf: number }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into log_owner (account_id, season_id, leaf)
    select r.account_id, ${seasonId}::bigint, r.leaf
      from unnest(${rows.map((r) => r.account_id)}::bigint[], ${rows.map((r) => String(r.leaf))}::bigint[]) as r(account_id, leaf)
    on conflict do nothing`.execute(db)
}

export async function newestCheckpoint(db: Db, seasonId: string): Promise<CheckpointRow | undefined> {
  const row = await db
    .selectFrom('log_checkpoint')
    .select(['size', 'root', 'note', 'first_signed_at', 'signed_at'])
    .where('season_id', '=', seasonId)
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { ...row, size: Number(row.size) }
}

/** Keeps a signed checkpoint; the newest note stays where the size is the same. A size never gets another root. */
export async function saveCheckpoint(
  db: Db,
  seasonId: string,
  c: { size: number; root: Uint8Array; note: string; at: Date },
): Promise<void> {
  const { rows } = await sql`insert into log_checkpoint (season_id, size, root, note, first_signed_at, signed_at)
    values (${seasonId}, ${c.size}, ${Buffer.from(c.root)}, ${c.note}, ${c.at}, ${c.at})
    on conflict (season_id, size) do update set note = excluded.note, signed_at = excluded.signed_at
      where log_checkpoint.root = excluded.root
    returning 1`.execute(db)
  if (rows.length !== 1) throw new Error('assumption broken: a published size keeps its root')
}

/** A person's entries within the published part of the logs, newest season first. */
export async function entriesOf(
  db: Db,
  accountId: string,
  after: { season_id: string; seq: number } | undefined,
  limit: number,
) {
  const { rows } = await sql<{ season_id: string; seq: string }>`
    select o.season_id, o.leaf as seq from log_owner o
     where o.account_id = ${accountId}
       and o.leaf < (select max(c.size) from log_checkpoint c where c.season_id = o.season_id)
       and (${after === undefined} or (o.season_id, o.leaf) < (${after?.season_id ?? '0'}::bigint, ${after?.seq ?? 0}::bigint))
     order by o.season_id desc, o.leaf desc limit ${limit}`.execute(db)
  return rows.map((r) => ({ season_id: r.season_id, seq: Number(r.seq) }))
}

/** Forgets which entries are a person's. The entries stay, and say nothing of anybody. */
export async function forgetOwner(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('log_owner').where('account_id', '=', accountId).execute()
}

/** Events by their places in a season's log. */
export async function eventsAt(db: Db, seasonId: string, leaves: readonly number[]): Promise<SequencedEvent[]> {
  if (leaves.length === 0) return []
  const { rows } = await sql<EventRow>`
    select p.leaf as seq, ${EVENT_PART} from log_leaf p join event_sequence s on s.season_id = p.season_id and s.seq = p.seq
      join event e on e.campaign_id = s.campaign_id and e.id = s.event_id
     where p.season_id = ${seasonId} and p.leaf = any (${leaves.map(String)}::bigint[])`.execute(db)
  return rows.map((r) => ({ ...r, seq: Number(r.seq), at: r.at.toISOString() }))
}

/** The salts that an event's content is committed to with; none once they were erased. */
export async function saltsOf(
  db: Db,
  event: { campaign_id: string; id: string },
): Promise<{ name: string; salt: string }[]> {
  const rows = await db
    .selectFrom('salt')
    .select(['purpose', 'salt'])
    .where('campaign_id', '=', event.campaign_id)
    .where('subject_id', '=', event.id)
    .orderBy('purpose')
    .execute()
  return rows.map((r) => ({ name: r.purpose, salt: r.salt.toString('hex') }))
}

/** Empties a log and gives it another name; its events are appended again from the first. */
export async function beginAgain(
  db: Db,
  seasonId: string,
  next: { address: string; origin: string; earlier: string },
): Promise<void> {
  await db.deleteFrom('log_checkpoint').where('season_id', '=', seasonId).execute()
  await db.deleteFrom('log_owner').where('season_id', '=', seasonId).execute()
  await db.deleteFrom('log_leaf').where('season_id', '=', seasonId).execute()
  await sql`update log set address = ${next.address}, origin = ${next.origin}, earlier = earlier || ${next.earlier}::text,
    size = 0, edge = '', tail = '' where season_id = ${seasonId}`.execute(db)
}

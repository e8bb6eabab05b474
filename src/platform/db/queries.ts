import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../context.ts'

/** A write that is not sent yet; null when there is nothing to write. */
export type Write = RawBuilder<unknown> | null

/**
 * Sends writes as one statement: a decision is about ten of them, and a round trip each would cost more than the work.
 * They see the tables as they were before, so none may build on another or touch a row that another touches.
 */
export async function write(db: Db, ...writes: readonly Write[]): Promise<void> {
  const some = writes.filter((w) => w !== null)
  if (some.length === 1) await some[0]!.execute(db)
  if (some.length < 2) return
  const parts = some.map((w, i) => sql`${sql.raw(`w${i}`)} as (${w})`)
  await sql`with ${sql.join(parts)} select`.execute(db)
}

type Key = { campaign_id: string; account_id: string; key: string; request_hash: string }

/** Takes an idempotency key, or returns what it was used for before. */
export async function claimKey(
  db: Db,
  row: Key & { created_at: Date },
): Promise<{ request_hash: string; answer: unknown; events: string[] } | undefined> {
  const taken = await db
    .insertInto('idempotency')
    .values({ ...row, answer: '{}' })
    .onConflict((c) => c.columns(['campaign_id', 'account_id', 'key']).doNothing())
    .executeTakeFirst()
  if (taken.numInsertedOrUpdatedRows === 1n) return undefined
  return db
    .selectFrom('idempotency')
    .select(['request_hash', 'answer', 'events'])
    .where('campaign_id', '=', row.campaign_id)
    .where('account_id', '=', row.account_id)
    .where('key', '=', row.key)
    .executeTakeFirstOrThrow()
}

/** Keeps the answer that a repeat of the request will get, and the events whose receipt it will get again. */
export async function storeAnswer(db: Db, id: Key, kept: { answer: object; events: readonly string[] }): Promise<void> {
  await db
    .updateTable('idempotency')
    .set({ answer: JSON.stringify(kept.answer), events: sql`${[...kept.events]}::bigint[]` })
    .where('campaign_id', '=', id.campaign_id)
    .where('account_id', '=', id.account_id)
    .where('key', '=', id.key)
    .execute()
}

/** Forgets answers that nobody will ask for again. Returns how many. */
export async function forgetAnswers(db: Db, before: Date): Promise<number> {
  const gone = await db.deleteFrom('idempotency').where('created_at', '<', before).executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/** Forgets every answer given to an account, when it is erased. */
export async function forgetAnswersOf(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('idempotency').where('account_id', '=', accountId).execute()
}

/** This installation's identity; made once, at the first start. */
export async function installationOf(
  db: Db,
  fresh: { id: string; secret: Uint8Array; created_at: Date },
): Promise<{ id: string; secret: Buffer; first: boolean }> {
  const made = await db
    .insertInto('installation')
    .values({ id: fresh.id, secret: Buffer.from(fresh.secret), created_at: fresh.created_at })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  const row = await db.selectFrom('installation').select(['id', 'secret']).executeTakeFirstOrThrow()
  return { id: row.id, secret: row.secret, first: made.numInsertedOrUpdatedRows === 1n }
}

/** What jobs keep between runs. */
export async function readJobState(db: Db, name: string): Promise<Record<string, unknown>> {
  const row = await db.selectFrom('job_state').select('watermark').where('name', '=', name).executeTakeFirst()
  return (row?.watermark ?? {}) as Record<string, unknown>
}

export async function writeJobState(
  db: Db,
  name: string,
  state: { watermark: Record<string, unknown>; ran_at: Date; took_ms: number; error: string | null },
): Promise<void> {
  const row = { ...state, watermark: JSON.stringify(state.watermark), took_ms: Math.round(state.took_ms) }
  await db
    .insertInto('job_state')
    .values({ name, ...row, failures: state.error ? 1 : 0 })
    .onConflict((c) =>
      c
        .column('name')
        .doUpdateSet((eb) => ({ ...row, failures: state.error ? eb('job_state.failures', '+', 1) : eb.val(0) })),
    )
    .execute()
}

/**
 * Until this transaction ends, rows are looked up by their keys alone. The planner takes a list of keys for a hundred
 * rows and, while tables are small or their statistics old, reads whole tables for it: 8 ms for one lease of 12,000.
 */
export async function lookUpByKeys(db: Db): Promise<void> {
  await sql`select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`.execute(
    db,
  )
}

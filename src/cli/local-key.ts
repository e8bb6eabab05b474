import { ensureOperator } from '../domains/identity/ensure-operator.ts'
import { newApiKey } from '../domains/identity/secrets.ts'
import { insertKeys, revokeKeyRow } from '../domains/identity/way-queries.ts'
import { recordEvents } from '../platform/events/record.ts'
import type { Scope } from '../platform/http/endpoint.ts'
import type { Parts } from '../server/app.ts'
import { jobContext } from '../server/worker.ts'

export type LocalKey = { key: string; key_id: string; account_id: string; expires_at: Date | null }

/**
 * An API key of the operator's own account, made by whoever may read the data on this machine: they could change
 * anything there anyway. Recorded like any key.
 */
export async function makeOperatorKey(
  parts: Parts,
  wanted: { name: string; scopes: readonly Scope[]; hours: number | undefined },
): Promise<LocalKey> {
  const ctx = jobContext(parts)
  const { account_id } = await ensureOperator(ctx)
  const { key, prefix, secret_hash } = newApiKey(parts)
  const key_id = ctx.newId()
  const expires_at = wanted.hours === undefined ? null : new Date(ctx.now.getTime() + wanted.hours * 3_600_000)
  await parts.db.transaction().execute(async (db) => {
    await insertKeys(db, [
      {
        id: key_id,
        account_id,
        name: wanted.name,
        prefix,
        secret_hash,
        scopes: [...wanted.scopes],
        created_at: ctx.now,
        expires_at,
      },
    ])
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'key_created',
        subject_id: key_id,
        body: { account_id, via: 'command_line', scopes: [...wanted.scopes] },
      },
    ])
  })
  return { key, key_id, account_id, expires_at }
}

export async function endOperatorKey(parts: Parts, { account_id, key_id }: LocalKey): Promise<void> {
  await revokeKeyRow(parts.db, account_id, key_id, parts.clock.now())
}

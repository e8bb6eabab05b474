import type { Transaction } from 'kysely'
import type { Ctx } from './context.ts'
import type { DB } from './db/tables.ts'
import { eventsNamed } from './events/queries.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import { claimKey, storeAnswer } from './db/queries.ts'
import { Refusal } from './refusal.ts'

/** The caller's idempotency key and what it was used for; set by the server from the request. */
export type Idempotency = { key: string; request_hash: string }

export const requestHash = (endpoint: string, request: unknown): string => sha256Hex(canonicalJson([endpoint, request]))

const isRetryable = (error: unknown): boolean => {
  const code = (error as { code?: string }).code
  return code === '40001' || code === '40P01'
}

/**
 * Runs one write in one transaction. With an idempotency key the answer is stored in the same transaction, and a
 * repeat of the request gets that answer; the same key with another request is refused. A deadlock is tried again.
 */
export async function transact<T extends object>(
  ctx: Ctx,
  campaignId: string,
  write: (db: Transaction<DB>) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    // What an earlier try wrote was rolled back.
    if (ctx.recorded) ctx.recorded.length = 0
    try {
      return await ctx.db.transaction().execute(async (db) => {
        if (!ctx.idempotency || !ctx.caller) return write(db)
        const id = { campaign_id: campaignId, account_id: ctx.caller.account_id, ...ctx.idempotency }
        // A twin in flight waits here until the first commits, then reads its answer.
        const earlier = await claimKey(db, { ...id, created_at: ctx.now })
        if (earlier) {
          if (earlier.request_hash !== ctx.idempotency.request_hash) throw new Refusal('idempotency_conflict')
          ctx.recorded?.push(...(await eventsNamed(db, campaignId, earlier.events)))
          return earlier.answer as T
        }
        const answer = await write(db)
        await storeAnswer(db, id, {
          answer,
          events: (ctx.recorded ?? []).filter((e) => e.campaign_id === campaignId).map((e) => e.id),
        })
        return answer
      })
    } catch (error) {
      if (!isRetryable(error) || tries >= 4) throw error
    }
  }
}

import { sign } from 'node:crypto'
import type { Ctx } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { keyFrom } from '../../platform/signing/keys.ts'
import { handoverText } from '../../engine/signed-note.ts'
import type { LogKey } from './contract.ts'
import { originOf } from './open-log.ts'
import { beginAgain, insertKey, logKeys, logOf } from './queries.ts'
import { keyView } from './read-log.ts'
import { secretKey } from './sign-checkpoint.ts'

/** So long the key before signs checkpoints too: time to hear of the new one. */
const OVERLAP_MS = 7 * 24 * 3600 * 1000

/** Gives a log a new key. The old one signs that it hands over, and for a week signs checkpoints beside it. */
export async function rotateKey(ctx: Ctx, seasonId: string): Promise<LogKey> {
  const fresh = keyFrom(ctx.randomBytes(32))
  return ctx.db.transaction().execute(async (db) => {
    const log = await logOf(db, seasonId)
    const newest = (await logKeys(db, seasonId)).findLast((k) => !k.retires_at)
    if (!log || !newest) throw new Refusal('log_not_found')
    const text = handoverText({
      origin: log.origin,
      from: newest.public_key,
      to: fresh.public_key,
      seconds: Math.floor(ctx.now.getTime() / 1000),
    })
    const row = {
      public_key: Buffer.from(fresh.public_key),
      private_key: fresh.private_key,
      created_at: ctx.now,
      retires_at: null,
      handed_over_by: newest.public_key,
      handover: sign(null, Buffer.from(text), secretKey(newest.private_key)),
    }
    await insertKey(db, seasonId, row, new Date(ctx.now.getTime() + OVERLAP_MS))
    return keyView(log.origin, row)
  })
}

/**
 * Begins a season's log again under another name, from its first event, when what was published is lost to the database
 * for good. The old log stays where it is, and the new one names it: nobody is to think that nothing had been there.
 */
export async function restartLog(ctx: Ctx, seasonId: string): Promise<{ origin: string; address: string }> {
  return ctx.db.transaction().execute(async (db) => {
    const log = await logOf(db, seasonId)
    if (!log) throw new Refusal('log_not_found')
    const address = `${seasonId}-${Number(log.address.split('-')[1] ?? 1) + 1}`
    const origin = originOf(ctx.config, address)
    await beginAgain(db, seasonId, { address, origin, earlier: log.address })
    return { origin, address }
  })
}

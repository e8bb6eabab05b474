import type { Ctx } from '../../platform/context.ts'
import { keyFrom } from '../../platform/signing/keys.ts'
import { insertLog, logOf, type LogRow } from './queries.ts'

/**
 * A season's log, made at its first use. Its origin is where people reach it, without the scheme; it stays what it was
 * when the address changes, because checkpoints of another origin are another log's.
 */
export async function openLog(
  ctx: Pick<Ctx, 'db' | 'now' | 'config' | 'randomBytes'>,
  seasonId: string,
): Promise<LogRow> {
  const found = await logOf(ctx.db, seasonId)
  if (found) return found
  const { public_key, private_key } = keyFrom(ctx.randomBytes(32))
  await ctx.db.transaction().execute((db) =>
    insertLog(
      db,
      {
        season_id: seasonId,
        origin: originOf(ctx.config, seasonId),
        address: seasonId,
        entry_key: Buffer.from(ctx.randomBytes(32)),
        created_at: ctx.now,
      },
      { public_key: Buffer.from(public_key), private_key },
    ),
  )
  return (await logOf(ctx.db, seasonId))!
}

/** A log's name: the public address without its scheme. */
export function originOf(config: Ctx['config'], address: string): string {
  const url = new URL(config.public_url ?? `http://localhost:${config.port}`)
  return `${url.host}${url.pathname.replace(/\/+$/, '')}/log/${address}`
}

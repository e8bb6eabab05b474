import type { Ctx, Db } from '../../platform/context.ts'
import type { Id } from '../../platform/ids.ts'
import { transact } from '../../platform/transact.ts'
import { RECOVERY_CODES } from './rules.ts'
import { hashOfCode, newCode } from './secrets.ts'
import { personOf, requireProof, unrepeated } from './sessions.ts'
import { replaceCodes } from './way-queries.ts'

/** Ten fresh codes in place of the old ones, in the caller's transaction. They exist in the clear only in the answer. */
export async function makeRecoveryCodes(
  ctx: Pick<Ctx, 'randomBytes' | 'now'>,
  db: Db,
  accountId: Id,
): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () => newCode(ctx))
  await replaceCodes(
    db,
    accountId,
    codes.map((code) => hashOfCode(accountId, code)),
    ctx.now,
  )
  return codes
}

export async function regenerateCodes(ctx: Ctx) {
  await requireProof(ctx)
  const { account_id } = personOf(ctx)
  return transact(unrepeated(ctx), '0', async (db) => ({
    recovery_codes: await makeRecoveryCodes(ctx, db, account_id),
    made_at: ctx.now.toISOString(),
  }))
}

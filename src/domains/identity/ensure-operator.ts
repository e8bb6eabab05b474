import type { Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Id } from '../../platform/ids.ts'
import { assert } from '../../platform/refusal.ts'
import { freeHandle } from './create-account.ts'
import { firstOperator, lockOperators } from './people-queries.ts'
import { insertAccount } from './queries.ts'

/** The account that runs this installation; made at the first start, found at every later one. */
export async function ensureOperator(ctx: Ctx): Promise<{ account_id: Id; made: boolean }> {
  return ctx.db.transaction().execute(async (db) => {
    await lockOperators(db)
    const there = await firstOperator(db)
    if (there) return { account_id: there.id, made: false }
    const account_id = ctx.newId()
    const row = { id: account_id, handle: 'operator', language: 'en', roles: ['operator'], created_at: ctx.now }
    if (!(await insertAccount(db, row)))
      assert(
        await insertAccount(db, { ...row, handle: await freeHandle(ctx, db, 'operator') }),
        'a handle drawn afresh is free',
      )
    await recordEvents(ctx, db, [
      { campaign_id: '0', kind: 'account_created', subject_id: account_id, body: { via: 'first_start' } },
    ])
    return { account_id, made: true }
  })
}

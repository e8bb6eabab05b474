import type { Ctx, Db } from '../../platform/context.ts'
import { recordTransfers } from './transfer.ts'
import { BEAN, jarAccount, OUTSIDE } from './accounts.ts'
import { balanceOf } from './queries.ts'

/** Puts Beans into a person's jar, once for each id. They come from nowhere and go nowhere: they are not money. */
export async function creditBeans(
  ctx: Pick<Ctx, 'now'>,
  db: Db,
  given: { account_id: string; id: string; kind: string; beans: bigint },
): Promise<void> {
  if (given.beans <= 0n) return
  await recordTransfers(ctx, db, [
    {
      campaign_id: '0',
      id: `beans:${given.id}`,
      kind: given.kind,
      subject_id: given.account_id,
      debit: OUTSIDE,
      credit: jarAccount(given.account_id),
      currency: BEAN,
      amount_minor: given.beans,
    },
  ])
}

export const beansOf = (db: Db, accountId: string): Promise<bigint> => balanceOf(db, jarAccount(accountId), BEAN)

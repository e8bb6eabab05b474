import type { Db } from '../../../platform/context.ts'

const WALLET = [
  'id',
  'account_id',
  'kind',
  'chain_id',
  'address',
  'message',
  'signature',
  'label',
  'linked_at',
  'last_used_at',
  'unlinked_at',
] as const

/** The wallets that are on an account now, the first one first. */
export const walletsOf = (db: Db, accountId: string) =>
  db
    .selectFrom('wallet')
    .select(WALLET)
    .where('account_id', '=', accountId)
    .where('unlinked_at', 'is', null)
    .orderBy('id')
    .limit(100)
    .execute()

/** One wallet, whether it is still linked or not: whoever pays to it must look at `unlinked_at`. */
export const walletById = (db: Db, id: string) =>
  db.selectFrom('wallet').select(WALLET).where('id', '=', id).executeTakeFirst()

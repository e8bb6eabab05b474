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

export type NewWallet = {
  id: string
  account_id: string
  kind: 'eoa' | 'contract'
  chain_id: string | null
  address: Uint8Array
  message: string
  signature: Uint8Array
  label: string
  linked_at: Date
  last_used_at: Date
}

/** Puts a wallet on an account; false when it is on one already, this or another. */
export async function insertWallet(db: Db, row: NewWallet): Promise<boolean> {
  const made = await db
    .insertInto('wallet')
    .values({ ...row, address: Buffer.from(row.address), signature: Buffer.from(row.signature) })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

type Identity = { chain_id: string | null; address: Uint8Array }

/** The live wallet of this identity: an address for a key, chain and address for a contract. */
export const liveWallet = (db: Db, { chain_id, address }: Identity) =>
  db
    .selectFrom('wallet')
    .select(WALLET)
    .where('address', '=', Buffer.from(address))
    .where((eb) => eb(eb.fn.coalesce('chain_id', eb.lit(0)), '=', chain_id ?? '0'))
    .where('unlinked_at', 'is', null)
    .executeTakeFirst()

/** Notes that a wallet signed in; undefined when it is on no account. */
export const useWallet = (db: Db, { chain_id, address }: Identity, at: Date) =>
  db
    .updateTable('wallet')
    .set({ last_used_at: at })
    .where('address', '=', Buffer.from(address))
    .where((eb) => eb(eb.fn.coalesce('chain_id', eb.lit(0)), '=', chain_id ?? '0'))
    .where('unlinked_at', 'is', null)
    .returning(['id', 'account_id'])
    .executeTakeFirst()

export const labelWallet = (db: Db, accountId: string, id: string, label: string) =>
  db
    .updateTable('wallet')
    .set({ label })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('unlinked_at', 'is', null)
    .returning(WALLET)
    .executeTakeFirst()

/** Takes a wallet off its account. What was signed stays as evidence until the account is erased. */
export async function unlinkWallet(db: Db, accountId: string, id: string, at: Date): Promise<boolean> {
  const done = await db
    .updateTable('wallet')
    .set({ unlinked_at: at })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('unlinked_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export async function putNonce(
  db: Db,
  row: {
    nonce_hash: string
    purpose: string
    account_id: string | null
    message: string
    created_at: Date
    expires_at: Date
  },
): Promise<void> {
  await db.insertInto('wallet_nonce').values(row).execute()
}

/** Consumes a nonce: of any number of askers one gets its text. */
export const takeNonce = (db: Db, nonceHash: string, purpose: string) =>
  db
    .deleteFrom('wallet_nonce')
    .where('nonce_hash', '=', nonceHash)
    .where('purpose', '=', purpose)
    .returning(['account_id', 'message', 'expires_at'])
    .executeTakeFirst()

/** Forgets texts that nobody signed in time. */
export async function forgetNonces(db: Db, now: Date, limit: number): Promise<number> {
  const gone = await db
    .deleteFrom('wallet_nonce')
    .where(
      'nonce_hash',
      'in',
      db.selectFrom('wallet_nonce').select('nonce_hash').where('expires_at', '<', now).limit(limit),
    )
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}

import type { Db } from '../../platform/context.ts'

// Ways in: passkeys, recovery codes, sessions, API keys.

export type PasskeyRow = {
  id: string
  credential_id: string
  account_id: string
  public_key: Uint8Array
  counter: string
  transports: string[]
  synced: boolean
  name: string
  created_at: Date
  last_used_at: Date | null
}

/** Adds a passkey; false when its credential is on an account already. */
export async function insertPasskey(db: Db, row: PasskeyRow): Promise<boolean> {
  const made = await db
    .insertInto('passkey')
    .values({ ...row, public_key: Buffer.from(row.public_key) })
    .onConflict((c) => c.column('credential_id').doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export const passkeyByCredential = (db: Db, credentialId: string) =>
  db.selectFrom('passkey').selectAll().where('credential_id', '=', credentialId).executeTakeFirst()

export const passkeysOf = (db: Db, accountId: string) =>
  db
    .selectFrom('passkey')
    .select(['id', 'credential_id', 'transports', 'synced', 'name', 'created_at', 'last_used_at'])
    .where('account_id', '=', accountId)
    .orderBy('id')
    .limit(200)
    .execute()

/** Moves the counter on; false when another sign-in with the same or a later count came first. */
export async function usePasskey(
  db: Db,
  id: string,
  use: { counter: number; synced: boolean; at: Date },
): Promise<boolean> {
  const done = await db
    .updateTable('passkey')
    .set({ counter: use.counter, synced: use.synced, last_used_at: use.at })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([eb('counter', '<', String(use.counter)), eb.and([eb('counter', '=', '0'), eb.val(use.counter === 0)])]),
    )
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export const renamePasskey = (db: Db, accountId: string, id: string, name: string) =>
  db
    .updateTable('passkey')
    .set({ name })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .returning(['id', 'synced', 'name', 'created_at', 'last_used_at'])
    .executeTakeFirst()

export async function deletePasskey(db: Db, accountId: string, id: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('passkey')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return gone.numDeletedRows === 1n
}

/** New codes in place of all older ones. */
export async function replaceCodes(db: Db, accountId: string, hashes: readonly string[], at: Date): Promise<void> {
  await db.deleteFrom('recovery_code').where('account_id', '=', accountId).execute()
  await db
    .insertInto('recovery_code')
    .values(hashes.map((code_hash) => ({ account_id: accountId, code_hash, created_at: at })))
    .execute()
}

/** Uses up a code; false when there is no such code or it was used. */
export async function takeCode(db: Db, accountId: string, codeHash: string, at: Date): Promise<boolean> {
  const done = await db
    .updateTable('recovery_code')
    .set({ used_at: at })
    .where('account_id', '=', accountId)
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export async function codesLeft(db: Db, accountId: string): Promise<number> {
  const row = await db
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export type SessionRow = {
  token_hash: string
  id: string
  account_id: string
  how: string
  user_agent: string
  created_at: Date
  fresh_at: Date
  last_seen_at: Date
  expires_at: Date
}

export async function insertSession(db: Db, row: SessionRow): Promise<void> {
  await db.insertInto('session').values(row).execute()
}

export const sessionById = (db: Db, id: string) =>
  db
    .selectFrom('session')
    .select(['id', 'account_id', 'how', 'fresh_at', 'revoked_at'])
    .where('id', '=', id)
    .executeTakeFirst()

export const sessionsOf = (db: Db, accountId: string, now: Date) =>
  db
    .selectFrom('session')
    .select(['id', 'how', 'user_agent', 'created_at', 'last_seen_at', 'expires_at'])
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('last_seen_at', 'desc')
    .limit(200)
    .execute()

/** Gives a live session a new token; the former one ends with this. */
export async function renewToken(db: Db, id: string, tokenHash: string, freshAt: Date | undefined): Promise<boolean> {
  const done = await db
    .updateTable('session')
    .set({ token_hash: tokenHash, ...(freshAt ? { fresh_at: freshAt } : {}) })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

/** Ends one session of this account; false when it is not theirs or over already. */
export async function revokeSessionRow(db: Db, accountId: string, id: string, at: Date): Promise<boolean> {
  const done = await db
    .updateTable('session')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export async function revokeSessionsBut(db: Db, accountId: string, keepId: string, at: Date): Promise<number> {
  const done = await db
    .updateTable('session')
    .set({ revoked_at: at })
    .where('account_id', '=', accountId)
    .where('id', '<>', keepId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst()
  return Number(done.numUpdatedRows)
}

const KEY = ['id', 'name', 'prefix', 'scopes', 'created_at', 'last_used_at', 'expires_at', 'revoked_at'] as const

export const keysOf = (db: Db, accountId: string) =>
  db.selectFrom('api_key').select(KEY).where('account_id', '=', accountId).orderBy('id', 'desc').limit(200).execute()

export const keyById = (db: Db, accountId: string, id: string) =>
  db.selectFrom('api_key').select(KEY).where('account_id', '=', accountId).where('id', '=', id).executeTakeFirst()

export async function liveKeys(db: Db, accountId: string, now: Date): Promise<number> {
  const row = await db
    .selectFrom('api_key')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

export type KeyRow = {
  id: string
  account_id: string
  name: string
  prefix: string
  secret_hash: string
  scopes: string[]
  created_at: Date
  expires_at: Date | null
}

export async function insertKeys(db: Db, rows: readonly KeyRow[]): Promise<void> {
  await db
    .insertInto('api_key')
    .values([...rows])
    .execute()
}

/** Gives a live key a new secret; the former one ends with this. */
export async function renewKey(db: Db, id: string, secret: { prefix: string; secret_hash: string }): Promise<void> {
  await db.updateTable('api_key').set(secret).where('id', '=', id).where('revoked_at', 'is', null).execute()
}

/** The newest live key of this name for each account. */
export const keysNamed = (db: Db, accountIds: readonly string[], name: string) =>
  db
    .selectFrom('api_key')
    .select(['id', 'account_id'])
    .distinctOn('account_id')
    .where('account_id', 'in', [...accountIds])
    .where('name', '=', name)
    .where('revoked_at', 'is', null)
    .orderBy('account_id')
    .orderBy('id', 'desc')
    .execute()

export async function revokeKeyRow(db: Db, accountId: string, id: string, at: Date): Promise<boolean> {
  const done = await db
    .updateTable('api_key')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

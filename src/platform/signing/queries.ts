import type { Db } from '../context.ts'
import type { SigningKey } from './keys.ts'

export async function signingKey(db: Db): Promise<(SigningKey & { created_at: Date }) | undefined> {
  return db.selectFrom('signing_key').select(['key_id', 'public_key', 'private_key', 'created_at']).executeTakeFirst()
}

/** Keeps the first key; a second one made at the same moment is forgotten. */
export async function insertSigningKey(db: Db, key: SigningKey, created_at: Date): Promise<void> {
  await db
    .insertInto('signing_key')
    .values({ ...key, created_at })
    .onConflict((c) => c.doNothing())
    .execute()
}

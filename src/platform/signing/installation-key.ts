import type { Ctx, Db } from '../context.ts'
import { assert } from '../refusal.ts'
import { keyFrom, type SigningKey } from './keys.ts'
import { insertSigningKey, signingKey } from './queries.ts'

/** The key with which this installation signs what it says, made when it is first needed. */
export async function installationKey(ctx: Pick<Ctx, 'now' | 'randomBytes'>, db: Db): Promise<SigningKey> {
  const kept = await signingKey(db)
  if (kept) return kept
  await insertSigningKey(db, keyFrom(ctx.randomBytes(32)), ctx.now)
  const first = await signingKey(db)
  assert(first, 'a key was just made')
  return first
}

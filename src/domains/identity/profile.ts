import { callerOf, type Ctx } from '../../platform/context.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { freeHandle, refuseTaken, refuseTerms } from './create-account.ts'
import { passkeysAt, placeOf } from './place.ts'
import { acceptTerms, currentTerms, updateProfile } from './queries.ts'
import { isReserved } from './rules.ts'
import { unrepeated } from './sessions.ts'
import { viewOf } from './view.ts'
import { chainsOf, walletsWork } from './wallets/text.ts'

export async function changeProfile(ctx: Ctx, change: { handle?: string; language?: 'en' | 'ar' }) {
  const caller = callerOf(ctx)
  await transact(unrepeated(ctx), '0', async (db) => {
    if (change.handle && isReserved(change.handle)) await refuseTaken(ctx, db, change.handle)
    if (!(await updateProfile(db, caller.account_id, change)))
      throw new Refusal('handle_taken', {
        handle: change.handle!,
        suggestion: await freeHandle(ctx, db, change.handle),
      })
    return {}
  })
  return viewOf(ctx, caller)
}

export async function acceptCurrentTerms(ctx: Ctx, version: number, adult: true) {
  const { account_id } = callerOf(ctx)
  return transact(ctx, '0', async (db) => {
    await refuseTerms(db, version)
    return {
      version,
      accepted_at: (await acceptTerms(db, { account_id, version, adult, accepted_at: ctx.now })).toISOString(),
    }
  })
}

type Words = Record<string, { title: string; body: string }>

export async function showTerms(ctx: Ctx) {
  const terms = await currentTerms(ctx.db)
  assert(terms, 'there are platform terms')
  const texts = Object.entries(terms.body as Words).map(([language, words]) => ({
    language: language as 'en' | 'ar',
    title: words.title,
    body: words.body,
  }))
  return { version: terms.version, published_at: terms.published_at.toISOString(), texts }
}

/** How one can sign in here. */
export async function waysIn(ctx: Ctx) {
  const terms = await currentTerms(ctx.db)
  return {
    passkeys: placeOf(ctx) !== undefined,
    passkeys_at: passkeysAt(ctx),
    wallet: walletsWork(ctx),
    wallet_chains: chainsOf(ctx.config),
    terms_version: terms?.version ?? 1,
  }
}

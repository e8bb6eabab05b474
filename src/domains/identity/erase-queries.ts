import type { Db } from '../../platform/context.ts'

/** Takes an account's name and every way into it. Acceptances of terms stay: they say nothing but when. */
export async function eraseAccount(db: Db, id: string, at: Date): Promise<void> {
  await db.deleteFrom('passkey').where('account_id', '=', id).execute()
  await db.deleteFrom('recovery_code').where('account_id', '=', id).execute()
  await db.deleteFrom('session').where('account_id', '=', id).execute()
  await db.deleteFrom('api_key').where('account_id', '=', id).execute()
  await db.deleteFrom('one_time').where('account_id', '=', id).execute()
  await db.deleteFrom('wallet_nonce').where('account_id', '=', id).execute()
  await db.deleteFrom('wallet').where('account_id', '=', id).execute()
  await db.updateTable('invitation').set({ uses_left: 0 }).where('invited_by', '=', id).execute()
  await db
    .updateTable('account')
    .set({ handle: `erased-${id}`, language: 'en', roles: [], suspension_reason: null, erased_at: at })
    .where('id', '=', id)
    .execute()
}

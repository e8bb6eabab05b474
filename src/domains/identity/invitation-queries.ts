import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type InvitationRow = {
  token_hash: string
  id: string
  campaign_id: string | null
  invited_by: string
  created_at: Date
  expires_at: Date
  uses_left: number
}

export async function insertInvitation(db: Db, row: InvitationRow): Promise<void> {
  await db.insertInto('invitation').values(row).execute()
}

/** Gives an invitation a new token, when its maker's request was repeated. */
export async function renewInvitation(db: Db, id: string, tokenHash: string): Promise<void> {
  await db.updateTable('invitation').set({ token_hash: tokenHash }).where('id', '=', id).execute()
}

/** An invitation as anyone who has its link may see it. */
export const invitationByToken = (db: Db, tokenHash: string) =>
  db
    .selectFrom('invitation as i')
    .innerJoin('account as a', 'a.id', 'i.invited_by')
    .leftJoin('campaign as c', 'c.id', 'i.campaign_id')
    .select([
      'i.id',
      'i.campaign_id',
      'i.expires_at',
      'i.uses_left',
      'a.handle',
      'a.erased_at',
      'c.title',
      'c.task_class',
      'c.difficulty',
      'c.language',
      'c.status',
    ])
    .where('i.token_hash', '=', tokenHash)
    .executeTakeFirst()

export const wasUsedBy = (db: Db, invitationId: string, accountId: string) =>
  db
    .selectFrom('invitation_use')
    .select('used_at')
    .where('invitation_id', '=', invitationId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()

/** Takes one use, if one is left and there is time; the row's lock lets no two people take the last. */
export async function takeUse(db: Db, invitationId: string, accountId: string, now: Date): Promise<boolean> {
  const taken = await db
    .updateTable('invitation')
    .set((eb) => ({ uses_left: eb('uses_left', '-', 1) }))
    .where('id', '=', invitationId)
    .where('uses_left', '>', 0)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (taken.numUpdatedRows !== 1n) return false
  await db
    .insertInto('invitation_use')
    .values({ invitation_id: invitationId, account_id: accountId, used_at: now })
    .execute()
  return true
}

export async function invitationsTo(db: Db, campaignId: string, limit: number) {
  const { rows } = await sql<{
    id: string
    campaign_id: string | null
    created_at: Date
    expires_at: Date
    uses_left: number
    used: number
  }>`
    select i.id, i.campaign_id, i.created_at, i.expires_at, i.uses_left, (select count(*)::int from invitation_use u where u.invitation_id = i.id) as used
      from invitation i where i.campaign_id = ${campaignId} order by i.id desc limit ${limit}`.execute(db)
  return rows
}

/** Ends an invitation; what was redeemed stays. */
export async function endInvitation(db: Db, campaignId: string, id: string, at: Date): Promise<boolean> {
  const done = await db
    .updateTable('invitation')
    .set({ expires_at: at, uses_left: 0 })
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .where('expires_at', '>', at)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

export const campaignExists = (db: Db, id: string) =>
  db.selectFrom('campaign').select('id').where('id', '=', id).executeTakeFirst()

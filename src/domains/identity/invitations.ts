import { callerOf, type Ctx, type Db } from '../../platform/context.ts'
import type { Id } from '../../platform/ids.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import {
  campaignExists,
  endInvitation,
  insertInvitation,
  invitationByToken,
  invitationsTo,
  renewInvitation,
  takeUse,
  wasUsedBy,
} from './invitation-queries.ts'
import { refuseInvitationRow } from './rules.ts'
import { hashOf, newToken } from './secrets.ts'

const hashOfInvitation = (token: string): string => hashOf(`invitation:${token}`)

/** Invites to a campaign, or without one to the installation. The stored answer has no token: a repeat gets a new one. */
export async function invite(ctx: Ctx, campaignId: Id | null, terms: { uses: number; days: number }) {
  const caller = callerOf(ctx)
  const token = newToken(ctx)
  const id = ctx.newId()
  const expires_at = new Date(ctx.now.getTime() + terms.days * 86_400_000)
  const made = await transact(ctx, campaignId ?? '0', async (db) => {
    if (campaignId && !(await campaignExists(db, campaignId))) throw new Refusal('campaign_not_found')
    const row = {
      token_hash: hashOfInvitation(token),
      id,
      campaign_id: campaignId,
      invited_by: caller.account_id,
      created_at: ctx.now,
      expires_at,
      uses_left: terms.uses,
    }
    await insertInvitation(db, row)
    return { invitation_id: id, expires_at: expires_at.toISOString(), uses_left: terms.uses }
  })
  if (made.invitation_id !== id) await renewInvitation(ctx.db, made.invitation_id, hashOfInvitation(token))
  return {
    ...made,
    token,
    url: `${new URL(ctx.config.public_url ?? ctx.http?.origin ?? 'http://localhost').origin}/join/${token}`,
  }
}

export async function lookAtInvitation(ctx: Ctx, token: string) {
  const row = await invitationByToken(ctx.db, hashOfInvitation(token))
  const refused = refuseInvitationRow(row, ctx.now)
  if (refused || !row) throw new Refusal(refused ?? 'invitation_over')
  const { campaign_id, title, task_class, difficulty, language, status } = row
  const campaign =
    campaign_id && title && task_class && difficulty && language && status
      ? { campaign_id, title, task_class, difficulty, language, status }
      : null
  return { invited_by: row.handle, expires_at: row.expires_at.toISOString(), campaign }
}

/** Refuses an invitation that could not be used now. */
export async function refuseInvitation(ctx: Pick<Ctx, 'now'>, db: Db, token: string): Promise<void> {
  if (refuseInvitationRow(await invitationByToken(db, hashOfInvitation(token)), ctx.now))
    throw new Refusal('invitation_over')
}

/** Uses an invitation in the caller's transaction. The same person twice is once, even after its last use. */
export async function useInvitation(
  ctx: Pick<Ctx, 'now'>,
  db: Db,
  token: string,
  accountId: Id,
): Promise<{ invitation_id: Id; campaign_id: Id | null }> {
  const row = await invitationByToken(db, hashOfInvitation(token))
  if (!row) throw new Refusal('invitation_over')
  const used = await wasUsedBy(db, row.id, accountId)
  if (!used && !(await takeUse(db, row.id, accountId, ctx.now))) throw new Refusal('invitation_over')
  return { invitation_id: row.id, campaign_id: row.campaign_id }
}

export async function redeemInvitation(ctx: Ctx, token: string) {
  const { account_id } = callerOf(ctx)
  return transact(ctx, '0', (db) => useInvitation(ctx, db, token, account_id))
}

const LIST_LIMIT = 200

export async function listInvitations(ctx: Ctx, campaignId: Id) {
  const rows = await invitationsTo(ctx.db, campaignId, LIST_LIMIT)
  return {
    items: rows.map(({ id, created_at, expires_at, ...rest }) => ({
      invitation_id: id,
      ...rest,
      created_at: created_at.toISOString(),
      expires_at: expires_at.toISOString(),
    })),
    next: null,
  }
}

export async function revokeInvitation(ctx: Ctx, campaignId: Id, invitationId: Id) {
  return transact(ctx, campaignId, async (db) => {
    if (!(await endInvitation(db, campaignId, invitationId, ctx.now))) throw new Refusal('invitation_over')
    return { invitation_id: invitationId, revoked: true }
  })
}

import { callerOf, type Ctx } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { forgetCallers } from '../../identity/authenticate.ts'
import { personToAct, suspendAccount, unsuspendAccount } from '../../identity/people.ts'
import { lockPerson } from '../standing/queries.ts'
import { endOne, sanctionEvent } from './decide.ts'
import { isParty, openOrJoin, recordOpinion } from './open.ts'
import { updateCase } from './queries.ts'
import { DAY_MS, MOST_DAYS, STOP_AGAIN_MS, STOP_MS } from './rules.ts'
import { insertSanction, liveSanctions, sanctionOf, stoppedSince } from './sanction-queries.ts'

/** How long a stop proposes to suspend, unless a second person proposes something else. */
const PROPOSED_DAYS = 30

/**
 * Stops an account at once, for a day: what a leaked key or a running attack asks for. One operator may, so it opens a
 * case that a second person confirms or lets go.
 */
export async function stopAccount(ctx: Ctx, accountId: string, reason: string) {
  const who = callerOf(ctx).account_id
  if (accountId === who) throw new Refusal('own_account')
  const answer = await transact(ctx, '0', async (db) => {
    await lockPerson(db, accountId)
    await personToAct(db, accountId)
    if (await isParty(db, who, accountId)) throw new Refusal('case_own')
    if (await stoppedSince(db, accountId, new Date(ctx.now.getTime() - STOP_AGAIN_MS)))
      throw new Refusal('stopped_lately')
    const file = await openOrJoin(
      ctx,
      db,
      { account_id: accountId, why: reason, suspect_since: null, opened_by: who },
      { kind: 'other', strength: 'fair', says: reason },
    )
    const row = {
      id: ctx.newId(),
      case_id: file.id,
      account_id: accountId,
      season_id: file.season_id,
      action: 'suspend' as const,
      reason,
      since: null,
      provisional: true,
      deciders: [who],
      imposed_at: ctx.now,
      ends_at: new Date(ctx.now.getTime() + STOP_MS),
    }
    await insertSanction(db, row)
    await suspendAccount(ctx, db, accountId, { reason, by: who })
    const proposal = { action: row.action, reason, days: Math.min(PROPOSED_DAYS, MOST_DAYS.suspend) }
    await recordOpinion(ctx, db, file, { decider_id: who, said: 'propose', action: 'suspend', reason })
    await updateCase(db, file.id, {
      state: 'proposed',
      proposal,
      proposed_by: who,
      decide_by: new Date(Math.min(file.decide_by.getTime(), ctx.now.getTime() + DAY_MS)),
    })
    await recordEvents(ctx, db, [await sanctionEvent(db, row, 'sanctioned', { deciders: 1 })])
    return {
      case_id: file.id,
      account_id: accountId,
      suspended_at: ctx.now.toISOString(),
      suspension_reason: reason,
      ends_at: row.ends_at.toISOString(),
    }
  })
  forgetCallers(ctx.db, { account_id: accountId })
  return answer
}

/** Ends a person's suspension early, whatever imposed it. Mercy takes one. */
export async function releaseAccount(ctx: Ctx, accountId: string, given: { reason: string; mistaken?: boolean }) {
  const who = callerOf(ctx).account_id
  const answer = await transact(ctx, '0', async (db) => {
    await lockPerson(db, accountId)
    const person = await personToAct(db, accountId)
    if (await isParty(db, who, accountId)) throw new Refusal('case_own')
    const live = await liveSanctions(db, accountId, 'suspend')
    for (const s of live)
      await endOne(ctx, db, s, { why: given.mistaken ? 'mistaken' : 'lifted', by: who, reason: given.reason })
    if (live.length === 0 && person.suspended_at) await unsuspendAccount(ctx, db, accountId, { ...given, by: who })
    return { account_id: accountId, ended: live.length }
  })
  forgetCallers(ctx.db, { account_id: accountId })
  return answer
}

/** Ends any sanction early. */
export async function liftSanction(ctx: Ctx, sanctionId: string, given: { reason: string; mistaken: boolean }) {
  const who = callerOf(ctx).account_id
  let subject = ''
  const answer = await transact(ctx, '0', async (db) => {
    const seen = await sanctionOf(db, sanctionId)
    if (!seen) throw new Refusal('sanction_not_found')
    subject = seen.account_id
    await lockPerson(db, subject)
    if (await isParty(db, who, subject)) throw new Refusal('case_own')
    const s = (await sanctionOf(db, sanctionId))!
    if (s.ended_at) throw new Refusal('sanction_ended')
    await endOne(ctx, db, s, { why: given.mistaken ? 'mistaken' : 'lifted', by: who, reason: given.reason })
    return { sanction_id: sanctionId, ended_at: ctx.now.toISOString() }
  })
  forgetCallers(ctx.db, { account_id: subject })
  return answer
}

import { callerOf, type Ctx, type Db } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { keepHeld, unkeepHeld } from '../../ledger/held.ts'
import { forgetCallers } from '../../identity/authenticate.ts'
import { suspendAccount, unsuspendAccount } from '../../identity/people.ts'
import { caseEvent, isParty, lockedCase, recordOpinion } from './open.ts'
import { asWeighed, evidenceOf, keptBy, updateCase, type CaseRow, type Proposal } from './queries.ts'
import { judge, weighed } from './rules.ts'
import {
  endSanction,
  insertSanction,
  liveSanctions,
  sanctionsOfCase,
  type Ending,
  type SanctionRow,
} from './sanction-queries.ts'
import { carriesOut, termsOf } from './terms-rules.ts'
import { viewCase } from './view.ts'

type Given = {
  decision: 'dismiss' | 'impose' | 'confirm' | 'disagree'
  action?: Proposal['action']
  reason: string
  days?: number
}

/** Decides a case, alone where one suffices; where it takes two, the first proposes and the second's word counts. */
export async function decide(ctx: Ctx, caseId: string, given: Given) {
  const who = callerOf(ctx).account_id
  let subject = ''
  const answer = await transact(ctx, '0', async (db) => {
    const file = await lockedCase(db, caseId)
    subject = file.account_id
    const evidence = weighed((await evidenceOf(db, [caseId])).map(asWeighed))
    await keepInQuestion(db, file)
    const verdict = judge(
      {
        state: file.state,
        decide_by: file.decide_by,
        is_party: await isParty(db, who, file.account_id),
        is_opener: file.opened_by === who,
        is_proposer: file.proposed_by === who,
        proposal: file.proposal,
        evidence,
        has_since: file.suspect_since !== null,
        kept: await keptBy(db, caseId),
      },
      given,
      ctx.now,
    )
    if ('refusal' in verdict) throw new Refusal(verdict.refusal, verdict.detail)
    const opinion = (
      said: 'propose' | 'confirm' | 'disagree' | 'impose' | 'dismiss',
      action: Proposal['action'] | null,
    ) => recordOpinion(ctx, db, file, { decider_id: who, said, action, reason: given.reason })
    switch (verdict.next) {
      case 'dismiss':
        await opinion('dismiss', null)
        await closeCase(ctx, db, file, 'dismissed')
        break
      case 'disagree':
        await opinion('disagree', file.proposal!.action)
        // A stop that the second person does not confirm ends with their word, not with its day.
        await endProvisional(ctx, db, file, 'mistaken', who)
        await updateCase(db, caseId, { state: 'open', proposal: null, proposed_by: null })
        break
      case 'propose':
        await opinion('propose', verdict.action)
        await updateCase(db, caseId, {
          state: 'proposed',
          proposal: { action: verdict.action, reason: given.reason, days: verdict.days },
          proposed_by: who,
        })
        break
      case 'impose':
        await opinion('impose', verdict.action)
        await impose(ctx, db, file, { ...verdict, reason: given.reason, deciders: [who] })
        break
      case 'confirm':
        await opinion('confirm', verdict.action)
        await impose(ctx, db, file, { ...file.proposal!, deciders: [file.proposed_by!, who] })
        break
    }
    return viewCase(ctx, db, file)
  })
  forgetCallers(ctx.db, { account_id: subject })
  return answer
}

/** While a case is open, held pay for the work in question stays held, whenever its time comes. */
export async function keepInQuestion(db: Db, file: CaseRow): Promise<void> {
  if (file.suspect_since && file.state !== 'closed')
    await keepHeld(db, { case_id: file.id, account_id: file.account_id, since: file.suspect_since })
}

/** Imposes what was decided and closes the case. A milder sanction of the same kind that still holds gives way. */
async function impose(
  ctx: Ctx,
  db: Db,
  file: CaseRow,
  s: { action: Proposal['action']; reason: string; days: number; deciders: string[] },
): Promise<void> {
  for (const before of await liveSanctions(db, file.account_id, s.action))
    await endOne(ctx, db, before, { why: 'replaced', by: s.deciders.at(-1)!, reason: s.reason, keepSuspension: true })
  await endProvisional(ctx, db, file, 'replaced', s.deciders.at(-1)!, s.action === 'suspend')
  const does = carriesOut(s.action)
  const terms = termsOf({ ...s, since: file.suspect_since }, ctx.now)
  const row = {
    id: ctx.newId(),
    case_id: file.id,
    account_id: file.account_id,
    season_id: file.season_id,
    action: s.action,
    reason: s.reason,
    since: terms.since,
    provisional: false,
    deciders: s.deciders,
    imposed_at: ctx.now,
    ends_at: terms.ends_at,
  }
  await insertSanction(db, row)
  if (does.stops_work) await suspendAccount(ctx, db, file.account_id, { reason: s.reason, by: s.deciders.at(-1) })
  await recordEvents(ctx, db, [await sanctionEvent(db, row, 'sanctioned', { deciders: s.deciders.length })])
  if (!does.takes_held) await unkeepHeld(db, file.id)
  await closeCase(ctx, db, file, 'sanctioned')
}

/** An event of a sanction: what was done and on what kind of evidence, not to whom. */
export async function sanctionEvent(
  db: Db,
  s: Pick<SanctionRow, 'id' | 'case_id' | 'season_id' | 'action' | 'provisional'>,
  kind: string,
  body: Record<string, unknown>,
) {
  const evidence = [...new Set((await evidenceOf(db, [s.case_id])).map((e) => e.kind))]
  return caseEvent({ id: s.case_id, season_id: s.season_id }, kind, {
    sanction_id: s.id,
    action: s.action,
    provisional: s.provisional,
    evidence,
    ...body,
  })
}

/** Closes a case; what waited because of it is free from now on, unless a sanction says otherwise. */
export async function closeCase(
  ctx: Ctx,
  db: Db,
  file: CaseRow,
  outcome: NonNullable<CaseRow['outcome']>,
): Promise<void> {
  if (outcome !== 'sanctioned') {
    await unkeepHeld(db, file.id)
    await endProvisional(ctx, db, file, outcome === 'lapsed' ? 'lapsed' : 'mistaken', null)
  }
  await updateCase(db, file.id, { state: 'closed', outcome, closed_at: ctx.now, proposal: null, proposed_by: null })
  await recordEvents(ctx, db, [
    caseEvent(file, 'case_closed', {
      outcome,
      waited: file.keeps_waiting,
      open_seconds: Math.floor((ctx.now.getTime() - file.opened_at.getTime()) / 1000),
    }),
  ])
}

async function endProvisional(
  ctx: Ctx,
  db: Db,
  file: CaseRow,
  why: Ending,
  by: string | null,
  keepSuspension = false,
): Promise<void> {
  for (const s of await sanctionsOfCase(db, file.id))
    if (s.provisional && !s.ended_at)
      await endOne(ctx, db, s, { why, by, reason: 'It was not confirmed.', keepSuspension })
}

/** Ends a sanction. The person is told; what it kept from them is theirs again. */
export async function endOne(
  ctx: Ctx,
  db: Db,
  s: SanctionRow,
  end: { why: Ending; by: string | null; reason: string; keepSuspension?: boolean },
): Promise<void> {
  await endSanction(db, s.id, {
    ended_at: ctx.now,
    ended_why: end.why,
    ended_by: end.by,
    ended_reason: end.by ? end.reason : null,
  })
  // A forfeiture that ends any other way than by its time has taken nothing, and lets go of what it kept.
  if (s.action === 'forfeit' && end.why !== 'over') await unkeepHeld(db, s.case_id)
  const isLast = (await liveSanctions(db, s.account_id, 'suspend')).length === 0
  if (s.action === 'suspend' && isLast && !end.keepSuspension)
    await unsuspendAccount(ctx, db, s.account_id, { reason: end.reason, by: end.by ?? undefined })
  await recordEvents(ctx, db, [await sanctionEvent(db, s, 'sanction_ended', { why: end.why })])
}

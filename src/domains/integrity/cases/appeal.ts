import { callerOf, type Ctx } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { forgetCallers } from '../../identity/authenticate.ts'
import { lockPerson } from '../standing/queries.ts'
import { endOne, sanctionEvent } from './decide.ts'
import { caseEvent, isParty } from './open.ts'
import { caseOf, updateCase } from './queries.ts'
import { ANSWER_MS, appealUntil, decideBy, refuseAppealDecision, whoIsAsked } from './rules.ts'
import {
  appealCandidates,
  appealsOf,
  decideSanctionAppeal,
  insertSanctionAppeal,
  partakersOf,
  sanctionOf,
} from './sanction-queries.ts'

/** The person's word to an open case. It is decided within a day of it, or what waits is free. */
export async function stateCase(ctx: Ctx, caseId: string, statement: string) {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    await lockPerson(db, who)
    const file = await caseOf(db, caseId)
    if (!file || file.account_id !== who) throw new Refusal('case_not_found')
    if (file.state === 'closed') throw new Refusal('case_closed')
    if (file.statement !== null) throw new Refusal('case_stated')
    const decide_by = new Date(
      Math.min(file.decide_by.getTime(), decideBy(file.opened_at, file.suspect_since !== null, ctx.now).getTime()),
    )
    await updateCase(db, caseId, { statement, stated_at: ctx.now, decide_by })
    await recordEvents(ctx, db, [{ ...caseEvent(file, 'case_stated', {}), commit: { statement } }])
    return { case_id: caseId, decide_by: decide_by.toISOString() }
  })
}

/** Appeals a sanction: others decide, within a day. */
export async function appealSanction(ctx: Ctx, sanctionId: string, reason: string) {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    await lockPerson(db, who)
    const s = await sanctionOf(db, sanctionId)
    if (!s || s.account_id !== who || s.ended_why === 'replaced') throw new Refusal('sanction_not_found')
    if ((await appealsOf(db, [sanctionId])).has(sanctionId)) throw new Refusal('sanction_appealed')
    const until = appealUntil(s)
    if (until <= ctx.now) throw new Refusal('sanction_appeal_over', { until: until.toISOString() })
    const due_at = new Date(ctx.now.getTime() + ANSWER_MS)
    const asked = whoIsAsked(await appealCandidates(db, { accountId: who, caseId: s.case_id }))
    await insertSanctionAppeal(db, {
      sanction_id: sanctionId,
      account_id: who,
      reason,
      asked,
      opened_at: ctx.now,
      due_at,
    })
    await recordEvents(ctx, db, [
      { ...(await sanctionEvent(db, s, 'sanction_appealed', { due_at: due_at.toISOString() })), commit: { reason } },
    ])
    return { sanction_id: sanctionId, due_at: due_at.toISOString() }
  })
}

/** Answers an appeal. Upheld, the sanction was a mistake and ends now. */
export async function decideAppeal(ctx: Ctx, sanctionId: string, given: { upheld: boolean; answer: string }) {
  const who = callerOf(ctx).account_id
  let subject = ''
  const answer = await transact(ctx, '0', async (db) => {
    const seen = await sanctionOf(db, sanctionId)
    if (!seen) throw new Refusal('sanction_not_found')
    subject = seen.account_id
    await lockPerson(db, subject)
    const s = (await sanctionOf(db, sanctionId))!
    const appeal = (await appealsOf(db, [sanctionId])).get(sanctionId)
    const refused = refuseAppealDecision(
      appeal && {
        due_at: appeal.due_at,
        decided: appeal.decided_at !== null,
        is_party: await isParty(db, who, subject),
        had_part: (await partakersOf(db, s.case_id)).has(who),
      },
      ctx.now,
    )
    if (refused) throw new Refusal(refused)
    await decideSanctionAppeal(db, sanctionId, {
      decided_by: who,
      decided_at: ctx.now,
      upheld: given.upheld,
      answer: given.answer,
    })
    const seconds = Math.floor((ctx.now.getTime() - appeal!.opened_at.getTime()) / 1000)
    await recordEvents(ctx, db, [
      {
        ...(await sanctionEvent(db, s, 'sanction_appeal_decided', { upheld: given.upheld, overdue: false, seconds })),
        commit: { answer: given.answer },
      },
    ])
    if (given.upheld) await endOne(ctx, db, s, { why: 'overturned', by: who, reason: given.answer })
    return { sanction_id: sanctionId, upheld: given.upheld, decided_at: ctx.now.toISOString() }
  })
  forgetCallers(ctx.db, { account_id: subject })
  return answer
}

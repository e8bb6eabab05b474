import { callerOf, type Ctx, type Db } from '../../../platform/context.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { caseOf, evidenceOf } from '../cases/queries.ts'
import { sanctionsOfCase } from '../cases/sanction-queries.ts'
import { showSanctions } from '../cases/view.ts'
import { waitingOf } from '../standing/limits.ts'
import type { OwnCaseWhole } from './contract.ts'
import { caseToRead } from './preview.ts'

/** A case as its person reads it: kinds of evidence, never what was seen, by whom, or how strong it is held to be. */
async function ownCase(ctx: Ctx, db: Db, accountId: string, caseId: string): Promise<OwnCaseWhole> {
  const file = await caseOf(db, caseId)
  if (!file || file.account_id !== accountId) throw new Refusal('case_not_found')
  const evidence = await evidenceOf(db, [file.id])
  return {
    case_id: file.id,
    // That somebody proposes something is not decided yet, and so it is nothing that the person could answer.
    state: file.state === 'proposed' ? 'open' : file.state,
    outcome: file.outcome,
    opened_at: file.opened_at.toISOString(),
    closed_at: file.closed_at?.toISOString() ?? null,
    evidence: [...new Set(evidence.map((e) => e.kind))],
    suspect_since: file.keeps_waiting ? (file.suspect_since?.toISOString() ?? null) : null,
    decide_by: file.decide_by.toISOString(),
    statement: file.statement,
    stated_at: file.stated_at?.toISOString() ?? null,
    waiting: await waitingOf(ctx, db, accountId),
    sanctions: await showSanctions(ctx, db, await sanctionsOfCase(db, file.id)),
  }
}

/** A case of the caller's own. */
export const myCase = (ctx: Ctx, caseId: string): Promise<OwnCaseWhole> =>
  ownCase(ctx, ctx.db, callerOf(ctx).account_id, caseId)

/** What the person of a case reads of it now: their own answer, with the amounts left out where they would tell people apart. */
export async function seenByPerson(ctx: Ctx, caseId: string): Promise<OwnCaseWhole> {
  const file = await caseToRead(ctx, caseId)
  const own = await ownCase(ctx, ctx.db, file.account_id, caseId)
  return callerOf(ctx).roles.includes('operator') ? own : { ...own, waiting: [] }
}

import type { Ctx } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { forfeitHeld } from '../../ledger/held.ts'
import { forgetCallers } from '../../identity/authenticate.ts'
import { lockPerson } from '../standing/queries.ts'
import { closeCase, endOne, sanctionEvent } from './decide.ts'
import { caseOf, dueCases } from './queries.ts'
import {
  appealsOf,
  decideSanctionAppeal,
  dueSanctions,
  noteTaken,
  overdueAppeals,
  sanctionOf,
} from './sanction-queries.ts'

const AT_ONCE = 100

/**
 * Ends whatever is over: appeals that nobody answered in time take their sanction with them, cases that nobody decided
 * lapse, sanctions that ran their time end. Each in a transaction of its own, in turn with what people do to it.
 */
export async function endWhatIsOver(ctx: Ctx): Promise<{ more: boolean }> {
  const appeals = await overdueAppeals(ctx.db, ctx.now, AT_ONCE)
  for (const a of appeals) await missAppeal(ctx, a.sanction_id, a.account_id)
  const cases = await dueCases(ctx.db, ctx.now, AT_ONCE)
  for (const c of cases) await lapse(ctx, c.id, c.account_id)
  const sanctions = await dueSanctions(ctx.db, ctx.now, AT_ONCE)
  for (const s of sanctions) await runOut(ctx, s.id, s.account_id)
  return { more: [appeals, cases, sanctions].some((list) => list.length === AT_ONCE) }
}

async function missAppeal(ctx: Ctx, sanctionId: string, accountId: string): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    await lockPerson(db, accountId)
    // Somebody may have answered while this job waited for its turn.
    const appeal = (await appealsOf(db, [sanctionId])).get(sanctionId)
    if (!appeal || appeal.decided_at || appeal.due_at > ctx.now) return
    const s = (await sanctionOf(db, sanctionId))!
    await decideSanctionAppeal(db, sanctionId, { decided_by: null, decided_at: ctx.now, upheld: true, answer: null })
    const seconds = Math.floor((ctx.now.getTime() - appeal.opened_at.getTime()) / 1000)
    await recordEvents(ctx, db, [
      await sanctionEvent(db, s, 'sanction_appeal_decided', { upheld: true, overdue: true, seconds }),
    ])
    await endOne(ctx, db, s, {
      why: 'appeal_overdue',
      by: null,
      reason: 'The appeal was not answered in time.',
    })
  })
  forgetCallers(ctx.db, { account_id: accountId })
}

async function lapse(ctx: Ctx, caseId: string, accountId: string): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    await lockPerson(db, accountId)
    const file = await caseOf(db, caseId)
    if (!file || file.state === 'closed' || file.decide_by > ctx.now) return
    await closeCase(ctx, db, file, 'lapsed')
  })
  forgetCallers(ctx.db, { account_id: accountId })
}

async function runOut(ctx: Ctx, sanctionId: string, accountId: string): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    await lockPerson(db, accountId)
    const s = await sanctionOf(db, sanctionId)
    if (!s || s.ended_at || s.ends_at > ctx.now) return
    if (s.action === 'forfeit') {
      // Nothing is taken while an appeal is open; its answer, or its day, comes first.
      const appeal = (await appealsOf(db, [sanctionId])).get(sanctionId)
      if (appeal && !appeal.decided_at) return
      await noteTaken(db, s.id, sumOf(await forfeitHeld(ctx, db, { case_id: s.case_id })))
    }
    await endOne(ctx, db, s, { why: s.provisional ? 'lapsed' : 'over', by: null, reason: 'Its time is over.' })
  })
  forgetCallers(ctx.db, { account_id: accountId })
}

function sumOf(rows: readonly { currency: string; amount_minor: string }[]) {
  const sums = new Map<string, bigint>()
  for (const r of rows) sums.set(r.currency, (sums.get(r.currency) ?? 0n) + BigInt(r.amount_minor))
  return [...sums].map(([currency, amount]) => ({ currency, amount_minor: amount.toString() }))
}

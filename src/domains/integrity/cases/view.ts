import { callerOf, type Ctx, type Db } from '../../../platform/context.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../../ledger/pages.ts'
import { exclusionsOf } from '../queries.ts'
import { waitingOf } from '../standing/limits.ts'
import type { CaseHead, CaseView, OwnSanction } from './contract.ts'
import {
  caseOf,
  casePage,
  casesOf,
  evidenceOf,
  handlesOf,
  opinionsOf,
  stakesOf,
  type CaseRow,
  type EvidenceRow,
} from './queries.ts'
import { appealUntil } from './rules.ts'
import {
  appealsOf,
  deciderPage,
  openAppeals,
  partakersOf,
  sanctionOf,
  sanctionsOf,
  sanctionsOfCase,
  type AppealRow,
  type SanctionRow,
} from './sanction-queries.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null
const kindsOf = (evidence: readonly EvidenceRow[]) => [...new Set(evidence.map((e) => e.kind))]
const byCase = (evidence: readonly EvidenceRow[]) => {
  const map = new Map<string, EvidenceRow[]>()
  for (const e of evidence) map.set(e.case_id, [...(map.get(e.case_id) ?? []), e])
  return map
}

/** A case in one line, as this caller may see it. */
function head(
  ctx: Ctx,
  file: CaseRow,
  evidence: readonly EvidenceRow[],
  known: { handles: ReadonlyMap<string, string>; apart: ReadonlySet<string> },
): CaseHead {
  const caller = callerOf(ctx)
  const seesWho = caller.roles.includes('operator')
  const isParty = file.account_id === caller.account_id || known.apart.has(file.account_id)
  return {
    case_id: file.id,
    state: file.state,
    outcome: file.outcome,
    account_id: seesWho ? file.account_id : null,
    handle: seesWho ? (known.handles.get(file.account_id) ?? null) : null,
    by_signal: file.opened_by === null,
    why: file.why,
    evidence: kindsOf(evidence),
    proposed: file.proposal?.action ?? null,
    opened_at: file.opened_at.toISOString(),
    decide_by: file.decide_by.toISOString(),
    closed_at: iso(file.closed_at),
    may_decide:
      !isParty && file.state !== 'closed' && file.decide_by > ctx.now && file.proposed_by !== caller.account_id,
  }
}

/** Cases for the desk. One's own never shows there, whoever one is. */
export async function listCases(ctx: Ctx, query: { after?: string; limit?: number; open?: boolean }) {
  const who = callerOf(ctx).account_id
  const limit = limitOf(query)
  const rows = await casePage(ctx.db, {
    before: readCursor(query.after, [ID_PART])?.[0],
    open: query.open === true,
    limit: limit + 1,
  })
  const evidence = byCase(
    await evidenceOf(
      ctx.db,
      rows.map((r) => r.id),
    ),
  )
  const known = {
    handles: await handlesOf(
      ctx.db,
      rows.map((r) => r.account_id),
    ),
    apart: new Set(await exclusionsOf(ctx.db, who)),
  }
  const page = pageOf(
    rows,
    limit,
    (r) => [r.id],
    (r) => r,
  )
  return {
    items: page.items.filter((r) => r.account_id !== who).map((r) => head(ctx, r, evidence.get(r.id) ?? [], known)),
    next: page.next,
  }
}

/** One case for the desk; whoever it is about reads it under their standing instead. */
export async function showCase(ctx: Ctx, id: string): Promise<CaseView> {
  const file = await caseOf(ctx.db, id)
  if (!file || file.account_id === callerOf(ctx).account_id) throw new Refusal('case_not_found')
  return viewCase(ctx, ctx.db, file)
}

/** A case whole, read anew. */
export async function viewCase(ctx: Ctx, db: Db, seen: CaseRow): Promise<CaseView> {
  const file = (await caseOf(db, seen.id))!
  const caller = callerOf(ctx)
  const evidence = await evidenceOf(db, [file.id])
  const opinions = await opinionsOf(db, file.id)
  const stakes = await stakesOf(db, file.account_id, ctx.now)
  const known = {
    handles: await handlesOf(db, [file.account_id, ...(file.proposed_by ? [file.proposed_by] : [])]),
    apart: new Set(await exclusionsOf(db, caller.account_id)),
  }
  const seesWho = caller.roles.includes('operator')
  return {
    ...head(ctx, file, evidence, known),
    suspect_since: iso(file.suspect_since),
    keeps_waiting: file.keeps_waiting,
    statement: file.statement,
    items: evidence.map((e) => ({
      evidence_id: e.id,
      kind: e.kind,
      strength: e.strength,
      says: e.says,
      about: e.campaign_id && e.subject_id ? { campaign_id: e.campaign_id, subject_id: e.subject_id } : null,
      by_signal: e.added_by === null,
      added_at: e.added_at.toISOString(),
    })),
    next: null,
    proposal:
      file.proposal && file.proposed_by
        ? { ...file.proposal, proposed_by: known.handles.get(file.proposed_by) ?? '' }
        : null,
    opinions: opinions.map((o) => ({
      decider: o.handle,
      said: o.said,
      action: o.action,
      reason: o.reason,
      at: o.at.toISOString(),
    })),
    stakes: {
      // What somebody has is not QA's to know: it would tell people apart.
      money: seesWho
        ? stakes.money.map((m) => ({
            currency: m.currency,
            scale: m.scale,
            state: m.state as 'held',
            amount_minor: m.amount,
          }))
        : [],
      waits: seesWho
        ? (await waitingOf(ctx, db, file.account_id))
            .filter((w) => w.waits_minor !== '0')
            .map((w) => ({ currency: w.currency, amount_minor: w.waits_minor }))
        : [],
      leases: stakes.leases,
      earlier_sanctions: stakes.earlier,
      overturned_sanctions: stakes.overturned,
    },
    sanctions: await showSanctions(ctx, db, await sanctionsOfCase(db, file.id)),
  }
}

/** Sanctions as their person reads them. */
export async function showSanctions(ctx: Ctx, db: Db, rows: readonly SanctionRow[]): Promise<OwnSanction[]> {
  const appeals = await appealsOf(
    db,
    rows.map((s) => s.id),
  )
  const evidence = byCase(await evidenceOf(db, [...new Set(rows.map((s) => s.case_id))]))
  return rows.map((s) => {
    const appeal = appeals.get(s.id)
    const until = appealUntil(s)
    return {
      sanction_id: s.id,
      action: s.action,
      reason: s.reason,
      evidence: kindsOf(evidence.get(s.case_id) ?? []),
      since: iso(s.since),
      provisional: s.provisional,
      imposed_at: s.imposed_at.toISOString(),
      ends_at: s.ends_at.toISOString(),
      ended_at: iso(s.ended_at),
      ended_why: s.ended_why,
      may_appeal_until: !appeal && until > ctx.now && s.ended_why !== 'replaced' ? until.toISOString() : null,
      appeal: appeal ? showAppeal(appeal) : null,
    }
  })
}

const showAppeal = (a: AppealRow) => ({
  reason: a.reason,
  opened_at: a.opened_at.toISOString(),
  due_at: a.due_at.toISOString(),
  decided_at: iso(a.decided_at),
  upheld: a.upheld,
  answer: a.answer,
})

/** What the caller may know of themselves: kinds of evidence, reasons in words, dates, and what can be done. */
export async function myStanding(ctx: Ctx) {
  const who = callerOf(ctx).account_id
  const open = await casesOf(ctx.db, who, true)
  const evidence = byCase(
    await evidenceOf(
      ctx.db,
      open.map((c) => c.id),
    ),
  )
  return {
    waiting: await waitingOf(ctx, ctx.db, who),
    cases: open.map((c) => ({
      case_id: c.id,
      opened_at: c.opened_at.toISOString(),
      evidence: kindsOf(evidence.get(c.id) ?? []),
      suspect_since: c.keeps_waiting ? iso(c.suspect_since) : null,
      decide_by: c.decide_by.toISOString(),
      statement: c.statement,
    })),
    sanctions: await showSanctions(ctx, ctx.db, await sanctionsOf(ctx.db, who)),
  }
}

const APPEALS_SHOWN = 200

/** Appeals that wait, with whether this caller may answer them. */
export async function listAppeals(ctx: Ctx) {
  const caller = callerOf(ctx)
  const apart = new Set(await exclusionsOf(ctx.db, caller.account_id))
  const items = []
  for (const a of await openAppeals(ctx.db, APPEALS_SHOWN)) {
    if (a.account_id === caller.account_id) continue
    const s = (await sanctionOf(ctx.db, a.sanction_id))!
    const hadPart = (await partakersOf(ctx.db, s.case_id)).has(caller.account_id)
    items.push({
      sanction_id: s.id,
      case_id: s.case_id,
      action: s.action,
      reason: s.reason,
      appeal: showAppeal(a),
      asked: a.asked.includes(caller.account_id),
      may_decide: !hadPart && !apart.has(a.account_id) && a.due_at > ctx.now,
    })
  }
  return { items, next: null }
}

/** How often each decider's sanctions were overturned. */
export async function listDeciders(ctx: Ctx, query: { after?: string; limit?: number }) {
  const limit = limitOf(query)
  const rows = await deciderPage(ctx.db, readCursor(query.after, [ID_PART])?.[0] ?? '0', limit + 1)
  return pageOf(
    rows,
    limit,
    (r) => [r.account_id],
    (r) => r,
  )
}

import { callerOf, type Ctx, type Db } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { keepHeld } from '../../ledger/held.ts'
import { personToAct } from '../../identity/people.ts'
import { seasonAt } from '../../seasons/queries.ts'
import { isDeclared } from '../reports/amnesty-queries.ts'
import { lockPerson } from '../standing/queries.ts'
import {
  authorOf,
  asWeighed,
  caseOf,
  evidenceOf,
  insertCase,
  insertEvidence,
  insertOpinion,
  isApart,
  openCaseOf,
  updateCase,
  type CaseRow,
  type EvidenceRow,
  type OpinionRow,
} from './queries.ts'
import { decideBy, keepsWaiting, SINCE_MOST_MS, weighed } from './rules.ts'
import { viewCase } from './view.ts'

export type GivenEvidence = Pick<EvidenceRow, 'kind' | 'strength' | 'says'> & {
  about?: { campaign_id: string; subject_id: string } | undefined
}
type Opening = { account_id: string; why: string; suspect_since: Date | null; opened_by: string | null }

/** Opens a case, or adds to the one that is open. The caller holds the person's lock. */
export async function openOrJoin(ctx: Ctx, db: Db, o: Opening, evidence: GivenEvidence): Promise<CaseRow> {
  const open = await openCaseOf(db, o.account_id)
  const known = open ? await evidenceOf(db, [open.id]) : []
  const since = open?.suspect_since ?? o.suspect_since
  const waits =
    open?.keeps_waiting ||
    keepsWaiting({
      has_since: since !== null,
      byPerson: o.opened_by !== null && o.suspect_since !== null,
      evidence: weighed([...known.map(asWeighed), { ...evidence, by_signal: o.opened_by === null }]),
    })
  const id = open?.id ?? ctx.newId()
  if (!open) {
    const season = await seasonAt(db, ctx.now)
    await insertCase(db, {
      ...o,
      id,
      season_id: season?.id ?? null,
      keeps_waiting: waits,
      opened_at: ctx.now,
      decide_by: decideBy(ctx.now, since !== null, null),
    })
  } else if (since !== open.suspect_since || waits !== open.keeps_waiting) {
    // Work is in question now, or its pay begins to wait: the time to decide begins now as well, unless the person has
    // spoken and was promised an answer.
    const decide_by = open.stated_at ? open.decide_by : decideBy(ctx.now, true, null)
    await updateCase(db, id, { suspect_since: since, keeps_waiting: waits, decide_by })
  }
  const evidence_id = ctx.newId()
  await insertEvidence(db, {
    case_id: id,
    id: evidence_id,
    kind: evidence.kind,
    strength: evidence.strength,
    says: evidence.says,
    campaign_id: evidence.about?.campaign_id ?? null,
    subject_id: evidence.about?.subject_id ?? null,
    added_by: o.opened_by,
    added_at: ctx.now,
  })
  const file = (await caseOf(db, id))!
  if (waits) await keepHeld(db, { case_id: id, account_id: o.account_id, since: since! })
  const kinds = { evidence: [evidence.kind] }
  const by_signal = o.opened_by === null
  await recordEvents(ctx, db, [
    ...(open ? [] : [caseEvent(file, 'case_opened', { ...kinds, by_signal, waits })]),
    {
      ...caseEvent(file, 'case_evidence_added', { ...kinds, by_signal, evidence_id }),
      commit: { says: evidence.says },
    },
    ...(open && waits && !open.keeps_waiting ? [caseEvent(file, 'case_waits', kinds)] : []),
  ])
  return file
}

/** Records what somebody who decides says to a case. The log commits to the reason without saying it. */
export async function recordOpinion(
  ctx: Ctx,
  db: Db,
  file: CaseRow,
  o: Pick<OpinionRow, 'decider_id' | 'said' | 'action' | 'reason'>,
): Promise<void> {
  const id = ctx.newId()
  await insertOpinion(db, { ...o, case_id: file.id, id, at: ctx.now })
  await recordEvents(ctx, db, [
    {
      ...caseEvent(file, 'case_opinion', { opinion_id: id, said: o.said, action: o.action }),
      commit: { reason: o.reason },
    },
  ])
}

/** An event of a case, for the log of the season it began in. It names nobody, for that log is for all to read. */
export const caseEvent = (file: Pick<CaseRow, 'id' | 'season_id'>, kind: string, body: Record<string, unknown>) => ({
  campaign_id: '0',
  kind,
  subject_id: file.id,
  body: { ...(file.season_id ? { log_season_id: file.season_id } : {}), ...body },
})

/** Raises a signal: evidence that a program found. It opens a case or joins one, and never decides anything. */
export async function raiseSignal(
  ctx: Ctx,
  db: Db,
  signal: { account_id: string; why: string; suspect_since: Date | null; evidence: GivenEvidence },
): Promise<void> {
  await lockPerson(db, signal.account_id)
  if (await isForgiven(db, signal.account_id, signal.evidence)) return
  const oldest = ctx.now.getTime() - SINCE_MOST_MS
  const since = signal.suspect_since && new Date(Math.max(oldest, signal.suspect_since.getTime()))
  await openOrJoin(
    ctx,
    db,
    { account_id: signal.account_id, why: signal.why, suspect_since: since, opened_by: null },
    signal.evidence,
  )
}

/** Whether what evidence says was declared in an amnesty: that accounts are alike is no news of one that said so itself. */
const isForgiven = async (db: Db, accountId: string, evidence: GivenEvidence): Promise<boolean> =>
  evidence.kind === 'alike_accounts' && (await isDeclared(db, accountId))

/** Refuses whoever is a party: the person, or somebody who is kept apart from them. */
export async function isParty(db: Db, who: string, accountId: string): Promise<boolean> {
  return who === accountId || (await isApart(db, who, accountId))
}

type Asked = {
  account_id?: string
  submission?: { campaign_id: string; submission_id: string }
  why: string
  suspect_since?: string
  evidence: GivenEvidence
}

/** Opens a case by hand. QA names work, not people, so that nobody learns here who wrote it. */
export async function openByHand(ctx: Ctx, body: Asked) {
  const caller = callerOf(ctx)
  return transact(ctx, '0', async (db) => {
    if ((body.account_id === undefined) === (body.submission === undefined)) throw new Refusal('case_subject_unclear')
    if (body.account_id && !caller.roles.includes('operator')) throw new Refusal('case_subject_hidden')
    const account_id =
      body.account_id ?? (await authorOf(db, body.submission!.campaign_id, body.submission!.submission_id))
    if (!account_id) throw new Refusal('submission_not_found')
    await lockPerson(db, account_id)
    await personToAct(db, account_id)
    if (await isParty(db, caller.account_id, account_id)) throw new Refusal('case_own')
    if (await isForgiven(db, account_id, body.evidence)) throw new Refusal('case_declared')
    const since = body.suspect_since ? new Date(body.suspect_since) : null
    if (since && (since > ctx.now || since.getTime() < ctx.now.getTime() - SINCE_MOST_MS))
      throw new Refusal('since_invalid')
    const file = await openOrJoin(
      ctx,
      db,
      { account_id, why: body.why, suspect_since: since, opened_by: caller.account_id },
      body.evidence,
    )
    return viewCase(ctx, db, file)
  })
}

/** Adds evidence to an open case. */
export async function addEvidence(ctx: Ctx, caseId: string, evidence: GivenEvidence) {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const file = await lockedCase(db, caseId)
    if (await isParty(db, who, file.account_id)) throw new Refusal('case_own')
    if (file.state === 'closed') throw new Refusal('case_closed')
    if (await isForgiven(db, file.account_id, evidence)) throw new Refusal('case_declared')
    await openOrJoin(ctx, db, { account_id: file.account_id, why: '', suspect_since: null, opened_by: who }, evidence)
    return viewCase(ctx, db, file)
  })
}

/** A case as it is once its person's lock is held: all that happens to one person happens in turn. */
export async function lockedCase(db: Db, caseId: string): Promise<CaseRow> {
  const seen = await caseOf(db, caseId)
  if (!seen) throw new Refusal('case_not_found')
  await lockPerson(db, seen.account_id)
  return (await caseOf(db, caseId))!
}

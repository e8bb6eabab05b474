import { callerOf, type Ctx, type Db } from '../../../platform/context.ts'
import { Refusal, sentenceOf } from '../../../platform/refusal.ts'
import { clusterOf, membersOf } from '../clusters/queries.ts'
import { ACTIONS, caseRefusals } from '../cases/contract.ts'
import { isParty } from '../cases/open.ts'
import { asWeighed, caseOf, evidenceOf, type CaseRow } from '../cases/queries.ts'
import { appealUntil, judge, MOST_DAYS, takesTwo, weighed, type Action, type Facts } from '../cases/rules.ts'
import { carriesOut, termsOf } from '../cases/terms-rules.ts'
import { appealCandidates } from '../cases/sanction-queries.ts'
import { waitingOf } from '../standing/limits.ts'
import { liveLimits } from '../standing/queries.ts'
import type { Limit } from '../standing/rules.ts'
import { USUAL_DAYS, type Effect, type Preview } from './contract.ts'
import { limitsAfter, whoIsLeft } from './preview-rules.ts'
import { decidersFor, inHandOf, inQuestionOf } from './queries.ts'

/** A case that the caller may look at: not about themselves, nor about somebody they are kept apart from. */
export async function caseToRead(ctx: Ctx, caseId: string): Promise<CaseRow> {
  const who = callerOf(ctx).account_id
  const file = await caseOf(ctx.db, caseId)
  if (!file || file.account_id === who) throw new Refusal('case_not_found')
  if (await isParty(ctx.db, who, file.account_id)) throw new Refusal('case_own')
  return file
}

/** What everything below is worked out from, read once. */
async function read(ctx: Ctx, db: Db, file: CaseRow) {
  const { account_id } = file
  const evidence = await evidenceOf(db, [file.id])
  const cluster = await clusterOf(db, account_id)
  return {
    evidence: weighed(evidence.map(asWeighed)),
    limits: await liveLimits(db, account_id, ctx.now),
    inQuestion: await inQuestionOf(db, { case_id: file.id, account_id, since: file.suspect_since }),
    inHand: await inHandOf(db, account_id, ctx.now),
    mayDecide: await decidersFor(db, account_id),
    hadNoPart: (await appealCandidates(db, { accountId: account_id, caseId: file.id })).map((c) => c.account_id),
    others: cluster ? (await membersOf(db, cluster)).filter((id) => id !== account_id).length : 0,
  }
}

/** What each sanction would do now. It asks the rules that act, and writes nothing. */
export async function previewCase(ctx: Ctx, caseId: string, days: number | undefined): Promise<Preview> {
  const file = await caseToRead(ctx, caseId)
  const known = await read(ctx, ctx.db, file)
  const items: Effect[] = []
  for (const action of ACTIONS) items.push(await effectOf(ctx, file, known, action, days))
  return { case_id: file.id, as_of: ctx.now.toISOString(), others: known.others, items, next: null }
}

async function effectOf(
  ctx: Ctx,
  file: CaseRow,
  known: Awaited<ReturnType<typeof read>>,
  action: Action,
  asked: number | undefined,
): Promise<Effect> {
  const who = callerOf(ctx)
  const isProposed = file.proposal?.action === action
  const facts: Facts = {
    state: file.state,
    decide_by: file.decide_by,
    is_party: false,
    is_opener: file.opened_by === who.account_id,
    is_proposer: file.proposed_by === who.account_id,
    proposal: file.proposal,
    evidence: known.evidence,
    has_since: file.suspect_since !== null,
    kept: known.inQuestion.reduce((n, h) => n + h.pieces, 0),
  }
  const wanted = isProposed ? file.proposal!.days : Math.min(asked ?? USUAL_DAYS[action], MOST_DAYS[action])
  const verdict = judge(
    facts,
    isProposed ? { decision: 'confirm' } : { decision: 'impose', action, days: wanted },
    ctx.now,
  )
  const refusal = 'refusal' in verdict ? verdict : null
  const next = 'next' in verdict && verdict.next !== 'dismiss' && verdict.next !== 'disagree' ? verdict.next : null
  const terms = termsOf({ action, days: wanted, since: file.suspect_since }, ctx.now)
  const needsTwo = takesTwo(action, facts.is_opener)
  const stops = carriesOut(action).stops_work
  return {
    action,
    days: terms.days,
    next,
    refusal: refusal && {
      code: refusal.refusal,
      message: sentenceOf(caseRefusals[refusal.refusal as keyof typeof caseRefusals], refusal.detail ?? {}),
      detail: refusal.detail ?? {},
    },
    takes_two: needsTwo,
    ends_at: terms.ends_at.toISOString(),
    appeal_until: appealUntil({ action, imposed_at: ctx.now, ends_at: terms.ends_at }).toISOString(),
    // What somebody has is not QA's to know: it would tell people apart.
    money: who.roles.includes('operator')
      ? await moneyOf(ctx, file, known, limitsAfter(known.limits, { action, ...terms }), action)
      : null,
    leases: stops ? known.inHand.leases : 0,
    leases_until: stops ? (known.inHand.until?.toISOString() ?? null) : null,
    ...whoIsLeft({
      caller: who.account_id,
      next,
      takesTwo: needsTwo,
      mayDecide: known.mayDecide,
      hadNoPart: known.hadNoPart,
    }),
  }
}

async function moneyOf(
  ctx: Ctx,
  file: CaseRow,
  known: Awaited<ReturnType<typeof read>>,
  limits: readonly Limit[],
  action: Action,
): Promise<NonNullable<Effect['money']>> {
  const taken = carriesOut(action).takes_held ? known.inQuestion : []
  const waiting = await waitingOf(ctx, ctx.db, file.account_id, limits)
  const scales = new Map([...taken, ...waiting].map((m) => [m.currency, m.scale]))
  return [...scales]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, scale]) => {
      const free = waiting.find((m) => m.currency === currency)
      return {
        currency,
        scale,
        waits_minor: free?.waits_minor ?? '0',
        free_minor: free?.withdrawable_minor ?? '0',
        waits_until: free?.until ?? null,
        taken_minor: taken.find((m) => m.currency === currency)?.amount ?? '0',
      }
    })
}

import { eraseDelegations } from '../identity/delegations/queries.ts'
import type { Ctx, Db } from '../../platform/context.ts'
import { forgetAnswersOf } from '../../platform/db/queries.ts'
import { eraseSalts, eraseSaltsOf } from '../../platform/events/queries.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Id } from '../../platform/ids.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { eraseGraderComments } from '../audits/erase-queries.ts'
import { eraseWords, runningCampaigns } from '../campaigns/erase-queries.ts'
import { eraseChoice } from '../assignment/exposure/queries.ts'
import { eraseChecks } from '../checks/erase-queries.ts'
import { eraseReplies } from '../redteam/desk-queries.ts'
import { eraseExamAnswers } from '../exams/erase-queries.ts'
import { forgetCallers } from '../identity/authenticate.ts'
import { eraseAccount } from '../identity/erase-queries.ts'
import { lockOperators, otherOperators } from '../identity/people-queries.ts'
import { lockAccountRow } from '../identity/queries.ts'
import { newCode } from '../identity/secrets.ts'
import { personOf, requireFresh, unrepeated } from '../identity/sessions.ts'
import { forgetOwner } from '../evidence/queries.ts'
import { eraseGas } from '../gasid/erase-queries.ts'
import { eraseClusters } from '../integrity/clusters/erase-queries.ts'
import { caseEventsOf, eraseCases } from '../integrity/erase-queries.ts'
import { eraseSignals } from '../integrity/signals/erase-queries.ts'
import { forgetVisits } from '../integrity/signals/marks.ts'
import { eraseMessages } from '../inbox/erase-queries.ts'
import { eraseDestinations } from '../payouts/erase-queries.ts'
import { eraseWallets } from '../settlement/erase-queries.ts'
import { eraseTraits } from '../groups/erase-queries.ts'
import { eraseReliability } from '../reliability/erase-queries.ts'
import { eraseComments, undecidedReviews } from '../review/erase-queries.ts'
import { personBalances } from '../rewards/queries.ts'
import { eraseDecidedAnswers, withdrawUndecided } from '../submissions/erase-queries.ts'
import type { MONEY_CHOICES } from './contract.ts'
import { giveBack, type Given, hashOfClaimCode } from './money.ts'
import { campaignsWith, freeBudget, insertErasure } from './queries.ts'
import { type Balance, refuseErasure } from './rules.ts'

type Choice = (typeof MONEY_CHOICES)[number]
const EVENTS_AT_ONCE = 500

/** What is left for a person in states that are theirs to have. */
export async function balancesLeft(db: Db, accountId: Id): Promise<Balance[]> {
  const rows = await personBalances(db, accountId)
  return rows
    .filter((r) => r.state !== 'claimed' && BigInt(r.balance) > 0n)
    .map((r) => ({ currency: r.currency, state: r.state, amount_minor: BigInt(r.balance) }))
}

/** Erases the caller. Evidence and ledger stay, under a name that says nothing; what they commit to can be shown by nobody. */
export async function eraseMe(ctx: Ctx, body: { handle: string; money?: Choice }) {
  await requireFresh(ctx)
  const { account_id } = personOf(ctx)
  const answer = await transact(unrepeated(ctx), '0', async (db) => {
    // Load.
    await lockOperators(db)
    const account = await lockAccountRow(db, account_id)
    assert(account, 'a caller has an account')
    const balances = await balancesLeft(db, account_id)
    const budget = (await freeBudget(db, account_id)).map((b) => ({
      currency: b.currency,
      amount_minor: BigInt(b.balance),
    }))
    // Decide.
    const refused = refuseErasure({
      typed: body.handle,
      handle: account.handle,
      operator: account.roles.includes('operator'),
      other_operators: await otherOperators(db, account_id),
      campaigns: await runningCampaigns(db, account_id),
      budget,
      balances,
      choice: body.money,
    })
    if (refused) throw new Refusal(refused.code, refused.detail)
    // Record.
    const { undecided, reviewed } = await eraseContent(ctx, db, account_id)
    const given = body.money === 'give_back' ? await giveBack(ctx, db, account_id) : []
    const left = without(balances, given)
    const choice = body.money ?? (undecided + reviewed > 0 ? 'keep_behind_code' : 'none')
    const keepsCode =
      choice === 'keep_behind_code' || (choice === 'give_back' && left.some((b) => b.state === 'claimable'))
    const code = keepsCode ? newCode(ctx) : null
    await eraseAccount(db, account_id, ctx.now)
    await insertErasure(db, {
      account_id,
      money: choice,
      code_hash: code && hashOfClaimCode(code),
      erased_at: ctx.now,
      checked_at: ctx.now,
    })
    await recordEvents(ctx, db, [
      { campaign_id: '0', kind: 'account_erased', subject_id: account_id, body: { money: choice } },
    ])
    const outcome = (b: Balance) =>
      (choice === 'give_back' && b.state !== 'claimable' ? 'given_back' : 'behind_code') as 'given_back' | 'behind_code'
    return {
      erased: true,
      name_kept: `erased-${account_id}`,
      claim_code: code,
      still_under_review: undecided,
      money: [
        ...given.map((g) => ({
          currency: g.currency,
          amount_minor: g.amount_minor.toString(),
          state: 'claimable' as const,
          outcome: 'given_back' as const,
        })),
        ...left.map((b) => ({
          currency: b.currency,
          amount_minor: b.amount_minor.toString(),
          state: b.state as 'held',
          outcome: outcome(b),
        })),
      ],
    }
  })
  forgetCallers(ctx.db, { account_id })
  forgetVisits(ctx.db, account_id)
  ctx.http?.setSession(null, null)
  return answer
}

const without = (balances: readonly Balance[], given: readonly Given[]): Balance[] =>
  balances
    .map((b) => (b.state === 'claimable' ? { ...b, amount_minor: b.amount_minor - sumOf(given, b.currency) } : b))
    .filter((b) => b.amount_minor > 0n)
const sumOf = (given: readonly Given[], currency: string): bigint =>
  given.reduce((sum, g) => (g.currency === currency ? sum + g.amount_minor : sum), 0n)

/**
 * Erases whatever content of an account may go by now, domain by domain; repeating it erases what has come since. What
 * is under review is needed until the decision, or its reviewers would not be paid: it goes then.
 */
export async function eraseContent(ctx: Ctx, db: Db, accountId: Id): Promise<{ undecided: number; reviewed: number }> {
  const withdrawn = await withdrawUndecided(db, accountId, ctx.now)
  for (let i = 0; i < withdrawn.length; i += EVENTS_AT_ONCE) {
    await recordEvents(
      ctx,
      db,
      withdrawn.slice(i, i + EVENTS_AT_ONCE).map((w) => ({
        campaign_id: w.campaign_id,
        kind: 'withdrawn',
        subject_id: w.submission_id,
        body: { author_id: accountId },
      })),
    )
  }
  const undecided = await eraseDecidedAnswers(db, accountId)
  await eraseChecks(db, accountId)
  await eraseReplies(db, accountId)
  await eraseChoice(db, accountId)
  await eraseComments(db, accountId)
  await eraseGraderComments(db, accountId)
  await eraseTraits(db, accountId)
  await eraseReliability(db, accountId)
  await eraseExamAnswers(db, accountId)
  await eraseWords(db, accountId)
  await eraseSalts(db, '0', await caseEventsOf(db, accountId))
  await eraseCases(db, accountId)
  await eraseClusters(db, accountId)
  await eraseSignals(db, accountId)
  await eraseDestinations(db, accountId)
  await eraseGas(db, accountId)
  await eraseDelegations(db, accountId)
  await eraseWallets(db, accountId)
  await eraseMessages(db, accountId)
  await eraseSaltsOf(db, accountId, ['0', ...(await campaignsWith(db, accountId))])
  await forgetAnswersOf(db, accountId)
  await forgetOwner(db, accountId)
  return { undecided, reviewed: await undecidedReviews(db, accountId) }
}

import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { minor } from '../../platform/money.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { campaignAccount, escrowAccount, requesterAccount } from '../ledger/accounts.ts'
import { balanceOf } from '../ledger/queries.ts'
import { recordTransfers, spend } from '../ledger/transfer.ts'
import { changedEvent } from './evidence.ts'
import { escrowedIn, fundedOf, lockCampaign, moneyOf, settingsSince, type CampaignRow } from './manage-queries.ts'
import { versionOf } from './queries.ts'
import { isOver, itemsToCover, missingIn, worstOf, type Money } from './rules.ts'
import type { Settings } from './contract.ts'

/** What a campaign can cost at most as it stands, or would with other numbers: over every version that work may fall under. */
export async function worstCaseOf(
  db: Db,
  c: CampaignRow,
  more: { added?: Settings; target?: 'pilot' | 'open'; quota?: number } = {},
): Promise<Money[]> {
  const versions =
    c.first_version === null
      ? [(await versionOf(db, c.id, c.version)).settings]
      : await settingsSince(db, c.id, c.first_version)
  const quota = itemsToCover({
    ...c,
    quota: more.quota ?? c.quota,
    ...(more.target ? { status: more.target, paused_from: null } : {}),
  })
  return worstOf([...versions, ...(more.added ? [more.added] : [])], c.mode, quota)
}

/** Where the budget falls short of the worst case. What was spent stays counted, for the worst case counts it too. */
export const missingOf = async (db: Db, c: CampaignRow, needed: readonly Money[]): Promise<Money | undefined> =>
  missingIn(needed, await fundedOf(db, c.id))

export const tooSmall = (missing: Money): Refusal =>
  new Refusal('budget_too_small', { currency: missing.currency, missing_minor: missing.amount_minor.toString() })

/** Each currency's standing, for the requester. */
export async function budgetOf(db: Db, c: CampaignRow) {
  const needed = new Map((await worstCaseOf(db, c)).map((m) => [m.currency, m.amount_minor]))
  const money = await moneyOf(db, c.id)
  return [...new Set([...needed.keys(), ...money.keys()])].sort().map((currency) => {
    const worst = needed.get(currency) ?? 0n
    const { funded, spent, returned } = money.get(currency) ?? { funded: 0n, spent: 0n, returned: 0n }
    const short = isOver(c.status) ? 0n : worst - (funded - returned)
    return {
      currency,
      worst_case_minor: `${worst}`,
      funded_minor: `${funded}`,
      missing_minor: `${short > 0n ? short : 0n}`,
      spent_minor: `${spent}`,
      returned_minor: `${returned}`,
      left_minor: `${funded - spent - returned}`,
    }
  })
}

/** Moves money that the requester has free into the campaign. */
export async function fundCampaign(ctx: Ctx, campaignId: string, given: { currency: string; amount_minor: string }) {
  return transact(ctx, campaignId, async (db) => {
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    if (isOver(c.status)) throw new Refusal('campaign_over')
    const needed = await worstCaseOf(db, c)
    if (!needed.some((m) => m.currency === given.currency))
      throw new Refusal('currency_unused', { currency: given.currency })
    if ((await escrowedIn(db, c.id)).has(given.currency))
      throw new Refusal('campaign_escrowed', { currency: given.currency })
    const from = requesterAccount(c.requester_id)
    const moved = await spend(ctx, db, {
      campaign_id: c.id,
      id: `fund:${ctx.newId()}`,
      kind: 'campaign_funded',
      subject_id: c.id,
      debit: from,
      credit: campaignAccount(c.id),
      currency: given.currency,
      amount_minor: minor(given.amount_minor),
    })
    if (!moved)
      throw new Refusal('balance_too_small', {
        currency: given.currency,
        balance_minor: (await balanceOf(db, from, given.currency)).toString(),
      })
    await recordEvents(ctx, db, [changedEvent(c.id, 'campaign_funded', { ...given, by: callerOf(ctx).account_id })])
    return { campaign_id: c.id, budget: await budgetOf(db, c) }
  })
}

/** Gives back what an ended campaign did not spend: to its requester's balance, or for an escrow to give back on the chain. */
export async function returnRest(ctx: Ctx, db: Db, c: CampaignRow): Promise<Money[]> {
  const rest: Money[] = []
  const escrowed = await escrowedIn(db, c.id)
  for (const [currency, m] of await moneyOf(db, c.id)) {
    const left = m.funded - m.spent - m.returned
    if (left > 0n) rest.push({ currency, amount_minor: left })
  }
  await recordTransfers(
    ctx,
    db,
    rest.map((m) => ({
      campaign_id: c.id,
      id: `return:${c.id}:${m.currency}`,
      kind: 'campaign_returned',
      subject_id: c.id,
      debit: campaignAccount(c.id),
      credit: escrowed.has(m.currency) ? escrowAccount(c.id) : requesterAccount(c.requester_id),
      ...m,
    })),
  )
  return rest
}

import { sha256Hex } from '../../platform/canonical.ts'
import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents, type Event } from '../../platform/events/record.ts'
import { assert } from '../../platform/refusal.ts'
import type { Settings } from '../campaigns/contract.ts'
import { hasWorkPending } from '../campaigns/job-queries.ts'
import { USUAL_SCORE_PPM } from '../campaigns/pay-rules.ts'
import { apartPairs, clusterIdsOf } from '../integrity/queries.ts'
import { campaignAccount, personAccount } from '../ledger/accounts.ts'
import { recordTransfers } from '../ledger/transfer.ts'
import {
  carriedTo,
  closeWindow,
  endLast,
  insertShares,
  insertWindow,
  lockWindow,
  payingCampaigns,
  settingsByVersion,
  windowLabels,
  windowReviews,
  windowsToSettle,
  type WindowRow,
} from './window-queries.ts'
import { clustersOf, endOfWindow, paidFor, sharesOf, type Paid, type Share } from './window-rules.ts'

const AT_ONCE = 20

/** Opens windows one after the other, ends the last one with its campaign, and settles those whose audits are over. */
export async function runWindows(ctx: Ctx): Promise<{ more: boolean }> {
  let more = await openWindows(ctx)
  const due = await windowsToSettle(ctx.db, ctx.now, AT_ONCE)
  for (const w of due) await settleWindow(ctx, w.campaign_id, w.n)
  more ||= due.length > 0
  return { more }
}

async function openWindows(ctx: Ctx): Promise<boolean> {
  let more = false
  for (const c of await payingCampaigns(ctx.db)) {
    const isOver = c.latest_ends_at === null || c.latest_ends_at <= ctx.now
    const isEnding = c.status === 'closing' && !(await hasWorkPending(ctx.db, c.id))
    // Work that is still being decided when a campaign closes needs a window; once nothing is, the newest is the last.
    if (isEnding && c.latest_n !== null) {
      if (!c.latest_settled) await endLast(ctx.db, c.id, c.latest_n, ctx.now)
      continue
    }
    if (!isOver) continue
    const starts_at = c.latest_ends_at ?? c.opened_at
    const ends_at = endOfWindow(starts_at, c.window_days)
    await insertWindow(ctx.db, { campaign_id: c.id, n: (c.latest_n ?? 0) + 1, starts_at, ends_at })
    more ||= ends_at <= ctx.now || isEnding
  }
  return more
}

/** Scores and pays everybody in a window, or carries them over: all of it in one transaction, and never twice. */
export async function settleWindow(ctx: Ctx, campaignId: string, n: number): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    // Load.
    const window = await lockWindow(db, campaignId, n)
    if (!window) return
    const versions = await settingsByVersion(db, campaignId)
    const settings = (version: number) => versions.get(version) as unknown as Settings
    const carried = await carriedTo(db, campaignId, n)
    const from = [...carried.values()].reduce((least, c) => (c.since < least ? c.since : least), window.starts_at)
    const reviews = await windowReviews(db, campaignId, from, window.ends_at)
    const labels = await windowLabels(db, campaignId, from, window.ends_at)
    const people = [...new Set(reviews.map((r) => r.reviewer_id))]
    const pairs = await apartPairs(db, people)

    // Decide.
    const shares = sharesOf({
      reviews,
      labels,
      since: (id) => carried.get(id)?.since ?? window.starts_at,
      carries: (id) => carried.get(id)?.carries ?? 0,
      clusters: clustersOf(pairs),
      one: await clusterIdsOf(db, people),
      isAudited: (version) => settings(version).reviewer_pay !== undefined,
      last: window.last,
    })
    const paid = shares.map((s) => ({ ...s, paid: s.carried ? [] : paidFor(s, settings) }))

    // Record.
    const inputs_hash = sha256Hex(
      JSON.stringify([reviews, labels].map((rows) => rows.map((r) => JSON.stringify(r)).sort())),
    )
    await insertShares(db, window, paid)
    await payShares(ctx, db, window, paid)
    await closeWindow(db, window, ctx.now, { inputs_hash, kept_apart: pairs.length > 0 })
    await recordEvents(ctx, db, [settledEvent(window, paid, inputs_hash)])
  })
}

async function payShares(
  ctx: Ctx,
  db: Db,
  w: WindowRow,
  shares: readonly (Share & { paid: readonly Paid[] })[],
): Promise<void> {
  const transfers = shares.flatMap((s) =>
    s.paid.map((p) => ({
      campaign_id: w.campaign_id,
      id: `review_bonus:${w.n}:${s.account_id}:${p.version}:${p.currency}`,
      kind: 'review_bonus',
      subject_id: s.account_id,
      debit: campaignAccount(w.campaign_id),
      credit: personAccount(s.account_id, 'frozen'),
      currency: p.currency,
      amount_minor: BigInt(p.amount_minor),
    })),
  )
  const fresh = await recordTransfers(ctx, db, transfers)
  assert(fresh.length === transfers.length, 'a window is paid once')
  await recordEvents(
    ctx,
    db,
    shares
      .filter((s) => s.paid.length > 0)
      .map((s): Event => ({
        campaign_id: w.campaign_id,
        kind: 'rewarded',
        subject_id: s.account_id,
        body: {
          window: w.n,
          rewards: s.paid.map((p) => ({
            kind: 'review_bonus',
            account_id: s.account_id,
            currency: p.currency,
            amount_minor: p.amount_minor,
            version: p.version,
            reviews: p.reviews,
            factor_ppm: s.factor_ppm,
          })),
        },
      })),
  )
}

/** What the log says of a window; each person's part stands with their reward. */
const settledEvent = (w: WindowRow, shares: readonly Share[], inputs_hash: string): Event => ({
  campaign_id: w.campaign_id,
  kind: 'window_settled',
  subject_id: w.campaign_id,
  body: {
    window: w.n,
    starts_at: w.starts_at.toISOString(),
    ends_at: w.ends_at.toISOString(),
    last: w.last,
    people: shares.length,
    carried: shares.filter((s) => s.carried).length,
    reviews: shares.reduce((sum, s) => sum + s.reviews, 0),
    usual_score_ppm: USUAL_SCORE_PPM,
    inputs_hash,
  },
})

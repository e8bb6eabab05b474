import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { campaignAccount, personAccount } from './accounts.ts'
import { endHeld, keepFor, lockDue, lockFreeOf, lockKept, unkeep, type HeldRow } from './held-queries.ts'
import { recordTransfers } from './transfer.ts'

/** An open case keeps a person's held pay where it is. Returns how many pieces it keeps. */
export const keepHeld = keepFor

/** A case that ends without a forfeit lets its held pay go its way at its time. */
export const unkeepHeld = unkeep

/**
 * Takes held pay that a case keeps, back to the campaigns it came from: what two graders found to be undeserved. It is
 * the only way in which money of a person may ever be taken. Repeating it takes nothing more.
 */
export async function forfeitHeld(
  ctx: Ctx,
  db: Db,
  given: { case_id: string },
): Promise<{ campaign_id: string; account_id: string; currency: string; amount_minor: string }[]> {
  const kept = await lockKept(db, given.case_id)
  await recordTransfers(
    ctx,
    db,
    kept.map((h) => ({
      campaign_id: h.campaign_id,
      id: `forfeit:${h.submission_id}:${h.account_id}:${h.currency}`,
      kind: 'forfeit',
      subject_id: h.submission_id,
      debit: personAccount(h.account_id, 'held'),
      credit: campaignAccount(h.campaign_id),
      currency: h.currency,
      amount_minor: BigInt(h.amount_minor),
    })),
  )
  await endHeld(db, kept, ctx.now, given.case_id)
  await recordEvents(
    ctx,
    db,
    kept.map((h) => ({
      campaign_id: h.campaign_id,
      kind: 'forfeited',
      subject_id: h.submission_id,
      body: { case_id: given.case_id, account_id: h.account_id, currency: h.currency, amount_minor: h.amount_minor },
    })),
  )
  return kept.map(({ campaign_id, account_id, currency, amount_minor }) => ({
    campaign_id,
    account_id,
    currency,
    amount_minor,
  }))
}

/** Gives pieces of held pay back to their campaigns because their person said so: what an amnesty asks for. */
export async function giveBackHeld(
  ctx: Ctx,
  db: Db,
  given: { declaration_id: string; pieces: readonly HeldRow[] },
): Promise<void> {
  await recordTransfers(
    ctx,
    db,
    given.pieces.map((h) => ({
      campaign_id: h.campaign_id,
      id: `given_up:${h.submission_id}:${h.account_id}:${h.currency}`,
      kind: 'given_up',
      subject_id: h.submission_id,
      debit: personAccount(h.account_id, 'held'),
      credit: campaignAccount(h.campaign_id),
      currency: h.currency,
      amount_minor: BigInt(h.amount_minor),
    })),
  )
  await endHeld(db, given.pieces, ctx.now, given.declaration_id)
  await recordEvents(
    ctx,
    db,
    given.pieces.map((h) => ({
      campaign_id: h.campaign_id,
      // In the log it is what every going back of held pay is; only why differs.
      kind: 'forfeited',
      subject_id: h.submission_id,
      body: {
        declaration_id: given.declaration_id,
        account_id: h.account_id,
        currency: h.currency,
        amount_minor: h.amount_minor,
      },
    })),
  )
}

/** Locks what a person has held and no case keeps. */
export const lockFree = lockFreeOf

const BATCH = 1_000

/** Held pay whose time has come freezes, from where only time stands between it and its person. */
export async function releaseDue(ctx: Ctx): Promise<{ more: boolean }> {
  const released = await ctx.db.transaction().execute(async (db) => {
    const due = await lockDue(db, ctx.now, BATCH)
    await recordTransfers(ctx, db, due.map(releaseOf))
    await endHeld(db, due, ctx.now, null)
    await recordEvents(
      ctx,
      db,
      due.map((h) => ({
        campaign_id: h.campaign_id,
        kind: 'released_pay',
        subject_id: h.account_id,
        body: { currency: h.currency, amount_minor: h.amount_minor, reason_id: h.submission_id },
      })),
    )
    return due.length
  })
  return { more: released === BATCH }
}

const releaseOf = (h: HeldRow) => ({
  campaign_id: h.campaign_id,
  id: `release:${h.submission_id}:${h.account_id}:${h.currency}`,
  kind: 'release',
  subject_id: h.account_id,
  debit: personAccount(h.account_id, 'held'),
  credit: personAccount(h.account_id, 'frozen'),
  currency: h.currency,
  amount_minor: BigInt(h.amount_minor),
})

import type { Hex } from 'viem'
import type { Ctx, Db } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { startClosing } from '../../campaigns/change.ts'
import { changedEvent } from '../../campaigns/evidence.ts'
import { lockCampaign, type CampaignRow } from '../../campaigns/manage-queries.ts'
import { isOver } from '../../campaigns/rules.ts'
import { walletsOf } from '../../identity/wallets/queries.ts'
import { campaignAccount, OUTSIDE } from '../../ledger/accounts.ts'
import { recordTransfers } from '../../ledger/transfer.ts'
import { seasonOf } from '../../seasons/queries.ts'
import type { DueEvent } from '../event-queries.ts'
import type { TokenRow } from '../queries.ts'
import { bytesOf, hexOf } from '../rules.ts'
import { booksOf, campaignEscrows, insertCampaignEscrow, setCampaignEscrow, type CampaignEscrow } from './queries.ts'
import { campaignOf, counted, whyRefused } from './rules.ts'

/** Takes a final event of an escrow into the books, in the transaction that marks it. */
export async function creditEscrow(ctx: Ctx, db: Db, token: TokenRow, e: DueEvent): Promise<void> {
  if (e.kind === 'escrow_opened') return opened(ctx, db, token, e.body as Opened)
  const [found] = await campaignEscrows(db, { currency: token.currency, escrow_id: e.body.id! })
  // Somebody used the contract for something else than a campaign of ours.
  if (!found) return
  const amount = BigInt(e.body.amount ?? 0)
  if (e.kind === 'escrow_deposited') return deposited(ctx, db, token, found, amount, e)
  if (e.kind === 'escrow_released') return setCampaignEscrow(db, found, { released: found.released + amount })
  if (e.kind === 'escrow_refunded') return setCampaignEscrow(db, found, { refunded: found.refunded + amount })
  if (e.kind === 'escrow_cancelled') return cancelled(ctx, db, found)
}

type Opened = { id: Hex; requester: Hex; label: Hex; deadline: string }

async function opened(ctx: Ctx, db: Db, token: TokenRow, e: Opened): Promise<void> {
  const id = campaignOf(e.label)
  const c = id && (await lockCampaign(db, id))
  if (!c) return
  const deadline = new Date(Number(e.deadline) * 1000)
  const others = await campaignEscrows(db, { campaign_id: c.id, currency: token.currency, counts: true })
  const wallets = await walletsOf(db, c.requester_id)
  await insertCampaignEscrow(db, {
    currency: token.currency,
    escrow_id: bytesOf(e.id),
    campaign_id: c.id,
    requester: bytesOf(e.requester),
    deadline,
    refused:
      whyRefused({
        is_their_wallet: wallets.some((w) => hexOf(w.address) === e.requester),
        is_over: isOver(c.status),
        has_other_money: (await booksOf(db, c.id, token.currency)).otherwise > 0n,
        has_other_escrow: others.length > 0,
        deadline,
        work_ends: await workEnds(db, c),
      }) ?? null,
    opened_at: ctx.now,
  })
}

/** When a campaign's work ends at the latest, as things stand. */
export async function workEnds(db: Db, c: Pick<CampaignRow, 'season_id' | 'deadline'>): Promise<Date> {
  const season = await seasonOf(db, c.season_id)
  const end = season!.ends_at
  return c.deadline && c.deadline < end ? c.deadline : end
}

async function deposited(
  ctx: Ctx,
  db: Db,
  token: TokenRow,
  found: CampaignEscrow,
  amount: bigint,
  e: DueEvent,
): Promise<void> {
  const c = (await lockCampaign(db, found.campaign_id))!
  const after = counted(found, amount, token.units_per_minor, found.refused !== null || isOver(c.status))
  await setCampaignEscrow(db, found, { deposited: after.deposited, uncounted: after.uncounted })
  if (after.minor === 0n) return
  await recordTransfers(ctx, db, [
    {
      campaign_id: c.id,
      id: `escrow:${hexOf(e.tx_hash)}:${e.log_index}`,
      kind: 'escrow_deposited',
      subject_id: c.id,
      debit: OUTSIDE,
      credit: campaignAccount(c.id),
      currency: token.currency,
      amount_minor: after.minor,
    },
  ])
  const moved = { currency: token.currency, amount_minor: after.minor.toString(), by: c.requester_id }
  await recordEvents(ctx, db, [changedEvent(c.id, 'campaign_funded', moved)])
}

/** Who cancels on the chain ends the campaign: what is handed in by then is still decided, paid and set aside. */
async function cancelled(ctx: Ctx, db: Db, found: CampaignEscrow): Promise<void> {
  await setCampaignEscrow(db, found, { cancelled_at: ctx.now })
  if (found.refused !== null) return
  const c = (await lockCampaign(db, found.campaign_id))!
  if (!isOver(c.status)) await startClosing(ctx, db, c, 'cancelled')
}

import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { personAccount } from '../ledger/accounts.ts'
import { recordTransfers } from '../ledger/transfer.ts'
import { dropAsked, forgetDrop, putDrops } from './chain-queries.ts'
import { chainOf, finalBlock } from './chain/client.ts'
import { creditEscrow } from './escrow/credit.ts'
import { epochs, lockEpoch, setEpoch, ungather, type EpochRow } from './epoch-queries.ts'
import { coveredBy, dueEvents, markApplied, markClaimed, type DueEvent } from './event-queries.ts'
import { tokens, type TokenRow } from './queries.ts'
import { bytesOf, hexOf, retryAfterMs } from './rules.ts'

const AT_ONCE = 200

/**
 * Credits what is final, in the chain's order, each event in one transaction with what it moves. An event is credited
 * once because it is marked in that transaction, and a withdrawal once because its transfer is named after it.
 */
export async function creditFinal(ctx: Ctx): Promise<{ more: boolean }> {
  const { client, chain } = chainOf(ctx.config)
  const [chainId, final] = await Promise.all([client.getChainId(), finalBlock(client, chain)])
  let more = false
  for (const token of await tokens(ctx.db)) {
    if (token.chain_id !== chainId) continue
    const done = await ctx.db.transaction().execute(async (db) => {
      const due = await dueEvents(db, token.currency, final.number, AT_ONCE)
      for (const e of due) {
        await creditOne(ctx, db, token, e)
        await markApplied(db, chainId, e, ctx.now)
      }
      return due.length
    })
    more ||= done === AT_ONCE
  }
  return { more }
}

async function creditOne(ctx: Ctx, db: Db, token: TokenRow, e: DueEvent): Promise<void> {
  if (e.kind.startsWith('escrow_')) return creditEscrow(ctx, db, token, e)
  if (e.kind === 'claimed') return creditClaim(ctx, db, token, bytesOf(e.body.account!), BigInt(e.body.cumulative!))
  if (e.kind === 'skipped')
    return putDrops(db, token.currency, [
      {
        address: bytesOf(e.body.account!),
        reason: 'the token refused to pay this address',
        at: ctx.now,
        retry_at: (tries) => new Date(ctx.now.getTime() + retryAfterMs(tries)),
      },
    ])
  if (e.kind !== 'proposed' && e.kind !== 'activated' && e.kind !== 'revoked') return
  // An epoch that is not ours changes nothing here; comparing both sides names it.
  const ours = (await epochs(db, { currency: token.currency, limit: 5 })).find(
    (o) => o.root && hexOf(o.root) === e.body.root && o.number === e.body.epoch && o.state !== 'revoked',
  )
  if (ours) await moveEpoch(ctx, db, ours, e)
}

async function moveEpoch(ctx: Ctx, db: Db, epoch: EpochRow, e: DueEvent): Promise<void> {
  const state = await lockEpoch(db, epoch.id)
  if (e.kind === 'proposed' && state === 'built')
    await setEpoch(db, epoch.id, {
      state: 'proposed',
      proposed_at: ctx.now,
      valid_at: new Date(Number(e.body.startsAt) * 1000),
    })
  if (e.kind === 'activated' && (state === 'built' || state === 'proposed')) {
    await setEpoch(db, epoch.id, { state: 'active', ended_at: ctx.now })
    await say(ctx, db, epoch, 'epoch_activated')
  }
  if (e.kind === 'revoked' && (state === 'built' || state === 'proposed')) {
    await setEpoch(db, epoch.id, { state: 'revoked', ended_at: ctx.now })
    await ungather(db, epoch.id)
    await dropAsked(db, epoch.id, ctx.now)
    await say(ctx, db, epoch, 'epoch_revoked')
  }
}

/** Says publicly that an epoch counts, or never will. */
export const say = (ctx: Ctx, db: Db, epoch: EpochRow, kind: 'epoch_activated' | 'epoch_revoked'): Promise<void> =>
  recordEvents(ctx, db, [
    {
      campaign_id: '0',
      kind,
      subject_id: epoch.id,
      body: {
        currency: epoch.currency,
        number: Number(epoch.number),
        ...(epoch.root && { root: hexOf(epoch.root) }),
        ...(epoch.total_units !== null && { total_units: epoch.total_units }),
      },
    },
  ])

/** What an address has claimed in all covers its oldest withdrawals first, whoever they are of. */
async function creditClaim(ctx: Ctx, db: Db, token: TokenRow, address: Uint8Array, cumulative: bigint): Promise<void> {
  const covered = await coveredBy(db, token.currency, address, cumulative)
  await forgetDrop(db, token.currency, address)
  if (covered.length === 0) return
  await recordTransfers(
    ctx,
    db,
    covered.map((w) => ({
      campaign_id: '0',
      id: `chain_claimed:${w.id}`,
      kind: 'chain_claimed',
      subject_id: w.id,
      debit: personAccount(w.account_id, 'paying'),
      credit: personAccount(w.account_id, 'claimed'),
      currency: token.currency,
      amount_minor: BigInt(w.amount_minor),
    })),
  )
  await markClaimed(
    db,
    covered.map((w) => w.id),
    ctx.now,
  )
  await recordEvents(
    ctx,
    db,
    covered.map((w) => ({
      campaign_id: '0',
      kind: 'chain_claimed',
      subject_id: w.id,
      body: { account_id: w.account_id, currency: token.currency, amount_minor: w.amount_minor },
    })),
  )
}

import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Id } from '../../platform/ids.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { hashOf } from '../identity/secrets.ts'
import { personOf } from '../identity/sessions.ts'
import { personAccount, requesterAccount } from '../ledger/accounts.ts'
import { balanceOf, lockAccount, type Transfer } from '../ledger/queries.ts'
import { recordTransfers } from '../ledger/transfer.ts'
import { personBalances } from '../rewards/queries.ts'
import { claimableCredits, erasureByCode } from './queries.ts'
import { type Credit, shareOut } from './rules.ts'

export type Given = Credit & { currency: string }
const CREDITS_LOOKED_AT = 10_000

export const hashOfClaimCode = (code: string): string =>
  hashOf(`claim:${code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`)

/** Gives an erased account's claimable money back to those whose campaigns paid it. */
export async function giveBack(ctx: Ctx, db: Db, accountId: Id): Promise<Given[]> {
  const given: Given[] = []
  for (const { currency } of (await personBalances(db, accountId)).filter((b) => b.state === 'claimable')) {
    const from = personAccount(accountId, 'claimable')
    await lockAccount(db, from)
    const balance = await balanceOf(db, from, currency)
    if (balance <= 0n) continue
    const credits = (await claimableCredits(db, accountId, currency, CREDITS_LOOKED_AT)).map((c) => ({
      ...c,
      amount_minor: BigInt(c.amount_minor),
    }))
    given.push(...shareOut(balance, credits).map((share) => ({ ...share, currency })))
  }
  await recordTransfers(
    ctx,
    db,
    given.map((g): Transfer => ({
      campaign_id: g.campaign_id,
      id: `given_back:${ctx.newId()}`,
      kind: 'given_back',
      subject_id: accountId,
      debit: personAccount(accountId, 'claimable'),
      credit: requesterAccount(g.requester_id),
      currency: g.currency,
      amount_minor: g.amount_minor,
    })),
  )
  await recordEvents(
    ctx,
    db,
    given.map((g) => ({
      campaign_id: g.campaign_id,
      kind: 'given_back',
      subject_id: accountId,
      body: { account_id: accountId, currency: g.currency, amount_minor: g.amount_minor.toString() },
    })),
  )
  return given
}

/** Moves what an erased account left behind this code, as far as it is claimable, to the caller. The code works again for what thaws later. */
export async function takeUpMoney(ctx: Ctx, code: string) {
  const { account_id } = personOf(ctx)
  return transact(ctx, '0', async (db) => {
    const left = await erasureByCode(db, hashOfClaimCode(code))
    if (!left) throw new Refusal('claim_code_wrong')
    const from = personAccount(left.account_id, 'claimable')
    const balances = (await personBalances(db, left.account_id))
      .map((b) => ({ currency: b.currency, state: b.state, amount_minor: BigInt(b.balance) }))
      .filter((b) => b.amount_minor > 0n)
    const now = balances.filter((b) => b.state === 'claimable')
    const later = balances.filter((b) => b.state === 'held' || b.state === 'frozen')
    await recordTransfers(
      ctx,
      db,
      now.map((b): Transfer => ({
        campaign_id: '0',
        id: `taken_up:${ctx.newId()}`,
        kind: 'taken_up',
        subject_id: left.account_id,
        debit: from,
        credit: personAccount(account_id, 'claimable'),
        currency: b.currency,
        amount_minor: b.amount_minor,
      })),
    )
    await recordEvents(
      ctx,
      db,
      now.map((b) => ({
        campaign_id: '0',
        kind: 'taken_up',
        subject_id: left.account_id,
        body: { account_id, currency: b.currency, amount_minor: b.amount_minor.toString() },
      })),
    )
    const amount = (b: { currency: string; amount_minor: bigint }) => ({
      currency: b.currency,
      amount_minor: b.amount_minor.toString(),
    })
    return { taken_up: now.map(amount), to_come: later.map(amount) }
  })
}

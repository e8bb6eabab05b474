import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { ChainKey } from '../../platform/config.ts'
import { CHAIN_KEYS } from '../../platform/config.ts'
import { createStore } from '../../platform/files/store.ts'
import { filesDir } from '../../platform/files/place.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { releaseOf } from '../datasets/queries.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../ledger/pages.ts'
import { addToken } from './add-token.ts'
import { revokeEpoch, showEpoch } from './advance.ts'
import { fileOf } from './build-epoch.ts'
import { addEscrow } from './escrow/add.ts'
import type { escrow } from './escrow/contract.ts'
import { escrowsOf } from './escrow/view.ts'
import { drops, newestTransactions } from './chain-queries.ts'
import { chainOf } from './chain/client.ts'
import { signerOf } from './chain/keys.ts'
import { chooseWallet } from './choose-wallet.ts'
import type { settlement } from './contract.ts'
import { epochs } from './epoch-queries.ts'
import { reconciliations } from './event-queries.ts'
import { changeToken, tokens, waitingIn, withdrawalsOf, type TokenRow } from './queries.ts'
import { hexOf } from './rules.ts'
import type { income } from './income/contract.ts'
import { incomesOf, sharesOf, type IncomeRow } from './income/queries.ts'
import { recordIncome } from './income/record.ts'
import { askAgain, proofOf, standings } from './standing.ts'
import { startEpoch } from './start-epoch.ts'
import { callBack, showWithdrawal, withdraw } from './withdraw.ts'

const idAfter = (after: string | undefined): string | undefined => readCursor(after, [ID_PART])?.[0]
const offsetOf = (after: string | undefined): number => Number(/^\d{1,9}$/.exec(after ?? '')?.[0] ?? 0)

async function showToken(ctx: Ctx, t: TokenRow) {
  const waiting = await waitingIn(ctx.db, t.currency)
  return {
    currency: t.currency,
    scale: t.scale,
    chain_id: t.chain_id,
    token: hexOf(t.token),
    distributor: hexOf(t.distributor),
    decimals: t.decimals,
    step_minor: t.step_minor.toString(),
    is_ladder: t.is_ladder,
    least_people: t.least_people,
    every_hours: t.every_hours,
    scanned_to: Number(t.scanned_to),
    added_at: t.added_at.toISOString(),
    waiting_people: waiting.people,
    waiting_minor: waiting.amount.toString(),
  }
}

/** The address of a role's key; a file that cannot be read is as good as none on this page. */
function addressOf(ctx: Ctx, role: ChainKey): string | null {
  try {
    return signerOf(ctx.config, role)?.address.toLowerCase() ?? null
  } catch {
    return null
  }
}

export const escrowRoutes: Handlers<typeof escrow, Ctx> = {
  add: (ctx, { params, body }) => addEscrow(ctx, params.currency, body),
  of_campaign: async (ctx, { params }) => ({ items: await escrowsOf(ctx, params.campaign_id), next: null }),
}

export const settlementRoutes: Handlers<typeof settlement, Ctx> = {
  mine: async (ctx) => ({ items: await standings(ctx), next: null }),
  choose_wallet: (ctx, { params, body }) => chooseWallet(ctx, params.currency, body.wallet_id),
  withdraw: (ctx, { params, body }) => withdraw(ctx, params.currency, BigInt(body.amount_minor)),
  withdrawals: async (ctx, { params, query }) => {
    if ((await tokens(ctx.db, params.currency)).length === 0)
      throw new Refusal('token_unknown', { currency: params.currency })
    const limit = limitOf(query)
    const who = callerOf(ctx).account_id
    const rows = await withdrawalsOf(ctx.db, who, params.currency, idAfter(query.after), limit + 1)
    return pageOf(rows, limit, (w) => [w.id], showWithdrawal)
  },
  call_back: (ctx, { params }) => callBack(ctx, params.currency, params.withdrawal_id),
  proof: (ctx, { params }) => proofOf(ctx, params.currency),
  ask_again: (ctx, { params }) => askAgain(ctx, params.currency),
  epochs: async (ctx, { query }) => {
    const limit = limitOf(query)
    const q = { currency: query.currency, before: idAfter(query.after), limit: limit + 1 }
    return pageOf(await epochs(ctx.db, q), limit, (e) => [e.id], showEpoch)
  },
  epoch: async (ctx, { params }) => {
    const [epoch] = await epochs(ctx.db, { id: params.epoch_id, limit: 1 })
    if (!epoch) throw new Refusal('epoch_not_found')
    return showEpoch(epoch)
  },
  claims_file: async (ctx, { params }) => {
    const [epoch] = await epochs(ctx.db, { id: params.epoch_id, limit: 1 })
    if (!epoch) throw new Refusal('epoch_not_found')
    if (epoch.built_at === null) throw new Refusal('epoch_not_built')
    const file = await createStore(filesDir(ctx.config)).stream(fileOf(epoch))
    if (!file) throw new Error('the claims file of an epoch is not where it was written; was the data directory moved?')
    const name = `claims-${epoch.currency}-${epoch.number}.jsonl`
    return { stream: file.stream, type: 'application/jsonl', filename: name } as never
  },
  tokens: async (ctx) => {
    const items = await Promise.all((await tokens(ctx.db)).map((t) => showToken(ctx, t)))
    const { chain } = ctx.config
    if (!chain) return { chain: 'none' as const, chain_id: null, keys: [], items, next: null }
    const chain_id = await chainOf(ctx.config)
      .client.getChainId()
      .catch(() => null)
    const keys = CHAIN_KEYS.map((role) => ({ role, address: addressOf(ctx, role) }))
    return { chain: chain.mode, chain_id, keys, items, next: null }
  },
  add_token: async (ctx, { body }) => showToken(ctx, await addToken(ctx, body)),
  change_token: async (ctx, { params, body }) => {
    await changeToken(ctx.db, params.currency, body)
    const [token] = await tokens(ctx.db, params.currency)
    if (!token) throw new Refusal('token_unknown', { currency: params.currency })
    return showToken(ctx, token)
  },
  start_epoch: async (ctx, { body }) => showEpoch(await startEpoch(ctx, body.currency)),
  revoke_epoch: async (ctx, { params }) => showEpoch(await revokeEpoch(ctx, params.epoch_id)),
  dropped: async (ctx, { query }) => {
    const [limit, offset] = [limitOf(query), offsetOf(query.after)]
    const rows = await drops(ctx.db, offset, limit + 1)
    const items = rows.slice(0, limit).map((d) => ({
      currency: d.currency,
      address: hexOf(d.address),
      reason: d.reason,
      tries: d.tries,
      dropped_at: d.dropped_at.toISOString(),
      retry_at: d.retry_at.toISOString(),
    }))
    return { items, next: rows.length > limit ? String(offset + limit) : null }
  },
  transactions: async (ctx, { query }) => {
    const limit = limitOf(query)
    const rows = await newestTransactions(ctx.db, idAfter(query.after), limit + 1)
    return pageOf(
      rows,
      limit,
      (t) => [t.id],
      (t) => ({
        transaction_id: t.id,
        role: t.role,
        purpose: t.purpose,
        state: t.state,
        hash: t.hash && hexOf(t.hash),
        rows: t.rows,
        gas_used: t.gas_used,
        cost_wei: t.cost_wei,
        error: t.error,
        made_at: t.made_at.toISOString(),
        ended_at: t.ended_at?.toISOString() ?? null,
      }),
    )
  },
  reconciliation: async (ctx) => ({
    items: (await reconciliations(ctx.db)).map((r) => ({
      currency: r.currency,
      compared_at: r.compared_at.toISOString(),
      block_number: Number(r.block_number),
      figures: r.figures as Record<string, string>,
      differences: r.differences as { code: string; message: string }[],
    })),
    next: null,
  }),
}

const showIncome = (i: IncomeRow & { people: number }) => ({
  income_id: i.id,
  currency: i.currency,
  amount_minor: i.amount_minor,
  reference: i.reference,
  reviewer_bps: i.reviewer_bps,
  people: i.people,
  remainder_minor: i.remainder_minor,
  recorded_at: i.recorded_at.toISOString(),
})

export const incomeRoutes: Handlers<typeof income, Ctx> = {
  record: async (ctx, { params, body }) => {
    const { id } = await recordIncome(ctx, { ...params, ...body })
    const kept = await incomesOf(ctx.db, params.campaign_id, params.release_id, 1000)
    return showIncome(kept.find((i) => i.id === id)!)
  },
  list: async (ctx, { params }) => {
    if (!(await releaseOf(ctx.db, params.campaign_id, params.release_id))) throw new Refusal('release_not_found')
    return { items: (await incomesOf(ctx.db, params.campaign_id, params.release_id, 1000)).map(showIncome), next: null }
  },
  mine: async (ctx, { query }) => {
    const limit = limitOf(query)
    const rows = await sharesOf(ctx.db, callerOf(ctx).account_id, idAfter(query.after), limit + 1)
    return pageOf(
      rows,
      limit,
      (s) => [s.income_id],
      ({ number, recorded_at, ...s }) => ({ ...s, release_number: number, recorded_at: recorded_at.toISOString() }),
    )
  },
}

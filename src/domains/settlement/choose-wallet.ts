import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { requireProof } from '../identity/sessions.ts'
import { walletById } from '../identity/wallets/queries.ts'
import { dropDestination, putDestination, tokens } from './queries.ts'
import { hexOf } from './rules.ts'

/** Says which linked wallet is paid. Whoever took over a browser must not be able to turn it to theirs. */
export async function chooseWallet(ctx: Ctx, currency: string, walletId: string | null) {
  await requireProof(ctx)
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const [token] = await tokens(db, currency)
    if (!token) throw new Refusal('token_unknown', { currency })
    if (walletId === null) {
      await dropDestination(db, who, currency)
      return { currency, wallet_id: null, address: null }
    }
    const wallet = await walletById(db, walletId)
    if (!wallet || wallet.account_id !== who || wallet.unlinked_at) throw new Refusal('wallet_unknown')
    if (wallet.chain_id !== null && Number(wallet.chain_id) !== token.chain_id)
      throw new Refusal('wallet_other_chain', {
        wallet_chain_id: Number(wallet.chain_id),
        chain_id: token.chain_id,
        currency,
      })
    await putDestination(db, { account_id: who, currency, wallet_id: walletId, chosen_at: ctx.now })
    return { currency, wallet_id: walletId, address: hexOf(wallet.address) }
  })
}

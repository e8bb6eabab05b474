import { callerOf, type Ctx } from '../../../platform/context.ts'
import type { Id } from '../../../platform/ids.ts'
import { assert, Refusal } from '../../../platform/refusal.ts'
import type { WalletChain } from '../../../platform/outside/wallet-chains.ts'
import { passkeysAt } from '../place.ts'
import { accountById } from '../queries.ts'
import { hashOf } from '../secrets.ts'
import { personOf, requireProof } from '../sessions.ts'
import { composeText, statementFor, TEXT_MS, type WalletPurpose } from './message-rules.ts'
import { putNonce } from './queries.ts'
import { chainFor, isBound } from './rules.ts'

type Asked = { for: WalletPurpose; address: string; chain_id?: number | undefined }

/** What texts name as ours. From the settings alone: the `Host` of a request is its sender's word. */
export function walletSite(config: Pick<Ctx['config'], 'public_url' | 'port'>): { domain: string; uri: string } {
  const { host, origin } = new URL(config.public_url ?? `http://localhost:${config.port}`)
  return { domain: host, uri: `${origin}/sign-in` }
}

/** Whether a wallet would show somebody here a domain that is not the one they are at. */
export const walletsWork = (ctx: Pick<Ctx, 'config' | 'http'>): boolean =>
  ctx.config.public_url !== undefined || passkeysAt(ctx) !== null

export function needSite(ctx: Pick<Ctx, 'config' | 'http'>): { domain: string; uri: string } {
  const site = walletSite(ctx.config)
  if (!walletsWork(ctx)) throw new Refusal('wallets_not_here', { url: new URL(site.uri).origin })
  return site
}

/** The chain on this machine, which is always the same one. */
const LOCAL_CHAIN = 31_337

/** Chains that a text may name, each with its node if there is one to ask. */
export function walletChains({ chain, wallet_chains }: Ctx['config']): readonly WalletChain[] {
  if (chain?.mode !== 'local' || wallet_chains.some((c) => c.chain_id === LOCAL_CHAIN)) return wallet_chains
  return [...wallet_chains, { chain_id: LOCAL_CHAIN, rpc_url: chain.url }]
}
export const chainsOf = (config: Ctx['config']): number[] => walletChains(config).map((c) => c.chain_id)

/** Composes a text for one use and keeps it, so that exactly this one must come back. */
export async function askForText(ctx: Ctx, asked: Asked) {
  const site = needSite(ctx)
  const chains = chainsOf(ctx.config)
  const chain_id = chainFor(asked.chain_id, chains)
  if (chain_id === undefined)
    throw new Refusal('wallet_chain_unknown', { chain: asked.chain_id ?? 0, chains: chains.join(', ') })
  // Asked before the wallet opens: nobody should sign and then be sent to prove who they are.
  if (asked.for === 'link') await requireProof(ctx)
  const account_id: Id | null = isBound(asked.for) ? personOf(ctx).account_id : null
  const account = account_id === null ? undefined : await accountById(ctx.db, callerOf(ctx).account_id)
  assert(account_id === null || account, 'a caller has an account')
  const { checksummed } = await import('../../../platform/outside/ethereum-signature.ts')
  const nonce = Buffer.from(ctx.randomBytes(16)).toString('hex')
  const expires_at = new Date(ctx.now.getTime() + TEXT_MS)
  const message = composeText({
    ...site,
    address: checksummed(asked.address),
    statement: statementFor(asked.for, account?.handle ?? null),
    chain_id,
    nonce,
    issued_at: ctx.now.toISOString(),
    expires_at: expires_at.toISOString(),
    not_before: null,
  })
  await putNonce(ctx.db, {
    nonce_hash: hashOf(`wallet:${nonce}`),
    purpose: asked.for,
    account_id,
    message,
    created_at: ctx.now,
    expires_at,
  })
  return { message, chain_id, expires_at: expires_at.toISOString() }
}

import type { Ctx } from '../../../platform/context.ts'
import { networkOf } from '../../../platform/http/network.ts'
import { Refusal, refuseIf } from '../../../platform/refusal.ts'
import { hashOf } from '../secrets.ts'
import { parseText, refuseText, type WalletPurpose } from './message-rules.ts'
import { takeNonce } from './queries.ts'
import {
  CONTRACT_CHECKS,
  CONTRACT_GAS,
  CONTRACT_TIMEOUT_MS,
  isBound,
  shapeOf,
  takeFrom,
  usualForm,
  type Window,
} from './rules.ts'
import { chainsOf, needSite, walletChains } from './text.ts'

export type Signed = { message: string; signature: string }
/** A wallet that was just proved. `chain_id` is null for a key: its holder is the same on every chain. */
export type Proved = {
  kind: 'eoa' | 'contract'
  chain_id: string | null
  address: Uint8Array
  message: string
  signature: Uint8Array
}

/**
 * Checks that a wallet signed a text of ours, for this purpose. The text is used up first, right or wrong; then the cheap
 * questions, then the signature by its key, which asks nobody, and only then, within limits, a contract.
 */
export async function proveWallet(ctx: Ctx, purpose: WalletPurpose, signed: Signed): Promise<Proved> {
  const site = needSite(ctx)
  const text = parseText(signed.message)
  if (!text) throw new Refusal('wallet_text_malformed')
  const kept = await takeNonce(ctx.db, hashOf(`wallet:${text.nonce}`), purpose)
  const chains = chainsOf(ctx.config)
  refuseIf(refuseText(text, { ...site, chains, now: ctx.now }), {
    domain: text.domain,
    here: site.domain,
    chain: text.chain_id,
    chains: chains.join(', '),
    from: text.not_before ?? '',
  })
  const asker = isBound(purpose) ? (ctx.caller?.account_id ?? null) : null
  if (!kept || kept.expires_at <= ctx.now || kept.account_id !== asker) throw new Refusal('wallet_text_over')
  if (kept.message !== signed.message) throw new Refusal('wallet_text_changed')
  return proveSignature(ctx, signed, text)
}

async function proveSignature(
  ctx: Ctx,
  { message, signature }: Signed,
  { address, chain_id }: { address: string; chain_id: number },
): Promise<Proved> {
  const shape = shapeOf(signature)
  if (shape === 'malformed') throw new Refusal('wallet_signature_malformed')
  const { askContract, isSignedByKey } = await import('../../../platform/outside/ethereum-signature.ts')
  const proved = { address: bytesOf(address), message }
  // An account that has lent its address to code (EIP-7702) still has its key: it signs in by that, whatever the code says.
  if (shape === 'key' && (await isSignedByKey(address, message, usualForm(signature))))
    return { ...proved, kind: 'eoa', chain_id: null, signature: bytesOf(usualForm(signature)) }
  const rpc_url = walletChains(ctx.config).find((c) => c.chain_id === chain_id)?.rpc_url
  if (!rpc_url)
    throw new Refusal(shape === 'key' ? 'wallet_signature_wrong' : 'wallet_contract_unchecked', { chain: chain_id })
  takeContractCheck(ctx, address)
  const rpc = { chain_id, rpc_url, gas: CONTRACT_GAS, timeout_ms: CONTRACT_TIMEOUT_MS }
  const answer = await askContract(rpc, address, message, signature)
  if (answer === 'silent') throw new Refusal('wallet_chain_silent', { chain: chain_id })
  if (answer !== 'signed') throw new Refusal('wallet_signature_wrong')
  return { ...proved, kind: 'contract', chain_id: String(chain_id), signature: bytesOf(signature) }
}

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.slice(2), 'hex')

// Counted in each process, like the other rates; and for every installation, because each costs a call to a paid node.
const windows = new WeakMap<object, Map<string, Window>>()
const WINDOWS_KEPT = 10_000

/** Counts one question to a contract against the asker's network, the asker and everybody; refuses what is too many. */
function takeContractCheck(ctx: Ctx, address: string): void {
  let mine = windows.get(ctx.db)
  if (!mine) windows.set(ctx.db, (mine = new Map()))
  const { network, who, all, seconds } = CONTRACT_CHECKS
  const counted: [string, number][] = [
    [`network ${networkOf(ctx.http?.address ?? '')}`, network],
    [`wallet ${address}`, who],
    ...(ctx.caller ? [[`account ${ctx.caller.account_id}`, who] as [string, number]] : []),
    ['all', all],
  ]
  for (const [key, times] of counted) {
    const { window, wait_s } = takeFrom(mine.get(key), { times, seconds }, ctx.now.getTime())
    if (wait_s > 0) throw new Refusal('rate_limited', { seconds: wait_s })
    mine.delete(key)
    mine.set(key, window)
  }
  while (mine.size > WINDOWS_KEPT) mine.delete(mine.keys().next().value!)
}

import type { WalletPurpose } from './message-rules.ts'

/** How many wallets one account holds. */
export const MAX_WALLETS = 20
/** Bytes; the largest signatures of contract wallets are a few thousand. */
export const LARGEST_SIGNATURE = 8192

/** Half of the order of secp256k1: of the two values of `s` that check out, only the lower one counts. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

export type SignatureShape = 'key' | 'other' | 'malformed'
/**
 * Tells what a signature can be by its bytes. Of one by a key there is one form that counts, so that nobody can make a second
 * valid one out of it; whatever else has a plausible length is for a contract to judge.
 */
export function shapeOf(signature: string): SignatureShape {
  const size = (signature.length - 2) / 2
  if (!/^0x[0-9a-f]*$/i.test(signature) || !Number.isInteger(size) || size < 64 || size > LARGEST_SIGNATURE)
    return 'malformed'
  const v = size === 65 ? Number.parseInt(signature.slice(130), 16) : -1
  if (v !== 0 && v !== 1 && v !== 27 && v !== 28) return 'other'
  return BigInt(`0x${signature.slice(66, 130)}`) > HALF_ORDER ? 'malformed' : 'key'
}

/** Some devices number the two candidates from 0, most from 27; kept is the usual form. */
export function usualForm(signature: string): string {
  const v = Number.parseInt(signature.slice(130), 16)
  return signature.slice(0, 130).toLowerCase() + (v < 27 ? v + 27 : v).toString(16)
}

/** Signatures at which contracts are asked, per so many seconds: for one network, one wallet or account, and in all. */
export const CONTRACT_CHECKS = { network: 5, who: 5, all: 60, seconds: 60 } as const
/** What one question to a contract may burn in the node that answers it, and how long it may take. */
export const CONTRACT_GAS = 3_000_000
export const CONTRACT_TIMEOUT_MS = 5_000

export type Window = { from_ms: number; used: number }
/** Takes one from a window of so many seconds; returns the seconds to wait when it is used up. */
export function takeFrom(
  window: Window | undefined,
  limit: { times: number; seconds: number },
  now_ms: number,
): { window: Window; wait_s: number } {
  const live = window && now_ms - window.from_ms < limit.seconds * 1000 ? window : { from_ms: now_ms, used: 0 }
  if (live.used < limit.times) return { window: { from_ms: live.from_ms, used: live.used + 1 }, wait_s: 0 }
  return { window: live, wait_s: Math.max(1, Math.ceil((live.from_ms + limit.seconds * 1000 - now_ms) / 1000)) }
}

/** The chain that a text names: what the wallet is on if that is known here, else the first one. */
export const chainFor = (wanted: number | undefined, chains: readonly number[]): number | undefined =>
  wanted === undefined ? chains[0] : chains.find((c) => c === wanted)

/** Wallets that can sign in whatever becomes of any chain, or whose chain can be asked now. */
export const signInWallets = <W extends { kind: string; chain_id: string | null }>(
  wallets: readonly W[],
  asked: readonly number[],
): W[] => wallets.filter((w) => w.kind === 'eoa' || asked.includes(Number(w.chain_id)))

/** Texts for who is signed in are bound to their account; the others to nobody. */
export const isBound = (purpose: WalletPurpose): boolean => purpose === 'link' || purpose === 'fresh'

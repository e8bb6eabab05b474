import { useSyncExternalStore } from 'react'

/** What a wallet in the browser understands (EIP-1193). */
export type Provider = { request(call: { method: string; params?: unknown[] }): Promise<unknown> }
/** A wallet that introduced itself (EIP-6963), or the one that took `window.ethereum` in older browsers. */
export type FoundWallet = { id: string; name: string; icon: string | null; provider: Provider }

const MOST = 20
let found: readonly FoundWallet[] = []
const listeners = new Set<() => void>()
let asked = false

const isProvider = (value: unknown): value is Provider =>
  typeof value === 'object' && value !== null && typeof (value as Provider).request === 'function'

/** Takes an introduction. Any page script can send one, so its words are cut and its picture must bring its own bytes. */
function meet(event: Event): void {
  const { info, provider } = ((event as CustomEvent).detail ?? {}) as {
    info?: Record<string, unknown>
    provider?: unknown
  }
  const [id, name, icon] = [info?.['uuid'], info?.['name'], info?.['icon']]
  if (typeof id !== 'string' || typeof name !== 'string' || !name.trim() || !isProvider(provider)) return
  if (found.length >= MOST || found.some((w) => w.id === id)) return
  const picture = typeof icon === 'string' && icon.startsWith('data:image/') && icon.length < 100_000 ? icon : null
  found = [...found.filter((w) => w.id !== 'window'), { id, name: name.trim().slice(0, 60), icon: picture, provider }]
  for (const tell of listeners) tell()
}

/** Asks wallets to introduce themselves; one that does not know how is taken only when no other is there. */
function lookForWallets(): void {
  if (!asked) addEventListener('eip6963:announceProvider', meet)
  asked = true
  dispatchEvent(new Event('eip6963:requestProvider'))
  setTimeout(() => {
    const old = (window as { ethereum?: unknown }).ethereum
    if (found.length > 0 || !isProvider(old)) return
    found = [{ id: 'window', name: '', icon: null, provider: old }]
    for (const tell of listeners) tell()
  }, 300)
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  lookForWallets()
  return () => listeners.delete(tell)
}

/** Wallets in this browser, as they come forward. */
export const useWallets = (): readonly FoundWallet[] =>
  useSyncExternalStore(
    subscribe,
    () => found,
    () => found,
  )

/** A wallet that showed an account and can sign with it. */
export type OpenWallet = {
  address: string
  chain_id: number | undefined
  sign(message: string): Promise<string>
  /** Sends a call and waits until the chain ran it. */
  send(call: { to: string; data: string }): Promise<void>
}

/** What the wallet itself says no with: its owner closed the window, or another request is still open in it. */
function inWords(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code
  if (code === 4001 || code === 'ACTION_REJECTED') return new DOMException('closed in the wallet', 'AbortError')
  return code === -32002 ? new WalletProblem('busy') : new WalletProblem('failed')
}

/** Something between the page and the wallet, not with the server. */
export class WalletProblem extends Error {
  override name = 'WalletProblem'
  readonly what: 'busy' | 'failed' | 'no_account' | 'other_chain' | 'refused' | 'slow'
  constructor(what: WalletProblem['what']) {
    super(what)
    this.what = what
  }
}

async function ask(provider: Provider, method: string, params: unknown[] = []): Promise<unknown> {
  try {
    return await provider.request({ method, params })
  } catch (error) {
    throw inWords(error)
  }
}

/** Has the wallet show an account. It asks its owner the first time. */
export async function openWallet({ provider }: FoundWallet): Promise<OpenWallet> {
  const accounts = await ask(provider, 'eth_requestAccounts')
  const address: unknown = Array.isArray(accounts) ? accounts[0] : undefined
  if (typeof address !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(address)) throw new WalletProblem('no_account')
  // A wallet that does not say which chain it is on signs all the same.
  const chain = Number(await ask(provider, 'eth_chainId').catch(() => undefined))
  return {
    address,
    chain_id: Number.isSafeInteger(chain) && chain > 0 ? chain : undefined,
    sign: async (message) => String(await ask(provider, 'personal_sign', [hexOf(message), address])),
    send: (call) => send(provider, { from: address, ...call }),
  }
}

const ASK_AGAIN_MS = 1_500
const PATIENCE = 120

async function send(provider: Provider, call: { from: string; to: string; data: string }): Promise<void> {
  const hash = await ask(provider, 'eth_sendTransaction', [call])
  for (let tries = 0; tries < PATIENCE; tries++) {
    const receipt = (await ask(provider, 'eth_getTransactionReceipt', [hash])) as { status?: string } | null
    if (receipt) {
      if (Number(receipt.status) === 1) return
      throw new WalletProblem('refused')
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
  throw new WalletProblem('slow')
}

/** Text as wallets take it: its bytes, so that none of them takes it for something else. */
export const hexOf = (text: string): string =>
  `0x${Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('')}`

/** The two ends of an address, by which people tell theirs apart. */
export const shortAddress = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`

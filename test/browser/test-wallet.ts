import type { BrowserContext } from 'playwright-core'
import { privateKeyToAccount } from 'viem/accounts'
import { createPublicClient, createWalletClient, hexToString, http, type Hex } from 'viem'

const ICON = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" rx="6" fill="#0b7a53"/><circle cx="14" cy="14" r="6" fill="#fff"/></svg>')}`

export type Injected = {
  /** Which of the keys the wallet shows; the person switches accounts in it. */
  use(n: number): void
  /** The next question is answered with no, as by a person who closes the window. */
  closeNext(): void
  /** Texts that were signed. */
  signed: string[]
  address(n: number): string
}

/**
 * A wallet in the browser, as extensions are: it introduces itself to every page (EIP-6963) and answers through a bridge
 * to keys outside of it. `old`: one from before, that only takes the place of \`window.ethereum\`.
 */
export async function injectWallet(
  context: BrowserContext,
  keys: readonly Hex[],
  options: { chain_id?: number; name?: string; old?: boolean; rpc_url?: string } = {},
): Promise<Injected> {
  const accounts = keys.map((key) => privateKeyToAccount(key))
  let at = 0
  let closes = false
  const signed: string[] = []
  const bridge = `ask_${(options.name ?? 'wallet').toLowerCase().replaceAll(/\W/g, '_')}`
  await context.exposeFunction(bridge, async (method: string, params: unknown[]) => {
    if (closes) {
      closes = false
      return { error: { code: 4001, message: 'User rejected the request.' } }
    }
    const account = accounts[at]!
    if (method === 'eth_requestAccounts' || method === 'eth_accounts') return { result: [account.address] }
    if (method === 'eth_chainId') return { result: `0x${(options.chain_id ?? 31_337).toString(16)}` }
    if (options.rpc_url && method === 'eth_sendTransaction') {
      const [{ to, data }] = params as [{ to: Hex; data: Hex }]
      const wallet = createWalletClient({ account, transport: http(options.rpc_url) })
      return { result: await wallet.sendTransaction({ to, data, chain: null }) }
    }
    if (options.rpc_url && method === 'eth_getTransactionReceipt')
      return { result: await createPublicClient({ transport: http(options.rpc_url) }).request({ method, params: params as [Hex] }) } // prettier-ignore
    if (method !== 'personal_sign') return { error: { code: 4200, message: 'Unsupported method.' } }
    const [data, address] = params as [Hex, string]
    if (address.toLowerCase() !== account.address.toLowerCase())
      return { error: { code: 4100, message: 'Unauthorized.' } }
    signed.push(hexToString(data))
    return { result: await account.signMessage({ message: { raw: data } }) }
  })
  const provider = `{ request: async ({ method, params }) => {
    const answer = await window['${bridge}'](method, params ?? [])
    if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error)
    return answer.result
  } }`
  const info = { uuid: `350670db-19fa-4704-a166-${bridge.length.toString().padStart(12, '0')}`, name: options.name ?? 'Test wallet', icon: ICON, rdns: 'example.wallet' } // prettier-ignore
  await context.addInitScript(
    options.old
      ? `window.ethereum = ${provider}`
      : `{ const detail = Object.freeze({ info: ${JSON.stringify(info)}, provider: ${provider} })
           const announce = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
           addEventListener('eip6963:requestProvider', announce)
           announce() }`,
  )
  return {
    use: (n) => void (at = n),
    closeNext: () => void (closes = true),
    signed,
    address: (n) => accounts[n]!.address,
  }
}

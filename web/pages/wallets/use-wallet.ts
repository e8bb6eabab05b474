import { client } from '../../app/api.ts'
import type { OpenWallet } from '../../app/wallets.ts'

type Signed = { message: string; signature: string }
type Ways = Awaited<ReturnType<typeof client.identity.ways>>

/** The chain to name: the wallet's own where it is known here, else whatever the server takes. */
const chainOf = (wallet: OpenWallet, ways: Ways | undefined) =>
  wallet.chain_id !== undefined && ways?.wallet_chains.includes(wallet.chain_id) ? { chain_id: wallet.chain_id } : {}

/** Has a text composed for an account that is to be opened, and signed. */
export async function signFor(wallet: OpenWallet, what: 'sign_in' | 'create', ways: Ways | undefined): Promise<Signed> {
  const body = { for: what, address: wallet.address, ...chainOf(wallet, ways) }
  const { message } = await client.wallets.sign_in_text({ body })
  return { message, signature: await wallet.sign(message) }
}

/** The same for the account that is signed in. */
export async function signMine(wallet: OpenWallet, what: 'link' | 'fresh', ways: Ways | undefined): Promise<Signed> {
  const body = { for: what, address: wallet.address, ...chainOf(wallet, ways) }
  const { message } = await client.wallets.text({ body })
  return { message, signature: await wallet.sign(message) }
}

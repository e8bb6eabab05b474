import { createPublicClient, createWalletClient, http, keccak256, toHex, type Hex } from 'viem'
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { createSignInLink } from '../../domains/identity/links.ts'
import { deployDistributor, deployEscrow, type Deployed } from '../../domains/settlement/deploy.ts'
import { artifacts } from '../../platform/chain/artifacts.ts'
import type { LocalChain } from '../../platform/chain/local.ts'
import type { Jar, Lane } from '../../sim/platform.ts'
import type { Fund } from './play.ts'

/** The address that links for signing in name; it is never opened. */
export const ORIGIN = 'http://localhost'
export const STEP_MINOR = 100n
/** From a transaction that is sent to its event in the books, whichever of these comes first. */
export const CHAIN_JOBS = ['advance_epochs', 'send_transactions', 'read_chain', 'credit_claims', 'settle_escrows', 'relay_claims', 'reconcile_chain'] // prettier-ignore
export type Place = Deployed & { escrow: Hex }

/**
 * A budget that its requester puts on the chain: for each currency a token, a distributor and an escrow are made, and the
 * requester's own wallet opens the campaign in it. What the books then have is what the chain said.
 */
export const fundOnChain =
  (chain: LocalChain, lane: Lane, places: Map<string, Place>, say: (text: string) => void): Fund =>
  async ({ operator, account_id, campaign_id }) => {
    const params = { campaign_id }
    const purse = privateKeyToAccount(keccak256(toHex(`try ${account_id}`)))
    await giveGas(chain, purse.address)
    const browser = await signIn(lane, account_id)
    await linkWallet(browser, purse)
    for (const { currency } of (await operator.campaigns.manage({ params })).budget) {
      const at = await deploy(chain)
      places.set(currency, at)
      const { escrow, ...token } = at
      await operator.settlement.add_token({ body: { currency, ...token, step_minor: String(STEP_MINOR), least_people: 1, every_hours: 0 } }) // prettier-ignore
      await operator.escrow.add({ params: { currency }, body: { escrow, first_block: at.first_block } })
      say(`${currency}: chain ${chain.chainId} on this machine, token ${at.token}, distributor ${at.distributor}, escrow ${escrow}.`) // prettier-ignore
    }
    for (const { currency, missing_units, calls } of (await operator.escrow.of_campaign({ params })).items) {
      await mint(chain, places.get(currency)!, purse.address, BigInt(missing_units))
      await sendAll(chain, purse, calls)
    }
    for (let i = 0; i < 4; i++) {
      lane.wait(30_000)
      await lane.jobs(CHAIN_JOBS)
    }
    const { budget } = await operator.campaigns.manage({ params })
    say(`The requester's own wallet put the budget into the escrow: ${budget.map((b) => `${b.funded_minor} ${b.currency}`).join(' and ')} (minor units).`) // prettier-ignore
  }

/** Somebody's browser, signed in. */
export async function signIn(lane: Lane, account_id: string): Promise<ReturnType<Lane['browser']>> {
  const jar: Jar = { cookie: '' }
  const browser = lane.browser(jar)
  lane.wait(20_000)
  const link = await createSignInLink({ ...lane.parts, now: lane.now() }, account_id, ORIGIN)
  await browser.identity.sign_in_with_link({ body: { token: new URL(link).hash.slice(1) } })
  return browser
}

/** Shows by a signature that a wallet is theirs. */
export async function linkWallet(browser: ReturnType<Lane['browser']>, wallet: PrivateKeyAccount): Promise<string> {
  const { message } = await browser.wallets.text({ body: { for: 'link', address: wallet.address } })
  const signature = await wallet.signMessage({ message })
  return (await browser.wallets.link({ body: { message, signature } })).wallet_id
}

async function deploy(chain: LocalChain): Promise<Place> {
  const [deployer, proposer, guardian, settler, , arbiter] = chain.accounts
  const made = { url: chain.rpcUrl, deployer: deployer! }
  const admin = deployer!.address
  const at = await deployDistributor({
    ...made,
    roles: { admin, proposer: proposer!.address, guardian: guardian!.address, arbiter: arbiter!.address },
  })
  const roles = { admin, settler: settler!.address, guardian: guardian!.address }
  const { escrow } = await deployEscrow({ ...made, at: { token: at.token, distributor: at.distributor }, roles })
  return { ...at, escrow }
}

const clientOf = (chain: LocalChain) => createPublicClient({ transport: http(chain.rpcUrl), pollingInterval: 50 })

async function giveGas(chain: LocalChain, to: Hex): Promise<void> {
  const wallet = createWalletClient({ transport: http(chain.rpcUrl), account: chain.accounts[0]! })
  const hash = await wallet.sendTransaction({ to, value: 10n ** 17n, chain: null })
  await clientOf(chain).waitForTransactionReceipt({ hash })
}

async function mint(chain: LocalChain, at: Deployed, to: Hex, units: bigint): Promise<void> {
  const wallet = createWalletClient({ transport: http(chain.rpcUrl), account: chain.accounts[0]! })
  const { abi } = artifacts.TestToken
  const hash = await wallet.writeContract({ address: at.token, abi, functionName: 'mint', args: [to, units], chain: null }) // prettier-ignore
  await clientOf(chain).waitForTransactionReceipt({ hash })
}

async function sendAll(chain: LocalChain, from: PrivateKeyAccount, calls: readonly { to: string; data: string }[]) {
  const wallet = createWalletClient({ transport: http(chain.rpcUrl), account: from })
  for (const { to, data } of calls) {
    const hash = await wallet.sendTransaction({ to: to as Hex, data: data as Hex, chain: null })
    await clientOf(chain).waitForTransactionReceipt({ hash })
  }
}

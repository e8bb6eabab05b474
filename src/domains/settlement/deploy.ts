import { createPublicClient, createWalletClient, http, type Hex, type LocalAccount } from 'viem'
import { artifacts } from '../../platform/chain/artifacts.ts'

export type Roles = { admin: Hex; proposer: Hex; guardian: Hex; arbiter: Hex }
export type Windows = {
  challenge_s: number
  ruling_s: number
  pause_s: number
  admin_delay_s: number
  bond_units: bigint
}
export const WINDOWS: Windows = {
  challenge_s: 3 * 86_400,
  ruling_s: 3 * 86_400,
  pause_s: 7 * 86_400,
  admin_delay_s: 3 * 86_400,
  bond_units: 10n ** 18n,
}
/** Time to set aside what was accepted before a refund, for a veto, and until a settler counts as gone. */
export const ESCROW_WINDOWS = { cancel_s: 14 * 86_400, unreserve_s: 3 * 86_400, abandon_s: 60 * 86_400 }
export type DeployedEscrow = { escrow: Hex; first_block: number }
export type Deployed = { token: Hex; distributor: Hex; first_block: number }

/** Makes contracts with an account's money. */
function maker(url: string, deployer: LocalAccount) {
  const transport = http(url)
  const client = createPublicClient({ transport, pollingInterval: 50 })
  const wallet = createWalletClient({ transport, account: deployer })
  return async (name: 'TestToken' | 'RewardDistributor' | 'CampaignEscrow', args: readonly unknown[]) => {
    const { abi, bytecode } = artifacts[name]
    const hash = await wallet.deployContract({ abi, bytecode, args: [...args], chain: null })
    const receipt = await client.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success' || !receipt.contractAddress)
      throw new Error(`The chain refused to make ${name}. Does the deploying account hold enough for gas?`)
    return { address: receipt.contractAddress, block: Number(receipt.blockNumber) }
  }
}

/** Puts a distributor on a chain, and on a chain for trying also a token that anybody may make. */
export async function deployDistributor(o: {
  url: string
  deployer: LocalAccount
  /** Undefined: a token for trying is made too. */
  token?: Hex
  roles: Roles
  windows?: Windows
}): Promise<Deployed> {
  const put = maker(o.url, o.deployer)
  const token = o.token ?? (await put('TestToken', [])).address
  const w = o.windows ?? WINDOWS
  const distributor = await put('RewardDistributor', [
    {
      token,
      ...o.roles,
      adminDelay: w.admin_delay_s,
      challengeWindow: BigInt(w.challenge_s),
      rulingWindow: BigInt(w.ruling_s),
      pauseLength: BigInt(w.pause_s),
      challengeBond: w.bond_units,
    },
  ])
  return { token, distributor: distributor.address, first_block: distributor.block }
}

/** Puts an escrow beside a distributor: what is reserved in it can go nowhere else. */
export async function deployEscrow(o: {
  url: string
  deployer: LocalAccount
  at: Pick<Deployed, 'token' | 'distributor'>
  roles: { admin: Hex; settler: Hex; guardian: Hex }
}): Promise<DeployedEscrow> {
  const escrow = await maker(o.url, o.deployer)('CampaignEscrow', [
    {
      ...o.at,
      ...o.roles,
      adminDelay: WINDOWS.admin_delay_s,
      cancelDelay: BigInt(ESCROW_WINDOWS.cancel_s),
      unreserveDelay: BigInt(ESCROW_WINDOWS.unreserve_s),
      abandonDelay: BigInt(ESCROW_WINDOWS.abandon_s),
      pauseLength: BigInt(WINDOWS.pause_s),
    },
  ])
  return { escrow: escrow.address, first_block: escrow.block }
}

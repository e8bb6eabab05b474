import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createPublicClient, createWalletClient, http } from 'viem'
import { localAccount, LOCAL_INDEX } from '../domains/settlement/chain/keys.ts'
import { deployDistributor, WINDOWS, type Deployed } from '../domains/settlement/deploy.ts'
import { artifacts } from '../platform/chain/artifacts.ts'
import { startLocalChain } from '../platform/chain/local.ts'
import type { Config } from '../platform/config.ts'
import { filesDir } from '../platform/files/place.ts'
import type { Log } from '../platform/log.ts'

/** On a chain for trying an epoch counts after a minute, not after days. */
const SHORT = { ...WINDOWS, challenge_s: 60, ruling_s: 60, pause_s: 3600 }
const PLENTY = 10n ** 30n

/**
 * With `ASSAY_CHAIN=local`: starts the chain of this machine where it left off, and on its first start puts a token and a
 * funded distributor on it. Returns the settings with its address filled in.
 */
export async function withLocalChain(config: Config, log: Log): Promise<{ config: Config; stop(): Promise<void> }> {
  if (config.chain?.mode !== 'local' || config.chain.url) return { config, stop: async () => {} }
  if (config.roles.length < 2)
    throw new Error('ASSAY_CHAIN=local is for one process that does everything; leave ASSAY_ROLES as it is.')
  const dir = filesDir(config)
  await mkdir(dir, { recursive: true })
  const chain = await startLocalChain({ stateFile: join(dir, 'chain.json') })
  try {
    const file = join(dir, 'chain-contracts.json')
    // The chain's own state is written when it stops; after a crash there may be less of it than we remember.
    const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Deployed) : undefined
    const client = createPublicClient({ transport: http(chain.rpcUrl) })
    const isThere = kept && (await client.getCode({ address: kept.distributor })) !== undefined
    const at = isThere ? kept : await deploy(chain.rpcUrl)
    writeFileSync(file, `${JSON.stringify(at, null, 2)}\n`)
    log.info(
      { ...at, chain_id: chain.chainId },
      'a local chain runs; record this token under Settlement to pay through it',
    )
    return { config: { ...config, chain: { ...config.chain, url: chain.rpcUrl } }, stop: () => chain.stop() }
  } catch (error) {
    await chain.stop()
    throw error
  }
}

async function deploy(url: string): Promise<Deployed> {
  const [deployer, arbiter] = [localAccount(0), localAccount(5)]
  const at = await deployDistributor({
    url,
    deployer,
    roles: {
      admin: deployer.address,
      proposer: localAccount(LOCAL_INDEX.proposer).address,
      guardian: localAccount(LOCAL_INDEX.guardian).address,
      arbiter: arbiter.address,
    },
    windows: SHORT,
  })
  const wallet = createWalletClient({ transport: http(url), account: deployer })
  const { abi } = artifacts.TestToken
  await wallet.writeContract({
    address: at.token,
    abi,
    functionName: 'mint',
    args: [at.distributor, PLENTY],
    chain: null,
  })
  return at
}

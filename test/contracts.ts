import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Abi,
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createTestClient,
  createWalletClient,
  getAddress,
  type Hex,
  http,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from 'viem'
import type { Artifact } from '../src/platform/chain/artifacts.ts'
import { type LocalChain, type LocalOptions, startLocalChain } from '../src/platform/chain/local.ts'

export type Deployed = { address: Address; abi: Abi }
export type Contracts = Awaited<ReturnType<typeof openContracts>>

/** The artifact of any contract, also of those that only tests deploy. */
export const artifactOf = (name: string) =>
  JSON.parse(readFileSync(`contracts/artifacts/${name}.json`, 'utf8')) as Artifact

/** A local chain of its own to deploy contracts on and call them as anybody: the chain itself signs for its accounts. */
export async function openContracts(options: LocalOptions = {}) {
  const local: LocalChain = await startLocalChain(options)
  const transport = http(local.rpcUrl)
  const client = createPublicClient({ transport, pollingInterval: 10, cacheTime: 0 })
  const test = createTestClient({ mode: 'anvil', transport })
  const wallet = createWalletClient({ transport })
  const addresses = local.accounts.map((a) => a.address)
  /** Asks for the receipt itself: waiting for a further block waits for ever where only transactions make blocks. */
  const mined = async (hash: Hex): Promise<TransactionReceipt> => {
    for (;;) {
      const receipt = await client.getTransactionReceipt({ hash }).catch((error: unknown) => {
        if (error instanceof TransactionReceiptNotFoundError) return undefined
        throw error
      })
      if (receipt?.status === 'success') return receipt
      if (receipt) throw new Error(`the transaction ${hash} was reverted`)
      await sleep(5)
    }
  }
  const call = (at: Deployed, functionName: string, args: readonly unknown[], by: Address) => ({
    ...at,
    functionName,
    args,
    account: by,
  })
  return {
    ...local,
    addresses,
    client,
    test,
    wallet,
    mined,
    /** A word of 32 bytes for short names. */
    word: (text: string): Hex => `0x${Buffer.from(text).toString('hex').padEnd(64, '0')}`,
    async deploy(name: string, args: readonly unknown[] = [], by = addresses[0]!): Promise<Deployed & { gas: bigint }> {
      const { abi, bytecode } = artifactOf(name)
      const hash = await wallet.deployContract({ abi, bytecode, args, account: by, chain: null } as never)
      const receipt = await mined(hash)
      return { address: getAddress(receipt.contractAddress!), abi, gas: receipt.gasUsed }
    },
    /** Carries out a call; a refusal throws the contract's error by its name. */
    async send(at: Deployed, name: string, args: readonly unknown[] = [], by = addresses[0]!) {
      const fault = await this.faultOf(at, name, args, by)
      if (fault) throw new Error(`${name} was refused: ${fault}`)
      return mined(await wallet.writeContract({ ...call(at, name, args, by), chain: null } as never))
    },
    /** The name of the error that a call would end with; undefined: it would be carried out. */
    async faultOf(at: Deployed, name: string, args: readonly unknown[] = [], by = addresses[0]!) {
      try {
        await client.simulateContract(call(at, name, args, by) as never)
        return undefined
      } catch (error) {
        const cause = (error as BaseError).walk?.((e) => e instanceof ContractFunctionRevertedError)
        if (cause instanceof ContractFunctionRevertedError) return cause.data?.errorName ?? cause.signature ?? 'unknown'
        throw error
      }
    },
    read: (at: Deployed, functionName: string, args: readonly unknown[] = []) =>
      client.readContract({ ...at, functionName, args }) as Promise<never>,
    now: async () => (await client.getBlock()).timestamp,
    async pass(seconds: number): Promise<void> {
      await test.increaseTime({ seconds })
      await test.mine({ blocks: 1 })
    },
  }
}

const DAY = 86_400n
/** What a distributor is deployed with in tests; roles are the chain's accounts 1 to 4. */
export const distributorSetup = (c: Contracts, token: Address, over: object = {}) => ({
  token,
  admin: c.addresses[1],
  adminDelay: 86_400,
  proposer: c.addresses[2],
  guardian: c.addresses[3],
  arbiter: c.addresses[4],
  challengeWindow: DAY,
  rulingWindow: 2n * DAY,
  pauseLength: 3n * DAY,
  challengeBond: 1_000n,
  ...over,
})
/** What an escrow is deployed with in tests; the settler is account 5. */
export const escrowSetup = (c: Contracts, token: Address, distributor: Address) => ({
  token,
  distributor,
  admin: c.addresses[1],
  adminDelay: 86_400,
  settler: c.addresses[5],
  guardian: c.addresses[3],
  cancelDelay: 4n * DAY,
  unreserveDelay: 2n * DAY,
  abandonDelay: 10n * DAY,
  pauseLength: 3n * DAY,
})

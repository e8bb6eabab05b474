import { BaseError, createPublicClient, http, type PublicClient } from 'viem'
import type { ChainConfig, Config } from '../../../platform/config.ts'
import { Refusal } from '../../../platform/refusal.ts'

const TIMEOUT_MS = 15_000
const clients = new Map<string, PublicClient>()

/** The chain that this installation is connected to; a refusal where it is connected to none. */
export function chainOf(config: Config): { client: PublicClient; chain: ChainConfig } {
  const { chain } = config
  if (!chain?.url) throw new Refusal('chain_off')
  let client = clients.get(chain.url)
  if (!client) {
    // Calls made at one time travel as one request; what fails is tried again by the job that needed it.
    client = createPublicClient({
      transport: http(chain.url, { batch: { batchSize: 60 }, timeout: TIMEOUT_MS, retryCount: 1 }),
    })
    clients.set(chain.url, client)
  }
  return { client, chain }
}

/** The newest block that nothing will undo. */
export async function finalBlock(client: PublicClient, chain: ChainConfig): Promise<{ number: bigint; hash: string }> {
  const block =
    chain.confirmations === undefined
      ? await client.getBlock({ blockTag: 'finalized' })
      : await client.getBlock({ blockNumber: atLeast0((await headOf(client)) - BigInt(chain.confirmations)) })
  return { number: block.number!, hash: block.hash! }
}

/** The newest block's number, asked each time: what a client remembers may be undone. */
export const headOf = (client: PublicClient): Promise<bigint> => client.getBlockNumber({ cacheTime: 0 })

const atLeast0 = (n: bigint): bigint => (n < 0n ? 0n : n)

/** What went wrong with the chain, in a few words that hold no address of an endpoint, which may hold a key. */
export function sayOf(error: unknown): string {
  if (error instanceof BaseError) {
    const inner = error.walk((e) => Boolean((e as { data?: { errorName?: string } }).data?.errorName)) as {
      data?: { errorName: string; args?: readonly unknown[] }
    } | null
    if (inner?.data) return `${inner.data.errorName}(${(inner.data.args ?? []).join(', ')})`
    return error.shortMessage.replaceAll(/https?:\/\/\S+/g, 'the endpoint').slice(0, 300)
  }
  return String((error as Error)?.message ?? error)
    .replaceAll(/https?:\/\/\S+/g, 'the endpoint')
    .slice(0, 300)
}

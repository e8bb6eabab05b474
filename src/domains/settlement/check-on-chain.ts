import { createPublicClient, http, parseEventLogs, type Hex } from 'viem'
import { DISTRIBUTOR } from './chain/abi.ts'
import { sayOf } from './chain/client.ts'
import type { EpochCheck, Finding } from './check-epoch.ts'

const MOST_BLOCKS = 1_000_000n

/** Compares a checked file with what its distributor says on the chain: the epoch's event, and where the epoch stands. */
export async function checkOnChain(
  check: EpochCheck,
  url: string,
  fromBlock: bigint,
): Promise<{ findings: Finding[]; says: string }> {
  const { header } = check
  if (!header) return { findings: [], says: '' }
  const client = createPublicClient({ transport: http(url, { timeout: 20_000 }) })
  const findings: Finding[] = []
  const say = (code: string, message: string) => void findings.push({ code, message })
  try {
    const chainId = await client.getChainId()
    if (chainId !== header.chain_id) {
      say('chain', `The endpoint is of chain ${chainId}; the file is for chain ${header.chain_id}.`)
      return { findings, says: '' }
    }
    const address = header.distributor as Hex
    const head = await client.getBlockNumber()
    const first = fromBlock > 0n ? fromBlock : head > MOST_BLOCKS ? head - MOST_BLOCKS : 0n
    const logs = await client.getLogs({ address, fromBlock: first, toBlock: head })
    const events = parseEventLogs({ abi: DISTRIBUTOR, logs, eventName: 'RootProposed' }).filter(
      (e) => e.args.epoch === BigInt(header.epoch),
    )
    const proposed = events.at(-1)?.args
    if (!proposed) {
      say('event', `The distributor never had epoch ${header.epoch} proposed since block ${first}.`)
      return { findings, says: '' }
    }
    if (proposed.root !== check.root)
      say('root', `On the chain epoch ${header.epoch} has the root ${proposed.root}; the file leads to ${check.root}.`)
    if (proposed.total !== check.total)
      say('total', `On the chain epoch ${header.epoch} declares ${proposed.total}; the file sums to ${check.total}.`)
    if (proposed.dataHash !== check.sha256)
      say(
        'file_hash',
        `On the chain epoch ${header.epoch} names the file ${proposed.dataHash}; this one is ${check.sha256}.`,
      )
    const read = { address, abi: DISTRIBUTOR } as const
    const [current, pending] = await Promise.all([
      client.readContract({ ...read, functionName: 'current' }),
      client.readContract({ ...read, functionName: 'pending' }),
    ])
    const says =
      current.root === check.root
        ? 'It is the epoch that counts now.'
        : pending.root === check.root
          ? `It waits until ${new Date(Number(pending.time) * 1000).toISOString()} before it counts.`
          : `Another epoch counts now (${current.number}).`
    return { findings, says }
  } catch (error) {
    say('chain', `The chain could not be asked: ${sayOf(error)}`)
    return { findings, says: '' }
  }
}

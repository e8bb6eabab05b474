// A wallet's gas, looked up in every way, beside what its balance really lost. Run: npx tsx bench/gas-id.ts
import { fakeExplorer, rowsOf } from '../test/fake-explorer.ts'
import { clientsOf, liveOn } from '../test/gas-history.ts'
import { bisectionOf } from '../src/platform/chain/gas/bisection.ts'
import { explorerOf } from '../src/platform/chain/gas/explorer.ts'
import { feeOf } from '../src/platform/chain/gas/fee-rules.ts'
import { beansFor, DEFAULT_TABLE, levelOf } from '../src/platform/chain/gas/level-rules.ts'
import type { GasHistoryProvider, Pin } from '../src/platform/chain/gas/provider.ts'
import { receiptsOf } from '../src/platform/chain/gas/receipts.ts'
import { type Rpc, rpcAt } from '../src/platform/chain/gas/rpc.ts'
import { FIRST_STAGE, turn } from '../src/platform/chain/gas/run.ts'
import { memoryShelf } from '../src/platform/chain/gas/shelf.ts'
import { type LocalChain, startLocalChain } from '../src/platform/chain/local.ts'
import { median, saveResult } from './lib/harness.ts'

const FAST = { per_second: 100_000, tries: 8, timeout_ms: 60_000 }
const TIP = { confirmations: 0 }
const RUNS = 3
const BATCH = 50

function counted(url: string): Rpc & { calls: number; requests: number } {
  const rpc = rpcAt(url, { pace: FAST, batch: BATCH })
  const all: Rpc['all'] = (calls) => {
    counting.calls += calls.length
    counting.requests += Math.ceil(calls.length / BATCH)
    return rpc.all(calls)
  }
  const counting = {
    calls: 0,
    requests: 0,
    all,
    one: async (...call: Parameters<Rpc['one']>) => (await all([call]))[0],
  }
  return counting
}

async function scan(provider: GasHistoryProvider, address: string, pin: Pin) {
  const shelf = memoryShelf()
  const stretch = { address, after: 0, nonce: 0, pin, nonce_end: await provider.nonceAt(address, pin) }
  let stage = FIRST_STAGE
  for (let steps = 1; ; steps++) {
    const next = await turn(provider, stretch, stage, shelf)
    if ('done' in next) {
      const transactions = shelf.transactions()
      return { ...next, steps, transactions, wei: transactions.reduce((sum, tx) => sum + feeOf(tx).wei, 0n) }
    }
    stage = next.stage
  }
}

type Way = {
  name: string
  make: (rpc: Rpc) => Promise<{ provider: GasHistoryProvider; asked?: () => number; stop?: () => Promise<void> }>
}

async function waysOn(local: LocalChain): Promise<Way[]> {
  const rows = await rowsOf(local)
  const explorer =
    (dialect: 'etherscan' | 'blockscout', manner: object): Way['make'] =>
    async (rpc) => {
      const fake = await fakeExplorer(local, manner, rows)
      const url = dialect === 'etherscan' ? `${fake.url}/api` : fake.url
      return {
        provider: explorerOf(
          { dialect, url, key: undefined, chain_id: local.chainId, rows: 1000 },
          { rpc, pace: FAST, finality: TIP },
        ),
        asked: () => fake.seen.length,
        stop: fake.stop,
      }
    }
  const harsh = { cap: 3, window: 3000, limit_every: 4, break_every: 7 }
  return [
    { name: 'receipts', make: async (rpc) => ({ provider: receiptsOf(rpc, local.chainId, TIP) }) },
    { name: 'bisection', make: async (rpc) => ({ provider: bisectionOf(rpc, local.chainId, TIP) }) },
    { name: 'explorer, Etherscan dialect', make: explorer('etherscan', {}) },
    { name: 'explorer, Blockscout dialect', make: explorer('blockscout', {}) },
    { name: 'explorer, 3 rows a page, limits and broken connections', make: explorer('etherscan', harsh) },
    {
      name: 'explorer that leaves out every third',
      make: explorer('blockscout', {
        forge: (all: { nonce: string }[]) => all.filter((r) => Number(r.nonce) % 3 !== 1),
      }),
    },
  ]
}

async function compare(local: LocalChain, address: string, paid: bigint, runs: number) {
  const pin = await bisectionOf(counted(local.rpcUrl), local.chainId, TIP).pin()
  const ways = []
  for (const way of await waysOn(local)) {
    const took: number[] = []
    let last: (Awaited<ReturnType<typeof scan>> & { calls: number; requests: number; asked: number }) | undefined
    for (let run = 0; run < runs; run++) {
      const rpc = counted(local.rpcUrl)
      const { provider, asked, stop } = await way.make(rpc)
      const began = performance.now()
      const found = await scan(provider, address, pin)
      took.push(performance.now() - began)
      last = { ...found, calls: rpc.calls, requests: rpc.requests, asked: asked?.() ?? 0 }
      await stop?.()
    }
    const { wei, completeness, steps, transactions, calls, requests, asked } = last!
    ways.push({
      way: way.name,
      wei: wei.toString(),
      equals_balance_difference: wei === paid,
      completeness,
      transactions: transactions.length,
      failed: transactions.filter((t) => t.failed).length,
      steps,
      node_calls: calls,
      node_requests: requests,
      explorer_requests: asked,
      median_ms: Math.round(median(took)),
    })
  }
  return {
    blocks: pin.block,
    balance_difference_wei: paid.toString(),
    all_equal: ways.every((w) => w.equals_balance_difference),
    ways,
  }
}

/** Many transactions over a few hundred blocks: the local chain keeps the states of no more. */
async function longLife(local: LocalChain, transactions: number, apart: number) {
  const { reader, node, walletOf } = clientsOf(local)
  const me = walletOf(7)
  const address = me.account.address
  const before = await reader.getBalance({ address })
  for (let nonce = 0; nonce < transactions; nonce++) {
    await me.sendTransaction({ to: local.accounts[8]!.address, value: 1n, gas: 21_000n, nonce })
    await node.mine({ blocks: apart })
  }
  const after = await reader.getBalance({ address })
  return { address: address.toLowerCase(), paid: before - after - BigInt(transactions) }
}

const result: Record<string, unknown> = {}
const types = await startLocalChain({ hardfork: 'prague' })
try {
  const life = await liveOn(types)
  result.every_type = {
    types:
      'legacy, 2930, 1559, 4844 with a blob, 7702 own and sponsored, creation, failed, several in a block, incoming',
    authorisations: life.nonces - life.sent,
    ...(await compare(types, life.address, life.paid, RUNS)),
  }
} finally {
  await types.stop()
}
const old = await startLocalChain()
try {
  const life = await longLife(old, 100, 3)
  const found = await compare(old, life.address, life.paid, 1)
  const halving = found.ways.find((w) => w.way === 'bisection')!
  result.long_life = {
    ...found,
    bisection_node_calls_for_each_transaction: Math.round((halving.node_calls / halving.transactions) * 10) / 10,
  }
} finally {
  await old.stop()
}
const kiddo = 250_400_000_000_000_000n
result.known_row = {
  wei: kiddo.toString(),
  level: levelOf(kiddo, DEFAULT_TABLE).level.name,
  beans: beansFor(kiddo, DEFAULT_TABLE).toString(),
}
saveResult('gas-id', 'npx tsx bench/gas-id.ts', result)

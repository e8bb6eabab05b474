import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeExplorer, type Manner, type Row, rowsOf } from '../../../../test/fake-explorer.ts'
import { fakeNode, type NodeManner } from '../../../../test/fake-node.ts'
import { clientsOf, type History, liveOn } from '../../../../test/gas-history.ts'
import { findLocalChain, type LocalChain, startLocalChain } from '../local.ts'
import { bisectionOf } from './bisection.ts'
import { explorerOf } from './explorer.ts'
import { feeOf } from './fee-rules.ts'
import { type GasHistoryProvider, type Pin, type Stretch } from './provider.ts'
import { receiptsOf } from './receipts.ts'
import { rpcAt } from './rpc.ts'
import { FIRST_STAGE, turn } from './run.ts'
import { memoryShelf } from './shelf.ts'

const FAST = { per_second: 100_000, tries: 6, timeout_ms: 5_000 }
const TIP = { confirmations: 0 }
const found = findLocalChain()

let local: LocalChain
let life: History
let pin: Pin
let rows: Row[]
const rpc = () => rpcAt(local.rpcUrl, { pace: FAST })

describe.skipIf('missing' in found)('the gas history of a wallet', () => {
  beforeAll(async () => {
    local = await startLocalChain({ hardfork: 'prague' })
    life = await liveOn(local)
    pin = await bisectionOf(rpc(), local.chainId, TIP).pin()
    rows = await rowsOf(local)
  }, 300_000)
  afterAll(() => local?.stop())

  const whole = (provider: GasHistoryProvider): Promise<Stretch> =>
    provider
      .nonceAt(life.address, pin)
      .then((nonce_end) => ({ address: life.address, after: 0, nonce: 0, pin, nonce_end }))

  async function scan(provider: GasHistoryProvider, change: Partial<Stretch> = {}) {
    const shelf = memoryShelf()
    let stage = FIRST_STAGE
    const stretch = { ...(await whole(provider)), ...change }
    for (let steps = 1; ; steps++) {
      // As a restart would: nothing but JSON lasts from step to step.
      const next = await turn(provider, stretch, JSON.parse(JSON.stringify(stage)), shelf)
      if ('done' in next) {
        const transactions = shelf.transactions()
        const sum = transactions.reduce((all, tx) => all + feeOf(tx).wei, 0n)
        return { ...next, transactions, used: shelf.used(), sum, steps }
      }
      stage = next.stage
      expect(steps).toBeLessThan(2_000)
    }
  }
  const explorer = async (dialect: 'etherscan' | 'blockscout', manner: Manner, node: boolean, tries = 6) => {
    const fake = await fakeExplorer(local, manner, rows)
    const provider = explorerOf(
      {
        dialect,
        url: dialect === 'etherscan' ? `${fake.url}/api` : fake.url,
        key: undefined,
        chain_id: local.chainId,
        rows: 1000,
      },
      { rpc: node ? rpc() : undefined, pace: { ...FAST, tries }, finality: TIP },
    )
    return { fake, provider }
  }
  const through = async (dialect: 'etherscan' | 'blockscout', manner: Manner, node = true, tries = 6) => {
    const { fake, provider } = await explorer(dialect, manner, node, tries)
    try {
      return await scan(provider)
    } finally {
      await fake.stop()
    }
  }
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: { code?: string }) => error.code ?? String(error),
    )

  test('three ways of looking find the same, and all that the balance lost', async () => {
    for (const provider of [receiptsOf(rpc(), local.chainId, TIP), bisectionOf(rpc(), local.chainId, TIP)]) {
      const seen = await scan(provider)
      expect(seen.sum, provider.id).toBe(life.paid)
      expect(seen).toMatchObject({ completeness: 'proved', missing: 0 })
      expect(seen.transactions.length).toBe(life.sent)
      expect(seen.transactions.filter((t) => t.failed).length).toBe(life.failed)
      expect(seen.used.length).toBe(2)
      expect(life.nonces).toBe(life.sent + 2)
      expect(seen.transactions.filter((t) => t.blob_fee! > 0n).length).toBe(1)
      expect(seen.transactions.find((t) => t.is_creation)).toMatchObject({ hash: life.creation, to: life.contract })
    }
    for (const dialect of ['etherscan', 'blockscout'] as const) {
      const seen = await through(dialect, {})
      expect(seen.sum, dialect).toBe(life.paid)
      expect(seen).toMatchObject({ completeness: 'proved', missing: 0 })
    }
  })

  test('a list is read past caps, windows, limits and broken connections', async () => {
    for (const manner of [
      { cap: 1 },
      { cap: 2, window: 2000 },
      { cap: 3, limit_every: 3 },
      { cap: 2, break_every: 4 },
      { window: 125 },
    ] satisfies Manner[])
      for (const dialect of ['etherscan', 'blockscout'] as const)
        expect((await through(dialect, manner)).sum, JSON.stringify(manner)).toBe(life.paid)
  })

  test('an explorer alone says what it does not know, and never calls it proved', async () => {
    const plain = await through('etherscan', {}, false)
    // Two nonces went into authorisations, which only a node can show.
    expect(plain).toMatchObject({ completeness: 'gaps', missing: 2 })
    expect(plain.sum).toBeLessThan(life.paid)
    expect(plain.transactions.every((t) => t.blob_fee === null && t.base_fee === null)).toBe(true)
    const rich = await through('blockscout', {}, false)
    expect(rich).toMatchObject({ completeness: 'gaps', missing: 2 })
    expect(rich.sum).toBe(life.paid)
  })

  const lies: Record<string, Manner> = {
    'one left out': { forge: (rows) => rows.filter((r) => r.hash !== life.creation) },
    'cut short': { forge: (rows) => rows.slice(0, 9) },
    'shown twice': { lie: (rows) => rows.flatMap((r) => [r, r]), cap: 2 },
    'gas made up': { forge: (rows) => rows.map((r) => ({ ...r, gasUsed: '9'.repeat(20) })) },
    'failures hidden': { forge: (rows) => rows.map((r) => ({ ...r, isError: '0' })) },
  }
  test.each(Object.keys(lies))('with a node, a list with %s still comes to the truth', async (name) => {
    for (const dialect of ['etherscan', 'blockscout'] as const) {
      const seen = await through(dialect, lies[name]!)
      expect(seen.sum).toBe(life.paid)
      expect(seen.completeness).toBe('proved')
      expect(seen.transactions.filter((t) => t.failed).length).toBe(life.failed)
    }
  })

  test('what cannot be true is refused', async () => {
    const cases: [Manner, string][] = [
      [{ lie: (rows) => rows.toReversed() }, 'untrusted'],
      [{ forge: (rows) => rows.map((r) => ({ ...r, hash: r.hash.replace(/.{4}$/, '0000') })) }, 'untrusted'],
      [{ forge: (rows) => rows.map((r) => ({ ...r, nonce: 'x' })) }, 'bad_answer'],
      [{ limit_every: 1 }, 'rate_limited'],
      [{ break_every: 1 }, 'unreachable'],
      [{ key: 'wanted' }, 'refused'],
      [{ window: 2, cap: 1 }, 'window'],
      [
        { lie: (r) => (r.length > 0 ? rows.filter((x) => x.blockNumber === r[0]!.blockNumber) : rows.slice(-1)) },
        'untrusted',
      ],
    ]
    for (const [manner, code] of cases) expect(await failure(through('etherscan', manner, true, 2)), code).toBe(code)
    const doubled: Manner = {
      forge: (rows) => [...rows, ...rows.map((r) => ({ ...r, hash: `0x${'ab'.repeat(32)}`, nonce: '0' }))],
    }
    expect(await failure(through('blockscout', doubled, false))).toBe('untrusted')
    expect(await failure(bisectionOf(rpc(), 1, TIP).pin())).toBe('wrong_chain')
  })

  test('without a node, a hole in a list is seen', async () => {
    const seen = await through('blockscout', lies['one left out']!, false)
    expect(seen).toMatchObject({ completeness: 'gaps', missing: 3 })
  })

  test('halving asks few questions', async () => {
    const seen = await scan(bisectionOf(rpc(), local.chainId, TIP))
    expect(seen.steps).toBeLessThan(20)
  })

  test('a chain that was reorganised is noticed', async () => {
    const provider = bisectionOf(rpc(), local.chainId, TIP)
    expect(await provider.holds(pin)).toBe(true)
    expect(await provider.holds({ ...pin, hash: `0x${'12'.repeat(32)}` })).toBe(false)
  })

  test('what came after the last scan adds up to the same', async () => {
    const { reader } = clientsOf(local)
    const half = Math.floor(pin.block / 2)
    const block = await reader.getBlock({ blockNumber: BigInt(half) })
    const middle: Pin = { block: half, hash: block.hash, at: Number(block.timestamp) }
    for (const provider of [receiptsOf(rpc(), local.chainId, TIP), bisectionOf(rpc(), local.chainId, TIP)]) {
      const nonce = (await provider.nonceAt(life.address, middle))!
      const first = await scan(provider, { pin: middle, nonce_end: nonce })
      const second = await scan(provider, { after: half, nonce })
      expect(first.sum + second.sum).toBe(life.paid)
      expect([first.completeness, second.completeness]).toEqual(['proved', 'proved'])
    }
  })

  describe('a node that is not as it should be', () => {
    const throughNode = async (
      manner: NodeManner,
      make: (rpc: Rpc, id: number, finality: object) => GasHistoryProvider = bisectionOf,
      tries = 6,
    ) => {
      const node = await fakeNode(local.rpcUrl, manner)
      try {
        return await scan(make(rpcAt(node.url, { pace: { ...FAST, tries }, batch: 20 }), local.chainId, TIP))
      } finally {
        await node.stop()
      }
    }
    type Rpc = ReturnType<typeof rpcAt>
    const answer = (method: string, change: (result: Record<string, unknown>) => unknown): NodeManner => ({
      change: (call, reply) =>
        call.method === method && reply.result
          ? { ...reply, result: change(reply.result as Record<string, unknown>) }
          : reply,
    })

    test('one that breaks off, limits and fails half-way still comes to the truth', async () => {
      for (const manner of [
        { break_every: 3 },
        { limit_every: 3 },
        { status_every: [3, 502] },
        { status_every: [4, 429] },
      ] satisfies NodeManner[])
        for (const make of [bisectionOf, receiptsOf]) {
          const seen = await throughNode(manner, make)
          expect(seen.sum, JSON.stringify(manner)).toBe(life.paid)
          expect(seen.completeness).toBe('proved')
        }
    })

    test('what it cannot or should not say is never taken for a sum', async () => {
      const cases: [NodeManner, string, typeof bisectionOf][] = [
        [{ break_every: 1 }, 'unreachable', bisectionOf],
        [{ status_every: [1, 401] }, 'refused', bisectionOf],
        [{ archive_from: pin.block - 10 }, 'no_archive', bisectionOf],
        // It forgets one answer of a batch.
        [
          { change: (call, reply) => (call.method === 'eth_getTransactionReceipt' ? undefined : reply) },
          'bad_answer',
          bisectionOf,
        ],
        // It counts one transaction too few in the middle of the chain.
        [
          {
            change: (call, reply) =>
              call.method === 'eth_getTransactionCount' && Number(call.params[1]) > 300 && Number(call.params[1]) < 310
                ? { ...reply, result: '0x0' }
                : reply,
          },
          'none',
          bisectionOf,
        ],
        // It keeps a transaction of a block to itself.
        [
          answer('eth_getBlockByNumber', (b) =>
            Array.isArray(b.transactions)
              ? { ...b, transactions: b.transactions.filter((t: { hash?: string }) => t.hash !== life.creation) }
              : b,
          ),
          'untrusted',
          bisectionOf,
        ],
        // It says that a block has no receipts.
        [answer('eth_getBlockReceipts', () => null), 'bad_answer', receiptsOf],
        // A blob transaction without what its blobs cost.
        [answer('eth_getTransactionReceipt', (r) => ({ ...r, blobGasPrice: undefined })), 'bad_answer', receiptsOf],
      ]
      for (const [manner, code, make] of cases) {
        const seen = throughNode(manner, make, 2)
        if (code === 'none') {
          const outcome = await seen.catch((error: { code: string }) => error.code)
          if (typeof outcome === 'object') expect(outcome.sum).toBe(life.paid)
          else expect(['untrusted', 'bad_answer']).toContain(outcome)
        } else expect(await failure(seen), `${code} ${JSON.stringify(manner)}`).toBe(code)
      }
    })

    test('receipts that a node leaves out are missed by number', async () => {
      const seen = await throughNode(
        answer('eth_getBlockReceipts', (list) =>
          (list as unknown as { transactionHash: string }[]).filter((r) => r.transactionHash !== life.creation),
        ),
        receiptsOf,
      )
      expect(seen).toMatchObject({ completeness: 'gaps', missing: 1 })
      expect(seen.sum).toBeLessThan(life.paid)
    })

    test('what a rollup charges for layer 1 is part of what was paid', async () => {
      const rollup = answer('eth_getTransactionReceipt', (r) => ({ ...r, l1Fee: '0x64' }))
      for (const make of [bisectionOf, receiptsOf]) {
        const seen = await throughNode(rollup, make)
        expect(seen.sum).toBe(life.paid + 100n * BigInt(life.sent))
        expect(seen.transactions.reduce((sum, t) => sum + t.l1_fee!, 0n)).toBe(100n * BigInt(life.sent))
      }
    })

    test('without old states, an explorer and a node see what is missing and say so', async () => {
      const node = await fakeNode(local.rpcUrl, { archive_from: pin.block - 10 })
      const fake = await fakeExplorer(local, lies['one left out']!, rows)
      try {
        const at = { dialect: 'blockscout' as const, url: fake.url, key: undefined, chain_id: local.chainId, rows: 50 }
        const seen = await scan(explorerOf(at, { rpc: rpcAt(node.url, { pace: FAST }), pace: FAST, finality: TIP }))
        // The one left out, and the authorisation that somebody else carried.
        expect(seen).toMatchObject({ completeness: 'gaps', missing: 2 })
      } finally {
        await fake.stop()
        await node.stop()
      }
    })
  })

  test('a chain that really is reorganised below the pin is noticed', async () => {
    const { node, reader, walletOf } = clientsOf(local)
    const provider = bisectionOf(rpc(), local.chainId, TIP)
    // A block with something in it: without it the chain makes the very same block again.
    const gone = walletOf(6).sendTransaction({ to: life.contract as `0x${string}`, gas: 200_000n })
    await reader.waitForTransactionReceipt({ hash: await gone })
    const before = await provider.pin()
    expect(await provider.holds(before)).toBe(true)
    await node.request({ method: 'anvil_reorg', params: [3, []] } as never)
    await node.mine({ blocks: 2 })
    expect(Number(await reader.getBlockNumber())).toBeGreaterThanOrEqual(before.block)
    expect(await provider.holds(before)).toBe(false)
    expect(await provider.holds(pin)).toBe(true)
  })
})

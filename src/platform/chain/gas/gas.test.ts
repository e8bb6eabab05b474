import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeExplorer, type Manner, type Row, rowsOf } from '../../../../test/fake-explorer.ts'
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
  }, 180_000)
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
})

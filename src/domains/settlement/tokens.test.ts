import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWalletClient, http, type Abi, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, choose, giveClaimable, linkWallet, startTestChain, type TestChain } from '../../../test/chain.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import blocking from '../../../contracts/artifacts/BlockingToken.json' with { type: 'json' }
import fee from '../../../contracts/artifacts/FeeToken.json' with { type: 'json' }
import { findLocalChain } from '../../platform/chain/local.ts'
import { balanceOf } from '../ledger/queries.ts'
import type { Deployed } from './deploy.ts'

const JOBS = ['advance_epochs', 'send_transactions', 'read_chain', 'credit_claims', 'relay_claims', 'reconcile_chain']
const UNIT = 10n ** 16n
const params = { currency: 'TOK' }

describe.skipIf('missing' in findLocalChain())('tokens that are not like others, and people who come at once', () => {
  let chain: TestChain
  const dirs: string[] = []
  const worlds: World[] = []
  let used = 5000

  beforeAll(async () => {
    chain = await startTestChain()
  })
  afterAll(async () => {
    for (const w of worlds) await w.close()
    await chain?.close()
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
  })

  async function make(artifact: { abi: unknown; bytecode: string }): Promise<Hex> {
    const wallet = createWalletClient({ transport: http(chain.rpcUrl), account: chain.accounts[0]! })
    const hash = await wallet.deployContract({
      abi: artifact.abi as Abi,
      bytecode: artifact.bytecode as Hex,
      chain: null,
    })
    return (await chain.client.waitForTransactionReceipt({ hash })).contractAddress!
  }
  const setBlocked = async (token: Hex, account: Hex, to: boolean) => {
    const wallet = createWalletClient({ transport: http(chain.rpcUrl), account: chain.accounts[0]! })
    const call = {
      address: token,
      abi: blocking.abi as Abi,
      functionName: 'setBlocked',
      args: [account, to],
      chain: null,
    }
    await chain.client.waitForTransactionReceipt({ hash: await wallet.writeContract(call) })
  }
  async function setUp(token: Hex | undefined, count: number) {
    const dir = mkdtempSync(join(tmpdir(), 'assay-tokens-'))
    dirs.push(dir)
    const w = await createWorld({ config: { chain: chain.config(), data_dir: dir }, poolSize: 12 })
    worlds.push(w)
    const operator = await w.person('olga', { roles: ['operator'] })
    const at = await chain.deploy(token)
    await operator.client.ledger.create_currency({ body: { code: 'TOK', scale: 2, name: 'Token' } })
    await operator.client.settlement.add_token({
      body: { currency: 'TOK', ...at, step_minor: '100', least_people: 1, every_hours: 0 },
    })
    const people = await Promise.all(Array.from({ length: count }, (_, i) => w.person(`p${i}`)))
    const addresses: Hex[] = []
    for (const p of people) {
      addresses.push(addressOf(used++))
      await giveClaimable(w, p, 'TOK', 5_000n)
      await choose(w, p, 'TOK', await linkWallet(w, p, addresses.at(-1)!))
    }
    return { w, at, operator, people, addresses }
  }
  const work = async (w: World, rounds = 6, jobs = JOBS) => {
    for (let i = 0; i < rounds; i++) {
      w.clock.advance(60_000)
      await w.jobs(jobs)
    }
  }
  async function activate(s: { w: World; at: Deployed; operator: Person; people: Person[] }, fund: bigint) {
    for (const p of s.people) await p.client.settlement.withdraw({ params, body: { amount_minor: '2000' } })
    await s.operator.client.settlement.start_epoch({ body: params })
    await work(s.w, 3)
    await chain.fund(s.at, fund)
    await chain.pass(4 * 86_400)
  }
  const differencesOf = async (operator: Person) =>
    (await operator.client.settlement.reconciliation()).items[0]!.differences.map((d) => d.code)

  test('somebody the token blocks is left out with a reason, and paid when it lets them', async () => {
    const token = await make(blocking)
    const s = await setUp(token, 3)
    const [a, b, c] = s.addresses as [Hex, Hex, Hex]
    await activate(s, 6_000n * UNIT)
    await setBlocked(token, b, true)
    await work(s.w)
    expect(await Promise.all([a, b, c].map((x) => chain.balance(s.at, x)))).toEqual([2_000n * UNIT, 0n, 2_000n * UNIT])
    const { items } = await s.operator.client.settlement.dropped({})
    expect(items).toMatchObject([{ address: b, tries: 1, reason: expect.stringContaining('refused to pay') }])
    const mine = (await s.people[1]!.client.settlement.mine()).items[0]
    expect(mine).toMatchObject({ on_chain_minor: '2000', claimed_minor: '0', dropped: { reason: expect.any(String) } })
    expect(await differencesOf(s.operator)).toEqual([])
    await setBlocked(token, b, false)
    // It would be tried again in an hour; asking brings it forward.
    await work(s.w, 2)
    expect(await chain.balance(s.at, b)).toBe(0n)
    await s.people[1]!.client.settlement.ask_again({ params, body: {} })
    await work(s.w)
    expect(await chain.balance(s.at, b)).toBe(2_000n * UNIT)
    expect((await s.operator.client.settlement.dropped({})).items).toEqual([])
    await expect(s.people[1]!.client.settlement.ask_again({ params, body: {} })).rejects.toMatchObject({
      code: 'nothing_on_chain',
    })
  })

  test('somebody who is blocked after the trial and before the block takes nobody with them', async () => {
    const token = await make(blocking)
    const s = await setUp(token, 3)
    await activate(s, 6_000n * UNIT)
    const other = JOBS.filter((j) => j !== 'relay_claims')
    await work(s.w, 4, other)
    await work(s.w, 1, ['relay_claims'])
    await setBlocked(token, s.addresses[0]!, true)
    await work(s.w, 3, other)
    expect(await chain.balance(s.at, s.addresses[1]!)).toBe(2_000n * UNIT)
    expect((await s.operator.client.settlement.dropped({})).items).toMatchObject([{ address: s.addresses[0] }])
    expect(await differencesOf(s.operator)).toEqual([])
  })

  test('a token that keeps a part is found out on one person, and stops', async () => {
    const s = await setUp(await make(fee), 6)
    await activate(s, 12_000n * UNIT)
    await work(s.w, 8)
    const got = await Promise.all(s.addresses.map((x) => chain.balance(s.at, x)))
    expect(got.filter((x) => x > 0n)).toEqual([1_980n * UNIT])
    expect(await differencesOf(s.operator)).toEqual(['fee'])
    await s.people[0]!.client.settlement.withdraw({ params, body: { amount_minor: '1000' } })
    await expect(s.operator.client.settlement.start_epoch({ body: params })).rejects.toMatchObject({
      code: 'token_unfit',
      message: expect.stringContaining('kept a part'),
    })
  })

  test('of many withdrawals at once no unit is promised twice, and of two starts one is', async () => {
    const s = await setUp(undefined, 2)
    const [me, other] = s.people as [Person, Person]
    const asked = await Promise.allSettled(
      Array.from({ length: 20 }, () => me.client.settlement.withdraw({ params, body: { amount_minor: '700' } })),
    )
    expect(asked.filter((a) => a.status === 'fulfilled')).toHaveLength(7)
    expect(await balanceOf(s.w.db, `person:${me.account_id}:claimable`, 'TOK')).toBe(100n)
    expect(await balanceOf(s.w.db, `person:${me.account_id}:paying`, 'TOK')).toBe(4_900n)
    const { withdrawal } = await other.client.settlement.withdraw({ params, body: { amount_minor: '700' } })
    const place = { ...params, withdrawal_id: withdrawal.withdrawal_id }
    // Starting, starting again and calling back, all at once: the withdrawal is in the epoch or back, never both.
    const [start, again, back] = await Promise.allSettled([
      s.operator.client.settlement.start_epoch({ body: params }),
      s.operator.client.settlement.start_epoch({ body: params }),
      other.client.settlement.call_back({ params: place, body: {} }),
    ])
    expect([start, again].filter((x) => x.status === 'fulfilled')).toHaveLength(1)
    const { items } = await other.client.settlement.withdrawals({ params })
    expect(items[0]!.state).toBe(back.status === 'fulfilled' ? 'cancelled' : 'in_epoch')
    const claimable = await balanceOf(s.w.db, `person:${other.account_id}:claimable`, 'TOK')
    expect(claimable).toBe(back.status === 'fulfilled' ? 5_000n : 4_300n)
  })

  test('on a ladder one amount of few leaves in each epoch', async () => {
    const s = await setUp(undefined, 1)
    await s.operator.client.settlement.change_token({ params, body: { is_ladder: true } })
    const [me] = s.people as [Person]
    expect((await me.client.settlement.mine()).items[0]).toMatchObject({ withdrawable_minor: '5000', is_ladder: true })
    const { withdrawal } = await me.client.settlement.withdraw({ params, body: { amount_minor: '4999' } })
    expect(withdrawal.amount_minor).toBe('2000')
    await expect(me.client.settlement.withdraw({ params, body: { amount_minor: '500' } })).rejects.toMatchObject({
      code: 'withdrawal_waits',
    })
  })
})

import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWalletClient, http } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, choose, giveClaimable, linkWallet, startTestChain, type TestChain } from '../../../test/chain.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { findLocalChain } from '../../platform/chain/local.ts'
import { auditInstallation } from '../ledger/audit.ts'
import { DISTRIBUTOR } from './chain/abi.ts'
import type { Deployed } from './deploy.ts'

const JOBS = ['advance_epochs', 'send_transactions', 'read_chain', 'credit_claims', 'relay_claims', 'reconcile_chain']
const UNIT = 10n ** 16n
const params = { currency: 'TOK' }

/** An endpoint that loses every n-th request, half of them after the chain has seen them. */
async function lossyEndpoint(to: string) {
  let [seen, every, lost] = [0, 0, 0]
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (d: Buffer) => pieces.push(d))
    request.on('end', () => {
      seen += 1
      const isLost = every > 0 && seen % every === 0
      const lose = () => request.socket.destroy()
      if (isLost) lost += 1
      if (isLost && lost % 2 === 0) return lose()
      void fetch(to, { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.concat(pieces) })
        .then(async (answer) => {
          const text = await answer.text()
          if (isLost) lose()
          else response.writeHead(200, { 'content-type': 'application/json' }).end(text)
        })
        .catch(lose)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseEvery: (n: number) => void (every = n),
    lost: () => lost,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

describe.skipIf('missing' in findLocalChain())('when the chain misbehaves', () => {
  let chain: TestChain
  let endpoint: Awaited<ReturnType<typeof lossyEndpoint>>
  const dirs: string[] = []
  const worlds: World[] = []

  beforeAll(async () => {
    chain = await startTestChain()
    endpoint = await lossyEndpoint(chain.rpcUrl)
  })
  afterAll(async () => {
    for (const w of worlds) await w.close()
    await endpoint?.close()
    await chain?.close()
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
  })

  type Set = { w: World; at: Deployed; operator: Person; people: Person[] }
  let used = 1000
  /** An installation of its own with three people who have 50.00 each, on a distributor of its own. */
  async function setUp(over: Parameters<TestChain['config']>[0] = {}): Promise<Set> {
    const dir = mkdtempSync(join(tmpdir(), 'assay-faults-'))
    dirs.push(dir)
    const w = await createWorld({ config: { chain: chain.config(over), data_dir: dir } })
    worlds.push(w)
    const operator = await w.person('olga', { roles: ['operator'] })
    const at = await chain.deploy()
    await operator.client.ledger.create_currency({ body: { code: 'TOK', scale: 2, name: 'Token' } })
    await operator.client.settlement.add_token({
      body: { currency: 'TOK', ...at, step_minor: '100', least_people: 1, every_hours: 0 },
    })
    const people = await Promise.all(['p1', 'p2', 'p3'].map((h) => w.person(h)))
    for (const p of people) {
      await giveClaimable(w, p, 'TOK', 5_000n)
      await choose(w, p, 'TOK', await linkWallet(w, p, addressOf(used++)))
    }
    return { w, at, operator, people }
  }
  const addresses = (n = 3) => Array.from({ length: n }, (_, i) => addressOf(used - n + i))
  const work = async (w: World, rounds = 6, jobs = JOBS) => {
    for (let i = 0; i < rounds; i++) {
      w.clock.advance(60_000)
      await w.jobs(jobs)
    }
  }
  async function activate({ w, at, operator, people }: Set, amount = 2_000): Promise<void> {
    for (const p of people) await p.client.settlement.withdraw({ params, body: { amount_minor: String(amount) } })
    await operator.client.settlement.start_epoch({ body: params })
    await work(w, 3)
    await chain.fund(at, BigInt(amount * people.length) * UNIT)
    await chain.pass(4 * 86_400)
  }
  const differencesOf = async (s: Set) => (await s.operator.client.settlement.reconciliation()).items[0]?.differences
  const problemsOf = async (w: World) =>
    (await auditInstallation({ db: w.db })).problems.filter(
      (p) => p.check === 'payouts' || /paying|claimed/.test(p.message),
    )

  test('an endpoint that loses every third request, before or after, loses or repeats nothing', async () => {
    const s = await setUp({ url: endpoint.url })
    for (const p of s.people) await p.client.settlement.withdraw({ params, body: { amount_minor: '2000' } })
    await s.operator.client.settlement.start_epoch({ body: params })
    await chain.fund(s.at, 6_000n * UNIT)
    const stubborn = async (until: () => Promise<boolean>) => {
      for (let i = 0; i < 60 && !(await until()); i++)
        for (const job of JOBS) {
          s.w.clock.advance(20_000)
          endpoint.loseEvery(3 + (i % 3))
          // A job that fails is tried again at its next turn; the test's own is no other.
          await s.w.jobs([job]).catch(() => {})
        }
      endpoint.loseEvery(0)
    }
    const stateIs = (state: string) => async () => (await s.w.stranger.settlement.epochs({})).items[0]!.state === state
    await stubborn(stateIs('proposed'))
    await chain.pass(4 * 86_400)
    await stubborn(stateIs('active'))
    const isPaid = async () => (await Promise.all(addresses().map((a) => chain.balance(s.at, a)))).every((b) => b > 0n)
    await stubborn(isPaid)
    await work(s.w)
    expect(endpoint.lost()).toBeGreaterThan(10)
    for (const a of addresses()) expect(await chain.balance(s.at, a)).toBe(2_000n * UNIT)
    expect(await differencesOf(s)).toEqual([])
    expect(await problemsOf(s.w)).toEqual([])
    const { items } = await s.operator.client.settlement.transactions({})
    expect(items.filter((t) => t.state === 'done').map((t) => t.purpose.split(':')[0]).toSorted()).toEqual(['activate', 'claims', 'propose']) // prettier-ignore
  })

  test('a claim that a reorganisation undoes is credited only once it is final', async () => {
    const s = await setUp({ confirmations: 3 })
    await activate(s)
    await chain.test.mine({ blocks: 4 })
    await work(s.w, 2)
    await chain.test.mine({ blocks: 4 })
    // Active and final by now; the claims are sent, and one block holds them.
    await work(s.w, 3)
    expect(await chain.balance(s.at, addresses()[0]!)).toBe(2_000n * UNIT)
    const claimed = async () => (await s.people[0]!.client.settlement.mine()).items[0]!.claimed_minor
    expect(await claimed()).toBe('0')
    const events = async () =>
      (await s.w.db.selectFrom('chain_event').select('kind').where('kind', '=', 'claimed').execute()).length
    expect(await events()).toBe(3)
    await fetch(chain.rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'anvil_reorg', params: [2, []] }),
    })
    expect(await chain.balance(s.at, addresses()[0]!)).toBe(0n)
    await work(s.w, 1, ['read_chain'])
    expect(await events()).toBe(0)
    // The same signed bytes are sent again; nothing is claimed twice.
    await work(s.w, 3)
    expect(await chain.balance(s.at, addresses()[0]!)).toBe(2_000n * UNIT)
    await chain.test.mine({ blocks: 4 })
    await work(s.w, 3)
    expect(await claimed()).toBe('2000')
    expect(await differencesOf(s)).toEqual([])
    expect(await problemsOf(s.w)).toEqual([])
  })

  test('what was final and vanished stops everything in words', async () => {
    const s = await setUp()
    await activate(s)
    await work(s.w)
    await fetch(chain.rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'anvil_reorg', params: [3, []] }),
    })
    await expect(s.w.jobs(['read_chain'])).rejects.toThrow(/undid .* events that were final/)
  })

  test('a claim sent by somebody else counts, and is not sent again', async () => {
    const s = await setUp()
    await activate(s)
    await work(
      s.w,
      3,
      JOBS.filter((j) => j !== 'relay_claims'),
    )
    const proof = await s.people[0]!.client.settlement.proof({ params })
    const wallet = createWalletClient({ transport: http(chain.rpcUrl), account: chain.accounts[8]! })
    await wallet.sendTransaction({ to: s.at.distributor, data: proof.call_data as `0x${string}`, chain: null })
    await work(s.w)
    for (const a of addresses()) expect(await chain.balance(s.at, a)).toBe(2_000n * UNIT)
    const relayed = (await s.operator.client.settlement.transactions({})).items.find(
      (t) => t.role === 'relayer' && t.rows > 0,
    )
    expect(relayed).toMatchObject({ rows: 2 })
    expect(await differencesOf(s)).toEqual([])
  })

  test('an epoch is revoked before and after it was proposed; its money waits for the next', async () => {
    const s = await setUp()
    for (const p of s.people) await p.client.settlement.withdraw({ params, body: { amount_minor: '2000' } })
    const first = await s.operator.client.settlement.start_epoch({ body: params })
    const revoke = (epoch_id: string) => s.operator.client.settlement.revoke_epoch({ params: { epoch_id }, body: {} })
    expect(await revoke(first.epoch_id)).toMatchObject({ state: 'revoked' })
    const second = await s.operator.client.settlement.start_epoch({ body: params })
    await work(s.w, 3)
    expect(await revoke(second.epoch_id)).toMatchObject({ state: 'proposed' })
    await work(s.w, 3)
    expect(await revoke(second.epoch_id)).toMatchObject({ state: 'revoked' })
    expect((await s.people[0]!.client.settlement.mine()).items[0]).toMatchObject({ waiting_minor: '2000' })
    const third = await s.operator.client.settlement.start_epoch({ body: params })
    expect(third).toMatchObject({ number: 1 })
    await work(s.w, 3)
    await chain.fund(s.at, 6_000n * UNIT)
    await chain.pass(4 * 86_400)
    await work(s.w)
    for (const a of addresses()) expect(await chain.balance(s.at, a)).toBe(2_000n * UNIT)
    await expect(revoke(third.epoch_id)).rejects.toMatchObject({ code: 'epoch_counts' })
    expect(await differencesOf(s)).toEqual([])
  })

  test('a root that somebody else proposed with our key is named, and stops the next epoch', async () => {
    const s = await setUp()
    const wallet = createWalletClient({ transport: http(chain.rpcUrl), account: chain.accounts[1]! })
    const root = `0x${'11'.repeat(32)}` as const
    const hash = await wallet.writeContract({
      address: s.at.distributor,
      abi: DISTRIBUTOR,
      functionName: 'proposeRoot',
      args: [1n, root, 5n, root],
      chain: null,
    })
    await chain.client.waitForTransactionReceipt({ hash })
    await chain.pass(4 * 86_400)
    await chain.fund(s.at, 5n)
    const other = createWalletClient({ transport: http(chain.rpcUrl), account: chain.accounts[9]! })
    const data = { address: s.at.distributor, abi: DISTRIBUTOR, functionName: 'activateRoot', chain: null } as const
    await chain.client.waitForTransactionReceipt({ hash: await other.writeContract(data) })
    await work(s.w, 3)
    expect((await differencesOf(s))!.map((d) => d.code)).toEqual(['declared', 'root'])
    await s.people[0]!.client.settlement.withdraw({ params, body: { amount_minor: '2000' } })
    await expect(s.operator.client.settlement.start_epoch({ body: params })).rejects.toMatchObject({
      code: 'token_unfit',
    })
  })
})

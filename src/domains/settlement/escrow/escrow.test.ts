import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWalletClient, encodeFunctionData, http, type Hex, type LocalAccount } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, choose, linkWallet, startTestChain, type TestChain } from '../../../../test/chain.ts'
import { draft, topUp } from '../../../../test/draft.ts'
import { createWorld, type Person, type World } from '../../../../test/world.ts'
import { artifacts } from '../../../platform/chain/artifacts.ts'
import { findLocalChain } from '../../../platform/chain/local.ts'
import { auditInstallation } from '../../ledger/audit.ts'
import { personAccount } from '../../ledger/accounts.ts'
import { ensureSeason } from '../../seasons/ensure.ts'
import { ESCROW } from '../chain/abi.ts'
import type { Deployed } from '../deploy.ts'
import { labelOf } from './rules.ts'

const JOBS = ['advance_epochs', 'send_transactions', 'read_chain', 'credit_claims', 'relay_claims', 'settle_escrows', 'reconcile_chain'] // prettier-ignore
const UNIT = 10n ** 16n
const DAY_S = 86_400

describe.skipIf('missing' in findLocalChain())('a budget in an escrow', () => {
  let chain: TestChain
  let w: World
  let at: Deployed
  let escrow: Hex
  let operator: Person
  let requester: Person
  let worker: Person
  let purse: LocalAccount
  let stranger: LocalAccount
  let campaign_id: string
  let worst: bigint
  const dir = mkdtempSync(join(tmpdir(), 'assay-escrow-'))

  const work = async (rounds = 4, minutes = 1) => {
    for (let i = 0; i < rounds; i++) {
      w.clock.advance(minutes * 60_000)
      await w.jobs(JOBS)
    }
  }
  const send = async (from: LocalAccount, calls: readonly { to: string; data: string }[]) => {
    const wallet = createWalletClient({ transport: http(chain.rpcUrl), account: from })
    for (const c of calls) {
      const hash = await wallet.sendTransaction({ to: c.to as Hex, data: c.data as Hex, chain: null })
      const { status } = await chain.client.waitForTransactionReceipt({ hash })
      expect(status).toBe('success')
    }
  }
  const mint = (to: Hex, units: bigint) =>
    send(chain.accounts[0]!, [{ to: at.token, data: encodeFunctionData({ abi: artifacts.TestToken.abi, functionName: 'mint', args: [to, units] }) }]) // prettier-ignore
  const make = async (by: Person): Promise<string> => {
    const prices = [{ currency: 'TOK', contribute_minor: '100', review_minor: '10', bonus_bps: 0 }]
    const made = await by.client.campaigns.create({
      body: draft({ open_collection: true, settings: { prices } as never }),
    })
    return made.campaign_id
  }
  const escrowOf = async (by: Person, id: string) =>
    (await by.client.escrow.of_campaign({ params: { campaign_id: id } })).items[0]!
  const budgetOf = async () =>
    (await requester.client.campaigns.manage({ params: { campaign_id } })).budget.find((b) => b.currency === 'TOK')!
  const held = async () => (await escrowOf(requester, campaign_id)).opened[0]!
  const differences = async () => (await operator.client.settlement.reconciliation()).items[0]!.differences
  const transfer = (id: string, kind: string, debit: string, credit: string, amount: bigint) =>
    w.db
      .insertInto('transfer')
      .values({
        campaign_id,
        id,
        kind,
        subject_id: '1',
        debit,
        credit,
        currency: 'TOK',
        amount_minor: amount.toString(),
        at: w.clock.now(),
      }) // prettier-ignore
      .execute()
  const campaign = () => `campaign:${campaign_id}`

  beforeAll(async () => {
    chain = await startTestChain()
    w = await createWorld({ config: { chain: chain.config(), data_dir: dir } })
    w.clock.set(new Date(Number((await chain.client.getBlock()).timestamp) * 1000))
    operator = await w.person('olga', { roles: ['operator'] })
    requester = await w.person('rosa')
    worker = await w.person('wim')
    ;[purse, stranger] = [chain.accounts[7]!, chain.accounts[8]!]
    await ensureSeason(w.ctx())
    at = await chain.deploy()
    await operator.client.ledger.create_currency({ body: { code: 'TOK', scale: 2, name: 'Dollar' } })
    const body = { currency: 'TOK', ...at, step_minor: '1', least_people: 1, every_hours: 0 }
    await operator.client.settlement.add_token({ body })
    campaign_id = await make(requester)
    worst = BigInt((await budgetOf()).missing_minor)
  })
  afterAll(async () => {
    await w?.close()
    await chain?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  test('is recorded once, and only a contract that holds this token and pays into this distributor', async () => {
    const params = { currency: 'TOK' }
    const add = (address: string) =>
      operator.client.escrow.add({ params, body: { escrow: address, first_block: at.first_block } })
    await expect(add(addressOf(1))).rejects.toMatchObject({ code: 'escrow_unfit' })
    await expect(add(at.distributor)).rejects.toMatchObject({ code: 'escrow_unfit' })
    const elsewhere = await chain.deployEscrow(await chain.deploy())
    await expect(add(elsewhere.escrow)).rejects.toMatchObject({ code: 'escrow_unfit' })
    ;({ escrow } = await chain.deployEscrow(at))
    expect(await add(escrow)).toEqual({ currency: 'TOK', escrow: escrow.toLowerCase() })
    await expect(add(escrow)).rejects.toMatchObject({ code: 'escrow_exists' })
    await expect(
      operator.client.escrow.add({ params: { currency: 'NONE' }, body: { escrow, first_block: 0 } }),
    ).rejects.toMatchObject({ code: 'token_unknown' })
  })

  test('counts when the requester’s own wallet opens it, whoever else tries; and nothing is added beside it', async () => {
    const before = await escrowOf(requester, campaign_id)
    expect(before, 'without a linked wallet there is nothing to send').toMatchObject({
      missing_units: (worst * UNIT).toString(),
      calls: [],
      opened: [],
    })
    await linkWallet(w, requester, purse.address)
    await mint(purse.address, 10n * worst * UNIT)
    await mint(stranger.address, 1_000n * UNIT)
    const { calls, label } = await escrowOf(requester, campaign_id)
    const data = (amount: bigint, of: Hex) =>
      encodeFunctionData({ abi: ESCROW, functionName: 'open', args: [of, amount, BigInt(Math.floor(w.clock.now().getTime() / 1000) + 600 * DAY_S)] }) // prettier-ignore
    await send(stranger, [{ to: calls[0]!.to, data: calls[0]!.data }, { to: escrow, data: data(5n * UNIT, label as Hex) }]) // prettier-ignore
    await work()
    expect((await budgetOf()).funded_minor, 'a stranger’s money is not the campaign’s').toBe('0')
    expect((await escrowOf(requester, campaign_id)).opened).toMatchObject([{ refused: 'not_their_wallet' }])
    await send(purse, calls)
    await work()
    expect(await budgetOf()).toMatchObject({ funded_minor: worst.toString(), missing_minor: '0' })
    expect(await held()).toMatchObject({
      refused: null,
      deposited_units: (worst * UNIT).toString(),
      reserved_units: '0',
    })
    await topUp(w, requester, 100, 'TOK')
    const params = { campaign_id }
    const fund = requester.client.campaigns.fund({ params, body: { currency: 'TOK', amount_minor: '100' } })
    await expect(fund).rejects.toMatchObject({ code: 'campaign_escrowed' })
    await send(purse, [
      { to: at.token, data: calls[0]!.data },
      { to: escrow, data: encodeFunctionData({ abi: ESCROW, functionName: 'topUp', args: [(await held()).escrow_id as Hex, UNIT / 2n] }) },
    ]) // prettier-ignore
    await work()
    expect((await budgetOf()).funded_minor, 'half a minor unit waits for its other half').toBe(worst.toString())
    expect(await differences()).toEqual([])
  })

  test('a budget that was begun with the operator’s balance is not continued in an escrow', async () => {
    const other = await make(requester)
    await requester.client.campaigns.fund({ params: { campaign_id: other }, body: { currency: 'TOK', amount_minor: '100' } }) // prettier-ignore
    const { calls } = await escrowOf(requester, other)
    await send(purse, calls)
    await work()
    expect((await escrowOf(requester, other)).opened).toMatchObject([{ refused: 'funded_otherwise' }])
    const { budget } = await requester.client.campaigns.manage({ params: { campaign_id: other } })
    expect(budget.find((b) => b.currency === 'TOK')!.funded_minor).toBe('100')
  })

  test('what is paid for work is set aside, at most once an hour, and pays people without the operator’s money', async () => {
    await transfer('r1', 'reward', campaign(), personAccount(worker.account_id, 'frozen'), 600n)
    await transfer('r0', 'held', campaign(), personAccount(worker.account_id, 'held'), 100n)
    await work()
    expect(await held()).toMatchObject({ reserved_units: (700n * UNIT).toString() })
    await transfer('r2', 'held', campaign(), personAccount(worker.account_id, 'held'), 50n)
    await work()
    expect((await held()).reserved_units, 'within the hour nothing more').toBe((700n * UNIT).toString())
    await work(2, 60)
    await work()
    expect((await held()).reserved_units).toBe((750n * UNIT).toString())
    await transfer('t1', 'thaw', personAccount(worker.account_id, 'frozen'), personAccount(worker.account_id, 'claimable'), 600n) // prettier-ignore
    await choose(w, worker, 'TOK', await linkWallet(w, worker, addressOf(5)))
    const params = { currency: 'TOK' }
    await worker.client.settlement.withdraw({ params, body: { amount_minor: '600' } })
    await operator.client.settlement.start_epoch({ body: params })
    await work(3)
    await chain.pass(4 * DAY_S)
    await work(10)
    expect(await chain.balance(at, addressOf(5))).toBe(600n * UNIT)
    expect(await held()).toMatchObject({
      released_units: (600n * UNIT).toString(),
      reserved_units: (150n * UNIT).toString(),
    })
    expect(await differences()).toEqual([])
  })

  test('cancelled on the chain, the campaign ends here; what came back is freed after its veto, the rest goes back', async () => {
    const id = (await held()).escrow_id as Hex
    const call = (functionName: 'requestCancel' | 'refund', args: readonly unknown[]) => ({
      to: escrow,
      data: encodeFunctionData({ abi: artifacts.CampaignEscrow.abi, functionName, args }),
    })
    // Held pay that was forfeited comes back to the campaign.
    await transfer('f1', 'forfeit', personAccount(worker.account_id, 'held'), campaign(), 100n)
    await work(2, 60)
    expect((await held()).reserved_units, 'while work goes on nothing is freed').toBe((150n * UNIT).toString())
    await send(purse, [call('requestCancel', [id])])
    await work()
    await w.jobs(['close_campaigns'])
    await w.jobs(['close_campaigns'])
    const left = worst - 650n
    expect(await requester.client.campaigns.manage({ params: { campaign_id } })).toMatchObject({ status: 'cancelled' })
    expect(await budgetOf()).toMatchObject({ returned_minor: left.toString(), left_minor: '0' })
    const free = await w.db.selectFrom('transfer').select('credit').where('kind', '=', 'campaign_returned').execute()
    expect(free.map((t) => t.credit), 'to be had on the chain, not to be spent here once more').toEqual([`escrow:${campaign_id}`]) // prettier-ignore
    await work()
    await chain.pass(4 * DAY_S)
    await work()
    expect((await held()).reserved_units).toBe((50n * UNIT).toString())
    await chain.pass(11 * DAY_S)
    const before = await chain.balance(at, purse.address)
    await send(stranger, [call('refund', [id, purse.address])])
    expect((await chain.balance(at, purse.address)) - before).toBe(left * UNIT + UNIT / 2n)
    await work()
    expect(await differences()).toEqual([])
    const gone = await w.db
      .selectFrom('transfer')
      .select('amount_minor')
      .where('kind', '=', 'escrow_refunded')
      .execute()
    expect(gone.map((t) => t.amount_minor)).toEqual([left.toString()])
    await work()
    const books = await auditInstallation({ db: w.db })
    expect(books.problems.filter((p) => p.check === 'accounts' || p.check === 'balances')).toEqual([])
  })

  test('the label is the campaign’s number, so that anybody can find it', async () => {
    expect((await escrowOf(requester, campaign_id)).label).toBe(labelOf(campaign_id))
  })
})

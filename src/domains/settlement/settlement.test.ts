import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, choose, giveClaimable, linkWallet, startTestChain, type TestChain } from '../../../test/chain.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { findLocalChain } from '../../platform/chain/local.ts'
import type { Deployed } from './deploy.ts'
import { eraseAccount } from '../identity/erase-queries.ts'
import { checkEpoch } from './check-epoch.ts'
import { eraseWallets } from './erase-queries.ts'

const JOBS = ['advance_epochs', 'send_transactions', 'read_chain', 'credit_claims', 'relay_claims', 'reconcile_chain']
const UNIT = 10n ** 16n

describe.skipIf('missing' in findLocalChain())('from the ledger to a claim', () => {
  let chain: TestChain
  let w: World
  let at: Deployed
  let operator: Person
  let people: Person[]
  const dir = mkdtempSync(join(tmpdir(), 'assay-epochs-'))

  /** Background work, as often as it takes for one thing to lead to the next. */
  const work = async (rounds = 6) => {
    for (let i = 0; i < rounds; i++) {
      w.clock.advance(60_000)
      await w.jobs(JOBS)
    }
  }

  beforeAll(async () => {
    chain = await startTestChain()
    w = await createWorld({ config: { chain: chain.config(), data_dir: dir } })
    operator = await w.person('olga', { roles: ['operator'] })
    at = await chain.deploy()
    await operator.client.ledger.create_currency({ body: { code: 'TOK', scale: 2, name: 'Dollar' } })
    people = await Promise.all(Array.from({ length: 5 }, (_, i) => w.person(`person${i}`)))
    for (const [i, p] of people.entries()) await giveClaimable(w, p, 'TOK', BigInt(5_050 + 1_000 * i))
  })
  afterAll(async () => {
    await w?.close()
    await chain?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  test('a token is checked before it is recorded', async () => {
    const body = { currency: 'TOK', ...at, step_minor: '1000', least_people: 2, every_hours: 0 }
    await expect(
      operator.client.settlement.add_token({ body: { ...body, token: addressOf(1) } }),
    ).rejects.toMatchObject({ code: 'token_unfit' })
    await expect(operator.client.settlement.add_token({ body: { ...body, currency: 'NONE' } })).rejects.toMatchObject({
      code: 'currency_unknown',
    })
    const token = await operator.client.settlement.add_token({ body })
    expect(token).toMatchObject({ currency: 'TOK', chain_id: 31_337, decimals: 18, waiting_people: 0 })
    await expect(operator.client.settlement.add_token({ body })).rejects.toMatchObject({ code: 'token_exists' })
  })

  test('a wallet is chosen among one’s own', async () => {
    const [me, other] = people as [Person, Person]
    const params = { currency: 'TOK' }
    await expect(me.client.settlement.withdraw({ params, body: { amount_minor: '1000' } })).rejects.toMatchObject({
      code: 'wallet_missing',
    })
    const theirs = await linkWallet(w, other, addressOf(1))
    await expect(me.client.settlement.choose_wallet({ params, body: { wallet_id: theirs } })).rejects.toMatchObject({
      code: 'session_needed',
    })
    await expect(choose(w, me, 'TOK', theirs)).rejects.toMatchObject({ code: 'wallet_unknown' })
    const elsewhere = await linkWallet(w, me, addressOf(99), 10)
    await expect(choose(w, me, 'TOK', elsewhere)).rejects.toMatchObject({
      code: 'wallet_other_chain',
    })
    for (const [i, p] of people.entries()) {
      const wallet_id = i === 1 ? theirs : await linkWallet(w, p, addressOf(i))
      await choose(w, p, 'TOK', wallet_id)
    }
  })

  test('withdrawals leave in whole steps, and can be called back until an epoch gathers them', async () => {
    const params = { currency: 'TOK' }
    const [me] = people as [Person]
    await expect(me.client.settlement.withdraw({ params, body: { amount_minor: '999' } })).rejects.toMatchObject({
      code: 'less_than_step',
    })
    await expect(me.client.settlement.withdraw({ params, body: { amount_minor: '6000' } })).rejects.toMatchObject({
      code: 'claim_too_large',
    })
    const { withdrawal } = await me.client.settlement.withdraw({ params, body: { amount_minor: '2999' } })
    expect(withdrawal).toMatchObject({ amount_minor: '2000', state: 'waiting' })
    await expect(operator.client.settlement.start_epoch({ body: params })).rejects.toMatchObject({
      code: 'too_few_people',
    })
    const id = { ...params, withdrawal_id: withdrawal.withdrawal_id }
    expect(await me.client.settlement.call_back({ params: id, body: {} })).toMatchObject({ state: 'cancelled' })
    expect(await me.client.settlement.call_back({ params: id, body: {} })).toMatchObject({ state: 'cancelled' })
    expect((await me.client.settlement.mine()).items[0]).toMatchObject({
      claimable_minor: '5050',
      withdrawable_minor: '5000',
      waiting_minor: '0',
    })
    for (const [i, p] of people.entries())
      await p.client.settlement.withdraw({ params, body: { amount_minor: String(3_000 + 1_000 * i) } })
    // What is on its way to a chain is in no payout batch.
    const bank = { account_id: me.account_id, currency: 'TOK', destination: 'IBAN 1', changed_at: w.clock.now() }
    await w.db.insertInto('payout_destination').values(bank).execute()
    await expect(operator.client.payouts.draft({ body: params })).rejects.toMatchObject({ code: 'nothing_to_pay' })
  })

  test('an epoch is gathered, built, proposed, funded, activated and claimed', async () => {
    const params = { currency: 'TOK' }
    const epoch = await operator.client.settlement.start_epoch({ body: params })
    expect(epoch).toMatchObject({ number: 1, state: 'gathered' })
    await expect(operator.client.settlement.start_epoch({ body: params })).rejects.toMatchObject({
      code: 'epoch_under_way',
    })
    await work(3)
    const shown = await w.stranger.settlement.epoch({ params: { epoch_id: epoch.epoch_id } })
    expect(shown).toMatchObject({ state: 'proposed', rows: 5, total_units: (25_000n * UNIT).toString() })
    const [me] = people as [Person]
    expect((await me.client.settlement.mine()).items[0]).toMatchObject({ proposed_minor: '3000', on_chain_minor: '0' })
    await expect(me.client.settlement.proof({ params })).rejects.toMatchObject({ code: 'no_proof_yet' })
    // Its window over, it still waits for the money.
    await chain.pass(4 * 86_400)
    await work(2)
    expect((await w.stranger.settlement.epochs({})).items[0]).toMatchObject({ state: 'proposed' })
    await chain.fund(at, 25_000n * UNIT)
    await work(8)
    for (const i of people.keys()) expect(await chain.balance(at, addressOf(i))).toBe(BigInt(3_000 + 1_000 * i) * UNIT)
    expect((await me.client.settlement.mine()).items[0]).toMatchObject({
      claimable_minor: '2050',
      on_chain_minor: '0',
      claimed_minor: '3000',
      epoch: { state: 'active' },
    })
    const proof = await me.client.settlement.proof({ params })
    expect(proof).toMatchObject({ account: addressOf(0), cumulative_units: (3_000n * UNIT).toString() })
    const { items } = await operator.client.settlement.transactions({})
    expect(items.map((t) => [t.purpose.split(':')[0], t.state, t.rows])).toEqual([
      ['claims', 'done', 4],
      // A token that was never seen to pay, pays one person first.
      ['claims', 'done', 1],
      ['activate', 'done', 0],
      ['propose', 'done', 0],
    ])
  })

  test('both sides agree, and the public file checks out', async () => {
    const { items } = await operator.client.settlement.reconciliation()
    expect(items).toMatchObject([
      { currency: 'TOK', differences: [], figures: { credited: (25_000n * UNIT).toString() } },
    ])
    const [epoch] = (await w.stranger.settlement.epochs({})).items
    const path = join(dir, 'epochs', `31337-${at.distributor.toLowerCase()}`, `epoch-1-${epoch!.epoch_id}.jsonl`)
    expect(await checkEpoch(path)).toMatchObject({ findings: [], sha256: epoch!.file_sha256, root: epoch!.root })
    const file = await w.raw(undefined, { method: 'GET', url: `/v1/settlement/epochs/${epoch!.epoch_id}/claims.jsonl` })
    expect(file.body.split('\n')).toHaveLength(7)
    for (const p of people) expect(file.body).not.toContain(p.account_id)
    // Files that were lost come back, byte for byte.
    rmSync(join(dir, 'epochs'), { recursive: true })
    await work(1)
    expect(await checkEpoch(path)).toMatchObject({ findings: [], sha256: epoch!.file_sha256 })
  })

  test('the next epoch keeps everybody of the one before', async () => {
    const params = { currency: 'TOK' }
    const [, second, third] = people as [Person, Person, Person]
    for (const p of [second, third]) await p.client.settlement.withdraw({ params, body: { amount_minor: '1000' } })
    await operator.client.settlement.start_epoch({ body: params })
    await work(3)
    await chain.fund(at, 2_000n * UNIT)
    await chain.pass(4 * 86_400)
    await work()
    const [epoch] = (await w.stranger.settlement.epochs({})).items
    expect(epoch).toMatchObject({ number: 2, rows: 5, state: 'active', total_units: (27_000n * UNIT).toString() })
    expect(await chain.balance(at, addressOf(1))).toBe(5_000n * UNIT)
    expect((await operator.client.settlement.reconciliation()).items[0]!.differences).toEqual([])
  })

  test('erasing an account forgets whose wallet it was, and not what was paid to it', async () => {
    const [me] = people as [Person]
    await w.db.transaction().execute(async (db) => {
      await eraseAccount(db, me.account_id, w.clock.now())
      await eraseWallets(db, me.account_id)
    })
    const kept = await w.db.selectFrom('chain_withdrawal').select(['account_id', 'state']).where('address', '=', Buffer.from(addressOf(0).slice(2), 'hex')).execute() // prettier-ignore
    expect(kept.map((k) => [k.account_id, k.state])).toEqual(expect.arrayContaining([[null, 'claimed'], [null, 'cancelled']])) // prettier-ignore
    await work(1)
    expect((await operator.client.settlement.reconciliation()).items[0]!.differences).toEqual([])
  })
})

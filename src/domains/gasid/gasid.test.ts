import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeExplorer, rowsOf } from '../../../test/fake-explorer.ts'
import { clientsOf, type History, liveOn } from '../../../test/gas-history.ts'
import { gasOn, linked, unlinked } from '../../../test/gas-id.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'
import { canonicalJson } from '../../platform/canonical.ts'
import { beansFor, DEFAULT_TABLE } from '../../platform/chain/gas/level-rules.ts'
import { findLocalChain, type LocalChain, startLocalChain } from '../../platform/chain/local.ts'
import { isSignedBy } from '../../platform/signing/keys.ts'
import { ensureSeason } from '../seasons/ensure.ts'
import { roughly } from './card-rules.ts'
import { isGasTrusted } from './trust.ts'

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (error) {
    if (error instanceof ApiError) return error.code
    throw error
  }
}

describe.skipIf('missing' in findLocalChain())('Gas ID', () => {
  let local: LocalChain
  let life: History
  let w: World
  let ann: Person
  let wallet: string
  // Small enough that the life on the local chain reaches some of it.
  const table = {
    ...DEFAULT_TABLE,
    levels: DEFAULT_TABLE.levels.map((l) => ({ ...l, from_wei: l.from_wei / 1000n })),
    beans: { times: 300_000n, per: 10n ** 18n },
    trust: { burned_wei: 1n },
  }
  beforeAll(async () => {
    local = await startLocalChain()
    life = await liveOn(local, 3, { blobs: false })
    // The local chain's blocks are of today.
    w = await createWorld({ at: new Date().toISOString(), config: { gas: gasOn(local.rpcUrl, { table }) } })
    ann = await w.person('ann')
    wallet = await linked(w, ann.account_id, life.address)
  }, 120_000)
  afterAll(async () => {
    await w?.close()
    await local?.stop()
  })
  const scanned = async (who: Person, world = w) => {
    await who.client.gasId.scan({ body: {} })
    for (let i = 0; i < 12; i++) {
      await world.jobs(['scan_gas'])
      const { scans } = await who.client.gasId.mine()
      if (scans.every((s) => s.ended_at !== null)) return
      world.clock.advance(3_600_000)
    }
    throw new Error('the scan did not end')
  }

  test('without settings nothing is looked up, and that is said', async () => {
    const off = await createWorld()
    try {
      const bob = await off.person('bob')
      expect((await bob.client.gasId.mine()).chains).toEqual([])
      expect(await refusal(bob.client.gasId.scan({ body: {} }))).toBe('gas_off')
    } finally {
      await off.close()
    }
  })

  test('a scan is right to the wei, proved, and forgets the list it came from', async () => {
    await scanned(ann)
    const mine = await ann.client.gasId.mine()
    expect(mine.total_wei).toBe(life.paid.toString())
    expect(mine.completeness).toBe('proved')
    const [h] = mine.histories
    expect(h).toMatchObject({
      wei: life.paid.toString(),
      transactions: life.sent,
      failed: life.failed,
      missing: 0,
      authorisations: 2,
    })
    expect(BigInt(h!.burned_wei!) + BigInt(h!.tip_wei!) + BigInt(h!.l1_wei!)).toBe(life.paid)
    expect(h!.contracts.reduce((sum, c) => sum + BigInt(c.wei), 0n)).toBe(life.paid)
    expect(h!.years.reduce((sum, y) => sum + BigInt(y.wei), 0n)).toBe(life.paid)
    expect(await w.db.selectFrom('gas_found').select('nonce').execute()).toEqual([])
    expect(mine.level.name).not.toBe('Unlit')
    const events = await w.db.selectFrom('event').select('body').where('kind', '=', 'gas_level').execute()
    expect(events).toEqual([{ body: { account_id: ann.account_id, from_level: 'unlit', to_level: mine.level.key } }])
  })

  test('Beans come once for each wei, and looking again brings none', async () => {
    const beans = beansFor(life.paid, table)
    expect(beans).toBeGreaterThan(100n)
    expect((await ann.client.gasId.mine()).beans).toEqual({ from_gas: `${beans}`, balance: `${beans}` })
    await scanned(ann)
    expect((await ann.client.gasId.mine()).beans.balance).toBe(`${beans}`)
  })

  test('what came since is read from where the last look ended', async () => {
    const { walletOf, reader } = clientsOf(local)
    const me = walletOf(3)
    const hash = await me.sendTransaction({ to: local.accounts[6]!.address, value: 1n, gas: 21_000n })
    const r = await reader.waitForTransactionReceipt({ hash })
    life.paid += r.gasUsed * r.effectiveGasPrice
    life.sent += 1
    await scanned(ann)
    const mine = await ann.client.gasId.mine()
    expect(mine.total_wei).toBe(life.paid.toString())
    expect(mine.scans[0]).toMatchObject({ state: 'done', found: 1 })
    expect(mine.histories[0]).toMatchObject({ transactions: life.sent, completeness: 'proved' })
  })

  test('a reorganised chain starts the scan anew, and the sum is the new truth', async () => {
    await w.db
      .updateTable('gas_history')
      .set({ block_hash: `0x${'12'.repeat(32)}` })
      .execute()
    await scanned(ann)
    expect((await ann.client.gasId.mine()).scans[0]).toMatchObject({ state: 'done', found: life.sent })
    expect((await ann.client.gasId.mine()).total_wei).toBe(life.paid.toString())
    // While a scan is on its way.
    await ann.client.gasId.scan({ body: {} })
    await w.db
      .updateTable('gas_history')
      .set({ block_hash: `0x${'34'.repeat(32)}` })
      .execute()
    const { advance } = await import('./advance.ts')
    const { dueScans } = await import('./scan-queries.ts')
    const due = async () => (await dueScans(w.db, w.clock.now(), 9))[0]!
    await advance(w.ctx(), await due())
    await advance(w.ctx(), await due())
    await w.db
      .updateTable('gas_scan')
      .set({ block_hash: `0x${'56'.repeat(32)}` })
      .where('state', '=', 'scanning')
      .execute()
    await advance(w.ctx(), await due())
    const waiting = await w.db
      .selectFrom('gas_scan')
      .select(['state', 'why', 'restarts'])
      .where('ended_at', 'is', null)
      .execute()
    expect(waiting).toEqual([{ state: 'waiting', why: 'reorganised', restarts: 1 }])
    w.clock.advance(3_600_000)
    await w.jobs(['scan_gas'])
    expect((await ann.client.gasId.mine()).total_wei).toBe(life.paid.toString())
  })

  test('a step that is repeated after a crash counts nothing twice', async () => {
    await w.db.updateTable('gas_history').set({ completeness: 'gaps' }).execute()
    await ann.client.gasId.scan({ body: {} })
    const { advance } = await import('./advance.ts')
    const { dueScans } = await import('./scan-queries.ts')
    for (let i = 0; i < 100; i++) {
      const [scan] = await dueScans(w.db, w.clock.now(), 9)
      if (!scan) break
      // Twice with the same row: as if the first had died before anybody heard of it, or as two workers at once.
      await Promise.all([advance(w.ctx(), scan), advance(w.ctx(), scan)])
    }
    const mine = await ann.client.gasId.mine()
    expect(mine.total_wei).toBe(life.paid.toString())
    expect(mine.histories[0]).toMatchObject({ transactions: life.sent, completeness: 'proved' })
  })

  test('quests are checked against what happened, and pay once however often they are claimed', async () => {
    const before = BigInt((await ann.client.gasId.mine()).beans.balance)
    expect(await refusal(ann.client.gasId.claim_quest({ params: { quest: 'first_accepted' }, body: {} }))).toBe(
      'quest_not_done',
    )
    expect(await refusal(ann.client.gasId.claim_quest({ params: { quest: 'nap' }, body: {} }))).toBe('quest_unknown')
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => ann.client.gasId.claim_quest({ params: { quest: 'read_your_gas' }, body: {} })),
    )
    expect(new Set(claims.map((c) => c.balance))).toEqual(new Set([`${before + 10n}`]))
    const { quests } = await ann.client.gasId.mine()
    expect(quests.find((q) => q.quest === 'read_your_gas')?.state).toBe('claimed')
    expect(quests.find((q) => q.quest === 'link_a_wallet')?.state).toBe('ready')
    expect(quests.find((q) => q.quest === 'first_accepted')?.state).toBe('not_started')
  })

  test('a wallet has one bonus in a season and speaks for one person, even after it moves on', async () => {
    await ensureSeason(w.ctx())
    const body = { wallet_id: wallet }
    // What it burned this month is after the season's beginning, as far as months go.
    expect(await refusal(ann.client.gasId.give_trust({ body }))).toBe('gas_too_little')
    const season = await w.db.selectFrom('season').selectAll().executeTakeFirstOrThrow()
    await w.db
      .updateTable('gas_history')
      .set({ months: JSON.stringify([{ month: '2020-01', wei: '9', burned: '7', transactions: 1, failed: 0 }]) })
      .execute()
    const before = BigInt((await ann.client.gasId.mine()).beans.balance)
    const bonuses = await Promise.all(Array.from({ length: 6 }, () => ann.client.gasId.claim_bonus({ body })))
    expect(new Set(bonuses.map((b) => b.balance))).toEqual(new Set([`${before + 10n}`]))
    expect((await ann.client.gasId.mine()).beans.balance).toBe(`${before + 10n}`)
    expect(await ann.client.gasId.give_trust({ body })).toMatchObject({ burned_wei: '7' })
    expect(await ann.client.gasId.give_trust({ body })).toMatchObject({ burned_wei: '7' })
    expect(await isGasTrusted(w.db, season.id, ann.account_id)).toBe(true)
    const second = await linked(w, ann.account_id, local.accounts[8]!.address.toLowerCase())
    expect(await refusal(ann.client.gasId.give_trust({ body: { wallet_id: second } }))).toBe('trust_given')

    // Somebody else links the same wallet.
    await unlinked(w, wallet)
    const bob = await w.person('bob')
    const taken = await linked(w, bob.account_id, life.address)
    expect(await refusal(bob.client.gasId.give_trust({ body }))).toBe('gas_wallet_unknown')
    await scanned(bob)
    await w.jobs(['scan_gas'])
    const theirs = await bob.client.gasId.mine()
    expect(theirs.total_wei).toBe(life.paid.toString())
    // The gas brought its Beans already.
    expect(theirs.beans.balance).toBe('0')
    expect(await refusal(bob.client.gasId.claim_bonus({ body: { wallet_id: taken } }))).toBe('wallet_spent')
    expect(await refusal(bob.client.gasId.claim_quest({ params: { quest: 'read_your_gas' }, body: {} }))).toBe(
      'wallet_spent',
    )
    await w.db
      .updateTable('gas_history')
      .set({ months: JSON.stringify([{ month: '2020-01', wei: '9', burned: '7', transactions: 1, failed: 0 }]) })
      .where('account_id', '=', bob.account_id)
      .execute()
    expect(await refusal(bob.client.gasId.give_trust({ body: { wallet_id: taken } }))).toBe('wallet_spent')
    expect(await isGasTrusted(w.db, season.id, bob.account_id)).toBe(false)

    // What was found of an unlinked wallet is forgotten; the level falls, and that is no event.
    const mine = await ann.client.gasId.mine()
    expect(mine.histories).toEqual([])
    expect(mine.total_wei).toBe('0')
    expect(await w.db.selectFrom('gas_history').select('account_id').execute()).toEqual([
      { account_id: bob.account_id },
    ])
    await unlinked(w, taken)
    await unlinked(w, second)
    wallet = await linked(w, ann.account_id, life.address)
    await scanned(ann)
    const levels = await w.db.selectFrom('event').select('subject_id').where('kind', '=', 'gas_level').execute()
    expect(levels.filter((e) => e.subject_id === ann.account_id).length).toBe(1)
  })

  test('Beans are no money: the ledger has no way out for them', async () => {
    const operator = await w.person('op', { roles: ['operator'] })
    const body = { currency: 'BEAN', amount_minor: '1' }
    expect(await refusal(ann.client.payouts.claim({ body }))).toBe('currency_not_money')
    const topUp = { requester_id: ann.account_id, currency: 'BEAN', amount_minor: '1', reference: 'b1' }
    expect(await refusal(operator.client.ledger.top_up({ body: topUp }))).toBe('currency_not_money')
    expect((await ann.client.ledger.currencies()).items.map((c) => c.code)).not.toContain('BEAN')
    const move = (debit: string, credit: string) =>
      w.db
        .insertInto('transfer')
        .values({
          campaign_id: '0',
          id: `x:${debit}:${credit}`,
          kind: 'claim',
          subject_id: '1',
          debit,
          credit,
          currency: 'BEAN',
          amount_minor: '1',
          at: w.clock.now(),
        })
        .execute()
    const jar = `beans:${ann.account_id}`
    for (const [from, to] of [
      [jar, `person:${ann.account_id}:claimable`],
      [jar, 'beans:1'],
      [jar, 'outside'],
      ['outside', `person:${ann.account_id}:claimable`],
    ] as const)
      await expect(move(from, to)).rejects.toThrow('transfer_beans')
    const { auditInstallation } = await import('../ledger/audit.ts')
    const report = await auditInstallation(w.ctx())
    expect(report.problems).toEqual([])
  })

  test('a card is signed, shows what its owner chose, and goes when they take it back', async () => {
    const made = await ann.client.gasId.make_card({ body: { show_handle: false, show_wallets: false } })
    const { card, signature } = made
    expect(card).toMatchObject({ handle: null, wallets: null, exact: false, completeness: 'proved' })
    expect(card.total_wei).toBe(roughly(life.paid).toString())
    expect(JSON.stringify(made)).not.toContain(life.address.slice(2))
    const key = Buffer.from(signature.public_key, 'base64')
    expect(isSignedBy(key, canonicalJson(card), signature.value)).toBe(true)
    expect(isSignedBy(key, canonicalJson({ ...card, beans: `${card.beans}0` }), signature.value)).toBe(false)
    const params = { card_id: card.card_id }
    expect(await w.stranger.gasId.card({ params })).toEqual(made)

    const open = await ann.client.gasId.make_card({ body: { show_handle: true, show_wallets: true } })
    expect(open.card).toMatchObject({
      handle: 'ann',
      wallets: [life.address],
      total_wei: life.paid.toString(),
      exact: true,
    })

    const svg = await w.raw(undefined, { method: 'GET', url: `/v1/gas-cards/${card.card_id}/card.svg?theme=dark` })
    expect(svg).toMatchObject({ status: 200 })
    expect(svg.body).toContain('width="1200" height="630"')
    const png = await w.app.inject({ method: 'GET', url: `/v1/gas-cards/${card.card_id}/card.png` })
    expect(png.headers['content-type']).toBe('image/png')
    expect(png.rawPayload.subarray(1, 4).toString()).toBe('PNG')
    expect([png.rawPayload.readUInt32BE(16), png.rawPayload.readUInt32BE(20)]).toEqual([1200, 630])

    const bob = await w.person('carl')
    expect(await refusal(bob.client.gasId.revoke_card({ params }))).toBe('card_not_found')
    expect((await ann.client.gasId.revoke_card({ params })).revoked_at).toBeTruthy()
    expect((await ann.client.gasId.revoke_card({ params })).revoked_at).toBeTruthy()
    expect(await refusal(w.stranger.gasId.card({ params }))).toBe('card_not_found')
    expect((await w.raw(undefined, { method: 'GET', url: `/v1/gas-cards/${card.card_id}/card.png` })).status).toBe(404)
    expect(await refusal(bob.client.gasId.make_card({ body: { show_handle: true, show_wallets: true } }))).toBe(
      'gas_unknown',
    )
  })

  test('a contract is not looked up, for it sends nothing itself', async () => {
    const dora = await w.person('dora')
    await linked(w, dora.account_id, life.contract, { kind: 'contract', chain_id: '31337' })
    expect(await refusal(dora.client.gasId.scan({ body: {} }))).toBe('no_wallet')
  })

  describe('when the outside is not as it should be', () => {
    const withChain = async (change: object, work: (world: World, eve: Person) => Promise<void>) => {
      const [chain] = gasOn(local.rpcUrl).chains
      const world = await createWorld({
        at: new Date().toISOString(),
        config: { gas: gasOn(local.rpcUrl, { chains: [{ ...chain!, ...change }] }) },
      })
      try {
        const eve = await world.person('eve')
        await linked(world, eve.account_id, life.address)
        await work(world, eve)
      } finally {
        await world.close()
      }
    }

    test('a scan waits longer each time, gives up, says why, and shows no sum', async () => {
      await withChain({ rpc_url: 'http://127.0.0.1:9/secret-key' }, async (world, eve) => {
        await eve.client.gasId.scan({ body: {} })
        for (let i = 0; i < 12; i++) {
          await world.jobs(['scan_gas'])
          world.clock.advance(3_600_000)
        }
        const mine = await eve.client.gasId.mine()
        expect(mine.scans[0]).toMatchObject({ state: 'failed', why: 'unreachable' })
        expect([mine.histories, mine.total_wei, mine.completeness]).toEqual([[], '0', null])
        expect(JSON.stringify(mine)).not.toContain('secret-key')
        // It can be asked for again.
        await eve.client.gasId.scan({ body: {} })
        expect((await eve.client.gasId.mine()).scans[0]).toMatchObject({ state: 'waiting' })
      })
    }, 60_000)

    test('a node of another chain is refused at once', async () => {
      await withChain({ chain_id: 5 }, async (world, eve) => {
        await scanned(eve, world)
        expect((await eve.client.gasId.mine()).scans[0]).toMatchObject({ state: 'failed', why: 'wrong_chain' })
      })
    })

    test('an explorer that leaves something out alone is called incomplete, and counts for no trust', async () => {
      const rows = await rowsOf(local)
      const fake = await fakeExplorer(local, { forge: (all) => all.filter((r) => r.hash !== life.creation) }, rows)
      const explorer = { dialect: 'blockscout' as const, url: fake.url, key: undefined, rows: 1000 }
      try {
        await withChain({ method: 'explorer', explorer, rpc_url: undefined }, async (world, eve) => {
          await scanned(eve, world)
          const mine = await eve.client.gasId.mine()
          expect(mine.histories[0]).toMatchObject({ completeness: 'gaps', missing: 3 })
          expect(BigInt(mine.total_wei)).toBeLessThan(life.paid)
          await ensureSeason(world.ctx())
          const [one] = mine.wallets
          expect(await refusal(eve.client.gasId.give_trust({ body: { wallet_id: one!.wallet_id } }))).toBe(
            'burned_unknown',
          )
        })
        await withChain({ method: 'explorer', explorer }, async (world, eve) => {
          await scanned(eve, world)
          const mine = await eve.client.gasId.mine()
          expect(mine.histories[0]).toMatchObject({ completeness: 'proved', wei: life.paid.toString() })
        })
        fake.manner.forge = (all) => [
          ...all,
          { ...all.at(-1)!, nonce: '99', hash: `0x${'ef'.repeat(32)}`, from: life.address },
        ]
        await withChain({ method: 'explorer', explorer }, async (world, eve) => {
          await scanned(eve, world)
          const mine = await eve.client.gasId.mine()
          expect(mine.scans[0]).toMatchObject({ state: 'failed', why: 'untrusted' })
          expect(mine.histories).toEqual([])
        })
      } finally {
        await fake.stop()
      }
    }, 60_000)
  })

  test('erasing takes everything with it but that the wallet was used', async () => {
    const { eraseGas } = await import('./erase-queries.ts')
    await w.db.transaction().execute((db) => eraseGas(db, ann.account_id))
    for (const name of ['gas_scan', 'gas_history', 'gas_level', 'gas_card', 'gas_quest', 'gas_use'] as const)
      expect(await w.db.selectFrom(name).selectAll().where('account_id', '=', ann.account_id).execute(), name).toEqual(
        [],
      )
    expect((await w.db.selectFrom('gas_use').select('purpose').where('account_id', 'is', null).execute()).length).toBe(
      2,
    )
    await unlinked(w, wallet)
    const fay = await w.person('fay')
    const again = await linked(w, fay.account_id, life.address)
    await scanned(fay)
    expect((await fay.client.gasId.mine()).beans.balance).toBe('0')
    expect(await refusal(fay.client.gasId.claim_bonus({ body: { wallet_id: again } }))).toBe('wallet_spent')
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ok, Visitor } from '../../../../test/visitor.ts'
import { Wallet } from '../../../../test/wallet.ts'
import { createWorld, type World } from '../../../../test/world.ts'
import { walletById } from './queries.ts'

let w: World
beforeAll(async () => void (w = await createWorld()))
afterAll(() => w.close())

const codeOf = (answer: { body: { error?: { code: string } } }) => answer.body.error?.code ?? 'yes'
type Listed = { wallet_id: string; address: string; label: string }
const seen = async (v: Visitor) => (ok(await v.get('/v1/me/wallets')) as unknown as { items: Listed[] }).items

async function withWallet(wallet = new Wallet()) {
  const v = new Visitor(w)
  ok(await wallet.create(v))
  return { v, wallet }
}
async function withPasskey() {
  const v = new Visitor(w)
  return { v, ...(await v.join()) }
}
const later = async (ms: number, then: () => Promise<void>) => {
  const now = w.clock.now()
  w.clock.advance(ms)
  await then()
  w.clock.set(now)
}

describe('linking', () => {
  test('puts several wallets on one account; each signs in to it', async () => {
    const { v, account_id } = await withPasskey()
    const [first, second] = [new Wallet(), new Wallet()]
    ok(await first.link(v, 'Savings'))
    ok(await second.link(v))
    expect((await seen(v)).map((x) => [x.address, x.label])).toEqual([
      [first.address, 'Savings'],
      [second.address, ''],
    ])
    for (const wallet of [first, second])
      expect(ok(await wallet.signIn(new Visitor(w)))).toMatchObject({ account: { account_id, wallets: 2 } })
  })

  test('gives the browser a new token: whoever copied the old one is out', async () => {
    const { v } = await withPasskey()
    const thief = new Visitor(w)
    thief.cookie = v.cookie!
    ok(await new Wallet().link(v))
    expect(codeOf(await thief.get('/v1/me'))).toBe('session_ended')
    ok(await v.get('/v1/me'))
  })

  test('of two accounts that link one wallet at once, one gets it', async () => {
    for (let round = 0; round < 5; round++) {
      const people = await Promise.all([withPasskey(), withPasskey(), withPasskey()])
      const wallet = new Wallet()
      const signed = await Promise.all(people.map(({ v }) => wallet.prove(v, 'link')))
      const answers = await Promise.all(people.map(({ v }, i) => v.post('/v1/me/wallets', signed[i])))
      expect(answers.map(codeOf).sort()).toEqual(['wallet_taken', 'wallet_taken', 'yes'])
      const counts = await Promise.all(people.map(async ({ v }) => (await seen(v)).length))
      expect(counts.reduce((a, b) => a + b)).toBe(1)
    }
  })

  test('of one wallet twice at once is once, and says the same', async () => {
    const { v } = await withPasskey()
    const wallet = new Wallet()
    const [a, b] = [await wallet.prove(v, 'link'), await wallet.prove(v, 'link')]
    const one = ok(await v.post('/v1/me/wallets', a))
    expect(ok(await v.post('/v1/me/wallets', b))).toEqual(one)
    expect(await seen(v)).toHaveLength(1)
  })

  test('a wallet that was unlinked may go to another account; its evidence stays', async () => {
    const { v } = await withPasskey()
    const wallet = new Wallet()
    const { wallet_id } = ok(await wallet.link(v)) as unknown as Listed
    const other = await withPasskey()
    expect(codeOf(await wallet.link(other.v))).toBe('wallet_taken')
    ok(await v.delete(`/v1/me/wallets/${wallet_id}`))
    ok(await wallet.link(other.v))
    const row = await walletById(w.db, wallet_id)
    expect(row).toMatchObject({ unlinked_at: w.clock.now() })
    expect(row!.message).toContain(wallet.address)
    expect(codeOf(await v.delete(`/v1/me/wallets/${wallet_id}`))).toBe('not_found')
  })

  test('stops at twenty', async () => {
    const { v } = await withPasskey()
    for (let n = 0; n < 20; n++) ok(await new Wallet().link(v))
    expect(codeOf(await new Wallet().link(v))).toBe('too_many_wallets')
  })

  test('names are the owner’s alone', async () => {
    const mine = await withWallet()
    const other = await withWallet()
    const [{ wallet_id } = { wallet_id: '' }] = await seen(mine.v)
    expect(ok(await mine.v.patch(`/v1/me/wallets/${wallet_id}`, { label: 'Cold one' }))).toMatchObject({
      label: 'Cold one',
    })
    expect(codeOf(await other.v.patch(`/v1/me/wallets/${wallet_id}`, { label: 'x' }))).toBe('not_found')
    expect(codeOf(await other.v.delete(`/v1/me/wallets/${wallet_id}`))).toBe('not_found')
  })

  test('is for a person at a browser: an API key may look, and neither links nor unlinks', async () => {
    const { v } = await withWallet()
    const { api_key } = ok(
      await v.post('/v1/me/keys', { name: 'program', scopes: ['read', 'account'] }),
    ) as unknown as { api_key: string }
    const program = new Visitor(w, { authorization: `Bearer ${api_key}` })
    const [{ wallet_id } = { wallet_id: '' }] = await seen(program)
    const wallet = new Wallet()
    const answers = [
      await program.post('/v1/me/wallets/text', { for: 'link', address: wallet.address }),
      await program.post('/v1/me/wallets', await wallet.prove(v, 'link')),
      await program.delete(`/v1/me/wallets/${wallet_id}`),
      await program.post('/v1/me/fresh', await wallet.prove(v, 'fresh')),
    ]
    expect(answers.map(codeOf)).toEqual(Array<string>(4).fill('session_needed'))
  })
})

describe('step-up', () => {
  test('who has a wallet is asked to show it before ways in change', async () => {
    const { v, wallet } = await withWallet()
    const early = await new Wallet().prove(v, 'link')
    await later(11 * 60_000, async () => {
      expect(codeOf(await v.post('/v1/me/wallets/text', { for: 'link', address: wallet.address }))).toBe(
        'fresh_sign_in_needed',
      )
      expect(codeOf(await v.post('/v1/me/wallets', early))).toBe('fresh_sign_in_needed')
      expect(codeOf(await v.post('/v1/me/passkeys/options'))).toBe('fresh_sign_in_needed')
      expect(codeOf(await v.post('/v1/me/recovery-codes'))).toBe('fresh_sign_in_needed')
      expect(ok(await wallet.confirm(v))).toMatchObject({ fresh_at: w.clock.now().toISOString() })
      ok(await new Wallet().link(v))
      ok(await v.post('/v1/me/passkeys/options'))
    })
  })

  test('any linked wallet confirms; another person’s, an unlinked or an unknown one does not', async () => {
    const { v, wallet } = await withWallet()
    const second = new Wallet()
    const { wallet_id } = ok(await second.link(v)) as unknown as Listed
    ok(await second.confirm(v))
    ok(await v.delete(`/v1/me/wallets/${wallet_id}`))
    const other = await withWallet()
    for (const not of [second, other.wallet, new Wallet()])
      expect(codeOf(await not.confirm(v))).toBe('wallet_not_yours')
    ok(await wallet.confirm(v))
  })

  test('confirming gives a new token, and the text says whose account it is for', async () => {
    const { v, wallet } = await withWallet()
    const { handle } = ok(await v.get('/v1/me')) as unknown as { handle: string }
    expect(await wallet.ask(v, 'fresh')).toContain(`owner of the Assay account ${handle}.`)
    expect(await wallet.ask(v, 'link')).toContain(`Link this wallet to the Assay account ${handle}.`)
    const before = v.cookie
    ok(await wallet.confirm(v))
    expect(v.cookie).not.toBe(before)
  })
})

describe('the last way in', () => {
  test('a wallet may not go without another way, and may with one', async () => {
    const { v } = await withWallet()
    const [{ wallet_id } = { wallet_id: '' }] = await seen(v)
    expect(codeOf(await v.delete(`/v1/me/wallets/${wallet_id}`))).toBe('last_way_in')
    ok(await v.post('/v1/me/recovery-codes'))
    ok(await v.delete(`/v1/me/wallets/${wallet_id}`))
  })

  test('a passkey may go when a wallet stays, and not before', async () => {
    const { v } = await withPasskey()
    const { items } = ok(await v.get('/v1/me/passkeys')) as unknown as { items: { passkey_id: string }[] }
    const path = `/v1/me/passkeys/${items[0]!.passkey_id}`
    expect(codeOf(await v.delete(path))).toBe('last_way_in')
    ok(await new Wallet().link(v))
    ok(await v.delete(path))
  })

  test('of two wallets that are unlinked at once, one stays', async () => {
    const { v } = await withWallet()
    ok(await new Wallet().link(v))
    const answers = await Promise.all((await seen(v)).map((x) => v.delete(`/v1/me/wallets/${x.wallet_id}`)))
    expect(answers.map(codeOf).sort()).toEqual(['last_way_in', 'yes'])
    expect(await seen(v)).toHaveLength(1)
  })

  test('a contract wallet whose chain cannot be asked is no way in', async () => {
    const { v } = await withWallet()
    const { account_id } = ok(await v.get('/v1/me')) as unknown as { account_id: string }
    const [{ wallet_id } = { wallet_id: '' }] = await seen(v)
    const at = w.clock.now()
    await w.db
      .insertInto('wallet')
      .values({
        id: w.parts.newId(),
        account_id,
        kind: 'contract',
        chain_id: '1',
        address: Buffer.alloc(20, 9),
        message: 'as signed',
        signature: Buffer.alloc(65),
        linked_at: at,
        last_used_at: at,
      })
      .execute()
    expect(codeOf(await v.delete(`/v1/me/wallets/${wallet_id}`))).toBe('last_way_in')
  })
})

test('a suspended person reaches and adds wallets, because money is paid to them, and takes none off', async () => {
  const { v, wallet } = await withWallet()
  const { account_id } = ok(await v.get('/v1/me')) as unknown as { account_id: string }
  await w.db
    .updateTable('account')
    .set({ suspended_at: w.clock.now(), suspension_reason: 'x' })
    .where('id', '=', account_id)
    .execute()
  const again = new Visitor(w)
  ok(await wallet.signIn(again))
  ok(await new Wallet().link(again))
  const [{ wallet_id } = { wallet_id: '' }] = await seen(again)
  expect(codeOf(await again.delete(`/v1/me/wallets/${wallet_id}`))).toBe('account_suspended')
})

test('erasing the account takes its wallets, and they may come again', async () => {
  const { v, wallet } = await withWallet()
  const { account_id, handle } = ok(await v.get('/v1/me')) as unknown as { account_id: string; handle: string }
  await wallet.ask(v, 'link')
  ok(await v.post('/v1/me/erase', { handle }))
  for (const table of ['wallet', 'wallet_nonce'] as const)
    expect(await w.db.selectFrom(table).select('account_id').where('account_id', '=', account_id).execute()).toEqual([])
  ok(await wallet.create(new Visitor(w)))
})

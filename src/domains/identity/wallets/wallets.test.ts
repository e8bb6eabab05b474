import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ok, Visitor } from '../../../../test/visitor.ts'
import { Wallet } from '../../../../test/wallet.ts'
import { createWorld, type World } from '../../../../test/world.ts'
import { parseText } from './message-rules.ts'
import { walletsOf } from './queries.ts'

let w: World
beforeAll(async () => void (w = await createWorld()))
afterAll(() => w.close())

type Account = { account_id: string; handle: string; wallets: number; session: { how: string; fresh_at: string } }
const codeOf = (answer: { body: { error?: { code: string } } }) => answer.body.error?.code ?? 'yes'
const accountOf = (answer: Parameters<typeof ok>[0]) => (ok(answer) as unknown as { account: Account }).account
type Listed = { wallet_id: string; address: string; kind: string; chain_id: number | null; label: string }
const walletsSeen = async (v: Visitor) => (ok(await v.get('/v1/me/wallets')) as unknown as { items: Listed[] }).items

/** A person with a wallet as the only way in. */
async function joined(wallet = new Wallet(), more: object = {}) {
  const v = new Visitor(w)
  return { v, wallet, ...accountOf(await wallet.create(v, more)) }
}

describe('a new account with a wallet', () => {
  test('takes one signature; the wallet alone signs in afterwards', async () => {
    const { wallet, account_id, handle } = await joined(undefined, { label: 'Everyday' })
    expect(handle).toMatch(/^[a-z]+-[a-z]+-\d{3}$/)
    const elsewhere = new Visitor(w)
    expect(accountOf(await wallet.signIn(elsewhere))).toMatchObject({
      account_id,
      wallets: 1,
      session: { how: 'wallet', fresh_at: w.clock.now().toISOString() },
      prompts: ['recovery_codes'],
    })
    expect(await walletsSeen(elsewhere)).toMatchObject([
      { address: wallet.address, kind: 'eoa', chain_id: null, label: 'Everyday' },
    ])
  })

  test('keeps the text and the signature, so that anybody can check them again', async () => {
    const { wallet, account_id } = await joined()
    const [row] = await walletsOf(w.db, account_id)
    const { recoverMessageAddress } = await import('viem')
    const signature = `0x${row!.signature.toString('hex')}` as const
    expect(await recoverMessageAddress({ message: row!.message, signature })).toBe(wallet.address)
    expect(parseText(row!.message)).toMatchObject({ address: wallet.address, domain: 'localhost:8787', chain_id: 1 })
  })

  test('asks for the current terms and full age before the text is used up, and gives a chosen handle', async () => {
    const wallet = new Wallet()
    const v = new Visitor(w)
    const signed = await wallet.prove(v, 'create')
    const with_ = (more: object) => v.post('/v1/accounts/wallet', { ...signed, terms_version: 1, adult: true, ...more })
    expect(codeOf(await with_({ terms_version: 9 }))).toBe('terms_changed')
    expect((await with_({ adult: false })).status).toBe(422)
    expect(codeOf(await with_({ handle: 'operator' }))).toBe('handle_taken')
    expect(codeOf(await with_({ invitation: 'x'.repeat(32) }))).toBe('invitation_over')
    expect(accountOf(await with_({ handle: 'wallet-person' })).handle).toBe('wallet-person')
  })

  test('a wallet that is on an account makes no second one', async () => {
    const { wallet } = await joined()
    expect(codeOf(await wallet.create(new Visitor(w)))).toBe('wallet_taken')
  })

  test('who is unknown is told so, and no session begins', async () => {
    const v = new Visitor(w)
    expect(codeOf(await new Wallet().signIn(v))).toBe('wallet_on_no_account')
    expect(v.cookie).toBeUndefined()
  })

  test('of two creations with one wallet at once, one makes an account', async () => {
    const wallet = new Wallet()
    const answers = await Promise.all(Array.from({ length: 4 }, () => wallet.create(new Visitor(w))))
    expect(answers.map(codeOf).sort()).toEqual(['wallet_taken', 'wallet_taken', 'wallet_taken', 'yes'])
  })
})

describe('a text counts once', () => {
  test('of many who send one at once, one is signed in', async () => {
    const { wallet } = await joined()
    const signed = await wallet.prove(new Visitor(w), 'sign_in')
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => new Visitor(w).post('/v1/sign-in/wallet', signed)),
    )
    expect(answers.map(codeOf).sort()).toEqual([...Array<string>(7).fill('wallet_text_over'), 'yes'])
  })

  test('right or wrong: after a bad signature the good one comes too late', async () => {
    const { wallet } = await joined()
    const v = new Visitor(w)
    const message = await wallet.ask(v, 'sign_in')
    const forged = await new Wallet().sign(message)
    expect(codeOf(await v.post('/v1/sign-in/wallet', { message, signature: forged }))).toBe('wallet_signature_wrong')
    const good = await wallet.sign(message)
    expect(codeOf(await v.post('/v1/sign-in/wallet', { message, signature: good }))).toBe('wallet_text_over')
  })

  test('for ten minutes', async () => {
    const { wallet } = await joined()
    const v = new Visitor(w)
    const [early, late] = [await wallet.prove(v, 'sign_in'), await wallet.prove(v, 'sign_in')]
    const then = w.clock.now()
    w.clock.advance(599_999)
    expect(codeOf(await v.post('/v1/sign-in/wallet', early))).toBe('yes')
    w.clock.advance(1)
    expect(codeOf(await v.post('/v1/sign-in/wallet', late))).toBe('wallet_text_over')
    w.clock.set(then)
  })

  test('for what it was asked for, by whom it was asked for', async () => {
    const mine = await joined()
    const other = await joined()
    const sent = async (path: string, signed: object, v = mine.v) =>
      codeOf(
        await v.post(path, { ...signed, ...(path === '/v1/accounts/wallet' ? { terms_version: 1, adult: true } : {}) }),
      )
    const asked = {
      sign_in: '/v1/sign-in/wallet',
      create: '/v1/accounts/wallet',
      link: '/v1/me/wallets',
      fresh: '/v1/me/fresh',
    }
    for (const made of Object.keys(asked) as (keyof typeof asked)[])
      for (const [used, path] of Object.entries(asked)) {
        if (made === used) continue
        expect(await sent(path, await mine.wallet.prove(mine.v, made)), `${made} as ${used}`).toBe('wallet_text_over')
      }
    // A link that somebody else was asked to sign does not link to me, whoever brings it.
    const theirs = await new Wallet().prove(other.v, 'link')
    expect(await sent('/v1/me/wallets', theirs)).toBe('wallet_text_over')
    expect(await sent('/v1/me/fresh', await mine.wallet.prove(other.v, 'fresh'))).toBe('wallet_text_over')
  })

  test('what nobody sent in time is forgotten', async () => {
    await new Wallet().ask(new Visitor(w), 'sign_in')
    const left = async () => (await w.db.selectFrom('wallet_nonce').select('purpose').execute()).length
    expect(await left()).toBeGreaterThan(0)
    const then = w.clock.now()
    w.clock.advance(601_000)
    await w.jobs(['forget_ended_sessions'])
    expect(await left()).toBe(0)
    w.clock.set(then)
  })
})

describe('what does not check out is refused in words', () => {
  const swap = (from: string | RegExp, to: string) => (text: string) => text.replace(from, to)
  test.each<[string, (text: string) => string, string]>([
    ['another domain', swap('localhost:8787 wants', 'evil.example wants'), 'wallet_text_foreign'],
    ['this domain without its port', swap('localhost:8787 wants', 'localhost wants'), 'wallet_text_foreign'],
    ['another page', swap('/sign-in\n', '/elsewhere\n'), 'wallet_text_foreign'],
    ['another site in its address', swap('URI: http://localhost', 'URI: http://evil'), 'wallet_text_foreign'],
    ['another scheme in its address', swap('URI: http:', 'URI: https:'), 'wallet_text_foreign'],
    ['a chain that is not known here', swap('Chain ID: 1', 'Chain ID: 137'), 'wallet_chain_unknown'],
    ['no chain', swap('Chain ID: 1\n', ''), 'wallet_text_malformed'],
    ['a chain that is no number', swap('Chain ID: 1', 'Chain ID: 0x1'), 'wallet_text_malformed'],
    ['a time long past', swap(/Expiration Time: .*/, 'Expiration Time: 2020-01-01T00:00:00.000Z'), 'wallet_text_over'],
    ['a longer life', swap(/Expiration Time: .*/, 'Expiration Time: 2036-01-01T00:00:00.000Z'), 'wallet_text_over'],
    ['no end', swap(/\nExpiration Time: .*/, ''), 'wallet_text_malformed'],
    [
      'an end that is no time',
      swap(/Expiration Time: .*/, 'Expiration Time: 2026-13-99T99:99:99.999Z'),
      'wallet_text_malformed',
    ],
    ['a beginning to come', (t) => `${t}\nNot Before: 2036-01-01T00:00:00.000Z`, 'wallet_text_early'],
    ['a beginning that is over', (t) => `${t}\nNot Before: 2020-01-01T00:00:00.000Z`, 'wallet_text_changed'],
    ['no nonce', swap(/\nNonce: .*/, ''), 'wallet_text_malformed'],
    ['two nonces', swap(/(\nNonce: .*)/, '$1$1'), 'wallet_text_malformed'],
    ['a nonce of its own', swap(/Nonce: .*/, 'Nonce: abcdefgh12345678'), 'wallet_text_over'],
    ['another sentence', swap('Sign in to Assay.', 'Send me everything.'), 'wallet_text_changed'],
    ['no sentence', swap(/\n\n[^\n]*Assay[^\n]*\n\n/, '\n\n\n'), 'wallet_text_malformed'],
    [
      'a line smuggled into the sentence',
      swap('Sign in to Assay.', 'Sign in\nURI: https://evil.example'),
      'wallet_text_malformed',
    ],
    ['two addresses of pages', swap(/(URI: .*\n)/, '$1$1'), 'wallet_text_malformed'],
    ['an address in small letters', (t) => t.replace(/0x\w{40}/, (a) => a.toLowerCase()), 'wallet_text_changed'],
    ['another wallet', swap(/0x\w{40}/, '0x000000000000000000000000000000000000dEaD'), 'wallet_text_changed'],
    ['a shortened address', swap(/(0x\w{39})\w/, '$1'), 'wallet_text_malformed'],
    ['another version', swap('Version: 1', 'Version: 2'), 'wallet_text_malformed'],
    ['other line ends', swap(/\n/g, '\r\n'), 'wallet_text_malformed'],
    ['a line end at the end', (t) => `${t}\n`, 'wallet_text_malformed'],
    ['more lines', (t) => `${t}\nResources:\n- https://evil.example`, 'wallet_text_malformed'],
    ['an invisible character', (t) => t.replace('Sign in', 'Sign\u200b in'), 'wallet_text_malformed'],
    ['a look-alike letter in the domain', swap('localhost:8787 wants', 'lоcalhost:8787 wants'), 'wallet_text_foreign'],
    ['nothing of the kind', () => 'I agree', 'wallet_text_malformed'],
  ])('a text with %s', async (_, change, code) => {
    const { wallet } = await joined()
    const v = new Visitor(w)
    const asked = await wallet.ask(v, 'sign_in')
    const message = change(asked)
    expect(message).not.toBe(asked)
    const answer = await v.post('/v1/sign-in/wallet', { message, signature: await wallet.sign(message) })
    expect(codeOf(answer)).toBe(code)
    expect(answer.body.error!.message).not.toMatch(/[{}]|undefined/)
    expect(v.cookie).toBeUndefined()
  })

  const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const parts = (s: string) => ({
    r: s.slice(2, 66),
    s: BigInt(`0x${s.slice(66, 130)}`),
    v: Number.parseInt(s.slice(130), 16),
  })
  const joinSignature = (r: string, s: bigint, v: number) =>
    `0x${r}${s.toString(16).padStart(64, '0')}${v.toString(16).padStart(2, '0')}`

  test.each<[string, (signature: string) => string, string]>([
    [
      'the other s, with which it is valid as well',
      (g) => joinSignature(parts(g).r, ORDER - parts(g).s, parts(g).v === 27 ? 28 : 27),
      'wallet_signature_malformed',
    ],
    [
      'the other s, numbered from 0',
      (g) => joinSignature(parts(g).r, ORDER - parts(g).s, parts(g).v === 27 ? 1 : 0),
      'wallet_signature_malformed',
    ],
    [
      'the other candidate',
      (g) => joinSignature(parts(g).r, parts(g).s, parts(g).v === 27 ? 28 : 27),
      'wallet_signature_wrong',
    ],
    ['a last byte of its own', (g) => joinSignature(parts(g).r, parts(g).s, 29), 'wallet_contract_unchecked'],
    ['nothing in it', () => '0x', 'wallet_signature_malformed'],
    ['zeros', () => `0x${'0'.repeat(130)}`, 'wallet_signature_wrong'],
    ['no point of the curve', () => `0x${'11'.repeat(64)}1b`, 'wallet_signature_wrong'],
    ['half of it', (g) => g.slice(0, 66), 'wallet_signature_malformed'],
    ['more after it', (g) => `${g}00`, 'wallet_contract_unchecked'],
    ['the short form of two words', (g) => g.slice(0, 130), 'wallet_contract_unchecked'],
    ['too much', () => `0x${'ab'.repeat(8193)}`, 'invalid_request'],
    ['a half byte', (g) => g.slice(0, -1), 'invalid_request'],
    ['letters that are no digits', (g) => `${g.slice(0, -2)}zz`, 'invalid_request'],
  ])('a signature with %s', async (_, change, code) => {
    const { wallet } = await joined()
    const v = new Visitor(w)
    const { message, signature } = await wallet.prove(v, 'sign_in')
    const answer = await v.post('/v1/sign-in/wallet', { message, signature: change(signature) })
    expect(codeOf(answer)).toBe(code)
    expect(v.cookie).toBeUndefined()
  })

  test('devices that number the candidates from 0 sign in, and the usual form is kept', async () => {
    const wallet = new Wallet()
    const v = new Visitor(w)
    const { message, signature } = await wallet.prove(v, 'create')
    const { r, s, v: n } = parts(signature)
    const { account_id } = accountOf(
      await v.post('/v1/accounts/wallet', {
        message,
        signature: joinSignature(r, s, n - 27),
        terms_version: 1,
        adult: true,
      }),
    )
    expect((await walletsOf(w.db, account_id))[0]!.signature.toString('hex')).toBe(signature.slice(2))
  })

  test('the Host of a request changes nothing; the settings say whose text it is', async () => {
    const v = new Visitor(w, { host: 'localhost:9999' })
    expect(parseText(await new Wallet().ask(v, 'sign_in'))).toMatchObject({
      domain: 'localhost:8787',
      uri: 'http://localhost:8787/sign-in',
    })
    const refused = await new Visitor(w, { host: 'evil.example' }).post('/v1/sign-in/wallet/text', {
      for: 'sign_in',
      address: new Wallet().address,
    })
    expect(codeOf(refused)).toBe('wallets_not_here')
    const named = await createWorld({ config: { public_url: 'https://assay.example:8443' } })
    try {
      const there = new Visitor(named, { host: 'evil.example' })
      expect(parseText(await new Wallet().ask(there, 'sign_in'))).toMatchObject({
        domain: 'assay.example:8443',
        uri: 'https://assay.example:8443/sign-in',
      })
      expect(ok(await there.get('/v1/sign-in'))).toMatchObject({ wallet: true, wallet_chains: [1] })
    } finally {
      await named.close()
    }
  })

  test('a chain that is not known here gets no text', async () => {
    const answer = await new Visitor(w).post('/v1/sign-in/wallet/text', {
      for: 'sign_in',
      address: new Wallet().address,
      chain_id: 137,
    })
    expect(answer.body.error).toMatchObject({ code: 'wallet_chain_unknown', message: expect.stringContaining('137') })
  })
})

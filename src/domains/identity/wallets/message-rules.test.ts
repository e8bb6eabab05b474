import fc from 'fast-check'
import { createSiweMessage, parseSiweMessage } from 'viem/siwe'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { composeText, parseText, refuseText, statementFor, TEXT_MS, type WalletText } from './message-rules.ts'
import { chainFor, CONTRACT_CHECKS, shapeOf, signInWallets, takeFrom, usualForm, type Window } from './rules.ts'

const account = privateKeyToAccount(`0x${'22'.repeat(32)}`)
const issued = Date.parse('2026-01-05T12:00:00.000Z')
const TEXT: WalletText = {
  domain: 'assay.example',
  address: account.address,
  statement: statementFor('sign_in', null),
  uri: 'https://assay.example/sign-in',
  chain_id: 1,
  nonce: 'abcdefgh12345678',
  issued_at: new Date(issued).toISOString(),
  expires_at: new Date(issued + TEXT_MS).toISOString(),
  not_before: null,
}

describe('the text', () => {
  test('is what a library of wallets composes from the same parts, byte for byte, and reads as the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('sign_in', 'create', 'link', 'fresh'),
        fc.integer({ min: 1, max: 1_000_000_000 }),
        fc.stringMatching(/^[0-9A-Za-z]{8,64}$/),
        fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 }), { nil: null }),
        (purpose, chain_id, nonce, early) => {
          const not_before = early === null ? null : new Date(early).toISOString()
          const t = { ...TEXT, chain_id, nonce, not_before, statement: statementFor(purpose, 'quiet-otter-481') }
          const theirs = createSiweMessage({
            domain: t.domain,
            address: account.address,
            statement: t.statement,
            uri: t.uri,
            version: '1',
            chainId: chain_id,
            nonce,
            issuedAt: new Date(t.issued_at),
            expirationTime: new Date(t.expires_at),
            ...(not_before === null ? {} : { notBefore: new Date(not_before) }),
          })
          expect(composeText(t)).toBe(theirs)
          expect(parseText(theirs)).toEqual(t)
        },
      ),
    )
  })

  test('has one reading: whatever is read is, composed again, what was read', () => {
    const text = composeText(TEXT)
    const piece = fc.oneof(
      fc.constantFrom(
        '\n',
        '\r',
        ' ',
        'URI: https://evil.example',
        'Nonce: 12345678',
        '\u0000',
        'é',
        '0',
        'Version: 1\n',
      ),
      fc.string({ maxLength: 3 }),
    )
    const changed = fc
      .tuple(fc.nat(text.length), fc.nat(20), piece)
      .map(([at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone))
    fc.assert(
      fc.property(fc.oneof(changed, fc.string()), (given) => {
        const read = parseText(given)
        if (read) expect(composeText(read)).toBe(given)
      }),
      { numRuns: 2000 },
    )
  })

  test('planted fault: what the lenient reading of a library lets through, this one does not', () => {
    const text = composeText(TEXT)
    const lets: [string, string][] = [
      ['an address of a page in the sentence', text.replace('Sign in to Assay.', 'Sign in\nURI: https://evil.example')],
      ['no nonce', text.replace(/\nNonce: \w+/, '')],
      ['lines after the end', `${text}\nfoo`],
      ['two nonces', text.replace(/(\nNonce: \w+)/, '$1\nNonce: zzzzzzzz99999999')],
      ['an address without its capitals', text.replace(account.address, account.address.toLowerCase())],
    ]
    for (const [what, given] of lets) {
      const lenient = parseSiweMessage(given)
      expect(lenient.domain, what).toBe('assay.example')
      const strict = parseText(given)
      // The last is of the form; it is refused because it is not the text that was kept.
      if (strict) expect(composeText(strict), what).not.toBe(text)
    }
    expect(lets.filter(([, given]) => parseText(given)).map(([what]) => what)).toEqual([lets.at(-1)![0]])
  })

  test('says what follows from signing, and for whom', () => {
    for (const purpose of ['sign_in', 'create', 'link', 'fresh'] as const) {
      const said = statementFor(purpose, 'quiet-otter-481')
      expect(said).toMatch(/costs nothing and gives no access to your funds/)
      expect(said).toMatch(/^[ -~]+$/)
      expect(said.includes('quiet-otter-481')).toBe(purpose === 'link' || purpose === 'fresh')
    }
  })
})

const here = { domain: TEXT.domain, uri: TEXT.uri, chains: [1, 10], now: new Date(issued + 1000) }
test.each<[string, Partial<WalletText>, string | undefined]>([
  ['all is well', {}, undefined],
  [
    'everything is wrong: the site comes first',
    { domain: 'evil.example', chain_id: 5, expires_at: TEXT.issued_at },
    'wallet_text_foreign',
  ],
  ['another page of this site', { uri: 'https://assay.example/elsewhere' }, 'wallet_text_foreign'],
  ['then the chain', { chain_id: 5, expires_at: TEXT.issued_at }, 'wallet_chain_unknown'],
  ['then the time', { expires_at: here.now.toISOString(), not_before: '2036-01-01T00:00:00.000Z' }, 'wallet_text_over'],
  ['a longer life than is given', { expires_at: new Date(issued + TEXT_MS + 1).toISOString() }, 'wallet_text_over'],
  ['a beginning to come', { not_before: new Date(issued + 1001).toISOString() }, 'wallet_text_early'],
  ['a beginning that has come', { not_before: new Date(issued + 1000).toISOString() }, undefined],
])('refused for: %s', (_, change, code) => {
  expect(refuseText({ ...TEXT, ...change }, here)).toBe(code)
})

describe('signatures', () => {
  const half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
  const of = (s: bigint, v: number) =>
    `0x${'ab'.repeat(32)}${s.toString(16).padStart(64, '0')}${v.toString(16).padStart(2, '0')}`
  test.each<[string, string, string]>([
    ['the lower s', of(half, 27), 'key'],
    ['the first of the upper ones', of(half + 1n, 27), 'malformed'],
    ['the upper s, numbered from 0', of(half + 1n, 0), 'malformed'],
    ['numbered from 0', of(1n, 1), 'key'],
    ['65 bytes of a contract', of(half + 1n, 31), 'other'],
    ['64 bytes', `0x${'ab'.repeat(64)}`, 'other'],
    ['63 bytes', `0x${'ab'.repeat(63)}`, 'malformed'],
    ['as many as fit', `0x${'ab'.repeat(8192)}`, 'other'],
    ['one more', `0x${'ab'.repeat(8193)}`, 'malformed'],
    ['half a byte', `0x${'ab'.repeat(64)}a`, 'malformed'],
    ['no digits', `0x${'zz'.repeat(65)}`, 'malformed'],
    ['nothing', '', 'malformed'],
  ])('%s', (_, signature, shape) => expect(shapeOf(signature)).toBe(shape))

  test('planted fault: without the rule of the lower s, a second valid signature is made out of any', async () => {
    const { recoverMessageAddress } = await import('viem')
    const signature = await account.signMessage({ message: 'x' })
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const s = order - BigInt(`0x${signature.slice(66, 130)}`)
    const other =
      `${signature.slice(0, 66)}${s.toString(16).padStart(64, '0')}${signature.endsWith('1b') ? '1c' : '1b'}` as `0x${string}`
    expect(await recoverMessageAddress({ message: 'x', signature: other })).toBe(account.address)
    expect(shapeOf(other)).toBe('malformed')
    expect(shapeOf(signature)).toBe('key')
  })

  test('are kept in the usual form', () => {
    expect(usualForm(of(1n, 0))).toBe(of(1n, 27))
    expect(usualForm(of(1n, 28).toUpperCase().replace('0X', '0x'))).toBe(of(1n, 28))
  })
})

test('a window gives so many in its seconds, then says how long to wait, and never more in any case', () => {
  const limit = { times: CONTRACT_CHECKS.who, seconds: CONTRACT_CHECKS.seconds }
  fc.assert(
    fc.property(fc.array(fc.nat(30_000), { maxLength: 60 }), (pauses) => {
      let window: Window | undefined
      let now = 0
      const given: number[] = []
      for (const pause of pauses) {
        now += pause
        const taken = takeFrom(window, limit, now)
        window = taken.window
        if (taken.wait_s === 0) given.push(now)
        else expect(takeFrom(window, limit, now + taken.wait_s * 1000).wait_s).toBe(0)
      }
      // Windows stand side by side, so two of them are the most that any stretch of that length can hold.
      for (const t of given)
        expect(given.filter((g) => g >= t && g < t + limit.seconds * 1000).length).toBeLessThanOrEqual(2 * limit.times)
    }),
  )
})

test('the chain of a text, and the wallets that can sign in', () => {
  expect([
    chainFor(undefined, [8453, 1]),
    chainFor(1, [8453, 1]),
    chainFor(5, [8453, 1]),
    chainFor(undefined, []),
  ]).toEqual([8453, 1, undefined, undefined])
  const wallets = [
    { kind: 'eoa', chain_id: null },
    { kind: 'contract', chain_id: '1' },
    { kind: 'contract', chain_id: '10' },
  ]
  expect(signInWallets(wallets, [10])).toEqual([wallets[0], wallets[2]])
})

import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import type { SignedCard } from '../../../src/domains/gasid/contract.ts'
import { canonicalJson } from '../../../src/platform/canonical.ts'
import { canonical, checkCard } from './check-card.ts'
import { ether, partOf, shortAddress, towards } from './ether.ts'

test('ETH is shown exactly, rounded down, and never as nothing when it is something', () => {
  const shown = (wei: bigint, locale = 'en') => ether(wei.toString(), locale)
  const wei = (milli: bigint) => milli * 10n ** 14n
  expect([shown(wei(2504n)), shown(wei(2504n) + 99n), shown(0n)]).toEqual(['0.2504 ETH', '0.2504 ETH', '0.0000 ETH'])
  expect(shown(812_345_678n)).toBe('0.00000000081 ETH')
  expect(shown(123_456_789n * 10n ** 18n + 10n ** 18n - 1n)).toBe('123,456,789.9999 ETH')
  expect(shown(wei(2504n), 'ar-u-nu-latn')).toContain('0.2504')
})

test('parts and ways', () => {
  expect([partOf('1', '4'), partOf('0', '0'), partOf('4', '4')]).toEqual([0.25, 0, 1])
  expect([towards('15', '10', '20'), towards('5', '10', '20'), towards('25', '10', '20')]).toEqual([0.5, 0, 1])
  expect(shortAddress(`0x${'ab'.repeat(20)}`)).toBe('0xabab…abab')
})

const seed = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)])
const secret = createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' })
const publicKey = createPublicKey(secret).export({ type: 'spki', format: 'der' }).subarray(12).toString('base64')
const card = {
  level: { name: 'Kiddo Jack — “jack”', key: 'kiddo_jack' },
  total_wei: '250400000000000000',
  beans: '75',
  wallets: null,
  exact: false,
} as unknown as SignedCard['card']
const signed = (of: SignedCard['card']): SignedCard => ({
  card: of,
  signature: {
    algorithm: 'Ed25519',
    key_id: '',
    public_key: publicKey,
    value: sign(null, Buffer.from(canonicalJson(card)), secret).toString('base64'),
  },
})

test('a card is checked in the browser: its words, its signature and whose key it is', async () => {
  expect(canonical(card)).toBe(canonicalJson(card))
  expect(await checkCard(signed(card), publicKey)).toBe('signed')
  expect(await checkCard(signed(card), undefined)).toBe('foreign')
  expect(await checkCard(signed({ ...card, beans: '750' }), publicKey)).toBe('wrong')
  const broken = signed(card)
  broken.signature.value = 'not base64!'
  expect(await checkCard(broken, publicKey)).toBe('wrong')
})

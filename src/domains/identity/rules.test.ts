import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SCOPES } from '../../platform/http/endpoint.ts'
import {
  deviceOf,
  friendlyHandle,
  isFresh,
  isReserved,
  nearbyHandle,
  promptsFor,
  refuseInvitationRow,
  refuseKey,
  refuseOperatorLoss,
  refuseRemoval,
  refuseSession,
  scopeNotAllowed,
} from './rules.ts'
import { hashOfCode, newApiKey, newCode } from './secrets.ts'

const now = new Date('2026-01-05T12:00:00Z')
const later = new Date(now.getTime() + 1)
const good = { erased_at: null, suspended_at: null, revoked_at: null, expires_at: later }

test.each([
  ['unknown', undefined, 'session_ended', 'key_unknown'],
  ['good', good, undefined, undefined],
  ['expired this moment', { ...good, expires_at: now }, 'session_ended', 'key_expired'],
  ['revoked', { ...good, revoked_at: now }, 'session_ended', 'key_revoked'],
  ['of a suspended account', { ...good, suspended_at: now }, undefined, 'account_suspended'],
  ['of an erased account', { ...good, erased_at: now, suspended_at: now }, 'not_signed_in', 'not_signed_in'],
  ['revoked, of a suspended account', { ...good, revoked_at: now, suspended_at: now }, 'session_ended', 'key_revoked'],
])('a credential that is %s', (_, row, session, key) => {
  expect(refuseSession(row, now)).toBe(session)
  expect(refuseKey(row, now)).toBe(key)
})

test('a key without an end does not expire', () =>
  expect(refuseKey({ ...good, expires_at: null }, now)).toBeUndefined())

describe('scopes', () => {
  const all = [...SCOPES]
  test('nobody hands out what they cannot use', () => {
    expect(scopeNotAllowed(['read', 'operate'], { roles: ['qa'], scopes: all })).toBe('operate')
    expect(scopeNotAllowed(['audit'], { roles: [], scopes: all })).toBe('audit')
    expect(scopeNotAllowed(['audit'], { roles: ['qa'], scopes: all })).toBeUndefined()
    expect(scopeNotAllowed(all, { roles: ['operator'], scopes: all })).toBeUndefined()
    expect(scopeNotAllowed(['read', 'review'], { roles: ['operator'], scopes: ['read'] })).toBe('review')
  })
  test('a subset of an allowed set is allowed', () => {
    fc.assert(
      fc.property(fc.subarray(all), fc.subarray(all), fc.subarray(['operator', 'qa']), (wanted, held, roles) => {
        if (scopeNotAllowed(held, { roles, scopes: held })) return
        expect(scopeNotAllowed(wanted, { roles, scopes: held })).toBe(wanted.find((s) => !held.includes(s)))
      }),
    )
  })
})

test('the last way in stays, and somebody runs the place', () => {
  expect(refuseRemoval({ other_passkeys: 0, other_wallets: 0, recovery_codes: 0 })).toBe('last_way_in')
  expect(refuseRemoval({ other_passkeys: 1, other_wallets: 0, recovery_codes: 0 })).toBeUndefined()
  expect(refuseRemoval({ other_passkeys: 0, other_wallets: 1, recovery_codes: 0 })).toBeUndefined()
  expect(refuseRemoval({ other_passkeys: 0, other_wallets: 0, recovery_codes: 1 })).toBeUndefined()
  expect(refuseOperatorLoss(true, 0)).toBe('last_operator')
  expect(refuseOperatorLoss(true, 1)).toBeUndefined()
  expect(refuseOperatorLoss(false, 0)).toBeUndefined()
})

test('proof of presence counts up to its minutes', () => {
  expect(isFresh(now, new Date(now.getTime() + 600_000), 10)).toBe(true)
  expect(isFresh(now, new Date(now.getTime() + 600_001), 10)).toBe(false)
})

test('what to ask for next', () => {
  expect(promptsFor({ terms_accepted: false, passkeys: 0, wallets: 0, recovery_codes: 0 })).toEqual([
    'accept_terms',
    'first_passkey',
    'recovery_codes',
  ])
  expect(promptsFor({ terms_accepted: true, passkeys: 1, wallets: 0, recovery_codes: 0 })).toEqual([
    'recovery_codes',
    'second_passkey',
  ])
  expect(promptsFor({ terms_accepted: true, passkeys: 2, wallets: 0, recovery_codes: 5 })).toEqual([])
  // A wallet is a way in like a passkey; only the codes are still missing.
  expect(promptsFor({ terms_accepted: true, passkeys: 0, wallets: 1, recovery_codes: 0 })).toEqual(['recovery_codes'])
  expect(promptsFor({ terms_accepted: true, passkeys: 1, wallets: 1, recovery_codes: 1 })).toEqual([])
})

test('an invitation is over when it is late, used up, its maker is gone, or it never was', () => {
  const open = { expires_at: later, uses_left: 1, erased_at: null }
  expect(refuseInvitationRow(open, now)).toBeUndefined()
  for (const over of [undefined, { ...open, expires_at: now }, { ...open, uses_left: 0 }, { ...open, erased_at: now }])
    expect(refuseInvitationRow(over, now)).toBe('invitation_over')
})

const bytes = (n: number) => fc.uint8Array({ minLength: n, maxLength: n })

describe('names and codes', () => {
  test('drawn handles fit the rule for handles and mislead nobody', () => {
    fc.assert(
      fc.property(bytes(4), fc.string(), (b, wanted) => {
        for (const handle of [friendlyHandle(b), nearbyHandle(wanted, b)])
          expect(handle).toMatch(/^[a-z][a-z0-9_-]{2,31}$/)
        expect(isReserved(friendlyHandle(b))).toBe(false)
      }),
    )
    expect(nearbyHandle('Sam!', new Uint8Array([0, 0]))).toBe('sam-1000')
    expect(nearbyHandle('123', new Uint8Array([0, 0]))).toBe('friend-1000')
  })

  test('codes have four groups of four letters that cannot be mistaken, and any typing of one is the same', () => {
    let n = 0
    const from = {
      randomBytes: (size: number) => createHash('shake256', { outputLength: size }).update(`${n++}`).digest(),
    }
    const codes = Array.from({ length: 2000 }, () => newCode(from))
    expect(new Set(codes).size).toBe(2000)
    for (const code of codes) expect(code).toMatch(/^[2-9bcdfghjkmnpqrstvwxz]{4}(-[2-9bcdfghjkmnpqrstvwxz]{4}){3}$/)
    // Every letter is drawn about as often as any other: 32,000 draws over 27 letters.
    const counts = new Map<string, number>()
    for (const letter of codes.join('').replaceAll('-', '')) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    for (const count of counts.values()) expect(Math.abs(count - 32_000 / 27)).toBeLessThan(180)
    expect(counts.size).toBe(27)
    const [code] = codes
    expect(hashOfCode('1', ` ${code!.toUpperCase().replaceAll('-', ' ')} `)).toBe(hashOfCode('1', code!))
    expect(hashOfCode('2', code!)).not.toBe(hashOfCode('1', code!))
    const { key, prefix, secret_hash } = newApiKey(from)
    expect(key.startsWith(`${prefix}_`)).toBe(true)
    expect(secret_hash).toBe(createHash('sha256').update(key).digest('hex'))
  })
})

test.each([
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Safari, iPhone',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
    'Edge, Windows',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', 'Firefox, Linux'],
  ['curl/8.5.0', 'Another program'],
  ['', 'Another program'],
])('the device behind %s', (userAgent, device) => expect(deviceOf(userAgent)).toBe(device))

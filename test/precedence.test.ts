import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from './world.ts'

/**
 * What the server itself refuses, first to last. A request with several faults is refused for the first of them:
 * the address and its bytes, then who is asking, then what is asked, then whether they may, then the domain.
 */
const ORDER = [
  'not_found',
  'unsupported_media_type',
  'body_too_large',
  'malformed_json',
  'cross_site',
  'key_unknown',
  'rate_limited',
  'account_suspended',
  'invalid_request',
  'not_signed_in',
  'scope_missing',
  'not_allowed',
  'idempotency_key',
  'the domain',
] as const
type Fault = (typeof ORDER)[number]

let w: World
let keys: Record<'person' | 'reader' | 'suspended', string>
const SESSION = 'x'.repeat(43)
beforeAll(async () => {
  w = await createWorld()
  const person = await w.person('petra')
  const reader = await w.person('rita', { scopes: ['read'] })
  const suspended = await w.person('sven')
  await w.db
    .updateTable('account')
    .set({ suspended_at: w.clock.now(), suspension_reason: 'because' })
    .where('id', '=', suspended.account_id)
    .execute()
  const now = w.clock.now()
  await w.db
    .insertInto('session')
    .values({
      token_hash: createHash('sha256').update(SESSION).digest('hex'),
      id: w.parts.newId(),
      account_id: person.account_id,
      how: 'passkey',
      created_at: now,
      fresh_at: now,
      last_seen_at: now,
      expires_at: new Date(now.getTime() + 86_400_000),
    })
    .execute()
  keys = { person: person.key, reader: reader.key, suspended: suspended.key }
})
afterAll(() => w.close())

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
/** A write that only the operator may do, with the faults of its name. */
async function codeOf(...faults: Fault[]): Promise<string> {
  const has = (f: Fault) => faults.includes(f)
  const who = has('cross_site')
    ? { cookie: `assay_session=${SESSION}`, origin: 'https://evil.example' }
    : has('key_unknown')
      ? bearer('ak_nobody_knows')
      : has('account_suspended')
        ? bearer(keys.suspended)
        : has('not_signed_in')
          ? {}
          : has('scope_missing')
            ? bearer(keys.reader)
            : bearer(keys.person)
  const body = JSON.stringify({
    account_id: has('invalid_request') ? 'x' : '1',
    other_id: '1',
    reason: 'x'.repeat(has('body_too_large') ? 300_000 : 3),
  })
  const r = await w.app.inject({
    method: 'POST',
    url: has('not_found') ? '/v1/exclusions/%' : '/v1/exclusions',
    headers: {
      host: 'localhost:80',
      'content-type': has('unsupported_media_type') ? 'text/plain' : 'application/json',
      ...who,
      ...(has('idempotency_key') ? { 'idempotency-key': 'not printable: ü' } : {}),
    },
    payload: has('malformed_json') ? body.slice(0, -1) : body,
  })
  const { error } = JSON.parse(r.body) as { error: { code: string; message: string } }
  expect(error.message.length).toBeGreaterThan(15)
  return error.code
}

describe('the order of refusals', () => {
  const one: [Fault, string][] = [
    ['not_found', 'not_found'],
    ['unsupported_media_type', 'unsupported_media_type'],
    ['body_too_large', 'body_too_large'],
    ['malformed_json', 'malformed_json'],
    ['cross_site', 'cross_site'],
    ['key_unknown', 'key_unknown'],
    ['account_suspended', 'account_suspended'],
    ['invalid_request', 'invalid_request'],
    ['not_signed_in', 'not_signed_in'],
    ['scope_missing', 'scope_missing'],
    ['not_allowed', 'not_allowed'],
  ]
  test.each(one)('%s alone', async (fault, code) => {
    expect(await codeOf(fault)).toBe(code)
  })

  // Each beside every later one that can go with it.
  const isAboutWho = (f: Fault) =>
    ['cross_site', 'key_unknown', 'account_suspended', 'not_signed_in', 'scope_missing'].includes(f)
  const pairs = one
    .flatMap(([first, code], i) => one.slice(i + 1).map(([later]) => [first, later, code] as const))
    .filter(([a, b]) => !(isAboutWho(a) && isAboutWho(b)))
  test.each(pairs)('%s before %s', async (first, later, code) => {
    expect(await codeOf(first, later)).toBe(code)
  })

  test('a right role is still asked for a usable idempotency key, and only then the domain decides', async () => {
    const operator = await w.person('olga', { roles: ['operator'] })
    const ask = async (headers: Record<string, string>) => {
      const r = await w.raw(operator, {
        method: 'POST',
        url: '/v1/exclusions',
        headers: { 'content-type': 'application/json', ...headers },
        payload: JSON.stringify({ account_id: '1', other_id: '1', reason: 'x' }),
      })
      return (JSON.parse(r.body) as { error: { code: string; fields?: { field: string }[] } }).error
    }
    expect(await ask({ 'idempotency-key': 'a b' })).toMatchObject({
      code: 'invalid_request',
      fields: [{ field: '/headers/idempotency-key' }],
    })
    expect(await ask({})).toMatchObject({ code: 'same_person' })
  })

  test('floods are counted before shapes are looked at, per address for strangers', async () => {
    const tight = await createWorld({ config: { rate_per_minute_address: 1 } })
    const ask = async () =>
      (
        JSON.parse((await tight.raw(undefined, { method: 'GET', url: '/v1/campaigns/not-an-id' })).body) as {
          error: { code: string }
        }
      ).error.code
    expect([await ask(), await ask()]).toEqual(['invalid_request', 'rate_limited'])
    await tight.close()
  })

  test.each([
    '/v1/campaigns/%',
    '/v1/campaigns/%ff',
    `/v1/campaigns/${'9'.repeat(5000)}`,
    '/v1/nothing/else',
    '/v1/nothing',
    '/v1/',
  ])('an address that leads nowhere is answered in the usual form: %s', async (url) => {
    const r = await w.raw(undefined, { method: 'GET', url })
    expect(r.status).toBe(404)
    expect(JSON.parse(r.body)).toMatchObject({ error: { code: 'not_found', message: expect.any(String) } })
  })

  test.each([250, 300, 5000])(
    'a page with a name of %i letters is a page or nothing, never a fault',
    async (letters) => {
      const r = await w.raw(undefined, { method: 'GET', url: `/${'x'.repeat(letters)}` })
      expect([200, 404]).toContain(r.status)
    },
  )
})

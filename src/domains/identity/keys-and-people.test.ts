import { sql } from 'kysely'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { ok, Visitor } from '../../../test/visitor.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { networkOf } from '../../platform/http/network.ts'
import { createRateLimits } from '../../server/rate-limits.ts'
import { createSignInLink } from './links.ts'
import { ensureOperator } from './ensure-operator.ts'
import { authenticate } from './authenticate.ts'

const DAY = 86_400_000
const agreed = { terms_version: 1, adult: true }
let w: World
let operator: Person
beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('the-operator', { roles: ['operator'] })
})
afterAll(() => w.close())

const code = (a: { body: { error?: { code: string } } }) => a.body.error?.code
const withKey = (key: string) => new Visitor(w, { authorization: `Bearer ${key}` })
type Key = { key_id: string; api_key: string; prefix: string }

describe('API keys', () => {
  test('are shown once, work within their scopes, and end when revoked', async () => {
    const v = new Visitor(w)
    const { account_id } = await v.join()
    const made = ok(await v.post('/v1/me/keys', { name: 'script', scopes: ['read', 'read'] })) as unknown as Key
    expect(made.api_key).toMatch(/^ak_[0-9a-f]{10}_[\w-]{43}$/)
    expect(made).toMatchObject({ scopes: ['read'], prefix: made.api_key.slice(0, 13) })
    const program = withKey(made.api_key)
    expect(ok(await program.get('/v1/me'))).toMatchObject({
      account_id,
      via: 'key',
      scopes: ['read'],
      session: null,
      prompts: [],
    })
    expect(code(await program.patch('/v1/me', { language: 'ar' }))).toBe('scope_missing')
    const listed = await v.get('/v1/me/keys')
    expect(listed.text).not.toContain(made.api_key.slice(14))
    ok(await v.delete(`/v1/me/keys/${made.key_id}`))
    expect(code(await program.get('/v1/me'))).toBe('key_revoked')
  })

  test('expire', async () => {
    const v = new Visitor(w)
    await v.join()
    const { api_key } = ok(
      await v.post('/v1/me/keys', { name: 'short', scopes: ['read'], expires_in_days: 1 }),
    ) as unknown as Key
    const program = withKey(api_key)
    w.clock.advance(DAY - 1)
    expect((await program.get('/v1/me')).status).toBe(200)
    w.clock.advance(1)
    expect(code(await program.get('/v1/me'))).toBe('key_expired')
  })

  test('can do no more than their maker: whoever runs nothing makes no key that does', async () => {
    const v = new Visitor(w)
    const { account_id } = await v.join()
    for (const scope of ['operate', 'audit'])
      expect(code(await v.post('/v1/me/keys', { name: 'k', scopes: ['read', scope] }))).toBe('scope_not_yours')
    await w.db
      .updateTable('account')
      .set({ roles: ['qa'] })
      .where('id', '=', account_id)
      .execute()
    w.clock.advance(2001)
    expect((await v.post('/v1/me/keys', { name: 'k', scopes: ['audit'] })).status).toBe(200)
    expect(code(await v.post('/v1/me/keys', { name: 'k', scopes: ['operate'] }))).toBe('scope_not_yours')
  })

  test('never make keys, ways in or operators', async () => {
    const v = new Visitor(w, { authorization: `Bearer ${operator.key}` })
    const tries = [
      await v.post('/v1/me/keys', { name: 'k', scopes: ['read'] }),
      await v.post('/v1/me/passkeys/options'),
      await v.post('/v1/me/passkeys', { response: {} }),
      await v.post('/v1/me/recovery-codes'),
      await v.post('/v1/me/hand-over'),
      await v.post('/v1/me/fresh', { code: 'whatever' }),
      await v.post('/v1/me/sessions/revoke-others'),
      await v.send('PUT', `/v1/people/${operator.account_id}/roles`, { roles: ['operator', 'qa'] }),
    ]
    expect(tries.map(code)).toEqual(tries.map(() => 'session_needed'))
  })

  test('asked for twice by one request are one key, with a new secret in place of the lost one', async () => {
    const v = new Visitor(w)
    await v.join()
    const send = () => v.post('/v1/me/keys', { name: 'once', scopes: ['read'] }, { 'idempotency-key': 'make-key-1' })
    const [first, second] = [ok(await send()) as unknown as Key, ok(await send()) as unknown as Key]
    expect(second.key_id).toBe(first.key_id)
    expect(code(await withKey(first.api_key).get('/v1/me'))).toBe('key_unknown')
    expect((await withKey(second.api_key).get('/v1/me')).status).toBe(200)
    const stored = JSON.stringify(await w.db.selectFrom('idempotency').selectAll().execute())
    expect(stored).toContain(first.key_id)
    for (const k of [first, second]) expect(stored).not.toContain(k.api_key)
  })

  test('that nobody made are refused, as is half a key', async () => {
    expect(code(await withKey('ak_0000000000_nothing').get('/v1/me'))).toBe('key_unknown')
    expect(code(await withKey(operator.key.slice(0, -1)).get('/v1/me'))).toBe('key_unknown')
  })

  test('are limited in number', async () => {
    const v = new Visitor(w)
    const { account_id } = await v.join()
    await w.db
      .insertInto('api_key')
      .values(
        Array.from({ length: 50 }, (_, i) => ({
          id: w.parts.newId(),
          account_id,
          name: 'k',
          prefix: 'ak',
          secret_hash: `h${account_id}${i}`,
          scopes: ['read'],
          created_at: w.clock.now(),
        })),
      )
      .execute()
    expect(code(await v.post('/v1/me/keys', { name: 'k', scopes: ['read'] }))).toBe('too_many_keys')
  })
})

describe('who is asking is remembered', () => {
  test('for two seconds at most, and not beyond a revocation in this process', async () => {
    const p = await w.person('remembered')
    const at = w.clock.now()
    const ask = (ms: number) => authenticate(w.db, new Date(at.getTime() + ms), { key: p.key })
    await ask(0)
    await w.db.updateTable('api_key').set({ revoked_at: at }).where('account_id', '=', p.account_id).execute()
    await expect(ask(1999)).resolves.toMatchObject({ account_id: p.account_id })
    await expect(ask(2000)).rejects.toMatchObject({ code: 'key_revoked' })
  })

  test("never across kinds: a session's token is no key", async () => {
    const v = new Visitor(w)
    await v.join()
    expect((await v.get('/v1/me')).status).toBe(200)
    expect(code(await withKey(v.cookie!).get('/v1/me'))).toBe('key_unknown')
    const other = new Visitor(w)
    other.cookie = operator.key
    expect(code(await other.get('/v1/me'))).toBe('session_ended')
  })
})

describe('the operator', () => {
  const desk = () => withKey(operator.key)
  test('finds people by handle and id, page by page, and nobody else does', async () => {
    for (const i of [1, 2, 3]) await w.person(`findable-${i}`)
    const first = ok(await desk().get('/v1/people?search=findable&limit=2')) as unknown as {
      items: { handle: string; account_id: string }[]
      next: string
    }
    expect(first.items.map((p) => p.handle)).toEqual(['findable-3', 'findable-2'])
    const rest = ok(await desk().get(`/v1/people?search=findable&limit=2&after=${first.next}`)) as unknown as {
      items: { handle: string }[]
      next: null
    }
    expect(rest).toMatchObject({ items: [{ handle: 'findable-1' }], next: null })
    expect(ok(await desk().get(`/v1/people?search=${first.items[0]!.account_id}`))).toMatchObject({
      items: [{ handle: 'findable-3' }],
    })
    expect(ok(await desk().get('/v1/people?search=%25'))).toMatchObject({ items: [] })
    const p = await w.person('nosy')
    expect(code(await withKey(p.key).get('/v1/people'))).toBe('not_allowed')
  })

  test('sets roles from a browser; the last operator stays one', async () => {
    const v = new Visitor(w)
    const { account_id } = await v.join()
    await w.db
      .updateTable('account')
      .set({ roles: ['operator'] })
      .where('id', '=', account_id)
      .execute()
    w.clock.advance(2001)
    const qa = await w.person('new-qa')
    expect(
      ok(await v.send('PUT', `/v1/people/${qa.account_id}/roles`, { roles: ['qa', 'restricted_data'] })),
    ).toMatchObject({ roles: ['qa', 'restricted_data'] })
    expect((await v.get('/v1/people?search=%00x')).status).toBe(422)
    expect((await withKey(qa.key).get('/v1/me')).body).toMatchObject({ roles: ['qa', 'restricted_data'] })

    const others = await w.db
      .selectFrom('account')
      .select('id')
      .where('id', '<>', account_id)
      .where(sql<boolean>`roles <> '{}'`)
      .execute()
    for (const { id } of others) ok(await v.send('PUT', `/v1/people/${id}/roles`, { roles: [] }))
    expect(code(await v.send('PUT', `/v1/people/${account_id}/roles`, { roles: ['qa'] }))).toBe('last_operator')
    ok(await v.send('PUT', `/v1/people/${operator.account_id}/roles`, { roles: ['operator'] }))
    ok(await v.send('PUT', `/v1/people/${account_id}/roles`, { roles: [] }))
    const kinds = await w.db
      .selectFrom('event')
      .select(['kind', 'body'])
      .where('subject_id', '=', qa.account_id)
      .execute()
    expect(kinds).toContainEqual({
      kind: 'roles_changed',
      body: expect.objectContaining({ by: account_id, before: [], after: ['qa', 'restricted_data'] }) as unknown,
    })
  })

  test('operators who drop each other at once, in a ring, leave one', async () => {
    const ring = Array.from({ length: 6 }, () => new Visitor(w))
    const ids = await Promise.all(ring.map(async (v) => (await v.join()).account_id))
    await w.db
      .updateTable('account')
      .set({ roles: ['operator'] })
      .where('id', 'in', ids)
      .execute()
    await w.db.updateTable('account').set({ roles: [] }).where('id', '=', operator.account_id).execute()
    w.clock.advance(2001)
    for (const v of ring) ok(await v.get('/v1/people?limit=1'))
    const answers = await Promise.all(
      ring.map((v, i) => v.send('PUT', `/v1/people/${ids[(i + 1) % ids.length]!}/roles`, { roles: [] })),
    )
    expect(answers.map((a) => code(a) ?? 'dropped').sort()).toEqual([
      ...Array<string>(5).fill('dropped'),
      'last_operator',
    ])
    expect(
      await w.db
        .selectFrom('account')
        .select('id')
        .where(sql<boolean>`roles @> array['operator']`)
        .execute(),
    ).toHaveLength(1)
    await w.db.updateTable('account').set({ roles: [] }).where('id', 'in', ids).execute()
    await w.db
      .updateTable('account')
      .set({ roles: ['operator'] })
      .where('id', '=', operator.account_id)
      .execute()
    w.clock.advance(2001)
  })

  test('suspends with a reason that the person is told, and ends it; both are evidence that says no more than needed', async () => {
    const v = new Visitor(w)
    const { account_id, passkey } = await v.join()
    const { api_key } = ok(await v.post('/v1/me/keys', { name: 'k', scopes: ['read'] })) as unknown as Key
    expect(
      ok(await desk().post(`/v1/people/${account_id}/suspend`, { reason: 'Many accounts from one phone.' })),
    ).toMatchObject({ suspension_reason: 'Many accounts from one phone.' })
    const told = await v.get('/v1/me/leases')
    expect(told.status).toBe(403)
    expect(told.body.error).toMatchObject({
      code: 'account_suspended',
      message: expect.stringContaining('Many accounts from one phone.') as string,
    })
    // What is theirs stays in reach: account, data, money.
    const elsewhere = new Visitor(w)
    expect(ok(await elsewhere.signIn(passkey)).account).toMatchObject({
      suspended: { reason: 'Many accounts from one phone.' },
    })
    for (const url of ['/v1/me', '/v1/me/data', '/v1/me/export', '/v1/me/earnings', '/v1/terms'])
      expect((await elsewhere.get(url)).status).toBe(200)
    for (const url of ['/v1/me/keys', '/v1/me/hand-over', '/v1/me/passkeys/options'])
      expect(code(await elsewhere.post(url, url.endsWith('keys') ? { name: 'k', scopes: ['read'] } : {}))).toBe(
        'account_suspended',
      )
    expect(code(await withKey(api_key).get('/v1/me'))).toBe('account_suspended')
    ok(await desk().post(`/v1/people/${account_id}/unsuspend`, { reason: 'They were a family.' }))
    expect((await v.get('/v1/me/leases')).status).toBe(200)
    expect(ok(await v.get('/v1/me'))).toMatchObject({ suspended: null })
    const events = await w.db
      .selectFrom('event')
      .select(['kind', 'body'])
      .where('subject_id', '=', account_id)
      .orderBy('id')
      .execute()
    expect(events.map((e) => e.kind)).toEqual(['account_created', 'account_suspended', 'account_unsuspended'])
    expect(JSON.stringify(events)).not.toMatch(/one phone|family/)
    expect(events[1]!.body).toMatchObject({
      by: operator.account_id,
      reason_commitment: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    })
    expect(code(await desk().post(`/v1/people/${operator.account_id}/suspend`, { reason: 'myself' }))).toBe(
      'own_account',
    )
  })

  test('makes service accounts with a key each, all or none, recorded; repeated, the same accounts with new keys', async () => {
    const list = Array.from({ length: 200 }, (_, i) => ({ handle: `worker-${i}`, scopes: ['read', 'contribute'] }))
    const send = () => desk().post('/v1/people', { people: list }, { 'idempotency-key': 'bulk-1' })
    type Made = { items: { account_id: string; handle: string; api_key: string }[] }
    const first = ok(await send()) as unknown as Made
    expect(first.items.map((p) => p.handle)).toEqual(list.map((p) => p.handle))
    expect(ok(await withKey(first.items[7]!.api_key).get('/v1/me'))).toMatchObject({
      handle: 'worker-7',
      scopes: ['read', 'contribute'],
    })
    const again = ok(await send()) as unknown as Made
    expect(again.items.map((p) => p.account_id)).toEqual(first.items.map((p) => p.account_id))
    expect(code(await withKey(first.items[7]!.api_key).get('/v1/me'))).toBe('key_unknown')
    expect((await withKey(again.items[7]!.api_key).get('/v1/me')).status).toBe(200)
    expect(
      code(
        await desk().post('/v1/people', {
          people: [
            { handle: 'worker-new', scopes: ['read'] },
            { handle: 'worker-7', scopes: ['read'] },
          ],
        }),
      ),
    ).toBe('handle_taken')
    expect(await w.db.selectFrom('account').select('id').where('handle', '=', 'worker-new').execute()).toEqual([])
    expect(
      code(
        await desk().post('/v1/people', {
          people: [
            { handle: 'w-x', scopes: ['read'] },
            { handle: 'w-x', scopes: ['read'] },
          ],
        }),
      ),
    ).toBe('handle_twice')
    const events = await w.db
      .selectFrom('event')
      .select('body')
      .where('subject_id', '=', first.items[0]!.account_id)
      .execute()
    expect(events).toEqual([{ body: { via: 'operator', by: operator.account_id } }])
    const stored = JSON.stringify(await w.db.selectFrom('idempotency').selectAll().execute())
    for (const p of [...first.items, ...again.items].slice(0, 20)) expect(stored).not.toContain(p.api_key)
  })

  test('is made once at the first start, and gets in by the printed link, once', async () => {
    const fresh = await createWorld()
    try {
      const [a, b] = await Promise.all([ensureOperator(fresh.ctx()), ensureOperator(fresh.ctx())])
      expect(a.account_id).toBe(b.account_id)
      expect([a.made, b.made].sort()).toEqual([false, true])
      const link = await createSignInLink(fresh.ctx(), a.account_id, 'http://localhost:8787')
      expect(link).toMatch(/^http:\/\/localhost:8787\/sign-in#[0-9a-z-]{19}$/)
      const v = new Visitor(fresh)
      const token = link.split('#')[1]
      expect(ok(await v.post('/v1/sign-in/link', { token })).account).toMatchObject({
        handle: 'operator',
        access: { operator: true, qa: true },
        prompts: ['accept_terms', 'first_passkey', 'recovery_codes'],
      })
      ok(await v.post('/v1/me/terms', { version: 1, adult: true }))
      expect(ok(await v.get('/v1/me')).prompts).toEqual(['first_passkey', 'recovery_codes'])
      expect(code(await new Visitor(fresh).post('/v1/sign-in/link', { token }))).toBe('link_over')
    } finally {
      await fresh.close()
    }
  })
})

describe('invitations', () => {
  test('to a campaign are made by its requester, looked at by anyone, and redeemed with a new account or by one there is', async () => {
    const campaign = await makeCampaign(w, { items: [{ q: 1 }] })
    const requester = await w.db
      .selectFrom('campaign')
      .innerJoin('account', 'account.id', 'requester_id')
      .select('handle')
      .where('campaign.id', '=', campaign.id)
      .executeTakeFirstOrThrow()
    const url = `/v1/campaigns/${campaign.id}/invitations`
    const stranger = await w.person('uninvolved')
    expect(code(await withKey(stranger.key).post(url, { uses: 1, days: 1 }))).toBe('not_allowed')
    const made = ok(await withKey(operator.key).post(url, { uses: 2, days: 7 })) as unknown as {
      token: string
      url: string
      invitation_id: string
    }
    expect(made.url).toBe(`http://localhost/join/${made.token}`)

    const look = () => new Visitor(w).get(`/v1/invitations/${made.token}`)
    expect(ok(await look())).toMatchObject({
      invited_by: 'the-operator',
      campaign: { campaign_id: campaign.id, task_class: 'simple_research', status: 'open' },
    })
    expect((await look()).text).not.toContain(requester.handle)

    await new Visitor(w).join(undefined, { invitation: made.token })
    const here = new Visitor(w)
    await here.join()
    for (let i = 0; i < 2; i++)
      expect(ok(await here.post(`/v1/invitations/${made.token}/redeem`))).toMatchObject({ campaign_id: campaign.id })
    expect(code(await look())).toBe('invitation_over')
    const third = await new Visitor(w).post('/v1/accounts/codes', { ...agreed, invitation: made.token })
    expect(code(third)).toBe('invitation_over')
    expect(ok(await withKey(operator.key).get(url))).toMatchObject({
      items: [{ invitation_id: made.invitation_id, used: 2, uses_left: 0 }],
    })
  })

  test("of the last use, one of many gets it, and nobody else's account is made", async () => {
    const { token } = ok(await withKey(operator.key).post('/v1/invitations', { uses: 1, days: 1 })) as unknown as {
      token: string
    }
    const before = (await w.db.selectFrom('account').select('id').execute()).length
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => new Visitor(w).post('/v1/accounts/codes', { ...agreed, invitation: token })),
    )
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1)
    expect((await w.db.selectFrom('account').select('id').execute()).length).toBe(before + 1)
  })

  test('expire and can be ended', async () => {
    const campaign = await makeCampaign(w, { items: [] })
    const url = `/v1/campaigns/${campaign.id}/invitations`
    const short = ok(await withKey(operator.key).post(url, { uses: 5, days: 1 })) as unknown as {
      token: string
      invitation_id: string
    }
    const long = ok(await withKey(operator.key).post(url, { uses: 5, days: 30 })) as unknown as {
      token: string
      invitation_id: string
    }
    ok(await withKey(operator.key).delete(`${url}/${long.invitation_id}`))
    expect(code(await new Visitor(w).get(`/v1/invitations/${long.token}`))).toBe('invitation_over')
    w.clock.advance(DAY)
    expect(code(await new Visitor(w).get(`/v1/invitations/${short.token}`))).toBe('invitation_over')
    const late = new Visitor(w)
    await late.join()
    for (const { token } of [short, long])
      expect(code(await late.post(`/v1/invitations/${token}/redeem`))).toBe('invitation_over')
    expect(JSON.stringify(await w.db.selectFrom('invitation').selectAll().execute())).not.toContain(short.token)
  })
})

describe('terms', () => {
  test('are public, in English and Arabic, and a new version asks again', async () => {
    const terms = ok(await new Visitor(w).get('/v1/terms')) as unknown as {
      version: number
      texts: { language: string; body: string }[]
    }
    expect(terms.texts.map((t) => t.language).sort()).toEqual(['ar', 'en'])
    const headings = terms.texts.map((t) => t.body.match(/^## /gm)!.length)
    expect(headings[0]).toBe(headings[1])
    const there = await createWorld()
    try {
      const v = new Visitor(there)
      await v.join()
      await there.db
        .insertInto('terms')
        .values({
          version: 2,
          body: JSON.stringify({ en: { title: 'T', body: 'B' } }),
          published_at: there.clock.now(),
        })
        .execute()
      expect(ok(await v.get('/v1/me'))).toMatchObject({
        terms: { accepted_version: 1, current_version: 2 },
        prompts: expect.arrayContaining(['accept_terms']) as string[],
      })
      expect(code(await v.post('/v1/me/terms', { version: 1, adult: true }))).toBe('terms_changed')
      ok(await v.post('/v1/me/terms', { version: 2, adult: true }))
      expect(ok(await v.get('/v1/me')).prompts).not.toContain('accept_terms')
    } finally {
      await there.close()
    }
  })
})

describe('guessing is slow', () => {
  test('ten sign-ins a minute from an address, five codes in fifteen minutes for a handle', async () => {
    const there = await createWorld({ config: { rate_per_minute_address: 300, rate_per_minute_account: 6000 } })
    try {
      const guess = async (handle: string, from: string) =>
        code(
          await new Visitor(there, { 'x-forwarded-for': from }).post('/v1/sign-in/code', {
            handle,
            code: 'guess-guess',
          }),
        )
      for (let i = 0; i < 5; i++) expect(await guess('victim', '192.0.2.1')).toBe('code_wrong')
      expect(await guess('VICTIM ', '192.0.2.1')).toBe('rate_limited')
      for (let i = 0; i < 4; i++) expect(await guess(`other-${i}`, '192.0.2.1')).toBe('code_wrong')
      expect(await guess('another', '192.0.2.1')).toBe('rate_limited')
    } finally {
      await there.close()
    }
  })

  test("a subscriber's whole IPv6 network is one address", () => {
    expect(networkOf('2001:db8:1:2:aaaa::1')).toBe(networkOf('2001:db8:1:2::ffff'))
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'))
    expect(networkOf('2001:0db8:0001:0002::1')).toBe(networkOf('2001:db8:1:2::2'))
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(networkOf('::1')).toBe('0:0:0:0')
    expect(networkOf('192.0.2.7')).toBe('192.0.2.7')
  })

  test('wrong credentials are no way around the limit for strangers', async () => {
    const there = await createWorld({ config: { rate_per_minute_address: 5, rate_per_minute_account: 100 } })
    try {
      const answers = []
      for (let i = 0; i < 7; i++)
        answers.push(code(await new Visitor(there, { authorization: `Bearer ak_wrong_${i}` }).get('/v1/me')))
      expect(answers.slice(0, 5)).toEqual(Array(5).fill('key_unknown'))
      expect(answers.slice(5)).toEqual(['rate_limited', 'rate_limited'])
    } finally {
      await there.close()
    }
  })

  test('a rate of zero switches the limits off', async () => {
    const limits = createRateLimits({ ...w.parts.config, rate_per_minute_address: 0, rate_per_minute_account: 0 })
    const limit = { name: 'x', by: 'address', times: 1, seconds: 60 } as const
    for (let i = 0; i < 3; i++) await limits.declared(limit, { address: '192.0.2.1', account_id: undefined, body: {} })
    const strict = createRateLimits({ ...w.parts.config, rate_per_minute_address: 1 })
    await strict.declared(limit, { address: '192.0.2.1', account_id: undefined, body: {} })
    await expect(
      strict.declared(limit, { address: '192.0.2.1', account_id: undefined, body: {} }),
    ).rejects.toMatchObject({ code: 'rate_limited' })
  })
})

describe('on the wire', () => {
  test("no identity endpoint says a hash, a public key or another person's secret", async () => {
    const v = new Visitor(w)
    const { account_id, passkey } = await v.join()
    ok(await v.post('/v1/me/recovery-codes'))
    ok(await v.post('/v1/me/keys', { name: 'k', scopes: ['read', 'account'] }))
    ok(await v.post('/v1/me/hand-over'))
    ok(await v.prove(passkey))
    for (const url of [
      '/v1/me',
      '/v1/me/sessions',
      '/v1/me/passkeys',
      '/v1/me/keys',
      '/v1/sign-in',
      '/v1/terms',
      '/v1/handles/someone',
    ])
      ok(await v.get(url))
    const desk = withKey(operator.key)
    for (const url of ['/v1/people', `/v1/people/${account_id}`]) ok(await desk.get(url))
    const said = [...v.heard, ...desk.heard].join('\n')
    const secrets: string[] = []
    for (const row of await w.db.selectFrom('session').select('token_hash').execute()) secrets.push(row.token_hash)
    for (const row of await w.db.selectFrom('api_key').select('secret_hash').execute()) secrets.push(row.secret_hash)
    for (const row of await w.db.selectFrom('recovery_code').select('code_hash').execute()) secrets.push(row.code_hash)
    for (const row of await w.db.selectFrom('one_time').select('value_hash').execute()) secrets.push(row.value_hash)
    for (const row of await w.db.selectFrom('passkey').select('public_key').execute())
      secrets.push(row.public_key.toString('hex'), row.public_key.toString('base64url'))
    expect(secrets.length).toBeGreaterThan(20)
    expect(secrets.filter((s) => said.includes(s))).toEqual([])
    // The search itself works: what is said is found.
    expect(said).toContain(account_id)
    expect(createHash('sha256').update(v.cookie!).digest('hex')).toSatisfy((hash: string) => secrets.includes(hash))
  })

  test('no log line holds a token, a key or a code', async () => {
    const lines: string[] = []
    const whole = (f: object) =>
      void lines.push(
        JSON.stringify(f, (_, v: unknown) => (v instanceof Error ? { ...v, message: v.message, stack: v.stack } : v)),
      )
    const log = { info: whole, warn: whole, error: whole }
    const { createApp } = await import('../../server/app.ts')
    const app = await createApp({ ...w.parts, log })
    try {
      const v = new Visitor({ ...w, app })
      await v.join()
      const { api_key } = ok(await v.post('/v1/me/keys', { name: 'k', scopes: ['read'] })) as unknown as Key
      const { recovery_codes } = ok(await v.post('/v1/me/recovery-codes')) as unknown as { recovery_codes: string[] }
      // A fault, so that there is a line to look at.
      await w.db.schema.alterTable('inbox_message').renameTo('away').execute()
      const broken = await new Visitor({ ...w, app }, { authorization: `Bearer ${api_key}` }).get('/v1/me')
      await w.db.schema.alterTable('away').renameTo('inbox_message').execute()
      expect(broken.status).toBe(500)
      expect(lines.length).toBeGreaterThan(0)
      for (const secret of [api_key, v.cookie!, ...recovery_codes]) expect(lines.join('\n')).not.toContain(secret)
    } finally {
      await app.close()
    }
  })
})

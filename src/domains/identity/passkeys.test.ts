import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Authenticator, type Ceremony } from '../../../test/authenticator.ts'
import { ok, Visitor } from '../../../test/visitor.ts'
import { createWorld, type World } from '../../../test/world.ts'

let w: World
beforeAll(async () => void (w = await createWorld()))
afterAll(() => w.close())

const options = async (v: Visitor, url: string, body: object = {}) =>
  ok(await v.post(url, body)).options as unknown as Ceremony
const agreed = { terms_version: 1, adult: true }

describe('a new account with a passkey', () => {
  test('takes one ceremony, and the passkey alone signs in afterwards', async () => {
    const v = new Visitor(w)
    const { account_id, handle, passkey } = await v.join()
    expect(handle).toMatch(/^[a-z]+-[a-z]+-\d{3}$/)
    const me = ok(await v.get('/v1/me'))
    expect(me).toMatchObject({
      account_id,
      handle,
      via: 'session',
      passkeys: 1,
      recovery_codes_left: 0,
      terms: { accepted_version: 1, current_version: 1 },
    })
    expect(me.prompts).toEqual(['recovery_codes', 'second_passkey'])

    const elsewhere = new Visitor(w)
    const asked = await options(elsewhere, '/v1/sign-in/passkey/options')
    expect(asked).not.toHaveProperty('allowCredentials', expect.arrayContaining([expect.anything()]))
    const { account } = ok(await elsewhere.signIn(passkey)) as unknown as {
      account: { account_id: string; session: { how: string } }
    }
    expect(account).toMatchObject({ account_id, session: { how: 'passkey' } })
  })

  test('asks for a discoverable credential, verification preferred, no attestation', async () => {
    const asked = (await options(new Visitor(w), '/v1/accounts/options', {
      handle: 'discoverable',
    })) as unknown as Record<string, Record<string, unknown>>
    expect(asked.authenticatorSelection).toMatchObject({ residentKey: 'required', userVerification: 'preferred' })
    expect(asked.attestation).toBe('none')
    expect(asked.rp!.id).toBe('localhost')
    expect(asked.user!.name).toBe('discoverable')
  })

  test('keeps a chosen handle, and refuses one that is taken or reserved with one that is free', async () => {
    const { handle } = await new Visitor(w).join('sam_the_first')
    expect(handle).toBe('sam_the_first')
    for (const taken of ['sam_the_first', 'operator', 'erased-12']) {
      const refused = await new Visitor(w).post('/v1/accounts/options', { handle: taken })
      expect(refused.body.error?.code).toBe('handle_taken')
      const { suggestion } = (refused.body.error as unknown as { detail: { suggestion: string } }).detail
      expect(ok(await new Visitor(w).get(`/v1/handles/${suggestion}`))).toEqual({
        handle: suggestion,
        free: true,
        suggestion,
      })
    }
    for (const shape of ['Sam', 'a', 'x'.repeat(33), 'sаm-cyrillic', 'a b'])
      expect((await new Visitor(w).post('/v1/accounts/options', { handle: shape })).status).toBe(422)
  })

  test('of two people who chose the same handle at once, one gets it', async () => {
    const both = [new Visitor(w), new Visitor(w)]
    const asked = await Promise.all(both.map((v) => options(v, '/v1/accounts/options', { handle: 'twin' })))
    const answers = await Promise.all(
      both.map((v, i) => v.post('/v1/accounts', { response: new Authenticator().create(asked[i]!), ...agreed })),
    )
    expect(answers.map((a) => a.body.error?.code ?? 'made').sort()).toEqual(['handle_taken', 'made'])
  })

  test('needs the current terms and full age, before the passkey is looked at', async () => {
    const v = new Visitor(w)
    const asked = await options(v, '/v1/accounts/options')
    const response = new Authenticator().create(asked)
    expect((await v.post('/v1/accounts', { response, terms_version: 99, adult: true })).body.error?.code).toBe(
      'terms_changed',
    )
    expect((await v.post('/v1/accounts', { response, terms_version: 1, adult: false })).status).toBe(422)
    expect((await v.post('/v1/accounts', { response, ...agreed })).status).toBe(200)
  })
})

describe('a ceremony that does not check out is refused', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another port of this origin', { origin: 'http://localhost:9999' }],
    ["another site's passkey", { rpId: 'evil.example' }],
  ])('at creation: %s', async (_, how) => {
    const v = new Visitor(w)
    const asked = await options(v, '/v1/accounts/options')
    expect(
      (await v.post('/v1/accounts', { response: new Authenticator().create(asked, how), ...agreed })).body.error?.code,
    ).toBe('passkey_refused')
    expect(v.cookie).toBeUndefined()
  })

  test.each([
    ['another origin', { origin: 'https://evil.example' }, 'passkey_refused'],
    ["another site's passkey", { rpId: 'evil.example' }, 'passkey_refused'],
    ['a counter that went back', { counter: 1 }, 'passkey_refused'],
    ['a frame in another site', { crossOrigin: true }, 'challenge_over'],
  ])('at sign-in: %s', async (_, how, code) => {
    const { passkey } = await new Visitor(w).join()
    ok(await new Visitor(w).signIn(passkey))
    const v = new Visitor(w)
    const asked = await options(v, '/v1/sign-in/passkey/options')
    expect((await v.post('/v1/sign-in/passkey', { response: passkey.get(asked, how) })).body.error?.code).toBe(code)
    expect(v.cookie).toBeUndefined()
  })

  test('a signature by another key', async () => {
    const { passkey } = await new Visitor(w).join()
    const forger = new Authenticator()
    Object.defineProperty(forger, 'id', { value: passkey.id })
    forger.counter = 50
    expect((await new Visitor(w).signIn(forger)).body.error?.code).toBe('passkey_refused')
  })

  test("nonsense in place of a passkey's answer", async () => {
    const v = new Visitor(w)
    const nonsense: unknown[] = [
      {},
      { id: 5 },
      { response: {} },
      { response: { clientDataJSON: 7 } },
      { response: { clientDataJSON: '!!' } },
      { id: 'x', response: { clientDataJSON: Buffer.from('null').toString('base64url') } },
    ]
    for (const response of nonsense) {
      for (const url of ['/v1/sign-in/passkey', '/v1/accounts']) {
        const answer = await v.post(url, url === '/v1/accounts' ? { response, ...agreed } : { response })
        expect([410, 422]).toContain(answer.status)
      }
    }
    const { passkey } = await new Visitor(w).join()
    const asked = await options(v, '/v1/sign-in/passkey/options')
    const real = passkey.get(asked) as { response: Record<string, unknown> }
    real.response.authenticatorData = 'AAAA'
    expect((await v.post('/v1/sign-in/passkey', { response: real })).body.error?.code).toBe('passkey_refused')
  })

  test('an unknown passkey is told from a refused one', async () => {
    expect((await new Visitor(w).signIn(new Authenticator())).body.error?.code).toBe('passkey_unknown')
  })
})

describe('a challenge', () => {
  test('counts once, even when what it was used for failed', async () => {
    const { passkey } = await new Visitor(w).join()
    const v = new Visitor(w)
    const asked = await options(v, '/v1/sign-in/passkey/options')
    expect(
      (await v.post('/v1/sign-in/passkey', { response: passkey.get(asked, { origin: 'https://evil.example' }) })).body
        .error?.code,
    ).toBe('passkey_refused')
    expect((await v.post('/v1/sign-in/passkey', { response: passkey.get(asked) })).body.error?.code).toBe(
      'challenge_over',
    )
  })

  test('counts once of any number of simultaneous uses', async () => {
    const { passkey } = await new Visitor(w).join()
    const asked = await options(new Visitor(w), '/v1/sign-in/passkey/options')
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => new Visitor(w).post('/v1/sign-in/passkey', { response: passkey.get(asked) })),
    )
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1)
  })

  test('is over after five minutes', async () => {
    const { passkey } = await new Visitor(w).join()
    const v = new Visitor(w)
    const asked = await options(v, '/v1/sign-in/passkey/options')
    w.clock.advance(5 * 60_000)
    expect((await v.post('/v1/sign-in/passkey', { response: passkey.get(asked) })).body.error?.code).toBe(
      'challenge_over',
    )
  })

  test('made for one purpose is none for another', async () => {
    const v = new Visitor(w)
    const { passkey } = await v.join()
    const forSignIn = await options(new Visitor(w), '/v1/sign-in/passkey/options')
    expect((await v.post('/v1/me/fresh', { response: passkey.get(forSignIn) })).body.error?.code).toBe('challenge_over')
    const forAdding = await options(v, '/v1/me/passkeys/options')
    expect(
      (await new Visitor(w).post('/v1/accounts', { response: new Authenticator().create(forAdding), ...agreed })).body
        .error?.code,
    ).toBe('challenge_over')
  })

  test('is kept only as a hash', async () => {
    const asked = await options(new Visitor(w), '/v1/sign-in/passkey/options')
    const rows = JSON.stringify(await w.db.selectFrom('one_time').selectAll().execute())
    expect(rows).not.toContain(asked.challenge)
    expect(rows).toContain('sign_in')
  })
})

describe('each guard is what refuses: with it taken away, the same answer passes', () => {
  test('the challenge that is used up', async () => {
    const v = new Visitor(w)
    const { passkey } = await v.join()
    await w.db.updateTable('passkey').set({ counter: 0 }).execute()
    const asked = await options(v, '/v1/sign-in/passkey/options')
    const challenges = () => w.db.selectFrom('one_time').selectAll().where('purpose', '=', 'sign_in').execute()
    const kept = (await challenges()).find(
      (row) => row.value_hash === createHash('sha256').update(asked.challenge).digest('hex'),
    )
    const send = (how: object) => new Visitor(w).post('/v1/sign-in/passkey', { response: passkey.get(asked, how) })
    expect((await send({ counter: 0 })).status).toBe(200)
    expect((await send({ counter: 0 })).body.error?.code).toBe('challenge_over')
    await w.db
      .insertInto('one_time')
      .values({ ...kept!, data: JSON.stringify(kept!.data) })
      .execute()
    expect((await send({ counter: 0 })).status).toBe(200)
  })

  test('the counter that has moved on', async () => {
    const { account_id, passkey } = await new Visitor(w).join()
    ok(await new Visitor(w).signIn(passkey))
    const copy = async () => {
      const v = new Visitor(w)
      return v.post('/v1/sign-in/passkey', {
        response: passkey.get(await options(v, '/v1/sign-in/passkey/options'), { counter: 2 }),
      })
    }
    expect((await copy()).body.error?.code).toBe('passkey_refused')
    await w.db.updateTable('passkey').set({ counter: 1 }).where('account_id', '=', account_id).execute()
    expect((await copy()).status).toBe(200)
  })
})

describe('more passkeys', () => {
  test('a second is added, signs in, is renamed and removed; the last way in stays', async () => {
    const v = new Visitor(w)
    const { account_id } = await v.join()
    const second = new Authenticator()
    const before = v.cookie
    const asked = await options(v, '/v1/me/passkeys/options')
    const added = ok(
      await v.post('/v1/me/passkeys', { response: second.create(asked, { synced: true }), name: 'phone' }),
    )
    expect(added).toMatchObject({ name: 'phone', synced: true })
    expect(v.cookie).not.toBe(before)
    expect(ok(await v.get('/v1/me')).prompts).toEqual(['recovery_codes'])

    const phone = new Visitor(w)
    expect(ok(await phone.signIn(second)).account).toMatchObject({ account_id })

    expect(ok(await v.patch(`/v1/me/passkeys/${String(added.passkey_id)}`, { name: 'old phone' }))).toMatchObject({
      name: 'old phone',
    })
    const { items } = ok(await v.get('/v1/me/passkeys')) as unknown as { items: { passkey_id: string; name: string }[] }
    expect(items.map((p) => p.name)).toEqual(['Passkey', 'old phone'])
    ok(await v.delete(`/v1/me/passkeys/${items[1]!.passkey_id}`))
    expect((await new Visitor(w).signIn(second)).body.error?.code).toBe('passkey_unknown')
    expect((await v.delete(`/v1/me/passkeys/${items[0]!.passkey_id}`)).body.error?.code).toBe('last_way_in')
    ok(await v.post('/v1/me/recovery-codes'))
    ok(await v.delete(`/v1/me/passkeys/${items[0]!.passkey_id}`))
  })

  test('two removed at once never leave anybody without a way in', async () => {
    // Several pairs at a time, or the two requests of one might happen not to meet.
    const pairs = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const v = new Visitor(w)
        await v.join()
        ok(
          await v.post('/v1/me/passkeys', {
            response: new Authenticator().create(await options(v, '/v1/me/passkeys/options')),
          }),
        )
        const { items } = ok(await v.get('/v1/me/passkeys')) as unknown as { items: { passkey_id: string }[] }
        return { v, items }
      }),
    )
    const answers = await Promise.all(
      pairs.map(({ v, items }) => Promise.all(items.map((p) => v.delete(`/v1/me/passkeys/${p.passkey_id}`)))),
    )
    for (const pair of answers)
      expect(pair.map((a) => a.body.error?.code ?? 'removed').sort()).toEqual(['last_way_in', 'removed'])
  })

  test('the browser is told which passkeys there are, so that none is added twice', async () => {
    const v = new Visitor(w)
    const { passkey } = await v.join()
    const asked = (await options(v, '/v1/me/passkeys/options')) as unknown as Ceremony & {
      excludeCredentials: { id: string }[]
    }
    expect(asked.excludeCredentials.map((c) => c.id)).toEqual([Buffer.from(passkey.id).toString('base64url')])
    expect((await v.post('/v1/me/passkeys', { response: passkey.create(asked) })).body.error?.code).toBe(
      'passkey_known',
    )
  })

  test("one person's challenge does not add a passkey to another's account", async () => {
    const [a, b] = [new Visitor(w), new Visitor(w)]
    await a.join()
    await b.join()
    const asked = await options(a, '/v1/me/passkeys/options')
    expect((await b.post('/v1/me/passkeys', { response: new Authenticator().create(asked) })).body.error?.code).toBe(
      'challenge_over',
    )
  })

  test("someone else's passkey is not found", async () => {
    const [a, b] = [new Visitor(w), new Visitor(w)]
    await a.join()
    await b.join()
    const { items } = ok(await a.get('/v1/me/passkeys')) as unknown as { items: { passkey_id: string }[] }
    expect((await b.patch(`/v1/me/passkeys/${items[0]!.passkey_id}`, { name: 'mine now' })).body.error?.code).toBe(
      'not_found',
    )
    expect((await b.delete(`/v1/me/passkeys/${items[0]!.passkey_id}`)).body.error?.code).toBe('not_found')
  })
})

describe('where passkeys work', () => {
  test('localhost does, a bare address does not and says where to go', async () => {
    const v = new Visitor(w)
    expect(ok(await v.get('/v1/sign-in'))).toEqual({
      passkeys: true,
      passkeys_at: 'http://localhost',
      wallet: true,
      wallet_chains: [1],
      terms_version: 1,
    })
    const ip = await v.send('GET', '/v1/sign-in', undefined, { host: '127.0.0.1:8787' })
    expect(ok(ip)).toMatchObject({ passkeys: false, passkeys_at: 'http://localhost:8787' })
    const refused = await v.send('POST', '/v1/sign-in/passkey/options', {}, { host: '127.0.0.1:8787' })
    expect(refused.body.error).toMatchObject({
      code: 'passkeys_not_here',
      message: expect.stringContaining('http://localhost:8787') as string,
    })
    expect(ok(await v.send('GET', '/v1/sign-in', undefined, { host: 'evil.example' }))).toMatchObject({
      passkeys: false,
      passkeys_at: null,
    })
  })

  test('with a public address, that counts and the Host header does not', async () => {
    const there = await createWorld({ config: { public_url: 'https://assay.example/' } })
    try {
      const v = new Visitor(there, { host: 'evil.example' })
      const asked = (await options(v, '/v1/accounts/options')) as unknown as { rp: { id: string } } & Ceremony
      expect(asked.rp.id).toBe('assay.example')
      const passkey = new Authenticator('https://assay.example')
      expect(
        (
          await v.post('/v1/accounts', {
            response: passkey.create(asked, { origin: 'https://evil.example' }),
            ...agreed,
          })
        ).body.error?.code,
      ).toBe('passkey_refused')
      expect(
        (
          await v.post('/v1/accounts', {
            response: passkey.create(await options(v, '/v1/accounts/options')),
            ...agreed,
          })
        ).status,
      ).toBe(200)
    } finally {
      await there.close()
    }
  })
})

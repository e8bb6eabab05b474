import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ok, Visitor } from '../../../test/visitor.ts'
import { createWorld, type World } from '../../../test/world.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const PHONE = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36'
const agreed = { terms_version: 1, adult: true }

let w: World
beforeAll(async () => void (w = await createWorld()))
afterAll(() => w.close())

type Session = { session_id: string; device: string; how: string; this_one: boolean }
const sessionsOf = async (v: Visitor) => (ok(await v.get('/v1/me/sessions')) as unknown as { items: Session[] }).items
const code = (a: { body: { error?: { code: string } } }) => a.body.error?.code

describe('sessions', () => {
  test('are listed with device and way, revoked one by one, and all others at once', async () => {
    const home = new Visitor(w)
    const { passkey } = await home.join()
    const phone = new Visitor(w, { 'user-agent': PHONE })
    const third = new Visitor(w)
    ok(await phone.signIn(passkey))
    ok(await third.signIn(passkey))
    const list = await sessionsOf(home)
    expect(list).toHaveLength(3)
    expect(list.find((s) => s.this_one)).toMatchObject({ how: 'new_account' })
    const onPhone = list.find((s) => s.device === 'Chrome, Android')!
    expect(onPhone.how).toBe('passkey')

    ok(await home.delete(`/v1/me/sessions/${onPhone.session_id}`))
    expect(code(await phone.get('/v1/me'))).toBe('session_ended')
    expect(ok(await home.post('/v1/me/sessions/revoke-others'))).toEqual({ revoked: 1 })
    expect(code(await third.get('/v1/me'))).toBe('session_ended')
    expect(await sessionsOf(home)).toHaveLength(1)
  })

  test("end at sign-out, and the browser's cookie goes", async () => {
    const v = new Visitor(w)
    await v.join()
    const kept = v.cookie
    ok(await v.post('/v1/me/sign-out'))
    expect(v.cookie).toBeUndefined()
    v.cookie = kept
    expect(code(await v.get('/v1/me'))).toBe('session_ended')
    expect((await v.get('/v1/terms')).status).toBe(200)
  })

  test('slide: thirty days from the last use, not from the first', async () => {
    const v = new Visitor(w)
    await v.join()
    for (let i = 0; i < 4; i++) {
      w.clock.advance(29 * DAY)
      expect((await v.get('/v1/me')).status).toBe(200)
    }
    w.clock.advance(30 * DAY + 1)
    expect(code(await v.get('/v1/me'))).toBe('session_ended')
  })

  test('note when they were used at most once a minute', async () => {
    const v = new Visitor(w)
    const { account_id } = await v.join()
    const seen = async () =>
      (
        await w.db
          .selectFrom('session')
          .select('last_seen_at')
          .where('account_id', '=', account_id)
          .executeTakeFirstOrThrow()
      ).last_seen_at.getTime()
    const first = await seen()
    w.clock.advance(MINUTE - 1)
    await v.get('/v1/me')
    expect(await seen()).toBe(first)
    w.clock.advance(1)
    await v.get('/v1/me')
    expect(await seen()).toBe(first + MINUTE)
  })

  test('of somebody else are not found', async () => {
    const [a, b] = [new Visitor(w), new Visitor(w)]
    await a.join()
    await b.join()
    const [theirs] = await sessionsOf(a)
    expect(code(await b.delete(`/v1/me/sessions/${theirs!.session_id}`))).toBe('not_found')
    expect((await a.get('/v1/me')).status).toBe(200)
  })

  test('signing in again in the same browser ends the session it had', async () => {
    const v = new Visitor(w)
    const { passkey } = await v.join()
    ok(await v.signIn(passkey))
    expect(await sessionsOf(v)).toHaveLength(1)
  })

  test("cannot be used from another site's page", async () => {
    const v = new Visitor(w)
    await v.join()
    expect(code(await v.post('/v1/me/sign-out', {}, { origin: 'https://evil.example' }))).toBe('cross_site')
    expect((await v.post('/v1/me/hand-over', {}, { origin: 'http://localhost' })).status).toBe(200)
  })

  test("the cookie is out of scripts' reach and stays with this site", async () => {
    const answer = await w.app.inject({ method: 'POST', url: '/v1/accounts/codes', payload: agreed })
    const [cookie] = answer.cookies
    expect(cookie).toMatchObject({ name: 'assay_session', httpOnly: true, sameSite: 'Lax', path: '/' })
    expect(cookie!.value).toMatch(/^[\w-]{43}$/)
  })

  test('a month after they ended they are forgotten', async () => {
    const v = new Visitor(w)
    const { account_id } = await v.join()
    ok(await v.post('/v1/me/sign-out'))
    const kept = async () =>
      (await w.db.selectFrom('session').select('id').where('account_id', '=', account_id).execute()).length
    await w.jobs(['forget_ended_sessions'])
    expect(await kept()).toBe(1)
    w.clock.advance(30 * DAY + 1)
    await w.jobs(['forget_ended_sessions'])
    expect(await kept()).toBe(0)
  })
})

describe('proof of presence', () => {
  test("is asked again after ten minutes for ways in; a passkey gives it, and the session's token changes", async () => {
    const v = new Visitor(w)
    const { passkey } = await v.join()
    w.clock.advance(10 * MINUTE + 1)
    for (const url of ['/v1/me/passkeys/options', '/v1/me/recovery-codes'])
      expect(code(await v.post(url))).toBe('fresh_sign_in_needed')
    expect(code(await v.post('/v1/me/keys', { name: 'k', scopes: ['read'] }))).toBe('fresh_sign_in_needed')
    const old = v.cookie
    ok(await v.prove(passkey))
    expect(v.cookie).not.toBe(old)
    ok(await v.post('/v1/me/recovery-codes'))
    const thief = new Visitor(w)
    thief.cookie = old
    expect(code(await thief.get('/v1/me'))).toBe('session_ended')
  })

  test("comes from one's own passkey only", async () => {
    const [a, b] = [new Visitor(w), new Visitor(w)]
    await a.join()
    const { passkey } = await b.join()
    expect(code(await a.prove(passkey))).toBe('passkey_refused')
  })

  test('comes from a recovery code too, which is used up by it', async () => {
    const v = new Visitor(w)
    const made = ok(await v.post('/v1/accounts/codes', agreed)) as unknown as { recovery_codes: string[] }
    ok(await v.post('/v1/me/fresh', { code: made.recovery_codes[0] }))
    expect(code(await v.post('/v1/me/fresh', { code: made.recovery_codes[0] }))).toBe('code_wrong')
    expect(ok(await v.get('/v1/me'))).toMatchObject({ recovery_codes_left: 9 })
  })
})

describe('recovery codes', () => {
  test('are ten, shown once, and each signs in once, however it is typed', async () => {
    const v = new Visitor(w)
    const { handle } = await v.join()
    const { recovery_codes } = ok(await v.post('/v1/me/recovery-codes')) as unknown as { recovery_codes: string[] }
    expect(new Set(recovery_codes).size).toBe(10)
    const elsewhere = new Visitor(w)
    const typed = recovery_codes[3]!.toUpperCase().replaceAll('-', ' ')
    expect(
      ok(await elsewhere.post('/v1/sign-in/code', { handle: handle.toUpperCase(), code: typed })).account,
    ).toMatchObject({ handle, recovery_codes_left: 9 })
    expect(code(await new Visitor(w).post('/v1/sign-in/code', { handle, code: recovery_codes[3] }))).toBe('code_wrong')
    const rows = JSON.stringify(await w.db.selectFrom('recovery_code').selectAll().execute())
    for (const c of recovery_codes) expect(rows).not.toContain(c)
  })

  test('of a wrong code and of an unknown handle the answer is the same', async () => {
    const { handle } = await new Visitor(w).join()
    const [known, unknown] = await Promise.all(
      [handle, 'nobody-at-all'].map((h) => new Visitor(w).post('/v1/sign-in/code', { handle: h, code: 'wrong-wrong' })),
    )
    expect(known!.text).toBe(unknown!.text)
    expect(code(known!)).toBe('code_wrong')
  })

  test('of one account do not open another', async () => {
    const [a, b] = [new Visitor(w), new Visitor(w)]
    const made = ok(await a.post('/v1/accounts/codes', agreed)) as unknown as { recovery_codes: string[] }
    const { handle } = await b.join()
    expect(code(await new Visitor(w).post('/v1/sign-in/code', { handle, code: made.recovery_codes[0] }))).toBe(
      'code_wrong',
    )
  })

  test('made again, the old ones end', async () => {
    const v = new Visitor(w)
    const made = ok(await v.post('/v1/accounts/codes', agreed)) as unknown as {
      account: { handle: string }
      recovery_codes: string[]
    }
    ok(await v.post('/v1/me/recovery-codes'))
    expect(
      code(
        await new Visitor(w).post('/v1/sign-in/code', { handle: made.account.handle, code: made.recovery_codes[0] }),
      ),
    ).toBe('code_wrong')
  })

  test('used twice at once, a code signs in once', async () => {
    const made = ok(await new Visitor(w).post('/v1/accounts/codes', agreed)) as unknown as {
      account: { handle: string }
      recovery_codes: string[]
    }
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        new Visitor(w).post('/v1/sign-in/code', { handle: made.account.handle, code: made.recovery_codes[0] }),
      ),
    )
    expect(answers.filter((a) => a.status === 200)).toHaveLength(1)
  })
})

describe('a browser inside an app, without passkeys', () => {
  test('starts at once with codes, is asked for a passkey, and adds it later without proof, having none to show', async () => {
    const v = new Visitor(w)
    ok(await v.post('/v1/accounts/codes', { ...agreed, language: 'ar' }))
    expect(ok(await v.get('/v1/me'))).toMatchObject({
      language: 'ar',
      passkeys: 0,
      recovery_codes_left: 10,
      prompts: ['first_passkey'],
    })
    w.clock.advance(2 * DAY)
    expect((await v.post('/v1/me/passkeys/options')).status).toBe(200)
  })

  test('hands over to the real browser by a link that works once, for fifteen minutes', async () => {
    const inApp = new Visitor(w)
    ok(await inApp.post('/v1/accounts/codes', agreed))
    const link = ok(await inApp.post('/v1/me/hand-over')) as unknown as { url: string; token: string }
    expect(link.url).toBe(`http://localhost/sign-in#${link.token}`)
    const real = new Visitor(w)
    expect(ok(await real.post('/v1/sign-in/link', { token: link.token.toUpperCase() })).account).toMatchObject({
      session: { how: 'link' },
    })
    expect(code(await new Visitor(w).post('/v1/sign-in/link', { token: link.token }))).toBe('link_over')

    const late = ok(await inApp.post('/v1/me/hand-over')) as unknown as { token: string }
    w.clock.advance(15 * MINUTE)
    expect(code(await new Visitor(w).post('/v1/sign-in/link', { token: late.token }))).toBe('link_over')
  })

  test('a link is no fresher than the session that made it', async () => {
    const v = new Visitor(w)
    await v.join()
    w.clock.advance(11 * MINUTE)
    const { token } = ok(await v.post('/v1/me/hand-over')) as unknown as { token: string }
    const elsewhere = new Visitor(w)
    ok(await elsewhere.post('/v1/sign-in/link', { token }))
    expect(code(await elsewhere.post('/v1/me/recovery-codes'))).toBe('fresh_sign_in_needed')
  })

  test('a link ends when its owner puts others out', async () => {
    const v = new Visitor(w)
    await v.join()
    const { token } = ok(await v.post('/v1/me/hand-over')) as unknown as { token: string }
    ok(await v.post('/v1/me/sessions/revoke-others'))
    expect(code(await new Visitor(w).post('/v1/sign-in/link', { token }))).toBe('link_over')
  })
})

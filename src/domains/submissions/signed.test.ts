import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, type Made } from '../../../test/campaign.ts'
import { ok, Visitor } from '../../../test/visitor.ts'
import { Wallet } from '../../../test/wallet.ts'
import { createWorld, type World } from '../../../test/world.ts'
import { commitTo } from '../../platform/canonical.ts'
import { contentHash, datapointText } from '../../engine/datapoint.ts'
import type { Delegation } from '../identity/delegations/rules.ts'

const DAY = 86_400_000
let w: World
let c: Made
beforeAll(async () => {
  w = await createWorld()
  c = await makeCampaign(w, { items: Array.from({ length: 40 }, (_, i) => ({ n: i })) })
})
afterAll(() => w.close())

/** A key as a browser makes it: WebCrypto's, which never leaves it. */
async function device() {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const point = Buffer.from(await crypto.subtle.exportKey('raw', keys.publicKey)).toString('hex')
  const sign = async (text: string) =>
    Buffer.from(
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, Buffer.from(text)),
    ).toString('base64url')
  return { point, sign }
}
type Device = Awaited<ReturnType<typeof device>>
type Composed = { statement: Delegation; typed_data: never; passkey_challenge: string }
const codeOf = (a: { body: { error?: { code: string } } }) => a.body.error?.code ?? 'yes'

async function person() {
  const v = new Visitor(w)
  const joined = await v.join()
  await c.join(joined as never, 'contributor')
  const wallet = new Wallet()
  ok(await wallet.link(v))
  const { wallet_id } = (ok(await v.get('/v1/me/wallets')) as unknown as { items: { wallet_id: string }[] }).items[0]!
  return { v, wallet, wallet_id, ...joined }
}
type Someone = Awaited<ReturnType<typeof person>>
const compose = async (p: Someone, d: Device, days = 30) =>
  ok(await p.v.post('/v1/me/delegations/statement', { session_key: d.point, days })) as unknown as Composed

async function byWallet(p: Someone, d: Device, days?: number, signer = p.wallet) {
  const { statement, typed_data } = await compose(p, d, days)
  const signature = await signer.account.signTypedData(typed_data)
  return p.v.post('/v1/me/delegations', { statement, wallet: { wallet_id: p.wallet_id, signature } })
}
async function delegated() {
  const p = await person()
  const d = await device()
  const { delegation_id } = ok(await byWallet(p, d)) as unknown as { delegation_id: string }
  return { p, d, delegation_id }
}
async function lease(p: Someone): Promise<string> {
  const { items } = ok(await p.v.post(`/v1/campaigns/${c.id}/leases/contribute`, { count: 1 })) as unknown as {
    items: { item_id: string }[]
  }
  return items[0]!.item_id
}
const textOf = (item_id: string, answer: object, more: object = {}) =>
  datapointText({
    site: 'localhost:8787',
    campaign_id: c.id,
    item_id,
    version: 1,
    content_hash: contentHash(answer, (text) => Buffer.from(text)),
    ...more,
  })
const handIn = (p: Someone, item_id: string, answer: object, signed?: object) =>
  p.v.post(`/v1/campaigns/${c.id}/submissions`, { submissions: [{ item_id, answer, ...(signed ? { signed } : {}) }] })

describe('letting a device sign', () => {
  test('takes one signature by a wallet, or by a passkey', async () => {
    const p = await person()
    expect(codeOf(await byWallet(p, await device()))).toBe('yes')
    const d = await device()
    const { statement, passkey_challenge } = await compose(p, d)
    const response = p.passkey.get({ challenge: passkey_challenge, rpId: 'localhost' })
    expect(codeOf(await p.v.post('/v1/me/delegations', { statement, passkey: response }))).toBe('yes')
    const { items } = ok(await p.v.get('/v1/me/delegations')) as unknown as { items: { by: string }[] }
    expect(items.map((i) => i.by)).toEqual(['passkey', 'wallet'])
  })

  test('is refused in words where anything is not as it was stated', async () => {
    const p = await person()
    const other = await person()
    const send = async (change: (s: Delegation) => Delegation, signer = p.wallet, days = 30) => {
      const composed = await compose(p, await device(), days)
      const signature = await signer.account.signTypedData(composed.typed_data)
      const statement = change(composed.statement)
      return codeOf(await p.v.post('/v1/me/delegations', { statement, wallet: { wallet_id: p.wallet_id, signature } }))
    }
    expect(await send((s) => s, other.wallet)).toBe('delegation_unsigned')
    expect(await send((s) => ({ ...s, site: 'elsewhere.example' }))).toBe('delegation_foreign')
    expect(await send((s) => ({ ...s, account_id: other.account_id }))).toBe('delegation_foreign')
    const longer = (s: Delegation) => ({ ...s, expires_at: new Date(Date.parse(s.issued_at) + 50 * DAY).toISOString() })
    expect(await send(longer)).toBe('delegation_unsigned')
    const tooLong = (s: Delegation) => ({
      ...s,
      expires_at: new Date(Date.parse(s.issued_at) + 61 * DAY).toISOString(),
    })
    expect(await send(tooLong)).toBe('delegation_too_long')
    const { statement, typed_data } = await compose(p, await device())
    const signature = await p.wallet.account.signTypedData(typed_data)
    const body = { statement, wallet: { wallet_id: p.wallet_id, signature } }
    w.clock.advance(11 * 60_000)
    expect(codeOf(await p.v.post('/v1/me/delegations', body))).toBe('delegation_stale')
    // Somebody else's wallet, an unlinked one, nothing at all, a passkey over another statement.
    const d = await device()
    const fresh = await compose(p, d)
    const signed = await p.wallet.account.signTypedData(fresh.typed_data)
    const post = async (more: object) =>
      codeOf(await p.v.post('/v1/me/delegations', { statement: fresh.statement, ...more }))
    expect(await post({ wallet: { wallet_id: other.wallet_id, signature: signed } })).toBe('delegation_unsigned')
    expect(await post({})).toBe('delegation_unsigned')
    const challenge = (await compose(p, await device())).passkey_challenge
    expect(await post({ passkey: p.passkey.get({ challenge, rpId: 'localhost' }) })).toBe('passkey_refused')
    const right = { challenge: fresh.passkey_challenge, rpId: 'localhost' }
    expect(await post({ passkey: other.passkey.get(right) })).toBe('delegation_unsigned')
    expect(await post({ passkey: p.passkey.get(right, { origin: 'https://elsewhere.example' }) })).toBe(
      'passkey_refused',
    )
    expect(await post({ wallet: { wallet_id: p.wallet_id, signature: signed } })).toBe('yes')
    // A key is used once, even by two at the same time, and never again.
    expect(await post({ wallet: { wallet_id: p.wallet_id, signature: signed } })).toBe('delegation_known')
    const third = await device()
    const [a, b] = await Promise.all([byWallet(p, third), byWallet(other, third)])
    expect([codeOf(a), codeOf(b)].toSorted()).toEqual(['delegation_known', 'yes'])
  })
})

describe('a signed datapoint', () => {
  test('is checked, kept, and committed to in its event', async () => {
    const { p, d, delegation_id } = await delegated()
    const item_id = await lease(p)
    const answer = { fact: 'signed and true' }
    const signature = await d.sign(textOf(item_id, answer))
    const answered = ok(await handIn(p, item_id, answer, { delegation_id, signature })) as unknown as {
      items: { submission_id: string }[]
    }
    const { submission_id } = answered.items[0]!
    const kept = await w.db
      .selectFrom('submission_signature')
      .selectAll()
      .where('submission_id', '=', submission_id)
      .executeTakeFirstOrThrow()
    expect(kept.signature.toString('base64url')).toBe(signature)
    const event = await w.db
      .selectFrom('event')
      .selectAll()
      .where('subject_id', '=', submission_id)
      .where('kind', '=', 'submitted')
      .executeTakeFirstOrThrow()
    const salt = await w.db
      .selectFrom('salt')
      .select('salt')
      .where('subject_id', '=', event.id)
      .where('purpose', '=', 'signature')
      .executeTakeFirstOrThrow()
    const commitment = (event.body as { signature_commitment: string }).signature_commitment
    expect(commitTo(salt.salt, { session_key: d.point, signature })).toBe(commitment)
    // Handing in again answers again; so does handing in without one.
    ok(await handIn(p, item_id, answer, { delegation_id, signature }))
    // Without a signature nothing of it is there.
    const plain = await lease(p)
    ok(await handIn(p, plain, { fact: 'unsigned' }))
    const { count } = await w.db
      .selectFrom('submission_signature')
      .select((e) => e.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBe('1')
  })

  test('by a wrong, foreign, expired or revoked key, or of anything else, is refused and nothing is recorded', async () => {
    const { p, d, delegation_id } = await delegated()
    const other = await delegated()
    const item_id = await lease(p)
    const answer = { fact: 'to be signed' }
    const right = await d.sign(textOf(item_id, answer))
    const send = async (signature: string, id = delegation_id) =>
      codeOf(await handIn(p, item_id, answer, { delegation_id: id, signature }))
    expect(await send(await other.d.sign(textOf(item_id, answer)))).toBe('datapoint_signature_wrong')
    expect(await send(right, other.delegation_id)).toBe('delegation_unknown')
    expect(await send(right, '12345')).toBe('delegation_unknown')
    for (const text of [
      textOf(item_id, { fact: 'something else' }),
      textOf('1', answer),
      textOf(item_id, answer, { version: 2 }),
      textOf(item_id, answer, { campaign_id: '1' }),
      textOf(item_id, answer, { site: 'elsewhere.example' }),
    ])
      expect(await send(await d.sign(text))).toBe('datapoint_signature_wrong')
    expect(await send(Buffer.alloc(64).toString('base64url'))).toBe('datapoint_signature_wrong')
    expect(await send('AAAA')).toBe('invalid_request')
    // Nothing of all this was recorded.
    const { items } = ok(await p.v.get('/v1/me/submissions')) as unknown as { items: unknown[] }
    expect(items).toEqual([])
    ok(await p.v.post(`/v1/me/delegations/${delegation_id}/revoke`))
    expect(await send(right)).toBe('delegation_over')
    expect(codeOf(await other.p.v.post(`/v1/me/delegations/${delegation_id}/revoke`))).toBe('delegation_unknown')
    const short = await person()
    const sd = await device()
    const brief = ok(await byWallet(short, sd, 1)) as unknown as { delegation_id: string }
    w.clock.advance(DAY + 1000)
    const late = await lease(short)
    const signed = { delegation_id: brief.delegation_id, signature: await sd.sign(textOf(late, answer)) }
    expect(codeOf(await handIn(short, late, answer, signed))).toBe('delegation_over')
    expect(codeOf(await handIn(short, late, answer))).toBe('yes')
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign, SETTINGS } from '../../../test/campaign.ts'
import { ok, Visitor } from '../../../test/visitor.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'
import { auditInstallation, auditText } from '../ledger/audit.ts'
import { recordTransfers } from '../ledger/transfer.ts'
import { defaultRules } from '../seasons/rules.ts'

let w: World
let operator: Person
let second: Person
const DAY = 86_400_000
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )

beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('operator', { roles: ['operator'] })
  second = await w.person('second', { roles: ['operator'] })
})
afterAll(() => w.close())

const money = async (p: Person, currency = 'POINT') => {
  const b = (await p.client.earnings.balances()).items.find((i) => i.currency === currency)
  return b
    ? `${b.frozen_minor} frozen, ${b.claimable_minor} claimable, ${b.paying_minor} paying, ${b.claimed_minor} claimed`
    : 'nothing'
}
const claim = (p: Person, amount_minor: string, currency = 'POINT') =>
  p.client.payouts.claim({ body: { currency, amount_minor } })
const sendTo = (p: Person, destination: string, currency = 'POINT') =>
  w.db
    .insertInto('payout_destination')
    .values({ account_id: p.account_id, currency, destination, changed_at: w.clock.now() })
    .execute()
/** Accepted work with its pay, as the pipeline leaves it. */
async function earn(people: readonly Person[], reviewers: readonly Person[] = []): Promise<string> {
  const c = await makeCampaign(w, {
    contributors: [...people],
    reviewers: [...reviewers],
    items: people.map(() => null),
    settings: { reviews: { min: 1, max: 1 }, prices: SETTINGS.prices },
  })
  const at = { params: { campaign_id: c.id } }
  for (const p of people) {
    const { items } = await p.client.assignments.claim_items({ ...at, body: { count: 1 } })
    await p.client.submissions.submit({
      ...at,
      body: { submissions: [{ item_id: items[0]!.item_id, answer: { fact: 'So.' } }] },
    })
  }
  for (const r of reviewers) {
    const { items } = await r.client.assignments.claim_reviews({ ...at, body: { count: 50 } })
    if (items.length)
      await r.client.reviews.record({
        ...at,
        body: { reviews: items.map((i) => ({ submission_id: i.submission_id, votes: { fact: { approve: true } } })) },
      })
  }
  return c.id
}
const fillPurse = async (p: Person, amount: bigint, currency = 'POINT') => {
  const { id } = await makeCampaign(w, { items: [] })
  await recordTransfers(w.ctx(), w.db, [
    {
      campaign_id: '0',
      id: `fill:${id}`,
      kind: 'top_up',
      subject_id: id,
      debit: 'outside',
      credit: `requester:${p.account_id}`,
      currency,
      amount_minor: amount,
    },
    {
      campaign_id: id,
      id: `fund:${id}`,
      kind: 'fund',
      subject_id: id,
      debit: `requester:${p.account_id}`,
      credit: `campaign:${id}`,
      currency,
      amount_minor: amount,
    },
    {
      campaign_id: id,
      id: `pay:${id}`,
      kind: 'gift',
      subject_id: id,
      debit: `campaign:${id}`,
      credit: `person:${p.account_id}:frozen`,
      currency,
      amount_minor: amount,
    },
  ])
  w.clock.advance(9 * DAY)
  await w.jobs(['thaw'])
}

describe('thaw', () => {
  test('pay becomes claimable a week of whole days after its decision, once, and its person is shown when', async () => {
    const [ann, ben, rita] = await Promise.all(['ann', 'ben', 'rita'].map((h) => w.person(h)))
    await earn([ann!, ben!], [rita!])
    expect(await money(ann!)).toBe('20 frozen, 0 claimable, 0 paying, 0 claimed')
    expect(await money(rita!)).toBe('10 frozen, 0 claimable, 0 paying, 0 claimed')
    expect((await ann!.client.earnings.balances()).items[0]!.next_claimable).toEqual({
      at: '2026-01-13T00:05:00.000Z',
      amount_minor: '20',
    })
    w.clock.set(new Date('2026-01-13T00:04:59Z'))
    await w.jobs(['thaw'])
    expect(await money(ann!)).toBe('20 frozen, 0 claimable, 0 paying, 0 claimed')
    w.clock.set(new Date('2026-01-13T00:05:00Z'))
    await w.jobs(['thaw'])
    await w.jobs(['thaw'])
    for (const p of [ann!, ben!]) expect(await money(p)).toBe('0 frozen, 20 claimable, 0 paying, 0 claimed')
    expect(await money(rita!)).toBe('0 frozen, 10 claimable, 0 paying, 0 claimed')
    expect((await ann!.client.earnings.balances()).items[0]!.next_claimable).toBeNull()
    // What the watermark forgot, the transfers' ids remember.
    await w.db.updateTable('job_state').set({ watermark: '{}' }).where('name', '=', 'thaw').execute()
    await w.jobs(['thaw'])
    expect(await money(rita!)).toBe('0 frozen, 10 claimable, 0 paying, 0 claimed')
    const thawed = await w.db.selectFrom('event').select('body').where('kind', '=', 'thawed').execute()
    expect(thawed).toHaveLength(3)
  })

  test('a season that freezes for two days has its own pace, and shows it', async () => {
    const [uma, vic] = await Promise.all(['uma', 'vic'].map((h) => w.person(h)))
    const campaign = await earn([uma!], [vic!])
    const slow = await w.db.selectFrom('season').selectAll().executeTakeFirstOrThrow()
    const quick = { ...slow, id: w.parts.newId(), name: 'Quick', rules: JSON.stringify(defaultRules(2)) }
    const dates = { starts_at: new Date(+slow.ends_at + DAY), ends_at: new Date(+slow.ends_at + 9 * DAY) }
    await w.db
      .insertInto('season')
      .values({ ...quick, ...dates })
      .execute()
    await w.db.updateTable('campaign').set({ season_id: quick.id }).where('id', '=', campaign).execute()
    const midnight = Math.floor(w.clock.now().getTime() / DAY) * DAY
    expect((await uma!.client.earnings.balances()).items[0]!.next_claimable).toEqual({
      at: new Date(midnight + 3 * DAY + 5 * 60_000).toISOString(),
      amount_minor: '20',
    })
    w.clock.set(new Date(midnight + 3 * DAY))
    await w.jobs(['thaw'])
    expect(await money(uma!)).toBe('20 frozen, 0 claimable, 0 paying, 0 claimed')
    w.clock.set(new Date(midnight + 3 * DAY + 5 * 60_000))
    await w.jobs(['thaw'])
    expect(await money(uma!)).toBe('0 frozen, 20 claimable, 0 paying, 0 claimed')
  })

  test('each day thaws by itself; days without pay cost nothing but a look', async () => {
    const [cem, vera] = await Promise.all(['cem', 'vera'].map((h) => w.person(h)))
    const { id: season } = await w.db.selectFrom('season').select('id').executeTakeFirstOrThrow()
    await earn([cem!], [vera!])
    w.clock.advance(3 * DAY)
    await earn([cem!], [vera!])
    w.clock.advance(5 * DAY)
    await w.jobs(['thaw'])
    expect(await money(cem!)).toBe('20 frozen, 20 claimable, 0 paying, 0 claimed')
    w.clock.advance(200 * DAY)
    await w.jobs(['thaw'])
    expect(await money(cem!)).toBe('0 frozen, 40 claimable, 0 paying, 0 claimed')
    expect(
      (await w.db.selectFrom('job_state').select('watermark').where('name', '=', 'thaw').executeTakeFirstOrThrow())
        .watermark,
    ).toMatchObject({ seasons: { [season]: { day: expect.any(String) } } })
  })

  test('a day with more people than one batch thaws in parts, nobody twice or left out', async () => {
    const day = w.clock.now()
    const campaigns = await Promise.all([1, 2, 3].map(() => makeCampaign(w, { items: [] })))
    const many = Array.from({ length: 4_500 }, (_, i) => ({
      campaign_id: campaigns[i % 3]!.id,
      id: `gift:${i}`,
      kind: 'gift',
      subject_id: '1',
      debit: 'outside',
      credit: `person:${7_000_000 + i}:frozen`,
      currency: 'EUR',
      amount_minor: BigInt(i + 1),
    }))
    await recordTransfers(w.ctx(), w.db, many)
    w.clock.advance(9 * DAY)
    await w.jobs(['thaw'])
    const { n, sum } = await w.db
      .selectFrom('transfer')
      .select((eb) => [eb.fn.countAll<string>().as('n'), eb.fn.sum<string>('amount_minor').as('sum')])
      .where('kind', '=', 'thaw')
      .where('currency', '=', 'EUR')
      .executeTakeFirstOrThrow()
    expect([n, sum]).toEqual(['4500', String((4500 * 4501) / 2)])
    expect(day < w.clock.now()).toBe(true)
    await w.db.deleteFrom('transfer').where('currency', '=', 'EUR').execute()
  })
})

describe('destinations', () => {
  test('only a person at a browser, freshly proven, says where money goes', async () => {
    const visitor = new Visitor(w)
    const { passkey } = await visitor.join('dora')
    const put = (destination: string) => visitor.send('PUT', '/v1/me/payout-destinations/USD', { destination })
    expect(ok(await put('DE89 3704'))).toMatchObject({ currency: 'USD', destination: 'DE89 3704' })
    expect((await put('two\nlines')).body.error?.code).toBe('destination_invalid')
    w.clock.advance(11 * 60_000)
    expect((await put('thief')).body.error?.code).toBe('fresh_sign_in_needed')
    ok(await visitor.prove(passkey))
    ok(await put('DE90'))
    expect(ok(await visitor.get('/v1/me/payout-destinations'))).toMatchObject({
      items: [{ currency: 'USD', destination: 'DE90' }],
    })
    expect(
      await refusal(
        operator.client.payouts.set_destination({ params: { currency: 'USD' }, body: { destination: 'x' } }),
      ),
    ).toBe('session_needed')
  })
})

describe('claims', () => {
  test('any amount up to what is claimable, never the same money twice, also at once', async () => {
    const gil = await w.person('gil')
    await fillPurse(gil, 100n)
    expect(await refusal(claim(gil, '10'))).toBe('destination_missing')
    await sendTo(gil, 'gil@bank')
    expect(await refusal(claim(gil, '101'))).toBe('claim_too_large')
    expect(await refusal(claim(gil, '5', 'USD'))).toBe('destination_missing')
    expect(await refusal(claim(gil, '5', 'XYZ'))).toBe('currency_unknown')
    for (const bad of ['0', '-1', '1.5', '']) expect(await refusal(claim(gil, bad))).toBe('invalid_request')
    expect(await claim(gil, '7')).toMatchObject({ amount_minor: '7', claimable_minor: '93', paying_minor: '7' })
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => refusal(claim(gil, '30'))))
    expect(outcomes.filter((o) => o === 'accepted')).toHaveLength(3)
    expect(outcomes.filter((o) => o === 'claim_too_large')).toHaveLength(7)
    expect(await money(gil)).toBe('0 frozen, 3 claimable, 97 paying, 0 claimed')
  })
  test('a retried claim is one claim', async () => {
    const ida = await w.person('ida')
    await fillPurse(ida, 100n)
    await sendTo(ida, 'ida@bank')
    const both = await Promise.all(
      [1, 2].map(() =>
        ida.client.payouts.claim({ body: { currency: 'POINT', amount_minor: '60' } }, { idempotencyKey: 'k1' }),
      ),
    )
    expect(both[0]).toEqual(both[1])
    expect(await money(ida)).toBe('0 frozen, 40 claimable, 60 paying, 0 claimed')
  })
})

describe('batches', () => {
  const draft = (p = operator) => p.client.payouts.draft({ body: { currency: 'POINT' } })
  const at = (batch_id: string) => ({ params: { batch_id }, body: {} })
  test('from draft to sent, failed, returned and closed; the money follows', async () => {
    expect((await operator.client.payouts.waiting()).items).toEqual([
      { currency: 'POINT', scale: 0, people: 2, amount_minor: '157' },
    ])
    const batch = await draft()
    expect(batch).toMatchObject({ state: 'draft', payouts: 2, amount_minor: '157', failed: 0 })
    expect((await operator.client.payouts.waiting()).items).toEqual([])
    expect(await refusal(draft())).toBe('nothing_to_pay')
    const { items } = await operator.client.payouts.batch_payouts({ params: { batch_id: batch.batch_id }, query: {} })
    expect(items.map((p) => `${p.handle} ${p.destination} ${p.amount_minor} ${p.state}`)).toEqual([
      'gil gil@bank 97 draft',
      'ida ida@bank 60 draft',
    ])
    const mark = (how: 'mark_failed' | 'mark_returned', i: number) =>
      operator.client.payouts[how]({
        params: { batch_id: batch.batch_id, account_id: items[i]!.account_id },
        body: { note: 'The bank says no such account.' },
      })
    expect(await refusal(mark('mark_returned', 0))).toBe('payout_settled')
    expect(await refusal(operator.client.payouts.close(at(batch.batch_id)))).toBe('batch_not_sent')

    // Two operators, two marks, several times at once: one transfer each.
    const sent = await Promise.all(
      [operator, second, operator].map((p) => p.client.payouts.mark_sent(at(batch.batch_id))),
    )
    expect(new Set(sent.map((s) => JSON.stringify(s))).size).toBe(1)
    expect(sent[0]).toMatchObject({ state: 'sent', payouts: 2 })
    expect(await refusal(operator.client.payouts.discard(at(batch.batch_id)))).toBe('batch_not_draft')
    const gil = (await w.db.selectFrom('account').select('id').where('handle', '=', 'gil').executeTakeFirstOrThrow()).id
    const transfers = () =>
      w.db
        .selectFrom('transfer')
        .select(['kind', 'amount_minor', 'debit', 'credit'])
        .where('campaign_id', '=', '0')
        .where('subject_id', '=', batch.batch_id)
        .orderBy('id')
        .execute()
    expect(await transfers()).toHaveLength(2)
    await Promise.all([mark('mark_returned', 0), mark('mark_returned', 0), mark('mark_failed', 0)])
    expect((await transfers()).filter((t) => t.kind === 'payout_back')).toEqual([
      { kind: 'payout_back', amount_minor: '97', debit: `person:${gil}:claimed`, credit: `person:${gil}:claimable` },
    ])
    const closed = await Promise.all([operator, second].map((p) => p.client.payouts.close(at(batch.batch_id))))
    expect(closed[0]).toEqual(closed[1])
    expect(closed[0]).toMatchObject({ state: 'closed', failed: 1, failed_minor: '97' })
    expect((await mark('mark_returned', 1)).state, 'money may come back late').toBe('returned')
    expect((await operator.client.payouts.batches({ query: {} })).items.map((b) => b.batch_id)).toEqual([
      batch.batch_id,
    ])
  })

  test('a draft can be discarded, a payout in it can fail; what is asked for goes into the next', async () => {
    const jo = await w.person('jo')
    await fillPurse(jo, 50n)
    await sendTo(jo, '=HYPERLINK("http://evil")')
    await claim(jo, '20')
    const one = await draft()
    expect((await operator.client.payouts.discard(at(one.batch_id))).state).toBe('discarded')
    expect(await refusal(operator.client.payouts.mark_sent(at(one.batch_id)))).toBe('batch_not_draft')
    await claim(jo, '5')
    const two = await draft()
    expect(two).toMatchObject({ payouts: 1, amount_minor: '25' })
    await claim(jo, '6')
    const three = await draft(second)
    expect(three, 'only what no draft holds').toMatchObject({ payouts: 1, amount_minor: '6' })
    expect(
      (
        await operator.client.payouts.mark_failed({
          params: { batch_id: two.batch_id, account_id: jo.account_id },
          body: { note: 'No such account.' },
        })
      ).state,
    ).toBe('failed')
    expect(await money(jo)).toBe('0 frozen, 44 claimable, 6 paying, 0 claimed')
    await operator.client.payouts.mark_sent(at(two.batch_id))
    await operator.client.payouts.mark_sent(at(three.batch_id))
    expect(await money(jo)).toBe('0 frozen, 44 claimable, 0 paying, 6 claimed')
    expect(
      (await jo.client.payouts.my_payouts({ query: {} })).items.map((p) => `${p.amount_minor} ${p.state} ${p.note}`),
    ).toEqual(['6 sent ', '25 failed No such account.'])

    const csv = await w.raw(operator, { method: 'GET', url: `/v1/payouts/batches/${three.batch_id}/payouts.csv` })
    expect(csv.body.split('\r\n')[0]).toBe(
      '"batch_id","account_id","handle","destination","currency","amount","amount_minor","state"',
    )
    expect(csv.body).toContain(`"jo","'=HYPERLINK(""http://evil"")","POINT","6","6","sent"`)
    expect(csv.headers['content-disposition']).toContain(`assay-payouts-${three.batch_id}.csv`)
    expect(await refusal(jo.client.payouts.batches({ query: {} }))).toBe('not_allowed')
    expect(await refusal(operator.client.payouts.batch({ params: { batch_id: '99' } }))).toBe('batch_not_found')
  })

  test('two drafts at once never hold the same claim', async () => {
    const kay = await w.person('kay')
    await fillPurse(kay, 50n)
    await sendTo(kay, 'kay@bank')
    await claim(kay, '50')
    const outcomes = await Promise.all([operator, second, operator, second].map((p) => refusal(draft(p))))
    expect(outcomes.sort()).toEqual(['accepted', 'nothing_to_pay', 'nothing_to_pay', 'nothing_to_pay'])
  })
})

test('after all this the books are right', async () => {
  const report = await auditInstallation({ db: w.db })
  expect(auditText(report)).toMatch(/^The books are right/)
})

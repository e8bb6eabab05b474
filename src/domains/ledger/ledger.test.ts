import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCampaign } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { ApiError } from '../../client.ts'
import { settle } from '../rewards/settle.ts'
import { SETTINGS } from '../../../test/campaign.ts'
import { auditInstallation, auditText, type AuditProgress } from './audit.ts'
import { recordTransfers, spend } from './transfer.ts'
import { purposeOf } from './rules.ts'

let w: World
let operator: Person
let rick: Person
const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'accepted',
    (e: unknown) => (e instanceof ApiError ? e.code : String(e)),
  )

beforeAll(async () => {
  w = await createWorld()
  operator = await w.person('operator', { roles: ['operator'] })
  rick = await w.person('rick')
})
afterAll(() => w.close())

const topUp = (amount_minor: string, reference: string, more: object = {}) =>
  operator.client.ledger.top_up({
    body: { requester_id: rick.account_id, currency: 'USD', amount_minor, reference, ...more },
  })

describe('money from and to outside', () => {
  test('a top-up counts once for each reference, also when two operators record it at once', async () => {
    const first = await topUp('500', 'invoice-1')
    expect(first).toEqual({
      transfer_id: 'top_up:invoice-1',
      requester_id: rick.account_id,
      currency: 'USD',
      amount_minor: '500',
      balance_minor: '500',
    })
    expect(await topUp('500', 'invoice-1')).toEqual(first)
    expect(await refusal(topUp('501', 'invoice-1'))).toBe('reference_used')
    const both = await Promise.all([topUp('70', 'invoice-2'), topUp('70', 'invoice-2'), topUp('70', 'invoice-2')])
    expect(both.map((b) => b.balance_minor)).toEqual(['570', '570', '570'])
  })
  test('what cannot be is refused', async () => {
    expect(await refusal(topUp('5', 'r3', { currency: 'XAU' }))).toBe('currency_unknown')
    expect(await refusal(topUp('5', 'r3', { requester_id: '12345' }))).toBe('account_unknown')
    for (const amount of ['0', '-5', '1.5', '05', '1'.repeat(79)])
      expect(await refusal(topUp(amount, 'r3')), `${amount}`).toBe('invalid_request')
    expect(await refusal(topUp('5', '=cmd()'))).toBe('invalid_request')
    expect(await refusal(topUp('9'.repeat(78), 'r3'))).toBe('amount_too_large')
    expect(
      await refusal(
        rick.client.ledger.top_up({
          body: { requester_id: rick.account_id, currency: 'USD', amount_minor: '5', reference: 'r3' },
        }),
      ),
    ).toBe('not_allowed')
  })
  test('only free money is refunded, by one of two at once', async () => {
    const refund = (amount_minor: string, reference: string) =>
      operator.client.ledger.refund({
        body: { requester_id: rick.account_id, currency: 'USD', amount_minor, reference },
      })
    expect(await refusal(refund('571', 'back-1'))).toBe('balance_too_small')
    expect((await Promise.all([refusal(refund('300', 'back-2')), refusal(refund('300', 'back-3'))])).sort()).toEqual([
      'accepted',
      'balance_too_small',
    ])
    const budget = await rick.client.ledger.budget()
    expect(budget.items).toEqual([
      {
        currency: 'USD',
        scale: 2,
        name: 'US dollar',
        paid_in_minor: '570',
        refunded_minor: '300',
        in_campaigns_minor: '0',
        spent_minor: '0',
        free_minor: '270',
      },
    ])
    const { items } = await rick.client.ledger.movements({ query: {} })
    expect(items.map((m) => `${m.kind} ${m.amount_minor} ${m.reference?.slice(0, 5)}`).sort()).toEqual([
      'refund -300 back-',
      'top_up 500 invoi',
      'top_up 70 invoi',
    ])
  })
  test('a currency never changes', async () => {
    const add = (scale: number, name = 'Gold') =>
      operator.client.ledger.create_currency({ body: { code: 'GOLD', scale, name } })
    expect(await add(18)).toEqual({ code: 'GOLD', scale: 18, name: 'Gold' })
    expect(await add(18)).toEqual({ code: 'GOLD', scale: 18, name: 'Gold' })
    expect(await refusal(add(17))).toBe('currency_exists')
    expect((await w.stranger.ledger.currencies()).items).toContainEqual({ code: 'GOLD', scale: 18, name: 'Gold' })
  })
})

describe('statements and accounts', () => {
  test("a campaign's money by purpose, without a word on whom it went to", async () => {
    const [ann, rita] = [await w.person('ann'), await w.person('rita')]
    const c = await makeCampaign(w, { items: [null] })
    await c.join(rick, 'requester')
    const settings = { ...SETTINGS, bonus_benchmark: { min_decided: 1, accepted_bps: 0 } }
    await w.db.transaction().execute(async (db) => {
      await settle(w.ctx(), db, [
        {
          campaign_id: c.id,
          submission_id: '501',
          author_id: ann.account_id,
          accepted: true,
          settings,
          reviewer_ids: [rita.account_id, ann.account_id],
        },
      ])
      await recordTransfers(w.ctx(), db, [
        {
          campaign_id: c.id,
          id: 'return:1',
          kind: 'return',
          subject_id: c.id,
          debit: `campaign:${c.id}`,
          credit: `requester:${rick.account_id}`,
          currency: 'POINT',
          amount_minor: 100n,
        },
      ])
    })
    const at = { params: { campaign_id: c.id } }
    expect((await rick.client.ledger.campaign_totals(at)).items).toEqual([
      {
        currency: 'POINT',
        scale: 0,
        reserved_minor: '1000000',
        contributors_minor: '20',
        bonus_minor: '0',
        reviewers_minor: '10',
        returned_minor: '100',
        remainder_minor: '0',
        left_minor: '999870',
      },
    ])
    const days = await rick.client.ledger.campaign_statement({ ...at, query: { limit: 2 } })
    const rest = await rick.client.ledger.campaign_statement({ ...at, query: { limit: 2, after: days.next! } })
    expect([...days.items, ...rest.items].map((l) => `${l.day} ${l.purpose} ${l.movements} ${l.amount_minor}`)).toEqual(
      [
        '2026-01-05 contributors 1 20',
        '2026-01-05 reserved 1 1000000',
        '2026-01-05 returned 1 100',
        '2026-01-05 reviewers 2 10',
      ],
    )
    expect(rest.next).toBeNull()
    const csv = await w.raw(rick, { method: 'GET', url: `/v1/campaigns/${c.id}/statement.csv` })
    expect(csv.headers['content-type']).toContain('text/csv')
    expect(csv.body.trim().split('\r\n')).toHaveLength(6)
    expect(csv.body).not.toContain(rita.account_id)
    expect(csv.body).toContain('"contributors","reward","501","POINT",,"20",,"20"')
    expect(await refusal(ann.client.ledger.campaign_totals(at))).toBe('not_allowed')
    expect(await refusal(operator.client.ledger.campaign_totals({ params: { campaign_id: '77' } }))).toBe(
      'campaign_not_found',
    )
    expect(await refusal(rick.client.ledger.campaign_statement({ ...at, query: { after: 'bm9uc2Vuc2U' } }))).toBe(
      'invalid_request',
    )
  })

  test('the purposes that SQL reads are those of the rule', async () => {
    const { rows } = await sql<{
      campaign_id: string
      kind: string
      debit: string
      credit: string
    }>`select campaign_id, kind, debit, credit from transfer where campaign_id <> 0`.execute(w.db)
    const byRule = rows.map((r) => purposeOf(r)).filter(Boolean).length
    const campaigns = [...new Set(rows.map((r) => r.campaign_id))]
    let bySql = 0
    for (const id of campaigns) {
      for (const day of (await operator.client.ledger.campaign_statement({ params: { campaign_id: id }, query: {} }))
        .items) {
        const count = rows.filter((r) => r.campaign_id === id && purposeOf(r) === day.purpose).length
        expect(day.movements).toBe(count)
        bySql += day.movements
      }
    }
    expect(bySql).toBe(byRule)
    expect(bySql).toBeGreaterThan(4)
  })

  test('accounts page by page say what they hold; nothing is listed twice or left out', async () => {
    const seen: string[] = []
    let total = 0n
    for (let after: string | undefined; ;) {
      const page = await operator.client.ledger.accounts({ query: { limit: 2, ...(after ? { after } : {}) } })
      for (const a of page.items) {
        seen.push(`${a.account} ${a.currency}`)
        if (a.currency === 'USD') total += BigInt(a.balance_minor)
      }
      if (!page.next) break
      after = page.next
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(seen.toSorted())
    const { rows } = await sql<{
      name: string
    }>`select distinct a || ' ' || currency as name from (select credit as a, currency from transfer union select debit, currency from transfer) t`.execute(
      w.db,
    )
    expect(seen.toSorted()).toEqual(rows.map((r) => r.name).toSorted())
    expect(total).toBe(0n)
    expect(
      (await operator.client.ledger.accounts({ query: { prefix: 'requester:' } })).items.map((a) => a.account),
    ).toEqual([`requester:${rick.account_id}`, `requester:${rick.account_id}`])
    const moved = await operator.client.ledger.transfers({
      query: { account: `requester:${rick.account_id}`, limit: 3 },
    })
    const more = await operator.client.ledger.transfers({
      query: { account: `requester:${rick.account_id}`, limit: 3, after: moved.next! },
    })
    expect([...moved.items, ...more.items].map((t) => t.kind).sort()).toEqual(['refund', 'return', 'top_up', 'top_up'])
  })
})

describe('the auditor', () => {
  let clean: World
  beforeAll(async () => {
    clean = await createWorld({ seed: 7 })
    const [author, ...reviewers] = await Promise.all(
      ['ann', 'rita', 'ravi', 'rosa', 'remy'].map((h) => clean.person(h)),
    )
    const c = await makeCampaign(clean, {
      contributors: [author!],
      reviewers,
      items: [{ topic: 'a' }, { topic: 'b' }, { topic: 'c' }],
      settings: { caps: { ...SETTINGS.caps, contribute_daily: 5 }, batch_size: 2 },
    })
    const at = { params: { campaign_id: c.id } }
    const { items } = await author!.client.assignments.claim_items({ ...at, body: {} })
    await author!.client.submissions.submit({
      ...at,
      body: { submissions: items.map((i) => ({ item_id: i.item_id, answer: { fact: 'So it is.' } })) },
    })
    for (const [i, r] of reviewers.slice(0, 3).entries()) {
      const work = await r.client.assignments.claim_reviews({ ...at, body: {} })
      await r.client.reviews.record({
        ...at,
        body: {
          reviews: work.items.map((x, j) => ({
            submission_id: x.submission_id,
            votes: {
              fact:
                (i + j) % 3 === 0
                  ? { approve: true }
                  : j === 0
                    ? { approve: true }
                    : { approve: false, reason: 'wrong' as const },
            },
          })),
        },
      })
    }
    await author!.client.assignments.claim_items({ ...at, body: {} })
  })
  afterAll(() => clean.close())

  test('finds nothing wrong where nothing is, counts what it saw and shows progress', async () => {
    const progress: AuditProgress[] = []
    const report = await auditInstallation({ db: clean.db }, (p) => progress.push(p))
    expect(auditText(report)).toMatch(/^The books are right/)
    expect(report.counted).toMatchObject({ submissions: 2, queue_entries: 2, work_taken: 1 })
    expect(report.counted.accounts).toBeGreaterThanOrEqual(5)
    expect(progress.at(-1)).toMatchObject({ part: 3, parts: 4 })
  })

  // Each fault is planted by hand behind the application's back; the auditor must see it and nothing must stay.
  const faults: [string, ReturnType<typeof sql>[], string][] = [
    [
      'one leg dropped',
      [sql`delete from transfer where id in (select id from transfer where kind = 'reward' limit 1)`],
      'was never paid',
    ],
    [
      'a review paid twice',
      [
        sql`insert into transfer select campaign_id, id || '_again', kind, subject_id, debit, credit, currency, amount_minor, at from transfer where kind = 'review_pay' limit 1`,
      ],
      'which nothing decided calls for',
    ],
    [
      'off by one',
      [
        sql`update transfer set amount_minor = amount_minor + 1 where id in (select id from transfer where kind = 'reward' limit 1)`,
      ],
      'where 20 is due',
    ],
    ['a campaign overdrawn', [sql`update transfer set amount_minor = 1 where kind = 'fund'`], 'which it cannot'],
    [
      'money under another campaign',
      [sql`update transfer set debit = 'campaign:1' where kind = 'reward'`],
      'not as it should',
    ],
    ['a decision lost', [sql`delete from decision where accepted`], 'but no decision says so'],
    ['a place never given back', [sql`update queue set cover = cover + 1, needed = needed + 1`], 'are done or held'],
    ['a lease not counted', [sql`update work_taken set taken = taken - 1`], 'counted as taken'],
    [
      'a thaw of another amount',
      [
        sql`insert into transfer select campaign_id, 'thaw:' || campaign_id || ':' || split_part(credit, ':', 2) || ':' || currency || ':' || (at at time zone 'UTC')::date, 'thaw', subject_id, credit, replace(credit, 'frozen', 'claimable'), currency, amount_minor - 1, at from transfer where kind = 'reward' limit 1`,
      ],
      'thawed 19 of 20',
    ],
  ]
  test.each(faults)('%s is found', async (_, plant, message) => {
    const report = await clean.db
      .transaction()
      .execute(async (db) => {
        for (const statement of plant) await statement.execute(db)
        // The audit opens its own view; a transaction of ours stands in for it, and is rolled back.
        const inside = {
          db: Object.assign(Object.create(db), {
            transaction: () => ({
              setIsolationLevel: () => ({ execute: (read: (d: typeof db) => unknown) => read(db) }),
            }),
          }),
        }
        const found = await auditInstallation(inside as never).catch((e: unknown) => e)
        throw found
      })
      .catch((found: unknown) => found as Awaited<ReturnType<typeof auditInstallation>>)
    expect(report.clean).toBe(false)
    expect(auditText(report)).toContain(message)
  })

  test('runs when due or asked, keeps what it found, and a dirty finding fails the job', async () => {
    await w.jobs(['audit_ledger']).catch(() => {})
    const before = (await operator.client.ledger.last_audit()).audit!
    expect(before.started_at).toBe(w.clock.now().toISOString())
    w.clock.advance(60_000)
    await w.jobs(['audit_ledger'])
    expect((await operator.client.ledger.last_audit()).audit!.started_at).toBe(before.started_at)
    await operator.client.ledger.run_audit({ body: {} })
    await operator.client.ledger.run_audit({ body: {} })
    const outcome = await w.jobs(['audit_ledger']).then(
      () => 'passed',
      (e: unknown) => String(e),
    )
    // The statement test above paid for a submission that does not exist.
    expect(outcome).toContain('submission that does not exist')
    const found = (await operator.client.ledger.last_audit()).audit!
    expect(found).toMatchObject({ clean: false, started_at: w.clock.now().toISOString() })
    expect(found.problems[0]).toMatchObject({ check: 'decisions', subject: expect.stringContaining('501') })
    expect(
      await w.db.selectFrom('job_state').select(['failures']).where('name', '=', 'audit_ledger').executeTakeFirst(),
    ).toMatchObject({ failures: expect.any(Number) })
    expect(await refusal(rick.client.ledger.last_audit())).toBe('not_allowed')
  })
})

test('spending goes one after the other: nobody spends what is gone', async () => {
  await topUp('100', 'race-1')
  const free = BigInt((await rick.client.ledger.budget()).items.find((b) => b.currency === 'USD')!.free_minor)
  const tries = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      w.db.transaction().execute((db) =>
        spend(w.ctx(), db, {
          campaign_id: '0',
          id: `race:${i}`,
          kind: 'refund',
          subject_id: '1',
          debit: `requester:${rick.account_id}`,
          credit: 'outside',
          currency: 'USD',
          amount_minor: free / 3n,
        }),
      ),
    ),
  )
  expect(tries.filter(Boolean)).toHaveLength(3)
})

import { write } from '../../platform/db/queries.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCampaign, SETTINGS } from '../../../test/campaign.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'
import { settleJobs } from '../../server/worker.ts'
import { Refusal } from '../../platform/refusal.ts'
import { accountBalances } from '../ledger/admin-queries.ts'
import { auditInstallation, auditText } from '../ledger/audit.ts'
import { forfeitHeld, keepHeld } from '../ledger/held.ts'
import { createCurrency } from '../ledger/create-currency.ts'
import { refund, topUp } from '../ledger/top-up.ts'
import { spend } from '../ledger/transfer.ts'
import { insertDecisions } from '../review/queries.ts'
import { settle } from '../rewards/settle.ts'
import { insertSubmissions, setOutcomes } from '../submissions/queries.ts'
import { closeBatch, discardBatch, draftBatch, markBack, markSent } from './batch.ts'
import { claim } from './claim.ts'

// Random lives of money, in currencies of any scale and amounts of up to 77 digits, through the real operations; a
// model of a few lines says what every account must hold at the end, to the last unit.
const CURRENCIES = ['POINT', 'WEI'] as const
const DAY = 86_400_000
let w: World
let requester: Person
let operator: Person
let people: Person[]
let campaign: string
beforeAll(async () => {
  w = await createWorld({ seed: 5 })
  operator = await w.person('operator', { roles: ['operator'] })
  requester = await w.person('rick')
  people = await Promise.all(['ann', 'ben', 'cem'].map((h) => w.person(h)))
  await createCurrency(w.ctx(operator.account_id), { code: 'WEI', scale: 30, name: 'Wei' })
  campaign = (await makeCampaign(w, { items: [] })).id
  for (const p of people)
    for (const currency of CURRENCIES)
      await w.db
        .insertInto('payout_destination')
        .values({ account_id: p.account_id, currency, destination: 'x', changed_at: w.clock.now() })
        .execute()
})
afterAll(() => w.close())

const aCurrency = fc.constantFrom(...CURRENCIES)
const who = fc.nat({ max: 2 })
const big = fc.oneof(
  fc.bigInt({ min: 1n, max: 100n }),
  fc.bigInt({ min: 1n, max: 10n ** 70n }),
  fc.bigInt({ min: 10n ** 73n, max: 10n ** 74n }),
)
const share = fc.integer({ min: 1, max: 10_000 })
const anOp = fc.oneof(
  fc.record({ op: fc.constant('top_up' as const), currency: aCurrency, amount: big }),
  fc.record({ op: fc.constant('refund' as const), currency: aCurrency, share }),
  fc.record({ op: fc.constant('fund' as const), currency: aCurrency, share }),
  fc.record({ op: fc.constant('give_back' as const), currency: aCurrency, share }),
  fc.record({
    op: fc.constant('decide' as const),
    author: who,
    reviewers: fc.uniqueArray(who, { maxLength: 2 }),
    accepted: fc.boolean(),
    share,
    bps: fc.integer({ min: 0, max: 10_000 }),
    odd: fc.bigInt({ min: 0n, max: 99n }),
    held_bps: fc.constantFrom(0, 1, 3_333, 6_000),
    base_bps: fc.constantFrom(undefined, 0, 2_500),
  }),
  fc.record({ op: fc.constant('forfeit' as const), person: who }),
  fc.record({ op: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    op: fc.constant('claim' as const),
    currency: aCurrency,
    person: who,
    share: fc.integer({ min: 1, max: 12_000 }),
  }),
  fc.record({ op: fc.constant('draft' as const), currency: aCurrency }),
  fc.record({ op: fc.constantFrom('sent' as const, 'close' as const, 'discard' as const), n: fc.nat() }),
  fc.record({
    op: fc.constant('back' as const),
    n: fc.nat(),
    person: who,
    mark: fc.constantFrom('failed' as const, 'returned' as const),
  }),
)
type Op = typeof anOp extends fc.Arbitrary<infer T> ? T : never

/** What every account holds, by `account currency`, moved by the same operations in the plainest way. */
class Model {
  readonly held = new Map<string, bigint>()
  readonly frozen: { day: number; account: string; currency: string; amount: bigint }[] = []
  readonly waiting: { until: number; account: string; currency: string; amount: bigint }[] = []
  readonly batches: {
    id: string
    currency: string
    state: string
    payouts: Map<string, { amount: bigint; state: string }>
  }[] = []
  of = (account: string, currency: string): bigint => this.held.get(`${account} ${currency}`) ?? 0n
  move(from: string, to: string, currency: string, amount: bigint): void {
    this.held.set(`${from} ${currency}`, this.of(from, currency) - amount)
    this.held.set(`${to} ${currency}`, this.of(to, currency) + amount)
  }
}

const tried = async (run: () => Promise<unknown>): Promise<boolean> => {
  try {
    await run()
    return true
  } catch (e) {
    if (e instanceof Refusal) return false
    throw e
  }
}

async function play(m: Model, o: Op): Promise<void> {
  const free = `requester:${requester.account_id}`
  const budget = `campaign:${campaign}`
  const state = (person: number, s: string) => `person:${people[person]!.account_id}:${s}`
  const part = (account: string, currency: string, bps: number) => (m.of(account, currency) * BigInt(bps)) / 10_000n
  const byOperator = w.ctx(operator.account_id)
  const between = (debit: string, credit: string, kind: string, currency: string, amount_minor: bigint) =>
    amount_minor === 0n
      ? Promise.resolve(false)
      : w.db.transaction().execute((db) =>
          spend(w.ctx(), db, {
            campaign_id: campaign,
            id: `${kind}:${w.parts.newId()}`,
            kind,
            subject_id: campaign,
            debit,
            credit,
            currency,
            amount_minor,
          }),
        )
  switch (o.op) {
    case 'top_up':
      await topUp(byOperator, {
        requester_id: requester.account_id,
        currency: o.currency,
        amount_minor: `${o.amount}`,
        reference: w.parts.newId(),
      })
      return m.move('outside', free, o.currency, o.amount)
    case 'refund': {
      const amount = part(free, o.currency, o.share)
      if (
        amount > 0n &&
        (await tried(() =>
          refund(byOperator, {
            requester_id: requester.account_id,
            currency: o.currency,
            amount_minor: `${amount}`,
            reference: w.parts.newId(),
          }),
        ))
      )
        m.move(free, 'outside', o.currency, amount)
      return
    }
    case 'fund': {
      const amount = part(free, o.currency, o.share)
      if (await between(free, budget, 'fund', o.currency, amount)) m.move(free, budget, o.currency, amount)
      return
    }
    case 'give_back': {
      const amount = part(budget, o.currency, o.share)
      if (await between(budget, free, 'return', o.currency, amount)) m.move(budget, free, o.currency, amount)
      return
    }
    case 'decide':
      return decide(m, o, budget, state)
    case 'wait': {
      w.clock.advance(o.days * DAY)
      await settleJobs(w.parts, ['release_held', 'thaw'])
      const today = Math.floor(w.clock.now().getTime() / DAY)
      for (const h of m.waiting.splice(0)) {
        if (h.until > w.clock.now().getTime()) {
          m.waiting.push(h)
          continue
        }
        const account = h.account.replace('held', 'frozen')
        m.move(h.account, account, h.currency, h.amount)
        m.frozen.push({ day: today, account, currency: h.currency, amount: h.amount })
      }
      for (const f of m.frozen.splice(0)) {
        if (f.day + 7 + 1 <= today) m.move(f.account, f.account.replace('frozen', 'claimable'), f.currency, f.amount)
        else m.frozen.push(f)
      }
      return
    }
    case 'forfeit': {
      const account_id = people[o.person]!.account_id
      const case_id = w.parts.newId()
      await w.db.transaction().execute(async (db) => {
        await keepHeld(db, { case_id, account_id })
        await forfeitHeld(w.ctx(), db, { case_id })
      })
      for (const h of m.waiting.splice(0)) {
        if (h.account === state(o.person, 'held')) m.move(h.account, budget, h.currency, h.amount)
        else m.waiting.push(h)
      }
      return
    }
    case 'claim': {
      const amount = part(state(o.person, 'claimable'), o.currency, o.share)
      if (amount === 0n) return
      const isDone = await tried(() => claim(w.ctx(people[o.person]!.account_id), o.currency, amount))
      expect(isDone, 'what is claimable can be claimed, and not more').toBe(
        amount <= m.of(state(o.person, 'claimable'), o.currency),
      )
      if (isDone) m.move(state(o.person, 'claimable'), state(o.person, 'paying'), o.currency, amount)
      return
    }
    case 'draft': {
      let id = ''
      if (!(await tried(async () => void (id = (await draftBatch(byOperator, o.currency)).batch_id)))) return
      const drafted = (account: string) =>
        m.batches
          .filter((b) => b.state === 'draft' && b.currency === o.currency && b.payouts.get(account)?.state === 'draft')
          .reduce((sum, b) => sum + b.payouts.get(account)!.amount, 0n)
      const payouts = new Map(
        people
          .map(
            (p, i) =>
              [
                p.account_id,
                { amount: m.of(state(i, 'paying'), o.currency) - drafted(p.account_id), state: 'draft' },
              ] as const,
          )
          .filter(([, p]) => p.amount > 0n),
      )
      m.batches.push({ id, currency: o.currency, state: 'draft', payouts })
      return
    }
    case 'sent':
    case 'close':
    case 'discard': {
      const b = m.batches[o.n % Math.max(1, m.batches.length)]
      if (!b) return
      const before = b.state
      if (!(await tried(() => ({ sent: markSent, close: closeBatch, discard: discardBatch })[o.op](byOperator, b.id))))
        return
      if (o.op === 'sent' && before === 'draft') {
        for (const [account, p] of b.payouts) {
          if (p.state !== 'draft') continue
          p.state = 'sent'
          m.move(`person:${account}:paying`, `person:${account}:claimed`, b.currency, p.amount)
        }
      }
      if (o.op === 'discard') for (const p of b.payouts.values()) if (p.state === 'draft') p.state = 'discarded'
      b.state = o.op === 'sent' ? 'sent' : o.op === 'close' ? 'closed' : 'discarded'
      return
    }
    case 'back': {
      const b = m.batches[o.n % Math.max(1, m.batches.length)]
      const account = people[o.person]!.account_id
      const p = b?.payouts.get(account)
      if (!b || !(await tried(() => markBack(byOperator, o.mark, b.id, account, 'came back'))) || !p) return
      if (p.state === 'draft' || p.state === 'sent')
        m.move(
          `person:${account}:${p.state === 'draft' ? 'paying' : 'claimed'}`,
          `person:${account}:claimable`,
          b.currency,
          p.amount,
        )
      if (p.state === 'draft') p.state = 'failed'
      if (p.state === 'sent') p.state = 'returned'
    }
  }
}

/** A submission with its decision, priced at a part of what the campaign has, paid by the code that pays. */
async function decide(
  m: Model,
  o: Op & { op: 'decide' },
  budget: string,
  state: (person: number, s: string) => string,
): Promise<void> {
  const prices = CURRENCIES.map((currency) => ({
    currency,
    contribute_minor: `${(m.of(budget, currency) * BigInt(o.share)) / 50_000n}`,
    review_minor: `${(m.of(budget, currency) * BigInt(o.share)) / 70_000n + (m.of(budget, currency) > 1_000n ? o.odd : 0n)}`,
    bonus_bps: o.bps,
  }))
  const version =
    (
      await w.db
        .selectFrom('campaign_version')
        .select((eb) => eb.fn.max('version').as('v'))
        .where('campaign_id', '=', campaign)
        .executeTakeFirstOrThrow()
    ).v + 1
  const settings = {
    ...SETTINGS,
    prices,
    bonus_benchmark: { min_decided: 0, accepted_bps: 0 },
    ...(o.held_bps > 0 && { hold: { share_bps: o.held_bps, days: 3 } }),
    ...(o.base_bps !== undefined && {
      reviewer_pay: { kind: 'audited' as const, base_bps: o.base_bps, window_days: 7, audit_bps: 800 },
    }),
  }
  await w.pool.query(
    `insert into campaign_version select (jsonb_populate_record(v, jsonb_build_object('version', $2::int, 'settings', $3::jsonb))).* from campaign_version v where campaign_id = $1 and version = 1`,
    [campaign, version, JSON.stringify(settings)],
  )
  const [item, id, author] = [w.parts.newId(), w.parts.newId(), people[o.author]!.account_id]
  const reviewers = o.reviewers.filter((r) => r !== o.author)
  await w.db
    .insertInto('item')
    .values({ campaign_id: campaign, id: item, state: 'done', created_at: w.clock.now() })
    .execute()
  await w.db.transaction().execute(async (db) => {
    await write(
      db,
      ...insertSubmissions(
        [
          {
            campaign_id: campaign,
            id,
            item_id: item,
            author_id: author,
            version,
            status: 'in_review',
            revises_id: null,
            content_hash: id,
            took_seconds: 1,
            decision_due_at: null,
            answer: {},
          },
        ],
        w.clock.now(),
      ),
    )
    for (const r of reviewers)
      await db
        .insertInto('review')
        .values({
          campaign_id: campaign,
          submission_id: id,
          reviewer_id: people[r]!.account_id,
          id: w.parts.newId(),
          round: 1,
          lane: 2,
          votes: '{}',
          took_seconds: 1,
          reviewed_at: w.clock.now(),
        })
        .execute()
    await write(
      db,
      setOutcomes([
        {
          campaign_id: campaign,
          id,
          status: o.accepted ? 'accepted' : 'rejected_final',
          decided_at: w.clock.now().toISOString(),
          settles_at: null,
        },
      ]),
    )
    await write(
      db,
      insertDecisions([
        {
          campaign_id: campaign,
          submission_id: id,
          round: 1,
          accepted: o.accepted,
          questions: {},
          reviews: reviewers.length,
          decided_at: w.clock.now().toISOString(),
        },
      ]),
    )
    await settle(w.ctx(), db, [
      {
        campaign_id: campaign,
        submission_id: id,
        author_id: author,
        accepted: o.accepted,
        settings,
        reviewer_ids: reviewers.map((r) => people[r]!.account_id),
      },
    ])
  })
  const day = Math.floor(w.clock.now().getTime() / DAY)
  const pay = (account: string, currency: string, amount: bigint) => {
    m.move(budget, account, currency, amount)
    m.frozen.push({ day, account, currency, amount })
  }
  for (const p of prices) {
    const base = BigInt(p.contribute_minor)
    const held = o.accepted ? (base * BigInt(o.held_bps)) / 10_000n : 0n
    if (o.accepted) pay(state(o.author, 'frozen'), p.currency, base - held + (base * BigInt(o.bps)) / 10_000n)
    if (held > 0n) {
      const account = state(o.author, 'held')
      m.move(budget, account, p.currency, held)
      m.waiting.push({ until: w.clock.now().getTime() + 3 * DAY, account, currency: p.currency, amount: held })
    }
    const review = (BigInt(p.review_minor) * BigInt(o.base_bps ?? 10_000)) / 10_000n
    for (const r of reviewers) pay(state(r, 'frozen'), p.currency, review)
  }
}

test('whatever happens to money, none is made and none is lost', async () => {
  const m = new Model()
  m.move('outside', `campaign:${campaign}`, 'POINT', 1_000_000n)
  const done = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(anOp, { minLength: 30, maxLength: 60 }), async (ops) => {
      for (const o of ops) {
        await play(m, o)
        done.add(o.op)
      }
      const rows = await accountBalances(w.db, { after: { account: '', currency: '' }, prefix: '', limit: 1000 })
      const books = new Map(rows.map((r) => [`${r.account} ${r.currency}`, BigInt(r.balance)]))
      for (const [account, amount] of m.held) expect(books.get(account) ?? 0n, `${account}`).toBe(amount)
      for (const currency of CURRENCIES)
        expect(
          [...books].filter(([name]) => name.endsWith(` ${currency}`)).reduce((sum, [, amount]) => sum + amount, 0n),
        ).toBe(0n)
      expect(auditText(await auditInstallation({ db: w.db }))).toMatch(/^The books are right/)
    }),
    // The books live on from run to run, so a failing run cannot be made smaller by leaving steps out.
    { numRuns: 14, endOnFailure: true, seed: 20_260_105 },
  )
  expect(done.size).toBe(13)
  const moved = await w.db
    .selectFrom('transfer')
    .select((eb) => ['kind', eb.fn.countAll<string>().as('n')])
    .groupBy('kind')
    .orderBy('kind')
    .execute()
  for (const kind of [
    'bonus',
    'claim',
    'forfeit',
    'held',
    'payout',
    'payout_back',
    'refund',
    'release',
    'return',
    'review_pay',
    'reward',
    'thaw',
    'top_up',
  ])
    expect(Number(moved.find((k) => k.kind === kind)?.n ?? 0), `${kind}`).toBeGreaterThan(3)
}, 240_000)

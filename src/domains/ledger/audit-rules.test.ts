import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contributorLines, reviewerLines } from '../rewards/rules.ts'
import {
  accountProblems,
  coverProblems,
  draftProblems,
  payoutProblems,
  payProblems,
  redundancyItemProblems,
  sumProblems,
  takenProblems,
  thawProblems,
  wayProblems,
  type PaidWork,
} from './audit-rules.ts'

const price = (currency: string, contribute: bigint, review: bigint, bonus_bps = 0) => ({
  currency,
  contribute_minor: `${contribute}`,
  review_minor: `${review}`,
  bonus_bps,
})

const payOf = (w: Omit<PaidWork, 'transfers'>) => {
  const { prices, hold, novelty, reviewer_pay } = w.submission!
  return {
    prices: [...prices],
    ...(hold && { hold: { ...hold, days: 7 } }),
    ...(novelty && { novelty }),
    ...(reviewer_pay && {
      reviewer_pay: { kind: 'audited' as const, window_days: 7, audit_bps: 800, ...reviewer_pay },
    }),
  }
}
/** What the code that pays would have recorded for this work. */
function paid(w: Omit<PaidWork, 'transfers'>, hasBonus: boolean): PaidWork {
  const pay = payOf(w)
  const transfer = (id: string, kind: string, person: string, currency: string, amount_minor: bigint) => ({
    id,
    kind,
    debit: `campaign:${w.campaign_id}`,
    credit: `person:${person}:${kind === 'held' ? 'held' : 'frozen'}`,
    currency,
    amount_minor,
  })
  const rounds = new Set(w.decisions.map((d) => d.round))
  const own = w.decisions.some((d) => d.accepted)
    ? contributorLines(pay, hasBonus, 400_000).map((l) =>
        transfer(
          `${l.kind}:${w.submission_id}:${l.currency}`,
          l.kind,
          w.submission!.author_id,
          l.currency,
          l.amount_minor,
        ),
      )
    : []
  const reviewers = w.reviews
    .filter((r) => rounds.has(r.round) && r.lane !== 3)
    .flatMap((r) =>
      reviewerLines(pay).map((l) =>
        transfer(
          `review_pay:${w.submission_id}:${r.reviewer_id}:${l.currency}`,
          l.kind,
          r.reviewer_id,
          l.currency,
          l.amount_minor,
        ),
      ),
    )
  return { ...w, transfers: [...own, ...reviewers] }
}

const base: Omit<PaidWork, 'transfers'> = {
  campaign_id: '7',
  submission_id: '9',
  submission: {
    author_id: '100',
    status: 'accepted',
    prices: [price('POINT', 20n, 5n, 500), price('USD', 3n, 1n, 500)],
    has_benchmark: true,
  },
  decisions: [
    { round: 1, accepted: false },
    { round: 2, accepted: true },
  ],
  reviews: [
    { reviewer_id: '1', round: 1, lane: 2 },
    { reviewer_id: '2', round: 1, lane: 3 },
    { reviewer_id: '3', round: 2, lane: 2 },
  ],
}
const good = paid(base, true)
const messages = (w: PaidWork) => payProblems(w).map((p) => `${p.check}: ${p.message}`)
const without = (id: string): PaidWork => ({ ...good, transfers: good.transfers.filter((t) => t.id !== id) })
const changed = (id: string, change: object): PaidWork => ({
  ...good,
  transfers: good.transfers.map((t) => (t.id === id ? { ...t, ...change } : t)),
})

describe('what a decision paid', () => {
  test('20 and 5 % is 21, and a bonus below one unit is nothing', () => {
    expect(
      good.transfers
        .filter((t) => t.credit === 'person:100:frozen')
        .map((t) => `${t.kind} ${t.currency} ${t.amount_minor}`),
    ).toEqual(['reward POINT 20', 'bonus POINT 1', 'reward USD 3'])
    expect(messages(good)).toEqual([])
    expect(messages(paid(base, false)), 'without the bonus it is right too').toEqual([])
  })
  test('a held share, novelty and a base for reviews are what the settings say, and no more', () => {
    const submission = {
      ...base.submission!,
      hold: { share_bps: 3_000 },
      novelty: { most_bps: 5_000 },
      reviewer_pay: { base_bps: 2_000 },
    }
    const rich = paid({ ...base, submission }, true)
    expect(rich.transfers.map((t) => `${t.kind} ${t.amount_minor} ${t.currency}`)).toEqual([
      'reward 14 POINT',
      'held 6 POINT',
      'bonus 1 POINT',
      'novelty 4 POINT',
      'reward 3 USD',
      'review_pay 1 POINT',
      'review_pay 1 POINT',
    ])
    expect(messages(rich)).toEqual([])
    const tampered = (kind: string, change: object) =>
      messages({ ...rich, transfers: rich.transfers.map((t) => (t.kind === kind ? { ...t, ...change } : t)) })
    expect(tampered('novelty', { amount_minor: 11n })).toHaveLength(1)
    expect(tampered('held', { credit: 'person:100:frozen' })).toHaveLength(1)
    expect(tampered('review_pay', { amount_minor: 5n })).toHaveLength(2)
  })
  test.each<[string, PaidWork, string]>([
    ['a leg dropped', without('reward:9:USD'), 'decisions: reward:9:USD of 3 USD was never paid'],
    [
      'a reviewer forgotten',
      without('review_pay:9:3:POINT'),
      'reviews: review_pay:9:3:POINT of 5 POINT was never paid',
    ],
    [
      'the same paid twice',
      { ...good, transfers: [...good.transfers, good.transfers[0]!] },
      'decisions: reward:9:POINT was paid twice',
    ],
    [
      'off by one',
      changed('reward:9:POINT', { amount_minor: 21n }),
      'decisions: reward:9:POINT paid 21 POINT where 20 is due',
    ],
    [
      'a bonus off by one',
      changed('bonus:9:POINT', { amount_minor: 2n }),
      'decisions: bonus:9:POINT paid 2 POINT where 1 is due',
    ],
    [
      'to somebody else',
      changed('reward:9:POINT', { credit: 'person:101:frozen' }),
      'decisions: reward:9:POINT went from campaign:7 to person:101:frozen as reward, not as it should',
    ],
    [
      'at once claimable',
      changed('reward:9:POINT', { credit: 'person:100:claimable' }),
      'decisions: reward:9:POINT went from campaign:7 to person:100:claimable as reward, not as it should',
    ],
    [
      'from another campaign',
      changed('reward:9:POINT', { debit: 'campaign:8' }),
      'decisions: reward:9:POINT went from campaign:8 to person:100:frozen as reward, not as it should',
    ],
    [
      'an expert paid by the campaign',
      { ...good, transfers: [...good.transfers, { ...good.transfers.at(-1)!, id: 'review_pay:9:2:POINT' }] },
      'reviews: review_pay:9:2:POINT paid 1 USD, which nothing decided calls for',
    ],
    [
      'rejected work paid',
      {
        ...good,
        decisions: [
          { round: 1, accepted: false },
          { round: 2, accepted: false },
        ],
        submission: { ...good.submission!, status: 'rejected_final' },
      },
      'decisions: reward:9:POINT paid 20 POINT, which nothing decided calls for',
    ],
    [
      'paid before the decision',
      { ...good, decisions: [{ round: 2, accepted: true }] },
      'reviews: review_pay:9:1:POINT paid 5 POINT, which nothing decided calls for',
    ],
    [
      'a bonus where none is offered',
      { ...good, submission: { ...good.submission!, has_benchmark: false } },
      'decisions: bonus:9:POINT paid 1 POINT, which nothing decided calls for',
    ],
    [
      'paid for nothing',
      { ...good, submission: undefined },
      'decisions: reward:9:POINT paid for a submission that does not exist',
    ],
    [
      'accepted twice',
      {
        ...good,
        decisions: [
          { round: 1, accepted: true },
          { round: 2, accepted: true },
        ],
      },
      'decisions: was accepted more than once',
    ],
    [
      'a status that no decision gave',
      { ...good, decisions: [], transfers: [], reviews: [] },
      'decisions: counts as accepted, but no decision says so',
    ],
    [
      'a decision that the status forgot',
      { ...good, submission: { ...good.submission!, status: 'in_review' } },
      'decisions: was accepted, but counts as in_review',
    ],
  ])('%s is found', (_, work, message) => {
    expect(messages(work)).toContain(message)
  })
  test('a bonus in one currency and not in the other is found', () => {
    const two = {
      ...base,
      submission: { ...base.submission!, prices: [price('POINT', 20n, 0n, 500), price('USD', 200n, 0n, 500)] },
    }
    const work = paid(two, true)
    expect(messages({ ...work, transfers: work.transfers.filter((t) => t.id !== 'bonus:9:USD') })).toEqual([
      'decisions: the bonus was paid in one currency and not in another',
    ])
  })
})

const MOST = 10n ** 77n
const anAmount = fc.oneof(fc.bigInt({ min: 0n, max: 30n }), fc.bigInt({ min: 0n, max: MOST }))
const aWork: fc.Arbitrary<PaidWork> = fc
  .record({
    points: fc.tuple(anAmount, anAmount),
    dollars: fc.option(fc.tuple(anAmount, anAmount)),
    bps: fc.integer({ min: 0, max: 10_000 }),
    benchmark: fc.boolean(),
    bonus: fc.boolean(),
    accepted: fc.array(fc.boolean(), { maxLength: 2 }),
    reviews: fc.uniqueArray(
      fc.record({
        reviewer_id: fc.integer({ min: 1, max: 9 }).map(String),
        round: fc.integer({ min: 1, max: 3 }),
        lane: fc.constantFrom(2, 3, 4),
      }),
      { selector: (r) => r.reviewer_id, maxLength: 6 },
    ),
  })
  .filter((r) => r.accepted.length < 2 || r.accepted[0] === false)
  .map((r) => {
    const decisions = r.accepted.map((accepted, i) => ({ round: i + 1, accepted }))
    const prices = [price('POINT', ...r.points, r.bps), ...(r.dollars ? [price('USD', ...r.dollars, r.bps)] : [])]
    const status = decisions.some((d) => d.accepted) ? 'accepted' : decisions.length > 0 ? 'rejected' : 'in_review'
    return paid(
      {
        campaign_id: '7',
        submission_id: '9',
        submission: { author_id: '100', status, prices, has_benchmark: r.benchmark },
        decisions,
        reviews: r.reviews,
      },
      r.benchmark && r.bonus,
    )
  })

describe('laws', () => {
  test('what the paying code records is right, to the last unit and up to 78 digits', () => {
    fc.assert(
      fc.property(aWork, (work) => {
        expect(payProblems(work)).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })
  test('any one leg dropped, doubled, changed by one or sent elsewhere is found', () => {
    const fault = fc.constantFrom<(t: PaidWork['transfers'][number]) => PaidWork['transfers']>(
      () => [],
      (t) => [t, t],
      (t) => [{ ...t, amount_minor: t.amount_minor + 1n }],
      (t) => [{ ...t, amount_minor: t.amount_minor - 1n }],
      (t) => [{ ...t, credit: 'person:4242:frozen' }],
      (t) => [{ ...t, currency: 'EUR' }],
      (t) => [{ ...t, id: `${t.id}x` }],
    )
    fc.assert(
      fc.property(
        aWork.filter((w) => w.transfers.some((t) => t.kind !== 'bonus')),
        fault,
        fc.nat(),
        (work, plant, n) => {
          const legs = work.transfers.filter((t) => t.kind !== 'bonus')
          const victim = legs[n % legs.length]!
          expect(
            payProblems({ ...work, transfers: work.transfers.flatMap((t) => (t === victim ? plant(t) : [t])) }),
          ).not.toEqual([])
        },
      ),
      { numRuns: 2000 },
    )
  })
})

test.each<[string, readonly object[], string[]]>([
  ['an account in order', accountProblems({ account: 'person:1:claimable', currency: 'USD', balance: 0n }), []],
  ['the outside world owes', accountProblems({ account: 'outside', currency: 'USD', balance: -5n }), []],
  [
    'and never holds',
    accountProblems({ account: 'outside', currency: 'USD', balance: 5n }),
    ['holds 5, which it cannot'],
  ],
  [
    'nobody else owes',
    accountProblems({ account: 'campaign:1', currency: 'USD', balance: -1n }),
    ['holds -1, which it cannot'],
  ],
  [
    'an account of no kind',
    accountProblems({ account: 'person:1:spent', currency: 'USD', balance: 1n }),
    ['no such kind of account exists'],
  ],
  [
    'more than fits',
    accountProblems({ account: 'requester:1', currency: 'USD', balance: 10n ** 78n }),
    ['holds more than can be moved at once'],
  ],
  ['sums of nothing', sumProblems(new Map([['USD', 0n]])), []],
  [
    'a sum of one',
    sumProblems(
      new Map([
        ['USD', 0n],
        ['EUR', 1n],
      ]),
    ),
    ['all balances add up to 1, not to zero'],
  ],
  ['held money forfeited', wayProblems({ kind: 'x', from: 'held', to: 'campaign', same: false, id: 't', n: 1 }), []],
  [
    'frozen money forfeited',
    wayProblems({ kind: 'x', from: 'frozen', to: 'campaign', same: false, id: 't', n: 3 }),
    ['went from frozen to campaign, a way that money never goes'],
  ],
  [
    'claimable money taken',
    wayProblems({ kind: 'x', from: 'claimable', to: 'held', same: true, id: 't', n: 1 }),
    ['went from claimable to held, a way that money never goes'],
  ],
  [
    'the rest of an escrowed budget',
    wayProblems({ kind: 'x', from: 'campaign', to: 'escrow', same: true, id: 't', n: 1 }),
    [],
  ],
  ['a refund on the chain', wayProblems({ kind: 'x', from: 'escrow', to: 'outside', same: false, id: 't', n: 1 }), []],
  [
    'an escrow spent here once more',
    wayProblems({ kind: 'x', from: 'escrow', to: 'requester', same: false, id: 't', n: 1 }),
    ['went from escrow to requester, a way that money never goes'],
  ],
  ['a thaw', wayProblems({ kind: 'x', from: 'frozen', to: 'claimable', same: true, id: 't', n: 9 }), []],
  [
    'money given back by who earned it',
    wayProblems({ kind: 'given_back', from: 'claimable', to: 'requester', same: false, id: 't', n: 1 }),
    [],
  ],
  [
    'money taken back by who paid it',
    wayProblems({ kind: 'refund', from: 'claimable', to: 'requester', same: false, id: 't', n: 1 }),
    ['went from claimable to requester of another person, a way that money never goes'],
  ],
  [
    'a thaw to somebody else',
    wayProblems({ kind: 'x', from: 'frozen', to: 'claimable', same: false, id: 't', n: 1 }),
    ['went from frozen to claimable of another person, a way that money never goes'],
  ],
  ['a day thawed whole', thawProblems({ id: 't', frozen: 5n, thawed: 5n, day: '2026-01-01' }, '2026-01-02'), []],
  [
    'a day thawed in part',
    thawProblems({ id: 't', frozen: 5n, thawed: 4n, day: '2026-01-01' }, undefined),
    ['thawed 4 of 5 frozen on that day'],
  ],
  [
    'a day forgotten',
    thawProblems({ id: 't', frozen: 5n, thawed: null, day: '2026-01-01' }, '2026-01-01'),
    ['5 frozen on that day were forgotten'],
  ],
  ['a day to come', thawProblems({ id: 't', frozen: 5n, thawed: null, day: '2026-01-03' }, '2026-01-02'), []],
  [
    'a payout sent and paid',
    payoutProblems({ batch_id: '1', account_id: '2', state: 'sent', amount: 5n, paid: 5n, back: null }),
    [],
  ],
  [
    'a payout sent, not paid',
    payoutProblems({ batch_id: '1', account_id: '2', state: 'sent', amount: 5n, paid: null, back: null }),
    ['is sent for 5, but nothing was paid and nothing came back'],
  ],
  [
    'a draft paid',
    payoutProblems({ batch_id: '1', account_id: '2', state: 'draft', amount: 5n, paid: 5n, back: null }),
    ['is draft for 5, but 5 was paid and nothing came back'],
  ],
  [
    'returned without money',
    payoutProblems({ batch_id: '1', account_id: '2', state: 'returned', amount: 5n, paid: 5n, back: null }),
    ['is returned for 5, but 5 was paid and nothing came back'],
  ],
  [
    'failed before it went',
    payoutProblems({ batch_id: '1', account_id: '2', state: 'failed', amount: 5n, paid: null, back: 5n }),
    [],
  ],
  [
    'drafts over what was asked',
    draftProblems({ account_id: '2', currency: 'USD', drafted: 6n, paying: 5n }),
    ['drafts promise 6, but 5 were asked for'],
  ],
  [
    'a lease not counted',
    takenProblems({ campaign_id: '1', account_id: '2', lane: 1, day: '2026-01-01', leases: 3, taken: 2, daily_cap: 5 }),
    ['3 leases, but 2 counted as taken'],
  ],
  [
    'over the cap',
    takenProblems({ campaign_id: '1', account_id: '2', lane: 1, day: '2026-01-01', leases: 3, taken: 6, daily_cap: 5 }),
    ['6 taken, over the daily cap of 5'],
  ],
  [
    'a place too many',
    coverProblems({ campaign_id: '1', lane: 1, target_id: '2', cover: 2, least: 1, most: 1 }),
    ['covers 2, but 1 are done or held'],
  ],
  [
    'a place lost',
    coverProblems({ campaign_id: '1', lane: 1, target_id: '2', cover: 0, least: 1, most: 2 }),
    ['covers 0, but 1 to 2 are done or held'],
  ],
  [
    'an item done and answered',
    redundancyItemProblems({
      campaign_id: '1',
      item_id: '2',
      state: 'done',
      has_answer: true,
      decided: 3,
      undecided: 0,
    }),
    [],
  ],
  [
    'an item done, an answer waiting',
    redundancyItemProblems({
      campaign_id: '1',
      item_id: '2',
      state: 'done',
      has_answer: true,
      decided: 3,
      undecided: 1,
    }),
    ['is done, but 1 of its answers were passed over'],
  ],
])('%s', (_, problems, expected) => {
  expect((problems as { message: string }[]).map((p) => p.message)).toEqual(expected)
})

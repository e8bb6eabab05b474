import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SETTINGS } from '../../../test/campaign.ts'
import { factorPpm } from '../../engine/reviewer-score.ts'
import { bonusFor, nextFactor } from './pay-rules.ts'
import { contributorLines, reviewerLines } from '../rewards/rules.ts'
import { decideSubmission } from '../review/rules.ts'
import type { CampaignState, Settings } from './contract.ts'
import {
  answersLeave,
  expectedBy,
  hourly,
  itemsToCover,
  itemsToOpen,
  judgingOf,
  missingIn,
  needsApproval,
  openedAs,
  reasonToClose,
  refuseOpen,
  settingsProblems,
  worstCase,
  worstOf,
  type Mode,
  type OpenFacts,
} from './rules.ts'

const price = fc.record({
  contribute_minor: fc.bigInt({ min: 0n, max: 10_000n }).map(String),
  review_minor: fc.bigInt({ min: 0n, max: 500n }).map(String),
  bonus_bps: fc.integer({ min: 0, max: 10_000 }),
})
const settings: fc.Arbitrary<Settings> = fc
  .record({
    prices: fc
      .uniqueArray(fc.constantFrom('POINT', 'USD', 'EUR'), { minLength: 1, maxLength: 3 })
      .chain((cs) => fc.tuple(...cs.map((currency) => price.map((p) => ({ currency, ...p }))))),
    min: fc.integer({ min: 1, max: 5 }),
    more: fc.integer({ min: 0, max: 6 }),
    answers: fc.integer({ min: 1, max: 9 }),
    attempts_per_item: fc.integer({ min: 1, max: 5 }),
    base_bps: fc.option(fc.integer({ min: 0, max: 2_500 }), { nil: undefined }),
    held_bps: fc.option(fc.integer({ min: 1, max: 6_000 }), { nil: undefined }),
    novelty_bps: fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: undefined }),
    scarcity_bps: fc.option(fc.integer({ min: 10_000, max: 40_000 }), { nil: undefined }),
  })
  .map(({ prices, min, more, answers, attempts_per_item, base_bps, held_bps, novelty_bps, scarcity_bps }) => ({
    ...SETTINGS,
    ...(base_bps !== undefined && {
      reviewer_pay: { kind: 'audited' as const, base_bps, window_days: 7, audit_bps: 800 },
    }),
    ...(held_bps !== undefined && { hold: { share_bps: held_bps, days: 7 } }),
    ...(novelty_bps !== undefined && { novelty: { most_bps: novelty_bps } }),
    ...(scarcity_bps !== undefined && { scarcity: { most_bps: scarcity_bps } }),
    prices,
    reviews: { min, max: min + more },
    redundancy: { min: 1, max: answers },
    attempts_per_item,
  }))

const coverage = (chance: () => number) => Math.round(chance() * 1_000_000)
/** Accepted work at whatever the price has moved to, with or without the bonus, and however new. */
const contribution = (v: Settings, chance: () => number) => {
  const most = v.scarcity?.most_bps
  const factor = most ? nextFactor(4_000_000 * chance(), { demand: 9, accepted: 3 }, most) : 1_000_000
  return contributorLines(v, chance() < 0.9, coverage(chance), factor)
}
/** What a window pays for so many reviews, by any score there is. */
const bonuses = (v: Settings, reviews: number, chance: () => number) =>
  v.prices.map((p) => ({
    currency: p.currency,
    amount_minor: v.reviewer_pay
      ? bonusFor(BigInt(p.review_minor), v.reviewer_pay.base_bps, reviews, factorPpm(coverage(chance) * 2, 675_000))
      : 0n,
  }))

/** Plays one item to its end with chance for every vote, appeal, revision and bonus; says what was paid. */
function play(mode: Mode, versions: readonly Settings[], chance: () => number, spent: Map<string, bigint>): void {
  const pay = (lines: readonly { currency: string; amount_minor: bigint }[]) =>
    lines.forEach((l) => spent.set(l.currency, (spent.get(l.currency) ?? 0n) + l.amount_minor))
  const some = () => versions[Math.floor(chance() * versions.length)]!
  if (mode === 'redundancy') {
    const answers = Math.max(...versions.map((v) => v.redundancy.max))
    for (let n = 0; n < answers; n++) if (chance() < 0.9) pay(contribution(some(), chance))
    return
  }
  const allowed = Math.max(...versions.map((v) => v.attempts_per_item))
  for (let attempt = 0; attempt < allowed; attempt++) {
    const v = some()
    // A first round, and after a rejection perhaps an appeal to fresh reviewers.
    for (let round = 0; round < 2; round++) {
      const votes: { person: string; votes: { q: { approve: boolean } }; reliability: 'peer' }[] = []
      for (;;) {
        const outcome = decideSubmission([{ key: 'q', required: true, widget: 'choice' }], votes, v.reviews)
        if (outcome.decision === 'need' && outcome.pool === 'fresh') {
          for (let i = 0; i < outcome.n; i++)
            votes.push({ person: 'p', votes: { q: { approve: chance() < 0.5 } }, reliability: 'peer' })
          continue
        }
        // An expert settles what max peers leave open, and is not paid from the campaign.
        for (const _ of votes) pay(reviewerLines(v))
        pay(bonuses(v, votes.length, chance))
        if (outcome.decision === 'decided' ? outcome.accepted : chance() < 0.5) return pay(contribution(v, chance))
        break
      }
      if (chance() < 0.2) break
    }
  }
}

describe('the worst case', () => {
  test('no sequence of decisions spends more than the reserve, in one version or in several', () => {
    fc.assert(
      fc.property(
        fc.array(settings, { minLength: 1, maxLength: 3 }),
        fc.constantFrom<Mode>('review', 'redundancy'),
        fc.integer({ min: 1, max: 6 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (versions, mode, quota, stream) => {
          const numbers = stream[Symbol.iterator]()
          const spent = new Map<string, bigint>()
          for (let item = 0; item < quota; item++) play(mode, versions, () => numbers.next().value as number, spent)
          const reserve = new Map(worstOf(versions, mode, quota).map((m) => [m.currency, m.amount_minor]))
          for (const [currency, amount] of spent)
            expect(amount <= (reserve.get(currency) ?? 0n), `${amount} ${currency} of ${reserve.get(currency)}`).toBe(
              true,
            )
        },
      ),
      { numRuns: 500 },
    )
  })

  test('and it is no larger than it must be: the worst sequence spends all of it', () => {
    const one = { ...SETTINGS, attempts_per_item: 2, reviews: { min: 3, max: 5 } }
    // Two attempts, each with five reviews, appealed, five more; the last upheld, with the bonus.
    expect(worstCase(one, 'review', 10)).toEqual([{ currency: 'POINT', amount_minor: 10n * (21n + 2n * 10n * 5n) }])
    expect(worstCase({ ...one, redundancy: { min: 3, max: 7 } }, 'redundancy', 10)).toEqual([
      { currency: 'POINT', amount_minor: 10n * 7n * 21n },
    ])
  })

  test('20 + 5 % is 21, and a cut fraction is not reserved', () => {
    const at = (contribute_minor: string, bonus_bps: number) =>
      worstCase(
        { ...SETTINGS, prices: [{ currency: 'POINT', contribute_minor, review_minor: '0', bonus_bps }] },
        'review',
        1,
      )[0]!.amount_minor
    expect(at('20', 500)).toBe(21n)
    expect(at('19', 500)).toBe(19n)
  })

  test("one version's price meets another's number of reviews", () => {
    const a = {
      ...SETTINGS,
      attempts_per_item: 1,
      reviews: { min: 1, max: 1 },
      prices: [{ currency: 'POINT', contribute_minor: '100', review_minor: '1', bonus_bps: 0 }],
    }
    const b = {
      ...SETTINGS,
      attempts_per_item: 3,
      reviews: { min: 1, max: 5 },
      prices: [{ currency: 'POINT', contribute_minor: '1', review_minor: '10', bonus_bps: 0 }],
    }
    expect(worstOf([a, b], 'review', 1)).toEqual([{ currency: 'POINT', amount_minor: 100n + 3n * 2n * 5n * 10n }])
  })

  test('the first currency that falls short is named with what is missing', () => {
    const needed = [
      { currency: 'POINT', amount_minor: 10n },
      { currency: 'USD', amount_minor: 7n },
    ]
    expect(
      missingIn(
        needed,
        new Map([
          ['POINT', 10n],
          ['USD', 5n],
        ]),
      ),
    ).toEqual({ currency: 'USD', amount_minor: 2n })
    expect(
      missingIn(
        needed,
        new Map([
          ['POINT', 10n],
          ['USD', 8n],
        ]),
      ),
    ).toBeUndefined()
  })
})

test('opening: the first thing missing is named', () => {
  const ready: OpenFacts = {
    status: 'draft',
    season_over: false,
    deadline_passed: false,
    open_collection: false,
    items: 10,
    items_needed: 10,
    field_missing: false,
    exam: { draw: 3, bank: 8 },
    missing: undefined,
  }
  const broken: [Partial<OpenFacts>, string][] = [
    [{ missing: { currency: 'POINT', amount_minor: 1n } }, 'budget_too_small'],
    [{ exam: { draw: 3, bank: 2 } }, 'exam_too_small'],
    [{ field_missing: true }, 'item_field_missing'],
    [{ items: 9 }, 'too_few_items'],
    [{ deadline_passed: true }, 'deadline_passed'],
    [{ season_over: true }, 'season_over'],
    [{ status: 'open' }, 'not_openable'],
  ]
  expect(refuseOpen(ready)).toBeUndefined()
  expect(refuseOpen({ ...ready, open_collection: true, items: 0 })).toBeUndefined()
  expect(refuseOpen({ ...ready, exam: undefined })).toBeUndefined()
  let facts = ready
  for (const [wrong, code] of broken) {
    facts = { ...facts, ...wrong }
    expect(refuseOpen(facts)).toBe(code)
  }
})

test('who waits for the operator', () => {
  const f = {
    restricted: false,
    version_approved: false,
    ever_approved: false,
    first_campaign: true,
    requester_is_operator: false,
  }
  expect(needsApproval(f)).toBe(true)
  expect(needsApproval({ ...f, first_campaign: false })).toBe(false)
  expect(needsApproval({ ...f, ever_approved: true })).toBe(false)
  expect(needsApproval({ ...f, requester_is_operator: true })).toBe(false)
  // Adversarial work waits with every version, whoever asks.
  const adversarial = {
    ...f,
    restricted: true,
    first_campaign: false,
    requester_is_operator: true,
    ever_approved: true,
  }
  expect(needsApproval(adversarial)).toBe(true)
  expect(needsApproval({ ...adversarial, version_approved: true })).toBe(false)
})

test('a pilot comes first, once', () => {
  const c = { status: 'draft' as CampaignState, paused_from: null, pilot_size: 5, opened: false }
  expect(openedAs(c)).toBe('pilot')
  expect(openedAs({ ...c, pilot_size: 0 })).toBe('open')
  expect(openedAs({ ...c, opened: true })).toBe('open')
  expect(openedAs({ ...c, opened: true, paused_from: 'pilot' })).toBe('pilot')
})

test('a pilot opens and covers its own items only, the rest come with the opening', () => {
  const c = { status: 'pilot' as CampaignState, paused_from: null, quota: 100, pilot_size: 10, opened_items: 4 }
  expect(itemsToOpen(c)).toBe(6)
  expect(itemsToOpen({ ...c, status: 'open' })).toBe(96)
  expect(itemsToOpen({ ...c, status: 'paused' })).toBe(0)
  expect(itemsToOpen({ ...c, status: 'open', opened_items: 101 })).toBe(0)
  expect(itemsToCover(c)).toBe(10)
  expect(itemsToCover({ ...c, status: 'paused', paused_from: 'pilot' })).toBe(10)
  expect(itemsToCover({ ...c, status: 'open' })).toBe(100)
  expect(itemsToCover({ ...c, status: 'draft' })).toBe(100)
})

test('when a campaign ends by itself', () => {
  const now = new Date('2026-02-01T00:00:00Z')
  const later = new Date('2026-03-01T00:00:00Z')
  const f = {
    now,
    deadline: later,
    season_ends_at: later,
    status: 'open' as CampaignState,
    quota: 10,
    opened_items: 10,
    has_open_items: true,
  }
  expect(reasonToClose(f)).toBeUndefined()
  expect(reasonToClose({ ...f, has_open_items: false })).toBe('quota_reached')
  expect(reasonToClose({ ...f, has_open_items: false, opened_items: 9 })).toBeUndefined()
  expect(
    reasonToClose({ ...f, has_open_items: false, status: 'pilot' }),
    'a finished pilot waits for its requester',
  ).toBeUndefined()
  expect(reasonToClose({ ...f, deadline: now })).toBe('deadline')
  expect(reasonToClose({ ...f, deadline: null, season_ends_at: now })).toBe('season_over')
  expect(reasonToClose({ ...f, status: 'paused', deadline: now })).toBe('deadline')
  for (const status of ['draft', 'awaiting_approval', 'closing', 'closed', 'cancelled'] as const)
    expect(reasonToClose({ ...f, status, deadline: now })).toBeUndefined()
})

test('settings that contradict each other are named by field', () => {
  const known = new Set(['POINT'])
  const problems = (more: Partial<Settings>, mode: Mode = 'review') =>
    settingsProblems({ ...SETTINGS, ...more }, mode, known).map((p) => `${p.field} ${p.code}`)
  const priced = (more: Partial<Settings['prices'][number]>) => ({
    prices: [{ ...SETTINGS.prices[0]!, bonus_bps: 0, ...more }],
  })
  expect(problems({ ...priced({}) })).toEqual([])
  expect(problems(priced({ currency: 'DOGE' }))).toEqual(['/settings/prices/0/currency currency_unknown'])
  expect(problems({ prices: [priced({}).prices[0]!, priced({}).prices[0]!] })).toEqual([
    '/settings/prices/1/currency named_twice',
  ])
  expect(problems(priced({ contribute_minor: '-1' }))).toEqual(['/settings/prices/0/contribute_minor negative'])
  expect(problems(priced({ review_minor: '9'.repeat(31) }))).toEqual(['/settings/prices/0/review_minor too_large'])
  expect(problems(priced({ bonus_bps: 1 }))).toEqual(['/settings/bonus_benchmark required'])
  expect(problems({ ...priced({}), reviews: { min: 3, max: 2 } })).toEqual(['/settings/reviews/max bad_range'])
  expect(problems({ ...priced({}), redundancy: { min: 3, max: 2 } })).toEqual(['/settings/redundancy/max bad_range'])
  expect(problems({ ...priced({}), min_seconds_contribute: 600, batch_size: 5, lease_seconds: 1800 })).toEqual([
    '/settings/lease_seconds too_short',
  ])
  expect(
    problems({ ...priced({}), min_seconds_review: 600, batch_size: 5, lease_seconds: 1800 }, 'redundancy'),
  ).toEqual([])
  expect(problems({ ...priced({}), caps: { ...SETTINGS.caps, review_total: 5, review_daily: 6 } })).toEqual([
    '/settings/caps/review_daily bad_range',
  ])
})

test('hourly pay comes from measured work, else from the least time, else is not said', () => {
  const at = (min_seconds_contribute: number, measured: number | null) =>
    hourly({ ...SETTINGS, min_seconds_contribute }, measured)
  expect(at(60, null)).toEqual({
    basis: 'minimum_time',
    seconds: 60,
    amounts: [{ currency: 'POINT', amount_minor: 1200n }],
  })
  expect(at(60, 120)).toMatchObject({ basis: 'measured', amounts: [{ amount_minor: 600n }] })
  expect(at(0, null)).toBeNull()
})

test('the rest is expected at the pace of the last day, or of the time since opening', () => {
  const now = new Date('2026-02-01T00:00:00Z')
  expect(
    expectedBy(now, { quota: 100, accepted: 50, accepted_last_day: 25, since_opening_ms: 10 * 86_400_000 }),
  ).toEqual(new Date('2026-02-03T00:00:00Z'))
  expect(expectedBy(now, { quota: 100, accepted: 50, accepted_last_day: 50, since_opening_ms: 3_600_000 })).toEqual(
    new Date('2026-02-01T01:00:00Z'),
  )
  expect(expectedBy(now, { quota: 100, accepted: 50, accepted_last_day: 0, since_opening_ms: 1 })).toBeNull()
  expect(expectedBy(now, { quota: 100, accepted: 100, accepted_last_day: 5, since_opening_ms: 1 })).toBeNull()
})

test('answers leave only where an endpoint is asked', () => {
  expect(answersLeave(SETTINGS)).toBe(false)
  expect(answersLeave({ ...SETTINGS, model_votes: { builtin: true } })).toBe(false)
  expect(answersLeave({ ...SETTINGS, model_votes: { endpoint: true } })).toBe(true)
  expect(answersLeave({ ...SETTINGS, checks: [{ kind: 'length', on_fail: 'reject' }] })).toBe(false)
  expect(answersLeave({ ...SETTINGS, checks: [{ kind: 'model_judge', on_fail: 'flag' }] })).toBe(true)
})

test('people who work read by how many and by which rule, not what an answer is worth to whom', () => {
  const policy = { kind: 'adaptive' as const, good_value_minor: '40', bad_cost_minor: '80' }
  expect(judgingOf('review', SETTINGS)).toEqual({ by: 'majority', least: 3, most: 5 })
  expect(judgingOf('review', { ...SETTINGS, reviews: { min: 1, max: 7 }, policy })).toEqual({
    by: 'adaptive',
    least: 1,
    most: 7,
  })
  expect(judgingOf('redundancy', { ...SETTINGS, redundancy: { min: 2, max: 4 }, policy })).toEqual({
    by: 'agreement',
    least: 2,
    most: 4,
  })
})

describe('a price that follows scarcity', () => {
  test('rises while pieces are missing, falls while too many come, and stays within its bounds', () => {
    expect(nextFactor(1_000_000, { demand: 10, accepted: 10 }, 40_000)).toBe(1_000_000)
    expect(nextFactor(1_000_000, { demand: 10, accepted: 0 }, 40_000)).toBe(1_105_171)
    expect(nextFactor(1_000_000, { demand: 10, accepted: 20 }, 40_000)).toBe(904_837)
    expect(nextFactor(1_000_000, { demand: 0, accepted: 20 }, 40_000), 'nothing is wanted').toBe(1_000_000)
    expect(nextFactor(3_900_000, { demand: 10, accepted: 0 }, 40_000)).toBe(4_000_000)
    expect(nextFactor(1_100_000, { demand: 10, accepted: 0 }, 12_000)).toBe(1_200_000)
    expect(nextFactor(600_000, { demand: 1, accepted: 900 }, 12_000)).toBe(500_000)
  })
})

import type { Draft, Settings } from '../domains/campaigns/contract.ts'
import type { Population, SimClass } from './crowd.ts'

/** `original`: majority of three, pay for each acceptance, flat pay for each review. `ours`: what Assay offers. */
export const RULE_SETS = ['original', 'ours'] as const
export type RuleSet = (typeof RULE_SETS)[number]

const DAY_SECONDS = 86_400
export const CURRENCY = 'POINT'

/** Prices are the same under both rule sets, so that what is spent can be compared. */
export const PRICES: Record<SimClass, { contribute: number; review: number }> = {
  simple_research: { contribute: 20, review: 4 },
  in_depth_research: { contribute: 60, review: 10 },
  adversarial: { contribute: 160, review: 4 },
}
/** What an expert's grade costs, in reviews: what the planner of reviews reckons with, too. */
export const EXPERT_REVIEWS = 3

/** Of what is handed in on a day, so much goes to QA under our rules; a majority needs none to decide. */
export const AUDITED = 0.1

/** How reviewers are paid under our rules: most of it by what they saw. A base in whole points: 1 of 4, 2 of 10. */
export const AUDITED_PAY = { kind: 'audited', base_bps: 2500, window_days: 10, audit_bps: 1000 } as const
/** Of accepted work's pay so much waits so long for its audits. */
export const HOLD = { share_bps: 3000, days: 7 } as const
/** Under our rules a rejection can be appealed so long: longer than between two visits of a person. */
export const APPEAL_DAYS = 8

/**
 * What honest work takes, in minutes: at these an honest person earns about 200 an hour with any of it under the original
 * rules, rejected work counted in.
 */
export const MINUTES: Record<SimClass, { contribute: number; review: number }> = {
  simple_research: { contribute: 5.5, review: 1.2 },
  in_depth_research: { contribute: 13.5, review: 3 },
  adversarial: { contribute: 5, review: 1.2 },
}
/** What an hour of honest work is worth; effort (`EFFORT`) is counted in shares of it. */
export const HOUR_WORTH = 200

/** What a right answer is worth to the requester and what a wrong one costs, in reviews; they set when doubt is over. */
export const STAKES: Record<SimClass, { good: number; bad: number }> = {
  simple_research: { good: 60, bad: 200 },
  in_depth_research: { good: 60, bad: 200 },
  adversarial: { good: 150, bad: 500 },
}

const BASE: Omit<Settings, 'prices' | 'reviews' | 'policy'> = {
  bonus_benchmark: null,
  redundancy: { min: 1, max: 1 },
  attempts_per_item: 1,
  lease_seconds: DAY_SECONDS / 2,
  // Whoever wants to may appeal; what nobody does ends after the season.
  revision_seconds: 30 * DAY_SECONDS,
  decision_deadline_seconds: 90 * DAY_SECONDS,
  min_seconds_contribute: 60,
  min_seconds_review: 20,
  batch_size: 50,
  caps: { contribute_total: null, contribute_daily: null, review_total: null, review_daily: null },
  may_do_both: true,
}

function settingsFor(rules: RuleSet, of: SimClass): Settings {
  const { contribute, review } = PRICES[of]
  const prices = [
    { currency: CURRENCY, contribute_minor: String(contribute), review_minor: String(review), bonus_bps: 0 },
  ]
  if (rules === 'original') return { ...BASE, prices, reviews: { min: 3, max: 3 }, policy: { kind: 'majority' } }
  const stakes = STAKES[of]
  return {
    ...BASE,
    prices,
    reviewer_pay: AUDITED_PAY,
    hold: HOLD,
    revision_seconds: APPEAL_DAYS * DAY_SECONDS,
    // What reviewers leave lying goes to an expert.
    decision_deadline_seconds: 3 * DAY_SECONDS,
    reviews: { min: 1, max: 12 },
    checks: [
      { kind: 'exact_duplicate', on_fail: 'reject', questions: [QUESTION] },
      { kind: 'near_duplicate', on_fail: 'reject', questions: [QUESTION] },
    ],
    policy: {
      kind: 'adaptive',
      good_value_minor: String(stakes.good * review),
      bad_cost_minor: String(stakes.bad * review),
      ask_expert: false,
    },
  }
}

const TITLES: Record<SimClass, string> = {
  simple_research: 'One public fact and where it stands',
  in_depth_research: 'A question that takes an hour to answer',
  adversarial: 'A prompt that the target must not follow',
}

/** The question that is judged, and the one that tells the simulator's judges which work they look at. */
export const QUESTION = 'work'
export const SOURCE = 'source'

/** One campaign of the season, as its requester would write it. */
export function draftOf(p: Population, rules: RuleSet, of: SimClass, topic: number, quota: number): Draft {
  return {
    title: `${TITLES[of]} (${topic + 1})`,
    task_class: of,
    mode: 'review',
    difficulty: of === 'simple_research' ? 'beginner' : of === 'in_depth_research' ? 'advanced' : 'expert',
    knowledge_area: 'simulated',
    language: 'en',
    open_collection: true,
    quota,
    pilot_size: 0,
    deadline: null,
    instructions: {
      body: `Part of a simulated season of ${p.people} people.`,
      good_examples: [],
      bad_examples: [],
    },
    form: {
      schema: {
        type: 'object',
        additionalProperties: false,
        required: [QUESTION],
        properties: {
          [QUESTION]: { type: 'string', minLength: 1, maxLength: 1000 },
          [SOURCE]: { type: 'string', maxLength: 40 },
        },
      },
      ui: {
        order: [QUESTION, SOURCE],
        questions: {
          [QUESTION]: { widget: 'long_text', title: 'Your work' },
          [SOURCE]: { widget: 'short_text', title: 'Where it comes from' },
        },
      },
    },
    settings: settingsFor(rules, of),
    consent: {
      terms: 'A simulation; nobody is asked for anything.',
      licence: 'CC0-1.0',
      adults_only: of === 'adversarial',
      countries: null,
      personal_data: null,
    },
  }
}

import type { Draft } from '../../domains/campaigns/contract.ts'
import { SCOPES } from '../../platform/http/endpoint.ts'
import { createRng } from '../../platform/rng.ts'
import type { Lane } from '../../sim/platform.ts'
import { makeOperatorKey } from '../local-key.ts'

export const START = new Date('2026-01-05T08:00:00Z')
const DAY_MS = 86_400_000
const PIECES_EACH = 6
/** Prices in two currencies: each is paid in full, and leaves through a token of its own. */
export const PRICES = [
  { currency: 'USD', contribute_minor: '250', review_minor: '60', bonus_bps: 0 },
  { currency: 'POINT', contribute_minor: '20', review_minor: '5', bonus_bps: 0 },
]

const draftOf = (quota: number): Draft => ({
  title: 'One public fact and where it stands',
  task_class: 'simple_research',
  mode: 'review',
  difficulty: 'beginner',
  knowledge_area: 'trial',
  language: 'en',
  open_collection: true,
  quota,
  pilot_size: 0,
  deadline: null,
  instructions: { body: 'A trial of this installation with made-up people.', good_examples: [], bad_examples: [] },
  form: {
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['fact'],
      properties: { fact: { type: 'string', minLength: 1, maxLength: 500 } },
    },
    ui: { order: ['fact'], questions: { fact: { widget: 'long_text', title: 'One fact' } } },
  },
  settings: {
    prices: PRICES,
    bonus_benchmark: null,
    reviews: { min: 3, max: 5 },
    redundancy: { min: 1, max: 1 },
    attempts_per_item: 3,
    lease_seconds: 7200,
    revision_seconds: 86_400,
    decision_deadline_seconds: 86_400,
    min_seconds_contribute: 0,
    min_seconds_review: 0,
    batch_size: 5,
    caps: { contribute_total: null, contribute_daily: null, review_total: null, review_daily: null },
    policy: { kind: 'majority' },
    may_do_both: true,
  },
  consent: {
    terms: 'A trial; nobody is asked for anything.',
    licence: 'CC0-1.0',
    adults_only: false,
    countries: null,
    personal_data: null,
  },
})

export type PlayedTrial = {
  season_id: string
  campaign_id: string
  accounts: string[]
  submissions: number
  reviews: number
}

/** Pays a campaign's budget before it opens. */
export type Fund = (by: { operator: Client; account_id: string; campaign_id: string }) => Promise<void>

/** A small season through the contract alone: paid for, worked on, reviewed blind, decided, paid, thawed. */
export async function playTrial(lane: Lane, o: { people: number; seed: number; fund: Fund }): Promise<PlayedTrial> {
  const rng = createRng(o.seed)
  lane.startDay(0, START)
  const key = await makeOperatorKey(lane.parts, { name: 'trial', scopes: SCOPES, hours: undefined })
  const operator = lane.client(key.key)
  const { season_id } = await operator.seasons.create({
    body: {
      name: 'Trial season',
      starts_at: new Date(START.getTime() + 1000).toISOString(),
      ends_at: new Date(START.getTime() + 20 * DAY_MS).toISOString(),
    },
  })
  lane.wait(2000)
  const made = await operator.people.create({
    body: {
      people: Array.from({ length: o.people }, (_, i) => ({
        handle: `trial-${o.seed}-${i}`,
        scopes: ['read', 'contribute', 'review', 'account'] as ('read' | 'contribute' | 'review' | 'account')[],
      })),
    },
  })
  const { campaign_id } = await operator.campaigns.create({ body: draftOf(o.people * PIECES_EACH) })
  const params = { campaign_id }
  await o.fund({ operator, account_id: key.account_id, campaign_id })
  const opened = await operator.campaigns.open({ params, body: {} })
  if (opened.status === 'awaiting_approval')
    await operator.campaigns.decide({ params, body: { approved: true, reason: 'A trial.', version: opened.version } })
  await lane.jobs()
  const { consent_version } = await operator.campaigns.page({ params })
  const people = made.items.map((p) => lane.client(p.api_key))
  for (const person of people) await person.exams.join({ params, body: { consent_version } })
  await lane.jobs()

  const submissions = await contribute(lane, campaign_id, people, rng)
  await lane.jobs()
  const reviews = await review(lane, campaign_id, people, rng)
  // Rejections become final after a day, and what was frozen thaws after a week.
  for (let day = 0; day < 10; day++) {
    lane.wait(DAY_MS)
    await lane.jobs()
  }
  return { season_id, campaign_id, accounts: made.items.map((p) => p.account_id), submissions, reviews }
}

type Client = ReturnType<Lane['client']>
type People = Client[]
type Chance = ReturnType<typeof createRng>

/** Everybody hands in what they like to do, some of it wrong. */
async function contribute(lane: Lane, campaign_id: string, people: People, rng: Chance): Promise<number> {
  const params = { campaign_id }
  let handed = 0
  for (const [n, person] of people.entries()) {
    for (let left = 1 + rng.below(PIECES_EACH); left > 0;) {
      const { items } = await person.assignments.claim_items({ params, body: { count: Math.min(5, left) } })
      if (items.length === 0) break
      lane.wait(60_000)
      await person.submissions.submit({
        params,
        body: {
          submissions: items.map(({ item_id }) => ({
            item_id,
            answer: { fact: `${rng.fraction() < 0.8 ? 'right' : 'wrong'}: person ${n}, piece ${handed++}` },
          })),
        },
      })
      left -= items.length
    }
  }
  return handed
}

/** Everybody reviews what others did, right nine times in ten, until nothing is left to review. */
async function review(lane: Lane, campaign_id: string, people: People, rng: Chance): Promise<number> {
  const params = { campaign_id }
  let recorded = 0
  for (let idle = 0, turn = 0; idle < people.length; turn++) {
    const person = people[turn % people.length]!
    const { items } = await person.assignments.claim_reviews({ params, body: { count: 5 } })
    idle = items.length === 0 ? idle + 1 : 0
    if (items.length === 0) continue
    lane.wait(60_000)
    await person.reviews.record({
      params,
      body: {
        reviews: items.map(({ submission_id, answer }) => {
          const approve = String(answer.fact).startsWith('right') === rng.fraction() < 0.9
          return {
            submission_id,
            votes: { fact: approve ? { approve } : { approve, reason: 'wrong' as const } },
          }
        }),
      },
    })
    recorded += items.length
  }
  return recorded
}

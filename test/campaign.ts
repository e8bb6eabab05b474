import type { Settings } from '../src/domains/campaigns/contract.ts'
import { defaultRules } from '../src/domains/seasons/rules.ts'
import type { Form } from '../src/domains/templates/contract.ts'
import type { Person, World } from './world.ts'

export const FACT_FORM: Form = {
  schema: {
    type: 'object',
    properties: { fact: { type: 'string', minLength: 1, maxLength: 500 }, note: { type: 'string', maxLength: 500 } },
    required: ['fact'],
  },
  ui: {
    order: ['fact', 'note'],
    questions: { fact: { widget: 'short_text', title: 'One fact' }, note: { widget: 'long_text', title: 'A note' } },
  },
}
export const SETTINGS: Settings = {
  prices: [{ currency: 'POINT', contribute_minor: '20', review_minor: '5', bonus_bps: 500 }],
  bonus_benchmark: null,
  reviews: { min: 3, max: 5 },
  redundancy: { min: 1, max: 1 },
  attempts_per_item: 3,
  lease_seconds: 1800,
  revision_seconds: 86_400,
  decision_deadline_seconds: 86_400,
  min_seconds_contribute: 0,
  min_seconds_review: 0,
  batch_size: 5,
  caps: { contribute_total: null, contribute_daily: null, review_total: null, review_daily: null },
}

export type Made = { id: string; join(p: Person, role: 'contributor' | 'reviewer' | 'requester'): Promise<void> }

/** An open, funded campaign written straight into the tables, for tests of what comes after its opening. */
export async function makeCampaign(
  w: World,
  options: {
    contributors?: Person[]
    reviewers?: Person[]
    items: (Record<string, unknown> | null)[]
    settings?: Partial<Settings>
    form?: Form
    mode?: 'review' | 'redundancy'
    status?: string
    task_class?: string
  },
): Promise<Made> {
  const now = w.clock.now()
  const id = w.parts.newId()
  const season = await w.db.selectFrom('season').select('id').limit(1).executeTakeFirst()
  const season_id = season?.id ?? w.parts.newId()
  if (!season)
    await w.db
      .insertInto('season')
      .values({
        id: season_id,
        name: 'Season 1',
        starts_at: new Date(now.getTime() - 86_400_000),
        ends_at: new Date(now.getTime() + 90 * 86_400_000),
        rules: JSON.stringify(defaultRules(7)),
      })
      .execute()
  const requester = await w.person(`requester${id}`)
  await w.db
    .insertInto('campaign')
    .values({
      id,
      season_id,
      requester_id: requester.account_id,
      title: `Campaign ${id}`,
      task_class: options.task_class ?? 'simple_research',
      mode: options.mode ?? 'review',
      difficulty: 'beginner',
      knowledge_area: 'general',
      language: 'en',
      restricted: options.task_class === 'adversarial',
      open_collection: false,
      quota: options.items.length || 1,
      status: options.status ?? 'open',
      version: 1,
      created_at: now,
      opened_at: now,
    })
    .execute()
  await w.db
    .insertInto('campaign_version')
    .values({
      campaign_id: id,
      version: 1,
      instructions: JSON.stringify({ body: 'State one fact.', good_examples: [], bad_examples: [] }),
      form: JSON.stringify(options.form ?? FACT_FORM),
      settings: JSON.stringify({ ...SETTINGS, ...options.settings }),
      consent: JSON.stringify({
        terms: 'Be kind.',
        licence: 'CC-BY-4.0',
        adults_only: false,
        countries: null,
        personal_data: null,
      }),
      created_by: requester.account_id,
      created_at: now,
    })
    .execute()
  await w.db
    .insertInto('transfer')
    .values([
      {
        campaign_id: id,
        id: `test_funds:${id}`,
        kind: 'fund',
        subject_id: id,
        debit: 'outside',
        credit: `campaign:${id}`,
        currency: 'POINT',
        amount_minor: '1000000',
        at: now,
      },
    ])
    .execute()
  if (options.items.length > 0)
    await w.db
      .insertInto('item')
      .values(
        options.items.map((data) => ({
          campaign_id: id,
          id: w.parts.newId(),
          data: data && JSON.stringify(data),
          state: 'open',
          created_at: now,
        })),
      )
      .execute()
  const join: Made['join'] = async (p, role) =>
    void (await w.db
      .insertInto('member')
      .values({ campaign_id: id, account_id: p.account_id, role, why: 'test', joined_at: now })
      .execute())
  await join(requester, 'requester')
  for (const p of options.contributors ?? []) await join(p, 'contributor')
  for (const p of options.reviewers ?? []) await join(p, 'reviewer')
  await w.jobs(['queue_items'])
  return { id, join }
}

import type { Draft, Settings } from '../src/domains/campaigns/contract.ts'
import { FACT_FORM, SETTINGS } from './campaign.ts'
import type { Person, World } from './world.ts'

/** A campaign as a requester would write it: small, cheap, complete. */
export function draft(more: Partial<Omit<Draft, 'settings'>> & { settings?: Partial<Settings> } = {}): Draft {
  return {
    title: 'Facts about rivers',
    task_class: 'simple_research',
    mode: 'review',
    difficulty: 'beginner',
    knowledge_area: 'geography',
    language: 'en',
    open_collection: true,
    quota: 10,
    pilot_size: 0,
    deadline: null,
    instructions: {
      body: 'State one fact about a river.',
      good_examples: [{ text: 'The Nile flows north.', why: 'It can be checked.' }],
      bad_examples: [],
    },
    form: FACT_FORM,
    consent: { terms: 'Be kind.', licence: 'CC-BY-4.0', adults_only: false, countries: null, personal_data: null },
    ...more,
    settings: { ...SETTINGS, bonus_benchmark: { min_decided: 3, accepted_bps: 8000 }, ...more.settings },
  }
}

/** Gives a requester money that no campaign holds. */
export async function topUp(w: World, p: Person, amount: number, currency = 'POINT'): Promise<void> {
  await w.db
    .insertInto('transfer')
    .values({
      campaign_id: '0',
      id: `test_top_up:${w.parts.newId()}`,
      kind: 'top_up',
      subject_id: p.account_id,
      debit: 'outside',
      credit: `requester:${p.account_id}`,
      currency,
      amount_minor: String(amount),
      at: w.clock.now(),
    })
    .execute()
}

/** Creates, funds with its worst case and opens a campaign through the API; the operator approves when asked. */
export async function openCampaign(
  w: World,
  requester: Person,
  operator: Person,
  more: Parameters<typeof draft>[0] & { csv?: string } = {},
): Promise<string> {
  const { csv, ...rest } = more
  const { campaign_id } = await requester.client.campaigns.create({
    body: draft({ open_collection: csv === undefined, ...rest }),
  })
  const params = { campaign_id }
  if (csv !== undefined)
    await requester.client.campaigns.import_items({
      params,
      body: { import_id: 'items', part: 1, last: true, format: 'csv', text: csv },
    })
  for (const b of (await requester.client.campaigns.manage({ params })).budget) {
    if (b.missing_minor === '0') continue
    await topUp(w, requester, Number(b.missing_minor), b.currency)
    await requester.client.campaigns.fund({ params, body: { currency: b.currency, amount_minor: b.missing_minor } })
  }
  const { status, version } = await requester.client.campaigns.open({ params, body: {} })
  if (status === 'awaiting_approval')
    await operator.client.campaigns.decide({ params, body: { approved: true, reason: 'Looks good.', version } })
  await w.jobs(['open_items', 'queue_items'])
  return campaign_id
}

import type { Draft, Settings } from '../../../src/domains/campaigns/contract.ts'
import { suggestedWorth } from '../../../src/domains/reliability/outlook-rules.ts'
import { recall, remember } from '../../app/memory.ts'

export type { Draft }
type Kept = { draft: Draft; at: number }

/** What a new campaign starts from: cheap, fair and complete, so that every step only needs what is particular. */
export function freshDraft(language: string, currency: string): Draft {
  const price = { currency, contribute_minor: '20', review_minor: '5', bonus_bps: 500 }
  return {
    title: '',
    task_class: 'simple_research',
    mode: 'review',
    difficulty: 'beginner',
    knowledge_area: '',
    language,
    open_collection: false,
    quota: 100,
    pilot_size: 10,
    deadline: null,
    instructions: { body: '', good_examples: [], bad_examples: [] },
    form: {
      schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
      ui: { order: [], questions: {} },
    },
    settings: {
      prices: [price],
      bonus_benchmark: { min_decided: 10, accepted_bps: 8500 },
      reviews: { min: 1, max: 5 },
      policy: { kind: 'adaptive', ...suggestedWorth(price) },
      redundancy: { min: 3, max: 5 },
      attempts_per_item: 3,
      lease_seconds: 3600,
      revision_seconds: 2 * 86_400,
      decision_deadline_seconds: 3 * 86_400,
      min_seconds_contribute: 20,
      min_seconds_review: 8,
      batch_size: 5,
      caps: { contribute_total: null, contribute_daily: 50, review_total: null, review_daily: 200 },
    },
    consent: { terms: '', licence: 'CC-BY-4.0', adults_only: false, countries: null, personal_data: null },
  }
}

/** Settings after a change of prices: a suggested worth that nobody touched goes with them. */
export function withWorth(before: Settings, after: Settings): Settings {
  const [was, is] = [before.prices[0], after.prices[0]]
  if (after.policy?.kind !== 'adaptive' || !was || !is) return after
  const { good_value_minor, bad_cost_minor } = suggestedWorth(was)
  const untouched = after.policy.good_value_minor === good_value_minor && after.policy.bad_cost_minor === bad_cost_minor
  if (!untouched && was.currency === is.currency) return after
  return { ...after, policy: { ...after.policy, ...suggestedWorth(is) } }
}

const nameOf = (accountId: string, campaignId: string) => `campaign_draft.${accountId}.${campaignId}`

/** What this device holds of a draft that the server does not have yet. */
export function keptDraft(accountId: string, campaignId: string): Draft | undefined {
  try {
    const raw = recall(nameOf(accountId, campaignId))
    return raw ? (JSON.parse(raw) as Kept).draft : undefined
  } catch {
    return undefined
  }
}

/** Keeps a draft on this device at every change, so that a closed tab loses nothing. */
export const keepDraft = (accountId: string, campaignId: string, draft: Draft): void =>
  remember(nameOf(accountId, campaignId), JSON.stringify({ draft, at: Date.now() }))
export const forgetDraft = (accountId: string, campaignId: string): void =>
  remember(nameOf(accountId, campaignId), null)

export const STEPS = ['basics', 'instructions', 'form', 'pay', 'consent', 'items', 'exam', 'open'] as const
export type Step = (typeof STEPS)[number]
/** What a running campaign can still change, as a new version. */
export const VERSION_STEPS: readonly Step[] = ['instructions', 'form', 'pay', 'consent']

/** What each step still lacks, as the last part of keys in the catalogue; the server looks deeper. */
export function lacks(d: Draft): Record<'basics' | 'instructions' | 'form' | 'pay' | 'consent', string[]> {
  const properties = (d.form.schema as { properties?: Record<string, unknown> }).properties ?? {}
  const required = (d.form.schema as { required?: string[] }).required ?? []
  const when = (wrong: boolean, key: string) => (wrong ? [key] : [])
  return {
    basics: [
      ...when(d.title.trim() === '', 'title'),
      ...when(d.knowledge_area.trim() === '', 'knowledge_area'),
      ...when(!Number.isInteger(d.quota) || d.quota < 1, 'quota'),
    ],
    instructions: when(d.instructions.body.trim() === '', 'instructions'),
    form: [
      ...when(Object.keys(properties).length === 0, 'questions'),
      ...when(Object.keys(properties).length > 0 && required.length === 0, 'required'),
    ],
    pay: when(d.settings.prices.length === 0, 'prices'),
    consent: [...when(d.consent.terms.trim() === '', 'terms'), ...when(d.consent.licence.trim() === '', 'licence')],
  }
}

export const isComplete = (d: Draft): boolean => Object.values(lacks(d)).every((list) => list.length === 0)

/** The parts of a managed campaign that a draft is made of. */
export function draftOf(m: Draft): Draft {
  const {
    title,
    task_class,
    mode,
    difficulty,
    knowledge_area,
    language,
    open_collection,
    quota,
    pilot_size,
    deadline,
    instructions,
    form,
    settings,
    consent,
  } = m
  return {
    title,
    task_class,
    mode,
    difficulty,
    knowledge_area,
    language,
    open_collection,
    quota,
    pilot_size,
    deadline,
    instructions,
    form,
    settings,
    consent,
  }
}

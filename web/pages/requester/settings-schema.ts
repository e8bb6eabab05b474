import type { RJSFSchema, UiSchema } from '@rjsf/utils'
import type { Settings } from '../../../src/domains/campaigns/contract.ts'
import type { Translate } from '../../app/translate.ts'

export type Mode = 'review' | 'redundancy'
/** Settings in the groups that people think in; durations stay seconds, shares basis points, money minor units. */
export type SettingsForm = {
  pay: { prices: Settings['prices']; min_decided: number; accepted_bps: number }
  /** How many reviews or answers decide, and how, is chosen in a card of its own. */
  quality: { attempts_per_item: number; gold_bps?: number }
  time: {
    min_seconds_contribute: number
    min_seconds_review?: number
    lease_seconds: number
    decision_deadline_seconds: number
    revision_seconds: number
  }
  limits: {
    batch_size: number
    contribute_total?: number
    contribute_daily?: number
    review_total?: number
    review_daily?: number
    may_do_both: boolean
  }
}

const benchmark = { min_decided: 10, accepted_bps: 8500 }

/** Stored settings as the form shows them. */
export function toForm(s: Settings, mode: Mode): SettingsForm {
  const cap = (name: string, value: number | null) => (value === null ? {} : { [name]: value })
  return {
    pay: { prices: s.prices, ...(s.bonus_benchmark ?? benchmark) },
    quality: {
      attempts_per_item: s.attempts_per_item,
      ...(mode === 'review' ? { gold_bps: s.gold?.share_bps ?? 0 } : {}),
    },
    time: {
      min_seconds_contribute: s.min_seconds_contribute, ...(mode === 'review' ? { min_seconds_review: s.min_seconds_review } : {}), lease_seconds: s.lease_seconds,
      decision_deadline_seconds: s.decision_deadline_seconds, revision_seconds: s.revision_seconds,
    }, // prettier-ignore
    limits: {
      batch_size: s.batch_size, may_do_both: s.may_do_both ?? false, ...cap('contribute_total', s.caps.contribute_total), ...cap('contribute_daily', s.caps.contribute_daily),
      ...(mode === 'review' ? { ...cap('review_total', s.caps.review_total), ...cap('review_daily', s.caps.review_daily) } : {}),
    }, // prettier-ignore
  }
}

/** What the form holds, as settings; what the mode does not show keeps its value. */
export function fromForm(f: SettingsForm, before: Settings, mode: Mode): Settings {
  const pays = f.pay.prices.some((p) => p.bonus_bps > 0)
  const { gold, ...rest } = before
  const share_bps = f.quality.gold_bps ?? 0
  return {
    ...rest,
    ...(mode === 'review' && share_bps > 0 ? { gold: { ...gold, share_bps } } : {}),
    prices: f.pay.prices,
    bonus_benchmark: pays ? { min_decided: f.pay.min_decided, accepted_bps: f.pay.accepted_bps } : null,
    attempts_per_item: f.quality.attempts_per_item,
    min_seconds_contribute: f.time.min_seconds_contribute,
    min_seconds_review: f.time.min_seconds_review ?? before.min_seconds_review,
    lease_seconds: f.time.lease_seconds,
    decision_deadline_seconds: f.time.decision_deadline_seconds,
    revision_seconds: f.time.revision_seconds,
    batch_size: f.limits.batch_size,
    may_do_both: f.limits.may_do_both,
    caps: {
      contribute_total: f.limits.contribute_total ?? null,
      contribute_daily: f.limits.contribute_daily ?? null,
      review_total: mode === 'review' ? (f.limits.review_total ?? null) : before.caps.review_total,
      review_daily: mode === 'review' ? (f.limits.review_daily ?? null) : before.caps.review_daily,
    },
  }
}

/** The form's JSON Schema in the reader's words; limits are those of the contract. */
export function settingsSchema(t: Translate, mode: Mode, currencies: readonly string[]): RJSFSchema {
  const words = (key: string) => ({
    title: t(`requester:pay.${key}`),
    description: t(`requester:pay.${key}_help`, { defaultValue: '' }),
  })
  const whole = (key: string, minimum: number, maximum: number) => ({
    type: 'integer' as const,
    minimum,
    maximum,
    ...words(key),
  })
  const cap = (key: string) => whole(key, 1, 1_000_000)
  const review = mode === 'review'
  const group = (key: string, properties: Record<string, RJSFSchema>, required: string[]): RJSFSchema => ({
    type: 'object',
    title: t(`requester:pay.group.${key}`),
    description: t(`requester:pay.group.${key}_help`),
    properties,
    required,
  })
  return {
    type: 'object',
    required: ['pay', 'quality', 'time', 'limits'],
    properties: {
      pay: group('pay', {
        prices: {
          type: 'array', minItems: 1, maxItems: 4, ...words('prices'),
          items: {
            type: 'object', required: ['currency', 'contribute_minor', 'review_minor', 'bonus_bps'],
            properties: {
              currency: { type: 'string', enum: [...currencies], title: t('requester:pay.currency') },
              contribute_minor: { type: 'string', pattern: '^(0|[1-9][0-9]{0,29})$', ...words(review ? 'contribute' : 'answer') },
              review_minor: { type: 'string', pattern: '^(0|[1-9][0-9]{0,29})$', ...words('review') },
              bonus_bps: whole('bonus', 0, 10_000),
            },
          },
        },
        min_decided: whole('min_decided', 1, 50), accepted_bps: whole('accepted', 0, 10_000),
      }, ['prices', 'min_decided', 'accepted_bps']), // prettier-ignore
      quality: group(mode, { attempts_per_item: whole('attempts', 1, 20), ...(review ? { gold_bps: whole('gold', 0, 1000) } : {}) }, ['attempts_per_item']), // prettier-ignore
      time: group('time', {
        min_seconds_contribute: whole('min_contribute', 0, 86_400), ...(review ? { min_seconds_review: whole('min_review', 0, 86_400) } : {}),
        lease_seconds: whole('lease', 60, 604_800), decision_deadline_seconds: whole('decision', 60, 7_776_000), revision_seconds: whole('revision', 0, 2_592_000),
      }, ['min_seconds_contribute', ...(review ? ['min_seconds_review'] : []), 'lease_seconds', 'decision_deadline_seconds', 'revision_seconds']), // prettier-ignore
      limits: group('limits', {
        batch_size: whole('batch', 1, 50), contribute_daily: cap('contribute_daily'), contribute_total: cap('contribute_total'),
        ...(review ? { review_daily: cap('review_daily'), review_total: cap('review_total') } : {}), may_do_both: { type: 'boolean', ...words('both') },
      }, ['batch_size']), // prettier-ignore
    },
  }
}

const duration = { 'ui:widget': 'duration' }
const share = { 'ui:widget': 'share' }
const money = { 'ui:widget': 'money' }

/** Which widget each field takes. */
export const settingsUi = (mode: Mode): UiSchema => ({
  pay: {
    prices: {
      items: {
        contribute_minor: money,
        review_minor: mode === 'review' ? money : { 'ui:widget': 'hidden' },
        bonus_bps: share,
      },
    },
    accepted_bps: share,
  },
  quality: { gold_bps: share },
  time: {
    min_seconds_contribute: duration,
    min_seconds_review: duration,
    lease_seconds: duration,
    decision_deadline_seconds: duration,
    revision_seconds: duration,
  },
})

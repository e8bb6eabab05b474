import { describe, expect, test } from 'vitest'
import { BATCH_STATES, PAYOUT_STATES } from './contract.ts'
import { dayAfter, thawsAt } from '../rewards/rules.ts'
import { moneyBack, refuseDestination, thawId } from './rules.ts'

describe('thawing', () => {
  test.each<[string, number, string]>([
    ['2026-01-05', 7, '2026-01-13T00:05:00.000Z'],
    ['2026-01-05', 0, '2026-01-06T00:05:00.000Z'],
    ['2024-02-28', 1, '2024-03-01T00:05:00.000Z'],
    ['2026-12-31', 7, '2027-01-08T00:05:00.000Z'],
  ])('what froze on %s thaws %s whole days later: %s', (day, days, at) => {
    expect(thawsAt(day, days).toISOString()).toBe(at)
  })
  test('days follow each other across months and leap days', () => {
    expect(['2024-02-28', '2024-02-29', '2026-12-31'].map(dayAfter)).toEqual(['2024-02-29', '2024-03-01', '2027-01-01'])
  })
  test('its id names campaign, person, currency and day', () => {
    expect(thawId({ campaign_id: '7', account_id: '9', currency: 'USD', day: '2026-01-05' })).toBe(
      'thaw:7:9:USD:2026-01-05',
    )
  })
})

describe('destinations', () => {
  test.each([
    'DE89 3704 0044 0532 0130 00',
    '0x52908400098527886E0F7030069857D2E4169EE7',
    'آی‌بان ۱۲۳'.replace('\u200c', ' '),
    '=1+1',
    'ann@example.org',
    '💸 handle',
    'a'.repeat(200),
  ])('%s is fine', (d) => {
    expect(refuseDestination(d)).toBeUndefined()
  })
  test.each([
    '',
    ' ',
    ' padded',
    'two\nlines',
    'tab\there',
    'null\u0000',
    'turned \u202e text',
    'hidden\u200btext',
    'line\u2028break',
    'a'.repeat(201),
    '\ufeffbom',
  ])('%j is refused', (d) => {
    expect(refuseDestination(d)).toBe('destination_invalid')
  })
})

test('money comes back once, and only from where it is', () => {
  const outcomes = BATCH_STATES.flatMap((batch) =>
    PAYOUT_STATES.flatMap((payout) =>
      (['failed', 'returned'] as const).map(
        (mark) => [`${mark} ${payout} in ${batch}`, moneyBack(mark, payout, batch)] as const,
      ),
    ),
  )
  const of = (wanted: string | undefined) => outcomes.filter(([, o]) => o === wanted).map(([name]) => name)
  expect(of('paying')).toEqual(['failed draft in draft'])
  expect(of('claimed').filter((name) => !/in (draft|discarded)$/.test(name))).toEqual([
    'failed sent in sent',
    'returned sent in sent',
    'failed sent in closed',
    'returned sent in closed',
  ])
  expect(of('again')).toHaveLength(16)
  expect(of(undefined)).toContain('returned draft in draft')
})

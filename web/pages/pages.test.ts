import { expect, test } from 'vitest'
import { navigationFor, tabsFor } from '../shell/navigation.ts'
import { filterOf } from './campaigns/campaigns-page.tsx'
import { ownPath } from './identity/own-path.ts'
import { pathOf } from './inbox/path-of.ts'
import { type Status, stepsOf } from './my-work/stages.ts'
import { missingOf, unfinished, votesOf } from './review/votes.ts'

test('after signing in one goes to a page of ours, whatever the link says', () => {
  expect(
    [
      '/work/1?x=2',
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/sign-in?back=/sign-in',
      undefined,
      7,
    ].map(ownPath),
  ).toEqual(['/work/1?x=2', '/', '/', '/', '/', '/', '/'])
})

test('a filter keeps what it knows and drops the rest', () => {
  expect(
    filterOf({ task_class: 'labelling', difficulty: 'heroic', language: 'EN', search: '  tea ', other: 1 }),
  ).toEqual({ task_class: 'labelling', search: 'tea' })
})

test('a review goes out complete, and without what was written before minds changed', () => {
  const keys = ['a', 'b', 'c']
  expect(unfinished(keys, { a: { approve: true }, b: { approve: false } })).toEqual(['b', 'c'])
  expect([missingOf(undefined), missingOf({ approve: false }), missingOf({ approve: false, reason: 'wrong' })]).toEqual(
    ['vote', 'reason', undefined],
  )
  expect(
    votesOf(['a', 'b'], {
      a: { approve: true, reason: 'wrong', comment: 'no' },
      b: { approve: false, reason: 'unclear', comment: '  see b ' },
    }),
  ).toEqual({
    a: { approve: true },
    b: { approve: false, reason: 'unclear', comment: 'see b' },
  })
})

const base = {
  status: 'in_review',
  stage: 'in_review',
  submitted_at: 's',
  decided_at: null,
  expected_by: 'e',
  checks: [],
  rewards: [],
  appeal: null,
  may_revise_until: null,
  revised_by: null,
} satisfies Partial<Status>
const shown = (change: Partial<Status>) => stepsOf({ ...base, ...change } as Status).map((s) => `${s.key}:${s.state}`)
test('a submission’s steps say what is done, what is now and what comes', () => {
  expect(shown({})).toEqual(['sent:done', 'review:now', 'decided:next', 'paid:next'])
  expect(shown({ stage: 'with_expert' })).toEqual([
    'sent:done',
    'review:done',
    'expert:now',
    'decided:next',
    'paid:next',
  ])
  expect(
    shown({ stage: 'final', status: 'accepted', decided_at: 'd', rewards: [{ currency: 'USD', amount_minor: '1' }] }),
  ).toEqual(['sent:done', 'review:done', 'decided:done', 'paid:done'])
  expect(shown({ stage: 'revision_open', status: 'rejected', decided_at: 'd', may_revise_until: 'u' })).toEqual([
    'sent:done',
    'review:done',
    'decided:stopped',
    'revision:now',
  ])
  expect(
    shown({
      stage: 'in_appeal',
      status: 'rejected',
      decided_at: 'd',
      appeal: { reason: 'r', opened_at: 'o', upheld: null },
    }),
  ).toEqual(['sent:done', 'review:done', 'decided:stopped', 'appeal:now', 'paid:next'])
  expect(shown({ stage: 'checking' })).toEqual(['sent:done', 'check:now', 'review:next', 'decided:next', 'paid:next'])
  const checks = [{ kind: 'length' as const, question: 'fact', code: 'too_short', detail: {}, message: 'Say more.' }]
  expect(shown({ stage: 'revision_open', status: 'rejected', decided_at: 'd', may_revise_until: 'u', checks })).toEqual(
    ['sent:done', 'check:done', 'decided:stopped', 'revision:now'],
  )
  expect(shown({ status: 'withdrawn' })).toEqual(['sent:done', 'decided:stopped'])
})

test('messages lead to what they are about', () => {
  const m = (kind: string) => pathOf({ kind, campaign_id: '1', subject_id: '2' } as Parameters<typeof pathOf>[0])
  const kinds = [
    'submission_rejected',
    'payout_sent',
    'campaign_approved',
    'consent_needed',
    'flag_answered',
    'claim_proved',
  ]
  const paths = ['/my-work/1/2', '/earnings', '/requests/1', '/campaigns/1', '/my-work', '/requests/1?tab=releases']
  expect(kinds.map(m)).toEqual(paths)
})

test('a phone shows at most four places, and nobody sees a desk that is not theirs', () => {
  const none = { signed_in: true, requester: false, reviewer: false, qa: false, operator: false }
  expect(navigationFor({ ...none, signed_in: false }).map((n) => n.to)).toEqual(['/campaigns', '/reports'])
  expect(navigationFor(none).some((n) => ['/qa', '/operator'].includes(n.to))).toBe(false)
  const { tabs, more } = tabsFor({ ...none, qa: true, operator: true })
  expect(tabs.length + (more.length > 0 ? 1 : 0)).toBeLessThanOrEqual(4)
  expect([...tabs, ...more].map((n) => n.to)).toContain('/operator')
})

import { describe, expect, test } from 'vitest'
import { MESSAGE_KINDS } from './contract.ts'
import { HEARD, messagesFor, type Heard, type Known } from './rules.ts'

const at = new Date('2026-01-05T12:00:00Z')
const event = (kind: string, body: Record<string, unknown> = {}, more: Partial<Heard> = {}): Heard => ({
  campaign_id: '7',
  id: '900',
  kind,
  subject_id: '55',
  at,
  body,
  ...more,
})
const known: Known = {
  authors: new Map([['55', '1']]),
  scales: new Map([['USD', 2]]),
  requesters: new Map([['7', '9']]),
  consents: new Map([['900', ['1', '2']]]),
  reasons: new Map([['900', 'Say where the data goes.']]),
  cases: new Map([['900', { account_id: '1', until: '2026-01-08', ends_at: '2026-02-01', asked: ['5', '6'] }]]),
}
const said = (e: Heard) =>
  messagesFor(e, known).map(
    (m) => `${m.account_id} ${m.kind} ${m.campaign_id} ${m.subject_id} ${JSON.stringify(m.params)}`,
  )

describe('what an event tells whom', () => {
  test.each<[string, Heard, string[]]>([
    ['accepted work', event('decided', { accepted: true, round: 1 }), ['1 submission_accepted 7 55 {}']],
    ['rejected work', event('decided', { accepted: false, round: 1 }), ['1 submission_rejected 7 55 {}']],
    ['an appeal upheld', event('decided', { accepted: true, round: 2 }), ['1 appeal_upheld 7 55 {}']],
    ['an appeal dismissed', event('decided', { accepted: false, round: 2 }), ['1 appeal_dismissed 7 55 {}']],
    ['work whose author is gone', event('decided', { accepted: true, round: 1 }, { subject_id: '56' }), []],
    [
      'money',
      event('thawed', { account_id: '3', currency: 'USD', amount_minor: '21' }),
      ['3 money_claimable 7 null {"currency":"USD","amount_minor":"21","scale":2}'],
    ],
    [
      'a payout',
      event('payout_sent', { account_id: '3', currency: 'USD', amount_minor: '21' }, { campaign_id: '0' }),
      ['3 payout_sent null 55 {"currency":"USD","amount_minor":"21","scale":2}'],
    ],
    [
      'a payout that failed',
      event('payout_failed', { account_id: '3', currency: 'POINT', amount_minor: '2' }, { campaign_id: '0' }),
      ['3 payout_failed null 55 {"currency":"POINT","amount_minor":"2","scale":0}'],
    ],
    [
      'new terms',
      event('campaign_versioned', { version: 3 }),
      ['1 consent_needed 7 55 {"version":3}', '2 consent_needed 7 55 {"version":3}'],
    ],
    [
      'a flag answered',
      event('flag_resolved', { account_id: '4', resolution: 'fine' }),
      ['4 flag_answered 7 55 {"resolution":"fine"}'],
    ],
    [
      'an approval',
      event('approval_decided', { approved: true }),
      ['9 campaign_approved 7 55 {"reason":"Say where the data goes."}'],
    ],
    [
      'a refusal',
      event('approval_decided', { approved: false }),
      ['9 campaign_declined 7 55 {"reason":"Say where the data goes."}'],
    ],
    [
      'a claim that held',
      event('acceptance_ended', { state: 'proved', audits: 120 }),
      ['9 claim_proved 7 55 {"audits":120}'],
    ],
    ['a claim that was given up', event('acceptance_ended', { state: 'withdrawn', audits: 120 }), []],
    [
      'a case that keeps pay waiting',
      event('case_opened', {}, { campaign_id: '0' }),
      ['1 case_opened null 55 {"until":"2026-01-08"}'],
    ],
    [
      'a case that kept nothing and ends without a sanction',
      event('case_closed', { outcome: 'dismissed', waited: false }),
      [],
    ],
    [
      'a sanction',
      event('sanctioned', { action: 'hold' }),
      ['1 sanctioned null 55 {"action":"hold","until":"2026-02-01"}'],
    ],
    ['a sanction that another takes the place of', event('sanction_ended', { action: 'hold', why: 'replaced' }), []],
    [
      'an appeal: those who are asked, not the one who appeals',
      event('sanction_appealed', { action: 'hold', due_at: '2026-01-06' }),
      ['5 appeal_to_decide null 55 {"until":"2026-01-06"}', '6 appeal_to_decide null 55 {"until":"2026-01-06"}'],
    ],
    [
      'an appeal answered',
      event('sanction_appeal_decided', { action: 'hold', upheld: false }),
      ['1 sanction_upheld null 55 {"action":"hold"}'],
    ],
    ['a review tells nobody', event('reviewed', { reviewer_id: '1', round: 1 }), []],
    ['a reward by itself tells nobody', event('rewarded', { rewards: [{ account_id: '1', amount_minor: '20' }] }), []],
  ])('%s', (_, e, expected) => {
    expect(said(e)).toEqual(expected)
  })

  test('a decision names only its author and no reviewer, whatever its body holds', () => {
    const e = event('decided', {
      accepted: false,
      round: 1,
      review_ids: ['801', '802'],
      approved_ids: ['801'],
      questions: { fact: false },
    })
    const text = JSON.stringify(messagesFor(e, known))
    for (const hidden of ['801', '802', 'fact']) expect(text).not.toContain(hidden)
  })
  test('hearing an event twice makes the same message', () => {
    const e = event('decided', { accepted: true, round: 1 })
    expect(messagesFor(e, known)).toEqual(messagesFor(e, known))
    expect(messagesFor(e, known)[0]!.id).toBe(e.id)
  })
  test('every kind of message can be said, except the reminder, which no event causes', () => {
    const bodies = [
      { accepted: true, round: 1, approved: true, state: 'proved' },
      { accepted: false, round: 1, approved: false },
      { accepted: true, round: 2 },
      { accepted: false, round: 2 },
      { outcome: 'lapsed', waited: true, why: 'over', upheld: true },
      { outcome: 'dismissed', waited: true },
    ]
    const kinds = new Set(
      HEARD.flatMap((kind) =>
        bodies.flatMap((b) =>
          messagesFor(
            event(kind, { ...b, account_id: '1', currency: 'USD', amount_minor: '1', version: 2, resolution: 'fine' }),
            known,
          ).map((m) => m.kind),
        ),
      ),
    )
    expect([...MESSAGE_KINDS].filter((k) => !kinds.has(k))).toEqual(['revision_ending'])
  })
})

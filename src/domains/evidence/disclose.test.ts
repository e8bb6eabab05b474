import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { filesUnder } from '../../../test/tidy.ts'
import { commitTo, sha256Hex } from '../../platform/canonical.ts'
import { nameOf, ownLines, publicEntry, sealedOpening, unknownIn } from './disclose-rules.ts'
import { DISCLOSED, IN_NO_LOG } from './disclose-table-rules.ts'

const keys = { entry_key: new Uint8Array(32).fill(3) }
const event = (kind: string, body: Record<string, unknown>, subject_id = '7300000000000000002') => ({
  campaign_id: '7300000000000000001', id: '7300000000000000009', kind, subject_id, at: '2026-01-05T09:31:12.123Z', body,
}) // prettier-ignore
const ID = /\d{15,}/

describe('every kind of event', () => {
  /** Kinds that the program records, as its sources spell them. */
  const recorded = () => {
    const found = new Set<string>()
    for (const file of ['src/domains', 'src/cli']
      .flatMap(filesUnder)
      .filter((f) => !/\.test\.ts$|contract\.ts$/.test(f))) {
      const text = readFileSync(file, 'utf8')
      if (!/recordEvents|eventWrites|\bEvent\b/.test(text)) continue
      for (const [, kind] of text.matchAll(/\bkind: '([a-z_]+)',\s*subject_id/g)) found.add(kind!)
      for (const [, kind] of text.matchAll(
        /(?:changedEvent|caseEvent|sanctionEvent|suspensionEvent|recordMoved|say)\((?:[^':()]*, )?'([a-z_]+)'[,)]/g,
      ))
        found.add(kind!)
    }
    return found
  }
  test('is in the table, or belongs to no season', () => {
    // The kind is said beside amounts elsewhere, as of transfers; those are no events.
    const known = (kind: string) => Object.hasOwn(DISCLOSED, kind) || IN_NO_LOG.has(kind) || TRANSFERS.has(kind)
    expect([...recorded()].filter((k) => !known(k))).toEqual([])
    expect(recorded().size).toBeGreaterThan(60)
  })
  test('of the table is one that the program records', () => {
    const spelled = ['src/domains']
      .flatMap(filesUnder)
      .filter((f) => !f.includes('/evidence/'))
      .map((f) => readFileSync(f, 'utf8'))
      .join('\n')
    expect(Object.keys(DISCLOSED).filter((k) => k !== 'rewarded_window' && !spelled.includes(`'${k}'`))).toEqual([])
  })
})
const TRANSFERS = new Set([
  'chain_withdrawal',
  'chain_call_back',
  'thaw',
  'claim',
  'payout',
  'payout_back',
  'release',
  'forfeit',
  'topup',
  'top_up',
  'review_bonus',
  'campaign_returned',
  'top_up_refund',
  'refund',
  'escrow_deposited',
  'drive_funded',
  'drive_return',
  'report_reward',
  'given_up',
])

describe('an entry', () => {
  test('of an unknown kind, or with an unknown field, shows nothing of it', () => {
    expect(Object.keys(publicEntry(event('whispered', { secret: 'x' }), keys)).toSorted()).toEqual([
      'campaign',
      'day',
      'event',
      'kind',
      'v',
    ])
    expect(
      JSON.stringify(publicEntry(event('decided', { accepted: true, round: 1, planted: 'x' }), keys)),
    ).not.toContain('planted')
    expect(unknownIn('decided', ['accepted', 'planted'])).toEqual(['decided.planted'])
    expect(unknownIn('whispered', [])).toEqual(['whispered'])
  })
  test('holds no id but that of the campaign and no time but the day', () => {
    for (const [kind, shown] of Object.entries(DISCLOSED)) {
      const body = Object.fromEntries(
        Object.keys(shown.fields)
          .filter((f) => !f.endsWith('_id') || shown.fields[f] !== 'public')
          .map((f) => [
            f,
            f.endsWith('_ids')
              ? ['7300000000000000003']
              : f.endsWith('_at')
                ? '2026-01-05T09:31:12.123Z'
                : f.endsWith('_id') || f === 'by'
                  ? '7300000000000000004'
                  : 5,
          ]),
      )
      const { campaign: _, about, ...rest } = publicEntry(event(kind, body), keys)
      const text = JSON.stringify(rest)
      if (!PUBLIC_TIMES.has(kind)) expect(text, kind).not.toMatch(/T09:31|\.123Z/)
      expect(text, kind).not.toMatch(/"73\d{17}"/)
      if (about !== undefined && shown.subject !== 'public') expect(about, kind).not.toMatch(ID)
    }
  })
  test('of a review says neither of what, nor by whom, nor what', () => {
    const body = {
      review_id: '73',
      reviewer_id: '74',
      round: 1,
      expert: false,
      took_seconds: 31,
      approvals_commitment: 'a'.repeat(64),
    }
    expect(Object.keys(publicEntry(event('reviewed', body), keys)).toSorted()).toEqual([
      'approvals_commitment',
      'campaign',
      'day',
      'event',
      'kind',
      'sealed',
      'v',
    ])
  })
  test('of reviewed gold looks like that of any other review, and so does its pay', () => {
    const pay = (rewards: unknown[]) => publicEntry(event('rewarded', { rewards }), keys)
    const line = { kind: 'review_pay', account_id: '1', currency: 'POINT', amount_minor: '5' }
    expect(Object.keys(pay([line]))).toEqual(
      Object.keys(pay([line, { ...line, account_id: '2' }, { ...line, account_id: '3' }])),
    )
    const own = (n: number) =>
      ownLines(
        event('rewarded', {
          rewards: [line, ...Array.from({ length: n }, (_, i) => ({ ...line, account_id: String(i + 2) }))],
        }),
        keys,
        '1',
      )!
    expect(own(0).leaves).toHaveLength(16)
    expect(own(9).leaves).toHaveLength(16)
    expect(own(16).leaves).toHaveLength(32)
    expect(own(9).lines).toHaveLength(1)
  })
  test('is opened by what opens it, and by nothing else', () => {
    const e = event('decided', { accepted: true, round: 1, review_ids: ['12', '11'], leads: { q: 5 } })
    const { sealed, about } = publicEntry(e, keys) as { sealed: string; about: string }
    const opening = sealedOpening(e, keys)!
    expect(commitTo(Buffer.from(opening.salt, 'hex'), opening.value)).toBe(sealed)
    expect(commitTo(Buffer.from(opening.salt, 'hex'), { ...opening.value, leads: { q: 6 } })).not.toBe(sealed)
    expect(about).toBe(nameOf(keys, 'work', e.subject_id))
    expect(opening.value.review_ids).toEqual(['11', '12'].map((id) => nameOf(keys, 'review', id)).sort())
  })
  test("proves a person's line of pay without the others'", () => {
    const e = event('rewarded', {
      rewards: [
        { kind: 'reward', account_id: '1', currency: 'POINT', amount_minor: '5' },
        { kind: 'review_pay', account_id: '2', currency: 'POINT', amount_minor: '2' },
      ],
    })
    const { leaves, lines } = ownLines(e, keys, '2')!
    expect(sha256Hex(leaves.join())).toBe((publicEntry(e, keys) as { lines: string }).lines)
    expect(lines.map((l) => leaves.includes(commitTo(Buffer.from(l.salt, 'hex'), l.value)))).toEqual([true])
    expect(JSON.stringify(sealedOpening(e, keys))).not.toContain('account_id')
  })
  test('of a window names nobody, not even alike in two windows', () => {
    const e = event('rewarded', {
      window: 2,
      rewards: [{ kind: 'review_bonus', account_id: '7300000000000000002', currency: 'POINT', amount_minor: '5' }],
    })
    expect(publicEntry(e, keys)).not.toHaveProperty('about')
    expect(sealedOpening(e, keys)!.value).toEqual({
      window: 2,
      rewards: [{ kind: 'review_bonus', currency: 'POINT', amount_minor: '5' }],
    })
  })
  test('of a version shows prices and rules and nothing that a checker looks for', () => {
    const text = JSON.stringify(
      publicEntry(
        event('campaign_versioned', {
          version: 1,
          settings: { prices: [1], checks: [{ rubric: 'secret' }], reviews: { min: 3 } },
        }),
        keys,
      ),
    )
    expect(text).toContain('prices')
    expect(text).not.toContain('rubric')
  })
})
/** Dates that everybody is told. */
const PUBLIC_TIMES = new Set(['season_started', 'season_closed'])

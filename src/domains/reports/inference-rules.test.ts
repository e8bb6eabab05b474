import { describe, expect, test } from 'vitest'
import { addDoubt, addFacts, fixedReviews, inferenceOf, newDoubt, type DoubtTally } from './inference-rules.ts'

const event = (kind: string, body: Record<string, unknown>) => ({
  seq: '1',
  campaign_id: '7',
  subject_id: '9',
  at_ms: 0,
  kind,
  body,
})
const decided = (confidence_bps: number | null, accepted = true) =>
  event('decided', { policy: 'adaptive', confidence_bps, accepted })
const crowd = { approves_good_bps: 8000, rejects_bad_bps: 8000, reviewers_by_reliability: [0, 3, 1] }
const planned = event('review_planned', { crowd })
const tally = (...add: ((d: DoubtTally) => void)[]): DoubtTally => {
  const d = newDoubt()
  for (const f of add) f(d)
  return d
}
const section = (doubt: DoubtTally, reviews = 0) =>
  inferenceOf([{ campaign_id: '7', task_class: 'labelling', doubt, reviews }])

describe('how sure, and how right', () => {
  test('decisions stand in the class of their stated certainty, audited ones beside what QA found', () => {
    const d = tally(
      (x) => addDoubt(x, decided(9620), 2, true),
      (x) => addDoubt(x, decided(9700, false), 3, false),
      (x) => addDoubt(x, decided(5100), 1, undefined),
      (x) => addDoubt(x, decided(10_000), 1, true),
    )
    const { calibration, decisions, reviews_each, stated_right } = section(d)
    expect([decisions, reviews_each, stated_right]).toEqual([4, '1.75', '0.860500'])
    expect(calibration[9]).toEqual({
      from_bps: 9500,
      to_bps: 1e4,
      decisions: 3,
      stated: '0.977333',
      audited: 3,
      right: '0.666667',
    })
    expect(calibration[0]).toMatchObject({ decisions: 1, audited: 0, right: null })
  })

  test('leaves out what a majority or an expert decided', () => {
    const d = tally(
      (x) => addDoubt(x, event('decided', { policy: 'majority', accepted: true }), 3, true),
      (x) => addDoubt(x, decided(null), 3, true),
    )
    expect(section(d).decisions).toBe(0)
  })

  test.each([
    // Of typical reviewers who are right four times in five: one, three (0.896) or five (0.942) of them.
    [7900, 1],
    [8500, 3],
    [9400, 5],
    [9999, 31],
  ])('a majority as sure as %d of 10,000 takes %d reviews', (stated, k) => {
    const d = tally(
      (x) => addFacts(x, planned),
      (x) => addDoubt(x, decided(stated), 2, undefined),
    )
    expect(fixedReviews(d)).toBe(k)
    expect(section(d).by_campaign[0]).toMatchObject({ fixed_reviews: k, saved_reviews: k - 2 })
  })

  test('says nothing of savings before reviewers are known, and the newest plan counts', () => {
    const d = tally((x) => addDoubt(x, decided(9400), 2, undefined))
    expect(fixedReviews(d)).toBeNull()
    addFacts(d, planned)
    addFacts(d, event('review_planned', { crowd: { ...crowd, approves_good_bps: 9900 } }))
    expect(fixedReviews(d)).toBe(1)
    expect(section(d).reliability).toMatchObject([{ campaign_id: '7', approves_good_bps: 9900 }])
  })

  test('counts what is certified against the reviews it took', () => {
    const certified = {
      number: 2,
      certificate_hash: 'h',
      at_least: '0.95',
      confidence: '0.99',
      datapoints: 1001,
      audits: 120,
      wrong: 1,
    }
    const d = tally((x) => addFacts(x, event('certified', certified)))
    const { certificates, certified_per_1000_reviews } = section(d, 2_000)
    expect(certificates).toMatchObject([{ release_id: '9', at_least: '0.95', datapoints: 1001 }])
    expect(certified_per_1000_reviews).toBe('475.0')
  })
})

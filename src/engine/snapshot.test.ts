import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../platform/canonical.ts'
import { BadInput } from './labels.ts'
import {
  decide,
  marginFor,
  readSnapshot,
  scoresOf,
  standing,
  toUnits,
  unitsFromShares,
  weightsFromConfusion,
  writeSnapshot,
  type Snapshot,
  type SnapshotVote,
} from './snapshot.ts'

const binary = (over: Partial<Snapshot> = {}): Snapshot => ({
  format: 'assay-snapshot-1',
  batch: '7001',
  event: '7100',
  unit_bits: 16,
  classes: ['reject', 'accept'],
  prior: [0, 0],
  margin: [marginFor(0.9, 2), marginFor(0.95, 2)],
  default_weights: weightsFromConfusion([0.7, 0.3, 0.3, 0.7], 2),
  people: {
    ann: weightsFromConfusion([0.9, 0.1, 0.1, 0.9], 2),
    bob: weightsFromConfusion([0.6, 0.4, 0.05, 0.95], 2),
    eve: weightsFromConfusion([0.2, 0.8, 0.8, 0.2], 2),
  },
  signals: { 'contributor:5': [-30_000, 30_000] },
  ...over,
})

/** Recomputes from the text alone: JSON.parse, BigInt sums, comparisons; nothing shared with the engine. */
function recompute(text: string, votes: readonly SnapshotVote[], signals: readonly string[]) {
  const s = JSON.parse(text)
  const sums: bigint[] = s.prior.map(BigInt)
  for (const name of signals)
    if (Object.hasOwn(s.signals, name)) s.signals[name].forEach((u: number, c: number) => (sums[c]! += BigInt(u)))
  for (const v of votes) {
    const weights = Object.hasOwn(s.people, v.person) ? s.people[v.person] : s.default_weights
    weights[v.said].forEach((u: number, c: number) => (sums[c]! += BigInt(u)))
  }
  const winners = sums.flatMap((x, c) => (sums.every((y, d) => d === c || x - y >= BigInt(s.margin[c])) ? [c] : []))
  return { answer: winners[0] ?? null, sums }
}

const unit = fc.integer({ min: -(2 ** 26), max: 2 ** 26 }).map((x) => x + 0)
const snapshots = fc.integer({ min: 1, max: 4 }).chain((n) => {
  const units = fc.array(unit, { minLength: n, maxLength: n })
  const weights = fc.array(units, { minLength: n, maxLength: n })
  const names = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.constantFrom('__proto__', 'toString', 'a'))
  return fc.record({
    format: fc.constant('assay-snapshot-1' as const),
    batch: fc.constant('1'),
    event: fc.constant('2'),
    unit_bits: fc.constant(16 as const),
    classes: fc.constant(Array.from({ length: n }, (_, c) => `class ${c}`)),
    prior: units,
    margin: fc.array(fc.integer({ min: 1, max: 2 ** 26 }), { minLength: n, maxLength: n }),
    default_weights: weights,
    people: fc.array(fc.tuple(names, weights)).map((e) => Object.fromEntries(e)),
    signals: fc.array(fc.tuple(names, units)).map((e) => Object.fromEntries(e)),
  })
})

describe('a decision', () => {
  test('is the same when recomputed from the published text alone, in any order of votes', () => {
    const law = snapshots.chain((snapshot) =>
      fc.tuple(
        fc.constant(snapshot),
        fc.array(
          fc.record({
            person: fc.constantFrom(...Object.keys(snapshot.people), 'nobody', 'constructor'),
            said: fc.nat({ max: snapshot.classes.length - 1 }),
          }),
          { maxLength: 12 },
        ),
        fc.subarray([...Object.keys(snapshot.signals), 'unknown signal']),
      ),
    )
    fc.assert(
      fc.property(law, ([snapshot, votes, signals]) => {
        const published = writeSnapshot(snapshot)
        const ours = decide(readSnapshot(published), votes, signals)
        const theirs = recompute(published, votes, signals)
        expect(ours.answer).toBe(theirs.answer)
        expect(ours.scores.map(BigInt)).toEqual(theirs.sums)
        expect(decide(snapshot, votes.toReversed(), signals.toReversed())).toEqual(ours)
      }),
    )
  })

  test('follows the posterior exactly when there are two classes', () => {
    // Two of .9 for and one of .7 against: log-odds 2 × 2.1972 - .8473 = 3.5471, posterior .972.
    const votes = [
      { person: 'ann', said: 1 },
      { person: 'ann', said: 1 },
      { person: 'stranger', said: 0 },
    ]
    expect(decide(binary(), votes).answer).toBe(1)
    expect(decide(binary({ margin: [1, marginFor(0.971, 2)] }), votes).answer).toBe(1)
    expect(decide(binary({ margin: [1, marginFor(0.973, 2)] }), votes).answer).toBeNull()
  })

  test('leaves a tie a tie, in whatever order classes stand', () => {
    const votes = [
      { person: 'x', said: 1 },
      { person: 'y', said: 0 },
    ]
    expect(decide(binary({ margin: [1, 1] }), votes)).toEqual({ answer: null, leading: [0, 1], scores: [0, 0] })
    expect(decide(binary({ margin: [1, 1] }), [])).toMatchObject({ answer: null, leading: [0, 1] })
  })

  test('counts a person it does not know by the default, and a known contrarian the other way round', () => {
    expect(scoresOf(binary(), [{ person: 'stranger', said: 1 }])).toEqual([-27764, 27764])
    expect(scoresOf(binary(), [{ person: 'eve', said: 1 }])).toEqual([45426, -45426])
    expect(scoresOf(binary(), [], ['contributor:5', 'contributor:6'])).toEqual([-30_000, 30_000])
  })

  test('refuses a vote for a class the snapshot does not have', () => {
    expect(() => decide(binary(), [{ person: 'ann', said: 2 }])).toThrow(
      'A vote says class 2, and the snapshot has 2 classes.',
    )
  })
})

test('a margin proves the posterior it was made from, for any number of classes', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 0.9999, noNaN: true }),
      fc.array(fc.integer({ min: -600_000, max: 600_000 }), { minLength: 2, maxLength: 6 }),
      (threshold, prior) => {
        const classes = prior.map((_, c) => `${c}`)
        const margin = prior.map(() => marginFor(threshold, prior.length))
        const { answer } = standing({ ...binary(), classes, margin }, prior)
        const top = Math.max(...prior)
        const posterior = 1 / prior.reduce((sum, s) => sum + Math.exp((s - top) / 65_536), 0)
        if (answer !== null) expect(posterior).toBeGreaterThanOrEqual(threshold - 1e-12)
        else if (prior.length === 2) expect(posterior).toBeLessThan(threshold + 1e-4)
      },
    ),
  )
})

test('opposite evidence is exactly opposite', () => {
  fc.assert(
    fc.property(fc.double({ min: -2000, max: 2000, noNaN: true }), (nats) => {
      expect(toUnits(nats) + toUnits(-nats)).toBe(0)
      expect(Object.is(toUnits(nats), -0)).toBe(false)
    }),
  )
  const [no, yes] = weightsFromConfusion([0.83, 0.17, 0.17, 0.83], 2)
  expect(no).toEqual(yes!.toReversed())
  expect(unitsFromShares([0.2, 0.8])).toEqual([-45426, 45426])
})

/** Made once; a machine that disagrees has another integer arithmetic, or the format changed. */
test('golden vector: one text, one hash, one decision', () => {
  const text =
    '{"batch":"7001","classes":["a","b","c"],"default_weights":[[30000,-30000,-30000],[-30000,30000,-30000],[-30000,-30000,30000]],' +
    '"event":"7100","format":"assay-snapshot-1","margin":[193000,193000,193000],"people":{"12":[[150000,-90000,-150000],[-99999,100001,-7],' +
    '[-65536,-65537,65537]],"9":[[1,-1,0],[0,1,-1],[-1,0,1]]},"prior":[5000,0,-5000],"signals":{"check:near_duplicate":[-400000,0,400000]},"unit_bits":16}'
  expect(createHash('sha256').update(text).digest('hex')).toBe(
    '4a2a9c242e4ad2d422057b1ea04aa0def981005b8d662029ce56337f6dddb636',
  )
  const snapshot = readSnapshot(text)
  expect(writeSnapshot(snapshot)).toBe(text)
  const votes = [
    { person: '12', said: 0 },
    { person: '9', said: 1 },
    { person: '77', said: 0 },
  ]
  expect(decide(snapshot, votes)).toEqual({ answer: 0, leading: [0], scores: [185_000, -119_999, -185_001] })
  expect(decide(snapshot, votes, ['check:near_duplicate'])).toEqual({
    answer: 2,
    leading: [2],
    scores: [-215_000, -119_999, 214_999],
  })
  expect(decide(snapshot, votes.slice(0, 2)).answer).toBe(0)
  expect(decide(snapshot, votes.slice(1)).answer).toBeNull()
})

describe('the published text', () => {
  test('is canonical JSON and reads back as what was written', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const text = writeSnapshot(snapshot)
        expect(text).toBe(canonicalJson(snapshot))
        expect(writeSnapshot(readSnapshot(text))).toBe(text)
      }),
    )
  })

  test.each([
    ['no JSON', '{', 'This snapshot is not JSON.'],
    ['a list', [], 'This snapshot is not an object.'],
    ['a missing field', { format: 'assay-snapshot-1' }, 'This snapshot lacks batch.'],
    ['a field too many', { ...binary(), note: 1 }, 'This snapshot has a field note that is not known.'],
    ['another format', { ...binary(), format: 'x' }, 'This snapshot is of format x, not assay-snapshot-1.'],
    ['another unit', { ...binary(), unit_bits: 20 }, 'This snapshot has unit_bits 20, not 16.'],
    ['a batch that is a number', { ...binary(), batch: 7 }, 'This snapshot has a batch that is no text.'],
    ['no classes', { ...binary(), classes: [] }, 'This snapshot has no list of classes.'],
    ['a class twice', { ...binary(), classes: ['a', 'a'] }, 'This snapshot names a class twice.'],
    ['a short prior', { ...binary(), prior: [0] }, 'This snapshot needs 2 numbers in prior.'],
    ['a fraction', { ...binary(), prior: [0, 0.5] }, /has 0.5 in prior, where whole numbers/],
    ['minus zero', { ...binary(), prior: [0, -0] }, /in prior, where whole numbers/],
    ['a weight too large', { ...binary(), prior: [0, 2 ** 26 + 1] }, /has 67108865 in prior/],
    ['a margin of nothing', { ...binary(), margin: [0, 1] }, 'This snapshot has a margin below 1.'],
    [
      'a person with a row too few',
      { ...binary(), people: { ann: [[1, 2]] } },
      'This snapshot needs 2 rows in people.ann.',
    ],
    ['people as a list', { ...binary(), people: [] }, 'This snapshot has people that are no object.'],
    ['a text where a number goes', { ...binary(), signals: { s: [1, '2'] } }, /has 2 in signals.s/],
    [
      'a lone surrogate',
      { ...binary(), people: { '\ud800': binary().default_weights } },
      'This snapshot has a name in people that is no text.',
    ],
  ])('is refused with a sentence when it has %s', (_, value, message) => {
    expect(() => readSnapshot(value)).toThrow(BadInput)
    expect(() => readSnapshot(value)).toThrow(message)
  })
})

test.each([
  ['a threshold of one', () => marginFor(1, 2), 'A threshold lies between 0 and 1, which 1 does not.'],
  ['a weight that is no number', () => toUnits(NaN), 'A weight is not a number.'],
  [
    'a matrix of another size',
    () => weightsFromConfusion([1, 0, 0], 2),
    'A confusion matrix of 2 classes has 4 numbers, not 3.',
  ],
  [
    'a matrix of no probabilities',
    () => weightsFromConfusion([1, 0, 2, 0], 2),
    'A confusion matrix holds 2, which is no probability.',
  ],
])('%s is refused with a sentence', (_, run, message) => {
  expect(run).toThrow(message)
})

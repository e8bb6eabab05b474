import { expect, test } from 'vitest'
import { createRng } from '../../platform/rng.ts'
import { modelSignal, modelSignals, type ModelWord } from './model-rules.ts'
import { inferReliability, type ModelVote, type Vote } from './rules.ts'

const NATS = 65_536
const leadOf = (signals: Record<string, readonly number[]>, approve: boolean, model = 'model:m') => {
  const row = signals[modelSignal(model, approve)]!
  return row[1]! - row[0]!
}
const words = (n: number, says: (right: boolean, i: number) => boolean, model = 'model:m'): ModelWord[] =>
  Array.from({ length: n }, (_, i) => ({ model, right: i % 3 === 0 ? 0 : 1, approve: says(i % 3 !== 0, i) }))

test.each([
  ['always right', words(300, (right) => right), [1.9, 2], [-2, -1.9]],
  ['always wrong', words(300, (right) => !right), [-2, -1.9], [1.9, 2]],
  ['yes to everything', words(300, () => true), [-0.01, 0.01], [-0.1, 0.1]],
  ['a coin', words(3000, (_, i) => (i * 7) % 11 < 5), [-0.1, 0.1], [-0.1, 0.1]],
  ['right three times', words(3, (right) => right), [0, 0.4], [-0.5, 0]],
] as const)('%s weighs what it is worth', (_, said, up, down) => {
  const signals = modelSignals(said)
  for (const [approve, [low, high]] of [[true, up], [false, down]] as const) {
    const nats = leadOf(signals, approve) / NATS
    expect(nats).toBeGreaterThanOrEqual(low)
    expect(nats).toBeLessThanOrEqual(high)
  }
}) // prettier-ignore

test('each model has its own record; without words there is none', () => {
  const two = modelSignals([
    ...words(200, (right) => right, 'model:good'),
    ...words(200, (right) => !right, 'model:bad'),
  ])
  expect(leadOf(two, true, 'model:good')).toBeGreaterThan(NATS)
  expect(leadOf(two, true, 'model:bad')).toBeLessThan(-NATS)
  expect(modelSignals([])).toEqual({})
})

/** Three reviewers of different skill on work that is right two times in three. */
function crowd(seed = 4): { votes: Vote[]; right: Map<string, boolean> } {
  const rng = createRng(seed)
  const right = new Map(Array.from({ length: 120 }, (_, i) => [String(i), rng.fraction() < 0.65]))
  const votes = [...right].flatMap(([submission_id, is]) =>
    ['1', '2', '3'].map((reviewer_id, r): Vote => ({
      review_id: `${submission_id}${r}`,
      submission_id,
      author_id: 'a',
      round: 1,
      question: 'q',
      reviewer_id,
      approve: is === rng.fraction() < 0.9 - r / 10,
      decided: null,
      gold: null,
    })),
  )
  return { votes, right }
}
const name = { batch: 'b', event: '1' }
const modelSays = (right: Map<string, boolean>, says: (is: boolean) => boolean): ModelVote[] =>
  [...right].map(([submission_id, is]) => ({
    submission_id,
    round: 1,
    question: 'q',
    model: 'model:m',
    approve: says(is),
  }))

test('a model is one more witness: people say what it is worth, and it changes nothing about people', () => {
  const { votes, right } = crowd()
  const without = inferReliability(votes, name)
  for (const says of [(is: boolean) => is, (is: boolean) => !is, () => true]) {
    const { snapshot, people } = inferReliability(votes, name, modelSays(right, says))
    expect(people).toEqual(without.people)
    expect({ ...snapshot, signals: without.snapshot.signals }).toEqual(without.snapshot)
  }
  const good = inferReliability(
    votes,
    name,
    modelSays(right, (is) => is),
  ).snapshot
  const bad = inferReliability(
    votes,
    name,
    modelSays(right, (is) => !is),
  ).snapshot
  expect(leadOf(good.signals, true)).toBeGreaterThan(NATS)
  expect(leadOf(bad.signals, true)).toBeLessThan(-NATS)
})

test('audits count as what is so: a model that they contradict loses what people gave it', () => {
  const { votes, right } = crowd()
  const audited = votes.map((v) => ({ ...v, gold: !right.get(v.submission_id)! }))
  const models = modelSays(right, (is) => is)
  expect(leadOf(inferReliability(audited, name, models).snapshot.signals, true)).toBeLessThan(-NATS)
})

test('words on work that nobody reviewed say nothing', () => {
  const { votes } = crowd()
  const models = [{ submission_id: 'other', round: 1, question: 'q', model: 'model:m', approve: true }]
  expect(inferReliability(votes, name, models).body).toBe(inferReliability(votes, name).body)
})

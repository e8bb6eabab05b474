import {
  dawidSkene,
  decide,
  marginFor,
  numberRows,
  readSnapshot,
  unitsFromShares,
  weightsFromConfusion,
  writeSnapshot,
} from 'assay/engine'

const rows = Array.from({ length: 40 }, (_, i) =>
  ['ann', 'bob', 'eve'].map((worker, w) => ({
    task: `t${i}`,
    worker,
    label: (i % 2 === 0) !== (i % (5 + 2 * w) === 1) ? 'approve' : 'disapprove',
  })),
).flat()
const { labels, workers, classes } = numberRows(rows)
const { confusion, prior } = dawidSkene(labels, { prior: { diagonal: 2, other: 1 } })

// Publish: what each person's vote weighs, in whole numbers of 2^-16 nats.
const matrix = (w: number) => confusion.subarray(w * 4, w * 4 + 4)
const published = writeSnapshot({
  format: 'assay-snapshot-1',
  batch: '12',
  event: '4711',
  unit_bits: 16,
  classes,
  prior: unitsFromShares(prior),
  margin: classes.map(() => marginFor(0.95, classes.length)),
  default_weights: weightsFromConfusion([0.7, 0.3, 0.3, 0.7], 2),
  people: Object.fromEntries(workers.map((name, w) => [name, weightsFromConfusion(matrix(w), 2)])),
  signals: {},
})

// Decide: anyone who has the text and the votes adds the same numbers.
const votes = [
  { person: 'ann', said: 0 },
  { person: 'bob', said: 0 },
  { person: 'somebody new', said: 0 },
]
const { answer, scores } = decide(readSnapshot(published), votes)
console.log('answer:', answer === null ? 'open, ask one more' : classes[answer])

// Check it in any language that has whole numbers.
const snapshot = JSON.parse(published)
const weights = votes.map((v) => (snapshot.people[v.person] ?? snapshot.default_weights)[v.said])
const again = snapshot.prior.map((p: number, c: number) => weights.reduce((sum, w) => sum + BigInt(w[c]), BigInt(p)))
console.log(
  'recomputed alike:',
  scores.every((s, c) => BigInt(s) === again[c]),
)

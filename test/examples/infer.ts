import { answerOf, auto, numberRows } from 'assay/engine'

const votes = [
  ['photo-1', 'ann', 'cat'], ['photo-1', 'bob', 'cat'], ['photo-1', 'eve', 'dog'],
  ['photo-2', 'ann', 'dog'], ['photo-2', 'bob', 'dog'], ['photo-2', 'eve', 'dog'],
  ['photo-3', 'ann', 'cat'], ['photo-3', 'bob', 'cat'], ['photo-3', 'eve', 'dog'],
  ['photo-4', 'ann', 'dog'], ['photo-4', 'bob', 'dog'], ['photo-4', 'eve', 'cat'],
] as const // prettier-ignore

const { labels, tasks, workers, classes } = numberRows(votes.map(([task, worker, label]) => ({ task, worker, label })))
const { posterior, reliability, members } = auto(labels)

tasks.forEach((task, t) => {
  const { class: k, tied } = answerOf(posterior, classes.length, t)
  console.log(task, k < 0 ? `tie of ${tied.map((c) => classes[c]).join(' and ')}` : classes[k])
})
const trusted = workers.toSorted(
  (a, b) => reliability.mean[workers.indexOf(b)]! - reliability.mean[workers.indexOf(a)]!,
)
console.log('least to be believed:', trusted.at(-1))
console.log('models that were weighed:', members.length > 0)

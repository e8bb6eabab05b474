import { numbers, pairwise } from 'assay/engine'

// How many people are in each of 100 pictures? Worker 0 and 1 count, worker 2 guesses.
const truth = Array.from({ length: 100 }, (_, t) => 10 + ((t * 37) % 50))
const rows = truth.flatMap((people, t) => [
  { t, w: 0, value: people + (t % 3) - 1 },
  { t, w: 1, value: people + (t % 2) },
  { t, w: 2, value: 10 + ((t * 23) % 50) },
])
const column = (f: (row: (typeof rows)[number]) => number) => rows.map((row) => f(row))
const columns = { task: column((r) => r.t), worker: column((r) => r.w), value: column((r) => r.value) }
const { answer, worker_sd } = numbers({ tasks: 100, workers: 3, ...columns })

const meanError = (of: (t: number) => number) =>
  truth.reduce((sum, people, t) => sum + Math.abs(of(t) - people), 0) / 100
const plainMean = (t: number) => rows.reduce((sum, row) => sum + (row.t === t ? row.value / 3 : 0), 0)
console.log(
  'off by',
  meanError(plainMean).toFixed(1),
  'with the mean,',
  meanError((t) => answer[t]!).toFixed(1),
  'with what people are like',
)
console.log('least precise: worker', worker_sd.indexOf(Math.max(...worker_sd)))

// Which of three texts reads best? Each row: this worker put the winner above the loser.
const { order } = pairwise({
  items: 3,
  workers: 2,
  worker: [0, 0, 0, 1, 1],
  winner: [2, 2, 0, 2, 0],
  loser: [0, 1, 1, 1, 1],
})
console.log('best to worst:', order.join(' '))

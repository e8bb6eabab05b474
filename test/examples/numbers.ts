import { numbers, pairwise } from 'assay/engine'

// How many people are in each of three pictures? Worker 2 guesses.
const counts = numbers({
  tasks: 3,
  workers: 3,
  task: [0, 0, 0, 1, 1, 1, 2, 2, 2],
  worker: [0, 1, 2, 0, 1, 2, 0, 1, 2],
  value: [10, 11, 19, 30, 29, 11, 50, 51, 80],
})
counts.answer.forEach((x, t) => console.log(`picture ${t}: ${x.toFixed(0)}`))

// Which of three texts reads best? Each row: this worker put the winner above the loser.
const { order } = pairwise({ items: 3, workers: 2, worker: [0, 0, 0, 1, 1], winner: [2, 2, 0, 2, 0], loser: [0, 1, 1, 1, 1] })
console.log('best to worst:', order.join(' '))

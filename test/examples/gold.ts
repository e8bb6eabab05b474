import { dawidSkene, numberRows } from 'assay/engine'

// Three of four people have the two classes the wrong way round; six known answers show who.
const rows = Array.from({ length: 30 }, (_, i) => {
  const truth = i % 2 === 0 ? 'left' : 'right'
  const swapped = i % 2 === 0 ? 'right' : 'left'
  return ['p', 'q', 'r', 's'].map((worker) => ({ task: `scan-${i}`, worker, label: worker === 's' ? truth : swapped }))
}).flat()
const gold = Array.from({ length: 6 }, (_, i) => ({ task: `scan-${i}`, label: i % 2 === 0 ? 'left' : 'right' }))

const { labels, workers, classes } = numberRows(rows, gold)
const even = new Float64Array(labels.tasks * labels.classes).fill(1 / labels.classes)
const { posterior, reliability, iterations } = dawidSkene(labels, { prior: { diagonal: 1, other: 1 }, initial: even })

console.log('scan-20 is', classes[posterior[20 * 2]! > 0.5 ? 0 : 1], `(${iterations} iterations)`)
workers.forEach((worker, w) => console.log(worker, reliability.mean[w]! > 0.5 ? 'mostly right' : 'mostly wrong'))

import { OnlineDawidSkene } from 'assay/engine'

const online = new OnlineDawidSkene({ classes: 2 })
const said = (p: Float64Array) => `[${Array.from(p, (x) => x.toFixed(2)).join(', ')}]`

// Worker 0 and 1 agree on twenty tasks, worker 2 says the opposite.
for (let task = 0; task < 20; task++)
  for (const worker of [0, 1, 2]) online.add(task, worker, worker === 2 ? 1 - (task % 2) : task % 2)

online.add(20, 2, 1)
console.log('worker 2 alone says 1:', said(online.posteriorOf(20)))
online.add(20, 0, 0)
console.log('and worker 0 says 0:  ', said(online.posteriorOf(20)))
online.refit()
console.log('after a full run:     ', said(online.posteriorOf(20)))

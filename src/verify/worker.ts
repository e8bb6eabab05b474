import { parentPort, workerData } from 'node:worker_threads'
import { Hand, type Setting, type Task } from './tasks.ts'

// One more thread that checks a season: does what it is asked, one task after the other.
const hand = new Hand(workerData as Setting)
parentPort!.on('message', (task: Task) => {
  hand
    .do(task)
    .then((done) => parentPort!.postMessage({ done }))
    .catch((error: Error) => parentPort!.postMessage({ failed: error.stack ?? error.message }))
})

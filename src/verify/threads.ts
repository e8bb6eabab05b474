import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Hand, type Done, type Progress, type Setting, type Task } from './tasks.ts'

/** This thread and as many more as were asked for; each is given one task at a time. */
export class Hands {
  readonly own: Hand
  #others: Worker[]

  constructor(threads: number, at: Omit<Setting, 'name' | 'is_shared'>) {
    const is_shared = threads > 1
    this.own = new Hand({ ...at, name: '0', is_shared })
    this.#others = Array.from({ length: threads - 1 }, (_, i) => startWorker({ ...at, name: `${i + 1}`, is_shared }))
  }

  get count(): number {
    return this.#others.length + 1
  }

  /** Does one task in each thread, the first in this one, and answers in their order. */
  async all(tasks: readonly Task[], progress: Progress = () => {}): Promise<Done[]> {
    const others = tasks.slice(1).map((task, i) => ask(this.#others[i]!, task))
    // When this thread's fails first, the others' failures are heard all the same.
    const rest = Promise.all(others)
    rest.catch(() => {})
    const own = tasks[0] ? [await this.own.do(tasks[0], progress)] : []
    return [...own, ...(await rest)]
  }

  async close(): Promise<void> {
    await Promise.all(this.#others.map((w) => w.terminate()))
  }
}

/** The program is one file with this one beside it. From the sources it is run as they are, which a thread must be taught. */
function startWorker(at: Setting): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./verify-worker.mjs', import.meta.url), { workerData: at })
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api')).href.replace(/cjs$/, 'mjs')
  const file = new URL('./worker.ts', import.meta.url).href
  const code = `import { register } from '${loader}'; register(); await import('${file}')`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData: at, execArgv: [] })
}

function ask(worker: Worker, task: Task): Promise<Done> {
  return new Promise((resolve, reject) => {
    const onMessage = (m: { done: Done } | { failed: string }): void => {
      forget()
      if ('done' in m) resolve(m.done)
      else reject(new Error(m.failed))
    }
    const onEnd = (why: unknown): void => {
      forget()
      reject(why instanceof Error ? why : new Error(`a thread ended with ${String(why)} before it was done`))
    }
    const forget = (): void => {
      worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd)
    }
    worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd)
    worker.postMessage(task)
  })
}

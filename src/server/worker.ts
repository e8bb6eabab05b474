import type { Ctx } from '../platform/context.ts'
import { runJob, type Job, type JobLocks } from '../platform/jobs/job.ts'
import type { Parts } from './app.ts'
import { jobs } from './jobs.ts'

/** A context without a caller, as jobs and the command line have it. */
export const jobContext = (parts: Parts): Ctx => ({
  ...parts,
  now: parts.clock.now(),
  caller: undefined,
  idempotency: undefined,
  http: undefined,
})

/** Jobs at work at one time: they share the pool with requests. */
const AT_ONCE = 3

/** Wakes every job at its pace until stopped. Two workers may run side by side: a job runs in one of them at a time. */
export function startWorker(
  parts: Parts,
  locks: JobLocks,
  elapsedMs: () => number = () => performance.now(),
): { stop(): Promise<void> } {
  let stopped = false
  const wakeUps = new Set<() => void>()
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        wakeUps.delete(done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      wakeUps.add(done)
    })
  let free = AT_ONCE
  const queue: (() => void)[] = []
  const turn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else free += 1
    }
  }
  const loops = jobs.map(async (job, i) => {
    await pause(10 * i)
    while (!stopped) {
      const outcome = await turn(() => runJob(jobContext(parts), job, locks, elapsedMs)).catch((error: unknown) => {
        // The database is away: the next round tries again.
        parts.log.warn({ job: job.name, err: error }, 'job could not start')
        return { more: false }
      })
      if (!stopped) await pause(outcome.more ? 5 : job.every_ms)
    }
  })
  return {
    async stop() {
      stopped = true
      for (const wake of wakeUps) wake()
      await Promise.all(loops)
    },
  }
}

const alone: JobLocks = { take: () => Promise.resolve(true), drop: () => Promise.resolve() }

/** Runs every job until none has more to do: how tests and the simulator let background work catch up. */
export async function settleJobs(parts: Parts, only?: readonly string[], known: readonly Job[] = jobs): Promise<void> {
  for (let round = 0; round < 1000; round++) {
    let more = false
    for (const job of known) {
      if (only && !only.includes(job.name)) continue
      const outcome = await runJob(jobContext(parts), job, alone, () => performance.now())
      if (outcome.error) throw outcome.error
      more ||= outcome.more
    }
    if (!more) return
  }
  throw new Error('assumption broken: background work ends')
}

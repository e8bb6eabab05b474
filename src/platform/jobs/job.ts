import type { Ctx } from '../context.ts'
import { readJobState, writeJobState } from '../db/queries.ts'

/**
 * A piece of background work: a function that a real or a virtual clock calls. It looks for what is due in our own
 * tables and does a bounded amount; `true` means "there is more", so it is called again at once.
 */
export type Job = {
  name: string
  every_ms: number
  run(ctx: Ctx, watermark: Record<string, unknown>): Promise<{ more: boolean; watermark?: Record<string, unknown> }>
}

/** Keeps a job in one worker at a time; held apart from the pool, so that no job waits for a connection another holds. */
export type JobLocks = { take(name: string): Promise<boolean>; drop(name: string): Promise<void> }

/** Runs a job once, unless another worker has it. The watermark is kept only when the run succeeds. */
export async function runJob(
  ctx: Ctx,
  job: Job,
  locks: JobLocks,
  elapsedMs: () => number,
): Promise<{ ran: boolean; more: boolean; error?: unknown }> {
  if (!(await locks.take(job.name))) return { ran: false, more: false }
  try {
    const started = elapsedMs()
    const before = await readJobState(ctx.db, job.name)
    try {
      const { more, watermark } = await job.run(ctx, before)
      await writeJobState(ctx.db, job.name, {
        watermark: watermark ?? before,
        ran_at: ctx.now,
        took_ms: elapsedMs() - started,
        error: null,
      })
      return { ran: true, more }
    } catch (error) {
      ctx.log.error({ job: job.name, err: error }, 'job failed; it will be tried again')
      await writeJobState(ctx.db, job.name, {
        watermark: before,
        ran_at: ctx.now,
        took_ms: elapsedMs() - started,
        error: String(error).slice(0, 500),
      })
      return { ran: true, more: false, error }
    }
  } finally {
    await locks.drop(job.name)
  }
}

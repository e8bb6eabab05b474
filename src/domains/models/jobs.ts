import type { Job } from '../../platform/jobs/job.ts'
import { askBuiltin } from './ask-builtin.ts'
import { askEndpoint, type Memory } from './ask-endpoint.ts'
import { forgetModelAnswers } from './queries.ts'

const KEPT_MS = 30 * 86_400_000

/** Gives work under review the votes of the models that its campaign asks for. No review waits for it. */
export const askModels: Job = {
  name: 'ask_models',
  every_ms: 5000,
  async run(ctx, watermark) {
    const some = await askBuiltin(ctx)
    const { more, memory } = await askEndpoint(ctx, watermark as Memory)
    await forgetModelAnswers(ctx.db, new Date(ctx.now.getTime() - KEPT_MS))
    return { more: some || more, watermark: memory }
  },
}

import type { Job } from '../../platform/jobs/job.ts'
import { advance } from './advance.ts'
import { forgetUnlinked } from './queries.ts'
import { dueScans } from './scan-queries.ts'

const AT_ONCE = 4
const FORGET_AT_ONCE = 200

/** Takes each scan that is due one bounded step further, a few side by side; forgets what was found of unlinked wallets. */
export const scanGas: Job = {
  name: 'scan_gas',
  every_ms: 2000,
  async run(ctx) {
    const forgotten = await forgetUnlinked(ctx.db, FORGET_AT_ONCE)
    if (ctx.config.gas.chains.length === 0) return { more: false }
    const due = await dueScans(ctx.db, ctx.now, AT_ONCE)
    const outcomes = await Promise.allSettled(due.map((scan) => advance(ctx, scan)))
    const broken = outcomes.find((o) => o.status === 'rejected')
    if (broken) throw broken.reason
    return { more: due.length > 0 || forgotten >= FORGET_AT_ONCE }
  },
}

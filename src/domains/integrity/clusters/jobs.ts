import type { Job } from '../../../platform/jobs/job.ts'
import { findTouched } from './find.ts'
import { rankTrust } from './trust.ts'

/** Finds who belongs together where links changed, and says it in cases; it decides nothing. */
export const findClustersJob: Job = {
  name: 'find_clusters',
  every_ms: 60_000,
  async run(ctx) {
    const { more } = await findTouched(ctx)
    return { more }
  },
}

/** Ranks people by how far they are from those known to be honest, once a day. */
export const rankTrustJob: Job = {
  name: 'rank_trust',
  every_ms: 3_600_000,
  run: (ctx, watermark) => rankTrust(ctx, watermark as { ranked_at?: string }),
}

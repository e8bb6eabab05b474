import { createStore } from '../../platform/files/store.ts'
import { releasesDir } from '../../platform/files/place.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { buildStep } from './build.ts'
import { fail } from './finish.ts'
import { nextBuilding, saveProgress } from './queries.ts'

/** Steps that fail in a row before a release is given up. */
const MOST_TRIES = 5

/** Builds releases, one bounded step a run, the one that has waited longest first. */
export const buildReleases: Job = {
  name: 'build_releases',
  every_ms: 2000,
  async run(ctx) {
    const release = await nextBuilding(ctx.db)
    if (!release) return { more: false }
    const store = createStore(releasesDir(ctx.config))
    try {
      await buildStep(ctx, store, release)
      return { more: true }
    } catch (error) {
      const { progress } = release
      const tries = progress.tries + 1
      const why = error instanceof Error ? error.message : String(error)
      if (tries >= MOST_TRIES)
        await fail(
          ctx,
          store,
          release,
          `Building failed ${tries} times at the step "${progress.step}": ${why}`.slice(0, 500),
        )
      else await saveProgress(ctx.db, release, { ...progress, tries })
      throw error
    }
  },
}

import type { Db } from '../../platform/context.ts'
import { lockReleases, setHold, type ReleaseRow } from './queries.ts'

/** Keeps a release from being published while something claimed about it is open or has failed; null lets it go. */
export async function holdRelease(
  db: Db,
  release: { campaign_id: string; release_id: string },
  hold: ReleaseRow['hold'],
): Promise<void> {
  await lockReleases(db, release.campaign_id)
  await setHold(db, release.campaign_id, release.release_id, hold)
}

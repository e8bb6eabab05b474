import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** What checks measured of the work in a release, and the copies that they found in its campaign by the cut. */
export async function noveltyOf(
  db: Db,
  release: { campaign_id: string; id: string; cut_at: Date },
): Promise<{ coverage_bps: number | null; duplicates_avoided: number }> {
  const { rows } = await sql<{ coverage_bps: number | null; duplicates_avoided: number }>`
    select (select round(avg(r.coverage_ppm) / 100)::int
              from release_entry e join check_run r on r.campaign_id = e.campaign_id and r.submission_id = e.submission_id and r.run = 1
             where e.campaign_id = ${release.campaign_id}::bigint and e.release_id = ${release.id}::bigint and e.in_data) as coverage_bps,
           (select count(*)::int from check_run where campaign_id = ${release.campaign_id}::bigint and run = 1 and outcome = 'reject' and done_at <= ${release.cut_at}
               and results @? '$[*] ? (@.verdict == "fail" && (@.kind == "exact_duplicate" || @.kind == "near_duplicate"))') as duplicates_avoided`.execute(
    db,
  )
  return rows[0]!
}

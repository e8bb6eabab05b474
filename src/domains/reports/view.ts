import type { ReportHead } from './contract.ts'
import type { ReportRow } from './queries.ts'

/** A report without its figures. */
export const headView = (r: ReportRow): ReportHead => ({
  report_id: r.id,
  season_id: r.season_id,
  state: r.state,
  until_seq: r.until_seq,
  progress: r.progress,
  content_hash: r.content_hash,
  error: r.error,
  created_at: r.created_at.toISOString(),
  ready_at: r.ready_at?.toISOString() ?? null,
  published_at: r.published_at?.toISOString() ?? null,
})

import type { Db } from '../../../platform/context.ts'

/** Accepted work before a place, newest first. */
export async function acceptedBefore(
  db: Db,
  campaignId: string,
  before: string | undefined,
  limit: number,
): Promise<{ id: string; answer: Record<string, unknown> }[]> {
  let q = db
    .selectFrom('submission as s')
    .innerJoin('submission_answer as a', (j) =>
      j.onRef('a.campaign_id', '=', 's.campaign_id').onRef('a.submission_id', '=', 's.id'),
    )
    .select(['s.id', 'a.answer'])
    .where('s.campaign_id', '=', campaignId)
    .where('s.status', '=', 'accepted')
    .orderBy('s.id', 'desc')
    .limit(limit)
  if (before) q = q.where('s.id', '<', before)
  return (await q.execute()) as { id: string; answer: Record<string, unknown> }[]
}

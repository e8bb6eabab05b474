import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** Takes a grader's own words out of their grades; right, wrong and reason codes stay. */
export async function eraseGraderComments(db: Db, accountId: string): Promise<void> {
  await sql`update audit_grade set grades = (select coalesce(jsonb_object_agg(key, value - 'comment'), '{}') from jsonb_each(grades))
    where grader_id = ${accountId} and grades::text like '%"comment"%'`.execute(db)
}

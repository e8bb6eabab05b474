import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { STEPS } from './contract.ts'

export type CaseEvent = {
  tx: string
  id: string
  kind: (typeof STEPS)[number]
  at: Date
  body: Record<string, unknown>
}

/** Everything that was recorded of a case, in order. The kinds stand in the statement, for the index has them too. */
export async function eventsOfCase(db: Db, caseId: string): Promise<CaseEvent[]> {
  const { rows } = await sql<CaseEvent>`
    select tx::text as tx, id, kind, at, body from event
     where campaign_id = 0 and subject_id = ${caseId}::bigint
       and kind in ('case_opened', 'case_evidence_added', 'case_waits', 'case_stated', 'case_opinion', 'sanctioned', 'sanction_ended',
                    'sanction_appealed', 'sanction_appeal_decided', 'case_closed')
     order by id limit 2000`.execute(db)
  return rows
}

/** Who ended each sanction of a case, and with which words; null where its time did. */
export async function endingsOf(
  db: Db,
  caseId: string,
): Promise<Map<string, { by: string | null; reason: string | null }>> {
  const { rows } = await sql<{ id: string; by: string | null; reason: string | null }>`
    select id, ended_by as by, ended_reason as reason from sanction where case_id = ${caseId}::bigint limit 200`.execute(
    db,
  )
  return new Map(rows.map((r) => [r.id, { by: r.by, reason: r.reason }]))
}

/** The names of people who acted, and whether each is an operator. */
export async function actorsOf(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, { handle: string; operator: boolean }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; handle: string; operator: boolean }>`
    select id, handle, 'operator' = any (roles) as operator from account where id = any (${[...ids]}::bigint[])`.execute(
    db,
  )
  return new Map(rows.map((r) => [r.id, { handle: r.handle, operator: r.operator }]))
}

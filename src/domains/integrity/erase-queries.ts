import type { Db } from '../../platform/context.ts'

/** Deletes what a person said in cases, what was said about them, and how their work changed; that a case was stays. */
export async function eraseCases(db: Db, accountId: string): Promise<void> {
  const mine = db.selectFrom('case_file').select('id').where('account_id', '=', accountId)
  await db.updateTable('case_evidence').set({ says: '' }).where('case_id', 'in', mine).execute()
  await db.updateTable('case_opinion').set({ reason: '' }).where('case_id', 'in', mine).execute()
  await db
    .updateTable('case_file')
    .set((eb) => ({
      why: '',
      statement: eb.case().when('statement', 'is', null).then(null).else('').end(),
      proposal: null,
      proposed_by: null,
      state: eb.case().when('state', '=', 'proposed').then('open').else(eb.ref('state')).end(),
    }))
    .where('account_id', '=', accountId)
    .execute()
  await db
    .updateTable('sanction')
    .set((eb) => ({ reason: '', ended_reason: eb.case().when('ended_reason', 'is', null).then(null).else('').end() }))
    .where('account_id', '=', accountId)
    .execute()
  await db
    .updateTable('sanction_appeal')
    .set((eb) => ({ reason: '', answer: eb.case().when('answer', 'is', null).then(null).else('').end() }))
    .where('account_id', '=', accountId)
    .execute()
  await db.updateTable('account_report').set({ says: '' }).where('reporter_id', '=', accountId).execute()
  await db.deleteFrom('watch').where('account_id', '=', accountId).execute()
}

/** The events of an account's cases: they name the case and nobody, so only the case tells whose they are. */
export async function caseEventsOf(db: Db, accountId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('event')
    .innerJoin('case_file', 'case_file.id', 'event.subject_id')
    .select('event.id')
    .where('event.campaign_id', '=', '0')
    .where('case_file.account_id', '=', accountId)
    .execute()
  return rows.map((r) => r.id)
}

import type { Db } from '../../platform/context.ts'

/** Deletes what a person answered in exams; that they passed stays. */
export async function eraseExamAnswers(db: Db, accountId: string): Promise<void> {
  await db
    .updateTable('exam_attempt')
    .set({ answers: null })
    .where('account_id', '=', accountId)
    .where('answers', 'is not', null)
    .execute()
}

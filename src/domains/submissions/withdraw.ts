import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { insertWithdrawal, lockSubmissions } from './queries.ts'

/**
 * A contributor takes work back. What was decided and paid stays; no later release holds the content, and one that
 * does is revoked by its successor.
 */
export async function withdraw(ctx: Ctx, campaignId: string, submissionId: string) {
  return transact(ctx, campaignId, async (db) => {
    const who = callerOf(ctx).account_id
    const [submission] = await lockSubmissions(db, [{ campaign_id: campaignId, submission_id: submissionId }])
    if (!submission || submission.author_id !== who) throw new Refusal('submission_not_found')
    if (!(await insertWithdrawal(db, campaignId, submissionId, who, ctx.now))) throw new Refusal('already_withdrawn')
    await recordEvents(ctx, db, [
      { campaign_id: campaignId, kind: 'withdrawn', subject_id: submissionId, body: { author_id: who } },
    ])
    return { submission_id: submissionId, status: submission.status }
  })
}

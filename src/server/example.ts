import { claim } from '../domains/assignment/claim.ts'
import { queueItems } from '../domains/assignment/jobs.ts'
import { worstCaseOf } from '../domains/campaigns/budget.ts'
import { insertDraft } from '../domains/campaigns/create.ts'
import { openItems } from '../domains/campaigns/jobs.ts'
import { campaignRow, exampleCampaign, hasSubmissions, lockExample } from '../domains/campaigns/manage-queries.ts'
import { assignRoles } from '../domains/campaigns/members.ts'
import { markOpened } from '../domains/campaigns/open.ts'
import { insertQuestions, putExam } from '../domains/exams/queries.ts'
import { freeHandle } from '../domains/identity/create-account.ts'
import { insertAccount } from '../domains/identity/queries.ts'
import { campaignAccount, OUTSIDE, requesterAccount } from '../domains/ledger/accounts.ts'
import { recordTransfers } from '../domains/ledger/transfer.ts'
import { ensureSeason } from '../domains/seasons/ensure.ts'
import { submit } from '../domains/submissions/submit.ts'
import type { Ctx } from '../platform/context.ts'
import { assert } from '../platform/refusal.ts'
import { EXAMPLE, EXAMPLE_EXAM, EXAMPLE_QUESTIONS, EXAMPLE_SAMPLES } from './example-content.ts'

/**
 * Makes sure that there is an open example campaign in which a newcomer can qualify, contribute and review at once;
 * returns its id. Doing it again changes nothing, and finishes what a crash cut short.
 */
export async function ensureExample(ctx: Ctx, operatorId: string): Promise<string> {
  const season = await ensureSeason(ctx)
  const id = await ctx.db.transaction().execute(async (db) => {
    // Two processes that start at once make one example.
    await lockExample(db)
    const there = await exampleCampaign(db)
    if (there) return there
    const id = await insertDraft(ctx, db, {
      draft: EXAMPLE,
      requester_id: operatorId,
      season_id: season.id,
      example: true,
    })
    await insertQuestions(
      db,
      id,
      EXAMPLE_QUESTIONS.map((q) => ({ ...q, id: ctx.newId() })),
      ctx.now,
    )
    await putExam(db, id, EXAMPLE_EXAM)
    const c = (await campaignRow(db, id))!
    // Points are not money: the operator's installation gives them out.
    for (const { currency, amount_minor } of await worstCaseOf(db, c)) {
      const points = { subject_id: id, currency, amount_minor }
      await recordTransfers(ctx, db, [
        {
          campaign_id: '0',
          id: `top_up:example-${id}-${currency}`,
          kind: 'top_up',
          debit: OUTSIDE,
          credit: requesterAccount(operatorId),
          ...points,
          subject_id: operatorId,
        },
        {
          campaign_id: id,
          id: `fund:example-${currency}`,
          kind: 'campaign_funded',
          debit: requesterAccount(operatorId),
          credit: campaignAccount(id),
          ...points,
        },
      ])
    }
    await markOpened(ctx, db, c, 'open', season)
    return id
  })
  if (!(await hasSubmissions(ctx.db, id))) await addSamples(ctx, id)
  return id
}

/** A few submissions of our own, so that the first newcomer finds something to review. They come from an account that nobody can sign in to. */
async function addSamples(ctx: Ctx, campaignId: string): Promise<void> {
  const authorId = ctx.newId()
  await ctx.db.transaction().execute(async (db) => {
    assert(
      await insertAccount(db, {
        id: authorId,
        handle: await freeHandle(ctx, db, 'assay-samples'),
        language: 'en',
        roles: [],
        created_at: ctx.now,
      }),
      'a handle drawn afresh is free',
    )
    await assignRoles(ctx, db, {
      campaign_id: campaignId,
      account_id: authorId,
      roles: [{ role: 'contributor', why: 'contribute_needed' }],
      consent_version: 1,
    })
  })
  const author: Ctx = {
    ...ctx,
    caller: { account_id: authorId, roles: [], via: 'key', scopes: ['contribute'], session_id: authorId },
  }
  // Opened and leased a while ago, since the samples took their time to write.
  const before: Ctx = { ...author, now: new Date(ctx.now.getTime() - 600_000) }
  await openItems.run(before, {})
  await queueItems.run(before, {})
  for (const answer of EXAMPLE_SAMPLES) {
    const { leases } = await claim(before, campaignId, 'contribute', 1)
    const item_id = leases[0]?.target_id
    if (item_id) await submit(author, campaignId, [{ item_id, answer }])
  }
}

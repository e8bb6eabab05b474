import type { Ctx } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { lockSubmissions } from '../submissions/queries.ts'
import { insertModelVotes, modelVotesOf, type ModelVote } from './queries.ts'

/** A vote, and what its model had learned from when it gave it. */
export type Given = ModelVote & { trained_on?: number }

/**
 * Records what models said, with its evidence, in one transaction. The lock sets each vote before or after the decision:
 * what comes after it, or in another round, is not kept.
 */
export async function recordModelVotes(ctx: Ctx, given: readonly Given[]): Promise<void> {
  if (given.length === 0) return
  await ctx.db.transaction().execute(async (db) => {
    const open = new Map((await lockSubmissions(db, given)).map((s) => [s.id, s]))
    const had = new Set((await modelVotesOf(db, given)).map(placeOf))
    const kept = given.filter((g) => {
      const s = open.get(g.submission_id)
      return s?.status === 'in_review' && s.round === g.round && !had.has(placeOf(g))
    })
    await write(
      db,
      insertModelVotes(kept, ctx.now),
      ...eventWrites(
        ctx,
        kept.map(({ campaign_id, submission_id, round, model, votes, trained_on }) => ({
          campaign_id,
          kind: 'model_voted',
          subject_id: submission_id,
          body: { model, round, ...(trained_on !== undefined && { trained_on }) },
          commit: { votes },
        })),
      ),
    )
  })
}

const placeOf = (v: ModelVote): string => `${v.submission_id}/${v.round}/${v.model}`

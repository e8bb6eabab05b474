import type { Ctx, Db } from '../../platform/context.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { readSnapshot, writeSnapshot, type Snapshot } from '../../engine/snapshot.ts'
import { versionOf, type Version } from '../campaigns/queries.ts'
import { comparedQuestions } from '../templates/redundancy-rules.ts'
import {
  adaptiveRedundancy,
  answersTo,
  countNewAnswers,
  insertAnswerSnapshot,
  newestAnswerSnapshot,
} from './redundancy-queries.ts'
import { inferAnswers, sureEnough } from './redundancy-rules.ts'
import { isDue } from './schedule-rules.ts'

const ANSWERS_READ = 300_000

/** Questions with one of a few answers: those whose doubt can be weighed. */
export const weighedQuestions = (version: Version) =>
  comparedQuestions(version.form).filter((q) => q.widget === 'choice' || q.widget === 'preference')

/** Infers whom to believe about each question of campaigns in redundancy mode, as answers come in. */
export async function takeAnswerSnapshots(ctx: Ctx): Promise<void> {
  for (const c of await adaptiveRedundancy(ctx.db)) {
    const at = c.newest_submission_id
    if (at === null) continue
    const version = await versionOf(ctx.db, c.campaign_id, c.version)
    for (const q of weighedQuestions(version)) {
      const before = await newestAnswerSnapshot(ctx.db, c.campaign_id, q.key)
      const fresh = await countNewAnswers(ctx.db, c.campaign_id, before?.at_submission_id ?? '0')
      if (!isDue({ new_votes: fresh, known_votes: before?.votes ?? 0, taken_at: before?.taken_at ?? null }, ctx.now))
        continue
      const answers = await answersTo(ctx.db, c.campaign_id, q.key, ANSWERS_READ)
      if (answers.length === 0) continue
      const id = ctx.newId()
      const batch = `${c.campaign_id}-${q.key}-${id}`
      const body = writeSnapshot(inferAnswers(answers, q.options, sureEnough(version.settings)!, { batch, event: at }))
      const row = {
        campaign_id: c.campaign_id,
        question: q.key,
        id,
        batch,
        at_submission_id: at,
        body,
        hash: sha256Hex(body),
        votes: answers.length,
      }
      await ctx.db.transaction().execute((db) =>
        write(
          db,
          insertAnswerSnapshot(row, ctx.now),
          ...eventWrites(ctx, [
            {
              campaign_id: c.campaign_id,
              kind: 'answers_weighed',
              subject_id: c.campaign_id,
              body: { batch, question: q.key, at_submission_id: at, votes: row.votes, hash: row.hash },
            },
          ]),
        ),
      )
    }
  }
}

/** By question, the newest snapshot that decides it; none where a plurality does, or before there is one. */
export async function answerBasis(db: Db, version: Version): Promise<ReadonlyMap<string, Snapshot>> {
  const basis = new Map<string, Snapshot>()
  if (version.settings.policy?.kind !== 'adaptive') return basis
  for (const q of weighedQuestions(version)) {
    const row = await newestAnswerSnapshot(db, version.campaign_id, q.key)
    // Another version may have asked with other options.
    const snapshot = row && readSnapshot(row.body)
    if (
      snapshot &&
      q.options.length === snapshot.classes.length &&
      q.options.every((o, i) => o === snapshot.classes[i])
    )
      basis.set(q.key, snapshot)
  }
  return basis
}

import type { Ctx } from '../../platform/context.ts'
import { judgeText, trainedOn, trainText, type TextClassifier } from '../../engine/text-classifier.ts'
import { textFeatures } from '../../engine/text-features.ts'
import { versionOf } from '../campaigns/queries.ts'
import { judgedQuestions } from '../templates/rules.ts'
import { campaignsToLearn, decidedTexts, unaskedWork } from './queries.ts'
import { recordModelVotes, type Given } from './record.ts'
import { BUILTIN, partsFor, type ModelVotes } from './rules.ts'

const BATCH = 100
/** Of the decisions a step of the ladder holds, the newest so many are learned from. */
const LEARNED = 1_000
const KEPT = 32

type Trained = { on: number; classifier: TextClassifier | undefined }
const kept = new WeakMap<object, Map<string, Trained>>()

/**
 * Gives work under review the built-in classifier's vote, question by question, learned from what its campaign has decided so
 * far. A campaign with too few decisions is looked at again later: until then its work has no such vote.
 */
export async function askBuiltin(ctx: Ctx): Promise<boolean> {
  let more = false
  for (const { campaign_id, decided } of await campaignsToLearn(ctx.db)) {
    const on = trainedOn(decided)
    if (on === 0) continue
    const work = await unaskedWork(ctx.db, { kind: 'builtin', model: BUILTIN, campaign_id, limit: BATCH })
    if (work.length === 0) continue
    const asked = new Map<string, string[]>()
    for (const w of work) asked.set(w.id, judgedQuestions((await versionOf(ctx.db, campaign_id, w.version)).questions))
    const classifiers = await learn(ctx, campaign_id, on, [...new Set([...asked.values()].flat())])
    const given = work.flatMap((w): Given[] => {
      const known = asked.get(w.id)!.flatMap((q) => {
        const classifier = classifiers.get(q)
        return classifier ? [{ q, classifier }] : []
      })
      if (known.length === 0) return []
      const votes: ModelVotes = {}
      for (const { q, classifier } of known) {
        const verdict = judgeText(classifier, textFeatures(partsFor(q, w.answer, w.data)))
        if (verdict !== undefined) votes[q] = verdict
      }
      return [{ campaign_id, submission_id: w.id, round: w.round, model: BUILTIN, votes, trained_on: on }]
    })
    await recordModelVotes(ctx, given)
    more ||= given.length === BATCH
  }
  return more
}

/** The classifiers of these questions after so many decisions; a question without enough to go on has none. */
async function learn(
  ctx: Ctx,
  campaignId: string,
  on: number,
  questions: readonly string[],
): Promise<Map<string, TextClassifier>> {
  const database = ctx.db.getExecutor().adapter
  let memory = kept.get(database)
  if (!memory) kept.set(database, (memory = new Map()))
  const name = (q: string) => `${campaignId}/${q}`
  const due = questions.filter((q) => memory.get(name(q))?.on !== on)
  const texts = due.length > 0 ? await decidedTexts(ctx.db, campaignId, on, LEARNED) : []
  for (const q of due) {
    const examples = texts.flatMap(({ questions: right, answer, data }) =>
      Object.hasOwn(right, q) ? [{ features: textFeatures(partsFor(q, answer, data)), right: right[q]! }] : [],
    )
    memory.delete(name(q))
    memory.set(name(q), { on, classifier: trainText(examples) })
    // Learning is a matter of tens of milliseconds for each question: requests go in between.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const out = new Map<string, TextClassifier>()
  for (const q of questions) {
    const classifier = memory.get(name(q))?.classifier
    if (classifier) out.set(q, classifier)
  }
  while (memory.size > KEPT) memory.delete(memory.keys().next().value!)
  return out
}

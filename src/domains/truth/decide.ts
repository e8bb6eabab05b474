import type { Ctx, Db } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites, type Event } from '../../platform/events/record.ts'
import { closeWork, widen } from '../assignment/open.ts'
import { LANE, lockEntries } from '../assignment/queries.ts'
import { closeItems } from '../campaigns/item-queries.ts'
import { versionOf, type Version } from '../campaigns/queries.ts'
import { insertDecisions, type NewDecision } from '../review/queries.ts'
import { settle, type Settlement } from '../rewards/settle.ts'
import { lockSubmissions, setOutcomes, type Submission } from '../submissions/queries.ts'
import type { Snapshot } from '../../engine/snapshot.ts'
import { answerBasis } from '../reliability/redundancy.ts'
import { comparedQuestions } from '../templates/redundancy-rules.ts'
import { answersOf, undecidedOf, waitingItems, type ItemKey, type WaitingItem } from './queries.ts'
import { agreement, agreesInFull, decideItem, type Agreement, type Given, type Outcome } from './rules.ts'

/** Whether an item's answers can be decided on now: every place is filled and handed in, or no more can come. */
export const isReady = (i: Pick<WaitingItem, 'state' | 'over' | 'answers' | 'held' | 'needed'>): boolean =>
  i.state !== 'open' || (i.over && i.held === 0) || (i.needed !== null && i.answers >= i.needed)

type Judged = {
  item: WaitingItem
  submissions: readonly Submission[]
  given: readonly Given[]
  newest: Version
  basis: ReadonlyMap<string, Snapshot>
  outcome: Outcome
}

/**
 * Decides items whose answers are in: the inferred answer, each submission's decision and its pay commit together.
 * Returns how many items were decided; one that is tied gets another place instead.
 */
export async function decideItems(ctx: Ctx, items: readonly ItemKey[]): Promise<number> {
  return ctx.db.transaction().execute(async (db) => {
    // Load, in the order of locks: queue entries, then submissions. A locked entry gives out no place.
    await lockEntries(
      db,
      items.map((i) => ({ campaign_id: i.campaign_id, lane: LANE.contribute, target_id: i.item_id })),
    )
    const ready = (await waitingItems(db, items)).filter(isReady)
    if (ready.length === 0) return 0
    const submissions = (await lockSubmissions(db, await undecidedOf(db, ready))).filter((s) => s.status === 'answered')
    const answers = await answersOf(
      db,
      submissions.map((s) => ({ campaign_id: s.campaign_id, submission_id: s.id })),
    )

    // Decide.
    const judged: Judged[] = []
    for (const item of ready) {
      const own = submissions.filter((s) => s.campaign_id === item.campaign_id && s.item_id === item.item_id)
      if (own.length > 0) judged.push(await judge(db, item, own, answers))
    }

    // Record.
    for (const { item, outcome } of judged) {
      if (outcome.kind === 'more')
        await widen(db, item.campaign_id, 'contribute', item.item_id, item.answers + outcome.n - item.needed!)
    }
    const decided = judged.filter((j) => j.outcome.kind !== 'more')
    await record(ctx, db, decided)
    return decided.length
  })
}

async function judge(
  db: Db,
  item: WaitingItem,
  submissions: readonly Submission[],
  answers: ReadonlyMap<string, Record<string, unknown>>,
): Promise<Judged> {
  const newest = await versionOf(db, item.campaign_id, Math.max(...submissions.map((s) => s.version)))
  const given = submissions.flatMap((s) =>
    answers.has(s.id) ? [{ submission_id: s.id, author_id: s.author_id, answer: answers.get(s.id)! }] : [],
  )
  const basis = await answerBasis(db, newest)
  return { item, submissions, given, newest, basis, outcome: outcomeOf(item, newest, given, basis) }
}

function outcomeOf(
  item: WaitingItem,
  version: Version,
  given: readonly Given[],
  basis: ReadonlyMap<string, Snapshot>,
): Outcome {
  const questions = comparedQuestions(version.form)
  // Handed in after the others were decided on: held against the same answer.
  if (item.state === 'done' && item.inferred)
    return {
      kind: 'done',
      answer: item.inferred,
      agreed: new Map(given.map((g) => [g.submission_id, agreement(questions, g.answer, item.inferred!)])),
    }
  // A broken item says nothing about those who answered it.
  if (item.state !== 'open') return { kind: 'unresolved' }
  return decideItem(questions, given, {
    ...version.settings.redundancy,
    basis,
    last: item.over || item.needed === null,
  })
}

/** An answer that was erased can be neither compared nor paid: its author is gone. */
const verdictOf = (j: Judged, submissionId: string): { accepted: boolean; questions: Agreement } => {
  if (!j.given.some((g) => g.submission_id === submissionId)) return { accepted: false, questions: {} }
  if (j.outcome.kind === 'done') {
    const questions = j.outcome.agreed.get(submissionId)!
    return { accepted: agreesInFull(questions), questions }
  }
  return { accepted: true, questions: Object.fromEntries(comparedQuestions(j.newest.form).map((q) => [q.key, true])) }
}

async function record(ctx: Ctx, db: Db, judged: readonly Judged[]): Promise<void> {
  if (judged.length === 0) return
  const at = ctx.now.toISOString()
  const outcomes: Parameters<typeof setOutcomes>[0][number][] = []
  const decisions: NewDecision[] = []
  const settlements: Settlement[] = []
  const events: Event[] = []
  for (const j of judged) {
    const how = j.item.state === 'open' ? j.outcome.kind : j.item.state
    const { min, max } = j.newest.settings.redundancy
    for (const s of j.submissions) {
      const { accepted, questions } = verdictOf(j, s.id)
      outcomes.push({
        campaign_id: s.campaign_id,
        id: s.id,
        status: accepted ? 'accepted' : 'rejected_final',
        decided_at: at,
        settles_at: null,
      })
      decisions.push({
        campaign_id: s.campaign_id,
        submission_id: s.id,
        round: s.round,
        accepted,
        questions: { ...questions },
        reviews: 0,
        decided_at: at,
      })
      settlements.push({
        campaign_id: s.campaign_id,
        submission_id: s.id,
        author_id: s.author_id,
        accepted,
        settings: (await versionOf(db, s.campaign_id, s.version)).settings,
        reviewer_ids: [],
      })
      events.push({
        campaign_id: s.campaign_id,
        kind: 'decided',
        subject_id: s.id,
        body: {
          accepted,
          round: s.round,
          questions,
          policy: 'redundancy',
          item_id: s.item_id,
          outcome: how,
          min,
          max,
          review_ids: [],
          approved_ids: [],
        },
      })
    }
    if (j.item.state === 'open') {
      events.push({
        campaign_id: j.item.campaign_id,
        kind: 'item_decided',
        subject_id: j.item.item_id,
        body: {
          outcome: how,
          answers: j.given.length,
          submission_ids: j.submissions.map((s) => s.id),
          ...(j.basis.size > 0 && { snapshots: Object.fromEntries([...j.basis].map(([q, s]) => [q, s.batch])) }),
        },
        ...(j.outcome.kind === 'done' ? { commit: { answer: j.outcome.answer } } : {}),
      })
    }
  }
  await write(
    db,
    setOutcomes(outcomes),
    insertDecisions(decisions),
    closeWork(
      judged.map(({ item }) => ({ campaign_id: item.campaign_id, lane: 'contribute', target_id: item.item_id })),
    ),
    closeItems(
      judged.flatMap(({ item, outcome }) => {
        if (item.state !== 'open') return []
        return [
          {
            campaign_id: item.campaign_id,
            id: item.item_id,
            ...(outcome.kind === 'done'
              ? { state: 'done' as const, answer: outcome.answer }
              : { state: 'unresolved' as const }),
          },
        ]
      }),
    ),
    ...eventWrites(ctx, events),
  )
  await settle(ctx, db, settlements)
}

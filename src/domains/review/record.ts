import type { Kysely } from 'kysely'
import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { createBatcher, perDatabase } from '../../platform/batch.ts'
import type { DB } from '../../platform/db/tables.ts'
import { canonicalJson } from '../../platform/canonical.ts'
import { lookUpByKeys } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { addCover, LANE, LEASE, lockEntries, lockLeases, setLeaseState, type Lease } from '../assignment/queries.ts'
import { noteLate } from '../assignment/apart-queries.ts'
import { versionOf } from '../campaigns/queries.ts'
import { leaseStanding, secondsSince, tooFast } from '../submissions/rules.ts'
import { lockSubmissions, type Submission } from '../submissions/queries.ts'
import type { Votes } from './contract.ts'
import { conclude } from './conclude.ts'
import { insertReviews, reviewsOf, type NewReview, type Review } from './queries.ts'
import { loadGold } from './gold.ts'
import { refuseReview, voteProblems } from './rules.ts'

export type Verdict = { submission_id: string; votes: Votes }
type Unit = { ctx: Ctx; campaign_id: string; verdicts: readonly Verdict[] }
type Recorded = { submission_id: string; review_id: string; reviewed_at: string }

/**
 * Records reviews and, where they settle a submission, its decision and its rewards: one transaction for all that wait
 * at this moment, whoever sent them. Each request is still all or nothing.
 */
export async function recordReviews(ctx: Ctx, campaignId: string, verdicts: readonly Verdict[]) {
  if (new Set(verdicts.map((v) => v.submission_id)).size < verdicts.length) throw new Refusal('submission_twice')
  const outcome = await inBatch(ctx.db, { ctx, campaign_id: campaignId, verdicts })
  if (outcome instanceof Error) throw outcome
  return { items: outcome, next: null }
}

const inBatch = perDatabase<Unit, Recorded[] | Error>((db) =>
  createBatcher({ max: 64, lanes: 2, run: (units) => runUnits(db, units) }),
)

async function runUnits(db: Kysely<DB>, units: Unit[]): Promise<(Recorded[] | Error)[]> {
  try {
    return await db.transaction().execute((tx) => recordUnits(tx, units))
  } catch {
    // One request must not fail because of another it happened to travel with: each alone, and a deadlock once more.
    if (units.length === 1) return [await alone(db, units[0]!).catch(asError)]
    return Promise.all(units.map((u) => alone(db, u).catch(asError)))
  }
}

async function alone(db: Kysely<DB>, unit: Unit): Promise<Recorded[] | Error> {
  for (let tries = 1; ; tries++) {
    try {
      return (await db.transaction().execute((tx) => recordUnits(tx, [unit])))[0]!
    } catch (error) {
      const code = (error as { code?: string }).code
      if ((code !== '40001' && code !== '40P01') || tries >= 4) throw error
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
const leaseKeys = (units: readonly Unit[]) =>
  units.flatMap((u) =>
    u.verdicts.map((v) => ({
      campaign_id: u.campaign_id,
      account_id: callerOf(u.ctx).account_id,
      target_id: v.submission_id,
    })),
  )

async function recordUnits(db: Db, units: readonly Unit[]): Promise<(Recorded[] | Error)[]> {
  await lookUpByKeys(db)
  // Load, in the order of locks: leases, submissions, queue entries. Then the votes, which the locks have made final.
  const leases = new Map((await lockLeases(db, leaseKeys(units))).map((l) => [`${l.account_id}/${l.target_id}`, l]))
  const keys = units.flatMap((u) =>
    u.verdicts.map((v) => ({ campaign_id: u.campaign_id, submission_id: v.submission_id })),
  )
  const submissions = new Map((await lockSubmissions(db, keys)).map((s) => [s.id, s]))
  const gold = await loadGold(
    db,
    keys.filter((k) => !submissions.has(k.submission_id)),
  )
  const reviews = new Map<string, Review[]>(gold.answered)
  for (const r of await reviewsOf(db, keys)) reviews.set(r.submission_id, [...(reviews.get(r.submission_id) ?? []), r])
  // Entries matter only to leases that may be late: their time is over, or an earlier round's lease is handed in.
  const doubtful = [...leases.values()].filter(
    (l) => l.state === LEASE.expired || (submissions.get(l.target_id)?.round ?? 1) > 1,
  )
  const places = new Map((await lockEntries(db, doubtful)).map((e) => [`${e.lane}/${e.target_id}`, e]))
  for (const [key, place] of gold.places) places.set(key, place)
  for (const [id, target] of gold.targets) submissions.set(id, target)

  // Decide, request by request; a refused one leaves no trace.
  const made: NewReview[] = []
  const unitOf = new Map<string, Unit>()
  const late: { campaign_id: string; lane: number; target_id: string }[] = []
  const answers: (Recorded[] | Error)[] = []
  for (const unit of units) {
    // What an earlier try wrote was rolled back.
    if (unit.ctx.recorded) unit.ctx.recorded.length = 0
    const outcome = await decideUnit(db, unit, { leases, submissions, reviews, places })
    if (outcome instanceof Refusal) {
      answers.push(outcome)
      continue
    }
    for (const l of outcome.late) {
      late.push(l)
      places.get(`${l.lane}/${l.target_id}`)!.cover += 1
    }
    for (const r of outcome.made) {
      made.push(r)
      unitOf.set(r.id, unit)
      reviews.set(r.submission_id, [...(reviews.get(r.submission_id) ?? []), { ...r, reviewed_at: unit.ctx.now }])
    }
    answers.push(outcome.recorded)
  }

  // Record.
  if (made.length > 0) {
    const ctx = units[0]!.ctx
    await addCover(db, late, 1)
    const real = made.filter((r) => !gold.targets.has(r.submission_id))
    const touched = [...new Set(real.map((r) => r.submission_id))].map((id) => submissions.get(id)!)
    await conclude(ctx, db, touched, reviews, [
      insertReviews(real),
      gold.answerWrite(ctx, made),
      noteLate(
        real
          .filter((r) => late.some((l) => l.target_id === r.submission_id))
          .map((r) => ({
            judge_id: r.reviewer_id,
            author_id: submissions.get(r.submission_id)!.author_id,
            at: r.reviewed_at,
          })),
      ),
      setLeaseState(
        made.map((r) => ({ campaign_id: r.campaign_id, account_id: r.reviewer_id, target_id: r.submission_id })),
        LEASE.submitted,
      ),
      ...eventWrites(
        ctx,
        // The log tells a gold item from other work as little as anybody else does.
        made.map((r) => ({
          campaign_id: r.campaign_id,
          kind: 'reviewed',
          subject_id: r.submission_id,
          body: {
            review_id: r.id,
            reviewer_id: r.reviewer_id,
            round: r.round,
            expert: r.lane === LANE.expert,
            took_seconds: r.took_seconds,
          },
          commit: committed(r.votes),
          by: unitOf.get(r.id)!.ctx,
        })),
      ),
    ])
  }
  return answers
}

/** Which questions were approved, apart from why not: the first is opened when the season is over, the second never. */
function committed(votes: Votes) {
  const entries = Object.entries(votes)
  const reasons = entries.flatMap(([key, { reason, comment }]) =>
    reason === undefined && comment === undefined ? [] : [[key, { reason, comment }]],
  )
  return {
    approvals: Object.fromEntries(entries.map(([key, v]) => [key, v.approve])),
    ...(reasons.length > 0 && { reasons: Object.fromEntries(reasons) as Record<string, unknown> }),
  }
}

type Loaded = {
  leases: ReadonlyMap<string, Lease>
  submissions: ReadonlyMap<string, Submission>
  reviews: ReadonlyMap<string, Review[]>
  places: ReadonlyMap<string, { cover: number; needed: number; opened_at: Date }>
}

/** One request's reviews: what they record, or why none of them is. */
async function decideUnit(db: Db, unit: Unit, loaded: Loaded) {
  const { ctx } = unit
  const who = callerOf(ctx).account_id
  const made: NewReview[] = []
  const late: { campaign_id: string; lane: number; target_id: string }[] = []
  const recorded: Recorded[] = []
  for (const { submission_id, votes } of unit.verdicts) {
    const earlier = loaded.reviews.get(submission_id)?.find((r) => r.reviewer_id === who)
    if (earlier) {
      if (canonicalJson(earlier.votes) !== canonicalJson(votes)) return new Refusal('already_reviewed')
      recorded.push({ submission_id, review_id: earlier.id, reviewed_at: earlier.reviewed_at.toISOString() })
      continue
    }
    const submission = loaded.submissions.get(submission_id)
    const lease = loaded.leases.get(`${who}/${submission_id}`)
    const place = lease && loaded.places.get(`${lease.lane}/${submission_id}`)
    const standing = leaseStanding(lease, [LANE.review, LANE.expert], place?.opened_at)
    const refusal = refuseReview({
      standing,
      place_free: place !== undefined && place.cover < place.needed,
      is_author: submission?.author_id === who,
      status: submission?.status,
    })
    if (refusal) return new Refusal(refusal)
    const { questions, settings } = await versionOf(db, unit.campaign_id, submission!.version)
    const problems = voteProblems(questions, votes)
    if (problems.length > 0)
      return new Refusal(
        'votes_invalid',
        {},
        problems.map((p) => ({ ...p, field: `/${submission_id}${p.field}` })),
      )
    const seconds = secondsSince(lease!.leased_at, ctx.now)
    const together = unit.verdicts.filter(
      (v) => loaded.leases.get(`${who}/${v.submission_id}`)?.leased_at.getTime() === lease!.leased_at.getTime(),
    ).length
    const asked = tooFast(seconds, settings.min_seconds_review, together)
    if (asked !== undefined) return new Refusal('too_fast', { min_seconds: asked, seconds })
    const id = ctx.newId()
    made.push({
      campaign_id: unit.campaign_id,
      submission_id,
      reviewer_id: who,
      id,
      round: submission!.round,
      lane: lease!.lane,
      votes,
      took_seconds: seconds,
      reviewed_at: ctx.now.toISOString(),
    })
    if (standing === 'late') late.push({ campaign_id: unit.campaign_id, lane: lease!.lane, target_id: submission_id })
    recorded.push({ submission_id, review_id: id, reviewed_at: ctx.now.toISOString() })
  }
  return { made, late, recorded }
}

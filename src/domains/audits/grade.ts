import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { canonicalJson } from '../../platform/canonical.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites, type Event } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { closeWork, widen } from '../assignment/open.ts'
import { addCover, LANE, LEASE, lockEntries, lockLeases, setLeaseState } from '../assignment/queries.ts'
import { versionOf } from '../campaigns/queries.ts'
import { judgedQuestions } from '../templates/rules.ts'
import { leaseStanding, secondsSince } from '../submissions/rules.ts'
import type { QuestionGrades } from './contract.ts'
import {
  authorsOf,
  earlierGrades,
  insertGrades,
  lockAudits,
  thirdAvailable,
  updateAudits,
  type AuditRow,
  type NewGrade,
} from './queries.ts'
import { afterGrade, gradeProblems, isCorrect, outcomeOf, refuseGrade } from './rules.ts'

export type Given = { submission_id: string; grades: QuestionGrades }
type Fresh = Given & { audit: AuditRow; correct: boolean; took_seconds: number; late: boolean }

/** Records a grader's judgement of drawn work, all or none. The same grade again answers the same again. */
export async function recordGrades(ctx: Ctx, campaignId: string, given: readonly Given[]) {
  const who = callerOf(ctx).account_id
  const ids = given.map((g) => g.submission_id)
  if (new Set(ids).size < ids.length) throw new Refusal('graded_twice_in_request')
  const { items } = await transact(ctx, campaignId, async (db) => {
    const { fresh, earlier } = await decide(ctx, db, campaignId, who, given)
    if (fresh.length > 0) await record(ctx, db, campaignId, who, fresh)
    const answers = new Map(earlier)
    for (const f of fresh) answers.set(f.submission_id, { correct: f.correct, graded_at: ctx.now.toISOString() })
    return { items: ids.map((submission_id) => ({ submission_id, ...answers.get(submission_id)! })) }
  })
  return { items, next: null }
}

async function decide(ctx: Ctx, db: Db, campaignId: string, who: string, given: readonly Given[]) {
  // Load, in the order of locks: leases, then the drawn work, then queue entries of leases that may be late.
  const ids = given.map((g) => g.submission_id)
  const leases = new Map(
    (
      await lockLeases(
        db,
        ids.map((target_id) => ({ campaign_id: campaignId, account_id: who, target_id })),
      )
    ).map((l) => [l.target_id, l]),
  )
  const audits = new Map((await lockAudits(db, campaignId, ids)).map((a) => [a.submission_id, a]))
  const before = new Map((await earlierGrades(db, campaignId, who, ids)).map((g) => [g.submission_id, g]))
  const authors = await authorsOf(db, campaignId, ids)
  const late = [...leases.values()].filter((l) => l.lane === LANE.audit && l.state === LEASE.expired)
  const places = new Map((await lockEntries(db, late)).map((e) => [e.target_id, e]))

  const fresh: Fresh[] = []
  const earlier = new Map<string, { correct: boolean; graded_at: string }>()
  for (const { submission_id, grades } of given) {
    const said = before.get(submission_id)
    if (said) {
      if (canonicalJson(said.grades) !== canonicalJson(grades)) throw new Refusal('already_graded')
      earlier.set(submission_id, { correct: said.correct, graded_at: said.graded_at.toISOString() })
      continue
    }
    const audit = audits.get(submission_id)
    const lease = leases.get(submission_id)
    const place = places.get(submission_id)
    const standing = leaseStanding(lease, [LANE.audit], undefined)
    const refusal = refuseGrade({
      drawn: audit !== undefined,
      is_author: authors.get(submission_id) === who,
      standing,
      // A lease that ran out without a review showed the work and nothing else; it does not make a reviewer.
      lane: lease && lease.state !== LEASE.expired ? (lease.lane === LANE.audit ? 'audit' : 'other') : undefined,
      place_free: place !== undefined && place.cover < place.needed,
    })
    if (refusal) throw new Refusal(refusal)
    const { questions } = await versionOf(ctx.db, campaignId, audit!.version)
    const judged = judgedQuestions(questions)
    const problems = gradeProblems(judged, grades)
    if (problems.length > 0)
      throw new Refusal(
        'grades_invalid',
        {},
        problems.map((p) => ({ ...p, field: `/${submission_id}${p.field}` })),
      )
    fresh.push({
      submission_id,
      grades,
      audit: audit!,
      correct: isCorrect(judged, grades),
      took_seconds: secondsSince(lease!.leased_at, ctx.now),
      late: standing === 'late',
    })
  }
  return { fresh, earlier }
}

async function record(ctx: Ctx, db: Db, campaignId: string, who: string, fresh: readonly Fresh[]): Promise<void> {
  const tallies = fresh.map((f) => ({
    ...f,
    grades: f.audit.grades + 1,
    correct_grades: f.audit.correct_grades + (f.correct ? 1 : 0),
    grades_wanted: f.audit.grades_wanted,
  }))
  const even = tallies.filter((t) => afterGrade(t, true) === 'ask_third')
  const available = await thirdAvailable(
    db,
    campaignId,
    even.map((t) => t.submission_id),
  )
  const next = tallies.map((t) => {
    const next = afterGrade(t, available.has(t.submission_id))
    return {
      campaign_id: campaignId,
      submission_id: t.submission_id,
      grades: t.grades,
      correct_grades: t.correct_grades,
      grades_wanted: next === 'ask_third' ? 3 : t.grades_wanted,
      closed: next === 'close',
      asks_third: next === 'ask_third',
    }
  })

  await insertGrades(
    db,
    fresh.map((f): NewGrade => ({
      campaign_id: campaignId,
      submission_id: f.submission_id,
      grader_id: who,
      position: f.audit.grades + 1,
      grades: f.grades,
      correct: f.correct,
      took_seconds: f.took_seconds,
    })),
    ctx.now,
  )
  await updateAudits(db, next, ctx.now)
  await addCover(
    db,
    fresh.filter((f) => f.late).map((f) => ({ campaign_id: campaignId, lane: LANE.audit, target_id: f.submission_id })),
    1,
  )
  for (const n of next) if (n.asks_third) await widen(db, campaignId, 'audit', n.submission_id, 1)
  await write(
    db,
    setLeaseState(
      fresh.map((f) => ({ campaign_id: campaignId, account_id: who, target_id: f.submission_id })),
      LEASE.submitted,
    ),
    closeWork(
      next.filter((n) => n.closed).map((n) => ({ campaign_id: campaignId, lane: 'audit', target_id: n.submission_id })),
    ),
    ...eventWrites(
      ctx,
      fresh.map((f, i): Event => ({
        campaign_id: campaignId,
        kind: 'audited',
        subject_id: f.submission_id,
        body: {
          plan_id: f.audit.plan_id,
          grader_id: who,
          position: f.audit.grades + 1,
          correct: f.correct,
          took_seconds: f.took_seconds,
          questions: Object.fromEntries(Object.entries(f.grades).map(([key, grade]) => [key, grade.right])),
          ...(next[i]!.closed ? { outcome: outcomeOf(next[i]!) } : {}),
          ...(f.audit.chance_ppm === null ? {} : { chance_ppm: f.audit.chance_ppm }),
        },
        commit: { grades: f.grades },
      })),
    ),
  )
}

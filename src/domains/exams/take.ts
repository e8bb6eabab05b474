import { canonicalJson } from '../../platform/canonical.ts'
import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { assert, Refusal, type FieldProblem } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { campaignRow, consentOf } from '../campaigns/manage-queries.ts'
import { isPublic, isRunning } from '../campaigns/rules.ts'
import { answerProblems } from '../templates/rules.ts'
import { takeIn } from './join.ts'
import {
  attemptsOf,
  bankIds,
  closeExpired,
  examOf,
  gradeAttempt,
  insertAttempt,
  lockAttempt,
  promptsByIds,
  questionsByIds,
  type Attempt,
} from './queries.ts'
import { drawQuestions, isRight, retryAt, scoreBps, shuffledForm, standingWith } from './rules.ts'

/** Starts an exam with a draw of the person's own; the seed is kept, so that anyone can draw it again. */
export async function startExam(ctx: Ctx, campaignId: string) {
  return transact(ctx, campaignId, async (db) => {
    const who = callerOf(ctx).account_id
    const c = await campaignRow(db, campaignId)
    if (!c || !isPublic(c)) throw new Refusal('campaign_not_found')
    if (!isRunning(c.status)) throw new Refusal('campaign_not_open')
    const exam = await examOf(db, c.id)
    const attempts = await attemptsOf(db, c.id, who)
    const last = attempts[0]
    const joined = (await consentOf(db, c.id, who)) !== null
    const standing = standingWith({
      now: ctx.now,
      joined,
      has_exam: exam !== undefined,
      passed: attempts.some((a) => a.passed),
      last,
      cooldown_seconds: exam?.cooldown_seconds ?? 0,
    })
    if (standing === 'not_joined') throw new Refusal('not_joined')
    if (!exam) throw new Refusal('no_exam')
    if (standing === 'passed') throw new Refusal('exam_passed')
    if (standing === 'cooling_down')
      throw new Refusal('exam_cooling_down', { until: retryAt(last!, exam.cooldown_seconds).toISOString() })
    if (standing === 'open') return asked(db, last!)

    const seed = ctx.rng.below(2 ** 31)
    await closeExpired(db, c.id, who, ctx.now)
    const attempt = {
      campaign_id: c.id,
      id: ctx.newId(),
      account_id: who,
      seed: String(seed),
      question_ids: drawQuestions(
        seed,
        await bankIds(db, c.id),
        attempts.flatMap((a) => a.question_ids),
        exam.draw_count,
      ),
      started_at: ctx.now,
      expires_at: new Date(ctx.now.getTime() + exam.time_limit_seconds * 1000),
    }
    // A twin of this request was first: go on with its attempt.
    if (!(await insertAttempt(db, attempt))) return asked(db, (await attemptsOf(db, c.id, who))[0]!)
    await recordEvents(ctx, db, [
      {
        campaign_id: c.id,
        kind: 'exam_started',
        subject_id: attempt.id,
        body: { account_id: who, seed, question_ids: attempt.question_ids },
      },
    ])
    return asked(db, attempt)
  })
}

/** What the person is asked, options in their own order; answers are not even read. */
async function asked(
  db: Db,
  a: Pick<Attempt, 'campaign_id' | 'id' | 'seed' | 'question_ids' | 'started_at' | 'expires_at'>,
) {
  const prompts = await promptsByIds(db, a.campaign_id, a.question_ids)
  return {
    attempt_id: a.id,
    started_at: a.started_at.toISOString(),
    expires_at: a.expires_at.toISOString(),
    questions: a.question_ids.map((question_id) => {
      const { prompt, form } = prompts.get(question_id)!
      return { question_id, prompt, form: shuffledForm(form, Number(a.seed), question_id) }
    }),
  }
}

type Given = { question_id: string; answer: Record<string, unknown> }

/** Grades an exam on the server; the score goes back, the right answers do not. */
export async function answerExam(ctx: Ctx, campaignId: string, attemptId: string, answers: readonly Given[]) {
  return transact(ctx, campaignId, async (db) => {
    const who = callerOf(ctx).account_id
    const c = await campaignRow(db, campaignId)
    if (!c || !isPublic(c)) throw new Refusal('campaign_not_found')
    const attempt = await lockAttempt(db, c.id, who, attemptId)
    if (!attempt) throw new Refusal('attempt_not_found')
    const exam = await examOf(db, c.id)
    assert(exam, 'a campaign that opened keeps its exam')
    const answer = async (a: { score_bps: number; passed: boolean; right: number; submitted_at: Date }) => ({
      attempt_id: attempt.id,
      passed: a.passed,
      score_bps: a.score_bps,
      right: a.right,
      questions: attempt.question_ids.length,
      pass_bps: exam.pass_bps,
      retry_at: a.passed
        ? null
        : retryAt({ ...attempt, submitted_at: a.submitted_at, passed: a.passed }, exam.cooldown_seconds).toISOString(),
      roles: a.passed ? await takeIn(ctx, db, c, who, (await consentOf(db, c.id, who)) ?? 1) : [],
    })
    if (attempt.submitted_at) {
      if (canonicalJson(attempt.answers) !== canonicalJson(answers)) throw new Refusal('attempt_submitted')
      return answer({
        score_bps: attempt.score_bps!,
        passed: attempt.passed!,
        right: attempt.right_ids.length,
        submitted_at: attempt.submitted_at,
      })
    }
    if (attempt.expires_at <= ctx.now) throw new Refusal('attempt_expired', { until: attempt.expires_at.toISOString() })

    const questions = await questionsByIds(db, c.id, attempt.question_ids)
    const problems = problemsIn(answers, questions, attempt.question_ids)
    if (problems.length > 0) throw new Refusal('answers_invalid', {}, problems)
    const right_ids = answers
      .filter((a) => isRight(questions.get(a.question_id)!.form, questions.get(a.question_id)!.answer, a.answer))
      .map((a) => a.question_id)
    const score_bps = scoreBps(right_ids.length, attempt.question_ids.length)
    const passed = score_bps >= exam.pass_bps
    await gradeAttempt(db, { campaign_id: c.id, id: attempt.id, answers, right_ids, score_bps, passed, at: ctx.now })
    await recordEvents(ctx, db, [
      {
        campaign_id: c.id,
        kind: 'exam_graded',
        subject_id: attempt.id,
        body: { account_id: who, score_bps, passed, questions: attempt.question_ids.length },
        commit: { answers },
      },
    ])
    return answer({ score_bps, passed, right: right_ids.length, submitted_at: ctx.now })
  })
}

/** Answers to questions that were not asked, asked twice, or not in the shape the form takes. Left out means not known. */
function problemsIn(
  answers: readonly Given[],
  questions: ReadonlyMap<string, { form: Parameters<typeof answerProblems>[0] }>,
  drawn: readonly string[],
): FieldProblem[] {
  const problems: FieldProblem[] = []
  answers.forEach(({ question_id, answer }, i) => {
    if (!drawn.includes(question_id))
      problems.push({
        field: `/answers/${i}/question_id`,
        code: 'unknown_question',
        message: 'This question is not part of your exam.',
      })
    else if (answers.findIndex((a) => a.question_id === question_id) !== i)
      problems.push({
        field: `/answers/${i}/question_id`,
        code: 'named_twice',
        message: 'This question is answered twice.',
      })
    else
      for (const p of answerProblems(questions.get(question_id)!.form, answer))
        if (p.code !== 'required') problems.push({ ...p, field: `/answers/${i}/answer${p.field}` })
  })
  return problems
}

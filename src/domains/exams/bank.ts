import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { lockCampaign, type CampaignRow } from '../campaigns/manage-queries.ts'
import { isLive, isOver } from '../campaigns/rules.ts'
import type { BankQuestion, ExamSettings } from './contract.ts'
import { bankIds, deleteExam, examOf, insertQuestions, putExam, retireQuestion } from './queries.ts'
import { bankProblems } from './rules.ts'

const BANK_LIMIT = 2_000

/** Sets up the exam, or changes how it is drawn and judged from now on. */
export async function setExam(ctx: Ctx, campaignId: string, exam: ExamSettings) {
  return transact(ctx, campaignId, async (db) => {
    const c = await changeable(db, campaignId)
    if (exam.reviewer_bps < exam.pass_bps) throw new Refusal('marks_crossed')
    const bank = (await bankIds(db, c.id)).length
    if (c.status !== 'draft' && bank < exam.draw_count)
      throw new Refusal('exam_too_small', { draw: exam.draw_count, bank })
    await putExam(db, c.id, exam)
    await recordEvents(ctx, db, [{ campaign_id: c.id, kind: 'exam_set', subject_id: c.id, body: { ...exam } }])
    return { exam, questions: bank }
  })
}

/** Takes the exam off a draft; its bank stays. */
export async function removeExam(ctx: Ctx, campaignId: string) {
  return transact(ctx, campaignId, async (db) => {
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    if (c.status !== 'draft') throw new Refusal('not_a_draft')
    return { removed: await deleteExam(db, c.id) }
  })
}

/** Adds questions to the bank: all, or none when one is wrong. */
export async function addQuestions(ctx: Ctx, campaignId: string, questions: readonly BankQuestion[]) {
  return transact(ctx, campaignId, async (db) => {
    const c = await changeable(db, campaignId)
    refuseQuestions(questions, (i) => `/questions/${i}`)
    if ((await bankIds(db, c.id)).length + questions.length > BANK_LIMIT)
      throw new Refusal('bank_full', { limit: BANK_LIMIT })
    const fresh = questions.map((q) => ({ ...q, id: ctx.newId() }))
    await insertQuestions(db, c.id, fresh, ctx.now)
    return { items: fresh.map((q) => ({ question_id: q.id })), next: null }
  })
}

/** Replaces a question by a new one: exams under way are judged by what they asked. */
export async function editQuestion(ctx: Ctx, campaignId: string, questionId: string, question: BankQuestion) {
  return transact(ctx, campaignId, async (db) => {
    const c = await changeable(db, campaignId)
    refuseQuestions([question], () => '')
    if (!(await retireQuestion(db, c.id, questionId, ctx.now))) throw new Refusal('question_not_found')
    const id = ctx.newId()
    await insertQuestions(db, c.id, [{ ...question, id }], ctx.now)
    return { question_id: id }
  })
}

/** Draws a question no more; a live exam keeps enough to draw from. */
export async function retire(ctx: Ctx, campaignId: string, questionId: string) {
  return transact(ctx, campaignId, async (db) => {
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    const exam = await examOf(db, c.id)
    const bank = (await bankIds(db, c.id)).filter((id) => id !== questionId).length
    if (exam && isLive(c.status) && bank < exam.draw_count)
      throw new Refusal('exam_too_small', { draw: exam.draw_count, bank })
    if (!(await retireQuestion(db, c.id, questionId, ctx.now))) throw new Refusal('question_not_found')
    return { question_id: questionId, retired: true }
  })
}

async function changeable(db: Db, campaignId: string): Promise<CampaignRow> {
  const c = await lockCampaign(db, campaignId)
  if (!c) throw new Refusal('campaign_not_found')
  if (isOver(c.status)) throw new Refusal('campaign_over')
  return c
}

function refuseQuestions(questions: readonly BankQuestion[], at: (i: number) => string): void {
  const problems = questions.flatMap((q, i) => bankProblems(q).map((p) => ({ ...p, field: at(i) + p.field })))
  if (problems.length > 0) throw new Refusal('question_invalid', {}, problems.slice(0, 20))
}

import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { afterOf, limitOf, pageOf } from '../campaigns/view.ts'
import { addQuestions, editQuestion, removeExam, retire, setExam } from './bank.ts'
import type { exams } from './contract.ts'
import { join } from './join.ts'
import { bankIds, bankPage, examOf } from './queries.ts'
import { examState } from './state.ts'
import { answerExam, startExam } from './take.ts'

export const examRoutes: Handlers<typeof exams, Ctx> = {
  join: (ctx, { params, body }) => join(ctx, params.campaign_id, body),
  state: (ctx, { params }) => examState(ctx, params.campaign_id),
  start: (ctx, { params }) => startExam(ctx, params.campaign_id),
  answer: (ctx, { params, body }) => answerExam(ctx, params.campaign_id, params.attempt_id, body.answers),

  settings: async (ctx, { params }) => ({
    exam: (await examOf(ctx.db, params.campaign_id)) ?? null,
    questions: (await bankIds(ctx.db, params.campaign_id)).length,
  }),
  set: (ctx, { params, body }) => setExam(ctx, params.campaign_id, body),
  remove: (ctx, { params }) => removeExam(ctx, params.campaign_id),
  questions: async (ctx, { params, query }) => {
    const limit = limitOf(query.limit)
    const rows = await bankPage(ctx.db, params.campaign_id, {
      retired: query.retired ?? false,
      after: afterOf(query.after),
      limit: limit + 1,
    })
    return pageOf(rows, limit, ({ id, retired_at, ...q }) => ({
      question_id: id,
      retired_at: retired_at?.toISOString() ?? null,
      ...q,
    }))
  },
  add: (ctx, { params, body }) => addQuestions(ctx, params.campaign_id, body.questions),
  edit: (ctx, { params, body }) => editQuestion(ctx, params.campaign_id, params.question_id, body),
  retire: (ctx, { params }) => retire(ctx, params.campaign_id, params.question_id),
}

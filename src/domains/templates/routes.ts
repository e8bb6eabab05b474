import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import type { templates } from './contract.ts'
import { formProblems } from './form-rules.ts'
import { questionsOf } from './rules.ts'

export const templateRoutes: Handlers<typeof templates, Ctx> = {
  check_form: async (_ctx, { body }) => {
    const problems = formProblems(body.form)
    return { ok: problems.length === 0, problems, questions: problems.length === 0 ? questionsOf(body.form) : [] }
  },
}

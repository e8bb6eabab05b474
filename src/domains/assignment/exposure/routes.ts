import type { Ctx } from '../../../platform/context.ts'
import type { Handlers } from '../../../platform/http/endpoint.ts'
import { choose, showChoice } from './choose.ts'
import type { exposure } from './contract.ts'

export const exposureRoutes: Handlers<typeof exposure, Ctx> = {
  read_choice: showChoice,
  set_choice: (ctx, { body }) => choose(ctx, body.adversarial),
}

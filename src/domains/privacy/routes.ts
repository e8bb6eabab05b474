import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import type { privacy } from './contract.ts'
import { eraseMe } from './erase.ts'
import { exportKept, listKept } from './kept.ts'
import { takeUpMoney } from './money.ts'

export const privacyRoutes: Handlers<typeof privacy, Ctx> = {
  kept: (ctx) => listKept(ctx),
  export: async (ctx) =>
    ({
      stream: exportKept(ctx),
      type: 'application/json',
      filename: `assay-${ctx.now.toISOString().slice(0, 10)}.json`,
    }) as never,
  erase: (ctx, { body }) => eraseMe(ctx, body),
  take_up_money: (ctx, { body }) => takeUpMoney(ctx, body.code),
}

import type { api } from '../api.ts'
import type { Ctx } from '../platform/context.ts'
import type { Handlers } from '../platform/http/endpoint.ts'

/** Every contract's handlers, gathered; the type fails when one is missing. */
export const routes: { [D in keyof typeof api]: Handlers<(typeof api)[D], Ctx> } = {} as never

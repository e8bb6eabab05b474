import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../ledger/pages.ts'
import type { inbox, MessageKind } from './contract.ts'
import { countUnread, messagesOf, setRead } from './queries.ts'

const MOST_COUNTED = 100
const unreadOf = (ctx: Ctx): Promise<number> => countUnread(ctx.db, callerOf(ctx).account_id, MOST_COUNTED)

export const inboxRoutes: Handlers<typeof inbox, Ctx> = {
  list: async (ctx, { query }) => {
    const limit = limitOf(query)
    const before = readCursor(query.after, [ID_PART])?.[0]
    const rows = await messagesOf(ctx.db, callerOf(ctx).account_id, {
      before,
      unread: query.unread ?? false,
      limit: limit + 1,
    })
    const page = pageOf(
      rows,
      limit,
      (m) => [m.id],
      ({ id, kind, at, read_at, ...m }) => ({
        ...m,
        message_id: id,
        kind: kind as MessageKind,
        at: at.toISOString(),
        read_at: read_at?.toISOString() ?? null,
      }),
    )
    return { ...page, unread: await unreadOf(ctx) }
  },
  unread: async (ctx) => ({ unread: await unreadOf(ctx) }),
  mark_read: async (ctx, { body }) => {
    if ((body.message_ids === undefined) === (body.up_to === undefined)) {
      throw new Refusal('invalid_request', {}, [
        {
          field: '/message_ids',
          code: 'one_of_two',
          message: 'Name messages, or the last one to mark read, not both.',
        },
      ])
    }
    await setRead(
      ctx.db,
      callerOf(ctx).account_id,
      body.message_ids ? { ids: body.message_ids } : { up_to: body.up_to! },
      ctx.now,
    )
    return { unread: await unreadOf(ctx) }
  },
}

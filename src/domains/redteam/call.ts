import type { Ctx } from '../../platform/context.ts'
import { postChat, type ChatReply } from '../../platform/outside/chat.ts'
import { PRACTICE_URL, type ModelEndpoint } from '../../platform/outside/red-team-config.ts'
import { retryAfterMs } from '../models/rules.ts'
import { mostTokens, readSaid, type JudgeRequest, type Said, type TargetRequest } from './ask-rules.ts'
import { practiceReply } from './practice.ts'
import { bookCall, campaignScope, providerScope, settleCall, takePace, type Cap } from './queries.ts'

/** What became of a call. `refused`: the service would not take the request; `failed`: nothing that could be used. */
export type Called = { calls: number; tokens: number } & (
  | { state: 'said'; said: Said }
  | { state: 'refused' }
  | { state: 'failed'; after_ms: number }
  | { state: 'waiting'; why: 'pace' | 'provider_cap' | 'campaign_cap' }
)

/** A failed call is not repeated at once. */
const PAUSE_MS = 10_000

/**
 * One call under every cap that is on it: the provider's calls a minute, the provider's and the campaign's calls and
 * tokens. What a call may cost at most is booked before it is made, so spending never passes a cap.
 */
export async function callModel(
  ctx: Ctx,
  endpoint: ModelEndpoint,
  request: TargetRequest | JudgeRequest,
  campaign: { id: string; cap: Cap },
): Promise<Called> {
  const none = { calls: 0, tokens: 0 }
  const most = mostTokens(request)
  const scopes: [string, Cap, 'provider_cap' | 'campaign_cap'][] = [
    [campaignScope(campaign.id), campaign.cap, 'campaign_cap'],
    [providerScope(endpoint), endpoint, 'provider_cap'],
  ]
  const booked: string[] = []
  const settle = async (used: { calls: 0 | -1; tokens: number }) => {
    for (const scope of booked) await settleCall(ctx.db, scope, most, used)
  }
  for (const [scope, cap, why] of scopes) {
    if (!(await bookCall(ctx.db, scope, cap, most))) {
      await settle({ calls: -1, tokens: 0 })
      return { state: 'waiting', why, ...none }
    }
    booked.push(scope)
  }
  // Last, so that work without a budget takes nobody's turn.
  if (!(await takePace(ctx.db, endpoint, ctx.now))) {
    await settle({ calls: -1, tokens: 0 })
    return { state: 'waiting', why: 'pace', ...none }
  }
  const reply = await post(ctx, endpoint, request)
  const said = reply.status === 200 ? readSaid(reply.body) : undefined
  if (said?.text !== undefined) {
    // A service that does not say what it used is taken to have used all it might; one that says more is not believed.
    const tokens = Math.min(most, said.tokens ?? most)
    await settle({ calls: 0, tokens })
    return { state: 'said', said, calls: 1, tokens }
  }
  if (reply.status === 400 || reply.status === 403 || reply.status === 422) {
    await settle({ calls: 0, tokens: 0 })
    return { state: 'refused', calls: 1, tokens: 0 }
  }
  // What timed out, broke off or came as nonsense may have been worked on, and be paid for.
  const isPaid = reply.timed_out === true || reply.status === 200
  const cost = isPaid ? { calls: 1, tokens: said?.tokens === undefined ? most : Math.min(most, said.tokens) } : none
  await settle({ calls: isPaid ? 0 : -1, tokens: cost.tokens })
  return { state: 'failed', after_ms: Math.max(PAUSE_MS, retryAfterMs(reply.retry_after, ctx.now)), ...cost }
}

function post(ctx: Ctx, endpoint: ModelEndpoint, request: TargetRequest | JudgeRequest): Promise<ChatReply> {
  if (endpoint.url === PRACTICE_URL) return Promise.resolve(practiceReply(request))
  return postChat(endpoint, request, ctx.log)
}

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Config } from '../platform/config.ts'
import type { RateLimit } from '../platform/http/endpoint.ts'
import { networkOf } from '../platform/http/network.ts'
import { Refusal } from '../platform/refusal.ts'

/**
 * Floods are stopped in each process by address (strangers) and by account; what invites guessing has tighter limits
 * of its own, which its endpoint declares. A rate of 0 switches off every limit by address, or by account.
 */
export function createRateLimits(config: Config) {
  const make = (points: number, duration: number) =>
    points > 0 ? new RateLimiterMemory({ points, duration }) : undefined
  const byAddress = make(config.rate_per_minute_address, 60)
  const byAccount = make(config.rate_per_minute_account, 60)
  const declared = new Map<string, RateLimiterMemory>()
  const limiterOf = (limit: RateLimit): RateLimiterMemory | undefined => {
    if (limit.by === 'address' ? !byAddress : !byAccount) return undefined
    const name = `${limit.name} ${limit.by}`
    let limiter = declared.get(name)
    if (!limiter)
      declared.set(name, (limiter = new RateLimiterMemory({ points: limit.times, duration: limit.seconds })))
    return limiter
  }
  return {
    address: (address: string) => take(byAddress, networkOf(address)),
    account: (accountId: string) => take(byAccount, accountId),
    /** Counts one attempt against an endpoint's own limit. */
    declared: (limit: RateLimit, who: { address: string; account_id: string | undefined; body: unknown }) =>
      take(
        limiterOf(limit),
        limit.by === 'address'
          ? networkOf(who.address)
          : limit.by === 'account'
            ? (who.account_id ?? '')
            : fieldOf(who.body, limit.by),
      ),
  }
}

async function take(limiter: RateLimiterMemory | undefined, key: string): Promise<void> {
  try {
    await limiter?.consume(key)
  } catch (error) {
    if (error instanceof RateLimiterRes)
      throw new Refusal('rate_limited', { seconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)) })
    throw error
  }
}

/** What a person typed counts as the same however it is written. */
function fieldOf(body: unknown, pointer: string): string {
  const value = (body as Record<string, unknown> | undefined)?.[pointer.slice(1)]
  return typeof value === 'string' ? value.trim().toLowerCase() : ''
}

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Config } from '../platform/config.ts'
import { Refusal } from '../platform/refusal.ts'

/** Floods are stopped in each process by address (strangers) and by account. A limit of 0 switches one off. */
export function createRateLimits(config: Config) {
  const make = (points: number) => (points > 0 ? new RateLimiterMemory({ points, duration: 60 }) : undefined)
  const byAddress = make(config.rate_per_minute_address)
  const byAccount = make(config.rate_per_minute_account)
  const take = async (limiter: RateLimiterMemory | undefined, key: string) => {
    try {
      await limiter?.consume(key)
    } catch (error) {
      if (error instanceof RateLimiterRes) throw new Refusal('rate_limited', { seconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)) })
      throw error
    }
  }
  return {
    address: (address: string, carriesCredentials: boolean) => (carriesCredentials ? Promise.resolve() : take(byAddress, address)),
    account: (accountId: string) => take(byAccount, accountId),
  }
}

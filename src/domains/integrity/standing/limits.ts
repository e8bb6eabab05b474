import type { Ctx, Db } from '../../../platform/context.ts'
import { clusterOf, clusterSince, lockCluster, takenForOne } from '../clusters/queries.ts'
import type { Waiting } from './contract.ts'
import { auditedGood, earnedSince, liveLimits, lockPerson, moneyOf, moneyOfAll, type MoneyRow } from './queries.ts'
import { limitEnds, withdrawable, type Allowed, type Limit } from './rules.ts'

/**
 * How much of a person's claimable money may go out now. Call it inside the claim's transaction: until that ends, no new
 * limit takes effect for this person.
 */
export async function withdrawableNow(ctx: Ctx, db: Db, accountId: string, currency: string): Promise<Allowed> {
  await lockPerson(db, accountId)
  const cluster = await clusterOf(db, accountId)
  if (cluster) await lockCluster(db, cluster)
  const [row] = await moneyOf(db, accountId, currency)
  if (!row) return { withdrawable: 0n, why: [], until: null }
  return allowedOf(ctx, db, accountId, row, await liveLimits(db, accountId, ctx.now))
}

/** The same for every currency that a person has, to be shown: under the limits that hold, or under those given. */
export async function waitingOf(ctx: Ctx, db: Db, accountId: string, given?: readonly Limit[]): Promise<Waiting[]> {
  const limits = given ?? (await liveLimits(db, accountId, ctx.now))
  const out: Waiting[] = []
  for (const row of await moneyOf(db, accountId)) {
    const allowed = await allowedOf(ctx, db, accountId, row, limits)
    const claimable = BigInt(row.claimable)
    out.push({
      currency: row.currency,
      scale: row.scale,
      claimable_minor: row.claimable,
      withdrawable_minor: allowed.withdrawable.toString(),
      waits_minor: (claimable > allowed.withdrawable ? claimable - allowed.withdrawable : 0n).toString(),
      why: allowed.why,
      until: allowed.until?.toISOString() ?? null,
    })
  }
  return out
}

async function allowedOf(
  ctx: Ctx,
  db: Db,
  accountId: string,
  row: MoneyRow,
  limits: readonly Limit[],
): Promise<Allowed> {
  const free = ctx.config.newcomer_pieces
  const together = free > 0 ? await takenForOne(db, accountId) : [accountId]
  const pool = together.length > 1 ? (await moneyOfAll(db, together, row.currency))[0] : undefined
  const firstMonthEnds = row.first_at ? limitEnds(row.first_at, pool && (await clusterSince(db, accountId))) : null
  const isNew = free > 0 && (pool ?? row).pieces > free && firstMonthEnds !== null && firstMonthEnds > ctx.now
  const all: Limit[] = isNew ? [...limits, { why: 'newcomer', until: firstMonthEnds, since: null }] : [...limits]
  const since = new Map<number, bigint>()
  for (const { since: at } of all) if (at) since.set(at.getTime(), await earnedSince(db, accountId, row.currency, at))
  return withdrawable(
    {
      earned: BigInt(row.earned),
      pieces: row.pieces,
      frozen: BigInt(row.frozen),
      claimable: BigInt(row.claimable),
      out: BigInt(row.out),
      earned_since: (at) => since.get(at.getTime()) ?? 0n,
    },
    all,
    {
      free,
      audited_good: isNew ? await auditedGood(db, together) : 0,
      pool: pool && { earned: BigInt(pool.earned), pieces: pool.pieces, out: BigInt(pool.out) },
    },
  )
}

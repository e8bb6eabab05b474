import type { Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { personAccount } from '../ledger/accounts.ts'
import type { Transfer } from '../ledger/queries.ts'
import { recordTransfers } from '../ledger/transfer.ts'
import { dayAfter, dayOf, thawsAt } from '../rewards/rules.ts'
import { frozenOn, seasonsThatPay, type Frozen, type PayingSeason } from './queries.ts'
import { thawId } from './rules.ts'

/** How far each season has come, by its id. */
export type ThawMarks = { seasons?: Record<string, ThawMark> }
/** Every day up to `day` is thawed; of `part_day`, everything up to `after`. */
type ThawMark = {
  day?: string
  part_day?: string
  after?: Pick<Frozen, 'campaign_id' | 'account_id' | 'currency'>
}

const BATCH = 2_000
const DAYS_AT_ONCE = 60
const FIRST = { campaign_id: '-1', account_id: '-1', currency: '' }

/**
 * Makes what froze as long ago as its season's rules say claimable: a day at a time, one transfer for each person,
 * campaign, currency and day. The transfers' ids are derived from the day, so running again moves nothing again.
 */
export async function thaw(ctx: Ctx, marks: ThawMarks): Promise<{ more: boolean; watermark: ThawMarks }> {
  const seasons = { ...marks.seasons }
  let isMore = false
  for (const season of await seasonsThatPay(ctx.db)) {
    const { more, watermark } = await thawSeason(ctx, season, seasons[season.id] ?? {})
    seasons[season.id] = watermark
    isMore ||= more
  }
  return { more: isMore, watermark: { seasons } }
}

async function thawSeason(
  ctx: Ctx,
  season: PayingSeason,
  mark: ThawMark,
): Promise<{ more: boolean; watermark: ThawMark }> {
  let day = mark.part_day ?? (mark.day ? dayAfter(mark.day) : dayOf(season.first_campaign_at))
  let at = { ...mark }
  for (let days = 0; days < DAYS_AT_ONCE; days++) {
    if (thawsAt(day, season.freeze_days) > ctx.now) return { more: false, watermark: at }
    const frozen = await frozenOn(ctx.db, season.id, day, (at.part_day === day && at.after) || FIRST, BATCH)
    await thawSome(ctx, day, frozen)
    const last = frozen.at(-1)
    if (frozen.length === BATCH && last) {
      const { campaign_id, account_id, currency } = last
      return {
        more: true,
        watermark: { ...(at.day ? { day: at.day } : {}), part_day: day, after: { campaign_id, account_id, currency } },
      }
    }
    at = { day }
    day = dayAfter(day)
  }
  return { more: true, watermark: at }
}

async function thawSome(ctx: Ctx, day: string, frozen: readonly Frozen[]): Promise<void> {
  if (frozen.length === 0) return
  const transfers = frozen.map((f): Transfer => ({
    campaign_id: f.campaign_id,
    id: thawId({ ...f, day }),
    kind: 'thaw',
    subject_id: f.account_id,
    debit: personAccount(f.account_id, 'frozen'),
    credit: personAccount(f.account_id, 'claimable'),
    currency: f.currency,
    amount_minor: BigInt(f.amount),
  }))
  await ctx.db.transaction().execute(async (db) => {
    const fresh = new Set(await recordTransfers(ctx, db, transfers))
    await recordEvents(
      ctx,
      db,
      transfers
        .filter((t) => fresh.has(t.id))
        .map((t) => ({
          campaign_id: t.campaign_id,
          kind: 'thawed',
          subject_id: t.subject_id,
          body: { account_id: t.subject_id, currency: t.currency, amount_minor: t.amount_minor.toString(), day },
        })),
    )
  })
}

import { callerOf, type Ctx } from '../../../platform/context.ts'
import type { OwnSignals } from './contract.ts'
import { MARK_DAYS } from './mark-rules.ts'
import { marksKept } from './mark-queries.ts'
import { linksCounted } from './queries.ts'
import { KIND_NAMES, KINDS } from './rules.ts'

const dayOf = (at: Date | null | undefined): string | null => at?.toISOString().slice(0, 10) ?? null

/** What is kept of the caller's visits and to how many others it links them, by kind: days, counts and plain words. */
export async function mySignals(ctx: Ctx): Promise<OwnSignals> {
  const { account_id } = callerOf(ctx)
  const [kept, counted] = [await marksKept(ctx.db, account_id), await linksCounted(ctx.db, account_id, ctx.now)]
  const { until, ...counts } = kept
  return {
    marks: {
      kept: ctx.config.keep_marks,
      says: 'When you were here, in whole minutes, and a keyed hash of the neighbourhood of your network and of the kind of your device. No address, browser, language or place is written down.',
      ...counts,
      keeps_days: MARK_DAYS,
      until: dayOf(until),
    },
    links: KIND_NAMES.map((kind) => {
      const { family, says, keeps_days } = KINDS[kind]
      const found = counted.get(kind)
      return { kind, family, says, accounts: found?.accounts ?? 0, keeps_days, until: dayOf(found?.until) }
    }),
  }
}

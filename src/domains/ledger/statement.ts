import type { Ctx } from '../../platform/context.ts'
import { csvLine } from '../../platform/files/csv.ts'
import { Refusal } from '../../platform/refusal.ts'
import { isCampaign } from './admin-queries.ts'
import type { CampaignTotals } from './contract.ts'
import { decimalOf } from './rules.ts'
import { purposeSums, statementRows } from './statement-queries.ts'

async function refuseUnknown(ctx: Ctx, campaignId: string): Promise<void> {
  if (!(await isCampaign(ctx.db, campaignId))) throw new Refusal('campaign_not_found')
}

/** What a campaign's money did, in each currency it has. */
export async function campaignTotals(ctx: Ctx, campaignId: string): Promise<CampaignTotals[]> {
  await refuseUnknown(ctx, campaignId)
  const byCurrency = new Map<string, { scale: number; sums: Map<string, bigint> }>()
  for (const { currency, scale, purpose, amount } of await purposeSums(ctx.db, campaignId)) {
    const one = byCurrency.get(currency) ?? { scale, sums: new Map() }
    one.sums.set(purpose, BigInt(amount))
    byCurrency.set(currency, one)
  }
  return [...byCurrency].map(([currency, { scale, sums }]) => {
    const sum = (purpose: string) => sums.get(purpose) ?? 0n
    const left =
      sum('reserved') - sum('contributors') - sum('bonus') - sum('reviewers') - sum('returned') - sum('remainder')
    return {
      currency,
      scale,
      reserved_minor: `${sum('reserved')}`,
      contributors_minor: `${sum('contributors')}`,
      bonus_minor: `${sum('bonus')}`,
      reviewers_minor: `${sum('reviewers')}`,
      returned_minor: `${sum('returned')}`,
      remainder_minor: `${sum('remainder')}`,
      left_minor: `${left}`,
    }
  })
}

const ROWS_AT_ONCE = 2_000

/**
 * Every movement of a campaign's money as CSV, a page of rows at a time, so that its length does not matter. Transfer
 * ids stay out of it: those of review pay name the reviewer.
 */
export async function statementCsv(ctx: Ctx, campaignId: string) {
  await refuseUnknown(ctx, campaignId)
  async function* lines() {
    yield csvLine(['at', 'purpose', 'kind', 'subject_id', 'currency', 'in_minor', 'out_minor', 'in', 'out'])
    for (let after = ''; ;) {
      const rows = await statementRows(ctx.db, campaignId, after, ROWS_AT_ONCE)
      yield rows
        .map((r) => {
          const isIn = r.purpose === 'reserved'
          const shown = decimalOf(BigInt(r.amount), r.scale)
          return csvLine([
            r.at.toISOString(),
            r.purpose,
            r.kind,
            r.subject_id,
            r.currency,
            isIn ? r.amount : null,
            isIn ? null : r.amount,
            isIn ? shown : null,
            isIn ? null : shown,
          ])
        })
        .join('')
      if (rows.length < ROWS_AT_ONCE) return
      after = rows.at(-1)!.id
    }
  }
  return { stream: lines(), type: 'text/csv; charset=utf-8', filename: `assay-statement-${campaignId}.csv` }
}

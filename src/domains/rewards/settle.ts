import type { Ctx, Db } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites, type Event } from '../../platform/events/record.ts'
import type { Settings } from '../campaigns/contract.ts'
import { priceFactors } from '../campaigns/price-queries.ts'
import { campaignAccount, personAccount } from '../ledger/accounts.ts'
import type { Transfer } from '../ledger/queries.ts'
import { insertHeld } from '../ledger/held-queries.ts'
import { transferWrite } from '../ledger/transfer.ts'
import { recentRecord } from '../submissions/queries.ts'
import { coverageOf } from './queries.ts'
import { contributorLines, DAY_MS, isOverBenchmark, reviewerLines, type Line } from './rules.ts'

/** One decided submission, as far as money is concerned. */
export type Settlement = {
  campaign_id: string
  submission_id: string
  author_id: string
  accepted: boolean
  settings: Settings
  /** Reviewers whose pay this decision releases; experts are the operator's and not paid here. */
  reviewer_ids: readonly string[]
}

/** Pays for decisions in their own transaction: money and decision commit together, and repeating it moves nothing. */
export async function settle(ctx: Ctx, db: Db, decided: readonly Settlement[]): Promise<void> {
  const accepted = decided.filter((d) => d.accepted)
  const benchmarked = accepted.filter(
    (d) => d.settings.bonus_benchmark && d.settings.prices.some((p) => p.bonus_bps > 0),
  )
  const records = await recentRecord(db, benchmarked)
  const coverage = await coverageOf(
    db,
    accepted.filter((d) => d.settings.novelty),
  )
  const factors = await priceFactors(
    db,
    accepted.filter((d) => d.settings.scarcity),
  )
  const transfers: Transfer[] = []
  const held: Parameters<typeof insertHeld>[0][number][] = []
  const events: Event[] = []
  const pay = (d: Settlement, person: string, line: Line, id: string) => {
    const amount = { currency: line.currency, amount_minor: line.amount_minor }
    transfers.push({
      campaign_id: d.campaign_id,
      id,
      kind: line.kind,
      subject_id: d.submission_id,
      debit: campaignAccount(d.campaign_id),
      credit: personAccount(person, line.kind === 'held' ? 'held' : 'frozen'),
      ...amount,
    })
    if (line.kind === 'held')
      held.push({
        campaign_id: d.campaign_id,
        submission_id: d.submission_id,
        account_id: person,
        currency: line.currency,
        amount_minor: line.amount_minor.toString(),
        held_at: ctx.now.toISOString(),
        release_at: new Date(ctx.now.getTime() + d.settings.hold!.days * DAY_MS).toISOString(),
      })
    return { kind: line.kind, account_id: person, currency: line.currency, amount_minor: line.amount_minor.toString() }
  }
  for (const d of decided) {
    const paid = []
    if (d.accepted) {
      const record = records.get(`${d.campaign_id}/${d.author_id}`) ?? { decided: 0, accepted: 0 }
      const found = coverage.get(`${d.campaign_id}/${d.submission_id}`) ?? null
      for (const line of contributorLines(
        d.settings,
        isOverBenchmark(d.settings.bonus_benchmark, record),
        found,
        factors.get(`${d.campaign_id}/${d.submission_id}`),
      )) {
        paid.push(pay(d, d.author_id, line, `${line.kind}:${d.submission_id}:${line.currency}`))
      }
    }
    for (const reviewer of d.reviewer_ids) {
      for (const line of reviewerLines(d.settings))
        paid.push(pay(d, reviewer, line, `review_pay:${d.submission_id}:${reviewer}:${line.currency}`))
    }
    if (paid.length > 0)
      events.push({
        campaign_id: d.campaign_id,
        kind: 'rewarded',
        subject_id: d.submission_id,
        body: { rewards: paid },
      })
  }
  await write(db, transferWrite(ctx, transfers), insertHeld(held), ...eventWrites(ctx, events))
}

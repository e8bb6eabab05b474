import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { seasonOf } from '../seasons/queries.ts'
import type { Report, ReportHead } from './contract.ts'
import { reportOf, type ReportFacts } from './figure-rules.ts'
import {
  campaignFacts,
  currencyScales,
  drawsOf,
  hasEvents,
  insertReport,
  lastSeq,
  logBounds,
  readLog,
  type ReportRow,
} from './queries.ts'
import { addSubject, newTally, type LogEvent } from './tally-rules.ts'
import { headView } from './view.ts'

/** Asks for a report of the season's log up to a place, or up to now. It is built in the background. */
export function askForReport(ctx: Ctx, seasonId: string, untilSeq: string | undefined): Promise<ReportHead> {
  return transact(ctx, '0', async (db) => {
    if (!(await seasonOf(db, seasonId))) throw new Refusal('season_not_found')
    const last = await lastSeq(db, seasonId)
    if (last === undefined && !(await hasEvents(db, seasonId))) throw new Refusal('season_has_no_events')
    const until_seq =
      untilSeq !== undefined && BigInt(untilSeq) < BigInt(last ?? 0) ? BigInt(untilSeq).toString() : (last ?? '0')
    const row: ReportRow = {
      season_id: seasonId,
      id: ctx.newId(),
      until_seq,
      up_to_now: untilSeq === undefined,
      state: 'building',
      progress: { done: 0, of: Number(until_seq) + 1 },
      content_hash: null,
      error: null,
      created_by: callerOf(ctx).account_id,
      created_at: ctx.now,
      ready_at: null,
      published_at: null,
    }
    await insertReport(db, row)
    return headView(row)
  })
}

export type Built = { body: string; content_hash: string; report: Report }

/**
 * Makes the report from the log: one pass over events sorted by submission, one submission's history in memory at a
 * time. The same log gives the same bytes, whenever and wherever it is read.
 */
export async function buildReport(
  ctx: Pick<Ctx, 'db'>,
  seasonId: string,
  untilSeq: string,
  onProgress: (done: number) => Promise<void> = async () => {},
): Promise<Built> {
  const report = await ctx.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (db) => {
      const season = await seasonOf(db, seasonId)
      assert(season, 'a report is of a season')
      const campaigns = await campaignFacts(db, seasonId, untilSeq)
      const draws = await drawsOf(db, seasonId, untilSeq)
      const bounds = await logBounds(db, seasonId, untilSeq)
      const facts: ReportFacts = {
        season: {
          season_id: seasonId,
          name: season.name,
          starts_at: season.starts_at.toISOString(),
          ends_at: season.ends_at.toISOString(),
        },
        until_seq: untilSeq,
        first_event_at: bounds.first?.toISOString() ?? null,
        last_event_at: bounds.last?.toISOString() ?? null,
        campaigns,
        draws,
        scales: await currencyScales(db),
      }
      const tally = newTally()
      let subject: LogEvent[] = []
      let done = 0
      const finish = () => {
        addSubject(tally, draws, subject)
        subject = []
      }
      await readLog(db, seasonId, untilSeq, async (events) => {
        for (const e of events) {
          const before = subject[0]
          if (before && (before.subject_id !== e.subject_id || before.campaign_id !== e.campaign_id)) finish()
          subject.push(e)
        }
        done += events.length
        await onProgress(done)
      })
      finish()
      return reportOf(tally, facts)
    })
  const body = canonicalJson(report)
  return { body, content_hash: sha256Hex(body), report }
}

import type { Ctx, Db } from '../../platform/context.ts'
import {
  auditedCampaigns,
  coverRows,
  draftedPayouts,
  paidWorkRows,
  payoutRows,
  readStill,
  recomputedBalances,
  redundancyItems,
  strayTransfers,
  takenRows,
  thawBuckets,
  thawedUntil,
  waysOfMoney,
  windowPayRows,
  type WorkRow,
} from './audit-queries.ts'
import {
  accountProblems,
  coverProblems,
  draftProblems,
  payoutProblems,
  payProblems,
  redundancyItemProblems,
  strayProblem,
  sumProblems,
  takenProblems,
  thawProblems,
  wayProblems,
  type PaidWork,
  type PayRules,
  type Price,
  type Problem,
} from './audit-rules.ts'
import { windowPayProblems } from './window-audit-rules.ts'

export type AuditReport = {
  clean: boolean
  counted: Record<string, number>
  problem_count: number
  problems: Problem[]
}
/** What is being checked, how many rows of it so far, and which part of how many. */
export type AuditProgress = { check: string; rows: number; part: number; parts: number }

const PROBLEMS_KEPT = 500

/** Counts everything, keeps the first problems. */
function createFindings(onProgress: (p: AuditProgress) => void) {
  const problems: Problem[] = []
  const counted: Record<string, number> = {}
  let count = 0
  let place = { part: 0, parts: 1 }
  return {
    at(part: number, parts: number) {
      place = { part, parts }
    },
    saw(what: string) {
      counted[what] = (counted[what] ?? 0) + 1
      if (counted[what] % 5_000 === 0) onProgress({ check: what, rows: counted[what], ...place })
    },
    add(found: readonly Problem[]) {
      count += found.length
      problems.push(...found.slice(0, Math.max(0, PROBLEMS_KEPT - problems.length)))
    },
    done(what: string) {
      counted[what] ??= 0
      onProgress({ check: what, rows: counted[what], ...place })
    },
    report: (): AuditReport => ({ clean: count === 0, counted, problem_count: count, problems }),
  }
}
type Findings = ReturnType<typeof createFindings>

/**
 * Recomputes the books of the whole installation from its transfers, decisions, reviews, leases and queue, in one
 * unmoving view, without the code that wrote them. Reads only; memory does not grow with the books.
 */
export async function auditInstallation(
  ctx: Pick<Ctx, 'db'>,
  onProgress: (p: AuditProgress) => void = () => {},
): Promise<AuditReport> {
  const findings = createFindings(onProgress)
  await readStill(ctx.db, async (db) => {
    const campaigns = await auditedCampaigns(db)
    const parts = campaigns.length + 3
    findings.at(0, parts)
    await auditAccounts(db, findings)
    findings.at(1, parts)
    await auditPeople(db, findings)
    findings.at(2, parts)
    for await (const q of coverRows(db)) {
      findings.saw('queue_entries')
      findings.add(coverProblems({ ...q, least: Number(q.least), most: Number(q.most) }))
    }
    findings.done('queue_entries')
    for (const [i, campaign] of campaigns.entries()) {
      findings.at(3 + i, parts)
      await auditCampaign(db, campaign, findings)
    }
  })
  return findings.report()
}

async function auditAccounts(db: Db, findings: Findings): Promise<void> {
  const sums = new Map<string, bigint>()
  for await (const a of recomputedBalances(db)) {
    const balance = BigInt(a.balance)
    sums.set(a.currency, (sums.get(a.currency) ?? 0n) + balance)
    findings.saw('accounts')
    findings.add(accountProblems({ ...a, balance }))
  }
  findings.add(sumProblems(sums))
  for await (const t of strayTransfers(db)) findings.add([strayProblem(t)])
  for await (const way of waysOfMoney(db)) findings.add(wayProblems({ ...way, n: Number(way.n) }))
  findings.done('accounts')
}

async function auditPeople(db: Db, findings: Findings): Promise<void> {
  const until = await thawedUntil(db)
  for await (const b of thawBuckets(db)) {
    findings.saw('thaw_days')
    findings.add(
      thawProblems(
        { ...b, frozen: BigInt(b.frozen), thawed: b.thawed === null ? null : BigInt(b.thawed) },
        until[b.season_id ?? '']?.day,
      ),
    )
  }
  for await (const p of payoutRows(db)) {
    findings.saw('payouts')
    findings.add(
      payoutProblems({
        ...p,
        amount: BigInt(p.amount),
        paid: p.paid === null ? null : BigInt(p.paid),
        back: p.back === null ? null : BigInt(p.back),
      }),
    )
  }
  for await (const d of draftedPayouts(db))
    findings.add(draftProblems({ ...d, drafted: BigInt(d.drafted), paying: BigInt(d.paying) }))
  findings.done('payouts')
}

type Settings = PayRules & {
  scarcity?: object
  prices: Price[]
  bonus_benchmark: unknown
  caps: Record<string, number | null>
}
type Campaign = { id: string; mode: string; versions: Record<string, Record<string, unknown>> }

async function auditCampaign(db: Db, campaign: Campaign, findings: Findings): Promise<void> {
  const settings = (version: number | string) => campaign.versions[version] as Settings | undefined
  for await (const work of groupWork(paidWorkRows(db, campaign.id), campaign.id, settings)) {
    findings.saw('submissions')
    findings.add(payProblems(work))
  }
  findings.done('submissions')
  for await (const row of windowPayRows(db, campaign.id)) {
    findings.saw('window_pay')
    const s = row.version === null ? undefined : settings(row.version)
    const price = s?.prices.find((p) => p.currency === row.currency)
    findings.add(windowPayProblems({ ...row, campaign_id: campaign.id, price, base_bps: s?.reviewer_pay?.base_bps }))
  }
  if (campaign.mode === 'redundancy') {
    for await (const i of redundancyItems(db, campaign.id)) {
      findings.saw('redundancy_items')
      findings.add(
        redundancyItemProblems({
          ...i,
          campaign_id: campaign.id,
          decided: Number(i.decided),
          undecided: Number(i.undecided),
        }),
      )
    }
  }
  for (const [lane, name] of [
    [1, 'contribute'],
    [2, 'review'],
  ] as const) {
    const versions = Object.keys(campaign.versions).map((v) => settings(v)!.caps)
    const isCapped = versions.map((caps) => caps[`${name}_total`] !== null || caps[`${name}_daily`] !== null)
    // Takings are counted only while there is a cap; a campaign that had none for a time has no full count.
    if (isCapped.length === 0 || !isCapped.every(Boolean)) continue
    const daily = versions.map((caps) => caps[`${name}_daily`] ?? null)
    const daily_cap = daily.includes(null) ? null : Math.max(...daily.map(Number))
    for await (const t of takenRows(db, campaign.id, lane)) {
      findings.saw('work_taken')
      findings.add(
        takenProblems({
          ...t,
          campaign_id: campaign.id,
          lane,
          leases: Number(t.leases),
          taken: Number(t.taken),
          daily_cap,
        }),
      )
    }
  }
}

/** Brings rows that lie side by side together, one submission at a time. */
async function* groupWork(
  rows: AsyncIterable<WorkRow>,
  campaignId: string,
  settings: (version: number) => Settings | undefined,
): AsyncGenerator<PaidWork> {
  type Growing = { -readonly [K in keyof PaidWork]: PaidWork[K] extends readonly (infer T)[] ? T[] : PaidWork[K] }
  let one: Growing | undefined
  for await (const r of rows) {
    if (one?.submission_id !== r.submission_id) {
      if (one) yield one
      one = {
        campaign_id: campaignId,
        submission_id: r.submission_id,
        submission: undefined,
        decisions: [],
        reviews: [],
        transfers: [],
      }
    }
    if (r.src === 's') {
      const s = settings(r.n!)
      one.submission = {
        author_id: r.who!,
        status: r.status!,
        prices: s?.prices ?? [],
        has_benchmark: Boolean(s?.bonus_benchmark),
        ...(s?.scarcity && r.amount !== null && { factor_ppm: Number(r.amount) }),
        ...(s?.hold && { hold: s.hold }),
        ...(s?.novelty && { novelty: s.novelty }),
        ...(s?.reviewer_pay && { reviewer_pay: s.reviewer_pay }),
      }
    } else if (r.src === 'd') one.decisions.push({ round: r.n!, accepted: r.accepted! })
    else if (r.src === 'r') one.reviews.push({ reviewer_id: r.who!, round: r.n!, lane: r.lane! })
    else
      one.transfers.push({
        id: r.id!,
        kind: r.status!,
        debit: r.debit!,
        credit: r.credit!,
        currency: r.currency!,
        amount_minor: BigInt(r.amount!),
      })
  }
  if (one) yield one
}

/** A report as people read it in a terminal or a log. */
export function auditText(report: AuditReport): string {
  const counts = Object.entries(report.counted)
    .map(([what, n]) => `${what} ${n}`)
    .join(', ')
  if (report.clean) return `The books are right (${counts}).`
  const lines = report.problems.map((p) => `- ${p.check}: ${p.subject}: ${p.message}`)
  const more = report.problem_count - report.problems.length
  return [
    `The books are wrong in ${report.problem_count} places (${counts}):`,
    ...lines,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n')
}

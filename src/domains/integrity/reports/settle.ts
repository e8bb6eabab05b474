import type { Ctx, Db } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { driveAccount, personAccount, requesterAccount } from '../../ledger/accounts.ts'
import { balanceOf, lockAccount } from '../../ledger/queries.ts'
import { recordTransfers } from '../../ledger/transfer.ts'
import { caseOf } from '../cases/queries.ts'
import { appealsOf, sanctionsOfCase } from '../cases/sanction-queries.ts'
import {
  clustersOfAll,
  erasedAmong,
  lockDrive,
  markPaid,
  namedIn,
  reportOf,
  reportsIn,
  reportsToSettle,
  setNamed,
  unpaidDrives,
  updateReport,
  type DriveRow,
  type ReportRow,
} from './queries.ts'
import { answered, groupsOf, shareOut, UNREAD_MS } from './rules.ts'

const AT_ONCE = 200
const MOST_REPORTS = 100_000

/**
 * Answers reports whose cases are decided for good, then pays drives that are over and whose reports are all answered.
 * Whoever reports the same people later shares with whoever did so before, so nothing is paid while a drive is open.
 */
export async function settleReports(ctx: Ctx): Promise<{ more: boolean }> {
  const waiting = await reportsToSettle(ctx.db, new Date(ctx.now.getTime() - UNREAD_MS), AT_ONCE)
  let settled = 0
  for (const r of waiting) if (await settle(ctx, r)) settled++
  for (const d of await unpaidDrives(ctx.db, ctx.now)) await pay(ctx, d.id)
  return { more: waiting.length === AT_ONCE && settled > 0 }
}

async function settle(ctx: Ctx, seen: ReportRow): Promise<boolean> {
  return ctx.db.transaction().execute(async (db) => {
    const drive = (await lockDrive(db, seen.drive_id))!
    const report = (await reportOf(db, seen.id))!
    if (report.settled_at) return false
    const answers = report.state === 'with_cases' ? await answersOf(ctx, db, report) : { right: [], open: 0, asked: 0 }
    if (answers.open > 0) return false
    const isConfirmed = answers.right.length >= drive.min_group!
    if (isConfirmed) for (const id of answers.right) await setNamed(db, report.id, id, { confirmed: true })
    await updateReport(db, report.id, {
      state: isConfirmed ? 'confirmed' : 'not_confirmed',
      settled_at: ctx.now,
      // Where cases were decided and nothing stood, it was wrong; unread or half right, it was nobody's fault.
      counts_against: !isConfirmed && answers.asked > 0 && answers.right.length === 0,
      ...(isConfirmed ? {} : { reward_minor: '0' }),
    })
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'report_settled',
        subject_id: report.id,
        body: { confirmed: isConfirmed, by_cases: answers.asked > 0 },
      },
    ])
    return true
  })
}

async function answersOf(ctx: Ctx, db: Db, report: ReportRow) {
  const right: string[] = []
  let open = 0
  let asked = 0
  for (const n of await namedIn(db, [report.id])) {
    if (!n.case_id) continue
    asked++
    const file = (await caseOf(db, n.case_id))!
    const sanctions = await sanctionsOfCase(db, n.case_id)
    const appeals = await appealsOf(
      db,
      sanctions.map((s) => s.id),
    )
    const said = answered(
      {
        state: file.state,
        sanctions: sanctions.map((s) => {
          const a = appeals.get(s.id)
          return { ...s, appeal: a ? { decided: a.decided_at !== null, upheld: a.upheld === true } : null }
        }),
      },
      ctx.now,
    )
    if (said === undefined) open++
    else if (said === 'right') right.push(n.account_id)
  }
  return { right, open, asked }
}

/** Pays what a drive's confirmed reports are worth, once, and gives what is left back to whoever funded it. */
async function pay(ctx: Ctx, driveId: string): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    const drive = await lockDrive(db, driveId)
    if (!drive || drive.paid_at) return
    const reports = await reportsIn(db, driveId, MOST_REPORTS)
    if (reports.some((r) => r.settled_at === null)) return
    const shares = await sharesOf(db, drive, reports)
    await lockAccount(db, driveAccount(driveId))
    const common = { campaign_id: '0', currency: drive.currency!, debit: driveAccount(driveId) }
    const rewards = reports.flatMap((r) => {
      const amount_minor = shares.get(r.id) ?? 0n
      return amount_minor > 0n
        ? [{ ...common, id: `report_reward:${r.id}`, kind: 'report_reward', subject_id: r.id, credit: personAccount(r.reporter_id, 'claimable'), amount_minor }]
        : []
    }) // prettier-ignore
    await recordTransfers(ctx, db, rewards)
    for (const r of reports)
      if (r.state === 'confirmed') await updateReport(db, r.id, { reward_minor: (shares.get(r.id) ?? 0n).toString() })
    const left = await balanceOf(db, driveAccount(driveId), drive.currency!)
    if (left > 0n)
      await recordTransfers(ctx, db, [
        {
          ...common,
          id: `drive_return:${driveId}`,
          kind: 'drive_return',
          subject_id: driveId,
          credit: requesterAccount(drive.funded_by!),
          amount_minor: left,
        },
      ])
    await markPaid(db, driveId, ctx.now)
    await recordEvents(ctx, db, [
      { campaign_id: '0', kind: 'drive_paid', subject_id: driveId, body: { reports: rewards.length } },
    ])
  })
}

async function sharesOf(db: Db, drive: DriveRow, reports: readonly ReportRow[]): Promise<Map<string, bigint>> {
  const right = reports.filter((r) => r.state === 'confirmed')
  const named = (
    await namedIn(
      db,
      right.map((r) => r.id),
    )
  ).filter((n) => n.confirmed)
  const reporters = right.map((r) => r.reporter_id)
  const gone = await erasedAmong(db, reporters)
  const clusters = await clustersOfAll(db, [...new Set([...reporters, ...named.map((n) => n.account_id)])])
  // Nobody is paid for reporting themselves, under whichever name, and nobody who is gone is paid at all.
  const isPaid = (reporter: string, accounts: readonly string[]) =>
    !gone.has(reporter) && !accounts.some((a) => clusters.has(a) && clusters.get(a) === clusters.get(reporter))
  const confirmed = right.flatMap((r) => {
    const accounts = named.filter((n) => n.report_id === r.id).map((n) => n.account_id)
    return isPaid(r.reporter_id, accounts) ? [{ report_id: r.id, accounts }] : []
  })
  const groups = groupsOf(confirmed, (a) => clusters.get(a))
  return shareOut(groups, BigInt(drive.reward_minor!), BigInt(drive.cap_minor!))
}

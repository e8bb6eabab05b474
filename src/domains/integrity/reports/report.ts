import { sha256Hex } from '../../../platform/canonical.ts'
import { callerOf, type Ctx, type Db } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../../ledger/pages.ts'
import { personToAct } from '../../identity/people.ts'
import { isParty, openOrJoin } from '../cases/open.ts'
import { handlesOf } from '../cases/queries.ts'
import { lockPerson } from '../standing/queries.ts'
import { isDeclared } from './amnesty-queries.ts'
import type { METHODS, ReportView } from './contract.ts'
import { driveToRead, openNow } from './drive.ts'
import {
  accountsNamed,
  insertReport,
  lockDrive,
  namedIn,
  ownReports,
  recordsOf,
  reportByDigest,
  reportOf,
  reportsIn,
  setNamed,
  updateReport,
  type DriveRow,
  type ReportRow,
} from './queries.ts'
import { MOST_WAITING, strengthFrom } from './rules.ts'

type Given = { accounts: readonly string[]; method: (typeof METHODS)[number]; says: string }

/** What a reporter is told: nothing of the cases that their report led to. */
const toldOf = (state: ReportRow['state']) => (state === 'with_cases' ? 'under_review' : state)

/** Reports a group of accounts. The same group by the same person is one report, and repeating it answers the same. */
export async function reportAccounts(ctx: Ctx, driveId: string, given: Given) {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const drive = openNow(await lockDrive(db, driveId), 'reports', ctx.now)
    const known = await accountsNamed(db, given.accounts)
    const missing = given.accounts.find((h) => !known.has(h))
    if (missing !== undefined) throw new Refusal('report_unknown', { handle: missing })
    const ids = [...new Set(known.values())].toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
    if (ids.includes(who)) throw new Refusal('report_own')
    if (ids.length < drive.min_group!) throw new Refusal('report_too_few', { least: drive.min_group! })
    const key = { drive_id: drive.id, reporter_id: who, digest: sha256Hex(ids.join(' ')) }
    let row = await reportByDigest(db, key)
    if (!row) {
      if (((await recordsOf(db, [who])).get(who)?.waiting ?? 0) >= MOST_WAITING) throw new Refusal('report_too_many')
      const id = ctx.newId()
      await insertReport(db, { ...key, id, method: given.method, says: given.says, reported_at: ctx.now }, ids)
      await recordEvents(ctx, db, [
        {
          campaign_id: '0',
          kind: 'accounts_reported',
          subject_id: id,
          body: { drive_id: drive.id, accounts: ids.length, method: given.method },
          commit: { says: given.says },
        },
      ])
      row = (await reportOf(db, id))!
    }
    return own({ ...row, title: drive.title, accounts: ids.length })
  })
}

const own = (
  r: Pick<ReportRow, 'id' | 'drive_id' | 'state' | 'reported_at'> & { title: string; accounts: number },
) => ({
  report_id: r.id,
  drive_id: r.drive_id,
  title: r.title,
  accounts: r.accounts,
  state: toldOf(r.state),
  reported_at: r.reported_at.toISOString(),
})

/** The caller's own reports. */
export async function myReports(ctx: Ctx, query: { after?: string; limit?: number }) {
  const limit = limitOf(query)
  const before = readCursor(query.after, [ID_PART])?.[0]
  const rows = await ownReports(ctx.db, callerOf(ctx).account_id, before, limit + 1)
  return pageOf(rows, limit, (r) => [r.id], own)
}

/** Reports of a drive as operators read them: those that wait first, and of them those whose reporters were right most. */
export async function listReports(ctx: Ctx, driveId: string): Promise<{ items: ReportView[]; next: null }> {
  const drive = await driveToRead(ctx, driveId)
  const items = await show(ctx.db, await reportsIn(ctx.db, drive.id))
  const worth = (r: ReportView) => (r.confirmed_before + 1) / (r.confirmed_before + r.wrong_before + 2)
  const waits = (r: ReportView) => (r.settled_at === null ? 0 : 1)
  return { items: items.toSorted((a, b) => waits(a) - waits(b) || worth(b) - worth(a)), next: null }
}

async function show(db: Db, rows: readonly ReportRow[]): Promise<ReportView[]> {
  const reporters = [...new Set(rows.map((r) => r.reporter_id))]
  const [handles, records] = [await handlesOf(db, reporters), await recordsOf(db, reporters)]
  const named = await namedIn(
    db,
    rows.map((r) => r.id),
  )
  return rows.map((r) => {
    const record = records.get(r.reporter_id) ?? { confirmed: 0, wrong: 0 }
    return {
      report_id: r.id,
      reporter: handles.get(r.reporter_id) ?? '',
      confirmed_before: record.confirmed,
      wrong_before: record.wrong,
      strength: strengthFrom(record),
      method: r.method,
      says: r.says,
      state: r.state,
      reported_at: r.reported_at.toISOString(),
      settled_at: r.settled_at?.toISOString() ?? null,
      reward_minor: r.reward_minor,
      accounts: named
        .filter((n) => n.report_id === r.id)
        .map((n) => {
          const { report_id: _, ...account } = n
          return account
        }),
    }
  })
}

/** A report that its reader may answer: not settled, and not their own. */
async function toAnswer(ctx: Ctx, db: Db, id: string): Promise<{ report: ReportRow; drive: DriveRow }> {
  const seen = await reportOf(db, id)
  if (!seen) throw new Refusal('account_report_not_found')
  const drive = (await lockDrive(db, seen.drive_id))!
  const report = (await reportOf(db, id))!
  if (report.reporter_id === callerOf(ctx).account_id) throw new Refusal('report_is_mine')
  if (report.settled_at) throw new Refusal('report_settled')
  return { report, drive }
}

/** Opens a case about each of these accounts, or joins the one that is open, with the report as evidence. */
export async function takeReport(ctx: Ctx, id: string, accountIds: readonly string[]): Promise<ReportView> {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const { report, drive } = await toAnswer(ctx, db, id)
    const named = new Map((await namedIn(db, [id])).map((n) => [n.account_id, n]))
    const record = (await recordsOf(db, [report.reporter_id])).get(report.reporter_id) ?? { confirmed: 0, wrong: 0 }
    // In the order of their ids, so that two readers never wait for each other.
    for (const account_id of accountIds.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))) {
      const n = named.get(account_id)
      if (!n) throw new Refusal('report_not_named')
      if (n.case_id) continue
      await lockPerson(db, account_id)
      await personToAct(db, account_id)
      if (await isParty(db, who, account_id)) throw new Refusal('case_own')
      if (await isDeclared(db, account_id)) throw new Refusal('case_declared')
      const file = await openOrJoin(
        ctx,
        db,
        {
          account_id,
          why: `Reported in “${drive.title}” as one person’s with others.`,
          suspect_since: null,
          opened_by: who,
        },
        {
          kind: 'alike_accounts',
          strength: strengthFrom(record),
          says: `Somebody reported this account with ${named.size - 1} more (${report.method.replaceAll('_', ' ')}): ${report.says}`.slice(
            0,
            2000,
          ),
        },
      )
      await setNamed(db, id, account_id, { case_id: file.id })
    }
    await updateReport(db, id, { state: 'with_cases', read_by: who })
    return (await show(db, [(await reportOf(db, id))!]))[0]!
  })
}

/** Answers a report without any case. Being mistaken costs a reporter nothing; what was made up makes later reports say less. */
export async function declineReport(ctx: Ctx, id: string, made_up: boolean): Promise<ReportView> {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const { report } = await toAnswer(ctx, db, id)
    if (report.state === 'with_cases') throw new Refusal('report_settled')
    await updateReport(db, id, {
      state: 'not_confirmed',
      read_by: who,
      settled_at: ctx.now,
      counts_against: made_up,
      reward_minor: '0',
    })
    await recordEvents(ctx, db, [
      { campaign_id: '0', kind: 'report_settled', subject_id: id, body: { confirmed: false, by_cases: false } },
    ])
    return (await show(db, [(await reportOf(db, id))!]))[0]!
  })
}

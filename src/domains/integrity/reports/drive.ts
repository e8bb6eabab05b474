import { callerOf, type Ctx } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { BEAN, driveAccount, requesterAccount } from '../../ledger/accounts.ts'
import { currencyOf } from '../../ledger/admin-queries.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../../ledger/pages.ts'
import { balanceOf } from '../../ledger/queries.ts'
import { spend } from '../../ledger/transfer.ts'
import type { Drive, RunDrive } from './contract.ts'
import { driveOf, drivePage, drivesFor, insertDrive, type DriveRow } from './queries.ts'
import { LONGEST_MS } from './rules.ts'

type Asked = {
  kind: 'reports' | 'amnesty'
  title: string
  words: string
  opens_at?: string
  closes_at: string
  currency?: string
  reward_minor?: string
  cap_minor?: string
  min_group?: number
  keep_bps?: number
}

const termsOf = (d: DriveRow) => ({
  drive_id: d.id,
  kind: d.kind,
  title: d.title,
  words: d.words,
  opens_at: d.opens_at.toISOString(),
  closes_at: d.closes_at.toISOString(),
  currency: d.currency,
  reward_minor: d.reward_minor,
  min_group: d.min_group,
  keep_bps: d.keep_bps,
})
const isOpen = (d: DriveRow, now: Date): boolean => d.opens_at <= now && now < d.closes_at

/** Opens a drive. What reports may be paid is put aside now, so that no reward is ever promised without its money. */
export async function openDrive(ctx: Ctx, asked: Asked): Promise<RunDrive> {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const opens_at = asked.opens_at ? new Date(asked.opens_at) : ctx.now
    const closes_at = new Date(asked.closes_at)
    if (closes_at <= opens_at || closes_at <= ctx.now || closes_at.getTime() - ctx.now.getTime() > LONGEST_MS)
      throw new Refusal('drive_dates')
    const terms = judgeTerms(asked, ctx.config.amnesty_keep_bps)
    if (!terms) throw new Refusal('drive_terms')
    if (terms.currency === BEAN) throw new Refusal('currency_not_money', { code: BEAN })
    if (terms.currency && !(await currencyOf(db, terms.currency)))
      throw new Refusal('currency_unknown', { code: terms.currency })
    const row = {
      id: ctx.newId(),
      kind: asked.kind,
      title: asked.title,
      words: asked.words,
      opens_at,
      closes_at,
      ...terms,
      funded_by: asked.kind === 'reports' ? who : null,
      opened_by: who,
      created_at: ctx.now,
    }
    await insertDrive(db, row)
    if (terms.currency && terms.cap_minor) {
      const isPutAside = await spend(ctx, db, {
        campaign_id: '0',
        id: `drive:${row.id}`,
        kind: 'drive_funded',
        subject_id: row.id,
        debit: requesterAccount(who),
        credit: driveAccount(row.id),
        currency: terms.currency,
        amount_minor: BigInt(terms.cap_minor),
      })
      if (!isPutAside)
        throw new Refusal('balance_too_small', {
          balance_minor: (await balanceOf(db, requesterAccount(who), terms.currency)).toString(),
          currency: terms.currency,
        })
    }
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'drive_opened',
        subject_id: row.id,
        body: { kind: row.kind, closes_at: asked.closes_at },
      },
    ])
    return runView(ctx, { ...row, paid_at: null, ...NOTHING })
  })
}

/** The terms that this kind of drive has, or nothing where one is missing or does not belong. */
function judgeTerms(
  a: Asked,
  usualKeep: number,
): Pick<DriveRow, 'currency' | 'reward_minor' | 'cap_minor' | 'min_group' | 'keep_bps'> | undefined {
  const { currency, reward_minor, cap_minor, min_group } = a
  if (a.kind === 'amnesty') {
    if (currency ?? reward_minor ?? cap_minor ?? min_group) return undefined
    return { currency: null, reward_minor: null, cap_minor: null, min_group: null, keep_bps: a.keep_bps ?? usualKeep }
  }
  if (!currency || !reward_minor || !cap_minor || !min_group || a.keep_bps !== undefined) return undefined
  return BigInt(cap_minor) < BigInt(reward_minor)
    ? undefined
    : { currency, reward_minor, cap_minor, min_group, keep_bps: null }
}

const NOTHING = { reports: 0, waiting: 0, confirmed: 0, declarations: 0, declared_accounts: 0 }

async function runView(ctx: Ctx, d: DriveRow & typeof NOTHING): Promise<RunDrive> {
  const left = d.currency ? await balanceOf(ctx.db, driveAccount(d.id), d.currency) : null
  return {
    ...termsOf(d),
    cap_minor: d.cap_minor,
    left_minor: d.paid_at ? '0' : (left?.toString() ?? null),
    paid_at: d.paid_at?.toISOString() ?? null,
    reports: d.reports,
    waiting: d.waiting,
    confirmed: d.confirmed,
    declarations: d.declarations,
    declared_accounts: d.declared_accounts,
  }
}

/** Drives for operators, with how they go. */
export async function listRunDrives(ctx: Ctx, query: { after?: string; limit?: number }) {
  const limit = limitOf(query)
  const rows = await drivePage(ctx.db, readCursor(query.after, [ID_PART])?.[0], limit + 1)
  const page = pageOf(
    rows,
    limit,
    (r) => [r.id],
    (r) => r,
  )
  const items: RunDrive[] = []
  for (const d of page.items) items.push(await runView(ctx, d))
  return { items, next: page.next }
}

/** Drives that the caller can take part in. */
export async function listDrives(ctx: Ctx): Promise<{ items: Drive[]; next: null }> {
  const rows = await drivesFor(ctx.db, callerOf(ctx).account_id, ctx.now)
  return {
    items: rows.map((d) => ({ ...termsOf(d), is_open: isOpen(d, ctx.now), declared: d.declared })),
    next: null,
  }
}

/** A drive of this kind that is open now. */
export function openNow(d: DriveRow | undefined, kind: DriveRow['kind'], now: Date): DriveRow {
  if (!d || d.kind !== kind) throw new Refusal('drive_not_found')
  if (!isOpen(d, now))
    throw new Refusal('drive_not_open', { from: d.opens_at.toISOString(), until: d.closes_at.toISOString() })
  return d
}

export async function driveToRead(ctx: Ctx, id: string): Promise<DriveRow> {
  const d = await driveOf(ctx.db, id)
  if (!d) throw new Refusal('drive_not_found')
  return d
}

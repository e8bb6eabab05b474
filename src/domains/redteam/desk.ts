import { wilson } from '../../engine/intervals.ts'
import { callerOf, type Ctx, type Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { exposureOf } from '../assignment/exposure/queries.ts'
import { campaignOf, hasRole, versionOf } from '../campaigns/queries.ts'
import { SECRET_GOALS } from './ask-rules.ts'
import {
  drawnReply,
  entriesOf,
  figuresOf,
  goals,
  gradeReply,
  insertGoal,
  insertRead,
  readings,
  readToday,
  retireGoal,
  workOf,
} from './desk-queries.ts'
import { PRACTICE_GOALS } from './practice.ts'
import { findGoal } from './verify.ts'

/** Pieces of sealed content that anybody reads in a day outside of the work they are handed. */
export const MOST_READ_A_DAY = 40
const PAGE = 50
/** A cursor is an id; anything else begins at the start. */
const cursorOf = (after: string | undefined): string | undefined =>
  after !== undefined && /^\d{1,18}$/.test(after) ? after : undefined

/** Goals that come with the platform, and those that operators added. */
export async function listGoals(ctx: Ctx) {
  const practice = ctx.config.red_team?.targets.some((t) => t.provider === 'practice') ? PRACTICE_GOALS : []
  const built = [...SECRET_GOALS, ...practice].map((g) => ({
    goal_id: g.id,
    title: g.ask,
    category: g.kind === 'secret' ? 'secret' : 'practice',
    kind: g.kind,
    source: '',
    added_at: null,
  }))
  const added = (await goals(ctx.db)).map(({ id, added_at, ...g }) => ({
    goal_id: id,
    kind: 'policy' as const,
    ...g,
    added_at: added_at.toISOString(),
  }))
  return { items: [...built, ...added], next: null }
}

export async function addGoal(
  ctx: Ctx,
  g: { goal_id: string; title: string; category: string; ask: string; system: string; source?: string },
) {
  return transact(ctx, '0', async (db) => {
    const isBuilt = [...SECRET_GOALS, ...PRACTICE_GOALS].some((b) => b.id === g.goal_id)
    const row = {
      id: g.goal_id,
      title: g.title,
      category: g.category,
      body: JSON.stringify(ctx.seal.seal({ ask: g.ask, system: g.system })),
      source: g.source ?? '',
      added_by: callerOf(ctx).account_id,
      added_at: ctx.now,
    }
    if (isBuilt || !(await insertGoal(db, row))) throw new Refusal('goal_there')
    return { goal_id: g.goal_id }
  })
}

export async function dropGoal(ctx: Ctx, id: string) {
  return transact(ctx, '0', async (db) => {
    if (!(await retireGoal(db, id, ctx.now))) throw new Refusal('goal_not_found')
    return { goal_id: id }
  })
}

async function mayLook(ctx: Ctx, campaignId: string) {
  const { account_id, roles } = callerOf(ctx)
  const campaign = await campaignOf(ctx.db, campaignId)
  if (!campaign) throw new Refusal('campaign_not_found')
  if (roles.some((r) => r === 'qa' || r === 'operator')) return campaign
  if (!(await hasRole(ctx.db, campaignId, account_id, 'requester'))) throw new Refusal('red_team_not_shown')
  return campaign
}

export async function showEntries(ctx: Ctx, campaignId: string, page: { after?: string; limit?: number }) {
  await mayLook(ctx, campaignId)
  const limit = page.limit ?? PAGE
  const rows = await entriesOf(ctx.db, campaignId, cursorOf(page.after), limit)
  return {
    items: rows.map(({ done_at, ...r }) => ({ ...r, proved_at: done_at?.toISOString() ?? null })) as never[],
    next: rows.length === limit ? rows.at(-1)!.submission_id : null,
  }
}

/** A share with its 95 % interval (Wilson); nothing while nobody has looked. */
const boundsOf = (right: number, n: number) => {
  if (n === 0) return null
  const { low, high } = wilson(right / n, n)
  return { low_bps: Math.floor(low * 10_000), high_bps: Math.ceil(high * 10_000) }
}

export async function showFigures(ctx: Ctx, campaignId: string) {
  const campaign = await mayLook(ctx, campaignId)
  const { settings } = await versionOf(ctx.db, campaignId, campaign.version)
  const { judges, open, audited, wrong, ...f } = await figuresOf(ctx.db, campaignId)
  return {
    ...f,
    max_calls: settings.red_team?.max_calls ?? 0,
    max_tokens: settings.red_team?.max_tokens ?? 0,
    judges: judges.map((j) => ({ ...j, agreement: boundsOf(j.agreed, j.audited) })),
    audits_open: open,
    false_accepts: { audited, wrong, share: boundsOf(wrong, audited) },
  }
}

/** Books one reading of sealed content, with its reason, before it is handed out. */
async function bookRead(
  ctx: Ctx,
  db: Db,
  of: { campaign_id: string; submission_id: string; what: 'prompt' | 'reply'; reason: string },
): Promise<number> {
  const { account_id } = callerOf(ctx)
  const before = await readToday(db, account_id, ctx.now)
  if (before >= MOST_READ_A_DAY) throw new Refusal('reading_cap_reached', { cap: MOST_READ_A_DAY })
  await insertRead(db, { id: ctx.newId(), account_id, ...of, at: ctx.now })
  await recordEvents(ctx, db, [
    {
      campaign_id: of.campaign_id,
      kind: 'content_read',
      subject_id: of.submission_id,
      body: { account_id, what: of.what },
      commit: { reason: of.reason },
    },
  ])
  return before + 1
}

function requireRight(ctx: Ctx): void {
  if (!callerOf(ctx).roles.includes('restricted_data')) throw new Refusal('restricted_right_needed')
}

/** One sealed prompt, for somebody who may, says why, and has not had too much today. */
export async function readPrompt(ctx: Ctx, campaignId: string, submissionId: string, reason: string) {
  await mayLook(ctx, campaignId)
  requireRight(ctx)
  // The text itself is kept out of the stored answers of repeated requests: each reading is a reading.
  return transact({ ...ctx, idempotency: undefined }, campaignId, async (db) => {
    const work = await workOf(db, campaignId, submissionId)
    if (!work) throw new Refusal('submission_not_found')
    const read_today = await bookRead(ctx, db, {
      campaign_id: campaignId,
      submission_id: submissionId,
      what: 'prompt',
      reason,
    })
    return { submission_id: submissionId, ...work, read_today, most_a_day: MOST_READ_A_DAY }
  })
}

/** The next drawn reply, as a judge sees it. */
export async function nextAudit(ctx: Ctx, campaignId: string) {
  if (!(await campaignOf(ctx.db, campaignId))) throw new Refusal('campaign_not_found')
  requireRight(ctx)
  const { account_id } = callerOf(ctx)
  if ((await exposureOf(ctx.db, account_id, ctx.now)).is_off) throw new Refusal('content_off')
  return transact({ ...ctx, idempotency: undefined }, campaignId, async (db) => {
    const { open } = await figuresOf(db, campaignId)
    const drawn = await drawnReply(db, campaignId, account_id)
    if (!drawn) return { reply: null, open }
    const { goal_id, reply, ...key } = drawn
    const goal = await findGoal(ctx, goal_id)
    await bookRead(ctx, db, {
      campaign_id: campaignId,
      submission_id: key.submission_id,
      what: 'reply',
      reason: 'audit of the judges',
    })
    return { reply: { ...key, ask: goal?.ask ?? '', reply: reply.slice(0, 20_000) }, open }
  })
}

export async function gradeAudit(
  ctx: Ctx,
  campaignId: string,
  { hit, ...key }: { submission_id: string; run: number; target: string; n: number; hit: boolean },
) {
  if (!(await campaignOf(ctx.db, campaignId))) throw new Refusal('campaign_not_found')
  requireRight(ctx)
  return transact(ctx, campaignId, async (db) => {
    const by = callerOf(ctx).account_id
    if (!(await gradeReply(db, { campaign_id: campaignId, ...key }, { by, hit, at: ctx.now })))
      throw new Refusal('audit_not_open')
    return { graded: true }
  })
}

export async function showReadings(ctx: Ctx, page: { after?: string; limit?: number }) {
  const limit = page.limit ?? PAGE
  const rows = await readings(ctx.db, cursorOf(page.after), limit)
  return {
    items: rows.map(({ id, at, what, ...r }) => ({
      reading_id: id,
      ...r,
      what: what as 'prompt' | 'reply',
      at: at.toISOString(),
    })),
    next: rows.length === limit ? rows.at(-1)!.id : null,
  }
}

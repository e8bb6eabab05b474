import type { Static } from 'typebox'
import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { seasonOf } from '../seasons/queries.ts'
import { budgetOf, worstCaseOf } from './budget.ts'
import type { WaitingApproval, CampaignPage, Listed, Managed, Progress, Standing, VersionRow } from './contract.ts'
import { importedItems } from './import-queries.ts'
import {
  approvalFacts,
  approvalsWaiting,
  campaignRow,
  consentOf,
  examSize,
  lastApproval,
  versionRows,
  type CampaignRow,
} from './manage-queries.ts'
import { isMember } from './members.ts'
import { versionOf } from './queries.ts'
import { answersLeave, expectedBy, hourly, isPublic, judgingOf, needsApproval, type Money } from './rules.ts'
import { payOf, priceAt } from './pay-rules.ts'
import {
  examInfo,
  handleOf,
  itemCounts,
  listedCampaign,
  managedCampaigns,
  membershipsOf,
  openCampaigns,
  peopleCounts,
  rolesOf,
  submissionCounts,
  type ListedRow,
  type ListFilter,
} from './view-queries.ts'

const at = (date: Date): string => date.toISOString()
const atOrNull = (date: Date | null | undefined): string | null => date?.toISOString() ?? null
export const amounts = (money: readonly Money[]) =>
  money.map((m) => ({ currency: m.currency, amount_minor: m.amount_minor.toString() }))
const PAGE = 50

/** A page of rows that was asked for with one more than its limit. */
export function pageOf<R extends { id: string }, T>(
  rows: readonly R[],
  limit: number,
  show: (row: R) => T,
): { items: T[]; next: string | null } {
  const items = rows.slice(0, limit)
  return { items: items.map(show), next: rows.length > limit ? items.at(-1)!.id : null }
}
export const limitOf = (limit: number | undefined): number => limit ?? PAGE

/** Where a page goes on from: an id that an earlier page gave as `next`. */
export function afterOf(after: string | undefined): string | undefined {
  if (after === undefined || /^[0-9]{1,18}$/.test(after)) return after
  throw new Refusal('invalid_request', {}, [
    { field: '/query/after', code: 'invalid', message: 'Go on from the "next" of an earlier page.' },
  ])
}

const summaryOf = (c: CampaignRow) => ({
  campaign_id: c.id,
  title: c.title,
  task_class: c.task_class as Listed['task_class'],
  mode: c.mode,
  difficulty: c.difficulty as Listed['difficulty'],
  knowledge_area: c.knowledge_area,
  language: c.language,
  restricted: c.restricted,
  status: c.status,
  deadline: atOrNull(c.deadline),
  example: c.example,
})

function listedOf(c: ListedRow): Listed {
  const prices = c.settings.prices.map((p) => ({
    ...p,
    contribute_minor: priceAt(BigInt(p.contribute_minor), c.factor_ppm).toString(),
  }))
  const rate = hourly({ ...c.settings, prices }, c.seconds_contribute)
  return {
    ...summaryOf(c),
    contribute: prices.map((p) => ({ currency: p.currency, amount_minor: p.contribute_minor })),
    review:
      c.mode === 'review' ? c.settings.prices.map((p) => ({ currency: p.currency, amount_minor: p.review_minor })) : [],
    bonus_bps: Math.max(...c.settings.prices.map((p) => p.bonus_bps)),
    hourly: rate && { ...rate, amounts: amounts(rate.amounts) },
    places_left: c.places_left ?? c.quota,
    has_exam: c.has_exam,
    adults_only: c.consent.adults_only,
    my_roles: c.my_roles as Listed['my_roles'],
  }
}

/** The public list. */
export async function listCampaigns(ctx: Ctx, q: ListFilter & { after?: string; limit?: number }) {
  const limit = limitOf(q.limit)
  const rows = await openCampaigns(ctx.db, {
    ...q,
    now: ctx.now,
    account_id: ctx.caller?.account_id,
    before: afterOf(q.after),
    limit: limit + 1,
  })
  return pageOf(rows, limit, listedOf)
}

/** A campaign's public page; a draft's only for its requester and operators. */
export async function campaignPage(ctx: Ctx, campaignId: string): Promise<CampaignPage> {
  const who = ctx.caller?.account_id
  const c = await listedCampaign(ctx.db, campaignId, who)
  if (!c || !(isPublic(c) || (await isInsider(ctx, campaignId)))) throw new Refusal('campaign_not_found')
  const v = await versionOf(ctx.db, c.id, c.version)
  const exam = await examInfo(ctx.db, c.id)
  const season = (await seasonOf(ctx.db, c.season_id))!
  const ui = v.form.ui.questions
  return {
    ...listedOf(c),
    version: c.version,
    opened_at: atOrNull(c.opened_at),
    quota: c.quota,
    accepted: c.accepted ?? 0,
    instructions: v.instructions,
    consent: v.consent,
    consent_version: c.consent_version,
    min_seconds_contribute: v.settings.min_seconds_contribute,
    min_seconds_review: v.settings.min_seconds_review,
    batch_size: v.settings.batch_size,
    caps: v.settings.caps,
    pay: payOf(v.settings),
    questions: v.questions.map((q) => ({
      key: q.key,
      title: ui[q.key]!.title,
      required: q.required,
      widget: q.widget,
    })),
    exam: exam
      ? {
          questions: exam.draw_count,
          pass_bps: exam.pass_bps,
          cooldown_seconds: exam.cooldown_seconds,
          time_limit_seconds: exam.time_limit_seconds,
        }
      : null,
    season: { season_id: season.id, name: season.name, ends_at: at(season.ends_at) },
    requester: await handleOf(ctx.db, c.requester_id),
    judging: judgingOf(c.mode, v.settings),
    answers_leave: answersLeave(v.settings),
    group_quotas: v.settings.group_quotas ?? [],
    routing: v.settings.routing ?? null,
    me: who ? await standingOf(ctx, c, who) : null,
  }
}

const isInsider = async (ctx: Ctx, campaignId: string): Promise<boolean> =>
  ctx.caller !== undefined &&
  (ctx.caller.roles.includes('operator') || isMember(ctx.db, ctx.now, campaignId, ctx.caller.account_id, 'requester'))

async function standingOf(
  ctx: Ctx,
  c: { id: string; consent_version: number },
  who: string,
): Promise<Static<typeof Standing>> {
  const roles = await rolesOf(ctx.db, c.id, who)
  const agreed = await consentOf(ctx.db, c.id, who)
  return {
    roles: roles.map((r) => ({ role: r.role, why: r.why as 'created', since: at(r.joined_at) })),
    consent_version: agreed,
    consent_due: agreed !== null && agreed < c.consent_version,
  }
}

/** What a person takes part in. */
export async function takingPart(ctx: Ctx) {
  const rows = await membershipsOf(ctx.db, callerOf(ctx).account_id)
  const items = rows.map(({ joined_at, ...r }) => ({
    ...r,
    status: r.status as Listed['status'],
    role: r.role as 'requester',
    why: r.why as 'created',
    since: at(joined_at),
  }))
  return { items, next: null }
}

/** A requester's own campaigns. */
export async function myCampaigns(ctx: Ctx, q: { after?: string; limit?: number }) {
  const limit = limitOf(q.limit)
  const rows = await managedCampaigns(ctx.db, callerOf(ctx).account_id, { before: afterOf(q.after), limit: limit + 1 })
  return pageOf(rows, limit, (c) => ({
    ...summaryOf(c),
    quota: c.quota,
    items: Math.max(Number(c.items), c.open_collection ? c.opened_items : 0),
    accepted: c.accepted ?? 0,
    open_flags: Number(c.open_flags),
    created_at: at(c.created_at),
  }))
}

async function rowOf(ctx: Ctx, campaignId: string): Promise<CampaignRow> {
  const c = await campaignRow(ctx.db, campaignId)
  if (!c) throw new Refusal('campaign_not_found')
  return c
}

/** Everything a requester sees of a campaign. */
export async function manageCampaign(ctx: Ctx, campaignId: string): Promise<Managed> {
  const c = await rowOf(ctx, campaignId)
  const v = (await versionRows(ctx.db, c.id, undefined, 1))[0]!
  const { instructions, form, settings, consent } = await versionOf(ctx.db, c.id, c.version)
  const exam = await examSize(ctx.db, c.id)
  const approval = await lastApproval(ctx.db, c.id)
  return {
    ...summaryOf(c),
    open_collection: c.open_collection,
    quota: c.quota,
    pilot_size: c.pilot_size,
    instructions,
    form,
    settings,
    consent,
    version: c.version,
    consent_version: v.consent_version,
    created_at: at(c.created_at),
    opened_at: atOrNull(c.opened_at),
    closed_at: atOrNull(c.closed_at),
    closes_as: c.closes_as,
    close_reason: c.close_reason,
    paused_by_operator: c.paused_by_operator,
    items: Math.max(await importedItems(ctx.db, c.id), c.opened_items),
    opened_items: c.opened_items,
    has_exam: exam !== undefined,
    exam_questions: exam?.bank ?? 0,
    budget: await budgetOf(ctx.db, c),
    last_approval: approval
      ? { approved: approval.approved, reason: approval.reason, decided_at: at(approval.decided_at) }
      : null,
    needs_approval: needsApproval({ restricted: c.restricted, ...(await approvalFacts(ctx.db, c)) }),
  }
}

/** Its versions, newest first; the page goes on from a version's number. */
export async function listVersions(ctx: Ctx, campaignId: string, q: { after?: string; limit?: number }) {
  await rowOf(ctx, campaignId)
  const limit = limitOf(q.limit)
  const rows = await versionRows(
    ctx.db,
    campaignId,
    q.after === undefined ? undefined : Math.min(Number(afterOf(q.after)), 2 ** 31 - 1),
    limit + 1,
  )
  const page = pageOf(
    rows.map((r) => ({ ...r, id: String(r.version) })),
    limit,
    (r) => r,
  )
  const show = (r: (typeof rows)[number]) => ({
    version: r.version,
    consent_version: r.consent_version,
    created_at: at(r.created_at),
    instructions: r.instructions,
    form: r.form,
    settings: r.settings,
    consent: r.consent,
  })
  return { items: page.items.map(show) as unknown as VersionRow[], next: page.next }
}

/** Live counts, cost and pace. */
export async function progressOf(ctx: Ctx, campaignId: string): Promise<Progress> {
  const c = await rowOf(ctx, campaignId)
  const items = await itemCounts(ctx.db, c.id)
  const work = await submissionCounts(ctx.db, c, new Date(ctx.now.getTime() - 86_400_000))
  const people = await peopleCounts(ctx.db, c.id)
  const budget = await budgetOf(ctx.db, c)
  const accepted = c.mode === 'review' ? (work.by_status.accepted ?? 0) : (items.done ?? 0)
  const by = (counts: Record<string, number>) => (key: string) => counts[key] ?? 0
  const [item, sub] = [by(items), by(work.by_status)]
  const since_opening_ms = c.opened_at ? ctx.now.getTime() - c.opened_at.getTime() : 0
  return {
    campaign_id: c.id,
    status: c.status,
    measured_at: at(ctx.now),
    quota: c.quota,
    items: {
      waiting: item('waiting'),
      open: item('open'),
      done: item('done'),
      broken: item('broken'),
      exhausted: item('exhausted'),
      unresolved: item('unresolved'),
    },
    submissions: {
      in_review: sub('in_review'),
      accepted: sub('accepted'),
      rejected: sub('rejected'),
      rejected_final: sub('rejected_final'),
      answered: sub('answered'),
      withdrawn: sub('withdrawn'),
    },
    accepted,
    ...people,
    accepted_last_day: work.accepted_since,
    expected_by: atOrNull(
      expectedBy(ctx.now, { quota: c.quota, accepted, accepted_last_day: work.accepted_since, since_opening_ms }),
    ),
    budget,
    cost_per_accepted:
      accepted === 0
        ? []
        : budget.map((b) => ({
            currency: b.currency,
            amount_minor: (BigInt(b.spent_minor) / BigInt(accepted)).toString(),
          })),
  }
}

/** What waits for the operator. */
export async function listApprovals(ctx: Ctx, q: { after?: string; limit?: number }) {
  const limit = limitOf(q.limit)
  const rows = await approvalsWaiting(ctx.db, afterOf(q.after), limit + 1)
  const { items, next } = pageOf(rows, limit, (r) => r)
  const shown: WaitingApproval[] = []
  for (const c of items) {
    const facts = await approvalFacts(ctx.db, c)
    shown.push({
      ...summaryOf(c),
      requester_id: c.requester_id,
      requester: c.requester,
      first_campaign: facts.first_campaign,
      quota: c.quota,
      items: await importedItems(ctx.db, c.id),
      asked_at: at(c.asked_at ?? c.created_at),
      version: c.version,
      worst_case: amounts(await worstCaseOf(ctx.db, c)),
    })
  }
  return { items: shown, next }
}

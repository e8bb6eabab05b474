import type { FieldProblem } from '../../platform/refusal.ts'
import { quotaProblems } from '../groups/rules.ts'
import { redundancyProblems } from '../templates/redundancy-rules.ts'
import { formProblems } from '../templates/form-rules.ts'
import { questionsOf } from '../templates/rules.ts'
import { checkProblems, redTeamProblems } from './check-rules.ts'
import type { CampaignState, Judging, Settings, VersionDraft } from './contract.ts'
import { dearestContribution, dearestReview, payProblems } from './pay-rules.ts'

export type Mode = 'review' | 'redundancy'
export type Money = { currency: string; amount_minor: bigint }

/**
 * What a campaign can cost at most; opening asks this to be in its budget. Review, for each item: one accepted
 * submission with its bonus, and for every attempt as many reviews as the policy allows, twice, because each attempt
 * can be appealed once, and the gold items among them. Experts are the operator's and not paid from the campaign. Redundancy, for each item: as many
 * answers as the policy allows, all of them right.
 */
export const worstCase = (settings: Settings, mode: Mode, quota: number): Money[] => worstOf([settings], mode, quota)

/**
 * The same over several versions. One item's attempts may fall under any of them, so each part takes its dearest:
 * one version's price can meet another's number of reviews.
 */
export function worstOf(versions: readonly Settings[], mode: Mode, quota: number): Money[] {
  const dearest = new Map<string, { contribute: bigint; review: bigint }>()
  for (const [s, p] of versions.flatMap((s) => s.prices.map((p) => [s, p] as const))) {
    const { contribute, review } = dearest.get(p.currency) ?? { contribute: 0n, review: 0n }
    dearest.set(p.currency, {
      contribute: larger(contribute, dearestContribution(s, p)),
      review: larger(review, dearestReview(s, p)),
    })
  }
  const most = (of: (s: Settings) => number) => BigInt(Math.max(...versions.map(of)))
  const reviews = most((s) => s.attempts_per_item) * 2n * most((s) => s.reviews.max)
  const gold = versions.reduce((n, s) => larger(n, BigInt(goldMost(s, quota))), 0n)
  const answers = most((s) => s.redundancy.max)
  return [...dearest].map(([currency, { contribute, review }]) => ({
    currency,
    amount_minor:
      mode === 'review'
        ? (contribute + reviews * review) * BigInt(quota) + gold * review
        : answers * contribute * BigInt(quota),
  }))
}

/** How many gold items reviewers may be shown in all: a share of the reviews that can be needed at most. */
export const goldMost = (s: Settings, quota: number): number =>
  Math.floor((2 * s.attempts_per_item * s.reviews.max * quota * (s.gold?.share_bps ?? 0)) / 10_000)
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** The first currency in which a budget falls short, and by how much. */
export function missingIn(needed: readonly Money[], funded: ReadonlyMap<string, bigint>): Money | undefined {
  for (const { currency, amount_minor } of needed) {
    const missing = amount_minor - (funded.get(currency) ?? 0n)
    if (missing > 0n) return { currency, amount_minor: missing }
  }
  return undefined
}

/** How many items the budget must cover now: a pilot needs its own only, the rest is asked for when it opens fully. */
export const itemsToCover = (c: {
  status: CampaignState
  paused_from: string | null
  pilot_size: number
  quota: number
}): number => (c.status === 'pilot' || c.paused_from === 'pilot' ? Math.min(c.pilot_size, c.quota) : c.quota)

/** What is wrong with a version as its requester wrote it. */
export function versionProblems(
  draft: VersionDraft,
  campaign: { mode: Mode; task_class: string },
  currencies: ReadonlySet<string>,
): { code: 'form_invalid' | 'settings_invalid'; fields: FieldProblem[] } | undefined {
  const form = formProblems(draft.form).map((p) => ({ ...p, field: `/form${p.field}` }))
  if (form.length > 0) return { code: 'form_invalid', fields: form }
  const { mode } = campaign
  const compared = mode === 'redundancy' ? redundancyProblems(questionsOf(draft.form)) : []
  if (compared.length > 0) return { code: 'form_invalid', fields: compared }
  const settings = [
    ...settingsProblems(draft.settings, mode, currencies),
    ...checkProblems(draft.settings.checks ?? [], mode, questionsOf(draft.form)),
    ...redTeamProblems(draft.settings.red_team, campaign, questionsOf(draft.form)),
  ]
  return settings.length > 0 ? { code: 'settings_invalid', fields: settings } : undefined
}

/** Settings that contradict each other, or name a currency that does not exist. */
export function settingsProblems(s: Settings, mode: Mode, currencies: ReadonlySet<string>): FieldProblem[] {
  const problems: FieldProblem[] = []
  const add = (field: string, code: string, message: string) =>
    problems.push({ field: `/settings/${field}`, code, message })
  s.prices.forEach((p, i) => {
    if (!currencies.has(p.currency))
      add(`prices/${i}/currency`, 'currency_unknown', `There is no currency ${p.currency}.`)
    if (s.prices.findIndex((other) => other.currency === p.currency) !== i)
      add(`prices/${i}/currency`, 'named_twice', `${p.currency} is priced twice.`)
    for (const part of ['contribute_minor', 'review_minor'] as const) {
      if (p[part].startsWith('-')) add(`prices/${i}/${part}`, 'negative', 'A price is not negative.')
      else if (p[part].length > 30) add(`prices/${i}/${part}`, 'too_large', 'A price has at most 30 digits.')
    }
    if (p.bonus_bps > 0 && s.bonus_benchmark === null)
      add('bonus_benchmark', 'required', 'Say who gets the bonus, or set it to 0.')
  })
  if (s.reviews.max < s.reviews.min) add('reviews/max', 'bad_range', 'The most reviews are not fewer than the least.')
  if (s.policy?.kind === 'adaptive')
    for (const part of ['good_value_minor', 'bad_cost_minor'] as const)
      if (!/^[1-9]\d{0,29}$/.test(s.policy[part]))
        add(`policy/${part}`, 'out_of_range', 'Say an amount above 0, of at most 30 digits.')
  if (s.model_votes?.endpoint && s.model_votes.max_calls === undefined && s.model_votes.max_tokens === undefined)
    add('model_votes/max_calls', 'required', 'Say how many calls or tokens a model may cost at most.')
  if (s.redundancy.max < s.redundancy.min)
    add('redundancy/max', 'bad_range', 'The most answers are not fewer than the least.')
  for (const { at, code, message } of quotaProblems(s.group_quotas ?? [])) add(`group_quotas/${at}`, code, message)
  for (const { field, code, message } of payProblems(s, mode)) add(field, code, message)
  const longest = Math.max(s.min_seconds_contribute, mode === 'review' ? s.min_seconds_review : 0) * s.batch_size
  if (longest > s.lease_seconds)
    add('lease_seconds', 'too_short', `A batch takes at least ${longest} seconds, so it must be leased for that long.`)
  for (const who of ['contribute', 'review'] as const) {
    const { [`${who}_total` as const]: total, [`${who}_daily` as const]: daily } = s.caps
    if (total !== null && daily !== null && daily > total)
      add(`caps/${who}_daily`, 'bad_range', 'A daily cap is not above the total one.')
  }
  return problems
}

/** What the system looks at before a campaign opens. */
export type OpenFacts = {
  status: CampaignState
  season_over: boolean
  deadline_passed: boolean
  open_collection: boolean
  items: number
  items_needed: number
  field_missing: boolean
  exam: { draw: number; bank: number } | undefined
  missing: Money | undefined
}

/** May it open? First broken rule wins. */
export function refuseOpen(
  f: OpenFacts,
):
  | 'not_openable'
  | 'season_over'
  | 'deadline_passed'
  | 'too_few_items'
  | 'item_field_missing'
  | 'exam_too_small'
  | 'budget_too_small'
  | undefined {
  if (f.status !== 'draft' && f.status !== 'pilot') return 'not_openable'
  if (f.season_over) return 'season_over'
  if (f.deadline_passed) return 'deadline_passed'
  if (!f.open_collection && f.items < f.items_needed) return 'too_few_items'
  if (f.field_missing) return 'item_field_missing'
  if (f.exam && f.exam.bank < f.exam.draw) return 'exam_too_small'
  return f.missing ? 'budget_too_small' : undefined
}

/** Who must wait for the operator: adversarial work with every version, and a new requester's first campaign. */
export function needsApproval(f: {
  restricted: boolean
  version_approved: boolean
  ever_approved: boolean
  first_campaign: boolean
  requester_is_operator: boolean
}): boolean {
  if (f.restricted) return !f.version_approved
  return f.first_campaign && !f.requester_is_operator && !f.ever_approved
}

/** Where an approved or opened campaign goes. */
export function openedAs(c: {
  status: CampaignState
  paused_from: string | null
  pilot_size: number
  opened: boolean
}): 'pilot' | 'open' {
  if (c.paused_from === 'pilot' || c.paused_from === 'open') return c.paused_from
  return c.pilot_size > 0 && !c.opened ? 'pilot' : 'open'
}

export const isOver = (status: CampaignState): boolean =>
  status === 'closing' || status === 'closed' || status === 'cancelled'
export const isRunning = (status: CampaignState): boolean => status === 'pilot' || status === 'open'
export const isLive = (status: CampaignState): boolean => isRunning(status) || status === 'paused'
/** Drafts, and what waits for a first approval, are nobody's business but the requester's and the operator's. */
export const isPublic = (c: { status: CampaignState; opened_at: Date | null }): boolean => c.opened_at !== null

/** Whether a running campaign is at its end, and why. */
export function reasonToClose(f: {
  now: Date
  deadline: Date | null
  season_ends_at: Date
  status: CampaignState
  quota: number
  opened_items: number
  has_open_items: boolean
}): 'deadline' | 'season_over' | 'quota_reached' | undefined {
  if (!isLive(f.status)) return undefined
  if (f.deadline && f.deadline <= f.now) return 'deadline'
  if (f.season_ends_at <= f.now) return 'season_over'
  return f.status === 'open' && f.opened_items >= f.quota && !f.has_open_items ? 'quota_reached' : undefined
}

/** How many more items to give out now. */
export function itemsToOpen(c: {
  status: CampaignState
  quota: number
  pilot_size: number
  opened_items: number
}): number {
  if (!isRunning(c.status)) return 0
  const wanted = c.status === 'pilot' ? Math.min(c.pilot_size, c.quota) : c.quota
  return Math.max(0, wanted - c.opened_items)
}

/** How work under these settings is judged, for those who do it: what it is worth to the requester stays with them. */
export const judgingOf = (mode: Mode, s: Settings): Judging =>
  mode === 'redundancy'
    ? { by: 'agreement', least: s.redundancy.min, most: s.redundancy.max }
    : { by: s.policy?.kind ?? 'majority', least: s.reviews.min, most: s.reviews.max }

/** Whether answers under these settings go to a language model outside this installation; people agree to that before. */
export const answersLeave = (s: Settings): boolean =>
  s.model_votes?.endpoint === true || (s.checks ?? []).some((c) => c.kind === 'model_judge')

/** What an hour of contributing earns, at the seconds that one datapoint takes. */
export function hourly(
  settings: Settings,
  measured: number | null,
): { basis: 'measured' | 'minimum_time'; seconds: number; amounts: Money[] } | null {
  const seconds = measured ?? settings.min_seconds_contribute
  if (seconds <= 0) return null
  const amounts = settings.prices.map((p) => ({
    currency: p.currency,
    amount_minor: (BigInt(p.contribute_minor) * 3600n) / BigInt(Math.ceil(seconds)),
  }))
  return { basis: measured === null ? 'minimum_time' : 'measured', seconds: Math.ceil(seconds), amounts }
}

/** When the rest will be done at the pace of the last day. */
export function expectedBy(
  now: Date,
  f: { quota: number; accepted: number; accepted_last_day: number; since_opening_ms: number },
): Date | null {
  const left = f.quota - f.accepted
  if (left <= 0 || f.accepted_last_day <= 0) return null
  const window = Math.min(86_400_000, Math.max(60_000, f.since_opening_ms))
  const ms = Math.ceil((left * window) / f.accepted_last_day)
  return ms > 20 * 365 * 86_400_000 ? null : new Date(now.getTime() + ms)
}

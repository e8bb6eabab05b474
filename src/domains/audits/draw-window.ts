import type { Ctx, Db } from '../../platform/context.ts'
import { assert } from '../../platform/refusal.ts'
import type { AuditAim } from '../campaigns/pay/contract.ts'
import { markDrawn, windowsToDraw } from '../rewards/window-queries.ts'
import { DAY_MS } from '../rewards/rules.ts'
import { GRADE_DAYS } from '../rewards/window-rules.ts'
import { seasonOf } from '../seasons/queries.ts'
import { allot, PARTS, partsOf, type Part } from './aim-rules.ts'
import { recordDraw, seedOf, type Drawn } from './draw.ts'
import {
  aimedOf,
  auditsOfPeople,
  lockDraws,
  undrawn,
  type Candidate,
  type PlanRow,
  type StratumRow,
} from './queries.ts'
import { createDraw, doubled } from './rules.ts'

const PAGE = 10_000
const AT_ONCE = 20
type Ended = Awaited<ReturnType<typeof windowsToDraw>>[number]

/**
 * Draws the audits of windows of reviewers' pay that are over: the share that the settings say, of accepted and of
 * rejected work, among what was decided since the draw before. Drawn after the votes, so there is nothing to recognise.
 */
export async function drawWindows(ctx: Ctx): Promise<{ more: boolean }> {
  const ended = await windowsToDraw(ctx.db, ctx.now, AT_ONCE)
  for (const w of ended)
    await ctx.db.transaction().execute(async (db) => {
      await lockDraws(db)
      await drawOne(ctx, db, w)
      await markDrawn(db, w, ctx.now, new Date(ctx.now.getTime() + GRADE_DAYS * DAY_MS))
    })
  return { more: ended.length === AT_ONCE }
}

async function drawOne(ctx: Ctx, db: Db, w: Ended): Promise<void> {
  // Load.
  const season = await seasonOf(db, w.season_id)
  assert(season, 'a campaign belongs to a season')
  // What a draw before could take is its layer; times are whole milliseconds, so the next one is after it.
  const since = w.drawn_before && w.drawn_before >= w.starts_at ? justAfter(w.drawn_before) : w.starts_at
  const found = await candidates(db, w, since)
  const parts = w.audit_aim ? await aimAt(db, w.campaign_id, found) : undefined

  // Decide.
  const plan: PlanRow = {
    id: ctx.newId(),
    season_id: w.season_id,
    campaign_id: w.campaign_id,
    seed: seedOf(ctx),
    accepted_wanted: 0,
    rejected_wanted: 0,
    double_bps: season.rules.default_policy.audit_double_bps,
    drawn_until: w.ends_at,
    drawn_hash: '',
    purpose: 'window',
    created_by: w.requester_id,
    created_at: ctx.now,
  }
  const strata: StratumRow[] = []
  const drawn: Drawn[] = []
  for (const accepted of [true, false]) {
    const own = found.filter((c) => c.accepted === accepted)
    if (own.length === 0) continue
    const wanted = Math.ceil((own.length * w.audit_bps) / 10_000)
    plan[accepted ? 'accepted_wanted' : 'rejected_wanted'] = wanted
    const layers = layersOf(own, wanted, parts, w.audit_aim)
    const pieces: Omit<Drawn, 'campaign_id' | 'twice'>[] = []
    for (const { part, of, lots } of layers) {
      const draw = createDraw<Candidate>(plan.seed, lots)
      for (const c of of) draw.add(c)
      const taken = draw.drawn()
      const chance_ppm = Math.max(1, Math.round((1_000_000 * taken.length) / of.length))
      const named = part === 'all' ? {} : { part, chance_ppm }
      for (const p of taken) pieces.push({ ...p, ...named })
      strata.push({
        plan_id: plan.id,
        campaign_id: w.campaign_id,
        accepted,
        ...(part !== 'all' && { part }),
        population: of.length,
        drawn: taken.length,
      })
    }
    const twice = doubled(plan.seed, pieces, plan.double_bps)
    for (const p of pieces) drawn.push({ ...p, campaign_id: w.campaign_id, twice: twice.has(p.id) })
  }

  // Record.
  if (drawn.length > 0) await recordDraw(ctx, db, plan, strata, drawn)
}

/** Work of one kind by part, and how many lots each gets; one part of all where lots are even, or too few to aim. */
function layersOf(
  own: readonly Candidate[],
  wanted: number,
  parts: ReadonlyMap<string, Part> | undefined,
  aim: AuditAim | null,
): { part: Part; of: readonly Candidate[]; lots: number }[] {
  const by = new Map<Part, Candidate[]>(PARTS.map((part) => [part, []]))
  for (const c of own) by.get(parts?.get(c.id) ?? 'rest')!.push(c)
  const lots = parts && aim && allot(new Map([...by].map(([part, of]) => [part, of.length])), wanted, aim)
  if (!lots) return [{ part: 'all', of: own, lots: wanted }]
  return [...lots].map(([part, n]) => ({ part, of: by.get(part)!, lots: n }))
}

async function aimAt(db: Db, campaignId: string, found: readonly Candidate[]): Promise<Map<string, Part>> {
  const audited = await auditsOfPeople(db, campaignId)
  const pieces = []
  for (let i = 0; i < found.length; i += PAGE) {
    const ids = found.slice(i, i + PAGE).map((c) => c.id)
    pieces.push(...(await aimedOf(db, campaignId, ids)))
  }
  return partsOf(pieces, audited)
}

const justAfter = (at: Date): Date => new Date(at.getTime() + 1)

async function candidates(db: Db, w: Ended, since: Date): Promise<Candidate[]> {
  const all: Candidate[] = []
  for (let after = '0'; ;) {
    const page = await undrawn(db, w.campaign_id, after, { since, until: new Date(w.ends_at.getTime() - 1) }, PAGE)
    all.push(...page)
    if (page.length < PAGE) return all
    after = page.at(-1)!.id
  }
}

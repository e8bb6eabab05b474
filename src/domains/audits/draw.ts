import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { openWork } from '../assignment/open.ts'
import { campaignOf } from '../campaigns/queries.ts'
import { seasonAt, seasonOf } from '../seasons/queries.ts'
import type { Plan } from './contract.ts'
import {
  insertAudits,
  insertPlan,
  insertStrata,
  lockDraws,
  reviewedCampaigns,
  undrawn,
  type Candidate,
  type NewAudit,
  type PlanRow,
  type StratumRow,
} from './queries.ts'
import { createDraw, doubled, drawnHash } from './rules.ts'
import { planView } from './view.ts'

const PAGE = 10_000
const CHUNK = 2_000

export type DrawGiven = {
  season_id?: string
  campaign_id?: string
  accepted: number | 'all'
  rejected: number | 'all'
  double_bps?: number
}

/**
 * Draws a sample of decided first versions, each campaign's accepted and rejected work by itself, and puts it before
 * QA. The seed is recorded, so that whoever has the ids can draw it again.
 */
export function drawPlan(ctx: Ctx, given: DrawGiven): Promise<Plan> {
  return transact(ctx, '0', async (db) => {
    // Load.
    await lockDraws(db)
    const { season, campaigns } = await placeOf(ctx, db, given)
    const plan: PlanRow = {
      id: ctx.newId(),
      season_id: season.id,
      campaign_id: given.campaign_id ?? null,
      seed: seedOf(ctx),
      accepted_wanted: given.accepted === 'all' ? null : given.accepted,
      rejected_wanted: given.rejected === 'all' ? null : given.rejected,
      double_bps: given.double_bps ?? season.rules.default_policy.audit_double_bps,
      drawn_until: ctx.now,
      drawn_hash: '',
      purpose: 'sample',
      created_by: callerOf(ctx).account_id,
      created_at: ctx.now,
    }

    // Decide.
    const strata: StratumRow[] = []
    const drawn: Drawn[] = []
    for (const { id: campaign_id } of campaigns) {
      for (const [accepted, draw] of await drawFrom(db, campaign_id, plan)) {
        if (draw.population() === 0) continue
        const pieces = draw.drawn()
        const twice = doubled(plan.seed, pieces, plan.double_bps)
        strata.push({ plan_id: plan.id, campaign_id, accepted, population: draw.population(), drawn: pieces.length })
        for (const p of pieces) drawn.push({ ...p, campaign_id, twice: twice.has(p.id) })
      }
    }
    if (drawn.length === 0) throw new Refusal('nothing_to_audit')

    // Record.
    await recordDraw(ctx, db, plan, strata, drawn)
    return planView(plan, { drawn: drawn.length, closed: 0 })
  })
}

export type Drawn = Candidate & { campaign_id: string; twice: boolean } & Pick<NewAudit, 'part' | 'chance_ppm'>

/** Writes a plan with what it drew, and puts that before QA. */
export async function recordDraw(
  ctx: Ctx,
  db: Db,
  plan: PlanRow,
  strata: readonly StratumRow[],
  drawn: readonly Drawn[],
): Promise<void> {
  plan.drawn_hash = drawnHash(drawn)
  await insertPlan(db, plan)
  await insertStrata(db, strata)
  for (let i = 0; i < drawn.length; i += CHUNK) {
    const part = drawn.slice(i, i + CHUNK)
    await insertAudits(
      db,
      part.map((d): NewAudit => ({
        campaign_id: d.campaign_id,
        submission_id: d.id,
        plan_id: plan.id,
        round: d.round,
        accepted: d.accepted,
        ...(d.part !== undefined && { part: d.part }),
        ...(d.chance_ppm !== undefined && { chance_ppm: d.chance_ppm }),
        grades_wanted: d.twice ? 2 : 1,
      })),
    )
    await write(
      db,
      openWork(
        ctx,
        part.map((d) => ({
          campaign_id: d.campaign_id,
          lane: 'audit' as const,
          target_id: d.id,
          author_id: d.author_id,
          needed: d.twice ? 2 : 1,
        })),
      ),
    )
  }
  await recordEvents(
    ctx,
    db,
    [...new Set(strata.map((s) => s.campaign_id))].map((campaign_id) => {
      const own = drawn.filter((d) => d.campaign_id === campaign_id)
      return {
        campaign_id,
        kind: 'audit_drawn',
        subject_id: plan.id,
        body: {
          plan_id: plan.id,
          seed: plan.seed,
          double_bps: plan.double_bps,
          drawn_until: plan.drawn_until.toISOString(),
          drawn: own.length,
          drawn_hash: drawnHash(own),
          strata: strata
            .filter((s) => s.campaign_id === campaign_id)
            .map(({ accepted, part, population, drawn }) => ({ accepted, ...(part && { part }), population, drawn })),
        },
      }
    }),
  )
}

/** Recorded with the draw, so that it can be drawn again. */
export const seedOf = (ctx: Ctx): string =>
  (BigInt(ctx.rng.below(2 ** 31)) * 2n ** 32n + BigInt(ctx.rng.below(2 ** 32))).toString()

async function placeOf(ctx: Ctx, db: Db, given: DrawGiven) {
  if (given.campaign_id) {
    const campaign = await campaignOf(db, given.campaign_id)
    if (!campaign || (given.season_id && given.season_id !== campaign.season_id))
      throw new Refusal('campaign_not_found')
    const season = await seasonOf(db, campaign.season_id)
    if (!season) throw new Refusal('season_not_found')
    return { season, campaigns: campaign.mode === 'review' ? [{ id: campaign.id }] : [] }
  }
  const season = given.season_id ? await seasonOf(db, given.season_id) : await seasonAt(db, ctx.now)
  if (!season) throw new Refusal(given.season_id ? 'season_not_found' : 'no_season')
  return { season, campaigns: await reviewedCampaigns(db, season.id) }
}

/** One campaign's two draws, reading its decided work a page at a time. */
async function drawFrom(db: Db, campaignId: string, plan: PlanRow) {
  const draws = new Map([
    [true, createDraw<Candidate>(plan.seed, plan.accepted_wanted)],
    [false, createDraw<Candidate>(plan.seed, plan.rejected_wanted)],
  ])
  for (let after = '0'; ;) {
    const page = await undrawn(db, campaignId, after, { until: plan.drawn_until }, PAGE)
    for (const piece of page) draws.get(piece.accepted)!.add(piece)
    if (page.length < PAGE) return draws
    after = page.at(-1)!.id
  }
}

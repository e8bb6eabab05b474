import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { openPieces, recordPlan } from '../audits/open-pieces.ts'
import { createDraw, isDoubled } from '../audits/rules.ts'
import { holdRelease } from '../datasets/hold.ts'
import { namesFor } from '../datasets/pseudonyms.ts'
import type { ReleaseRow } from '../datasets/queries.ts'
import { known } from './access.ts'
import type { Acceptance } from './contract.ts'
import {
  acceptanceOf,
  insertAcceptance,
  insertPieces,
  lotPast,
  saveProgress,
  type LotEntry,
  type Place,
} from './queries.ts'
import { drawHash, shareOf, windowOf } from './rules.ts'
import { claimOf, type Terms } from './terms.ts'
import { viewOf } from './view.ts'

const PAGE = 10_000

/**
 * Begins a claim: draws the order in which the release will be audited, from a seed that is recorded before anybody
 * grades, and puts the first pieces before graders.
 */
export async function startAcceptance(ctx: Ctx, at: Place, terms: Terms): Promise<Acceptance> {
  // Load and decide: the release is finished, so nothing of this can change meanwhile.
  const found = await known(ctx, at)
  const claim = claimOf(found, terms)
  const { campaign, release } = found
  const seed = (BigInt(ctx.rng.below(2 ** 31)) * 2n ** 32n + BigInt(ctx.rng.below(2 ** 32))).toString()
  const order = await drawOrder(ctx.db, release, seed, claim.max_audits)
  if (order.population !== claim.lot) throw new Refusal('release_incomplete')

  return transact(ctx, at.campaign_id, async (db) => {
    // Record.
    const plan_id = ctx.newId()
    const who = callerOf(ctx).account_id
    const draw_hash = drawHash(order.drawn.map((d) => d.id))
    if (await acceptanceOf(db, at)) throw new Refusal('acceptance_begun')
    await recordPlan(db, {
      id: plan_id,
      season_id: campaign.season_id,
      campaign_id: campaign.id,
      seed,
      accepted_wanted: claim.max_audits,
      rejected_wanted: 0,
      double_bps: claim.double_bps,
      drawn_until: release.cut_at,
      drawn_hash: draw_hash,
      purpose: 'acceptance',
      created_by: who,
      created_at: ctx.now,
    })
    const { at_least_micro, alpha_micro, lot, max_audits } = claim
    const row = {
      ...at,
      plan_id,
      state: 'open' as const,
      at_least_micro,
      alpha_micro,
      lot,
      max_audits,
      draw_hash,
      opened: 0,
      read: 0,
      started_by: who,
      started_at: ctx.now,
    }
    if (!(await insertAcceptance(db, row))) throw new Refusal('acceptance_begun')
    await insertPieces(db, at, order.drawn)
    await openUpTo(ctx, db, { ...at, plan_id, double_bps: claim.double_bps }, order.drawn, {
      from: 1,
      to: windowOf(claim, claim.least, 0),
    })
    await saveProgress(db, at, { opened: windowOf(claim, claim.least, 0), read: 0 })
    await holdRelease(db, at, 'acceptance_open')
    await recordEvents(ctx, db, [
      {
        campaign_id: at.campaign_id,
        kind: 'acceptance_begun',
        subject_id: at.release_id,
        body: {
          plan_id,
          number: release.number,
          content_hash: release.content_hash,
          at_least: shareOf(at_least_micro),
          confidence: shareOf(1_000_000 - alpha_micro),
          lot,
          max_audits,
          seed,
          double_bps: claim.double_bps,
          draw_hash,
        },
      },
    ])
    const begun = await acceptanceOf(db, at)
    assert(begun, 'a claim was just begun')
    return viewOf(db, found, begun)
  })
}

/** Puts these places of the order before graders, each with one grade or two. */
export async function openUpTo(
  ctx: Ctx,
  db: Db,
  plan: Place & { plan_id: string; double_bps: number },
  order: readonly { submission_id: string }[],
  places: { from: number; to: number },
): Promise<void> {
  await openPieces(
    ctx,
    db,
    plan,
    order.slice(0, places.to - places.from + 1).map((p, i) => ({
      submission_id: p.submission_id,
      grades: isDoubled(places.from + i, plan.double_bps) ? 2 : 1,
    })),
  )
}

/** The first pieces of a random order of the release, by the names it gives its datapoints: whoever has it draws alike. */
async function drawOrder(db: Db, release: ReleaseRow, seed: string, wanted: number) {
  const names = namesFor(release)
  const draw = createDraw<{ id: string } & LotEntry>(seed, wanted)
  const at = { campaign_id: release.campaign_id, release_id: release.id }
  for (let after = '0'; ;) {
    const page = await lotPast(db, at, after, PAGE)
    for (const entry of page) draw.add({ id: names.datapoint(entry.datapoint_id), ...entry })
    if (page.length < PAGE) return { population: draw.population(), drawn: draw.ordered() }
    after = page.at(-1)!.datapoint_id
  }
}

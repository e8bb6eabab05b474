import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { versionOf, type Version } from '../campaigns/queries.ts'
import type { Lane } from './contract.ts'
import { claimByProbe, claimByWindow, claimFacts, cursorOf, qualityIn, setCursor } from './claim-queries.ts'
import { write } from '../../platform/db/queries.ts'
import { refuseFullGroup } from '../groups/quota.ts'
import { drawGold } from '../gold/draw.ts'
import { lockCluster } from '../integrity/clusters/queries.ts'
import { exposureOf, exposureOfCluster } from './exposure/queries.ts'
import { MOST_A_DAY, refuseExposure } from './exposure/rules.ts'
import { dailyShare } from './routing-rules.ts'
import { addTaken, insertLease, LANE, LEASE, queueSizes, takenBy, takenByCluster, type Lease } from './queries.ts'
import { allowance, dayOf, refuseClaim, retryAfterSeconds, windowWidth } from './rules.ts'

export type Claimed = { state: 'work' | 'searching' | 'none'; leases: Lease[]; retry_after_seconds: number | null }

const PROBES_PER_REQUEST = 40
const SIZES_KEPT_MS = 5_000
const PASS_KEPT_MS = 10 * 60_000

const sizesKept = new WeakMap<object, Map<string, { at: number; sizes: Map<number, number> }>>()

/** Queue sizes as measured by the job, kept a few seconds: they only set the window's width. */
async function sizesOf(ctx: Ctx, db: Db, campaignId: string): Promise<Map<number, number>> {
  let kept = sizesKept.get(ctx.db)
  if (!kept) sizesKept.set(ctx.db, (kept = new Map()))
  const known = kept.get(campaignId)
  const now = ctx.now.getTime()
  if (known && now - known.at >= 0 && now - known.at < SIZES_KEPT_MS) return known.sizes
  const sizes = await queueSizes(db, campaignId)
  if (kept.size > 1000) kept.clear()
  kept.set(campaignId, { at: now, sizes })
  return sizes
}

/**
 * Leases work in a lane for the caller. What they hold already is given again first, so a lost answer costs nothing.
 * Random windows find work at once while there is some; when they do not, an exact search goes on from where this
 * person's last one stopped, a bounded stretch at a time, and only its end says "nothing left".
 */
export async function claim(
  ctx: Ctx,
  campaignId: string,
  lane: 'contribute' | 'review',
  count: number | undefined,
): Promise<Claimed> {
  const who = callerOf(ctx).account_id
  const facts = await claimFacts(ctx.db, campaignId, who, LANE[lane], ctx.now)
  if (!facts) throw new Refusal('campaign_not_open')
  const { held, excluded, cluster, season_ends_at, restricted, ...campaign } = facts
  const version = await versionOf(ctx.db, campaignId, campaign.version)
  // Before what is held is given again: it would be shown.
  const isShown = !restricted || (await refuseAdversarial(ctx, version, lane, held.length, cluster))
  if (held.length > 0) return { state: 'work', leases: held, retry_after_seconds: null }
  if (!isShown) return nothingNow(ctx, ctx.db, campaignId, lane)
  const { caps: all, batch_size } = version.settings
  const own =
    lane === 'contribute'
      ? { total: all.contribute_total, daily: all.contribute_daily }
      : { total: all.review_total, daily: all.review_daily }
  const share = version.settings.routing && (await shareOf(ctx, campaignId, who, lane, version, own.daily))
  const caps = { ...own, daily: share?.daily ?? own.daily }
  const capped = caps.total !== null || caps.daily !== null
  const day = dayOf(ctx.now)
  const want = Math.min(count ?? batch_size, batch_size)
  const { group_quotas, redundancy } = version.settings
  if (lane === 'contribute' && group_quotas?.length)
    await refuseFullGroup(ctx, ctx.db, {
      campaign_id: campaignId,
      account_id: who,
      quotas: group_quotas,
      answers: redundancy.min,
    })
  if (!capped) {
    const refusal = refuseClaim({
      lane,
      campaign,
      now: ctx.now,
      season_ends_at,
      taken: { today: 0, total: 0 },
      caps,
    })
    if (refusal) throw new Refusal(refusal)
    return searchWithGold(ctx, ctx.db, { campaignId, lane, who, want, version, excluded })
  }
  return ctx.db.transaction().execute(async (db) => {
    // Members of one cluster take turns, and each before it locks anything of its own.
    if (cluster) await lockCluster(db, cluster)
    // Locks the person's own count first, so that two claims at once cannot both fit under the cap.
    await addTaken(db, [{ campaign_id: campaignId, account_id: who, lane: LANE[lane], day, by: 0 }])
    const taken = await takenBy(db, campaignId, who, LANE[lane], day)
    const refusal = refuseClaim({ lane, campaign, now: ctx.now, season_ends_at, taken, caps })
    if (refusal === 'daily_cap_reached' && share && share.why !== 'full')
      throw new Refusal(share.why === 'newcomer' ? 'newcomer_share_reached' : 'quality_share_reached', {
        cap: share.daily,
      })
    if (refusal) throw new Refusal(refusal, { cap: (refusal === 'total_cap_reached' ? caps.total : caps.daily) ?? 0 })
    const shared = cluster
      ? await takenByCluster(db, { campaign_id: campaignId, cluster_id: cluster, lane: LANE[lane], day })
      : taken
    const left = Math.min(allowance(taken, caps), allowance(shared, caps))
    if (left <= 0) return nothingNow(ctx, db, campaignId, lane)
    const claimed = await searchWithGold(ctx, db, {
      campaignId,
      lane,
      who,
      want: Math.min(want, left),
      version,
      excluded,
    })
    await addTaken(db, [{ campaign_id: campaignId, account_id: who, lane: LANE[lane], day, by: claimed.leases.length }])
    return claimed
  })
}

/**
 * The answer to somebody for whom there is nothing now. Whoever's cluster has had its share gets it as well, byte for byte
 * like everybody else: a limit that names another's work would tell them whose account is taken for theirs.
 */
async function nothingNow(ctx: Ctx, db: Db, campaignId: string, lane: Lane): Promise<Claimed> {
  const size = (await sizesOf(ctx, db, campaignId)).get(LANE[lane]) ?? 0
  return { state: 'none', leases: [], retry_after_seconds: retryAfterSeconds(size) }
}

/**
 * Adversarial work goes to those who may and want to see it, and to nobody too much of it. False: others who are taken
 * for the same person were shown as much as one person is.
 */
async function refuseAdversarial(
  ctx: Ctx,
  version: Version,
  lane: 'contribute' | 'review',
  held: number,
  cluster: string | null,
): Promise<boolean> {
  const { account_id, roles } = callerOf(ctx)
  const { is_off, shown_today } = await exposureOf(ctx.db, account_id, ctx.now)
  // What they hold was shown already, and counts in what they were shown.
  const shown = held > 0 ? 0 : shown_today
  const refusal = refuseExposure({ settings: version.settings, lane, roles, is_off, shown_today: shown })
  if (refusal) throw new Refusal(refusal, refusal === 'exposure_cap_reached' ? { cap: MOST_A_DAY } : {})
  return !cluster || held > 0 || lane !== 'review' || (await exposureOfCluster(ctx.db, cluster, ctx.now)) < MOST_A_DAY
}

/** How much of today's work is this person's, where a campaign shares it out by what people have shown. */
async function shareOf(
  ctx: Ctx,
  campaignId: string,
  who: string,
  lane: 'contribute' | 'review',
  version: Version,
  cap: number | null,
) {
  const { difficulty, quality } = await qualityIn(
    ctx.db,
    campaignId,
    who,
    lane === 'contribute' ? 'contributor' : 'reviewer',
  )
  return dailyShare(version.settings.routing!, difficulty, quality, cap)
}

/** Work as asked for; where reviewers are shown gold items, now and then one of it is one. */
async function searchWithGold(ctx: Ctx, db: Db, q: Parameters<typeof search>[2]): Promise<Claimed> {
  const { campaignId, who, version } = q
  const gold =
    q.lane === 'review' && version.settings.gold
      ? await drawGold(ctx, db, { ...q, campaign_id: campaignId, lane: LANE.review, expired: LEASE.expired })
      : undefined
  if (!gold) return search(ctx, db, q)
  const claimed: Claimed =
    q.want > 1
      ? await search(ctx, db, { ...q, want: q.want - 1 })
      : { state: 'work', leases: [], retry_after_seconds: null }
  if (claimed.state !== 'work') return claimed
  const expires_at = new Date(ctx.now.getTime() + version.settings.lease_seconds * 1000)
  const lease: Lease = {
    campaign_id: campaignId, account_id: who, target_id: gold.id, lane: LANE.review, state: LEASE.leased, version: gold.version, leased_at: ctx.now, expires_at,
  } // prettier-ignore
  try {
    await write(db, ...gold.writes, insertLease(lease))
  } catch (error) {
    // The same person asked twice at once and was given it there; what was found here is enough.
    if ((error as { code?: string }).code === '23505' && claimed.leases.length > 0) return claimed
    throw error
  }
  claimed.leases.splice(ctx.rng.below(claimed.leases.length + 1), 0, lease)
  return claimed
}

/** Finds and leases work in any lane for one person; the part that QA's lanes share. */
export async function search(
  ctx: Ctx,
  db: Db,
  q: { campaignId: string; lane: Lane; who: string; want: number; version: Version; excluded: readonly string[] },
): Promise<Claimed> {
  const { campaignId, lane, who, version, excluded } = q
  const until = new Date(ctx.now.getTime() + version.settings.lease_seconds * 1000)
  const base = {
    campaign_id: campaignId,
    lane: LANE[lane],
    account_id: who,
    want: q.want,
    excluded,
    version: version.version,
    at: ctx.now,
    until,
  }
  const asLease = (target_id: string): Lease => ({
    campaign_id: campaignId,
    account_id: who,
    target_id,
    lane: LANE[lane],
    state: 1,
    version: version.version,
    leased_at: ctx.now,
    expires_at: until,
  })
  const size = (await sizesOf(ctx, db, campaignId)).get(LANE[lane]) ?? 0
  const levels = levelsOf(lane, version)
  const got = await claimByWindow(db, { ...base, levels, start: ctx.rng.below(2 ** 31), width: windowWidth(size) })
  if (got.length > 0) return { state: 'work', leases: got.map(asLease), retry_after_seconds: null }

  const kept = await cursorOf(db, campaignId, who, LANE[lane])
  const pass =
    kept && ctx.now.getTime() - kept.began_at.getTime() < PASS_KEPT_MS ? kept : { after_id: '0', began_at: ctx.now }
  const keep = (after_id: string) => setCursor(db, campaignId, who, LANE[lane], { after_id, began_at: pass.began_at })
  let after = pass.after_id
  for (let probe = 0; probe < PROBES_PER_REQUEST; probe++) {
    const { got: found, last_id } = await claimByProbe(db, { ...base, after })
    if (found.length > 0) {
      await keep(last_id ?? after)
      return { state: 'work', leases: found.map(asLease), retry_after_seconds: null }
    }
    if (last_id === null) {
      // The end of a pass that began at the start: everything was looked at.
      await setCursor(db, campaignId, who, LANE[lane], { after_id: '0', began_at: ctx.now })
      return nothingNow(ctx, db, campaignId, lane)
    }
    after = last_id
  }
  await keep(after)
  return { state: 'searching', leases: [], retry_after_seconds: 0 }
}

/** How many places a target of this lane can have: the levels of coverage to look through. */
function levelsOf(lane: Lane, version: Version): number {
  if (lane === 'contribute') return version.settings.redundancy.max
  return lane === 'review' ? version.settings.reviews.max : 3
}

import type { Ctx } from '../../platform/context.ts'
import { Refusal, refuseIf } from '../../platform/refusal.ts'
import { campaignOf, type Campaign } from '../campaigns/queries.ts'
import { releaseOf, type ReleaseRow } from '../datasets/queries.ts'
import { refuseDownload, refuseLook } from '../datasets/rules.ts'
import { standingOf } from '../datasets/view.ts'
import type { Place } from './queries.ts'

export type Known = { campaign: Campaign; release: ReleaseRow }

/** A release that exists, whoever asks. */
export async function known(ctx: Ctx, at: Place): Promise<Known> {
  const campaign = await campaignOf(ctx.db, at.campaign_id)
  const release = campaign && (await releaseOf(ctx.db, at.campaign_id, at.release_id))
  if (!release) throw new Refusal('release_not_found')
  return { campaign, release }
}

const isQa = (ctx: Ctx): boolean =>
  ctx.caller !== undefined && ctx.caller.scopes.includes('audit') && ctx.caller.roles.includes('qa')

/** What is claimed about a release is for those who may look at it, and for QA. */
export async function lookable(ctx: Ctx, at: Place): Promise<Known> {
  const found = await known(ctx, at)
  if (!isQa(ctx)) refuseIf(refuseLook(found.campaign, await standingOf(ctx, found.campaign)))
  return found
}

/** A certificate goes where its release may go. It holds no data, so QA may have it too. */
export async function readable(ctx: Ctx, at: Place): Promise<Known> {
  const found = await known(ctx, at)
  const is_published = found.release.published_at !== null
  // The server asks nobody for these endpoints' scope, because what is published is for everyone.
  if (!is_published && ctx.caller && !ctx.caller.scopes.includes('read'))
    throw new Refusal('scope_missing', { scope: 'read' })
  if (!isQa(ctx))
    refuseIf(
      refuseDownload(found.campaign, ctx.caller ? await standingOf(ctx, found.campaign) : undefined, { is_published }),
    )
  return found
}

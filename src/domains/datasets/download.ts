import type { Readable } from 'node:stream'
import type { Ctx } from '../../platform/context.ts'
import { createStore } from '../../platform/files/store.ts'
import { releasesDir } from '../../platform/files/place.ts'
import { assert, Refusal, refuseIf } from '../../platform/refusal.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { campaignOf } from '../campaigns/queries.ts'
import { withoutFrontMatter } from './card-rules.ts'
import { placesOf } from './state.ts'
import { mediaTypeOf } from './parts.ts'
import { latestPublished, noticesOf, numbersOf, releaseByNumber, releaseOf } from './queries.ts'
import { refuseDownload, refuseUnnoticed } from './rules.ts'
import { publicView, standingOf } from './view.ts'

export type Download = { stream: Readable; type: string; filename: string; headers: Record<string, string> }

/** A file of a release, as bytes that its hash in the manifest describes. */
export async function downloadFile(ctx: Ctx, campaignId: string, releaseId: string, name: string): Promise<Download> {
  const campaign = await campaignOf(ctx.db, campaignId)
  const release = campaign && (await releaseOf(ctx.db, campaignId, releaseId))
  if (!release) throw new Refusal('release_not_found')
  const is_published = release.published_at !== null
  // The server asks nobody for this endpoint's scope, because published files are for everyone.
  if (!is_published && ctx.caller && !ctx.caller.scopes.includes('read'))
    throw new Refusal('scope_missing', { scope: 'read' })
  refuseIf(refuseDownload(campaign, ctx.caller ? await standingOf(ctx, campaign) : undefined, { is_published }))
  if (release.state !== 'ready') throw new Refusal('release_not_ready', { state: release.state })
  const notice = (await noticesOf(ctx.db, campaignId, [releaseId])).of(releaseId)
  const early = refuseUnnoticed(notice, ctx.now, name)
  if (early) throw new Refusal(early, { days: notice.days, until: notice.hands_out_at?.toISOString() ?? '' })
  assert(release.manifest && release.content_hash, 'a ready release has its manifest')
  const sha256 =
    name === 'manifest.json' ? release.content_hash : release.manifest.files.find((f) => f.name === name)?.sha256
  if (sha256 === undefined) throw new Refusal('file_not_found')
  const found = await createStore(releasesDir(ctx.config)).stream(`${placesOf(release).final}/${name}`)
  assert(found, `${placesOf(release).final}/${name} is on this machine's disk`)
  return {
    stream: found.stream,
    type: mediaTypeOf(name),
    filename: name,
    headers: {
      'content-length': String(found.bytes),
      etag: `"${sha256}"`,
      'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
      // What people uploaded must never run as a page of ours, whatever a browser makes of it.
      'x-content-type-options': 'nosniff',
    },
  }
}

/** A published release with its card, for everyone. */
export async function publicPage(ctx: Ctx, campaignId: string, number: number) {
  const release = await releaseByNumber(ctx.db, campaignId, number)
  if (!release?.published_at || !release.manifest) throw new Refusal('release_not_found')
  const latest = (await latestPublished(ctx.db, [campaignId])).get(campaignId)
  const predecessor = release.predecessor_id
    ? (await numbersOf(ctx.db, campaignId, [release.predecessor_id])).get(release.predecessor_id)
    : undefined
  const card = await createStore(releasesDir(ctx.config)).read(`${placesOf(release).final}/README.md`)
  assert(card !== undefined, 'a published release has its card on this machine')
  assert(
    sha256Hex(card) === release.manifest.files.find((f) => f.name === 'README.md')?.sha256,
    'the card is what was released',
  )
  return {
    ...publicView(release, latest),
    cut_at: release.cut_at.toISOString(),
    predecessor_number: predecessor?.number ?? null,
    card: withoutFrontMatter(card),
    files: release.manifest.files,
    successor_number: latest !== undefined && latest > number ? latest : null,
  }
}

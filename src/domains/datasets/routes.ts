import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import type { releases } from './contract.ts'
import { createRelease } from './create.ts'
import { downloadFile, publicPage } from './download.ts'
import { giveNotice } from './give-notice.ts'
import { publishRelease } from './publish.ts'
import { getRelease, listPublished, listReleases } from './view.ts'

export const releaseRoutes: Handlers<typeof releases, Ctx> = {
  create: (ctx, { params, body }) => createRelease(ctx, params.campaign_id, body.note ?? ''),
  list: (ctx, { params, query }) => listReleases(ctx, params.campaign_id, query),
  get: (ctx, { params }) => getRelease(ctx, params.campaign_id, params.release_id),
  // The server sends a download's stream as it is; the contract's shape only describes the bytes.
  download: async (ctx, { params }) =>
    (await downloadFile(ctx, params.campaign_id, params.release_id, params.name)) as never,
  give_notice: (ctx, { params, body }) => giveNotice(ctx, params.campaign_id, params.release_id, body.told),
  publish: (ctx, { params }) => publishRelease(ctx, params.campaign_id, params.release_id),
  published: (ctx, { query }) => listPublished(ctx, query),
  page: (ctx, { params }) => publicPage(ctx, params.campaign_id, params.number),
}

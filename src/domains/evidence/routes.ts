import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import type { evidence } from './contract.ts'
import { seasonFiles } from './read-folder.ts'
import { ownEntries } from './own-entries.ts'
import { rotateKey } from './rotate.ts'
import { consistencyProof, provenEntries, publicLog } from './read-log.ts'

export const evidenceRoutes: Handlers<typeof evidence, Ctx> = {
  mine: (ctx, { query }) => ownEntries(ctx, query),
  log: (ctx, { params }) => publicLog(ctx, params.season_id),
  rotate: (ctx, { params }) => rotateKey(ctx, params.season_id),
  files: (ctx, { params }) => seasonFiles(ctx, params.season_id),
  entry: async (ctx, { params }) => (await provenEntries(ctx, params.season_id, [params.seq]))[0]!,
  consistency: (ctx, { params, query }) => consistencyProof(ctx, params.season_id, { from: query.from, to: query.to }),
}

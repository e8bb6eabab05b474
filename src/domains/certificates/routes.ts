import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { known } from './access.ts'
import type { certificates } from './contract.ts'
import { lookIn } from './look.ts'
import { acceptanceOf } from './queries.ts'
import { startAcceptance } from './start.ts'
import { certificateFile, getAcceptance, getCertificate, listReleases, outlookOf, publicKey, viewOf } from './view.ts'
import { withdrawAcceptance } from './withdraw.ts'

export const certificateRoutes: Handlers<typeof certificates, Ctx> = {
  list: (ctx, { query }) => listReleases(ctx, query),
  outlook: (ctx, { params, query }) => outlookOf(ctx, params, query),
  start: (ctx, { params, body }) => startAcceptance(ctx, params, body),
  withdraw: (ctx, { params, body }) => withdrawAcceptance(ctx, params, body.note),
  get: (ctx, { params }) => getAcceptance(ctx, params),
  certify: async (ctx, { params }) => {
    const found = await known(ctx, params)
    return transact(ctx, params.campaign_id, async (db) => {
      if (!(await acceptanceOf(db, params))) throw new Refusal('acceptance_not_found')
      await lookIn(ctx, db, params)
      const row = await acceptanceOf(db, params)
      assert(row, 'a claim stays')
      return viewOf(db, found, row)
    })
  },
  certificate: (ctx, { params }) => getCertificate(ctx, params),
  // The server sends a download's stream as it is; the contract's shape only describes the bytes.
  file: async (ctx, { params }) => (await certificateFile(ctx, params, params.name)) as never,
  key: (ctx) => publicKey(ctx),
}

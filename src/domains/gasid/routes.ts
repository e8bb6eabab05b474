import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { makeCard, publicCard, shownCard, takeBackCard } from './cards.ts'
import { claimBonus, claimQuest, giveTrust } from './claim.ts'
import type { gasId } from './contract.ts'
import { cardPicture } from './picture.ts'
import { askForScans } from './scan.ts'
import { overview } from './view.ts'

export const gasIdRoutes: Handlers<typeof gasId, Ctx> = {
  mine: (ctx) => overview(ctx),
  scan: (ctx) => askForScans(ctx),
  claim_quest: (ctx, { params }) => claimQuest(ctx, params.quest),
  claim_bonus: (ctx, { body }) => claimBonus(ctx, body.wallet_id),
  give_trust: (ctx, { body }) => giveTrust(ctx, body.wallet_id),
  make_card: (ctx, { body }) => makeCard(ctx, body),
  revoke_card: (ctx, { params }) => takeBackCard(ctx, params.card_id),
  card: async (ctx, { params }) => shownCard(ctx, await publicCard(ctx, params.card_id)),
  // The server sends a stream as it is; the contract's shape only describes the bytes.
  card_picture: async (ctx, { params, query }) =>
    (await cardPicture(ctx, params.card_id, params.name, query.theme ?? 'light')) as never,
}

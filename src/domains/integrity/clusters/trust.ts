import type { Ctx } from '../../../platform/context.ts'
import { KINDS, KIND_NAMES } from '../signals/rules.ts'
import { partitionsOf } from './louvain.ts'
import { KNOWN_AUDITS, KNOWN_DAYS, trustBuckets } from './trust-rules.ts'
import { saveRanks, seedsOf, trustEdges } from './trust-queries.ts'

const DAY_MS = 86_400_000
/** Edges that trust travels along: what costs something, and invitations. */
const ALONG = KIND_NAMES.filter((k) => KINDS[k].costly || k === 'invited')

/** Ranks everybody who has an edge, once a day. A rank is shown to those who decide, and nothing follows from it by itself. */
export async function rankTrust(
  ctx: Ctx,
  mark: { ranked_at?: string },
): Promise<{ more: boolean; watermark: { ranked_at?: string } }> {
  if (mark.ranked_at && ctx.now.getTime() - Date.parse(mark.ranked_at) < DAY_MS) return { more: false, watermark: mark }
  const edges = await trustEdges(ctx.db, ALONG, ctx.now)
  const seeds = new Map(
    (await seedsOf(ctx.db, { audits: KNOWN_AUDITS, since: new Date(ctx.now.getTime() - KNOWN_DAYS * DAY_MS) })).map(
      (s) => [s.account_id, s.bad ? 1 : -1] as const,
    ),
  )
  const buckets = edges.length > 0 ? trustBuckets(edges, seeds, (g) => partitionsOf(g)) : new Map<string, number>()
  await saveRanks(
    ctx.db,
    [...buckets].map(([account_id, bucket]) => ({ account_id, bucket })),
    ctx.now,
  )
  return { more: false, watermark: { ranked_at: ctx.now.toISOString() } }
}

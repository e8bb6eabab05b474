import { callerOf, type Ctx } from '../../../platform/context.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { handlesOf } from '../cases/queries.ts'
import { clusterOf, membersOf } from '../clusters/queries.ts'
import { exclusionsOf } from '../queries.ts'
import { readLinks, type LinkRow } from '../signals/queries.ts'
import { weightOf } from '../signals/rules.ts'
import type { Graph, GraphLink } from './contract.ts'
import { inHundredths, inWords, numbered, pairOf } from './graph-rules.ts'
import { caseToRead } from './preview.ts'

/**
 * The person of a case and whom links join them to: their cluster, and everybody one link away. Whoever stands in the
 * drawing, or is kept apart from somebody in it, is a party and does not see it.
 */
export async function caseGraph(ctx: Ctx, caseId: string): Promise<Graph> {
  const caller = callerOf(ctx)
  const file = await caseToRead(ctx, caseId)
  const cluster = await clusterOf(ctx.db, file.account_id)
  const members = cluster ? await membersOf(ctx.db, cluster) : []
  const links = await readLinks(ctx.db, { accountIds: [...new Set([file.account_id, ...members])], now: ctx.now })
  const pairs = pairsOf(links)
  const { order, left_out } = numbered(file.account_id, members, pairs)
  const apart = new Set([caller.account_id, ...(await exclusionsOf(ctx.db, caller.account_id))])
  if ([...members, ...order].some((id) => apart.has(id))) throw new Refusal('case_own')

  const numberOf = new Map(order.map((id, i) => [id, i + 1]))
  const isMember = new Set(members)
  const seesWho = caller.roles.includes('operator')
  const handles = seesWho ? await handlesOf(ctx.db, order) : new Map<string, string>()
  const drawn: GraphLink[] = []
  for (const { a, b, strength, rows } of pairs) {
    const [x, y] = [numberOf.get(a), numberOf.get(b)]
    if (x === undefined || y === undefined) continue
    drawn.push({
      a: Math.min(x, y),
      b: Math.max(x, y),
      strength: inWords(strength),
      odds_log10_hundredths: inHundredths(strength),
      kinds: rows.map(showKind),
    })
  }
  return {
    nodes: order.map((id, i) => ({
      number: i + 1,
      is_subject: i === 0,
      in_cluster: isMember.has(id),
      account_id: seesWho ? id : null,
      handle: handles.get(id) ?? null,
    })),
    links: drawn.toSorted((l, r) => l.a - r.a || l.b - r.b),
    left_out,
    cluster_id: seesWho ? (cluster ?? null) : null,
  }
}

/** Links by pair, what all kinds of a pair say together counted within their caps. */
function pairsOf(links: readonly LinkRow[]) {
  const pairs = new Map<string, LinkRow[]>()
  for (const row of links) {
    const key = pairOf(row.account_id, row.other_id)
    pairs.set(key, [...(pairs.get(key) ?? []), row])
  }
  return [...pairs.values()].map((rows) => ({
    a: rows[0]!.account_id,
    b: rows[0]!.other_id,
    strength: weightOf(rows),
    rows: rows.toSorted((l, r) => r.strength - l.strength || (l.kind < r.kind ? -1 : 1)),
  }))
}

const showKind = (row: LinkRow): GraphLink['kinds'][number] => ({
  kind: row.kind,
  family: row.family,
  strength: inWords(row.strength),
  odds_log10_hundredths: inHundredths(row.strength),
  times: row.times,
  seen_first: row.seen_first.toISOString(),
  seen_last: row.seen_last.toISOString(),
  expires_at: row.expires_at.toISOString(),
})

import type { Ctx } from '../../../platform/context.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { readLinks } from '../signals/queries.ts'
import { KINDS, NAT, type KindName } from '../signals/rules.ts'
import type { ClusterHead, OneCluster } from './contract.ts'
import { sentencesOf, STRONG, wordOf } from './rules.ts'
import { accountsIn, clusterPage, clusterRow, partedOf, type ClusterRow } from './view-queries.ts'

const ACCOUNTS = 500
const LINKS = 2_000
const PARTED = 500
const hundredths = (strength: number): number => Math.round((100 * strength) / NAT)

export async function listClusters(
  ctx: Ctx,
  query: { limit?: number; after?: string; over?: boolean },
): Promise<{ items: ClusterHead[]; next: string | null }> {
  const limit = query.limit ?? 50
  const before = query.after
  if (before !== undefined && !/^\d{1,18}$/.test(before))
    throw new Refusal('invalid_request', {}, [
      { field: '/query/after', code: 'invalid', message: 'Go on from the "next" of an earlier page.' },
    ])
  const rows = await clusterPage(ctx.db, { before, over: query.over ?? false, limit: limit + 1 })
  const items = rows.slice(0, limit)
  return { items: items.map(headOf), next: rows.length > limit ? items.at(-1)!.id : null }
}

/** One cluster as operators read it: names, links and sentences. */
export async function showCluster(ctx: Ctx, id: string): Promise<OneCluster> {
  const row = await clusterRow(ctx.db, id)
  if (!row) throw new Refusal('cluster_not_found')
  const accounts = await accountsIn(ctx.db, id, ACCOUNTS)
  const ids = new Set(accounts.map((a) => a.account_id))
  const links = (await readLinks(ctx.db, { accountIds: [...ids], now: ctx.now }))
    .filter((l) => ids.has(l.account_id) && ids.has(l.other_id))
    .toSorted((x, y) => y.strength - x.strength)
    .slice(0, LINKS)
  return {
    ...headOf(row),
    accounts: accounts.map((a) => ({ ...a, since: a.since.toISOString() })),
    links: links.map((l) => ({
      account_id: l.account_id,
      other_id: l.other_id,
      kind: l.kind,
      family: l.family,
      strength: wordOf(l.strength),
      nats_hundredths: hundredths(l.strength),
      times: l.times,
      seen_first: l.seen_first.toISOString(),
      seen_last: l.seen_last.toISOString(),
      expires_at: l.expires_at.toISOString(),
    })),
    parted: (await partedOf(ctx.db, [...ids], PARTED)).map((p) => ({ ...p, said_at: p.said_at.toISOString() })),
  }
}

function headOf(row: ClusterRow): ClusterHead {
  const { explained, strength } = row
  const kinds = Object.entries(explained.kinds) as [KindName, { pairs: number; members: number; strength: number }][]
  return {
    cluster_id: row.id,
    found_at: row.found_at.toISOString(),
    changed_at: row.changed_at.toISOString(),
    dissolved_at: row.dissolved_at?.toISOString() ?? null,
    members: row.members,
    strength: strength >= STRONG ? 'strong' : 'fair',
    nats_hundredths: hundredths(strength),
    pairs: explained.pairs,
    joined: explained.joined,
    kinds: kinds.map(([kind, k]) => ({
      kind,
      family: KINDS[kind].family,
      strength: wordOf(k.strength),
      pairs: k.pairs,
      members: k.members,
    })),
    explanation: row.dissolved_at ? [] : sentencesOf(row.members, strength, explained),
  }
}

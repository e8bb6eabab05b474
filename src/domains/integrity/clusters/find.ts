import type { Ctx, Db } from '../../../platform/context.ts'
import { raiseSignal } from '../cases/open.ts'
import { readLinks } from '../signals/queries.ts'
import {
  apartAmong,
  clustersWith,
  markTold,
  saveMarks,
  touchedAccounts,
  untold,
  writeClusters,
  type ClusterWrite,
} from './find-queries.ts'
import { findClusters } from './group.ts'
import { apartKey, FAIR_MEMBERS, keptIds, mayJoin, pairsOf, sentencesOf, STRONG, type Pair } from './rules.ts'

const AT_ONCE = 2_000
const TELL_AT_ONCE = 200
/** Ids in one statement. */
const CHUNK = 5_000

/**
 * Finds clusters again where links changed: the accounts whose links are not what they were, everybody they may be joined
 * with, and everybody who was in a cluster with any of those. Each connected part is clustered by itself, so what is found
 * is what looking at everybody would find. Ids stay while most members do.
 */
export async function findTouched(ctx: Ctx): Promise<{ more: boolean; clusters: ClusterWrite[] }> {
  const { touched, clusters } = await ctx.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (db) => {
      const touched = await touchedAccounts(db, ctx.now, AT_ONCE)
      if (touched.length === 0) return { touched, clusters: [] }
      // Load.
      const { pairs, before } = await surroundings(
        ctx,
        db,
        touched.map((t) => t.account_id),
      )
      const named = [...new Set(pairs.flatMap((p) => [p.a, p.b]))]
      const apart = new Map((await apartAmong(db, named)).map((a) => [apartKey(a.account_id, a.other_id), a.weight]))
      // Decide.
      const found = findClusters(pairs, apart)
      const kept = keptIds(found, before)
      const clusters = found.map((f, i) => ({ ...f, id: kept[i] ?? ctx.newId() }))
      const stay = new Set(clusters.map((c) => c.id))
      // Record.
      await writeClusters(db, { clusters, over: [...before.keys()].filter((id) => !stay.has(id)), now: ctx.now })
      await saveMarks(db, touched)
      return { touched, clusters }
    })
  const told = await tell(ctx)
  return { more: touched.length === AT_ONCE || told === TELL_AT_ONCE, clusters }
}

/** Everything that may join, or was joined, with these accounts. */
async function surroundings(ctx: Ctx, db: Db, start: readonly string[]) {
  const seen = new Set(start)
  const pairs = new Map<string, Pair>()
  const before = new Map<string, string[]>()
  for (let edge = [...seen]; edge.length > 0;) {
    const next: string[] = []
    const meet = (id: string) => {
      if (seen.has(id)) return
      seen.add(id)
      next.push(id)
    }
    for (let i = 0; i < edge.length; i += CHUNK) {
      const accountIds = edge.slice(i, i + CHUNK)
      for (const pair of pairsOf(await readLinks(db, { accountIds, now: ctx.now }))) {
        if (!mayJoin(pair)) continue
        pairs.set(apartKey(pair.a, pair.b), pair)
        meet(pair.a)
        meet(pair.b)
      }
      for (const [id, members] of await clustersWith(db, accountIds)) {
        before.set(id, members)
        for (const m of members) meet(m)
      }
    }
    edge = next
  }
  return { pairs: [...pairs.values()], before }
}

/** Tells the case of each member what their cluster is joined by, once for each strength. It names nobody, and limits nothing. */
async function tell(ctx: Ctx): Promise<number> {
  const waiting = await untold(ctx.db, { strong: STRONG, fair_members: FAIR_MEMBERS }, TELL_AT_ONCE)
  for (const w of waiting)
    await ctx.db.transaction().execute(async (db) => {
      await raiseSignal(ctx, db, {
        account_id: w.account_id,
        why: 'This account and others seem to be one person.',
        suspect_since: null,
        evidence: {
          kind: 'alike_accounts',
          strength: w.word,
          says: sentencesOf(w.members, w.strength, w.explained).join(' ').slice(0, 2000),
        },
      })
      await markTold(db, w.account_id, w.word)
    })
  return waiting.length
}

import { callerOf, type Ctx } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { readLinks } from '../signals/queries.ts'
import { forgetMarks } from './find-queries.ts'
import { clusterOf, lockCluster, membersOf } from './queries.ts'
import { apartKey, byNumber, pairsOf } from './rules.ts'
import { clusterRow, insertApart } from './view-queries.ts'

/**
 * Says that an account is somebody else's than the others of its cluster. It leaves at once, and is joined with none of
 * them again until there is more evidence than there is now.
 */
export async function partAccount(ctx: Ctx, clusterId: string, body: { account_id: string; reason: string }) {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    if (!(await clusterRow(db, clusterId))) throw new Refusal('cluster_not_found')
    await lockCluster(db, clusterId)
    const members = await membersOf(db, clusterId)
    // Nobody decides who they are themselves.
    if (who === body.account_id || (await clusterOf(db, who)) === clusterId) throw new Refusal('case_own')
    if (!members.includes(body.account_id)) throw new Refusal('not_in_cluster')
    const known = new Map(
      pairsOf(await readLinks(db, { accountIds: [body.account_id], now: ctx.now })).map((p) => [
        apartKey(p.a, p.b),
        p.weight,
      ]),
    )
    const pairs = members
      .filter((m) => m !== body.account_id)
      .map((m) => {
        const [account_id, other_id] = byNumber(m, body.account_id) < 0 ? [m, body.account_id] : [body.account_id, m]
        return { account_id, other_id, weight: known.get(apartKey(account_id, other_id)) ?? 0 }
      })
    await insertApart(db, { account_id: body.account_id, pairs, said_by: who, reason: body.reason, now: ctx.now })
    // Those who stay are looked at again as well: they may have been held together by this one.
    await forgetMarks(db, members)
    await recordEvents(ctx, db, [
      { campaign_id: '0', kind: 'cluster_parted', subject_id: clusterId, body: { by: who } },
    ])
    return { cluster_id: clusterId, account_id: body.account_id, said_at: ctx.now.toISOString() }
  })
}

import { callerOf, type Ctx } from '../../../platform/context.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { personToAct } from '../../identity/people.ts'
import { clusterOf, lockCluster, membersOf } from '../clusters/queries.ts'
import { sentencesOf, STRONG } from '../clusters/rules.ts'
import { clusterRow } from '../clusters/view-queries.ts'
import { isParty, openOrJoin } from '../cases/open.ts'
import { evidenceOf, openCaseOf } from '../cases/queries.ts'
import { isDeclared } from '../reports/amnesty-queries.ts'
import { lockPerson } from '../standing/queries.ts'

/**
 * Opens a case about each chosen member of a cluster, with what joins the cluster as its evidence. Each is decided alone.
 * Where a case holds that evidence already it is not added again: the same thing said twice would weigh twice.
 */
export async function openForMembers(
  ctx: Ctx,
  clusterId: string,
  body: { account_ids: readonly string[]; why: string },
): Promise<{ items: { account_id: string; case_id: string; is_new: boolean }[]; next: null }> {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const row = await clusterRow(db, clusterId)
    if (!row || row.dissolved_at) throw new Refusal('cluster_not_found')
    await lockCluster(db, clusterId)
    if ((await clusterOf(db, who)) === clusterId) throw new Refusal('case_own')
    const members = new Set(await membersOf(db, clusterId))
    const says = sentencesOf(row.members, row.strength, row.explained).join(' ').slice(0, 2000)
    const items = []
    // In the order of their ids, so that two operators never wait for each other.
    for (const account_id of body.account_ids.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))) {
      if (!members.has(account_id)) throw new Refusal('not_in_cluster')
      await lockPerson(db, account_id)
      await personToAct(db, account_id)
      if (await isParty(db, who, account_id)) throw new Refusal('case_own')
      if (await isDeclared(db, account_id)) throw new Refusal('case_declared')
      const before = await openCaseOf(db, account_id)
      const known = before ? await evidenceOf(db, [before.id]) : []
      const file =
        before && known.some((e) => e.kind === 'alike_accounts')
          ? before
          : await openOrJoin(
              ctx,
              db,
              { account_id, why: body.why, suspect_since: null, opened_by: who },
              { kind: 'alike_accounts', strength: row.strength >= STRONG ? 'strong' : 'fair', says },
            )
      items.push({ account_id, case_id: file.id, is_new: !before })
    }
    return { items, next: null }
  })
}

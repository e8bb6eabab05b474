import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { claim } from '../../src/domains/assignment/claim.ts'
import { directLeases } from '../../src/domains/assignment/direct.ts'
import { giveBack, renewLease } from '../../src/domains/assignment/renew.ts'
import { recordReviews } from '../../src/domains/review/record.ts'
import { appeal, revise } from '../../src/domains/review/revise.ts'
import { submit } from '../../src/domains/submissions/submit.ts'
import type { Ctx } from '../../src/platform/context.ts'
import { SCOPES } from '../../src/platform/http/endpoint.ts'
import { Refusal } from '../../src/platform/refusal.ts'
import { createRng } from '../../src/platform/rng.ts'
import type { Parts } from '../../src/server/app.ts'
import { jobContext, settleJobs } from '../../src/server/worker.ts'

export type RaceOptions = {
  campaign: string
  people: readonly string[]
  clients: number
  transactions: number
  seed: number
  clock: { advance(ms: number): void }
  onProgress?: (done: number) => void
}
export type RaceResult = {
  transactions: number
  refusals: Record<string, number>
  faults: string[]
  deadlocks: number
  decided: number
  expired: number
  violations: string[]
}

const JOBS = ['sweep_leases', 'queue_items', 'settle_rejections', 'escalate_overdue', 'measure_lanes']

/**
 * Many people at once do everything the hot path allows, in random order, while leases run out under them: claim,
 * submit, review, skip, renew, revise, appeal, repeat requests, take directed leases. Then an independent auditor looks
 * at what is left in the tables. Uses the real operations on the real database; only the clock is pushed.
 */
export async function race(parts: Parts, o: RaceOptions): Promise<RaceResult> {
  const rng = createRng(o.seed)
  const refusals: Record<string, number> = {}
  const faults: string[] = []
  let done = 0
  const ctxOf = (account: string, roles: string[] = []): Ctx => ({
    ...jobContext(parts),
    caller: { account_id: account, roles, via: 'key', scopes: [...SCOPES], session_id: '1' },
  })
  const attempt = async <T>(work: Promise<T>): Promise<T | undefined> => {
    done += 1
    if (done % 1000 === 0) o.onProgress?.(done)
    try {
      return await work
    } catch (error) {
      if (error instanceof Refusal) refusals[error.code] = (refusals[error.code] ?? 0) + 1
      else if (faults.length < 20) faults.push(String((error as Error).stack ?? error).slice(0, 400))
      else faults.push('…')
      return undefined
    }
  }
  const { rows: before } = await sql<{
    deadlocks: string
  }>`select deadlocks from pg_stat_database where datname = current_database()`.execute(parts.db)
  const mine = new Map<string, string[]>()

  const client = async () => {
    while (done < o.transactions && faults.length < 200) {
      const who = o.people[rng.below(o.people.length)]!
      const ctx = ctxOf(who)
      const dice = rng.below(100)
      if (dice < 30) {
        const got = await attempt(claim(ctx, o.campaign, 'contribute', 1 + rng.below(3)))
        const items = got?.leases.map((l) => l.target_id) ?? []
        if (items.length === 0) continue
        if (rng.below(10) < 7) {
          const batch = items.map((item_id) => ({ item_id, answer: { fact: `fact ${rng.below(1000)}` } }))
          // Now and then the same request arrives twice at once, as retries do.
          const answers = await Promise.all(
            Array.from({ length: rng.below(8) === 0 ? 2 : 1 }, () => attempt(submit(ctxOf(who), o.campaign, batch))),
          )
          for (const s of answers[0]?.items ?? []) mine.set(who, [...(mine.get(who) ?? []).slice(-20), s.submission_id])
        } else if (rng.below(2) === 0) await attempt(giveBack(ctxOf(who), o.campaign, items[0]!))
        else await attempt(renewLease(ctxOf(who), o.campaign, items[0]!))
      } else if (dice < 85) {
        const got = await attempt(claim(ctx, o.campaign, 'review', 1 + rng.below(5)))
        const work = got?.leases.map((l) => l.target_id) ?? []
        if (work.length === 0) continue
        if (rng.below(10) < 8) {
          const verdicts = work.map((submission_id) => ({
            submission_id,
            votes: { fact: rng.below(3) > 0 ? { approve: true } : { approve: false, reason: 'wrong' as const } },
          }))
          await Promise.all(
            Array.from({ length: rng.below(8) === 0 ? 2 : 1 }, () =>
              attempt(recordReviews(ctxOf(who), o.campaign, verdicts)),
            ),
          )
        } else if (rng.below(2) === 0) await attempt(giveBack(ctxOf(who), o.campaign, work[0]!))
      } else if (dice < 90) {
        const own = mine.get(who)
        if (!own || own.length === 0) continue
        const one = own[rng.below(own.length)]!
        if (rng.below(2) === 0)
          await attempt(revise(ctxOf(who), o.campaign, one, { fact: `revised ${rng.below(1000)}` }))
        else await attempt(appeal(ctxOf(who), o.campaign, one, 'Please look again.'))
      } else if (dice < 93) {
        const other = o.people[rng.below(o.people.length)]!
        const target = mine.get(other)?.[0]
        if (target)
          await attempt(
            directLeases(ctxOf(o.people[0]!, ['operator']), o.campaign, 'review', 'race', [
              { account_id: who, target_id: target },
            ]),
          )
      } else {
        // Time passes: some leases run out while their holders work.
        o.clock.advance(rng.below(4000))
        await pause(0)
      }
    }
  }
  let racing = true
  const background = (async () => {
    while (racing) {
      await attempt(settleJobs(parts, JOBS))
      await pause(20)
    }
  })()
  await Promise.all(Array.from({ length: o.clients }, client))
  racing = false
  await background
  await settleJobs(parts, JOBS)

  await pause(1200)
  const { rows: after } = await sql<{
    deadlocks: string
  }>`select deadlocks from pg_stat_database where datname = current_database()`.execute(parts.db)
  const { rows: counts } = await sql<{
    decided: number
    expired: number
  }>`select (select count(*)::int from decision) as decided, (select count(*)::int from lease where state = 4) as expired`.execute(
    parts.db,
  )
  return {
    transactions: done,
    refusals,
    faults,
    deadlocks: Number(after[0]!.deadlocks) - Number(before[0]!.deadlocks),
    ...counts[0]!,
    violations: await violations(parts, o.campaign),
  }
}

/** What must never be, each as one query over the tables alone. */
export async function violations(parts: Parts, campaign: string): Promise<string[]> {
  const checks: [string, ReturnType<typeof sql<{ n: number }>>][] = [
    [
      'over-assignment: more peers judged a round than the campaign allows',
      sql`select count(*)::int as n from (select submission_id, round from review where campaign_id = ${campaign} and lane = 2 group by 1, 2
      having count(*) > (select (settings->'reviews'->>'max')::int from campaign_version where campaign_id = ${campaign} and version = 1)) x`,
    ],
    [
      'over-assignment: two submissions of one item stand at once',
      sql`select count(*)::int as n from (select item_id from submission where campaign_id = ${campaign} and status in ('in_review', 'accepted', 'rejected') group by 1 having count(*) > 1) x`,
    ],
    [
      'cover is not done work plus live leases (reviews)',
      sql`select count(*)::int as n from queue q where q.campaign_id = ${campaign} and q.lane = 2 and q.cover <>
      (select count(*) from lease l where l.campaign_id = q.campaign_id and l.target_id = q.target_id and l.lane = 2 and l.state in (1, 2) and l.leased_at >= q.opened_at)`,
    ],
    [
      'cover is not a standing submission or a live lease (items)',
      sql`select count(*)::int as n from queue q where q.campaign_id = ${campaign} and q.lane = 1 and q.cover <>
      (select count(*) from lease l where l.campaign_id = q.campaign_id and l.target_id = q.target_id and l.lane = 1 and l.state = 1)
      + (select count(*) from submission s where s.campaign_id = q.campaign_id and s.item_id = q.target_id and s.status in ('in_review', 'accepted', 'rejected'))`,
    ],
    [
      'self-review',
      sql`select count(*)::int as n from review r join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id where s.author_id = r.reviewer_id`,
    ],
    [
      'a review of the work of one’s own cluster',
      sql`select count(*)::int as n from review r join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id
      join cluster_member a on a.account_id = s.author_id join cluster_member b on b.account_id = r.reviewer_id and b.cluster_id = a.cluster_id`,
    ],
    [
      'two members of one cluster on a panel',
      sql`select count(*)::int as n from (select 1 from review r join cluster_member m on m.account_id = r.reviewer_id group by r.campaign_id, r.submission_id, m.cluster_id having count(*) > 1) x`,
    ],
    [
      'two who judged each other within a week',
      sql`select count(*)::int as n from (select s.author_id as a, r.reviewer_id as b, r.reviewed_at as at from review r join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id) x
      join (select s.author_id as a, r.reviewer_id as b, r.reviewed_at as at from review r join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id) y
        on y.a = x.b and y.b = x.a and y.at between x.at and x.at + interval '7 days'`,
    ],
    [
      'double decision',
      sql`select count(*)::int as n from (select subject_id, body->>'round' from event where kind = 'decided' group by 1, 2 having count(*) > 1) x`,
    ],
    [
      'a decision that the votes do not bear out',
      sql`select count(*)::int as n from decision d join submission s on s.campaign_id = d.campaign_id and s.id = d.submission_id
      where d.accepted <> (select count(*) filter (where (votes->'fact'->>'approve')::boolean) * 2 > count(*) from review r where r.campaign_id = d.campaign_id and r.submission_id = d.submission_id and r.round = d.round)
        and not exists (select 1 from review r where r.campaign_id = d.campaign_id and r.submission_id = d.submission_id and r.round = d.round and r.lane = 3)`,
    ],
    [
      'enough votes but no decision',
      sql`select count(*)::int as n from submission s where s.campaign_id = ${campaign} and s.status = 'in_review' and
      (select count(*) >= 3 and count(*) % 2 = 1 from review r where r.campaign_id = s.campaign_id and r.submission_id = s.id and r.round = s.round)`,
    ],
    [
      'double payment',
      sql`select count(*)::int as n from (select subject_id, credit, currency from transfer where kind = 'reward' group by 1, 2, 3 having count(*) > 1) x`,
    ],
    [
      'accepted but not paid, or paid but not accepted',
      sql`select count(*)::int as n from submission s full join (select subject_id from transfer where kind = 'reward') t on t.subject_id = s.id where (s.status = 'accepted') <> (t.subject_id is not null)`,
    ],
    [
      'a review of a decided round unpaid',
      sql`select count(*)::int as n from review r join decision d on d.campaign_id = r.campaign_id and d.submission_id = r.submission_id and d.round = r.round
      where r.lane = 2 and not exists (select 1 from transfer t where t.campaign_id = r.campaign_id and t.id = 'review_pay:' || r.submission_id || ':' || r.reviewer_id || ':POINT')`,
    ],
    [
      'a review after its decision',
      sql`select count(*)::int as n from review r join decision d on d.campaign_id = r.campaign_id and d.submission_id = r.submission_id and d.round = r.round where r.id > 0
      and (select count(*) from review x where x.campaign_id = r.campaign_id and x.submission_id = r.submission_id and x.round = r.round) <> d.reviews`,
    ],
    [
      'an open submission that nobody can review',
      sql`select count(*)::int as n from submission s where s.campaign_id = ${campaign} and s.status = 'in_review' and not exists (select 1 from queue q where q.campaign_id = s.campaign_id and q.target_id = s.id and q.lane in (2, 3))`,
    ],
    [
      'an item that is open but out of the queue',
      sql`select count(*)::int as n from item i where i.campaign_id = ${campaign} and i.state = 'open' and not exists (select 1 from queue q where q.campaign_id = i.campaign_id and q.lane = 1 and q.target_id = i.id)`,
    ],
  ]
  const found: string[] = []
  for (const [what, query] of checks) {
    const { rows } = await query.execute(parts.db)
    if (rows[0]!.n > 0) found.push(`${what}: ${rows[0]!.n}`)
  }
  return found
}

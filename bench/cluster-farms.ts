import { sql } from 'kysely'
import { findTouched } from '../src/domains/integrity/clusters/find.ts'
import { joinedPairs, pairsOf } from '../src/domains/integrity/clusters/rules.ts'
import { saveLinks, type FoundLink } from '../src/domains/integrity/signals/queries.ts'
import { KINDS, type KindName } from '../src/domains/integrity/signals/rules.ts'
import { createIds } from '../src/platform/ids.ts'
import { silent } from '../src/platform/log.ts'
import { createRng, type Rng } from '../src/platform/rng.ts'
import type { Ctx } from '../src/platform/context.ts'
import { median, openBench, saveResult } from './lib/harness.ts'

/**
 * From links to clusters on a real database: farms of several habits planted among honest people who live, study and bank
 * together. Whose account is whose is known to this file alone. How often each kind of evidence is found between two
 * accounts is ours to suppose; what is measured is what clusters make of it.
 *   npx tsx bench/cluster-farms.ts [honest] [seeds]
 */
const HONEST = Number(process.argv[2] ?? 10_000)
const SEEDS = Number(process.argv[3] ?? 5)
const NOW = new Date('2026-03-01T12:00:00Z')

type Person = { owner: number; habit: string }
type Chances = Partial<Record<KindName, number>>
/** What is found between two accounts of one owner, by how the owner works. */
const FARMS: readonly { habit: string; farms: number; size: (rng: Rng) => number; finds: Chances }[] = [
  { habit: 'careless: one device, one wallet', farms: 10, size: () => 20, finds: { payout_shared: 0.6, device_shared: 0.8, session_handoff: 0.3, lockstep: 0.3 } },
  { habit: 'one wallet, devices apart', farms: 10, size: () => 10, finds: { payout_shared: 0.9, lockstep: 0.1 } },
  { habit: 'puppeteer: devices apart, few wallets', farms: 20, size: (rng) => 5 + rng.below(16), finds: { session_handoff: 0.3, payout_shared: 0.2, excess_agreement: 0.15, copied_text: 0.2 } },
  { habit: 'ring that shares answers and texts', farms: 10, size: () => 6, finds: { excess_agreement: 0.6, copied_text: 0.5 } },
  { habit: 'two accounts of one', farms: 100, size: () => 2, finds: { payout_shared: 0.6, session_handoff: 0.5, device_shared: 0.3, lockstep: 0.2 } },
  { habit: 'shares nothing but answers', farms: 10, size: () => 6, finds: { excess_agreement: 0.6 } },
] // prettier-ignore

function world(seed: number) {
  const rng = createRng(seed)
  const people: Person[] = []
  const found: { a: number; b: number; kind: KindName; strength: number; times: number }[] = []
  const see = (a: number, b: number, chances: Chances) => {
    for (const [kind, p] of Object.entries(chances) as [KindName, number][])
      if (a !== b && rng.fraction() < p) {
        const times = kind === 'copied_text' ? 1 + rng.below(4) : 1
        found.push({ a, b, kind, strength: Math.min(KINDS[kind].cap, KINDS[kind].strength * times), times })
      }
  }
  const amongAll = (ids: readonly number[], chances: Chances) => {
    for (const a of ids) for (const b of ids) if (a < b) see(a, b, chances)
  }
  let owner = 0
  const honest = (habit: string) => people.push({ owner: owner++, habit }) - 1
  const some = (n: number, habit: string) => Array.from({ length: n }, () => honest(habit))
  const share = HONEST / 10_000
  for (let h = 0; h < 600 * share; h++)
    amongAll(some(2 + rng.below(3), 'household: devices shared'), {
      device_shared: 0.8,
      session_handoff: 0.3,
      invited: 0.5,
    })
  for (let h = 0; h < 150 * share; h++)
    amongAll(some(2, 'couple: one wallet, one network'), {
      payout_shared: 1,
      device_shared: 0.6,
      invited: 0.5,
      session_handoff: 0.05,
    })
  for (let c = 0; c < 8 * share; c++)
    amongAll(some(60, 'campus: one network, same hours'), { device_shared: 0.5, lockstep: 0.02, invited: 0.02 })
  while (people.length < HONEST) honest('alone')
  const anyone = () => rng.below(HONEST)
  for (let i = 0; i < 300 * share; i++) {
    see(anyone(), anyone(), { excess_agreement: 1 })
    see(anyone(), anyone(), { copied_text: 1 })
    see(anyone(), anyone(), { author_reviewer_affinity: 1 })
    see(anyone(), anyone(), { lockstep: 1 })
    see(anyone(), anyone(), { session_handoff: 0.3 })
  }
  for (const f of FARMS)
    for (let i = 0; i < f.farms; i++, owner++) {
      const ids = Array.from({ length: f.size(rng) }, () => people.push({ owner, habit: f.habit }) - 1)
      amongAll(ids, f.finds)
    }
  return { people, found, rng }
}

const bench = await openBench()
const { db } = bench
const ids = createIds({ node: 1, nowMs: () => NOW.getTime(), below: (n) => createRng(1).below(n) })
const ctx = { db, now: NOW, newId: ids, rng: createRng(9), config: bench.config, log: silent, randomBytes: (n: number) => new Uint8Array(n), caller: undefined, idempotency: undefined, http: undefined } as unknown as Ctx // prettier-ignore

type Figures = Record<string, number>
const runs: { figures: Figures; habits: Record<string, number>; harmed: Record<string, number>; times: Figures }[] = []
for (let seed = 1; seed <= SEEDS; seed++) {
  const { people, found, rng } = world(seed)
  await sql`truncate link, cluster_mark, cluster_member, cluster_apart, cluster, case_evidence, case_opinion, case_file, sanction, sanction_appeal, event, account cascade`.execute(db) // prettier-ignore
  await sql`insert into account (id, handle, roles, created_at) select g, 'b' || g, '{}', ${NOW} from generate_series(1, ${people.length}::int) g`.execute(db) // prettier-ignore
  const links: FoundLink[] = found.map((f) => ({ ...f, a: String(f.a + 1), b: String(f.b + 1) }))
  await saveLinks(db, links, NOW)
  await sql`analyze link`.execute(db)
  const find = async () => {
    const at = performance.now()
    for (let more = true; more;) ({ more } = await findTouched(ctx))
    return performance.now() - at
  }
  const times: Figures = { links: links.length, whole_ms: await find(), idle_ms: await find() }
  const partition = async () =>
    (await db.selectFrom('cluster_member').select(['account_id', 'cluster_id']).execute()).map((r) => ({ who: Number(r.account_id) - 1, cluster: r.cluster_id })) // prettier-ignore
  const rows = await partition()
  // A day later one link in a hundred is new: only what it touches is looked at.
  const fresh = links.filter(() => rng.below(100) === 0).map((l) => ({ ...l, strength: l.strength - 1 }))
  await saveLinks(db, fresh, NOW)
  times.one_percent_ms = await find()

  const of = new Map(rows.map((r) => [r.who, r.cluster]))
  const members = new Map<string, number[]>()
  for (const r of rows) members.set(r.cluster, [...(members.get(r.cluster) ?? []), r.who])
  const size = new Map<number, number>()
  for (const p of people) size.set(p.owner, (size.get(p.owner) ?? 0) + 1)
  const isFarm = (who: number) => size.get(people[who]!.owner)! > 1
  /** Clustered with another account of the same owner. */
  const isFound = (who: number) =>
    isFarm(who) && of.has(who) && members.get(of.get(who)!)!.some((m) => m !== who && people[m]!.owner === people[who]!.owner) // prettier-ignore
  let [rightPairs, allPairs] = [0, 0]
  for (const m of members.values())
    for (const a of m) for (const b of m) if (a < b) [rightPairs, allPairs] = [rightPairs + Number(people[a]!.owner === people[b]!.owner), allPairs + 1] // prettier-ignore
  const ownPairs = [...size.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0)
  // Whoever is joined with another account of the same owner at all: more than these no grouping can find.
  const joined = joinedPairs(pairsOf(links.map((l) => ({ ...l, ...(Number(l.a) < Number(l.b) ? { account_id: l.a, other_id: l.b } : { account_id: l.b, other_id: l.a }) })))) // prettier-ignore
  const findable = new Set(joined.filter((p) => people[Number(p.a) - 1]!.owner === people[Number(p.b) - 1]!.owner).flatMap((p) => [p.a, p.b])) // prettier-ignore
  const farmed = people.flatMap((_, i) => (isFarm(i) ? [i] : []))
  const honest = people.flatMap((_, i) => (isFarm(i) ? [] : [i]))
  const rate = (of: readonly number[], is: (who: number) => boolean) => of.filter(is).length / Math.max(1, of.length)
  const by = (whom: readonly number[], is: (who: number) => boolean) =>
    Object.fromEntries(
      [...new Set(whom.map((i) => people[i]!.habit))].map((habit) => [
        habit,
        rate(
          whom.filter((i) => people[i]!.habit === habit),
          is,
        ),
      ]),
    )
  runs.push({
    figures: {
      precision_of_members: rows.length === 0 ? 1 : rows.filter((r) => isFound(r.who)).length / rows.length,
      recall_of_members: rate(farmed, isFound),
      recall_of_those_joined_at_all: rate(
        farmed.filter((i) => findable.has(String(i + 1))),
        isFound,
      ),
      precision_of_pairs: allPairs === 0 ? 1 : rightPairs / allPairs,
      recall_of_pairs: rightPairs / ownPairs,
      honest_in_a_cluster: rate(honest, (i) => of.has(i)),
      cases_of_honest: (await sql<{ n: number }>`select count(*)::int as n from case_file where account_id <= ${HONEST}`.execute(db)).rows[0]!.n / HONEST, // prettier-ignore
    },
    habits: by(farmed, isFound),
    harmed: by(honest, (i) => of.has(i)),
    times,
  })
  process.stderr.write(`${JSON.stringify(runs.at(-1))}\n`)
}
await bench.close()

const round = (x: number) => Math.round(x * 10_000) / 10_000
const over = (pick: (r: (typeof runs)[number]) => Figures) =>
  Object.fromEntries(
    Object.keys(pick(runs[0]!)).map((k) => {
      const xs = runs.map((r) => pick(r)[k]!)
      return [k, { median: round(median(xs)), least: round(Math.min(...xs)), most: round(Math.max(...xs)) }]
    }),
  )
saveResult('cluster-farms', `npx tsx bench/cluster-farms.ts ${HONEST} ${SEEDS}`, {
  honest: HONEST,
  seeds: SEEDS,
  supposed: FARMS.map(({ habit, farms, finds }) => ({ habit, farms, finds })),
  found: over((r) => r.figures),
  recall_by_habit: over((r) => r.habits),
  honest_in_a_cluster_by_life: over((r) => r.harmed),
  time: over((r) => r.times),
})

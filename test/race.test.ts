import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { race, type RaceResult } from '../bench/lib/race.ts'
import { makeCampaign } from './campaign.ts'
import { makeCluster, withoutIn } from './cluster.ts'
import { createWorld, type World } from './world.ts'

// The small version of `bench/race.ts`; each planted fault must make the same run fail.
async function run(w: World, transactions: number, seed = 11): Promise<RaceResult> {
  const people = []
  for (let i = 0; i < 60; i++) people.push(await w.person(`p${i}`))
  const c = await makeCampaign(w, {
    contributors: people,
    reviewers: people,
    items: Array.from({ length: 150 }, (_, i) => ({ topic: `t${i}` })),
    settings: { lease_seconds: 25, revision_seconds: 30, attempts_per_item: 20, batch_size: 5 },
  })
  // A tenth of them are one person's, by threes.
  for (const first of [0, 20]) await makeCluster(w, people.slice(first, first + 3))
  return race(w.parts, {
    campaign: c.id,
    people: people.map((p) => p.account_id),
    clients: 64,
    transactions,
    seed,
    clock: w.clock,
  })
}
const isSound = (r: RaceResult) => r.faults.length === 0 && r.violations.length === 0 && r.deadlocks === 0

test('64 people at once break nothing', async () => {
  const w = await createWorld({ poolSize: 16 })
  const r = await run(w, 2500)
  expect(r.faults).toEqual([])
  expect(r.violations).toEqual([])
  expect(r.deadlocks).toBe(0)
  expect(r.decided).toBeGreaterThan(50)
  expect(r.expired).toBeGreaterThan(10)
  await w.close()
}, 120_000)

test('planted fault: a claim that does not ask who belongs together or who judged whom, the run fails', async () => {
  const w = await createWorld({ poolSize: 16 })
  await sql`create or replace function sits_with(c bigint, target bigint, who bigint, mine bigint, excluded bigint[]) returns boolean language sql stable as 'select false'`.execute(w.db) // prettier-ignore
  await withoutIn(w, 'note_judge', /\n\s+where j\.by_low = excluded\.by_low[^\n]*;/, ';')
  const { violations } = await run(w, 2500)
  expect(violations.join('\n')).toMatch(/two members of one cluster on a panel/)
  expect(violations.join('\n')).toMatch(/two who judged each other within a week/)
  await w.close()
}, 120_000)

/** Rewrites statements on their way to the server. */
function rewrite(w: World, from: string, to: string): { times: number } {
  const seen = { times: 0 }
  w.pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    ;(client as { query: unknown }).query = (config: unknown, ...rest: unknown[]) => {
      if (typeof config === 'string' && config.includes(from)) {
        seen.times += 1
        return query(config.replace(from, to), ...rest)
      }
      return query(config, ...rest)
    }
  })
  return seen
}

/** Where a fault shows depends on who comes between whom: a machine under load may need more than one race. */
const RACES = 4

test('planted fault: without the row lock on submissions the run fails', async () => {
  let isCaught = false
  for (let seed = 11; seed < 11 + RACES && !isCaught; seed++) {
    const w = await createWorld({ poolSize: 16 })
    const seen = rewrite(w, 'order by s.id for no key update of s', 'order by s.id')
    isCaught = !isSound(await run(w, 2500, seed))
    expect(seen.times).toBeGreaterThan(0)
    await w.close()
  }
  expect(isCaught).toBe(true)
}, 240_000)

test('planted fault: cover raised before the lease is had, the run fails', async () => {
  const w = await createWorld({ poolSize: 16 })
  const { rows } = await sql<{ def: string }>`select pg_get_functiondef('claim_work'::regproc) as def`.execute(w.db)
  const faulty = rows[0]!.def.replace(
    /if (take_lease\([^;]*?\)) then\s+update queue/,
    'perform $1; if true then update queue',
  )
  expect(faulty).not.toBe(rows[0]!.def)
  await sql.raw(faulty.replace(/and \(select true from lease a[^\n]*is null\n/, '\n')).execute(w.db)
  const r = await run(w, 2000)
  expect(isSound(r)).toBe(false)
  await w.close()
}, 120_000)

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql, type Kysely } from 'kysely'
import { migrationsDir } from '../../src/platform/db/migrate.ts'
import type { DB } from '../../src/platform/db/tables.ts'

/** Fills a lane with open entries of one campaign, random on the ring. */
export async function fillQueue(
  db: Kysely<DB>,
  q: { campaign: string; entries: number; needed: number; lane?: number; firstTarget?: number },
): Promise<void> {
  await sql`insert into queue (campaign_id, lane, target_id, author_id, rk, needed, opened_at)
    select ${q.campaign}::bigint, ${q.lane ?? 2}::smallint, ${q.firstTarget ?? 0}::bigint + g, 1, (random() * 2147483647)::int, ${q.needed}::smallint, now() from generate_series(1, ${q.entries}::int) g`.execute(
    db,
  )
  await sql`analyze queue`.execute(db)
}

/** The claim as it was before anything kept people apart, beside the one that is used: a baseline for the same run. */
export async function plainClaim(db: Kysely<DB>): Promise<string> {
  const file = readFileSync(join(migrationsDir(), '0007_assignment.sql'), 'utf8')
  const [plain] = /create function claim_work\([\s\S]*?\nend \$\$;/.exec(file)!
  await sql.raw(plain.replace('create function claim_work', 'create or replace function claim_plain')).execute(db)
  return 'claim_plain'
}

/** Buffers that each of a run of claims touches, everything inside the function included. */
export async function claimBuffers(
  db: Kysely<DB>,
  q: { campaign: string; claims: number; width: number; account?: string; lane?: number; by?: string },
): Promise<number[]> {
  return db.connection().execute(async (one) => {
    const out: number[] = []
    // The first calls on a connection also read the catalogue; they are not what a claim costs.
    for (let i = -5; i < q.claims; i++) {
      const start = Math.floor((((i + 7) * 0.61803398875) % 1) * 2 ** 31)
      const cost = await buffersOf(
        one,
        sql`select ${sql.raw(q.by ?? 'claim_work')}(${q.campaign}::bigint, ${q.lane ?? 2}::smallint, ${q.account ?? String(1000 + i)}::bigint, 1, 3, ${start}::int, ${q.width}::bigint, '{}'::bigint[], 1, now(), now() + interval '1 hour')`,
      )
      if (i >= 0) out.push(cost)
    }
    return out
  })
}

/** Buffers of each stretch of the exact search. */
export async function probeBuffers(
  db: Kysely<DB>,
  q: { campaign: string; probes: number; account: string },
): Promise<number[]> {
  return db.connection().execute(async (one) => {
    const out: number[] = []
    for (let i = -5; i < q.probes; i++) {
      const cost = await buffersOf(
        one,
        sql`select * from probe_work(${q.campaign}::bigint, 2::smallint, ${q.account}::bigint, 1, ${Math.max(0, i) * 64}::bigint, '{}'::bigint[], 1, now(), now() + interval '1 hour')`,
      )
      if (i >= 0) out.push(cost)
    }
    return out
  })
}

async function buffersOf(db: Kysely<DB>, statement: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{
    'QUERY PLAN': { Plan: Record<string, number> }[]
  }>`explain (analyze, buffers, format json) ${statement}`.execute(db)
  const plan = rows[0]!['QUERY PLAN'][0]!.Plan
  return plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!
}

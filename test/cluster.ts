import { sql } from 'kysely'
import type { Person, World } from './world.ts'

/** Makes people one cluster, straight in the tables: for tests of what follows from being one. */
export async function makeCluster(w: World, people: readonly Person[]): Promise<string> {
  const id = w.parts.newId()
  await w.db
    .insertInto('cluster')
    .values({
      id,
      found_at: w.clock.now(),
      changed_at: w.clock.now(),
      strength: 8 * 65_536,
      members: people.length,
      explained: JSON.stringify({ pairs: 1, joined: 1, kinds: { payout_shared: { pairs: 1, members: 2, strength: 5 * 65_536 } } }), // prettier-ignore
    })
    .execute()
  for (const p of people)
    await w.db
      .insertInto('cluster_member')
      .values({ account_id: p.account_id, cluster_id: id, since: w.clock.now() })
      .execute()
  return id
}

/** Runs on a database whose function has a part cut out: a planted fault that a test must catch. */
export async function withoutIn(w: World, fn: string, cut: RegExp, instead: string): Promise<void> {
  const { rows } = await sql<{ def: string }>`select pg_get_functiondef(${fn}::regproc) as def`.execute(w.db)
  const faulty = rows[0]!.def.replace(cut, instead)
  if (faulty === rows[0]!.def) throw new Error(`nothing in ${fn} is like ${String(cut)}`)
  await sql.raw(faulty).execute(w.db)
}

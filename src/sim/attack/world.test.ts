import { sql } from 'kysely'
import { afterAll, describe, expect, inject, test } from 'vitest'
import type { Connection } from '../../platform/db/open.ts'
import { saveLinks } from '../../domains/integrity/signals/queries.ts'
import { KINDS } from '../../domains/integrity/signals/rules.ts'
import { dropDatabase } from '../database-queries.ts'
import { honestCrowd } from './crowds.ts'
import { runAttack, type AttackResult } from './run.ts'
import type { Fault, World } from './world.ts'

const lent = inject('server') as Connection & { template: string }
const server: Connection = { host: lent.host, port: lent.port, user: lent.user, database: 'postgres' }
const prefix = `test_${lent.template.split('_')[1]}_attack`
const names: string[] = []
afterAll(async () => {
  for (const name of names) await dropDatabase(server, name)
})

/** A farm of ten whose accounts are known for one person's from the first morning: as by a passkey that all of them have. */
const linked: NonNullable<Fault['gathered']> = async (db, w: World) => {
  const own = w.members.filter((m) => m.attack === 'farm').map((m) => w.season.accounts.get(m.person.n)!)
  const { strength } = KINDS.credential_shared
  const pairs = own.flatMap((a, i) => own.slice(i + 1).map((b) => ({ a, b, kind: 'credential_shared' as const, strength, times: 1 }))) // prettier-ignore
  await db.transaction().execute((tx) => saveLinks(tx, pairs, w.lane.now()))
}

async function play(name: string, fault: Fault): Promise<AttackResult> {
  const database = `${prefix}_${name}`
  names.push(database)
  return runAttack({
    server,
    database,
    crowd: honestCrowd(14, 2),
    seed: 2,
    attacks: ['farm'],
    accounts: 10,
    after: 12,
    fault: { gathered: linked, ...fault, config: { freeze_days: 1, newcomer_pieces: 10, ...fault.config } },
  })
}

describe('a small farm on the real application', () => {
  test('never judges its own work once it is known, and the books hold', async () => {
    const r = await play('known', {})
    expect(r.audit.problems).toEqual([])
    expect(r.ownership.reviews).toBeGreaterThan(30)
    expect([r.ownership.own_cluster, r.ownership.panels_shared, r.ownership.two_cycles]).toEqual([0, 0, 0])
    const [farm] = r.attacks
    expect(farm!.clustered).toBe(10)
    expect(farm!.half_detected_after).toBeLessThan(1)
    expect(r.honest.limited).toBe(0)
  }, 120_000)

  test('judges it, and the auditor counts that, when assignment does not know who belongs together', async () => {
    const forget = async (db: Parameters<NonNullable<Fault['spoil']>>[0]) =>
      void (await sql`delete from cluster_member`.execute(db))
    const r = await play('forgotten', { spoil: forget })
    expect(r.ownership.own_cluster + r.ownership.panels_shared).toBeGreaterThan(0)
  }, 120_000)
})

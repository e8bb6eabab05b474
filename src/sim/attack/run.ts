import type { Connection } from '../../platform/db/open.ts'
import { migrate } from '../../platform/db/migrate.ts'
import type { Meter } from '../agents.ts'
import { auditSeason, type AuditOutcome } from '../auditor.ts'
import { makePeople, type Population } from '../crowd.ts'
import { createDatabase, vacuum } from '../database-queries.ts'
import { dueProcessOf, type DueProcess } from '../due-process.ts'
import { figuresOf, type Tally } from '../figures.ts'
import { digestOf } from '../ledger-queries.ts'
import { openLane } from '../platform.ts'
import { topicsFor } from '../season.ts'
import { makeFolk, type Accounts, type Attack } from './attackers.ts'
import { conclude, type AttackOutcome, type HonestOutcome } from './conclude.ts'
import { quietDay, workDay } from './days.ts'
import { foundWorld } from './found.ts'
import { clusterAt, type OwnershipAudit } from './ownership.ts'
import type { Fault, World } from './world.ts'

export type AttackOptions = {
  /** A running PostgreSQL; the world lives in a database of its own there. */
  server: Connection
  database: string
  crowd: Population
  seed: number
  attacks: readonly Attack[]
  accounts?: Accounts
  /** Days after the last of work on which people still come for their money; a month, so that newcomers' limits end. */
  after?: number
  fault?: Fault
  progress?: (done: number, total: number, note: string) => void
}
export type AttackResult = {
  seed: number
  crowd: number
  days: number
  after: number
  attacks: AttackOutcome[]
  honest: HonestOutcome
  ownership: OwnershipAudit
  total: Tally
  audit: AuditOutcome
  due_process: DueProcess
  digest: string
  meter: Meter
  seconds: number
}

/** First month of a newcomer, what is held for a week, and a week of grace. */
export const AFTER_DAYS = 34

/** Plays attackers among a crowd through the application, until all money that will ever be free is. */
export async function runAttack(o: AttackOptions): Promise<AttackResult> {
  const since = performance.now()
  const { crowd, seed, attacks } = o
  const connection = { ...o.server, database: o.database }
  await createDatabase(o.server, o.database)
  await migrate(connection)
  const fault = o.fault ?? {}
  const lane = await openLane({
    connection,
    seed,
    name: 'world',
    node: 0,
    ...(fault.config && { config: fault.config }),
  })
  try {
    const after = o.after ?? AFTER_DAYS
    const people = makePeople(crowd, seed, topicsFor(crowd.people))
    const folk = makeFolk(seed, people, crowd, attacks, { accounts: o.accounts })
    const total = crowd.days + after
    const plan = { population: crowd, seed, folk, attacks, days: crowd.days, fault }
    const w: World = await foundWorld(lane, plan, (text) => o.progress?.(0, total, text))
    for (; w.day < total; w.day++) {
      await (w.day < crowd.days ? workDay(w) : quietDay(w))
      if (w.day < 3 || w.day % 5 === 4) await vacuum(connection)
      o.progress?.(w.day + 1, total, `${w.memory.handed.reduce((a, b) => a + b, 0)} pieces of work`)
    }
    const { db } = lane
    const figures = await figuresOf(db, w.season)
    return {
      seed,
      crowd: people.length,
      days: crowd.days,
      after,
      ...(await conclude(w)),
      total: figures.total,
      audit: await auditSeason(db, w.season.fields, 'ours', (account, at) => clusterAt(w.clusters, account, at)),
      due_process: await dueProcessOf(db, w.season, w.memory),
      digest: await digestOf(db),
      meter: w.meter,
      seconds: Math.round((performance.now() - since) / 100) / 10,
    }
  } finally {
    await lane.close()
  }
}

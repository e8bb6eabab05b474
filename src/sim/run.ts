import { migrate } from '../platform/db/migrate.ts'
import type { Connection } from '../platform/db/open.ts'
import { auditSeason, type AuditOutcome } from './auditor.ts'
import { audit, contribute, newMemory, review, type Memory, type Meter, type Stage } from './agents.ts'
import type { Population } from './crowd.ts'
import { createDatabase, vacuum } from './database-queries.ts'
import { figuresOf, type Figures } from './figures.ts'
import { digestOf } from './ledger-queries.ts'
import { openLane, type Lane } from './platform.ts'
import type { RuleSet } from './scenario.ts'
import { dayStart, foundSeason, type Season } from './season.ts'

export type RunOptions = {
  /** A running PostgreSQL; the season lives in a database of its own there. */
  server: Connection
  database: string
  population: Population
  seed: number
  rules: RuleSet
  progress?: (done: number, total: number, note: string) => void
}
export type RunResult = {
  rules: RuleSet
  seed: number
  people: number
  digest: string
  figures: Figures
  audit: AuditOutcome
  meter: Meter
  seconds: number
  /** Work that was still open when the season ended. */
  open: number
}

/** After the last day of contributing, the queues empty. */
const CLOSING_DAYS = 3
const ROUNDS: Record<RuleSet, number> = { original: 8, ours: 12 }
const DAILY_JOBS = ['measure_lanes', 'sequence_events', 'sweep_leases', 'settle_rejections', 'thaw']
/** Of what a class decides in a day, so much goes to QA under our rules; a majority needs none to decide. */
const AUDITED = 0.05

/** Plays a season through the application, day by day, and says what came of it. */
export async function runSeason(o: RunOptions): Promise<RunResult> {
  const began = performance.now()
  const connection = { ...o.server, database: o.database }
  await createDatabase(o.server, o.database)
  await migrate(connection)
  const office = await openLane({ connection, seed: o.seed, name: 'office', node: 0 })
  const lanes: Lane[] = []
  const meter: Meter = {}
  try {
    const days = o.population.days + CLOSING_DAYS
    const season = await foundSeason(office, o.population, o.seed, o.rules, (text) => o.progress?.(0, days, text))
    for (const [i, field] of season.fields.entries())
      lanes.push(await openLane({ connection, seed: o.seed, name: `${field.class}-${field.topic}`, node: i + 1 }))
    const memory = newMemory(season.people.length)
    for (let day = 0; day < days; day++) {
      await playDay({ season, lanes, office, memory, meter, day, rules: o.rules, connection })
      o.progress?.(day + 1, days, `${memory.reviewed.reduce((a, b) => a + b, 0)} reviews`)
    }
    const at = performance.now()
    const audited = await auditSeason(office.db, season.fields, o.rules)
    meter.auditor = { requests: 1, pieces: audited.decisions, ms: performance.now() - at }
    const figures = await figuresOf(office.db, season)
    return {
      rules: o.rules,
      seed: o.seed,
      people: season.people.length,
      digest: await digestOf(office.db),
      figures,
      audit: audited,
      meter,
      seconds: Math.round((performance.now() - began) / 100) / 10,
      open: figures.total.submissions - figures.total.decided,
    }
  } finally {
    for (const lane of [...lanes, office]) await lane.close()
  }
}

type Day = {
  season: Season
  lanes: readonly Lane[]
  office: Lane
  memory: Memory
  meter: Meter
  day: number
  rules: RuleSet
  connection: Connection
}

async function playDay(d: Day): Promise<void> {
  const { season, lanes, office, memory, meter, day, rules } = d
  const at = dayStart(day)
  const one = async (i: number) => {
    const lane = lanes[i]!
    lane.startDay(day, at)
    const stage: Stage = { season, field: season.fields[i]!, lane, memory, meter, day }
    await contribute(stage)
    lane.wait(3_600_000)
    await review(stage, ROUNDS[rules])
  }
  // The first decision of a class publishes its first weights, so on the first day lanes go one after the other.
  if (day === 0) for (let i = 0; i < lanes.length; i++) await one(i)
  else await Promise.all(lanes.map((_, i) => one(i)))
  office.startDay(day, new Date(at.getTime() + 23 * 3_600_000))
  const jobsFrom = performance.now()
  if (rules === 'ours') {
    const decided = memory.handed.reduce((a, b) => a + b, 0)
    const wanted = Math.max(2, Math.round(((decided / (day + 1)) * AUDITED * 0.5) / season.fields.length))
    await audit({ season, lane: office, meter, day }, season.fields, { accepted: wanted, rejected: wanted })
  }
  const names = rules === 'ours' ? [...DAILY_JOBS, 'take_snapshots'] : DAILY_JOBS
  await office.jobs(names)
  if (day % 5 === 4) await vacuum(d.connection)
  const m = (meter.jobs ??= { requests: 0, pieces: 0, ms: 0 })
  m.requests += 1
  m.ms += performance.now() - jobsFrom
}

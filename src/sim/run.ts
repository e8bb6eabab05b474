import { migrate } from '../platform/db/migrate.ts'
import type { Connection } from '../platform/db/open.ts'
import { contribute, newMemory, review, type Memory, type Meter, type Stage } from './agents.ts'
import { auditSeason, type AuditOutcome } from './auditor.ts'
import { keptOf, optionsDigest, readCheckpoint, seasonOf, writeCheckpoint } from './checkpoint.ts'
import { makePeople, type Population } from './crowd.ts'
import { createDatabase, databaseExists, dropDatabase, vacuum } from './database-queries.ts'
import { dueProcessOf, type DueProcess } from './due-process.ts'
import { figuresOf, type Figures } from './figures.ts'
import { digestOf } from './ledger-queries.ts'
import { openLane, type Lane } from './platform.ts'
import { CLOSING_DAYS as OUR_CLOSING_DAYS, desk, evening, noon, timed } from './our-day.ts'
import { DESK_HOURS } from './desk-people.ts'
import type { RuleSet } from './scenario.ts'
import { underRules } from './season-1.ts'
import { dayStart, foundSeason, topicsFor, type Season } from './season.ts'

export type RunOptions = {
  /** A running PostgreSQL; the season lives in a database of its own there. */
  server: Connection
  database: string
  population: Population
  seed: number
  rules: RuleSet
  progress?: (done: number, total: number, note: string) => void
  /** Where to keep how far the run is, and after how many seconds of work again. */
  checkpoint?: { file: string; every_seconds: number }
  /** Stops after this day, as if killed; for tests. */
  stop_after?: number
}
export type RunResult = {
  rules: RuleSet
  seed: number
  people: number
  days: number
  digest: string
  figures: Figures
  audit: AuditOutcome
  /** What cases, sanctions and appeals did; the original rules know none. */
  due_process: DueProcess | null
  /** By part: requests, pieces of work in them, and milliseconds that requests of one lane took after each other. */
  meter: Meter
  seconds: number
  /** Work that was still open when the season ended. */
  open: number
}

/** After the last day of contributing, the queues empty. */
const CLOSING_DAYS: Record<RuleSet, number> = { original: 3, ours: OUR_CLOSING_DAYS }
const ROUNDS: Record<RuleSet, number> = { original: 8, ours: 12 }
const DAILY_JOBS = ['measure_lanes', 'sequence_events', 'sweep_leases', 'settle_rejections', 'thaw']
const HOUR = 3_600_000
/** People write in the morning, review in the afternoon; QA and the daily jobs come in the evening. */
const MORNING = 8
const NOON = 12
const EVENING = 23

/** Plays a season through the application, day by day, and says what came of it; nothing if it was stopped. */
export async function runSeason(o: RunOptions): Promise<RunResult | undefined> {
  const run = await begin(o)
  try {
    const days = o.population.days + CLOSING_DAYS[o.rules]
    let kept = performance.now()
    for (; run.day < days; run.day++) {
      const before = sum(run.memory.reviewed)
      await playDay(run)
      // When nothing is handed in any more and nobody found anything to review, the rest of the days would be idle; but
      // under our rules appeals, windows of pay and money still take their time.
      if (o.rules === 'original' && run.day >= o.population.days && sum(run.memory.reviewed) === before) break
      o.progress?.(run.day + 1, days, `${sum(run.memory.reviewed)} reviews`)
      if (o.checkpoint && performance.now() - kept > o.checkpoint.every_seconds * 1000) {
        await keep(run)
        kept = performance.now()
      }
      if (run.day === o.stop_after) return undefined
    }
    return await conclude(run)
  } finally {
    await closeAll(run)
  }
}

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)

type Run = {
  o: RunOptions
  connection: Connection
  season: Season
  office: Lane
  lanes: Lane[]
  memory: Memory
  meter: Meter
  /** The day to play next. */
  day: number
  /** Seconds of work before this process took over, and when it did. */
  before: number
  since: number
}

/** Founds the season, or takes it up where it was last kept. */
async function begin(asked: RunOptions): Promise<Run> {
  const o = { ...asked, population: underRules(asked.population, asked.rules) }
  const since = performance.now()
  const connection = { ...o.server, database: o.database }
  const found = o.checkpoint && readCheckpoint(o.checkpoint.file)
  const known =
    found && found.options === optionsDigest(o) && (await databaseExists(o.server, found.database)) ? found : undefined
  await createDatabase(o.server, o.database, known?.database)
  if (!known) await migrate(connection)
  const office = await openLane({ connection, seed: o.seed, name: 'office', node: 0 })
  const season = known
    ? seasonOf(known, o, makePeople(o.population, o.seed, topicsFor(o.population.people)))
    : await foundSeason(office, o.population, o.seed, o.rules, (text) => o.progress?.(0, o.population.days, text))
  const run: Run = {
    o,
    connection,
    season,
    office,
    lanes: [],
    memory: known?.memory ?? newMemory(season.people.length),
    meter: known?.meter ?? {},
    day: known?.day ?? 0,
    before: known?.seconds ?? 0,
    since,
  }
  await openLanes(run)
  return run
}

async function openLanes(run: Run): Promise<void> {
  const { connection, season, o } = run
  for (const [i, field] of season.fields.entries())
    run.lanes.push(await openLane({ connection, seed: o.seed, name: `${field.class}-${field.topic}`, node: i + 1 }))
}

async function closeAll(run: Run): Promise<void> {
  for (const lane of run.lanes.splice(0)) await lane.close()
  await run.office.close()
}

const secondsOf = (run: Run): number => Math.round(run.before * 10 + (performance.now() - run.since) / 100) / 10

/** Copies the database, which nobody may be connected to meanwhile; the copy before it stays until this one is whole. */
async function keep(run: Run): Promise<void> {
  const { o, connection } = run
  const { file } = o.checkpoint!
  const before = readCheckpoint(file)
  await closeAll(run)
  const database = before?.database === `${o.database}_a` ? `${o.database}_b` : `${o.database}_a`
  await createDatabase(o.server, database, o.database)
  writeCheckpoint(file, {
    options: optionsDigest(o),
    day: run.day + 1,
    database,
    memory: run.memory,
    meter: run.meter,
    seconds: secondsOf(run),
    ...keptOf(run.season),
  })
  if (before && before.database !== database) await dropDatabase(o.server, before.database)
  run.office = await openLane({ connection, seed: o.seed, name: 'office', node: 0 })
  await openLanes(run)
}

async function playDay(run: Run): Promise<void> {
  const { o, season, lanes, office, memory, meter, day } = run
  const at = dayStart(day)
  const stageOf = (i: number): Stage => ({ season, field: season.fields[i]!, lane: lanes[i]!, memory, meter, day })
  const hour = (h: number) => new Date(at.getTime() + h * HOUR)
  const isOurs = o.rules === 'ours'
  const ours = { season, lane: office, memory, meter, day }
  for (const lane of lanes) lane.startDay(day, at)
  office.startDay(day, isOurs ? at : hour(NOON))
  if (isOurs) {
    await desk(ours, DESK_HOURS.night)
    for (const lane of lanes) lane.waitUntil(hour(MORNING))
  }
  await Promise.all(lanes.map((_, i) => contribute(stageOf(i))))
  if (isOurs) {
    office.waitUntil(hour(NOON))
    await noon(ours)
  }
  for (const lane of lanes) lane.waitUntil(hour(NOON + 1))
  // The first decision of a class publishes its first weights, so on the first day lanes go one after the other.
  if (day === 0) for (const i of lanes.keys()) await review(stageOf(i), ROUNDS[o.rules])
  else await Promise.all(lanes.map((_, i) => review(stageOf(i), ROUNDS[o.rules])))
  if (isOurs) await evening(ours, o.population.days)
  else {
    office.waitUntil(hour(EVENING))
    await timed(meter, 'jobs', () => office.jobs(DAILY_JOBS))
  }
  // Plans are made for tables of their size: they grow fastest on the first days.
  if (day < 3 || day % 5 === 4) await timed(meter, 'vacuum', () => vacuum(run.connection))
}

async function conclude(run: Run): Promise<RunResult> {
  const { o, season, office, meter } = run
  const at = performance.now()
  const audited = await auditSeason(office.db, season.fields, o.rules)
  meter.auditor = { requests: 1, pieces: audited.decisions, ms: performance.now() - at }
  const figures = await figuresOf(office.db, season)
  return {
    rules: o.rules,
    seed: o.seed,
    people: season.people.length,
    days: o.population.days,
    digest: await digestOf(office.db),
    figures,
    audit: audited,
    due_process: o.rules === 'ours' ? await dueProcessOf(office.db, season, run.memory) : null,
    meter,
    seconds: secondsOf(run),
    open: figures.total.submissions - figures.total.decided,
  }
}

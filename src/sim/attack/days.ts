import { DESK_HOURS } from '../desk-people.ts'
import { learnSubjects } from '../desk.ts'
import { audit, gradeAll, type Office } from '../grading.ts'
import { CAMPAIGNS_END_AFTER, desk, endCampaigns, PAY_DAY, timed } from '../our-day.ts'
import { AUDITED } from '../scenario.ts'
import { dayStart } from '../season.ts'
import { payOut } from '../visits.ts'
import { jobs } from '../../server/jobs.ts'
import { runAgenda, type Doing } from './agenda.ts'
import { attackStays, crowdStay, lateStay } from './plans.ts'
import { clusterMembers } from './truth-queries.ts'
import { look, stayOf } from './stay.ts'
import type { World } from './world.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
const EVENING = 22
/** Work is checked so often through the day, and who belongs together is looked at so often. */
const CHECK_HOURS = [8, 10, 12, 14, 16, 18, 20]
const LINK_HOURS = [6, 14, 20]
/** So many days after the last of work there is still something new to learn of anybody; then only money moves. */
const LEARNING_ON = 7

/** What keeps who belongs together, where the installation has it. */
const LINKING = ['gather_links', 'find_clusters', 'rank_trust'].filter((name) => jobs.some((job) => job.name === name))

const officeOf = (w: World): Office => ({
  season: w.season,
  lane: w.lane,
  memory: w.memory,
  meter: w.meter,
  day: w.day,
})

/** A day of work: everybody comes at times of their own, and the platform's own work goes on between them. */
export async function workDay(w: World): Promise<void> {
  const office = officeOf(w)
  const start = dayStart(w.day).getTime()
  w.lane.startDay(w.day, dayStart(w.day))
  await desk(office, DESK_HOURS.night)
  const at = (hour: number, doing: Doing) => ({ at: start + hour * HOUR, doing })
  await runAgenda(w.lane, [
    ...LINK_HOURS.map((hour) =>
      at(
        hour,
        once(() => link(w)),
      ),
    ),
    ...CHECK_HOURS.map((hour) =>
      at(
        hour,
        once(() => check(w)),
      ),
    ),
    at(
      13,
      once(() => desk(office, [13])),
    ),
    ...stays(w).map((stay) => ({ at: start + stay.starts * MINUTE, doing: stayOf(w, stay) })),
  ])
  await evening(w)
}

/** A day on which nobody works any more: queues empty, appeals end, money becomes free. */
export async function quietDay(w: World): Promise<void> {
  const office = officeOf(w)
  w.lane.startDay(w.day, dayStart(w.day))
  await desk(office, DESK_HOURS.night)
  const start = dayStart(w.day).getTime()
  const visits = w.members.flatMap((m) => lateStay(w.season.seed, m, w.day, w.days) ?? [])
  await runAgenda(w.lane, [
    ...(isLearning(w) ? [{ at: start + 6 * HOUR, doing: once(() => link(w)) }] : []),
    { at: start + 13 * HOUR, doing: once(() => desk(office, [13])) },
    ...visits.map((stay) => ({ at: start + stay.starts * MINUTE, doing: stayOf(w, stay) })),
  ])
  await evening(w)
}

async function* once(work: () => Promise<void>): Doing {
  await work()
  yield 0
}

const isLearning = (w: World): boolean => w.day < w.days + LEARNING_ON

const stays = (w: World) => {
  const { seed } = w.season
  const crowd = w.members.filter((m) => !m.attack).flatMap((m) => crowdStay(seed, m, w.day, w.days) ?? [])
  const others = [...w.spent.keys()].flatMap((attack) =>
    attackStays(seed, attack, w.members.filter((m) => m.attack === attack), w.day),
  ) // prettier-ignore
  return [...crowd, ...others]
}

const check = (w: World) =>
  timed(w.meter, 'checks', () => w.lane.jobs(['run_checks', 'conclude_checked', 'sequence_events']))

/** Links and clusters; what was found is written down with its time, to be compared with what was assigned. */
async function link(w: World): Promise<void> {
  if (LINKING.length === 0) return
  for (const name of LINKING) {
    await timed(w.meter, name, () => w.lane.jobs([name]))
    if (name === 'gather_links') await w.fault.gathered?.(w.lane.db, w)
  }
  const now = w.lane.now().getTime()
  const found = new Map((await clusterMembers(w.lane.db)).map((r) => [r.account_id, r.cluster_id]))
  for (const account of new Set([...found.keys(), ...w.clusters.keys()])) {
    const own = w.clusters.get(account) ?? []
    const last = own.at(-1)
    const is = found.get(account)
    if (!w.fault.spoil && last && last.until === null && last.cluster !== is) last.until = now
    if (is && (!last || last.until !== null)) own.push({ cluster: is, from: now, until: null })
    w.clusters.set(account, own)
  }
  await w.fault.spoil?.(w.lane.db)
}

async function evening(w: World): Promise<void> {
  const { season: s, lane, meter, day, memory, days } = w
  const office = officeOf(w)
  await lane.jobs(['escalate_overdue'])
  await desk(office, DESK_HOURS.day.slice(1))
  lane.waitUntil(new Date(dayStart(day).getTime() + EVENING * HOUR))
  await check(w)
  if (day < days + CAMPAIGNS_END_AFTER) {
    const daily = memory.handed.reduce((a, b) => a + b, 0) / (Math.min(day, days - 1) + 1)
    const wanted = Math.max(2, Math.round((daily * AUDITED) / 2 / s.fields.length))
    await audit(office, { accepted: wanted, rejected: wanted })
  }
  if (isLearning(w)) {
    await timed(meter, 'snapshots', () => lane.jobs(['take_snapshots']))
    await timed(meter, 'watch', () => lane.jobs(['watch_reviewers']))
  }
  await learnSubjects(office)
  await lookIfTold(w)
  if (day % 7 === PAY_DAY) await payOut(office)
  if (day >= days + CAMPAIGNS_END_AFTER) await endCampaigns(office)
  await timed(meter, 'windows', async () => {
    await lane.jobs(['settle_windows', 'draw_window_audits'])
    await gradeAll(office)
    await lane.jobs(['settle_windows'])
  })
  await timed(
    meter,
    'jobs',
    () =>
    lane.jobs(['measure_lanes', 'sequence_events', 'sweep_leases', 'settle_rejections', 'release_held', 'thaw', 'end_sanctions']), // prettier-ignore
  )
}

/** Who was told of a case or a sanction looks the same evening. */
async function lookIfTold(w: World): Promise<void> {
  const told = [...new Set(w.memory.told)]
  w.memory.told = []
  for (const n of told) {
    await look(w, n)
    w.lane.wait(MINUTE)
  }
}

import type { Meter } from './agents.ts'
import { DESK_HOURS } from './desk-people.ts'
import { atDesk, learnSubjects } from './desk.ts'
import { audit, gradeAll, ifRefused, type Office } from './grading.ts'
import { AUDITED } from './scenario.ts'
import { dayStart } from './season.ts'
import { payOut, visitAll } from './visits.ts'

const HOUR = 3_600_000
const EVENING = 23
/** Queues empty first; then campaigns end, and their last windows are paid once nothing can be appealed any more. */
export const CLOSING_DAYS = 12
export const CAMPAIGNS_END_AFTER = 2
export const PAY_DAY = 6

export const timed = async (meter: Meter, part: string, work: () => Promise<void>): Promise<void> => {
  const from = performance.now()
  await work()
  const m = (meter[part] ??= { requests: 0, pieces: 0, ms: 0 })
  m.requests += 1
  m.ms += performance.now() - from
}

/** Hours at the desk; sanctions, cases and appeals whose time is over end just before. */
export async function desk(office: Office, hours: readonly number[]): Promise<void> {
  for (const hour of hours) {
    office.lane.waitUntil(new Date(dayStart(office.day).getTime() + hour * HOUR))
    await office.lane.jobs(['end_sanctions'])
    await atDesk(office, hour)
  }
}

/** Checks of what was handed in, and the desk at noon. */
export async function noon(office: Office): Promise<void> {
  await timed(office.meter, 'checks', () => office.lane.jobs(['run_checks', 'conclude_checked']))
  await desk(office, DESK_HOURS.day.slice(0, 1))
}

/**
 * The end of a day under our rules: what waits too long goes to experts; QA audits; whoever changed is noticed; people
 * look at their accounts; windows, held pay, sanctions and money move on.
 */
export async function evening(office: Office, contributing: number): Promise<void> {
  const { season: s, lane, meter, day, memory } = office
  lane.waitUntil(new Date(dayStart(day).getTime() + DESK_HOURS.day[1] * HOUR))
  await lane.jobs(['escalate_overdue'])
  await desk(office, DESK_HOURS.day.slice(1))
  lane.waitUntil(new Date(dayStart(day).getTime() + EVENING * HOUR))
  if (day < contributing + CAMPAIGNS_END_AFTER) {
    const daily = memory.handed.reduce((a, b) => a + b, 0) / (Math.min(day, contributing - 1) + 1)
    const wanted = Math.max(2, Math.round((daily * AUDITED) / 2 / s.fields.length))
    await audit(office, { accepted: wanted, rejected: wanted })
  }
  await timed(meter, 'snapshots', () => lane.jobs(['take_snapshots']))
  await timed(meter, 'watch', () => lane.jobs(['watch_reviewers']))
  await learnSubjects(office)
  await visitAll(office)
  if (day % 7 === PAY_DAY) await payOut(office)
  if (day >= contributing + CAMPAIGNS_END_AFTER) await endCampaigns(office)
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

/** The requester ends the campaigns; what is handed in is still decided, and their last window ends with the last decision. */
export async function endCampaigns({ season: s, lane }: Office): Promise<void> {
  const operator = lane.client(s.operator_key)
  for (const { campaign_id } of s.fields)
    await operator.campaigns.cancel({ params: { campaign_id }, body: {} }).catch(ifRefused('campaign_over'))
  await lane.jobs(['close_campaigns'])
}

import type { Client } from '../client.ts'
import { metered } from './agents.ts'
import { rngOf } from './chance.ts'
import type { Person } from './crowd.ts'
import { APPEALS_SANCTION, isDishonest, STATES } from './desk-people.ts'
import { ifRefused, type Office } from './grading.ts'
import { CURRENCY } from './scenario.ts'

const SECOND = 1000
/** Everybody looks at their account once a week, on a day of their own. */
export const EVERY_DAYS = 7

/** Who is told of something looks this evening, and whoever's day it is: answers what is said of them, and takes out money. */
export async function visitAll(office: Office): Promise<void> {
  const { season: s, memory, day, lane } = office
  const told = new Set(memory.told)
  memory.told = []
  for (const person of s.people) {
    const isTheirDay = rngOf(s.seed, 'visits', person.n).below(EVERY_DAYS) === day % EVERY_DAYS
    if (!isTheirDay && !told.has(person.n)) continue
    // A key stops with its account; a browser does not, so that whoever is suspended can still answer and be paid.
    const client = lane.browser({ cookie: s.cookies.get(person.n)! })
    await answer(office, client, person)
    if (isTheirDay) await appealRejections(office, client, person)
    lane.wait(SECOND)
  }
}

export async function answer(office: Office, client: Client, person: Person): Promise<void> {
  const { season: s, memory, meter } = office
  const standing = await metered(meter, 'visit', () => client.standing.mine({}))
  const done = { handed: memory.handed[person.n]!, reviewed: memory.reviewed[person.n]! }
  const who = isDishonest(s.population, person, done) ? 'dishonest' : 'honest'
  const would = (what: string, id: string, chance: number) => rngOf(s.seed, what, id).fraction() < chance
  for (const c of standing.cases)
    if (c.statement === null && would('states', c.case_id, STATES[who]))
      await client.standing.state({
        params: { case_id: c.case_id },
        body: { statement: 'I work as I always did. Please read it again.' },
      })
  for (const one of standing.sanctions)
    if (one.may_appeal_until && !one.ended_at && would('appeals', one.sanction_id, APPEALS_SANCTION[who]))
      await client.standing.appeal({
        params: { sanction_id: one.sanction_id },
        body: { reason: 'This is a mistake: I read what I am given and write my own work.' },
      })
  const visits = memory.visits
  const isAttacker = s.population.kinds[person.kind].attacks
  visits[isAttacker ? 'others' : 'honest'] += 1
  for (const money of standing.waiting) {
    if (money.why.length > 0) {
      visits[isAttacker ? 'others_waited' : 'honest_waited'] += 1
      memory.waited[person.n] = [...new Set([...(memory.waited[person.n] ?? []), ...money.why])].sort()
    }
    if (money.withdrawable_minor === '0') continue
    await metered(meter, 'withdraw', () =>
      client.payouts.claim({ body: { currency: CURRENCY, amount_minor: money.withdrawable_minor } }),
    )
  }
}

const PAGE = 200

/** Authors look what became of the work they care about, and appeal what was rejected. */
export async function appealRejections(office: Office, client: Client, person: Person): Promise<void> {
  const { memory, meter } = office
  const minded = new Set(memory.minded[person.n])
  if (minded.size === 0) return
  const left = new Set(minded)
  for (let after: string | undefined; ;) {
    const page = await metered(meter, 'visit', () =>
      client.submissions
        .mine({ query: { limit: PAGE, ...(after && { after }) } })
        .catch(ifRefused('account_suspended')),
    )
    if (!page) return
    for (const one of page.items) {
      if (!left.delete(one.submission_id) || one.status === 'in_review') continue
      minded.delete(one.submission_id)
      if (one.status !== 'rejected') continue
      const params = { campaign_id: one.campaign_id, submission_id: one.submission_id }
      await metered(meter, 'appeal', () =>
        client.reviews
          .appeal({ params, body: { reason: 'The work is good; please look again.' } })
          .catch(ifRefused('not_appealable', 'appeal_over', 'already_appealed', 'account_suspended')),
      )
    }
    if (left.size === 0 || !page.next) break
    after = page.next
  }
  memory.minded[person.n] = [...minded]
}

/** Once a week the operator pays out whatever people asked for. */
export async function payOut(office: Office): Promise<void> {
  const { season: s, lane } = office
  const operator = lane.client(s.operator_key)
  const batch = await operator.payouts.draft({ body: { currency: CURRENCY } }).catch(ifRefused('nothing_to_pay'))
  if (!batch) return
  const params = { batch_id: batch.batch_id }
  await operator.payouts.mark_sent({ params, body: {} })
  await operator.payouts.close({ params, body: {} })
}

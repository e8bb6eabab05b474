import type { CaseView } from '../domains/integrity/cases/contract.ts'
import type { Client } from '../client.ts'
import { weighed } from '../domains/integrity/cases/rules.ts'
import { metered } from './agents.ts'
import { rngOf } from './chance.ts'
import { finds, isDishonest, IS_THERE, OPERATOR, READS_MORE, TAKES_IT } from './desk-people.ts'
import { ifRefused, type Office } from './grading.ts'
import { QUESTION, SOURCE } from './scenario.ts'
import { readSource, workOf } from './work.ts'

const MINUTE = 60_000
const SUSPEND_DAYS = 30
const LIMIT_DAYS = 14

/** An hour at the desk: whoever of the three is there answers appeals, decides cases and settles what waits for an expert. */
export async function atDesk(office: Office, hour: number): Promise<void> {
  const { season: s, lane, day } = office
  await learnSubjects(office)
  for (const [i, { key }] of s.deciders.entries()) {
    const rng = rngOf(s.seed, 'desk', day, hour, i)
    if (rng.fraction() >= IS_THERE) continue
    const client = lane.client(key)
    const takes = (what: string) => rngOf(s.seed, 'takes', day, hour, i, what).fraction() < TAKES_IT
    await answerAppeals(office, client, i, takes)
    await decideCases(office, client, i, takes)
    await settleAsExpert(office, client)
    lane.wait(MINUTE)
  }
  // An operator reads what has waited for half of its day: of three, the one who opened a case and the two who decided
  // it may leave nobody to hear its appeal.
  const operator = lane.client(s.operator_key)
  const isLate = (dueAt: string) => new Date(dueAt).getTime() - lane.now().getTime() < 12 * 60 * MINUTE
  await answerAppeals(office, operator, OPERATOR, () => true, isLate)
}

/** Only operators are told whom a case is about; the simulator looks there to know what is true, and tells nobody at the desk. */
export async function learnSubjects(office: Office): Promise<void> {
  const { season: s, lane, memory } = office
  const byAccount = new Map([...s.accounts].map(([n, account]) => [account, n]))
  const operator = lane.client(s.operator_key)
  for (let after: string | undefined; ;) {
    const page = await operator.cases.list({ query: { open: true, limit: 200, ...(after && { after }) } })
    for (const c of page.items) {
      if (memory.subjects[c.case_id] !== undefined) continue
      const n = byAccount.get(c.account_id!)!
      memory.subjects[c.case_id] = n
      memory.told.push(n)
    }
    if (!page.next) return
    after = page.next
  }
}

/** Whether one who looks into this case comes to see that its person does not work honestly. */
function findsIn(office: Office, decider: number, caseId: string): boolean {
  const { season: s, memory } = office
  const n = memory.subjects[caseId]!
  const done = { handed: memory.handed[n]!, reviewed: memory.reviewed[n]! }
  return finds(s.seed, decider, caseId, isDishonest(s.population, s.people[n]!, done))
}

type Takes = (what: string) => boolean

async function answerAppeals(
  office: Office,
  client: Client,
  decider: number,
  takes: Takes,
  isDue: (dueAt: string) => boolean = () => true,
): Promise<void> {
  const { items } = await client.cases.appeals({})
  for (const a of items) {
    if (!a.may_decide || !isDue(a.appeal.due_at) || !takes(a.sanction_id)) continue
    const upheld = !findsIn(office, decider, a.case_id)
    await metered(office.meter, 'desk', () =>
      client.cases.decide_appeal({
        params: { sanction_id: a.sanction_id },
        body: { upheld, answer: upheld ? 'We looked again, and the work is honest.' : 'We looked again and found the same.' }, // prettier-ignore
      }),
    )
    office.lane.wait(MINUTE)
  }
}

async function decideCases(office: Office, client: Client, decider: number, takes: Takes): Promise<void> {
  for (let after: string | undefined; ;) {
    const page = await client.cases.list({ query: { open: true, limit: 200, ...(after && { after }) } })
    for (const c of page.items) {
      if (!c.may_decide || !takes(c.case_id) || office.memory.subjects[c.case_id] === undefined) continue
      await metered(office.meter, 'desk', () => decideOne(office, client, decider, c.case_id))
      office.lane.wait(5 * MINUTE)
    }
    if (!page.next) return
    after = page.next
  }
}

/**
 * What one of the three does with a case: reads it, looks into the work, and acts as the evidence allows. Once two have
 * disagreed, doubt is the person's.
 */
async function decideOne(office: Office, client: Client, decider: number, caseId: string): Promise<void> {
  const params = { case_id: caseId }
  const seen = await client.cases.one({ params })
  const isGuilty = findsIn(office, decider, caseId)
  const say = (body: Parameters<Client['cases']['decide']>[0]['body']) =>
    client.cases.decide({ params, body }).catch(ifRefused('case_own', 'last_operator'))
  if (seen.state === 'proposed') {
    const decided = await say(
      isGuilty
        ? { decision: 'confirm', reason: 'I looked into it and found the same.' }
        : { decision: 'disagree', reason: 'I looked into it and found honest work.' },
    )
    return note(office, decided)
  }
  const isDoubted = seen.opinions.some((o) => o.said === 'disagree')
  if (!isGuilty || isDoubted)
    return note(office, await say({ decision: 'dismiss', reason: 'The work that we read is honest.' }))
  const isAboutWork = seen.evidence.some((kind) => kind !== 'reviews_changed')
  let strengths = weighed(seen.items)
  if (rngOf(office.season.seed, 'reads', decider, caseId).fraction() < READS_MORE) {
    const kind = isAboutWork ? ('work_changed' as const) : ('reviews_changed' as const)
    await client.cases.add_evidence({
      params,
      body: { kind, strength: 'fair', says: 'More of the work was read, and it is the same there.' },
    })
    strengths = [...strengths, 'fair']
  }
  const isHeavy = strengths.includes('strong') || strengths.filter((x) => x === 'fair').length > 1
  if (!isHeavy && seen.suspect_since)
    return note(office, await say({ decision: 'impose', action: 'limit', days: LIMIT_DAYS, reason: REASON }))
  if (isHeavy && isAboutWork) {
    const forfeit = await client.cases
      .decide({ params, body: { decision: 'impose', action: 'forfeit', days: 7, reason: REASON } })
      .catch(ifRefused('nothing_held', 'limit_needs_since'))
    if (forfeit) return note(office, forfeit)
  }
  const action = isHeavy ? ('suspend' as const) : ('warn' as const)
  note(office, await say({ decision: 'impose', action, days: SUSPEND_DAYS, reason: REASON }))
}

const REASON = 'Your work stopped being your own: it says nothing about what it is asked about.'

/** Whom something was done to is told, and looks the same evening. */
function note(office: Office, seen: CaseView | undefined): void {
  const n = seen && office.memory.subjects[seen.case_id]
  if (seen?.state === 'closed' && n !== undefined) office.memory.told.push(n)
}

/** An appeal of rejected work that fresh reviewers did not settle goes to an expert as well. */
async function settleAsExpert(office: Office, client: Client): Promise<void> {
  const { season: s, lane, meter } = office
  const { items: waiting } = await client.reviews.expert_desk({})
  for (const { campaign_id } of waiting) {
    const params = { campaign_id }
    const { items } = await client.reviews.expert_claim({ params, body: {} })
    if (items.length === 0) continue
    lane.wait(MINUTE * items.length)
    for (const { submission_id, answer } of items) {
      const { author, k } = readSource(String(answer[SOURCE]))
      const { good } = workOf(s.population, s.seed, s.people[author]!, k)
      const vote = good ? { approve: true } : { approve: false, reason: 'wrong' as const }
      await metered(meter, 'expert', () =>
        client.reviews
          .record({ params, body: { reviews: [{ submission_id, votes: { [QUESTION]: vote } }] } })
          .catch(ifRefused('already_decided')),
      )
    }
  }
}

import { makeOperatorKey } from '../cli/local-key.ts'
import { inLanes, partsOf } from '../cli/replay/lanes.ts'
import type { Draft } from '../domains/campaigns/contract.ts'
import { openLog } from '../domains/evidence/open-log.ts'
import { SCOPES, type Scope } from '../platform/http/endpoint.ts'
import { CLASSES, makePeople, type Person, type Population, type SimClass } from './crowd.ts'
import type { Lane } from './platform.ts'
import { hireDeciders, signUp, type Member } from './enrol.ts'
import { draftOf, type RuleSet } from './scenario.ts'

/** A campaign of the season, who takes part and with which key. */
export type Field = {
  class: SimClass
  topic: number
  campaign_id: string
  version: number
  people: Person[]
}
export type Season = {
  population: Population
  seed: number
  rules: RuleSet
  people: Person[]
  fields: Field[]
  operator_key: string
  /** QA, under our rules. */
  deciders: Member[]
  keys: Map<number, string>
  /** Sessions of people's browsers, under our rules. */
  cookies: Map<number, string>
  accounts: Map<number, string>
  season_id: string
}

export const START = Date.parse('2026-01-05T00:00:00Z')
export const DAY_MS = 86_400_000
export const dayStart = (day: number): Date => new Date(START + day * DAY_MS)

/** The largest class has campaigns side by side where there are people enough for a panel in each. */
export const topicsFor = (people: number): Record<SimClass, number> => ({
  simple_research: people >= 3_000 ? 2 : 1,
  in_depth_research: 1,
  adversarial: people >= 3_000 ? 4 : 1,
})

/** Sets the season up through the contract: season, people with keys, campaigns paid for and open, everyone joined. */
export async function foundSeason(
  office: Lane,
  p: Population,
  seed: number,
  rules: RuleSet,
  note: (text: string) => void,
): Promise<Season> {
  office.startDay(0, new Date(START - DAY_MS))
  const operator = await makeOperatorKey(office.parts, { name: 'simulator', scopes: SCOPES, hours: undefined })
  const client = office.client(operator.key)
  const season = await client.seasons.create({
    body: {
      name: 'Season 1, simulated',
      starts_at: new Date(START - DAY_MS + 1000).toISOString(),
      ends_at: new Date(START + (p.days + 30) * DAY_MS).toISOString(),
    },
  })
  // The first receipt would make the log with its keys: whichever lane came first would draw other chance in each run.
  await openLog({ ...office.parts, now: office.now() }, season.season_id)
  office.wait(2000)

  const topics = topicsFor(p.people)
  const people = makePeople(p, seed, topics)
  const keys = new Map<number, string>()
  const cookies = new Map<number, string>()
  const accounts = new Map<number, string>()
  const scopes: Scope[] = ['read', 'contribute', 'review', 'account']
  note('people')
  let deciders: Member[] = []
  if (rules === 'ours') {
    deciders = await hireDeciders(office, operator.account_id, seed)
    for (const [n, one] of await signUp(office, people)) {
      keys.set(n, one.key)
      cookies.set(n, one.cookie)
      accounts.set(n, one.account_id)
    }
  } else
    for (const part of partsOf(people, 200)) {
      const made = await client.people.create({ body: { people: part.map(({ handle }) => ({ handle, scopes })) } })
      part.forEach((person, i) => {
        keys.set(person.n, made.items[i]!.api_key)
        accounts.set(person.n, made.items[i]!.account_id)
      })
      office.wait(1000)
    }
  note('campaigns')
  const fields: Field[] = []
  for (const c of CLASSES)
    for (let topic = 0; topic < topics[c]; topic++) {
      const own = people.filter((person) => person.class === c && person.topic === topic)
      const quota = own.reduce((sum, person) => sum + person.volume, 0)
      const draft = draftOf(p, rules, c, topic, quota)
      fields.push(await openField(office, operator, { class: c, topic, people: own }, draft))
    }
  note('joining')
  for (const field of fields) {
    const page = await client.campaigns.page({ params: { campaign_id: field.campaign_id } })
    const adult = field.class === 'adversarial'
    await inLanes(field.people, 1, async (person) => {
      await office.client(keys.get(person.n)!).exams.join({
        params: { campaign_id: field.campaign_id },
        body: { consent_version: page.consent_version, ...(adult && { adult }) },
      })
      office.wait(10)
    })
  }
  await office.jobs(['open_items', 'queue_items', 'measure_lanes', 'sequence_events'])
  return {
    population: p,
    seed,
    rules,
    people,
    fields,
    operator_key: operator.key,
    deciders,
    keys,
    cookies,
    accounts,
    season_id: season.season_id,
  }
}

/** Makes a campaign, pays it in and opens it. */
export async function openField(
  office: Lane,
  operator: { account_id: string; key: string },
  field: Omit<Field, 'campaign_id' | 'version'>,
  draft: Draft,
): Promise<Field> {
  const client = office.client(operator.key)
  const { campaign_id } = await client.campaigns.create({ body: draft })
  const params = { campaign_id }
  for (const { currency, missing_minor } of (await client.campaigns.manage({ params })).budget) {
    const amount_minor = missing_minor
    const reference = `season-${field.class}-${field.topic}`
    await client.ledger.top_up({ body: { requester_id: operator.account_id, currency, amount_minor, reference } })
    await client.campaigns.fund({ params, body: { currency, amount_minor } })
  }
  const opened = await client.campaigns.open({ params, body: {} })
  if (opened.status === 'awaiting_approval')
    await client.campaigns.decide({ params, body: { approved: true, reason: 'Simulated.', version: opened.version } })
  office.wait(1000)
  return { ...field, campaign_id, version: opened.version }
}

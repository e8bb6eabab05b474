import { makeOperatorKey } from '../../cli/local-key.ts'
import type { Client } from '../../client.ts'
import { SCOPES } from '../../platform/http/endpoint.ts'
import { newMemory } from '../agents.ts'
import { CLASSES, type Population, type SimClass } from '../crowd.ts'
import { hireDeciders } from '../enrol.ts'
import type { Jar, Lane } from '../platform.ts'
import { rngOf } from '../chance.ts'
import { CURRENCY, draftOf } from '../scenario.ts'
import { DAY_MS, openField, START, topicsFor, type Field, type Season } from '../season.ts'
import type { Attack, Folk, Member } from './attackers.ts'
import { nothingSpent, type Fault, type World } from './world.ts'

/** What a person may do in a day: many times what an honest one does, and what one of many accounts may do as well. */
export const DAILY_CAPS: Readonly<Record<SimClass, { contribute: number; review: number }>> = {
  simple_research: { contribute: 15, review: 60 },
  in_depth_research: { contribute: 8, review: 40 },
  adversarial: { contribute: 150, review: 150 },
}
/** People and accounts come over so many hours before the first day. */
const JOINING_HOURS = 20
const HOUR = 3_600_000

export type Plan = {
  population: Population
  seed: number
  folk: Folk
  attacks: readonly Attack[]
  days: number
  fault: Fault
}

/** A season with a campaign for each class that has people; all sign up at browsers of their own, in an order of chance. */
export async function foundWorld(lane: Lane, plan: Plan, note: (text: string) => void): Promise<World> {
  const { population: p, seed, folk, days } = plan
  lane.startDay(0, new Date(START - 2 * DAY_MS))
  const operator = await makeOperatorKey(lane.parts, { name: 'simulator', scopes: SCOPES, hours: undefined })
  const client = lane.client(operator.key)
  const made = await client.seasons.create({
    body: {
      name: 'A simulated attack',
      starts_at: new Date(START - 2 * DAY_MS + 1000).toISOString(),
      ends_at: new Date(START + (days + 90) * DAY_MS).toISOString(),
    },
  })
  lane.wait(2000)
  note('people')
  const deciders = await hireDeciders(lane, operator.account_id, seed)
  const season: Season = {
    population: p,
    seed,
    rules: 'ours',
    people: folk.people,
    fields: [],
    operator_key: operator.key,
    deciders,
    keys: new Map(),
    cookies: new Map(),
    accounts: new Map(),
    season_id: made.season_id,
  }
  const w: World = {
    season,
    lane,
    field: new Map(),
    members: folk.members,
    jars: new Map(),
    clients: new Map(),
    memory: newMemory(folk.people.length),
    meter: {},
    spent: new Map(plan.attacks.map((a) => [a, nothingSpent()])),
    clusters: new Map(),
    dusted: new Set(),
    day: 0,
    days,
    fault: plan.fault,
  }
  note('campaigns')
  const topics = topicsFor(p.people)
  for (const c of CLASSES)
    for (let topic = 0; topic < topics[c]; topic++) {
      const people = folk.people.filter((person) => person.class === c && person.topic === topic)
      if (people.length > 0) season.fields.push(await openClass(w, operator, { class: c, topic, people }))
    }
  note('joining')
  for (const m of joiningOrder(seed, folk.members)) {
    await join(w, m)
    lane.wait((JOINING_HOURS * HOUR) / folk.members.length)
  }
  await lane.jobs(['open_items', 'queue_items', 'measure_lanes', 'sequence_events'])
  return w
}

function openClass(
  w: World,
  operator: { account_id: string; key: string },
  field: Omit<Field, 'campaign_id' | 'version'>,
): Promise<Field> {
  const { season: s, days } = w
  const crowd = field.people.reduce((sum, person) => sum + person.volume, 0)
  const others = field.people.filter((person) => person.attack !== undefined).length
  // Enough for everybody on every day: nobody is kept out by somebody else's work.
  const draft = draftOf(s.population, 'ours', field.class, field.topic, crowd + others * days * 8)
  const { contribute, review } = DAILY_CAPS[field.class]
  const caps = { contribute_total: null, contribute_daily: contribute, review_total: null, review_daily: review }
  return openField(w.lane, operator, field, { ...draft, settings: { ...draft.settings, caps } })
}

/** Anybody after anybody else, but whoever is invited after who invites them. */
function joiningOrder(seed: number, members: readonly Member[]): Member[] {
  const mixed = rngOf(seed, 'joining').shuffle([...members])
  const invited = members.filter((m) => m.invited_by !== null)
  return [...mixed.filter((m) => m.invited_by === null), ...invited]
}

async function join(w: World, m: Member): Promise<void> {
  const { season: s, lane } = w
  const { n, handle } = m.person
  const jar: Jar = { cookie: '' }
  w.jars.set(n, jar)
  const browser = lane.browser(jar, m.gear)
  w.clients.set(n, browser)
  const invitation = m.invited_by === null ? undefined : await invitationOf(w, m.invited_by)
  const { terms_version } = await browser.identity.ways({})
  const { account } = await browser.identity.create_with_codes({
    body: { handle, terms_version, adult: true, ...(invitation && { invitation }) },
  })
  lane.wait(40_000)
  await browser.payouts.set_destination({ params: { currency: CURRENCY }, body: { destination: m.wallet } })
  s.accounts.set(n, account.account_id)
  const field = s.fields.find((f) => f.class === m.person.class && f.topic === m.person.topic)!
  w.field.set(n, field)
  const params = { campaign_id: field.campaign_id }
  const page = await browser.campaigns.page({ params })
  const adult = field.class === 'adversarial'
  await browser.exams.join({ params, body: { consent_version: page.consent_version, ...(adult && { adult }) } })
  if (!m.attack) return
  const own = w.members.filter((x) => x.attack === m.attack)
  const isFirst = (of: (x: Member) => string) => own.find((x) => of(x) === of(m)) === m
  const spent = w.spent.get(m.attack)!
  spent.accounts += 1
  spent.networks += isFirst((x) => x.gear.address) ? 1 : 0
  spent.devices += isFirst((x) => `${x.gear.address} ${x.gear.agent}`) ? 1 : 0
  spent.invitations += invitation ? 1 : 0
}

const drafts = new WeakMap<World, Map<number, string>>()

/** Anybody may write a campaign and invite people to it: that is how an account of a tree brings the next. */
async function invitationOf(w: World, inviter: number): Promise<string> {
  const client: Client = w.clients.get(inviter)!
  const own = drafts.get(w) ?? new Map<number, string>()
  drafts.set(w, own)
  if (!own.has(inviter)) {
    const draft = draftOf(w.season.population, 'ours', 'simple_research', 0, 1)
    own.set(inviter, (await client.campaigns.create({ body: draft })).campaign_id)
  }
  const params = { campaign_id: own.get(inviter)! }
  return (await client.invitations.invite({ params, body: { uses: 1, days: 7 } })).token
}

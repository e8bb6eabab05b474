import { ApiError } from '../client.ts'
import { rngOf } from './chance.ts'
import type { Person, Population } from './crowd.ts'
import type { Lane } from './platform.ts'
import { wouldAppeal } from './desk-people.ts'
import { QUESTION, SOURCE } from './scenario.ts'
import type { Field, Season } from './season.ts'
import { readSource, sourceOf, textOf, voteOf, workOf } from './work.ts'

export const BATCH = 50
const SECOND = 1000
const HOUR = 3_600_000

/** What agents remember from day to day. */
export type Memory = {
  /** Pieces handed in and reviews done by each person. */
  handed: number[]
  reviewed: number[]
  /** Work whose author would appeal if it were rejected, by person. */
  minded: Record<number, string[]>
  /** Whom each case that was ever open is about, and who was told of something and has not looked yet. */
  subjects: Record<string, number>
  told: number[]
  /** Why some of a person's money waited when they looked. */
  waited: Record<number, string[]>
  /** How often somebody looked, and how often some of their money waited then. */
  visits: { honest: number; honest_waited: number; others: number; others_waited: number }
}
export const newMemory = (people: number): Memory => ({
  handed: Array.from({ length: people }, () => 0),
  reviewed: Array.from({ length: people }, () => 0),
  minded: {},
  subjects: {},
  told: [],
  waited: {},
  visits: { honest: 0, honest_waited: 0, others: 0, others_waited: 0 },
})

/** What took how long: requests and what they handled, by part of the season. */
export type Meter = Record<string, { requests: number; pieces: number; ms: number }>
export async function metered<T>(
  meter: Meter,
  part: string,
  work: () => Promise<T>,
  pieces: (result: T) => number = () => 1,
): Promise<T> {
  const at = performance.now()
  const result = await work()
  const m = (meter[part] ??= { requests: 0, pieces: 0, ms: 0 })
  m.requests += 1
  m.pieces += pieces(result)
  m.ms += performance.now() - at
  return result
}

const STOPPED = [
  'account_suspended',
  'campaign_not_open',
  'exposure_cap_reached',
  'daily_cap_reached',
  'newcomer_share_reached',
  'quality_share_reached',
  'total_cap_reached',
]
/**
 * Who was stopped by a sanction, whose campaign is over, or who did as much today as anybody may, finds no work; whatever
 * else is refused is a fault here.
 */
export function noneIfStopped(error: unknown): { items: never[] } {
  if (error instanceof ApiError && STOPPED.includes(error.code)) return { items: [] }
  throw error
}

/** On how many of the season's days somebody is there, more for those who do more. */
const daysActive = (volume: number, days: number): number => Math.min(days, Math.max(1, Math.ceil(volume / 25)))

/** How many pieces a person hands in on each day: their season's volume over the days they drew. */
export function dueByDay(p: Population, seed: number, person: Person): number[] {
  const active = daysActive(person.volume, p.days)
  const days = rngOf(seed, 'days', person.n).shuffle(Array.from({ length: p.days }, (_, d) => d))
  const due = Array.from({ length: p.days }, () => 0)
  for (let place = 0; place < active; place++)
    due[days[place]!] =
      Math.floor((person.volume * (place + 1)) / active) - Math.floor((person.volume * place) / active)
  return due
}

export type Stage = { season: Season; field: Field; lane: Lane; memory: Memory; meter: Meter; day: number }

/** Everyone due today takes their batches and hands them in; a batch is worked on for as long as it takes. */
export async function contribute(stage: Stage): Promise<number> {
  const { season: s, field, lane, memory, meter, day } = stage
  const params = { campaign_id: field.campaign_id }
  const due = rngOf(s.seed, 'order', field.campaign_id, day)
    .shuffle(field.people)
    .map((person) => ({ person, left: dueByDay(s.population, s.seed, person)[day] ?? 0 }))
    .filter((d) => d.left > 0)
  let handed = 0
  for (let rest = due; rest.length > 0; rest = rest.filter((d) => d.left > 0)) {
    const held: { person: Person; items: string[] }[] = []
    for (const d of rest) {
      const client = lane.client(s.keys.get(d.person.n)!)
      const body = { count: Math.min(BATCH, d.left) }
      const claimed = await metered(
        meter,
        'claim',
        () => client.assignments.claim_items({ params, body }).catch(noneIfStopped),
        (c) => c.items.length,
      )
      d.left = claimed.items.length === 0 ? 0 : d.left - claimed.items.length
      if (claimed.items.length > 0) held.push({ person: d.person, items: claimed.items.map((i) => i.item_id) })
      lane.wait(SECOND / 10)
    }
    lane.wait(HOUR)
    for (const { person, items } of held) {
      const client = lane.client(s.keys.get(person.n)!)
      const first = memory.handed[person.n]!
      const submissions = items.map((item_id) => {
        const k = memory.handed[person.n]!
        memory.handed[person.n] = k + 1
        const answer = {
          [QUESTION]: textOf(s.population, s.seed, person, k, field.people).text,
          [SOURCE]: sourceOf({ author: person.n, k }),
        }
        return { item_id, answer }
      })
      const made = await metered(
        meter,
        'submit',
        () => client.submissions.submit({ params, body: { submissions } }),
        () => submissions.length,
      )
      if (s.rules === 'ours')
        made.items.forEach((m) => {
          const k = first + items.indexOf(m.item_id)
          if (wouldAppeal(s.population, s.seed, person, k)) (memory.minded[person.n] ??= []).push(m.submission_id)
        })
      handed += submissions.length
      lane.wait(SECOND / 10)
    }
  }
  return handed
}

/** Reviewers of today take batches until nothing is left for them, so many rounds at most. */
export async function review(stage: Stage, rounds: number): Promise<number> {
  const { season: s, field, lane, memory, meter, day } = stage
  const params = { campaign_id: field.campaign_id }
  const reviewers = field.people.filter((person) => person.reviews)
  const byNumber = new Map(field.people.map((person) => [person.n, person]))
  let recorded = 0
  for (let round = 0; round < rounds; round++) {
    const order = rngOf(s.seed, 'reviewers', field.campaign_id, day, round).shuffle(reviewers)
    const held: { person: Person; items: { submission_id: string; source: string }[] }[] = []
    let idle = 0
    for (const person of order) {
      // The queue is empty, or nearly so: a few people in a row found nothing.
      if (idle >= 3) break
      const client = lane.client(s.keys.get(person.n)!)
      const claimed = await metered(
        meter,
        'claim',
        () => client.assignments.claim_reviews({ params, body: { count: BATCH } }).catch(noneIfStopped),
        (c) => c.items.length,
      )
      idle = claimed.items.length === 0 ? idle + 1 : 0
      if (claimed.items.length > 0)
        held.push({
          person,
          items: claimed.items.map((i) => ({ submission_id: i.submission_id, source: String(i.answer[SOURCE]) })),
        })
      lane.wait(SECOND / 10)
    }
    if (held.length === 0) break
    lane.wait(HOUR / 2)
    for (const { person, items } of held) {
      const reviews = items.map(({ submission_id, source }) => {
        const { author, k } = readSource(source)
        const work = workOf(s.population, s.seed, byNumber.get(author)!, k)
        const done = memory.reviewed[person.n]!
        memory.reviewed[person.n] = done + 1
        const vote = voteOf(s.population, s.seed, person, work, done)
          ? { approve: true }
          : { approve: false, reason: 'wrong' as const }
        return { submission_id, votes: { [QUESTION]: vote } }
      })
      const client = lane.client(s.keys.get(person.n)!)
      await metered(
        meter,
        'review',
        () => recordLeft(client, params, reviews),
        (n) => n,
      )
      recorded += reviews.length
      lane.wait(SECOND / 10)
    }
  }
  return recorded
}

type Reviews = Parameters<ReturnType<Lane['client']>['reviews']['record']>[0]['body']['reviews']

/** Hands in a batch; where one of it was decided meanwhile, the rest goes in by itself. */
export async function recordLeft(
  client: ReturnType<Lane['client']>,
  params: { campaign_id: string },
  reviews: Reviews,
): Promise<number> {
  try {
    await client.reviews.record({ params, body: { reviews } })
    return reviews.length
  } catch (error) {
    if (!(error instanceof ApiError) || !['already_decided', 'lease_over'].includes(error.code)) throw error
    if (reviews.length === 1) return 0
    const half = Math.ceil(reviews.length / 2)
    return (
      (await recordLeft(client, params, reviews.slice(0, half))) +
      (await recordLeft(client, params, reviews.slice(half)))
    )
  }
}

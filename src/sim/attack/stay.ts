import { BATCH, metered, noneIfStopped, recordLeft } from '../agents.ts'
import { ApiError } from '../../client.ts'
import { wouldAppeal } from '../desk-people.ts'
import { QUESTION, SOURCE } from '../scenario.ts'
import { answer, appealRejections } from '../visits.ts'
import { readSource, sourceOf, textOf, voteOf, workOf } from '../work.ts'
import type { Doing } from './agenda.ts'
import { ATTACK_RULES } from './attackers.ts'
import { nameOwn, sendDust } from './dust.ts'
import type { Stay } from './plans.ts'
import { browserOf, spends, type World } from './world.ts'

const SECOND = 1000
/** A page that is open asks something of the server at least so often. */
const BEAT_SECONDS = 200

/** One person's stay at their browser: work and reviews, handed in as they are done, and a look at the account. */
export async function* stayOf(w: World, stay: Stay): Doing {
  const m = w.members[stay.n]!
  if (stay.items > 0) yield* contribute(w, stay)
  if (stay.reviews > 0) yield* reviewAll(w, stay)
  if (!stay.visit) return
  yield SECOND * 5
  const before = w.meter.withdraw?.requests ?? 0
  await look(w, stay.n)
  spends(w, m, { claims: (w.meter.withdraw?.requests ?? 0) - before })
}

/** Looks at what is said of them, takes out what they may, and appeals. */
export async function look(w: World, n: number): Promise<void> {
  const m = w.members[n]!
  const { person } = m
  if (m.attack === 'duster') {
    if (await sendDust(w, m)) return
    await nameOwn(w, m)
  }
  const office = { season: w.season, lane: w.lane, memory: w.memory, meter: w.meter, day: w.day }
  const client = browserOf(w, n)
  await answer(office, client, person)
  await appealRejections(office, client, person)
}

/** Waits, and lets the open page ask now and then. */
async function* working(w: World, n: number, seconds: number): Doing {
  for (let left = seconds; left > 0; left -= BEAT_SECONDS) {
    yield SECOND * Math.min(left, BEAT_SECONDS)
    if (left > BEAT_SECONDS) await browserOf(w, n).assignments.my_leases({}).catch(noneIfStopped)
  }
}

async function* contribute(w: World, stay: Stay): Doing {
  const { memory, meter, season: s } = w
  const m = w.members[stay.n]!
  const field = w.field.get(stay.n)!
  const params = { campaign_id: field.campaign_id }
  const client = browserOf(w, stay.n)
  for (let left = stay.items; left > 0;) {
    const claimed = await metered(
      meter,
      'claim',
      () => client.assignments.claim_items({ params, body: { count: Math.min(BATCH, left) } }).catch(noneIfStopped),
      (c) => c.items.length,
    )
    if (claimed.items.length === 0) return
    left -= claimed.items.length
    for (const { item_id } of claimed.items) {
      yield* working(w, stay.n, stay.item_seconds)
      const k = memory.handed[stay.n]!
      const source = sourceOf({ author: stay.n, k })
      const text = textOf(s.population, s.seed, m.person, k, field.people).text
      const submissions = [{ item_id, answer: { [QUESTION]: text, [SOURCE]: source } }]
      const made = await metered(meter, 'submit', () =>
        client.submissions.submit({ params, body: { submissions } }).catch(noneIfStopped),
      )
      if (made.items.length === 0) return
      memory.handed[stay.n] = k + 1
      const byHand = m.attack && ATTACK_RULES[m.attack].by === 'hand'
      spends(w, m, { pieces: 1, minutes: byHand ? stay.item_seconds / 60 : 0 })
      if (wouldAppeal(s.population, s.seed, m.person, k))
        (memory.minded[stay.n] ??= []).push(made.items[0]!.submission_id)
    }
  }
}

async function* reviewAll(w: World, stay: Stay): Doing {
  const { memory, meter, season: s } = w
  const m = w.members[stay.n]!
  const params = { campaign_id: w.field.get(stay.n)!.campaign_id }
  const client = browserOf(w, stay.n)
  const claimed = await metered(
    meter,
    'claim',
    () =>
      client.assignments.claim_reviews({ params, body: { count: Math.min(BATCH, stay.reviews) } }).catch(noneIfStopped),
    (c) => c.items.length,
  )
  const together = Math.max(1, Math.floor(BEAT_SECONDS / stay.review_seconds))
  for (let i = 0; i < claimed.items.length; i += together) {
    const part = claimed.items.slice(i, i + together)
    yield* working(w, stay.n, part.length * stay.review_seconds)
    const reviews = part.map(({ submission_id, answer: given }) => {
      const { author, k } = readSource(String(given[SOURCE]))
      const work = workOf(s.population, s.seed, w.members[author]!.person, k)
      const done = memory.reviewed[stay.n]!
      memory.reviewed[stay.n] = done + 1
      const approve = voteOf(s.population, s.seed, m.person, work, done)
      return { submission_id, votes: { [QUESTION]: approve ? { approve } : { approve, reason: 'wrong' as const } } }
    })
    await metered(
      meter,
      'review',
      () => recordLeft(client, params, reviews).catch(zeroIfStopped),
      (n) => n,
    )
    const byHand = m.attack && ATTACK_RULES[m.attack].by === 'hand'
    spends(w, m, { reviews: part.length, minutes: byHand ? (part.length * stay.review_seconds) / 60 : 0 })
  }
}

const zeroIfStopped = (error: unknown): number => {
  if (error instanceof ApiError) return noneIfStopped(error).items.length
  throw error
}

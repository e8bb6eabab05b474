import { rngOf } from '../chance.ts'
import type { SimClass } from '../crowd.ts'
import { MINUTES } from '../scenario.ts'
import { EVERY_DAYS } from '../visits.ts'
import { ATTACK_RULES, type Attack, type Member } from './attackers.ts'

/** A stay at the browser: when it begins, in minutes of the day, and what is meant to be done in it. */
export type Stay = {
  n: number
  starts: number
  items: number
  reviews: number
  /** Seconds for each piece of work and each review. */
  item_seconds: number
  review_seconds: number
  /** Whether they look at their account and take out what they may. */
  visit: boolean
}

const MORNING = 7 * 60
const LAST_START = 19 * 60 + 20
/** Nobody hands in faster than campaigns allow; a second more than they ask for. */
const LEAST = { item: 61, review: 21 }
const HONEST_MOST_REVIEWS = 30

const spread = (rng: { fraction(): number }, low: number, high: number) => low + (high - low) * rng.fraction()

/** Days on which somebody of the crowd is there: a share of their own of all days, more for those who do more. */
export function crowdDays(seed: number, member: Member, days: number): number[] {
  const { n, volume } = member.person
  const rng = rngOf(seed, 'there', n)
  const count = Math.min(days, Math.max(1, Math.round(days * spread(rng, 0.15, 0.5)), Math.ceil(volume / 25)))
  return rng
    .shuffle(Array.from({ length: days }, (_, d) => d))
    .slice(0, count)
    .sort((a, b) => a - b)
}

/** What one of the crowd does on a day, at an hour of their own, give or take. */
export function crowdStay(seed: number, m: Member, day: number, days: number): Stay | undefined {
  const there = crowdDays(seed, m, days)
  const place = there.indexOf(day)
  if (place < 0) return undefined
  const { n, volume, reviews } = m.person
  const upTo = (k: number) => Math.floor((volume * k) / there.length)
  const habit = spread(rngOf(seed, 'hour', n), MORNING, LAST_START)
  const rng = rngOf(seed, 'stay', n, day)
  const starts = Math.min(LAST_START, Math.max(MORNING, habit + spread(rng, -90, 90)))
  return {
    n,
    starts,
    items: upTo(place + 1) - upTo(place),
    reviews: reviews ? HONEST_MOST_REVIEWS : 0,
    ...secondsOf(m.person.class, spread(rng, 0.8, 1.2)),
    visit: day % EVERY_DAYS === rngOf(seed, 'visits', n).below(EVERY_DAYS) || place === there.length - 1,
  }
}

/** Reviewers still come for some days after the last piece of work was handed in, for what waits and for appeals. */
const REVIEWING_ON = { days: 10, share: 0.4 } as const

/**
 * What somebody does on a day after that, if anything: whoever attacks looks every day whether money has become free,
 * others once a week.
 */
export function lateStay(seed: number, m: Member, day: number, days: number): Stay | undefined {
  const { n, reviews } = m.person
  const rng = rngOf(seed, 'later', n, day)
  const isReviewing = reviews && !m.attack && day < days + REVIEWING_ON.days && rng.fraction() < REVIEWING_ON.share
  const visit = m.attack !== null || day % EVERY_DAYS === rngOf(seed, 'visits', n).below(EVERY_DAYS)
  if (!isReviewing && !visit) return undefined
  const starts = spread(rng, MORNING, LAST_START)
  const reviewsNow = isReviewing ? HONEST_MOST_REVIEWS : 0
  return { n, starts, items: 0, reviews: reviewsNow, ...secondsOf(m.person.class, spread(rng, 0.8, 1.2)), visit }
}

function secondsOf(of: SimClass, pace: number): { item_seconds: number; review_seconds: number } {
  const { contribute, review } = MINUTES[of]
  return {
    item_seconds: Math.max(LEAST.item, Math.round(contribute * 60 * pace)),
    review_seconds: Math.max(LEAST.review, Math.round(review * 60 * pace)),
  }
}

/** Between two stays of a puppeteer: closing one browser and opening another. */
const HAND_OVER = { low: 15, high: 50 }
const PUPPETEER_HOURS = 7

/** What an attacker's accounts do on a day. */
export function attackStays(seed: number, attack: Attack, members: readonly Member[], day: number): Stay[] {
  const rules = ATTACK_RULES[attack]
  const rng = rngOf(seed, 'attack', attack, day)
  const there = rng.shuffle(members.filter(() => rng.fraction() < rules.active))
  const stays = there.map((m) => ({
    n: m.person.n,
    starts: spread(rng, MORNING, LAST_START),
    items: rules.pieces_a_day,
    reviews: rules.reviews_a_day,
    ...secondsOf(m.person.class, rules.pace * spread(rng, 0.9, 1.1)),
    visit: true,
  }))
  return attack === 'puppeteer' ? oneAfterTheOther(stays, rng) : stays
}

/** One pair of hands: each stay begins when the one before is over, until the day is. */
function oneAfterTheOther(stays: Stay[], rng: { fraction(): number }): Stay[] {
  let at = spread(rng, MORNING + 60, MORNING + 240)
  const end = at + PUPPETEER_HOURS * 60
  const out: Stay[] = []
  for (const stay of stays) {
    if (at > end) break
    out.push({ ...stay, starts: at })
    at += lengthOf(stay) / 60 + spread(rng, HAND_OVER.low, HAND_OVER.high) / 60
  }
  return out
}

/** How long a stay lasts if there is work for all of it, in seconds. */
export const lengthOf = (s: Stay): number => s.items * s.item_seconds + s.reviews * s.review_seconds + 10

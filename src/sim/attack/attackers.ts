import { rngOf } from '../chance.ts'
import type { Kind, Person, Population, SimClass } from '../crowd.ts'
import type { Gear } from '../platform.ts'
import { placeCrowd, placeOwn, type Bond } from './gear.ts'

/** Who comes as many, and who works together against the rest. Red-team fraud has a campaign of its own (`red-team.ts`). */
export const ATTACKS = ['farm', 'invite-farm', 'puppeteer', 'cartel', 'duster'] as const
export type Attack = (typeof ATTACKS)[number]

export type AttackRules = {
  says: string
  accounts: number
  /** `one`: a person with many accounts. `many`: people of their own who work together. */
  people: 'one' | 'many'
  /** What the accounts write and how they review what is not their own, in turn. */
  kinds: readonly Kind[]
  places: 'one' | 'each'
  /** So many accounts send their pay to one place. */
  accounts_a_wallet: number
  /** Who does the work: a program that asks a model, or somebody's hands. */
  by: 'script' | 'hand'
  /** Share of an honest person's minutes that a piece of work, or a review, takes. */
  pace: number
  /** On how many of the days an account is at work, and how much it then does. */
  active: number
  pieces_a_day: number
  reviews_a_day: number
  /** `tree`: each account is invited by an earlier one. */
  joins: 'alone' | 'tree'
}

/**
 * The attackers. They know the rules: an account takes on about as many pieces as a newcomer is paid out without audits,
 * does those that pay most, and approves what its own others wrote.
 */
export const ATTACK_RULES: Readonly<Record<Attack, AttackRules>> = {
  farm: {
    says: 'one operator, 40 scripted accounts on one device and network, four places for the pay',
    accounts: 40, people: 'one', kinds: ['bot', 'bot', 'bot', 'bot', 'duplicator'], places: 'one', accounts_a_wallet: 10,
    by: 'script', pace: 0.2, active: 0.9, pieces_a_day: 4, reviews_a_day: 6, joins: 'alone',
  },
  'invite-farm': {
    says: 'one operator, 30 scripted accounts on three networks, each invited by an earlier one, a place for the pay each',
    accounts: 30, people: 'one', kinds: ['bot'], places: 'each', accounts_a_wallet: 1,
    by: 'script', pace: 0.2, active: 0.8, pieces_a_day: 4, reviews_a_day: 6, joins: 'tree',
  },
  puppeteer: {
    says: 'one person, 10 accounts by hand one after the other, a device, network and wallet each, hasty work',
    accounts: 10, people: 'one', kinds: ['low_skill'], places: 'each', accounts_a_wallet: 1,
    by: 'hand', pace: 0.4, active: 0.6, pieces_a_day: 6, reviews_a_day: 8, joins: 'alone',
  },
  cartel: {
    says: '12 people who know each other: half hand in junk, and all approve each other’s when they meet it',
    accounts: 12, people: 'many', kinds: ['sock_puppet', 'low_skill'], places: 'each', accounts_a_wallet: 1,
    by: 'hand', pace: 0.4, active: 0.5, pieces_a_day: 5, reviews_a_day: 20, joins: 'alone',
  },
  duster: {
    says: 'one person with 5 accounts on one device, each of which has a point of its pay sent to an honest person’s place, week after week another’s',
    accounts: 5, people: 'one', kinds: ['bot'], places: 'one', accounts_a_wallet: 1,
    by: 'hand', pace: 0.2, active: 0.6, pieces_a_day: 4, reviews_a_day: 6, joins: 'alone',
  },
} // prettier-ignore

/** Networks that an invite farm rents; its accounts take turns on them. */
const INVITE_NETWORKS = 3

export type Member = {
  person: Person
  /** Whose account it truly is: a name for each person. */
  owner: string
  attack: Attack | null
  gear: Gear
  wallet: string
  bond: Bond
  /** Which member invited this one. */
  invited_by: number | null
}

export type Folk = { members: Member[]; people: Person[] }

/** How many accounts an attacker has, instead of what its rules say: one number for each, or by name. */
export type Accounts = number | Partial<Record<Attack, number>>
const countOf = (attack: Attack, asked: Accounts | undefined): number =>
  (typeof asked === 'number' ? asked : asked?.[attack]) ?? ATTACK_RULES[attack].accounts

const FEWEST = 4
/** Attackers of a size that fits a season: all of their accounts among five hundred people or more, fewer among fewer. */
export const accountsAmong = (people: number): Accounts =>
  Object.fromEntries(
    ATTACKS.map((a) => {
      const { accounts } = ATTACK_RULES[a]
      return [a, Math.min(accounts, Math.max(FEWEST, Math.round((accounts * people) / 500)))]
    }),
  )

/** The crowd, and behind it each attacker's accounts, in the class where cheap work goes furthest. */
export function makeFolk(
  seed: number,
  crowd: readonly Person[],
  p: Population,
  attacks: readonly Attack[],
  asked: { accounts?: Accounts | undefined; class?: SimClass } = {},
): Folk {
  const members: Member[] = crowd.map((person) => ({
    person,
    owner: `p${person.n}`,
    attack: null,
    gear: { address: '', agent: '' },
    wallet: '',
    bond: 'alone',
    invited_by: null,
  }))
  const placed = placeCrowd(seed, crowd)
  for (const m of members) Object.assign(m, placed.get(m.person.n)!)
  for (const attack of attacks) {
    const rules = ATTACK_RULES[attack]
    const count = countOf(attack, asked.accounts)
    const first = members.length
    const allies = new Set(Array.from({ length: count }, (_, i) => first + i))
    for (let i = 0; i < count; i++) {
      const n = first + i
      const kind = rules.kinds[i % rules.kinds.length]!
      const of = asked.class ?? 'simple_research'
      const rng = rngOf(seed, 'attacker', n)
      const place = attack === 'invite-farm' ? i % INVITE_NETWORKS : i
      members.push({
        person: {
          n,
          handle: `s${seed}-p${n}`,
          kind,
          class: of,
          topic: 0,
          skill: p.classes[of].level + p.kinds[kind].offset,
          accuracy: 0.65 + 0.15 * rng.fraction(),
          volume: 0,
          reviews: true,
          other: undefined,
          allies,
          attack,
        },
        owner: rules.people === 'one' ? attack : `${attack}-${i}`,
        attack,
        gear: placeOwn(seed, attack, place, rules.places),
        wallet: `simulated ${attack} ${Math.floor(i / rules.accounts_a_wallet)}`,
        bond: 'alone',
        invited_by: rules.joins === 'tree' && i > 0 ? first + Math.floor((i - 1) / 3) : null,
      })
    }
  }
  return { members, people: members.map((m) => m.person) }
}

import type { Kysely } from 'kysely'
import type { Client } from '../../client.ts'
import type { Config } from '../../platform/config.ts'
import type { DB } from '../../platform/db/tables.ts'
import type { Memory, Meter } from '../agents.ts'
import type { Jar, Lane } from '../platform.ts'
import type { Field, Season } from '../season.ts'
import type { Attack, Member } from './attackers.ts'

/** What attackers spent on what; what it costs is `costs.ts`'s to say. */
export type Spent = {
  accounts: number
  devices: number
  networks: number
  invitations: number
  pieces: number
  reviews: number
  /** Minutes of somebody's hands. */
  minutes: number
  claims: number
  reports: number
  dust: number
}
export const nothingSpent = (): Spent => ({
  accounts: 0, devices: 0, networks: 0, invitations: 0, pieces: 0, reviews: 0, minutes: 0, claims: 0, reports: 0, dust: 0,
}) // prettier-ignore

/** A world in which attackers are among a crowd, all of them at browsers of their own. */
export type World = {
  season: Season
  lane: Lane
  field: Map<number, Field>
  members: Member[]
  jars: Map<number, Jar>
  clients: Map<number, Client>
  memory: Memory
  meter: Meter
  spent: Map<Attack, Spent>
  /** By account: every cluster that it was in. */
  clusters: Map<string, { cluster: string; from: number; until: number | null }[]>
  /** Which account of a duster sent dust in which week. */
  dusted: Set<string>
  day: number
  days: number
  fault: Fault
}
/**
 * For tests: settings of the application that differ, and what is done to the database once links were gathered, and once
 * it was found who belongs together, so that what a rule is for can be seen without it.
 */
export type Fault = {
  config?: Partial<Config>
  gathered?: (db: Kysely<DB>, w: World) => Promise<void>
  spoil?: (db: Kysely<DB>) => Promise<void>
}

/** The browser of one account: the same session, device and network all the time. */
export function browserOf(w: World, n: number): Client {
  let client = w.clients.get(n)
  if (!client) w.clients.set(n, (client = w.lane.browser(w.jars.get(n)!, w.members[n]!.gear)))
  return client
}

export const spends = (w: World, m: Member, what: Partial<Spent>): void => {
  if (!m.attack) return
  const spent = w.spent.get(m.attack)!
  for (const [name, n] of Object.entries(what)) spent[name as keyof Spent] += n
}

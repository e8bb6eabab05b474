import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Memory, Meter } from './agents.ts'
import type { Population } from './crowd.ts'
import type { RuleSet } from './scenario.ts'
import type { Field, Season } from './season.ts'

/**
 * A run as it stood at the end of a virtual day: a copy of its database and what only the simulator knows. Everything
 * else follows from the seed, so a run that goes on from here ends with the digest of one that never stopped.
 */
export type Checkpoint = {
  /** What the run was asked for; another run does not go on from it. */
  options: string
  /** The next day to play. */
  day: number
  /** The database that holds the copy. */
  database: string
  memory: Memory
  meter: Meter
  seconds: number
  fields: Omit<Field, 'people'>[]
  keys: [number, string][]
  cookies: [number, string][]
  accounts: [number, string][]
  operator_key: string
  deciders: Season['deciders']
  season_id: string
}

export const optionsDigest = (o: { population: Population; seed: number; rules: RuleSet }): string =>
  createHash('sha256')
    .update(JSON.stringify([o.population, o.seed, o.rules]))
    .digest('hex')
    .slice(0, 16)

export const readCheckpoint = (file: string): Checkpoint | undefined =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Checkpoint) : undefined

/** Replaces the file in one step, so that a run that is killed meanwhile leaves the one before. */
export function writeCheckpoint(file: string, checkpoint: Checkpoint): void {
  writeFileSync(`${file}.new`, JSON.stringify(checkpoint))
  renameSync(`${file}.new`, file)
}

/** What a checkpoint keeps of a season. */
export const keptOf = (
  s: Season,
): Pick<Checkpoint, 'fields' | 'keys' | 'cookies' | 'accounts' | 'operator_key' | 'deciders' | 'season_id'> => ({
  fields: s.fields.map(({ class: of, topic, campaign_id, version }) => ({ class: of, topic, campaign_id, version })),
  keys: [...s.keys],
  cookies: [...s.cookies],
  accounts: [...s.accounts],
  operator_key: s.operator_key,
  deciders: s.deciders,
  season_id: s.season_id,
})

/** The season again, its people made anew from the seed. */
export function seasonOf(
  c: Checkpoint,
  o: { population: Population; seed: number; rules: RuleSet },
  people: Season['people'],
): Season {
  return {
    ...o,
    people,
    fields: c.fields.map((field) => ({
      ...field,
      people: people.filter((person) => person.class === field.class && person.topic === field.topic),
    })),
    operator_key: c.operator_key,
    deciders: c.deciders,
    keys: new Map(c.keys),
    cookies: new Map(c.cookies),
    accounts: new Map(c.accounts),
    season_id: c.season_id,
  }
}

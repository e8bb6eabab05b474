import Type, { type Static } from 'typebox'
import {
  At,
  declareRefusals,
  endpoint,
  Id,
  listOf,
  nullable,
  obj,
  oneOf,
  Page,
  text,
} from '../../platform/http/endpoint.ts'

export const SEASON_STATES = ['planned', 'running', 'ended', 'closed'] as const

/** What is the same for everybody while a season runs. Frozen when it starts. */
export const SeasonRules = obj({
  /** How long a reward stays frozen before it can be claimed. */
  freeze_days: Type.Integer({ minimum: 0, maximum: 365 }),
  /** The reviews that a campaign asks for unless its requester chooses otherwise. */
  default_policy: obj({
    reviews: obj({ min: Type.Integer({ minimum: 1, maximum: 15 }), max: Type.Integer({ minimum: 1, maximum: 31 }) }),
    audit_double_bps: Type.Integer({ minimum: 0, maximum: 10_000 }),
  }),
  leaderboard: obj({
    /** One point for each submission of the person that was accepted in a campaign of the season. */
    score: oneOf(['accepted_submissions'] as const),
    /** Equal scores share a rank and the next rank is skipped (1, 2, 2, 4); listed by who got there first, then by handle. */
    ties: oneOf(['shared_rank_first_reached_then_handle'] as const),
  }),
  /** What the words in results mean, as they were when the season started. */
  definitions: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }), text(1000, 1)),
})
export type SeasonRules = Static<typeof SeasonRules>

export const Season = obj({
  season_id: Id,
  name: text(100),
  state: oneOf(SEASON_STATES),
  starts_at: At,
  ends_at: At,
  contributor_cap: nullable(Type.Integer()),
  contributors: Type.Integer(),
  rules: SeasonRules,
  frozen_at: nullable(At),
  closed_at: nullable(At),
})
export type Season = Static<typeof Season>

const Place = obj({ season_id: Id })
const Cap = nullable(Type.Integer({ minimum: 1, maximum: 100_000_000 }))

export const seasons = {
  list: endpoint({
    method: 'GET',
    path: '/v1/seasons',
    role: 'public',
    scope: 'read',
    summary: 'Every season, newest first',
    query: obj({ ...Page }),
    result: listOf(Season),
    refusals: [],
  }),
  current: endpoint({
    method: 'GET',
    path: '/v1/seasons/current',
    role: 'public',
    scope: 'read',
    summary: 'The season that runs now',
    result: Season,
    refusals: ['no_season'],
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}',
    role: 'public',
    scope: 'read',
    summary: 'One season and its rules',
    params: Place,
    result: Season,
    refusals: ['season_not_found'],
  }),
  create: endpoint({
    method: 'POST',
    path: '/v1/seasons',
    role: 'operator',
    scope: 'operate',
    summary: 'Plan a season. Rules that are left out take the defaults; no two seasons overlap',
    body: obj({
      name: text(100, 1),
      starts_at: Type.Optional(At),
      ends_at: At,
      contributor_cap: Type.Optional(Cap),
      rules: Type.Optional(Type.Partial(SeasonRules, { additionalProperties: false })),
    }),
    result: Season,
    refusals: ['season_dates', 'season_overlaps', 'season_name_taken'],
  }),
  edit: endpoint({
    method: 'PATCH',
    path: '/v1/seasons/{season_id}',
    role: 'operator',
    scope: 'operate',
    summary: 'Change a planned season; from its start on it is frozen',
    params: Place,
    body: obj({
      name: Type.Optional(text(100, 1)),
      starts_at: Type.Optional(At),
      ends_at: Type.Optional(At),
      contributor_cap: Type.Optional(Cap),
      rules: Type.Optional(Type.Partial(SeasonRules, { additionalProperties: false })),
    }),
    result: Season,
    refusals: ['season_not_found', 'season_frozen', 'season_dates', 'season_overlaps', 'season_name_taken'],
  }),
  close: endpoint({
    method: 'POST',
    path: '/v1/seasons/{season_id}/close',
    role: 'operator',
    scope: 'operate',
    summary: 'End a season for good: no new work is taken; what is leased or submitted is still decided and paid',
    params: Place,
    body: obj({}),
    result: Season,
    refusals: ['season_not_found', 'season_not_started', 'season_closed'],
  }),
  leaderboard: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/leaderboard',
    role: 'public',
    scope: 'read',
    summary: "Who had most work accepted, from the season's events up to until_seq",
    params: Place,
    query: obj({ ...Page, after: Type.Optional(text(300)) }),
    result: obj({
      items: Type.Array(obj({ rank: Type.Integer(), handle: text(100), score: Type.Integer(), reached_at: At })),
      next: nullable(Type.String()),
      until_seq: nullable(Type.String()),
    }),
    refusals: ['season_not_found'],
  }),
  my_place: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/leaderboard/me',
    role: 'person',
    scope: 'read',
    summary: 'My rank and score',
    params: Place,
    result: obj({ rank: nullable(Type.Integer()), score: Type.Integer(), reached_at: nullable(At) }),
    refusals: ['season_not_found'],
  }),
}

export const seasonRefusals = declareRefusals({
  no_season: { status: 404, message: 'No season runs right now. The operator can plan the next one.' },
  season_not_found: { status: 404, message: 'There is no such season.' },
  season_dates: {
    status: 422,
    message: 'A season ends after it starts, and it starts in the future. Choose other dates.',
  },
  season_overlaps: {
    status: 409,
    message: 'These dates overlap with the season "{name}". Close that one first, or choose other dates.',
  },
  season_name_taken: { status: 409, message: 'Another season has this name. Choose a different one.' },
  season_frozen: {
    status: 409,
    message: 'This season has started, so its dates and rules are frozen. Plan the next one instead.',
  },
  season_not_started: { status: 409, message: 'This season has not started. Change its dates instead.' },
  season_closed: { status: 409, message: 'This season is closed already.' },
  season_full: {
    status: 409,
    message: 'This season has all the {cap} contributors it takes. The next season is open to you.',
  },
})

import Type, { type Static } from 'typebox'
import {
  At,
  declareRefusals,
  endpoint,
  Id,
  JsonObject,
  listOf,
  nullable,
  obj,
  Page,
  text,
} from '../../platform/http/endpoint.ts'

const Place = obj({ season_id: Id })
const Size = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: '32 bytes in hex' })
const Note = Type.String({ maxLength: 10_000, description: 'a signed checkpoint (C2SP tlog-checkpoint)' })

export const LogKey = obj({
  /** What other programs check notes with (C2SP signed-note): its name, its id, and the key. */
  verifier_key: text(400),
  /** The same key as it signs checkpoints together with their time (C2SP tlog-cosignature). */
  timed_verifier_key: text(400),
  public_key: Hash,
  created_at: At,
  retires_at: nullable(At),
  /** Which key handed over to this one, and its signature over the handing over. */
  handed_over_by: nullable(Hash),
  handover: nullable(text(200)),
})
export type LogKey = Static<typeof LogKey>

export const PublicLog = obj({
  season_id: Id,
  origin: text(300),
  /** Where checkpoint, tiles and entries are served, below this server's address. */
  prefix: text(100),
  size: Size,
  root: Hash,
  checkpoint: Note,
  signed_at: At,
  /** Time between checkpoints. */
  period_seconds: Type.Integer(),
  keys: Type.Array(LogKey),
  /** Prefixes of logs that this one had to take the place of, oldest first. */
  earlier: Type.Array(text(100)),
})
export type PublicLog = Static<typeof PublicLog>

export const Inclusion = obj({ seq: Size, size: Size, root: Hash, proof: Type.Array(Hash, { maxItems: 64 }) })
export const PublishedEntry = obj({
  ...Inclusion.properties,
  /** The entry's bytes as text: what is hashed. */
  entry: text(65_535),
  checkpoint: Note,
})
export type PublishedEntry = Static<typeof PublishedEntry>

export const SeasonFiles = obj({
  season_id: Id,
  /** The size of the log that the folder holds; a later folder holds more. */
  edition: Size,
  /** Where its files are served, below this server's address; `manifest.json` lists them with their hashes. */
  prefix: text(100),
  manifest_sha256: Hash,
  bytes: Size,
  written_at: At,
})
export type SeasonFiles = Static<typeof SeasonFiles>

const Salted = obj({ salt: text(64), value: JsonObject })
/** An entry that is the caller's, with what only they may open of it. */
export const OwnEntry = obj({
  season_id: Id,
  ...PublishedEntry.properties,
  openings: obj({
    /** The whole event, where the caller did it: `event` of the entry is SHA-256 of the salt and this, canonical. */
    event: nullable(Salted),
    /** Salts of the commitments within it, by name, and what was committed to where it is still kept. */
    content: Type.Array(obj({ name: text(60), salt: text(64), value: Type.Optional(JsonObject) })),
    /** The caller's own lines of pay: each hashes, with its salt, to one of the leaves, and these to `lines` of the entry. */
    pay: nullable(obj({ leaves: Type.Array(text(64)), lines: Type.Array(Salted) })),
  }),
})
export type OwnEntry = Static<typeof OwnEntry>

export const evidence = {
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/evidence',
    role: 'person',
    scope: 'read',
    summary: 'My entries in the public logs, newest first: each with its proof and what only I may open of it',
    query: obj({ after: Page.after, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })) }),
    result: listOf(OwnEntry),
    refusals: [],
    suspended: true,
  }),
  log: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/log',
    role: 'public',
    scope: 'read',
    summary: "A season's public log: its newest checkpoint and the keys that sign it",
    params: Place,
    result: PublicLog,
    refusals: ['log_not_found'],
  }),
  rotate: endpoint({
    method: 'POST',
    path: '/v1/seasons/{season_id}/log/keys',
    role: 'operator',
    scope: 'operate',
    summary: "Give a season's log a new key, which the old one hands over to",
    params: Place,
    body: obj({}),
    result: LogKey,
    refusals: ['log_not_found'],
  }),
  files: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/files',
    role: 'public',
    scope: 'read',
    summary: "A closed season's public folder: where its files are, for recomputing the season with `assay verify`",
    params: Place,
    result: SeasonFiles,
    refusals: ['season_not_found', 'season_files_later', 'season_files_wait'],
  }),
  entry: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/log/entries/{seq}',
    role: 'public',
    scope: 'read',
    summary: 'An entry of the log with its inclusion proof in the newest checkpoint',
    params: obj({ season_id: Id, seq: Size }),
    result: PublishedEntry,
    refusals: ['log_not_found', 'entry_not_published'],
  }),
  consistency: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/log/consistency',
    role: 'public',
    scope: 'read',
    summary: 'The proof that the log at one size continues what it was at an earlier one',
    params: Place,
    query: obj({ from: Size, to: Type.Optional(Size) }),
    result: obj({ from: Size, to: Size, proof: Type.Array(Hash, { maxItems: 128 }) }),
    refusals: ['log_not_found', 'size_not_published'],
  }),
}

export const evidenceRefusals = declareRefusals({
  log_not_found: {
    status: 404,
    message:
      'This season has no public log yet. It begins with the first event of the season, at the next checkpoint; try again then.',
  },
  season_files_later: {
    status: 404,
    message:
      'This season ends on {ends_at}. Its files are published when it is closed and its last campaign is over; its log is public already.',
  },
  season_files_wait: {
    status: 404,
    message:
      'This season was closed on {closed_at}. Its files are published when its last campaign is over and all of it is in the log. Look again in some hours.',
  },
  entry_not_published: {
    status: 404,
    message:
      'The log is published up to entry {size}, not included. Ask for an entry before it, or wait for the next checkpoint.',
  },
  size_not_published: {
    status: 404,
    message: 'The log is published up to {size} entries. Ask for sizes up to that, the earlier one first.',
  },
})

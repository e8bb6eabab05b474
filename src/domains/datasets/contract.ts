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
import { MODES, TaskClass } from '../campaigns/contract.ts'

export const RELEASE_STATES = ['building', 'ready', 'failed'] as const
/** What a building release is doing, in this order. */
export const RELEASE_STEPS = ['select', 'link', 'compare', 'write', 'hash', 'measure', 'finish', 'done'] as const
export type ReleaseStep = (typeof RELEASE_STEPS)[number]

export const ReleaseFile = obj({
  name: text(60),
  bytes: Type.Integer(),
  rows: nullable(Type.Integer({ description: 'records, for files of records' })),
  sha256: text(64),
  media_type: text(60),
})
export type ReleaseFile = Static<typeof ReleaseFile>

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Counts = obj({
  datapoints: Type.Integer(),
  annotations: Type.Integer(),
  /** People in the raw table, under this release's own pseudonyms. */
  workers: Type.Integer(),
  revocations: Type.Integer(),
})
export type ReleaseCounts = Static<typeof Counts>

export const Release = obj({
  campaign_id: Id,
  release_id: Id,
  /** 1, 2, … within the campaign. A number whose building failed is not given again. */
  number: Type.Integer(),
  state: oneOf(RELEASE_STATES),
  /** The release that this one succeeds, and whose withdrawn datapoints it revokes. */
  predecessor_number: nullable(Type.Integer()),
  note: text(2000),
  /** Work decided up to here is in it. */
  cut_at: At,
  created_at: At,
  ready_at: nullable(At),
  published_at: nullable(At),
  /** `total` is 0 while it is not known. */
  progress: obj({ step: oneOf(RELEASE_STEPS), done: Type.Integer(), total: Type.Integer() }),
  error: nullable(text(500)),
  /** SHA-256 of manifest.json, which holds the hash of every other file. */
  content_hash: nullable(Sha256),
  counts: nullable(Counts),
  files: Type.Array(ReleaseFile),
  /** Whether the caller may download its files. */
  may_download: Type.Boolean(),
  /** Of proved prompts: the makers of the targets are told first, and the files are handed out days later. */
  notice: nullable(obj({ days: Type.Integer(), told_at: nullable(At), hands_out_at: nullable(At) })),
  /** Why it cannot be published, as a refusal code; null when it can, or is. */
  publish_refusal: nullable(text(40)),
})
export type Release = Static<typeof Release>

/** What anyone may read of a published release. */
export const PublicRelease = obj({
  campaign_id: Id,
  release_id: Id,
  number: Type.Integer(),
  title: text(200),
  task_class: TaskClass,
  mode: oneOf(MODES),
  language: text(40),
  licences: Type.Array(text(200)),
  published_at: At,
  content_hash: Sha256,
  counts: Counts,
  latest: Type.Boolean(),
})
export type PublicRelease = Static<typeof PublicRelease>

const Place = obj({ campaign_id: Id, release_id: Id })
const FileName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,40}(\\.[a-z]{1,10})$' })

export const releases = {
  create: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/releases',
    role: 'requester',
    scope: 'campaigns',
    summary: 'Release the accepted work as of now: an immutable, content-hashed dataset, built in the background',
    params: obj({ campaign_id: Id }),
    body: obj({
      note: Type.Optional(Type.String({ maxLength: 2000, description: 'what this release is, for its card' })),
    }),
    result: Release,
    refusals: ['campaign_not_found', 'restricted_data_needed', 'release_empty', 'release_building'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/releases',
    role: 'person',
    scope: 'read',
    summary: "A campaign's releases, newest first",
    params: obj({ campaign_id: Id }),
    query: obj({ ...Page }),
    result: listOf(Release),
    refusals: ['campaign_not_found', 'release_not_yours'],
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}',
    role: 'person',
    scope: 'read',
    summary: 'One release: how far it is, then its files and hashes',
    params: Place,
    result: Release,
    refusals: ['release_not_found', 'release_not_yours'],
  }),
  download: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/files/{name}',
    role: 'public',
    scope: 'read',
    answer: 'stream',
    summary:
      'A file of a release. Published ones are for everyone; of restricted campaigns only for people with the right to restricted data',
    params: obj({ ...Place.properties, name: FileName }),
    result: Type.String({ description: 'the bytes of the file' }),
    refusals: [
      'release_not_found',
      'release_not_yours',
      'restricted_data_needed',
      'release_not_ready',
      'file_not_found',
      'notice_needed',
      'notice_running',
    ],
  }),
  give_notice: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/notice',
    role: 'requester',
    scope: 'campaigns',
    summary: 'Say that the makers of the targets were told what a release holds; its files are handed out days later',
    params: Place,
    body: obj({ told: text(1000, 3) }),
    result: Release,
    refusals: ['release_not_found', 'release_not_ready', 'notice_not_needed'],
  }),
  publish: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/publish',
    role: 'requester',
    scope: 'campaigns',
    summary: 'Open a finished release to everyone, where the licence that contributors agreed to allows it',
    params: Place,
    body: obj({}),
    result: Release,
    refusals: [
      'release_not_found',
      'release_not_ready',
      'restricted_not_public',
      'licence_not_open',
      'personal_data_not_public',
      'acceptance_open',
      'acceptance_failed',
    ],
  }),
  published: endpoint({
    method: 'GET',
    path: '/v1/datasets',
    role: 'public',
    scope: 'read',
    summary: 'Published releases, newest first; of one season if it is named',
    query: obj({ ...Page, season_id: Type.Optional(Id) }),
    result: listOf(PublicRelease),
    refusals: [],
  }),
  page: endpoint({
    method: 'GET',
    path: '/v1/datasets/{campaign_id}/{number}',
    role: 'public',
    scope: 'read',
    summary: 'A published release as anyone sees it: its card, files, hashes and revocations',
    params: obj({ campaign_id: Id, number: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }),
    result: obj({
      ...PublicRelease.properties,
      cut_at: At,
      predecessor_number: nullable(Type.Integer()),
      /** The dataset card, Markdown without its front matter. */
      card: Type.String(),
      files: Type.Array(ReleaseFile),
      /** A newer published release, which lists what was withdrawn from this one. */
      successor_number: nullable(Type.Integer()),
    }),
    refusals: ['release_not_found'],
  }),
}

export const datasetRefusals = declareRefusals({
  notice_needed: {
    status: 409,
    message:
      'These prompts work on models that others run. Tell their makers first, then record that here; the files are handed out {days} days later.',
  },
  notice_running: {
    status: 409,
    message: 'The makers of the models were told, and have until {until}. The files are handed out then.',
  },
  notice_not_needed: { status: 409, message: 'Nobody has to be told of this release: its files are there already.' },
  release_empty: {
    status: 409,
    message:
      'There is no accepted work that is final yet, so a release would be empty. Work becomes final when its time for revision and appeal is over.',
  },
  release_building: { status: 409, message: 'Release {number} is still being built. Wait for it, then ask again.' },
  release_not_found: { status: 404, message: 'There is no such release that you may see.' },
  release_not_yours: {
    status: 403,
    message: "Releases that are not published are for the campaign's requester and the operators.",
  },
  restricted_data_needed: {
    status: 403,
    message: "This campaign's data is restricted. Ask an operator for the right to restricted data.",
  },
  release_not_ready: { status: 409, message: 'This release is not finished ({state}). Its page shows how far it is.' },
  file_not_found: { status: 404, message: 'This release has no file of that name. manifest.json lists them all.' },
  restricted_not_public: {
    status: 409,
    message: 'Restricted and adversarial data is never published. People with the right to it can download it.',
  },
  acceptance_open: {
    status: 409,
    message: 'What is claimed about this release is still being audited. It can be published when that is proved.',
  },
  acceptance_failed: {
    status: 409,
    message:
      'The audits did not prove what was claimed about this release, so it is not published. Improve the work and make a new release.',
  },
  licence_not_open: {
    status: 409,
    message:
      'Contributors agreed to the licence "{licence}", which is not known to allow publishing. Share the files with whom it allows.',
  },
  personal_data_not_public: {
    status: 409,
    message:
      'This task asked for personal data, so its release is not published. Share the files with whom contributors agreed to.',
  },
})

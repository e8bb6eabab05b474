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

export const ACCEPTANCE_STATES = ['open', 'proved', 'failed', 'withdrawn'] as const
export const ACCEPTANCE_ENDS = ['proved', 'refuted', 'spent', 'withdrawn'] as const

const Share = Type.String({ description: 'a share as a decimal from 0 to 1 with six places' })
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** A share that a person asks for. */
const Wanted = Type.String({ pattern: '^0\\.[0-9]{1,6}$', description: 'a share between 0 and 1, such as 0.95' })
const Place = obj({ campaign_id: Id, release_id: Id })
const Terms = {
  at_least: Wanted,
  /** 0.95 when not given. */
  confidence: Type.Optional(Wanted),
}
const MaxAudits = { minimum: 1, maximum: 50_000 }

const Both = obj({ low: Share, high: Share })
const FIGURES = {
  /** Pieces of the lot, audited ones, and those of them that are right. */
  lot: Type.Integer(),
  n: Type.Integer(),
  right: Type.Integer(),
  precision: nullable(Share),
  /** Holds however often one looks: at most so many pieces of the lot are wrong; at least this share is right, graders' disagreement taken off. */
  anytime: obj({ wrong_at_most: Type.Integer(), right_at_least: Share }),
  /** 95 %, for one look at a size fixed beforehand. */
  clopper_pearson: Both,
  wilson: Both,
}
export const Figures = obj(FIGURES)

/** What a certificate says. Canonical JSON of it is what is signed. */
export const Certificate = obj({
  format: Type.Literal('assay-certificate'),
  format_version: Type.Literal(1),
  method: text(40),
  certificate_id: Id,
  certified_at: At,
  installation_id: text(40),
  release: obj({
    campaign_id: Id,
    release_id: Id,
    number: Type.Integer(),
    title: text(200),
    content_hash: Sha256,
    datapoints: Type.Integer(),
  }),
  claim: obj({ at_least: Share, confidence: Share, alpha: Share }),
  statement: text(2000),
  sampling: obj({
    plan_id: Id,
    seed: text(20),
    /** Hash of the audited datapoints' names in the order of the draw. */
    draw_hash: Sha256,
    max_audits: Type.Integer(),
    audits: Type.Integer(),
    started_at: At,
    ended_at: At,
    /** Claims about earlier releases of this campaign, and how they ended. */
    earlier_claims: Type.Array(obj({ release_number: Type.Integer(), state: oneOf(ACCEPTANCE_STATES) })),
  }),
  grading: obj({
    double_bps: Type.Integer(),
    graded: Type.Integer(),
    doubles: Type.Integer(),
    disagreements: Type.Integer(),
    found_wrong: Type.Integer(),
    unresolved: Type.Integer(),
    ungraded: Type.Integer(),
    disagreement: nullable(Share),
    /** Added to the share of wrong pieces for what graders overlook; and what the doubles cannot rule out. */
    allowance: Share,
    allowance_at_most: Share,
  }),
  precision: Figures,
  /** By the answer to the campaign's first choice, where it has one. */
  by_class: nullable(obj({ question: text(40), classes: Type.Array(obj({ class: text(200), ...FIGURES })) })),
  audit_log: obj({ name: text(60), lines: Type.Integer(), sha256: Sha256 }),
})
export type Certificate = Static<typeof Certificate>
export const Signed = obj({
  certificate: Certificate,
  signature: obj({
    algorithm: Type.Literal('Ed25519'),
    key_id: text(32),
    public_key: Type.String({ description: '32 bytes in base64' }),
    value: Type.String({ description: 'of the canonical JSON of `certificate`, in base64' }),
  }),
})
export type Signed = Static<typeof Signed>

export const Look = obj({
  n: Type.Integer(),
  wrong: Type.Integer(),
  right_at_least: Share,
  at: At,
})
/** A claim about a release and how far it is. */
export const Acceptance = obj({
  campaign_id: Id,
  release_id: Id,
  release_number: Type.Integer(),
  title: text(200),
  state: oneOf(ACCEPTANCE_STATES),
  why: nullable(oneOf(ACCEPTANCE_ENDS)),
  note: text(2000),
  at_least: Share,
  confidence: Share,
  plan_id: Id,
  lot: Type.Integer(),
  max_audits: Type.Integer(),
  double_bps: Type.Integer(),
  started_at: At,
  ended_at: nullable(At),
  /** Read in the order of the draw; graded ahead of that order. */
  audits: Type.Integer(),
  graded_ahead: Type.Integer(),
  wrong: Type.Integer(),
  doubles: Type.Integer(),
  disagreements: Type.Integer(),
  right_at_least: Share,
  /** Audits altogether if as much is wrong as was found so far; before any, if a fifth of the limit is. */
  expected_audits: nullable(Type.Integer()),
  looks: Type.Array(Look),
})
export type Acceptance = Static<typeof Acceptance>

const Outlook = obj({
  campaign_id: Id,
  release_id: Id,
  release_number: Type.Integer(),
  title: text(200),
  lot: Type.Integer(),
  at_least: Share,
  confidence: Share,
  max_audits: Type.Integer(),
  double_bps: Type.Integer(),
  least_audits: Type.Integer(),
  /** For several numbers of wrong pieces in the lot. */
  expected: Type.Array(
    obj({
      wrong: Type.Integer(),
      wrong_share: Share,
      audits_mean: Type.String(),
      audits_90: Type.Integer(),
      /** Probability that it ends proved. */
      proved: Type.String(),
    }),
  ),
  /** Grades for one audit: more than one, because some are graded twice. */
  grades_per_audit: Type.String(),
  /** The middle of what grades of this campaign took so far. */
  seconds_per_grade: nullable(Type.Integer()),
})

const LOOK = ['release_not_found', 'release_not_yours'] as const
export const certificates = {
  list: endpoint({
    method: 'GET',
    path: '/v1/acceptances',
    role: 'qa',
    scope: 'audit',
    summary: 'Finished releases of campaigns that peers review, newest first, and what is claimed about each',
    query: obj({ ...Page }),
    result: listOf(
      obj({
        campaign_id: Id,
        release_id: Id,
        release_number: Type.Integer(),
        title: text(200),
        datapoints: Type.Integer(),
        ready_at: At,
        state: nullable(oneOf(ACCEPTANCE_STATES)),
        at_least: nullable(Share),
        audits: Type.Integer(),
        may_start: Type.Boolean(),
      }),
    ),
    refusals: [],
  }),
  outlook: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/acceptance/outlook',
    role: 'qa',
    scope: 'audit',
    summary: 'How many audits a claim about a release will take, before it is begun',
    params: Place,
    query: obj({
      ...Terms,
      max_audits: Type.Optional(Type.Integer(MaxAudits)),
      double_bps: Type.Optional(Type.Integer({ minimum: 1000, maximum: 10_000 })),
    }),
    result: Outlook,
    refusals: ['release_not_found', 'release_not_ready', 'acceptance_out_of_reach'],
  }),
  start: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/acceptance',
    role: 'qa',
    scope: 'audit',
    summary:
      'Claim that at least so much of a release is right, and begin to audit it in a drawn order until that is proved or not',
    params: Place,
    body: obj({
      ...Terms,
      max_audits: Type.Optional(Type.Integer(MaxAudits)),
      /** At least a tenth is graded twice. */
      double_bps: Type.Optional(Type.Integer({ minimum: 1000, maximum: 10_000 })),
    }),
    result: Acceptance,
    refusals: [
      'release_not_found',
      'release_not_ready',
      'acceptance_out_of_reach',
      'acceptance_begun',
      'release_incomplete',
    ],
  }),
  withdraw: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/acceptance/withdraw',
    role: 'qa',
    scope: 'audit',
    summary: 'Give up an open claim, for good and on the record',
    params: Place,
    body: obj({ note: Type.String({ minLength: 1, maxLength: 2000 }) }),
    result: Acceptance,
    refusals: ['release_not_found', 'acceptance_not_found', 'acceptance_over'],
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/acceptance',
    role: 'person',
    scope: 'read',
    summary: 'What is claimed about a release, how far its audits are, and what they prove so far',
    params: Place,
    result: Acceptance,
    refusals: [...LOOK, 'acceptance_not_found'],
  }),
  certify: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/certify',
    role: 'qa',
    scope: 'audit',
    summary: 'Look at the grades now; when they prove the claim, the release has its certificate',
    params: Place,
    body: obj({}),
    result: Acceptance,
    refusals: ['release_not_found', 'acceptance_not_found'],
  }),
  certificate: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/certificate',
    role: 'public',
    scope: 'read',
    summary: 'The signed certificate of a release; of published ones for everyone',
    params: Place,
    result: Signed,
    refusals: [...LOOK, 'restricted_data_needed', 'certificate_not_found'],
  }),
  file: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/certificate/{name}',
    role: 'public',
    scope: 'read',
    answer: 'stream',
    summary: 'The certificate, or the log of its audits, as a file to keep beside the data',
    params: obj({ ...Place.properties, name: oneOf(['certificate.json', 'audit-log.jsonl'] as const) }),
    result: Type.String({ description: 'the bytes of the file' }),
    refusals: [...LOOK, 'restricted_data_needed', 'certificate_not_found'],
  }),
  key: endpoint({
    method: 'GET',
    path: '/v1/certificates/key',
    role: 'public',
    scope: 'read',
    summary: 'The public key with which this installation signs certificates',
    result: obj({
      algorithm: Type.Literal('Ed25519'),
      key_id: text(32),
      public_key: Type.String({ description: '32 bytes in base64' }),
      pem: Type.String(),
      created_at: At,
    }),
    refusals: ['no_key_yet'],
  }),
}

export const certificateRefusals = declareRefusals({
  acceptance_not_found: { status: 404, message: 'Nothing is claimed about this release. A QA lead can begin a claim.' },
  acceptance_begun: {
    status: 409,
    message:
      'A claim about this release was begun before, and each is tried once: trying until it holds would prove nothing. Make a new release to claim again.',
  },
  acceptance_over: { status: 409, message: 'This claim is over ({state}). What it found stays.' },
  acceptance_out_of_reach: {
    status: 422,
    message:
      'Not even {max_audits} audits without a mistake would prove this for {lot} datapoints. Claim less, or allow more audits.',
  },
  release_incomplete: {
    status: 409,
    message:
      'Work of this release was erased while it was built, so its lot cannot be drawn exactly. Make a new release and claim about that.',
  },
  certificate_not_found: { status: 404, message: 'This release has no certificate.' },
  no_key_yet: {
    status: 404,
    message: 'No certificate was signed here yet, so there is no key. The first one makes it.',
  },
})

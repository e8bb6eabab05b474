import Type, { type Static } from 'typebox'
import { At, CurrencyCode, endpoint, Id, Minor, nullable, obj, oneOf, text } from '../../../platform/http/endpoint.ts'
import {
  ACTIONS,
  CASE_STATES,
  CasePlace,
  ENDINGS,
  EvidenceKind,
  OUTCOMES,
  SAID,
  Sanction,
  STRENGTHS,
} from '../cases/contract.ts'
import { Waiting } from '../standing/contract.ts'

/** What a sanction usually lasts, in days, where nobody says otherwise. */
export const USUAL_DAYS: Readonly<Record<(typeof ACTIONS)[number], number>> = {
  warn: 90,
  limit: 14,
  hold: 7,
  suspend: 30,
  forfeit: 7,
}
/** Who did what stands in a case's trail: a program, somebody of QA or an operator, its person, or time itself. */
export const ACTORS = ['signal', 'qa', 'operator', 'person', 'time'] as const
export const STEPS = [
  'case_opened',
  'case_evidence_added',
  'case_waits',
  'case_stated',
  'case_opinion',
  'sanctioned',
  'sanction_ended',
  'sanction_appealed',
  'sanction_appeal_decided',
  'case_closed',
] as const

const Action = oneOf(ACTIONS)
const Strength = oneOf(STRENGTHS)
const Node = obj({
  number: Type.Integer(),
  /** The person of the case. */
  is_subject: Type.Boolean(),
  in_cluster: Type.Boolean(),
  /** Only operators are told. */
  account_id: nullable(Id),
  handle: nullable(text(100)),
})
const Link = obj({
  a: Type.Integer(),
  b: Type.Integer(),
  /** Of all kinds together, each family counted up to its cap. */
  strength: Strength,
  /** How many times likelier this is of one person than of two strangers; as a power of ten, in hundredths. */
  odds_log10_hundredths: Type.Integer(),
  kinds: Type.Array(
    obj({
      kind: text(60),
      family: text(40),
      strength: Strength,
      odds_log10_hundredths: Type.Integer(),
      times: Type.Integer(),
      seen_first: At,
      seen_last: At,
      expires_at: At,
    }),
  ),
})
const Graph = obj({
  nodes: Type.Array(Node),
  links: Type.Array(Link),
  /** How many accounts are linked but not drawn; the strongest are. */
  left_out: Type.Integer(),
  /** Operators can open the cluster. */
  cluster_id: nullable(Id),
})
export type Graph = Static<typeof Graph>
export type GraphLink = Static<typeof Link>

const Effect = obj({
  action: Action,
  days: Type.Integer(),
  /** What the caller's word would do now; null where it is refused. */
  next: nullable(oneOf(['impose', 'propose', 'confirm'] as const)),
  refusal: nullable(
    obj({
      code: text(60),
      message: text(400),
      detail: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
    }),
  ),
  takes_two: Type.Boolean(),
  ends_at: At,
  appeal_until: At,
  /** By currency, in minor units; null for those who are not told what people have. */
  money: nullable(
    Type.Array(
      obj({
        currency: CurrencyCode,
        scale: Type.Integer(),
        /** Of what is free to take: what waits, and what does not. */
        waits_minor: Minor,
        free_minor: Minor,
        waits_until: nullable(At),
        /** Held for its audits and taken when the sanction's days are over; nothing unless it is a forfeiture. */
        taken_minor: Minor,
      }),
    ),
  ),
  /** Work in hand that cannot be handed in meanwhile, and when the last of it runs out. */
  leases: Type.Integer(),
  leases_until: nullable(At),
  /** How many could be the second person, and at least how many would be left to answer an appeal. */
  confirmers: Type.Integer(),
  answerers: Type.Integer(),
})
const Preview = obj({
  case_id: Id,
  as_of: At,
  /** Others of the same cluster: none of them is touched by what is decided here. */
  others: Type.Integer(),
  items: Type.Array(Effect),
  next: Type.Null(),
})
export type Preview = Static<typeof Preview>
export type Effect = Static<typeof Effect>

const Step = obj({
  kind: oneOf(STEPS),
  evidence: Type.Array(EvidenceKind),
  strength: nullable(Strength),
  said: nullable(oneOf(SAID)),
  action: nullable(Action),
  until: nullable(At),
  provisional: nullable(Type.Boolean()),
  outcome: nullable(oneOf(OUTCOMES)),
  why: nullable(oneOf(ENDINGS)),
  upheld: nullable(Type.Boolean()),
  overdue: nullable(Type.Boolean()),
  waits: nullable(Type.Boolean()),
  /** What was written with it. */
  says: nullable(text(2000)),
})
const TrailEntry = obj({
  at: At,
  by: oneOf(ACTORS),
  /** The name that this person has in the product; the person of the case has none here. */
  who: nullable(text(100)),
  steps: Type.Array(Step),
})
export type TrailEntry = Static<typeof TrailEntry>
export type TrailStep = Static<typeof Step>

const OwnCaseWhole = obj({
  case_id: Id,
  state: oneOf(CASE_STATES),
  outcome: nullable(oneOf(OUTCOMES)),
  opened_at: At,
  closed_at: nullable(At),
  evidence: Type.Array(EvidenceKind),
  /** Pay for work since then waits; null: nothing waits because of this case. */
  suspect_since: nullable(At),
  decide_by: At,
  statement: nullable(text(2000)),
  stated_at: nullable(At),
  waiting: Type.Array(Waiting),
  sanctions: Type.Array(Sanction),
})
export type OwnCaseWhole = Static<typeof OwnCaseWhole>

const DESK = { method: 'GET', role: 'qa', scope: 'audit', params: CasePlace } as const

/** What those who decide look at beside the evidence, and what the person of the case sees. */
export const caseDesk = {
  graph: endpoint({
    ...DESK,
    path: '/v1/cases/{case_id}/graph',
    summary: 'Whom links join the person of a case to, numbered; names are for operators',
    result: Graph,
    refusals: ['case_not_found', 'case_own'],
  }),
  preview: endpoint({
    ...DESK,
    path: '/v1/cases/{case_id}/preview',
    summary: 'What each sanction would do now, and to whom, by the rules that would then act; changes nothing',
    query: obj({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })) }),
    result: Preview,
    refusals: ['case_not_found', 'case_own'],
  }),
  trail: endpoint({
    ...DESK,
    path: '/v1/cases/{case_id}/trail',
    summary: 'Everything that happened in a case, in order: one entry for each time that somebody acted',
    result: obj({ items: Type.Array(TrailEntry), next: Type.Null() }),
    refusals: ['case_not_found', 'case_own'],
  }),
  seen: endpoint({
    ...DESK,
    path: '/v1/cases/{case_id}/own-view',
    summary: 'What the person of the case reads of it at this moment; QA read it without amounts',
    result: OwnCaseWhole,
    refusals: ['case_not_found', 'case_own'],
  }),
  open_for_members: endpoint({
    method: 'POST',
    path: '/v1/operator/clusters/{cluster_id}/cases',
    role: 'operator',
    scope: 'operate',
    summary:
      'Open a case about each of these members of a cluster, with what joins it as evidence; each is decided alone',
    params: obj({ cluster_id: Id }),
    body: obj({
      account_ids: Type.Array(Id, { minItems: 1, maxItems: 50, uniqueItems: true }),
      why: text(1000, 10),
    }),
    result: obj({
      items: Type.Array(obj({ account_id: Id, case_id: Id, is_new: Type.Boolean() })),
      next: Type.Null(),
    }),
    refusals: ['cluster_not_found', 'not_in_cluster', 'case_own', 'case_declared', 'person_not_found', 'person_erased'],
  }),
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/cases/{case_id}',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: 'A case about me, open or closed: kinds of evidence in words, what waits, what was decided, how to appeal',
    params: CasePlace,
    result: OwnCaseWhole,
    refusals: ['case_not_found'],
  }),
}

import Type, { type Static } from 'typebox'
import { Routing } from './routing/contract.ts'
import {
  Amount,
  At,
  CurrencyCode,
  Id,
  JsonObject,
  Minor,
  nullable,
  obj,
  oneOf,
  text,
} from '../../platform/http/endpoint.ts'
import { GroupQuota } from '../groups/contract.ts'
import { Consent, Form, Instructions } from '../templates/contract.ts'
import { PayParts } from './pay/contract.ts'
import { Checks } from './checks/contract.ts'
import { RedTeam } from './red-team/contract.ts'

export const TASK_CLASSES = ['simple_research', 'in_depth_research', 'adversarial', 'labelling'] as const
export const MODES = ['review', 'redundancy'] as const
export const DIFFICULTIES = ['beginner', 'intermediate', 'advanced', 'expert'] as const
export const CAMPAIGN_STATES = [
  'draft',
  'awaiting_approval',
  'pilot',
  'open',
  'paused',
  'closing',
  'closed',
  'cancelled',
] as const

/** Prices in one currency; a dual-reward campaign has two of these. */
export const Price = obj({
  currency: CurrencyCode,
  /** For an accepted submission (in redundancy mode: an answer that agrees with the inferred one). */
  contribute_minor: Minor,
  /** For a review, whatever it says; with `reviewer_pay`, what a usual honest one earns in all. */
  review_minor: Minor,
  /** On top of an accepted submission, in basis points, for people over the bonus benchmark. */
  bonus_bps: Type.Integer({ minimum: 0, maximum: 10_000 }),
})
const Seconds = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum })
const Cap = nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 }))

/**
 * How votes become a decision. `majority`: of the least number of reviews, more on a split. `adaptive`: as many reviews as
 * the doubt is worth, by what a right answer is worth to the requester and what a wrong one costs, in the currency of the
 * first price.
 */
export const Policy = Type.Union([
  obj({ kind: Type.Literal('majority') }),
  obj({
    kind: Type.Literal('adaptive'),
    good_value_minor: Minor,
    bad_cost_minor: Minor,
    /** Whether what doubt is left goes to an expert while that is worth it; absent: yes. */
    ask_expert: Type.Optional(Type.Boolean()),
  }),
])
export type Policy = Static<typeof Policy>

/**
 * Models that give submissions their vote beside people's: the built-in classifier, the operator's endpoint, or both. The
 * endpoint is asked at most so often, or for so many tokens, in the whole campaign; a token cap may be passed by what is
 * asked at that moment.
 */
export const ModelVotes = obj({
  builtin: Type.Optional(Type.Boolean()),
  endpoint: Type.Optional(Type.Boolean()),
  /** What the model is told to look for, besides the instructions. */
  rubric: Type.Optional(text(8000)),
  max_calls: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  max_tokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 })),
})
export type ModelVotes = Static<typeof ModelVotes>

/** Everything about pay and policy that a version fixes. A submission is judged by its own version's settings. */
export const Settings = obj({
  prices: Type.Array(Price, { minItems: 1, maxItems: 4 }),
  /** Who gets the bonus: enough decided work in this campaign, of which enough was accepted. */
  bonus_benchmark: nullable(
    obj({
      min_decided: Type.Integer({ minimum: 1, maximum: 50 }),
      accepted_bps: Type.Integer({ minimum: 0, maximum: 10_000 }),
    }),
  ),
  ...PayParts,
  /** Review mode: reviews before a decision, and at most; then an expert decides. Odd minimum avoids splits. */
  reviews: obj({ min: Type.Integer({ minimum: 1, maximum: 15 }), max: Type.Integer({ minimum: 1, maximum: 31 }) }),
  /** Absent: a majority. */
  policy: Type.Optional(Policy),
  /** Absent: no model is asked. */
  model_votes: Type.Optional(ModelVotes),
  /** Review mode: what is checked before people look. Absent: nothing. */
  checks: Type.Optional(Checks),
  /** Adversarial work in review mode: how prompts are proved to work before people judge the rest. */
  red_team: Type.Optional(RedTeam),
  /** Review mode: what share of what reviewers get is work whose answer is known. Absent: none. */
  gold: Type.Optional(
    obj({
      share_bps: Type.Integer({ minimum: 1, maximum: 1000 }),
      /** How many people may see one piece; absent: 3. Restricted work is shown once. */
      max_uses: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
    }),
  ),
  /** Shares of the work that people of one group may give at most, by what they said of themselves. Absent: any. */
  group_quotas: Type.Optional(Type.Array(GroupQuota, { maxItems: 60 })),
  /** Work is shared out by what people have shown; absent: to all alike. */
  routing: Type.Optional(Routing),
  /** Redundancy mode: answers for each item, and at most when they disagree. */
  redundancy: obj({ min: Type.Integer({ minimum: 1, maximum: 31 }), max: Type.Integer({ minimum: 1, maximum: 63 }) }),
  /** Submissions that an item may take in all, refused ones and revisions included: what makes the worst case finite. */
  attempts_per_item: Type.Integer({ minimum: 1, maximum: 20 }),
  lease_seconds: Seconds(60, 7 * 86_400),
  revision_seconds: Seconds(0, 30 * 86_400),
  decision_deadline_seconds: Seconds(60, 90 * 86_400),
  min_seconds_contribute: Seconds(0, 86_400),
  min_seconds_review: Seconds(0, 86_400),
  batch_size: Type.Integer({ minimum: 1, maximum: 50 }),
  caps: obj({ contribute_total: Cap, contribute_daily: Cap, review_total: Cap, review_daily: Cap }),
  /** Small campaigns and pilots: who qualifies contributes and reviews at once (never their own work). */
  may_do_both: Type.Optional(Type.Boolean()),
})
export type Settings = Static<typeof Settings>
export type Price = Static<typeof Price>
export const TaskClass = oneOf(TASK_CLASSES)
export type CampaignState = (typeof CAMPAIGN_STATES)[number]

export const ITEM_STATES = ['waiting', 'open', 'done', 'broken', 'exhausted', 'unresolved'] as const
export const IMPORT_FORMATS = ['csv', 'jsonl', 'label_studio'] as const
export const REPORT_REASONS = ['illegal', 'harmful', 'personal_data', 'misleading', 'unpaid', 'spam', 'other'] as const
export const FLAG_RESOLUTIONS = ['broken', 'fine', 'answered'] as const
/** Why somebody has the role they have; the sentence is in the catalogue under `role.<why>`. */
export const ROLE_REASONS = [
  'created',
  'contribute_needed',
  'review_needed',
  'below_reviewer_score',
  'answers_only',
  'may_do_both',
  'moved_to_review',
  'moved_to_contribute',
] as const
export const MemberRole = oneOf(['requester', 'contributor', 'reviewer'] as const)

export const CampaignPlace = obj({ campaign_id: Id })
export const CampaignTitle = text(200, 1)
const Area = text(60, 1)
export const LanguageTag = Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$', maxLength: 20 })
export const Quota = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const Count = Type.Integer()

/** What a requester says about a campaign besides its version. */
const About = {
  title: CampaignTitle,
  task_class: TaskClass,
  mode: oneOf(MODES),
  difficulty: oneOf(DIFFICULTIES),
  knowledge_area: Area,
  language: LanguageTag,
  /** True: contributors bring the data; each of the quota's places is a slot. False: items are imported. */
  open_collection: Type.Boolean(),
  quota: Quota,
  /** How many items open first, for the requester to look at; 0 for none. */
  pilot_size: Type.Integer({ minimum: 0, maximum: 10_000 }),
  deadline: nullable(At),
}
const VersionParts = { instructions: Instructions, form: Form, settings: Settings, consent: Consent }
export const Draft = obj({ ...About, ...VersionParts })
export type Draft = Static<typeof Draft>
export const VersionDraft = obj(VersionParts)
export type VersionDraft = Static<typeof VersionDraft>

const Restricted = Type.Boolean({
  description: 'adversarial work: always approved by the operator, released only to people with that right',
})
const Hourly = obj({
  /** `measured`: from recent work. `minimum_time`: from the least time the task asks for. */
  basis: oneOf(['measured', 'minimum_time'] as const),
  seconds: Type.Integer(),
  amounts: Type.Array(Amount),
})
export const Summary = {
  campaign_id: Id,
  title: CampaignTitle,
  task_class: TaskClass,
  mode: oneOf(MODES),
  difficulty: oneOf(DIFFICULTIES),
  knowledge_area: Area,
  language: text(20),
  restricted: Restricted,
  status: oneOf(CAMPAIGN_STATES),
  deadline: nullable(At),
  example: Type.Boolean(),
}
/** A campaign as anyone sees it in the list. */
export const Listed = obj({
  ...Summary,
  contribute: Type.Array(Amount),
  review: Type.Array(Amount),
  bonus_bps: Type.Integer(),
  hourly: nullable(Hourly),
  /** About how many items can still be worked on. */
  places_left: Count,
  has_exam: Type.Boolean(),
  adults_only: Type.Boolean(),
  my_roles: Type.Array(MemberRole),
})
export type Listed = Static<typeof Listed>

/** Where the caller stands in a campaign. */
export const Standing = obj({
  roles: Type.Array(obj({ role: MemberRole, why: oneOf(ROLE_REASONS), since: At })),
  consent_version: nullable(Type.Integer()),
  /** Terms changed since this person agreed: join again before new work. */
  consent_due: Type.Boolean(),
})

/** How what is handed in is judged: by how many people, and whether all count alike. */
export const Judging = obj({
  by: oneOf(['majority', 'adaptive', 'agreement'] as const),
  least: Type.Integer(),
  most: Type.Integer(),
})
export type Judging = Static<typeof Judging>

export const CampaignPage = obj({
  ...Listed.properties,
  version: Type.Integer(),
  opened_at: nullable(At),
  quota: Quota,
  accepted: Count,
  instructions: Instructions,
  consent: Consent,
  consent_version: Type.Integer(),
  min_seconds_contribute: Type.Integer(),
  min_seconds_review: Type.Integer(),
  batch_size: Type.Integer(),
  caps: Settings.properties.caps,
  questions: Type.Array(obj({ key: text(40), title: text(400), required: Type.Boolean(), widget: text(20) })),
  exam: nullable(obj({ questions: Count, pass_bps: Count, cooldown_seconds: Count, time_limit_seconds: Count })),
  season: obj({ season_id: Id, name: text(200), ends_at: At }),
  requester: text(100),
  judging: Judging,
  /** Whether answers are sent to a language model outside this installation. */
  answers_leave: Type.Boolean(),
  /** Groups of whose work there may be only so much. */
  group_quotas: Type.Array(GroupQuota),
  routing: nullable(Routing),
  /** How reviews, held shares and novelty are paid, where they are. */
  pay: obj(PayParts),
  me: nullable(Standing),
})
export type CampaignPage = Static<typeof CampaignPage>

/** Money of a campaign in one currency. `worst_case`: what it can cost at most; opening needs that much. */
export const Budget = obj({
  currency: CurrencyCode,
  worst_case_minor: Minor,
  funded_minor: Minor,
  missing_minor: Minor,
  spent_minor: Minor,
  returned_minor: Minor,
  left_minor: Minor,
})
const Decided = obj({ approved: Type.Boolean(), reason: text(2000), decided_at: At })
/** A campaign that waits for the operator. */
export const WaitingApproval = obj({
  ...Summary,
  requester_id: Id,
  requester: text(100),
  first_campaign: Type.Boolean(),
  quota: Quota,
  items: Count,
  asked_at: At,
  version: Type.Integer(),
  worst_case: Type.Array(Amount),
})
export type WaitingApproval = Static<typeof WaitingApproval>
export const VersionRow = obj({
  version: Type.Integer(),
  consent_version: Type.Integer(),
  created_at: At,
  ...VersionParts,
})
export type VersionRow = Static<typeof VersionRow>

/** Everything its requester sees of a campaign. */
export const Managed = obj({
  ...Summary,
  ...About,
  ...VersionParts,
  version: Type.Integer(),
  consent_version: Type.Integer(),
  created_at: At,
  opened_at: nullable(At),
  closed_at: nullable(At),
  closes_as: nullable(text(20)),
  close_reason: nullable(text(40)),
  paused_by_operator: Type.Boolean(),
  items: Count,
  opened_items: Count,
  has_exam: Type.Boolean(),
  exam_questions: Count,
  budget: Type.Array(Budget),
  last_approval: nullable(Decided),
  /** Whether opening will wait for an operator. */
  needs_approval: Type.Boolean(),
})
export type Managed = Static<typeof Managed>

/** A campaign after a change of state. */
export const Changed = obj({ campaign_id: Id, status: oneOf(CAMPAIGN_STATES), version: Type.Integer(), quota: Quota })
export type Changed = Static<typeof Changed>

export const Progress = obj({
  campaign_id: Id,
  status: oneOf(CAMPAIGN_STATES),
  measured_at: At,
  quota: Quota,
  items: obj({ waiting: Count, open: Count, done: Count, broken: Count, exhausted: Count, unresolved: Count }),
  submissions: obj({
    in_review: Count,
    accepted: Count,
    rejected: Count,
    rejected_final: Count,
    answered: Count,
    withdrawn: Count,
  }),
  /** Accepted submissions; in redundancy mode, items with an answer. */
  accepted: Count,
  leased: Count,
  contributors: Count,
  reviewers: Count,
  open_flags: Count,
  accepted_last_day: Count,
  /** When the quota is reached at the pace of the last day; null when nothing moves. */
  expected_by: nullable(At),
  budget: Type.Array(Budget),
  cost_per_accepted: Type.Array(Amount),
})
export type Progress = Static<typeof Progress>

export const Import = obj({
  import_id: text(64),
  format: oneOf(IMPORT_FORMATS),
  state: oneOf(['running', 'done'] as const),
  /** The part to send next; what was sent before it is kept. */
  next_part: Count,
  rows: Count,
  imported: Count,
  /** Rows that were there already, with the same content. */
  unchanged: Count,
  items: Count,
})
export type Import = Static<typeof Import>
export const CampaignItem = obj({
  item_id: Id,
  data: nullable(JsonObject),
  external_ref: nullable(text(200)),
  state: oneOf(ITEM_STATES),
  pilot: Type.Boolean(),
  attempts: Count,
  answer: nullable(JsonObject),
})

export const ItemFlag = obj({
  flag_id: Id,
  campaign_id: Id,
  item_id: Id,
  kind: oneOf(['broken', 'question'] as const),
  message: text(2000),
  created_at: At,
  resolution: nullable(oneOf(FLAG_RESOLUTIONS)),
  reply: nullable(text(2000)),
  resolved_at: nullable(At),
})
export const CampaignReport = obj({
  report_id: Id,
  campaign_id: Id,
  title: CampaignTitle,
  status: oneOf(CAMPAIGN_STATES),
  reason: oneOf(REPORT_REASONS),
  message: text(4000),
  created_at: At,
  signed_in: Type.Boolean(),
  resolution: nullable(oneOf(['dismissed', 'paused'] as const)),
  note: nullable(text(2000)),
  resolved_at: nullable(At),
})

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
  oneOf,
  text,
} from '../../platform/http/endpoint.ts'
import { TaskClass } from '../campaigns/contract.ts'

const Bps = Type.Integer({ minimum: 0, maximum: 10_000 })
const Count = Type.Integer({ minimum: 0 })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** A person's figure as of a day: the share of right answers expected on a typical task, its 95 % interval, what it rests on. */
const Figure = {
  mean_bps: Bps,
  low_bps: Bps,
  high_bps: Bps,
  judged: Type.Integer({ minimum: 0, description: 'decisions that it rests on' }),
  confirmed: Type.Integer({ minimum: 0, description: 'of those, how many went as I said or wrote' }),
  audited: Count,
  audited_right: Count,
}

/** What reviewers said beside what was true: each cell a number of votes. */
const Confusion = obj({
  approved_right: Count,
  approved_wrong: Count,
  rejected_right: Count,
  rejected_wrong: Count,
})
export type Confusion = Static<typeof Confusion>
const Share = nullable(Bps)

/** One reviewer in one campaign, under a name that is used nowhere else; `null` stands for all who voted too little. */
export const ReviewerRow = obj({
  reviewer: nullable(text(20)),
  people: Type.Integer({ description: 'how many the row sums up' }),
  /** Votes beside what the decision said, and beside what closed audits found. */
  decided: Confusion,
  audited: Confusion,
  /** How often the newest snapshot expects them to approve right work, and to reject wrong work. */
  approves_good_bps: Share,
  rejects_bad_bps: Share,
})
export type ReviewerRow = Static<typeof ReviewerRow>

export const QuestionRow = obj({
  question: text(40),
  title: text(400),
  /** Votes that followed another one on the same answer. */
  votes: Count,
  observed_bps: Bps,
  expected_bps: Bps,
  /** Standard deviations between the two, in hundredths. */
  z_hundredths: Type.Integer(),
  verdict: oneOf(['instructions', 'people', 'clear', 'too_little'] as const),
})
export type QuestionRow = Static<typeof QuestionRow>

/** A decision near the line. Neither verdict nor votes: whoever reads this may be asked to grade it, blind. */
export const Doubt = obj({
  submission_id: Id,
  question: text(40),
  title: text(400),
  reviews: Count,
  doubt_bps: Type.Integer({ minimum: 0, maximum: 10_000, description: '10000: exactly on the line' }),
  /** Absent in restricted campaigns, and where its author erased it. */
  data: nullable(JsonObject),
  /** The one answer in doubt, by its question. */
  answer: nullable(JsonObject),
})
export type Doubt = Static<typeof Doubt>

const CampaignPlace = obj({ campaign_id: Id })
const CampaignHead = { campaign_id: Id, title: text(200), task_class: TaskClass }

export const reliability = {
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/reliability',
    role: 'person',
    scope: 'read',
    summary: 'How reliable my work is, by task class and role, with its uncertainty and how it moved',
    result: listOf(
      obj({
        task_class: TaskClass,
        role: oneOf(['reviewer', 'contributor'] as const),
        ...Figure,
        history: Type.Array(obj({ day: Day, ...Figure }), {
          description: 'oldest first, a year at most',
        }),
      }),
    ),
    refusals: [],
  }),
  campaigns: endpoint({
    method: 'GET',
    path: '/v1/reliability/campaigns',
    role: 'qa',
    scope: 'audit',
    summary: 'Campaigns with reviews whose reliability can be looked at, newest first',
    result: listOf(obj(CampaignHead)),
    refusals: [],
  }),
  campaign: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/reliability',
    role: 'qa',
    scope: 'audit',
    summary:
      "A campaign's reviewers (said beside decided and audited, nobody by name) and questions: where people cause disagreement, and where instructions do; as of the newest snapshot",
    params: CampaignPlace,
    result: obj({
      ...CampaignHead,
      snapshot: nullable(obj({ batch: text(100), taken_at: At, votes: Count, people: Count, gold: Count })),
      reviewers: Type.Array(ReviewerRow),
      questions: Type.Array(QuestionRow),
    }),
    refusals: ['campaign_not_found'],
  }),
  doubts: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/doubts',
    role: 'qa',
    scope: 'audit',
    summary:
      'Decided work in most doubt by the newest snapshot, without verdict and votes; what is drawn for an audit is left out',
    params: CampaignPlace,
    result: listOf(Doubt),
    refusals: ['campaign_not_found'],
  }),
}

export const reliabilityRefusals = declareRefusals({})

import Type from 'typebox'
import { declareRefusals, endpoint, Id, listOf, obj, oneOf, text } from '../../platform/http/endpoint.ts'

const Count = Type.Integer({ minimum: 0 })

/** A model's record in one campaign; never what it said of any one piece of work. */
const ModelRecord = obj({
  model: text(110),
  kind: oneOf(['builtin', 'endpoint'] as const),
  /** Submissions that it was asked about, and how many of those it said nothing of. */
  asked: Count,
  abstained: Count,
  /** Its verdicts on questions that are decided, and how many the decision confirmed. */
  judged: Count,
  confirmed: Count,
  /** The same beside what closed audits found. */
  audited: Count,
  audited_right: Count,
  calls: Count,
  tokens: Count,
})

export const models = {
  records: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/models',
    role: 'person',
    scope: 'read',
    summary:
      'How models that vote in a campaign do beside decisions and audits, and what they cost; for its requester and QA',
    params: obj({ campaign_id: Id }),
    result: listOf(ModelRecord),
    refusals: ['campaign_not_found', 'models_not_shown'],
  }),
}

export const modelRefusals = declareRefusals({
  models_not_shown: {
    status: 403,
    message: "Only a campaign's requester and QA see how its models do. Ask one of them.",
  },
})

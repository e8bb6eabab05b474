import Type from 'typebox'
import { At, declareRefusals, endpoint, Id, obj } from '../../platform/http/endpoint.ts'

const Count = Type.Integer({ minimum: 0 })

export const gold = {
  standing: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/gold',
    role: 'qa',
    scope: 'audit',
    summary:
      "A campaign's gold items for whoever leads QA: what there is to make them of, how often they were shown, what was retired and why",
    params: obj({ campaign_id: Id }),
    result: obj({
      /** Whether the newest version shows any. */
      on: Type.Boolean(),
      ready_right: Count,
      ready_wrong: Count,
      retired: obj({ used: Count, disputed: Count, changed: Count, gone: Count }),
      shown: Count,
      answered: Count,
      /** Answers that said of every question what is known. */
      agreed: Count,
      /** What most people contradicted: look at it again. Newest first. */
      disputed: Type.Array(obj({ submission_id: Id, retired_at: At, answers: Count, against: Count })),
    }),
    refusals: ['campaign_not_found'],
  }),
}

export const goldRefusals = declareRefusals({})

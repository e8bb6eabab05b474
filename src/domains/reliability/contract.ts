import Type from 'typebox'
import { declareRefusals, endpoint, listOf, obj, oneOf } from '../../platform/http/endpoint.ts'
import { TaskClass } from '../campaigns/contract.ts'

const Bps = Type.Integer({ minimum: 0, maximum: 10_000 })
const Count = Type.Integer({ minimum: 0 })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

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
        /** Share of right answers expected on a typical task, and its 95 % interval. */
        mean_bps: Bps,
        low_bps: Bps,
        high_bps: Bps,
        judged: Type.Integer({ minimum: 0, description: 'decisions that it rests on' }),
        confirmed: Type.Integer({ minimum: 0, description: 'of those, how many went as I said or wrote' }),
        audited: Count,
        audited_right: Count,
        history: Type.Array(obj({ day: Day, mean_bps: Bps, low_bps: Bps, high_bps: Bps }), {
          description: 'oldest first, a year at most',
        }),
      }),
    ),
    refusals: [],
  }),
}

export const reliabilityRefusals = declareRefusals({})

import Type, { type Static } from 'typebox'
import { obj, oneOf } from '../../../platform/http/endpoint.ts'

/**
 * How prompts of an adversarial campaign are proved to work. `secret`: the model is told a secret, and the prompt works
 * when it comes out; nothing harmful is written by anybody. `policy`: the model does what a goal of the operator's list
 * asks, as judges find; only for people with the right to restricted data.
 */
export const RedTeam = obj({
  kind: oneOf(['secret', 'policy'] as const),
  /** The question that asks for the prompt. */
  prompt: Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }),
  /** Goals by name; an item may name one of them in its field `goal`, otherwise the first one counts. */
  goals: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]{1,59}$' }), { minItems: 1, maxItems: 100 }),
  /** Runs of the prompt on each target. */
  samples: Type.Integer({ minimum: 5, maximum: 20 }),
  /** The least share of runs that must work on one target, as the lower end of its 95 % interval, in basis points. */
  least_bps: Type.Integer({ minimum: 500, maximum: 9_000 }),
  /** What the campaign may cost in all. */
  max_calls: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
  max_tokens: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
  /** Days between telling the makers of the targets and the first export of the data. */
  notice_days: Type.Integer({ minimum: 0, maximum: 365 }),
})
export type RedTeam = Static<typeof RedTeam>

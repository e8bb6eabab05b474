import Type, { type Static } from 'typebox'
import { obj, oneOf, text } from '../../../platform/http/endpoint.ts'

/**
 * Who gets how much of a campaign's work each day, by what they have shown in its task class. Whoever is not known yet
 * gets a share all the same, or nobody new could ever become known.
 */
export const Routing = obj({
  /** How often somebody's work must be right, as far as is known, for a full day's work. */
  least_bps: Type.Integer({ minimum: 1, maximum: 9_900 }),
  /** Pieces a day for people of whom too little is known. */
  newcomer_daily: Type.Integer({ minimum: 1, maximum: 1_000 }),
})
export type Routing = Static<typeof Routing>

/** One part of a draft: the items whose data say `value`, and what is different about them. */
export const Segment = obj({
  value: text(200, 1),
  title: text(200, 1),
  difficulty: Type.Optional(oneOf(['beginner', 'intermediate', 'advanced', 'expert'] as const)),
  knowledge_area: Type.Optional(text(60, 1)),
  language: Type.Optional(Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$', maxLength: 20 })),
  routing: Type.Optional(Routing),
})
export type Segment = Static<typeof Segment>

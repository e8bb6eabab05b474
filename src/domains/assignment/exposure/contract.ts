import Type from 'typebox'
import { At, declareRefusals, endpoint, nullable, obj } from '../../../platform/http/endpoint.ts'

const Choice = obj({
  /** Whether adversarial work may be handed to me. */
  adversarial: Type.Boolean(),
  changed_at: nullable(At),
  /** Pieces of others' adversarial work that I was shown today, and the most a day. */
  shown_today: Type.Integer({ minimum: 0 }),
  most_a_day: Type.Integer({ minimum: 1 }),
})

export const exposure = {
  read_choice: endpoint({
    method: 'GET',
    path: '/v1/me/content-choice',
    role: 'person',
    scope: 'read',
    summary: 'Whether I am handed adversarial work, and how much of it I was shown today',
    result: Choice,
    refusals: [],
  }),
  set_choice: endpoint({
    method: 'PUT',
    path: '/v1/me/content-choice',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary:
      'Be handed adversarial work or not; what I hold of it goes back at once, and nothing else about me changes',
    body: obj({ adversarial: Type.Boolean() }),
    result: Choice,
    refusals: [],
  }),
}

export const exposureRefusals = declareRefusals({
  content_off: {
    status: 409,
    message:
      'You chose not to be handed adversarial work. Turn it on again under your account if you want to; nothing is held against you.',
  },
  exposure_cap_reached: {
    status: 409,
    message:
      'You have been shown {cap} pieces of adversarial work today, and more would be too much for anyone. Come back tomorrow (UTC), or do other work.',
  },
})

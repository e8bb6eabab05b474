import Type, { type Static } from 'typebox'
import { endpoint, nullable, obj, oneOf, text } from '../../../platform/http/endpoint.ts'

/** In the order of `KINDS` in rules.ts, which a test holds against this list. */
export const LINK_KINDS = [
  'payout_shared',
  'place_named',
  'wallet_shared_funder',
  'wallet_swept_to',
  'credential_shared',
  'device_shared',
  'session_handoff',
  'lockstep',
  'copied_text',
  'excess_agreement',
  'author_reviewer_affinity',
  'invited',
  'declared',
] as const
export const LINK_FAMILIES = ['money', 'device', 'rhythm', 'text', 'answers', 'invitation', 'declared'] as const

/** A day and no moment: how exactly something is known is itself something that is not told. */
const Day = Type.String({ format: 'date' })
const OwnLinks = obj({
  kind: oneOf(LINK_KINDS),
  family: oneOf(LINK_FAMILIES),
  /** After "so many other accounts", what they have in common with this one. */
  says: text(400),
  /** How many other accounts, never which. */
  accounts: Type.Integer(),
  keeps_days: Type.Integer(),
  /** The day on which the last of them goes if nothing more is seen; null: there are none. */
  until: nullable(Day),
})
const OwnSignals = obj({
  marks: obj({
    /** Whether this installation marks visits at all. */
    kept: Type.Boolean(),
    says: text(400),
    visits: Type.Integer(),
    networks: Type.Integer(),
    devices: Type.Integer(),
    passkeys: Type.Integer(),
    keeps_days: Type.Integer(),
    until: nullable(Day),
  }),
  links: Type.Array(OwnLinks),
})
export type OwnSignals = Static<typeof OwnSignals>

/** What a person sees of what is kept to tell accounts of one person from accounts of many. Open to suspended people too. */
export const signals = {
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/signals',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary:
      'What is kept about my visits, until when, and with how many other accounts each kind of evidence links me; never with whom',
    result: OwnSignals,
    refusals: [],
  }),
}

import Type, { type Static } from 'typebox'
import { At, declareRefusals, endpoint, Id, nullable, obj, oneOf, text } from '../../platform/http/endpoint.ts'

/** Parts of the world, by the codes of the United Nations (M49). */
export const REGIONS = [
  '015', '202', '021', '419', '143', '030', '035', '034', '145', '151', '154', '039', '155', '009',
] as const // prettier-ignore
export const AGES = ['18_24', '25_34', '35_49', '50_64', '65_plus'] as const
export const TRAITS = ['region', 'age', 'first_language'] as const
export type Trait = (typeof TRAITS)[number]
/** The group of those who did not say. */
export const UNDECLARED = 'undeclared'

const Language = Type.String({ pattern: '^[a-z]{2,3}$' })
/** What a person says of themselves; a part that they leave out stays as it is, `null` takes it back. */
export const Traits = obj({
  region: Type.Optional(nullable(oneOf(REGIONS))),
  age: Type.Optional(nullable(oneOf(AGES))),
  first_language: Type.Optional(nullable(Language)),
})
export type Traits = Static<typeof Traits>

/** At most this share of a campaign's work from people of one group. */
export const GroupQuota = obj({
  trait: oneOf(TRAITS),
  /** A code of the trait, or `undeclared`. */
  value: text(20, 2),
  most_bps: Type.Integer({ minimum: 0, maximum: 10_000 }),
})
export type GroupQuota = Static<typeof GroupQuota>

const Mine = obj({
  trait: oneOf(TRAITS),
  value: nullable(text(20)),
  /** When it can next be said otherwise; taking it back is always possible. */
  may_change_at: nullable(At),
})

export const groups = {
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/traits',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'What I said of myself, if I liked: part of the world, age, first language',
    result: obj({ items: Type.Array(Mine), next: Type.Null() }),
    refusals: [],
  }),
  set: endpoint({
    method: 'PUT',
    path: '/v1/me/traits',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Say, change or take back what I say of myself; counted in groups alone, and never part of a dataset',
    body: Traits,
    result: obj({ items: Type.Array(Mine), next: Type.Null() }),
    refusals: ['trait_changed_lately'],
  }),
  counts: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/groups',
    role: 'requester',
    scope: 'read',
    summary: 'How accepted work spreads over groups of people, as far as they said; groups of few people are summed up',
    params: obj({ campaign_id: Id }),
    result: obj({
      traits: Type.Array(
        obj({
          trait: oneOf(TRAITS),
          groups: Type.Array(
            obj({
              /** `few`: all groups of fewer than five people together. */
              value: text(20),
              people: Type.Integer(),
              accepted: Type.Integer(),
            }),
          ),
        }),
      ),
    }),
    refusals: [],
  }),
}

export const groupRefusals = declareRefusals({
  trait_changed_lately: {
    status: 409,
    message: 'You said this lately; it can be said otherwise from {until}. You may take it back at any time.',
  },
  group_full: {
    status: 409,
    message:
      'This campaign has as much work as it asked for from people who said the same of themselves as you ({trait}). Others are open to you.',
  },
})

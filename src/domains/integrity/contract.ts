import { At, declareRefusals, endpoint, Id, listOf, obj, Page, text } from '../../platform/http/endpoint.ts'
import Type from 'typebox'

const Pair = { account_id: Id, other_id: Id }

export const integrity = {
  exclusions: endpoint({
    method: 'GET',
    path: '/v1/exclusions',
    role: 'operator',
    scope: 'operate',
    summary: "Pairs of people who are kept off each other's work and panels",
    query: obj({ ...Page }),
    result: listOf(obj({ ...Pair, reason: text(400), created_at: At })),
    refusals: [],
  }),
  exclude: endpoint({
    method: 'POST',
    path: '/v1/exclusions',
    role: 'operator',
    scope: 'operate',
    summary: "Keep two people off each other's work and panels from now on",
    body: obj({ ...Pair, reason: text(400, 1) }),
    result: obj({ ...Pair, reason: text(400), created_at: At }),
    refusals: ['same_person', 'account_unknown'],
  }),
  allow: endpoint({
    method: 'DELETE',
    path: '/v1/exclusions/{account_id}/{other_id}',
    role: 'operator',
    scope: 'operate',
    summary: 'Lift an exclusion',
    params: obj(Pair),
    result: obj({ lifted: Type.Boolean() }),
    refusals: [],
  }),
}

export const integrityRefusals = declareRefusals({
  same_person: { status: 422, message: 'Name two different people.' },
})

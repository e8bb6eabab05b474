import Type, { type Static } from 'typebox'
import {
  At,
  declareRefusals,
  endpoint,
  Id,
  listOf,
  nullable,
  obj,
  oneOf,
  Page,
  text,
} from '../../../platform/http/endpoint.ts'
import { STRENGTHS } from '../cases/contract.ts'

const Strength = oneOf(STRENGTHS)
const KindOf = obj({
  kind: text(60),
  family: text(40),
  strength: Strength,
  /** How many joined pairs it links, and how many members are in one of those. */
  pairs: Type.Integer(),
  members: Type.Integer(),
})
const Head = {
  cluster_id: Id,
  found_at: At,
  changed_at: At,
  dissolved_at: nullable(At),
  members: Type.Integer(),
  /** Of a joined pair, in the mean; nats of log-likelihood in hundredths. */
  strength: Strength,
  nats_hundredths: Type.Integer(),
  pairs: Type.Integer(),
  joined: Type.Integer(),
  kinds: Type.Array(KindOf),
  /** Why it is one, in sentences that name nobody. */
  explanation: Type.Array(text(500)),
}
const Cluster = obj(Head)
const OneCluster = obj({
  ...Head,
  accounts: Type.Array(
    obj({
      account_id: Id,
      handle: text(100),
      since: At,
      /** From 0 (least) to 9: how near to people known to be honest; null: not ranked. It decides nothing. */
      trust: nullable(Type.Integer({ minimum: 0, maximum: 9 })),
      open_case_id: nullable(Id),
    }),
  ),
  links: Type.Array(
    obj({
      account_id: Id,
      other_id: Id,
      kind: text(60),
      family: text(40),
      strength: Strength,
      nats_hundredths: Type.Integer(),
      times: Type.Integer(),
      seen_first: At,
      seen_last: At,
      expires_at: At,
    }),
  ),
  parted: Type.Array(obj({ account_id: Id, other_id: Id, reason: text(1000), said_at: At })),
})
const Place = obj({ cluster_id: Id })
export type ClusterHead = Static<typeof Cluster>
export type OneCluster = Static<typeof OneCluster>

/** Who belongs together. Operators only: nobody else ever reads who is taken for whom, or that anybody is. */
export const clusters = {
  list: endpoint({
    method: 'GET',
    path: '/v1/operator/clusters',
    role: 'operator',
    scope: 'operate',
    summary: 'Accounts that seem to be one person, newest first: how many, what joins them, how strongly',
    query: obj({ ...Page, over: Type.Optional(Type.Boolean()) }),
    result: listOf(Cluster),
    refusals: [],
  }),
  one: endpoint({
    method: 'GET',
    path: '/v1/operator/clusters/{cluster_id}',
    role: 'operator',
    scope: 'operate',
    summary: 'One cluster: its accounts, their links by kind and strength, and why it is one',
    params: Place,
    result: OneCluster,
    refusals: ['cluster_not_found'],
  }),
  part: endpoint({
    method: 'POST',
    path: '/v1/operator/clusters/{cluster_id}/part',
    role: 'operator',
    scope: 'operate',
    summary: 'Say that an account is somebody else’s: it leaves its cluster, and more evidence alone joins it again',
    params: Place,
    body: obj({ account_id: Id, reason: text(1000, 10) }),
    result: obj({ cluster_id: Id, account_id: Id, said_at: At }),
    refusals: ['cluster_not_found', 'not_in_cluster', 'case_own'],
  }),
}

export const clusterRefusals = declareRefusals({
  cluster_not_found: { status: 404, message: 'There is no such cluster. The list of clusters has those there are.' },
  not_in_cluster: {
    status: 409,
    message: 'This account is not in this cluster any more. Read the cluster again; it may have changed.',
  },
})

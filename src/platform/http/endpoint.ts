import Type, { type Static, type TObject, type TProperties, type TSchema } from 'typebox'
import type { RefusalMeaning } from '../refusal.ts'

/**
 * Who may call. `person`: anyone signed in. `requester`, `contributor`, `reviewer`: a member of the campaign in the
 * path with that role. `qa`, `operator`: platform roles. Operators may do what requesters and QA may.
 */
export type Role = 'public' | 'person' | 'requester' | 'contributor' | 'reviewer' | 'qa' | 'operator'

/** What an API key may be limited to. A session (a person at a browser) holds them all. */
export const SCOPES = ['read', 'contribute', 'review', 'campaigns', 'audit', 'operate', 'account'] as const
export type Scope = (typeof SCOPES)[number]

/** One endpoint as data: validation, handler types, client, OpenAPI and tests all come from it. */
export type Endpoint = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: `/v1/${string}`
  role: Role
  scope: Scope
  summary: string
  params?: TObject
  query?: TObject
  body?: TSchema
  result: TSchema
  refusals: readonly string[]
  /** Largest accepted body in bytes; 256 KiB when absent. */
  body_limit?: number
  /** `stream`: the handler answers raw bytes itself (downloads); `result` then describes the error-free meaning. */
  answer?: 'json' | 'stream'
  /** The write makes evidence: its answer carries a signed receipt (`assay-receipt`). */
  receipt?: true
  /** Open to a suspended person too: their own account, data and money stay theirs. */
  suspended?: true
  /** Tighter rates than everybody's, for what invites guessing. Endpoints that name the same limit share it. */
  limits?: readonly RateLimit[]
}
/** `by` an address, an account, or (a JSON pointer) what a field of the body names. */
export type RateLimit = { name: string; by: 'address' | 'account' | `/${string}`; times: number; seconds: number }
export type Contract = Record<string, Endpoint>

export const endpoint = <const E extends Endpoint>(e: E): E => e
export const declareRefusals = <const R extends Record<string, RefusalMeaning>>(r: R): R => r

type PartOf<E, K extends string> = E extends Record<K, infer S extends TSchema> ? Static<S> : undefined
/** What a handler receives. */
export type Parsed<E extends Endpoint> = {
  params: PartOf<E, 'params'>
  query: PartOf<E, 'query'>
  body: PartOf<E, 'body'>
}
type Given<E, K extends string> =
  E extends Record<K, infer S extends TSchema>
    ? object extends Static<S>
      ? { [P in K]?: Static<S> }
      : { [P in K]: Static<S> }
    : unknown
/** What a caller gives. */
export type Request<E extends Endpoint> = Given<E, 'params'> & Given<E, 'query'> & Given<E, 'body'>
export type Result<E extends Endpoint> = Static<E['result']>
export type Handlers<C extends Contract, Ctx> = {
  [K in keyof C]: (ctx: Ctx, request: Parsed<C[K]>) => Promise<Result<C[K]>>
}

// Shapes that every domain uses. An object refuses unknown fields, so that a misspelt one is never silently dropped.
export const obj = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false })
export const Id = Type.String({
  pattern: '^([1-9][0-9]{0,17}|[1-8][0-9]{18})$',
  description: '64-bit id as a decimal string',
})
export const At = Type.String({ format: 'date-time', description: 'RFC 3339 in UTC with milliseconds' })
export const Minor = Type.String({
  pattern: '^(0|-?[1-9][0-9]{0,77})$',
  description: 'whole minor units of the currency, as a decimal string',
})
export const CurrencyCode = Type.String({ pattern: '^[A-Z][A-Z0-9]{1,11}$' })
export const Amount = obj({ currency: CurrencyCode, amount_minor: Minor })
export const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Enum<[...V]>([...values] as unknown as [...V])
export const listOf = <S extends TSchema>(item: S) =>
  obj({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) })
export const Page = {
  after: Type.Optional(Type.String({ maxLength: 64 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
}
export const nullable = <S extends TSchema>(s: S) => Type.Union([s, Type.Null()])
export const text = (maxLength: number, minLength = 0) => Type.String({ minLength, maxLength })
/** A value whose shape is the campaign's own (answers, item data); checked against the campaign's schema by the domain. */
export const Json = Type.Unknown()
export const JsonObject = Type.Record(Type.String(), Type.Unknown())

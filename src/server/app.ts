import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import stringifierOf from 'fast-json-stringify'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import type { TSchema } from 'typebox'
import { api, refusals } from '../api.ts'
import { authenticate } from '../domains/identity/authenticate.ts'
import { createMarks } from '../domains/integrity/signals/marks.ts'
import { receiptFor } from '../domains/evidence/receipts.ts'
import { isMember } from '../domains/campaigns/members.ts'
import type { Caller, Ctx } from '../platform/context.ts'
import type { Contract, Endpoint, Parsed } from '../platform/http/endpoint.ts'
import { Refusal, type FieldProblem, sentenceOf } from '../platform/refusal.ts'
import { requestHash } from '../platform/transact.ts'
import { isWellFormed } from '../platform/canonical.ts'
import { createRateLimits } from './rate-limits.ts'
import { routes } from './routes.ts'
import { serveGasCards } from './gas-cards.ts'
import { serveLog } from './log.ts'
import { serveSeasonFiles } from './season-files.ts'
import { serveReference } from './reference.ts'
import { serveWeb } from './web.ts'

/** What a running server is made of; each part can be a test's own. */
export type Parts = Omit<Ctx, 'now' | 'caller' | 'idempotency' | 'http'> & { clock: { now(): Date } }

/** What a download endpoint answers. */
export type Bytes = {
  stream: Readable | AsyncIterable<Uint8Array | string>
  type: string
  filename?: string
  headers?: Record<string, string>
}

const SESSION_COOKIE = 'assay_session'
const DEFAULT_BODY_LIMIT = 256 * 1024

/** Binds the contract to its handlers: every endpoint's shape, role, scope and refusals are checked here, once. */
export async function createApp(parts: Parts): Promise<FastifyInstance> {
  const { config } = parts
  const app = Fastify({
    trustProxy: config.trust_proxy,
    bodyLimit: DEFAULT_BODY_LIMIT,
    logger: false,
    forceCloseConnections: 'idle',
    // An address that cannot be decoded never reaches a route, and so not the error handler below.
    frameworkErrors: (error, request, reply) =>
      answerError(parts, error, request as FastifyRequest, reply as FastifyReply),
  })
  await app.register(cookie)
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:', 'https:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        fontSrc: ["'self'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: config.public_url?.startsWith('https:') ? { maxAge: 15_552_000 } : false,
    referrerPolicy: { policy: 'same-origin' },
  })
  parseJsonStrictly(app)
  // Shapes compile at their first use: all two hundred at once would be half of the server's memory.
  app.setSerializerCompiler(({ schema }) => {
    let write: ((data: unknown) => string) | undefined
    return (data) => (write ??= stringifierOf(schema as Record<string, unknown>))(data)
  })
  const limits = createRateLimits(config)
  const marks = createMarks(parts)
  app.addHook('onClose', () => marks.flush(parts.clock.now()))

  const publicOrigin = config.public_url ? new URL(config.public_url).origin : undefined
  const originOf = (request: FastifyRequest) => publicOrigin ?? `${request.protocol}://${request.host}`

  const callerOf = async (request: FastifyRequest, isPublic: boolean): Promise<Caller | undefined> => {
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    const session = request.cookies[SESSION_COOKIE]
    if (!bearer && !session) return undefined
    // A cookie travels by itself; a page of another site must not be able to write with it.
    if (!bearer && request.method !== 'GET' && request.headers.origin && request.headers.origin !== originOf(request))
      throw new Refusal('cross_site')
    try {
      return await authenticate(parts.db, parts.clock.now(), bearer ? { key: bearer } : { session: session! })
    } catch (error) {
      // A browser whose session has ended must still be able to sign in.
      if (isPublic && !bearer && error instanceof Refusal) return undefined
      // Wrong credentials count as a stranger's requests do, or they would be a way around that limit.
      await limits.address(request.ip)
      throw error
    }
  }

  for (const [domain, contract] of Object.entries(api as Record<string, Contract>)) {
    for (const [name, e] of Object.entries(contract)) {
      const handler = (
        routes as unknown as Record<string, Record<string, (ctx: Ctx, request: Parsed<Endpoint>) => Promise<unknown>>>
      )[domain]?.[name]
      if (!handler) throw new Error(`assumption broken: ${domain}.${name} has a handler`)
      const check = { params: checker(e.params, 'convert'), query: checker(e.query, 'convert'), body: checker(e.body) }
      app.route({
        method: e.method,
        url: e.path.replaceAll(/\{(\w+)\}/g, ':$1'),
        bodyLimit: e.body_limit ?? DEFAULT_BODY_LIMIT,
        ...(e.answer === 'stream' ? {} : { schema: { response: { 200: e.result } } }),
        handler: async (request, reply) => {
          const caller = await callerOf(request, e.role === 'public')
          await (caller ? limits.account(caller.account_id) : limits.address(request.ip))
          if (caller?.suspended !== undefined && !e.suspended && e.role !== 'public')
            throw new Refusal('account_suspended', { reason: caller.suspended })
          if (caller) await marks.seen(caller, surroundingsOf(request), parts.clock.now())
          const parsed = {
            params: check.params(request.params, '/params'),
            query: check.query(request.query, '/query'),
            body: check.body(request.body, ''),
          }
          await refuseRole(parts, e, caller, parsed.params as Record<string, string> | undefined)
          for (const limit of e.limits ?? [])
            await limits.declared(limit, { address: request.ip, account_id: caller?.account_id, body: parsed.body })
          const key = request.headers['idempotency-key']
          if (key !== undefined && (typeof key !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key))) {
            throw new Refusal('invalid_request', {}, [
              { field: '/headers/idempotency-key', code: 'invalid', message: 'Use 1 to 128 printable characters.' },
            ])
          }
          const ctx: Ctx = {
            ...parts,
            ...(e.receipt ? { recorded: [] } : {}),
            now: parts.clock.now(),
            caller,
            idempotency:
              typeof key === 'string' && e.method !== 'GET'
                ? { key, request_hash: requestHash(`${e.method} ${e.path}`, parsed) }
                : undefined,
            http: {
              ...surroundingsOf(request),
              origin: originOf(request),
              setSession: (token, expires) =>
                setSessionCookie(reply, token, expires, originOf(request).startsWith('https:')),
            },
          }
          const answer = await handler(ctx, parsed as unknown as Parsed<Endpoint>)
          if (caller && e.receipt) {
            const campaignId = (parsed.params as { campaign_id?: string } | undefined)?.campaign_id
            const receipt = await receiptFor(ctx, campaignId, answer)
            if (receipt) reply.header('assay-receipt', receipt)
          }
          reply.header('cache-control', 'no-store')
          if (e.answer !== 'stream') return reply.send(answer)
          const bytes = answer as Bytes
          reply.type(bytes.type).headers(bytes.headers ?? {})
          if (bytes.filename)
            reply.header('content-disposition', `attachment; filename="${bytes.filename.replaceAll(/[^\w.-]/g, '_')}"`)
          return reply.send(bytes.stream instanceof Readable ? bytes.stream : Readable.from(bytes.stream))
        },
      })
    }
  }

  app.setErrorHandler((error, request, reply) => answerError(parts, error, request, reply))
  serveReference(app)
  serveLog(app, parts)
  serveSeasonFiles(app, parts)
  serveGasCards(app, parts)
  await serveWeb(app, config)
  return app
}

const surroundingsOf = (request: FastifyRequest) => ({
  address: request.ip,
  user_agent: request.headers['user-agent'] ?? '',
})

const DIRECTORY = refusals as Record<string, { status: number; message: string } | undefined>

function answerError(parts: Parts, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = error instanceof Refusal ? error : refusalOfFramework(error)
  if (refusal) {
    const meaning = DIRECTORY[refusal.code]
    if (meaning) {
      if (refusal.code === 'rate_limited') reply.header('retry-after', String(refusal.detail.seconds ?? 1))
      const message = sentenceOf(meaning as never, refusal.detail)
      return reply
        .code(meaning.status)
        .serializer(JSON.stringify)
        .type('application/json')
        .send({
          error: {
            code: refusal.code,
            message,
            ...(refusal.fields ? { fields: refusal.fields } : {}),
            ...(Object.keys(refusal.detail).length ? { detail: refusal.detail } : {}),
          },
        })
    }
  }
  const id = parts.newId()
  parts.log.error({ fault: id, method: request.method, url: request.routeOptions.url, err: error }, 'fault')
  return reply
    .code(500)
    .serializer(JSON.stringify)
    .type('application/json')
    .send({
      error: {
        code: 'fault',
        message: `Something broke on our side (fault ${id}). Nothing was lost; please try again.`,
      },
    })
}

/** The framework's own complaints, in our words. */
function refusalOfFramework(error: unknown): Refusal | undefined {
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Refusal('unsupported_media_type')
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Refusal('body_too_large', { limit: DEFAULT_BODY_LIMIT })
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH') return new Refusal('not_found')
  // The disk's own noes: a directory, a file that is not there.
  if (statusCode === 403 || statusCode === 404) return new Refusal('not_found')
  if (code?.startsWith('FST_ERR_CTP') || statusCode === 400) return new Refusal('malformed_json')
  return undefined
}

/** JSON that the database or a hash could not hold is refused before any handler sees it. */
function parseJsonStrictly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const raw = body as string
    if (raw === '') return done(null, undefined)
    try {
      if (raw.includes('"__proto__"')) throw new Refusal('malformed_json')
      if (raw.length > 4_000 && nestsDeeperThan(raw, 200)) throw new Refusal('malformed_json')
      const value: unknown = JSON.parse(raw)
      if (/\\u0000|\\ud[89a-f]|\u0000|\de\+?\d{3}|\d{300}/i.test(raw)) refuseUnstorable(value, '')
      done(null, value)
    } catch (error) {
      done(error instanceof Refusal ? error : new Refusal('malformed_json'))
    }
  })
}

/** Brackets within brackets, outside of text: what a recursive reader would run out of stack on. */
function nestsDeeperThan(raw: string, most: number): boolean {
  let depth = 0
  let inText = false
  for (let i = 0; i < raw.length; i++) {
    const c = raw.charCodeAt(i)
    if (inText) {
      if (c === 92) i += 1
      else if (c === 34) inText = false
    } else if (c === 34) inText = true
    else if (c === 91 || c === 123) {
      if (++depth > most) return true
    } else if (c === 93 || c === 125) depth -= 1
  }
  return false
}

function refuseUnstorable(value: unknown, path: string): void {
  if (value === Infinity || value === -Infinity)
    throw new Refusal('invalid_request', {}, [
      { field: path || '/', code: 'unstorable_number', message: 'This number is too large to keep.' },
    ])
  const bad = (s: string) => s.includes('\u0000') || !isWellFormed(s)
  if (typeof value === 'string' && bad(value))
    throw new Refusal('invalid_request', {}, [
      {
        field: path || '/',
        code: 'unstorable_text',
        message: 'This text holds a character that is not valid Unicode.',
      },
    ])
  if (Array.isArray(value)) value.forEach((v, i) => refuseUnstorable(v, `${path}/${i}`))
  else if (value && typeof value === 'object') {
    for (const [k, v] of Object.entries(value)) {
      refuseUnstorable(k, path)
      refuseUnstorable(v, `${path}/${k}`)
    }
  }
}

/** Compiles a shape once, at its first use; refuses what does not fit with every field named. */
function checker(schema: TSchema | undefined, convert?: 'convert'): (value: unknown, at: string) => unknown {
  if (!schema) return () => undefined
  let kept: ReturnType<typeof Compile> | undefined
  return (value, at) => {
    const compiled = (kept ??= Compile(schema))
    if (convert) refuseUnstorable(value, at)
    const given = convert ? Value.Convert(schema, { ...(value as object) }) : value
    if (compiled.Check(given)) return given
    const fields: FieldProblem[] = compiled
      .Errors(given)
      .slice(0, 20)
      .map((error) => ({ field: at + error.instancePath || '/', code: error.keyword, message: error.message }))
    throw new Refusal('invalid_request', {}, fields)
  }
}

async function refuseRole(
  parts: Parts,
  e: Endpoint,
  caller: Caller | undefined,
  params: Record<string, string> | undefined,
): Promise<void> {
  if (e.role === 'public') return
  if (!caller) throw new Refusal('not_signed_in')
  if (!caller.scopes.includes(e.scope)) throw new Refusal('scope_missing', { scope: e.scope })
  if (e.role === 'person') return
  const isOperator = caller.roles.includes('operator')
  if (e.role === 'operator' || e.role === 'qa') {
    if (isOperator || (e.role === 'qa' && caller.roles.includes('qa'))) return
    throw new Refusal('not_allowed', { role: e.role })
  }
  if (e.role === 'requester' && isOperator) return
  const campaignId = params?.campaign_id
  if (!campaignId || !(await isMember(parts.db, parts.clock.now(), campaignId, caller.account_id, e.role)))
    throw new Refusal('not_allowed', { role: e.role })
}

function setSessionCookie(reply: FastifyReply, token: string | null, expires: Date | null, secure: boolean): void {
  const options = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure }
  if (token === null) void reply.clearCookie(SESSION_COOKIE, options)
  else void reply.setCookie(SESSION_COOKIE, token, { ...options, ...(expires ? { expires } : {}) })
}

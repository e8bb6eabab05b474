import { Compile } from 'typebox/compile'
import type { TSchema } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, refusals } from '../src/api.ts'
import { commonRefusals } from '../src/platform/http/common-refusals.ts'
import type { Contract, Endpoint } from '../src/platform/http/endpoint.ts'
import { createRng } from '../src/platform/rng.ts'
import { Refusal } from '../src/platform/refusal.ts'
import { routes } from '../src/server/routes.ts'
import { createEverything, idPairs, idPools, openSession, type Everything, type Name } from './everything.ts'
import { createMaker, type Maker, type Pools } from './fuzz/random.ts'
import { createWorld, type Person } from './world.ts'

// `npm run nightly` runs more of it with a seed of the day: ASSAY_FUZZ_SEED, ASSAY_FUZZ_RUNS. A seed that finds something becomes a case of its own.
const SEED = Number(process.env.ASSAY_FUZZ_SEED ?? 1)
/** What no answer may take, on however busy a machine: a pattern that explodes takes hours. */
const PATIENCE_MS = 20_000

type Sent = {
  name: string
  e: Endpoint
  who: string
  method: string
  url: string
  headers: Record<string, string>
  payload: string | undefined
  /** Whether the shapes allow it; undefined where that is not known. */ fits: boolean | undefined
}
type Got = { status: number; body: string; type: string; ms: number }
const DIRECTORY = refusals as Record<string, { status: number; message: string }>
const ENDPOINTS = Object.entries(api as Record<string, Contract>).flatMap(([domain, contract]) =>
  Object.entries(contract).map(([name, e]) => ({ name: `${domain}.${name}`, e: e as Endpoint })),
)
/** So many for each endpoint that most of them are carried out at least once. */
const RUNS = Number(process.env.ASSAY_FUZZ_RUNS ?? 11 * ENDPOINTS.length)
const compiled = new Map<TSchema, { Check(value: unknown): boolean }>()
const fits = (schema: TSchema, value: unknown): boolean => {
  let check = compiled.get(schema)
  if (!check) compiled.set(schema, (check = Compile(schema)))
  return check.Check(value)
}

/** What is wrong with an answer, by what the contract says of it. */
function faultsOf(sent: Sent, got: Got): string[] {
  const { e } = sent
  const out: string[] = []
  if (got.status >= 500) return [`${got.status}: ${got.body.slice(0, 200)}`]
  if (got.ms > PATIENCE_MS) out.push(`took ${Math.round(got.ms)} ms`)
  if (got.status === 200) {
    if (sent.fits === false) out.push('took what its shape does not allow')
    if (e.answer === 'stream') return out
    const body = parsed(got.body)
    if (body === undefined || !fits(e.result, body)) out.push(`a result of another shape: ${got.body.slice(0, 300)}`)
    return out
  }
  const error = (
    parsed(got.body) as { error?: { code?: string; message?: string; fields?: unknown; detail?: unknown } } | undefined
  )?.error
  if (!error || typeof error.code !== 'string')
    return [...out, `no error object, but ${got.status} ${got.body.slice(0, 200)}`]
  const declared = e.refusals.includes(error.code) || error.code in commonRefusals
  if (!declared) out.push(`the undeclared refusal ${error.code}`)
  if (DIRECTORY[error.code]?.status !== got.status) out.push(`${error.code} with the status ${got.status}`)
  if (
    typeof error.message !== 'string' ||
    error.message.length < 15 ||
    // A name that was sent may stand in the sentence, however odd it is.
    /\{[a-z_]+\}|undefined|\[object/.exec(error.message)?.every((odd) => !sent.payload?.includes(odd))
  )
    out.push(`${error.code} without a sentence: ${error.message}`)
  if (
    error.fields !== undefined &&
    !(
      Array.isArray(error.fields) &&
      error.fields.every((f: Record<string, unknown>) =>
        ['field', 'code', 'message'].every((k) => typeof f[k] === 'string'),
      )
    )
  )
    out.push(`${error.code} with other fields`)
  if (got.body.length > 100_000) out.push(`${error.code} in ${got.body.length} bytes`)
  return out
}
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Pairs = Record<string, Record<string, string>[]>
/** Who gets past the door of an endpoint; others are sent there too. */
const FITTING: Record<Endpoint['role'], string[]> = {
  public: ['nobody', 'outsider', 'operator'],
  person: ['author', 'colleague', 'reviewer', 'fresh at a browser', 'third at a browser', 'operator at a browser'],
  requester: ['requester', 'operator', 'keeper'],
  contributor: ['author', 'colleague'],
  reviewer: ['reviewer', 'third at a browser'],
  qa: ['qa', 'operator'],
  operator: ['operator'],
}
type Caller = { who: string; headers: Record<string, string> }
const COOKIE_ORIGIN = 'http://localhost:80'

async function callersOf({ w, people, sessions }: Everything): Promise<Caller[]> {
  const byKey = (who: string, p: Person): Caller => ({ who, headers: { authorization: `Bearer ${p.key}` } })
  const bySession = (who: Name): Caller => ({
    who: `${who} at a browser`,
    headers: { cookie: `assay_session=${sessions[who]}` },
  })
  const reader = await w.person('reader', { scopes: ['read'] })
  return [
    { who: 'nobody', headers: {} },
    byKey('operator', people.operator),
    byKey('operator', people.operator),
    byKey('requester', people.requester),
    byKey('requester', people.requester),
    byKey('rival', people.rival),
    byKey('author', people.author),
    byKey('colleague', people.colleague),
    byKey('reviewer', people.second),
    byKey('qa', people.regrader),
    byKey('keeper', people.keeper),
    byKey('outsider', people.outsider),
    byKey('suspended', people.suspended),
    byKey('a key that may only read', reader),
    bySession('fresh'),
    bySession('operator'),
    bySession('third'),
    bySession('suspended'),
    { who: 'another site', headers: { cookie: `assay_session=${sessions.voter}`, origin: 'https://evil.example' } },
    { who: 'a made-up key', headers: { authorization: 'Bearer ak_nothing_of_the_kind' } },
    { who: 'a strange header', headers: { authorization: 'Basic eDp5' } },
    { who: 'a made-up session', headers: { cookie: 'assay_session=%00; assay_session=x' } },
  ]
}

/** One request: mostly meant well, else spoiled in its body, query, path, type or bytes. */
function compose(
  m: Maker,
  { name, e }: (typeof ENDPOINTS)[number],
  caller: Caller,
  pairs: Pairs,
  spoilt = m.chance(0.55),
): Sent {
  const where = spoilt ? m.pick(['body', 'body', 'body', 'query', 'path', 'bytes', 'type', 'headers']) : 'nowhere'
  // What is meant well names things that belong together.
  const [, related] = Object.entries(pairs).find(([key, rows]) => e.path.includes(`{${key}}`) && rows.length > 0) ?? []
  const together: Record<string, string> = related && where !== 'path' && m.chance(0.8) ? m.pick(related) : {}
  const path = e.path.replaceAll(/\{(\w+)\}/g, (_, p: string) => {
    const value =
      where === 'path'
        ? m.param(p)
        : (together[p] ??
          String(m.valid((e.params as unknown as { properties: Record<string, TSchema> }).properties[p], p)))
    return value.startsWith('%') ? value : encodeURIComponent(wellFormed(value))
  })
  const query = e.query ? (m.valid(e.query) as Record<string, unknown>) : {}
  if (where === 'query')
    query[
      m.pick([
        ...Object.keys((e.query as unknown as { properties?: object })?.properties ?? {}),
        'after',
        'limit',
        'unknown',
      ])
    ] = m.word()
  const search = Object.entries(query)
    .map(
      ([k, v]) =>
        `${encodeURIComponent(k)}=${encodeURIComponent(wellFormed(typeof v === 'object' ? JSON.stringify(v) : String(v)))}`,
    )
    .join('&')
    .slice(0, 12_000)
  let body = e.body ? m.valid(e.body) : undefined
  if (where === 'body' && body !== undefined) for (let n = m.pick([1, 1, 2, 4]); n > 0; n--) body = m.spoil(body)
  let payload = body === undefined ? undefined : JSON.stringify(body)
  const headers: Record<string, string> = {
    host: 'localhost:80',
    ...caller.headers,
    ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
  }
  if (caller.headers.cookie && !caller.headers.origin && m.chance(0.5)) headers.origin = COOKIE_ORIGIN
  let known =
    where === 'nowhere' || where === 'body'
      ? e.body
        ? fits(e.body, payload === undefined ? undefined : JSON.parse(payload))
        : undefined
      : undefined
  if (where === 'bytes' && payload !== undefined) {
    payload = m.pick([
      payload.slice(0, -1),
      `${payload}x`,
      '',
      '{',
      'null',
      '[]',
      '"x"',
      `\uFEFF${payload}`,
      '{"__proto__":{"x":1}}',
      `${'['.repeat(60_000)}`,
      `{"a":"${'x'.repeat(1_100_000)}"}`,
      `{"a":${'9'.repeat(400)}}`,
      '\u0000',
      "{'a':1}",
      `${payload}${' '.repeat(300_000)}`,
    ])
    known = undefined
  }
  if (where === 'type')
    headers['content-type'] = m.pick([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=latin1',
      'application/problem+json',
      '',
      'x',
      'application/json;;;',
    ])
  if (where === 'headers') headers['idempotency-key'] = m.pick(['x'.repeat(129), ' ', 'ü', '', 'a b'])
  else if (e.method !== 'GET' && m.chance(0.3))
    headers['idempotency-key'] = `key-${m.pick(['a', 'b', 'c', 'd', 'e', 'f'])}`
  return {
    name,
    e,
    who: caller.who,
    method: e.method,
    url: search ? `${path}?${search}` : path,
    headers,
    payload,
    fits: where === 'path' || where === 'query' ? undefined : known,
  }
}
const wellFormed = (s: string): string => s.replaceAll(/[\ud800-\udfff]/g, '?').slice(0, 6000)

async function send(all: Everything, s: Sent): Promise<Got> {
  const began = performance.now()
  const r = await all.w.app.inject({
    method: s.method as 'GET',
    url: s.url,
    headers: s.headers,
    ...(s.payload === undefined ? {} : { payload: s.payload }),
  })
  return { status: r.statusCode, body: r.body, type: String(r.headers['content-type']), ms: performance.now() - began }
}
const say = (s: Sent, faults: string[]): string =>
  `${s.who}: ${s.method} ${s.url.slice(0, 300)} (${s.name})\n  ${s.payload?.slice(0, 600) ?? ''}\n  ${faults.join('; ')}`

/** Sends so many requests drawn from a seed; tells what was wrong, and what was seen of each endpoint. */
async function fuzz(
  all: Everything,
  seed: number,
  runs: number,
): Promise<{ faults: string[]; seen: Map<string, Set<string>> }> {
  let pools: Pools = await idPools(all.w)
  let pairs: Pairs = await idPairs(all.w)
  const maker = createMaker(
    createRng(seed),
    () => pools,
    () => all.w.clock.now(),
  )
  const callers = await callersOf(all)
  // Some of what is sent signs people out; they come back.
  const signInAgain = async (round: number) => {
    for (const who of ['fresh', 'operator', 'third'] as const) {
      const token = await openSession(all.w, all.people[who].account_id, `${who}-${round}`)
      callers.find((c) => c.who === `${who} at a browser`)!.headers.cookie = `assay_session=${token}`
    }
  }
  const faults: string[] = []
  const seen = new Map<string, Set<string>>()
  // Every endpoint in turn, so that none is left to chance; in the last three of eleven rounds those never carried out are meant well, and by people let in.
  const never = (i: number): number => {
    const left = ENDPOINTS.flatMap((x, at) => (seen.get(x.name)?.has('ok') ? [] : [at]))
    return left[i % left.length] ?? i % ENDPOINTS.length
  }
  for (let i = 0; i < runs; i++) {
    const last = i >= (runs * 8) / 11
    const target = ENDPOINTS[last ? never(i) : i % ENDPOINTS.length]!
    const caller =
      last || maker.chance(0.6)
        ? maker.pick(callers.filter((c) => FITTING[target.e.role].includes(c.who)))
        : maker.pick(callers)
    const sent = compose(maker, target, caller, pairs, last ? false : undefined)
    const got = await send(all, sent)
    seen.set(
      target.name,
      (seen.get(target.name) ?? new Set()).add(
        got.status === 200 ? 'ok' : String((parsed(got.body) as { error?: { code: string } })?.error?.code),
      ),
    )
    let wrong = faultsOf(sent, got)
    if (wrong.length === 0 && maker.chance(0.1)) {
      const again = await send(all, sent)
      wrong = faultsOf(sent, again).map((f) => `sent again: ${f}`)
    }
    if (wrong.length > 0) faults.push(say(sent, wrong))
    if (i % 250 === 249) {
      all.w.clock.advance(maker.pick([1000, 60_000, 3_600_000]))
      // Background work must be able to live with whatever got in.
      await all.w.jobs().catch((error: unknown) => faults.push(`a job after request ${i}: ${String(error)}`))
      pools = await idPools(all.w)
      pairs = await idPairs(all.w)
      await signInAgain(i)
    }
  }
  return { faults, seen }
}

let all: Everything
beforeAll(async () => {
  all = await createEverything()
}, 120_000)
afterAll(() => all?.w.close())

test(
  `no request is a fault, and every answer is as declared (ASSAY_FUZZ_SEED=${SEED} ASSAY_FUZZ_RUNS=${RUNS})`,
  async () => {
    // Its own installation: what is sent may revoke keys and roles that the other tests need.
    const fuzzed = await createEverything()
    const { faults, seen } = await fuzz(fuzzed, SEED, RUNS).finally(() => fuzzed.w.close())
    expect(faults.join('\n')).toBe('')
    expect(seen.size).toBe(ENDPOINTS.length)
    // A fuzz that is refused at the door everywhere finds nothing.
    const done = [...seen.values()].filter((codes) => codes.has('ok')).length
    if (RUNS >= 1000) expect(done).toBeGreaterThan(ENDPOINTS.length * 0.6)
  },
  60_000 + RUNS * 100,
)

// What it found, each by its shortest request.
const FOUND: [string, (all: Everything) => { method: 'GET' | 'DELETE'; url: string }, string][] = [
  ['a cursor that is no cursor', () => ({ method: 'GET', url: '/v1/me/submissions?after=%22x%22' }), 'invalid_request'],
  ['an address with a broken escape', () => ({ method: 'GET', url: '/v1/campaigns/%' }), 'not_found'],
  ['an address with an endless part', () => ({ method: 'GET', url: `/v1/campaigns/${'1'.repeat(5000)}` }), 'not_found'],
  [
    'the exam of a campaign that is over',
    ({ campaigns }) => ({ method: 'DELETE', url: `/v1/campaigns/${campaigns.waiting}/exam/settings` }),
    'not_a_draft',
  ],
]
test.each(FOUND)('found before: %s', async (_, request, code) => {
  await all.w.db.updateTable('campaign').set({ status: 'closed' }).where('id', '=', all.campaigns.waiting).execute()
  const { body } = await all.w.raw(all.people.operator, request(all))
  expect(JSON.parse(body)).toMatchObject({ error: { code, message: expect.any(String) } })
})

test('planted fault: a handler that throws, one that gives an undeclared refusal and one of another shape are caught', async () => {
  const open = routes.seasons as Record<string, unknown>
  const before = open.current
  const given = async (handler: () => Promise<unknown>): Promise<string> => {
    open.current = handler
    const w = await createWorld()
    try {
      const e = api.seasons.current as Endpoint
      const sent: Sent = {
        name: 'seasons.current',
        e,
        who: 'nobody',
        method: 'GET',
        url: e.path,
        headers: {},
        payload: undefined,
        fits: undefined,
      }
      return faultsOf(sent, await send({ ...all, w }, sent)).join()
    } finally {
      open.current = before
      await w.close()
    }
  }
  expect(await given(() => Promise.reject(new Error('broken')))).toMatch(/^500/)
  expect(await given(() => Promise.reject(new Refusal('handle_taken', { suggestion: 'x' })))).toMatch(
    /undeclared refusal handle_taken/,
  )
  expect(await given(() => Promise.reject(new Refusal('rate_limited')))).toMatch(/without a sentence/)
  expect(await given(() => Promise.resolve({ season_id: 'x' }))).not.toBe('')
})

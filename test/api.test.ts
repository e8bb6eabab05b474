import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { api, refusals } from '../src/api.ts'
import { commonRefusals } from '../src/platform/http/common-refusals.ts'
import { type Contract, type Endpoint, SCOPES } from '../src/platform/http/endpoint.ts'
import { openApiDocument } from '../src/server/openapi.ts'
import { referencePage } from '../src/server/reference-page.ts'
import { filesUnder } from './tidy.ts'

type Shape = {
  type?: string
  properties?: Record<string, Shape>
  additionalProperties?: unknown
  anyOf?: Shape[]
  items?: Shape
  maxItems?: number
  patternProperties?: Record<string, Shape>
  maxLength?: number
  enum?: unknown[]
  pattern?: string
}
type Walked = { name: string; e: Endpoint }

const ROLES = ['public', 'person', 'requester', 'contributor', 'reviewer', 'qa', 'operator']
const walk = (contracts: object): Walked[] =>
  Object.entries(contracts as Record<string, Contract>).flatMap(([domain, contract]) =>
    Object.entries(contract).map(([name, e]) => ({ name: `${domain}.${name}`, e })),
  )

/** What is wrong with an endpoint's declaration. */
function faultsOf({ name, e }: Walked): string[] {
  const out: string[] = []
  const say = (what: string) => out.push(`${name}: ${what}`)
  if (!ROLES.includes(e.role)) say(`no role "${e.role}"`)
  if (!(SCOPES as readonly string[]).includes(e.scope)) say(`no scope "${e.scope}"`)
  if (!e.summary.trim() || /[.;]$/.test(e.summary)) say('a summary is a phrase without a full stop')
  if (!/^\/v1\/[a-z0-9_./{}-]+$/.test(e.path)) say('a path is small letters')
  for (const code of e.refusals) {
    if (!(code in refusals)) say(`the refusal ${code} is declared nowhere`)
    if (code in commonRefusals && code !== 'not_found') say(`${code} is every endpoint's and need not be named`)
  }
  if (new Set(e.refusals).size < e.refusals.length) say('a refusal is named twice')
  const inPath = [...e.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).toSorted()
  const declared = Object.keys((e.params as Shape | undefined)?.properties ?? {}).toSorted()
  if (JSON.stringify(inPath) !== JSON.stringify(declared))
    say(`the path has ${inPath.join()} and params declares ${declared.join()}`)
  if (['requester', 'contributor', 'reviewer'].includes(e.role) && !inPath.includes('campaign_id'))
    say('a member needs a campaign in the path')
  if (e.method === 'GET' && e.body) say('a GET has no body')
  if (e.method !== 'GET' && e.method !== 'DELETE' && !e.body) say('a write takes an object, if only an empty one')
  for (const [part, shape] of [
    ['params', e.params],
    ['query', e.query],
    ['body', e.body],
  ] as const)
    if (shape) openObjects(shape as Shape, part, say)
  if (e.answer === 'stream') {
    if (e.method !== 'GET') say('only a GET answers bytes')
  } else resultFaults(e.result as Shape, say)
  return out
}

/** Every object that a caller sends refuses fields it does not know, and every list and text has an end. */
function openObjects(s: Shape, at: string, say: (what: string) => void): void {
  if (s.properties && s.additionalProperties !== false) say(`${at} takes unknown fields`)
  if (s.type === 'array' && s.maxItems === undefined) say(`${at} is a list without an end`)
  if (
    s.type === 'string' &&
    s.maxLength === undefined &&
    !s.pattern &&
    !s.enum &&
    (s as { const?: string }).const === undefined &&
    (s as { format?: string }).format === undefined
  )
    say(`${at} is a text without an end`)
  for (const [name, inner] of Object.entries(s.properties ?? {})) openObjects(inner, `${at}/${name}`, say)
  for (const inner of s.anyOf ?? []) openObjects(inner, at, say)
  for (const inner of Object.values(s.patternProperties ?? {})) openObjects(inner, `${at}/*`, say)
  if (s.items) openObjects(s.items, `${at}/items`, say)
}

/** One thing is an object; many are exactly `{ items, next }`, with others beside them only when they say more. */
function resultFaults(s: Shape, say: (what: string) => void): void {
  if (s.type !== 'object' || !s.properties) return say('a result is an object with fields')
  if (s.additionalProperties !== false) say('a result names all its fields')
  const { items, next } = s.properties
  if ((items?.type === 'array') !== Boolean(next)) say('items and next go together')
  for (const key of Object.keys(s.properties))
    if (!/^[a-z][a-z0-9_]*$/.test(key)) say(`the field ${key} is not snake_case`)
}

describe('the contract', () => {
  const all = walk(api)

  test('declares role, scope, refusals and result of every endpoint', () => {
    expect(all.length).toBeGreaterThan(100)
    expect(all.flatMap(faultsOf)).toEqual([])
  })

  test('has one endpoint for each method and path', () => {
    const places = all.map(({ e }) => `${e.method} ${e.path.replaceAll(/\{\w+\}/g, '{}')}`)
    expect(places.filter((p, i) => places.indexOf(p) !== i)).toEqual([])
  })

  test('gives every refusal a sentence and somebody who gives it', () => {
    const given = new Set([...Object.keys(commonRefusals), ...all.flatMap(({ e }) => e.refusals)])
    const wrong: string[] = []
    for (const [code, { status, message }] of Object.entries(
      refusals as Record<string, { status: number; message: string }>,
    )) {
      if (!/^[a-z][a-z0-9_]*$/.test(code)) wrong.push(`${code} is not snake_case`)
      if (!/^[A-Z].*[.!?]$/.test(message) || message.length < 15) wrong.push(`${code} has no sentence`)
      if (status < 400 || status > 503 || status === 500) wrong.push(`${code} has the status ${status}`)
    }
    expect(wrong).toEqual([])
    // Who is asked for when a request is authenticated gives its refusals before any endpoint is reached.
    const beforeAny = ['session_ended', 'key_unknown', 'key_revoked', 'key_expired', 'account_suspended']
    expect(Object.keys(refusals).filter((code) => !given.has(code) && !beforeAny.includes(code))).toEqual([])
  })

  // Each rule catches the mistake it exists for.
  const fine: Walked = { name: 'x.y', e: api.submissions.submit }
  const withFault = (change: Record<string, unknown>): Walked => ({
    name: 'x.y',
    e: { ...fine.e, ...change } as unknown as Endpoint,
  })
  test.each([
    [{ role: 'king' }, 'no role'],
    [{ scope: 'all' }, 'no scope'],
    [{ summary: '' }, 'summary'],
    [{ refusals: ['never_heard_of'] }, 'declared nowhere'],
    [{ refusals: ['not_signed_in'] }, 'need not be named'],
    [{ path: '/v1/other' }, 'params declares'],
    [{ role: 'requester', path: '/v1/x', params: undefined }, 'campaign in the path'],
    [{ result: { type: 'array', items: { type: 'object' } } }, 'object with fields'],
    [
      { result: { type: 'object', properties: { items: { type: 'array' } }, additionalProperties: false } },
      'go together',
    ],
    [
      { result: { type: 'object', properties: { submissionId: { type: 'string' } }, additionalProperties: false } },
      'snake_case',
    ],
    [{ body: { type: 'object', properties: {} } }, 'unknown fields'],
    [
      { body: { type: 'object', properties: { a: { type: 'array', items: {} } }, additionalProperties: false } },
      'without an end',
    ],
    [{ method: 'GET' }, 'GET has no body'],
  ])('catches %j', (change, fault) => {
    expect(faultsOf(fine)).toEqual([])
    expect(faultsOf(withFault(change)).join('\n')).toContain(fault)
  })
})

describe('the OpenAPI document', () => {
  const { document, text } = openApiDocument()
  const paths = document.paths as Record<
    string,
    Record<string, { operationId: string; 'x-refusals': string[]; responses: object }>
  >

  test('has every endpoint, and every reference leads somewhere', () => {
    const operations = Object.values(paths).flatMap((p) => Object.values(p))
    expect(operations.map((o) => o.operationId).toSorted()).toEqual(
      walk(api)
        .map(({ name }) => name)
        .toSorted(),
    )
    const { schemas } = document.components as { schemas: Record<string, object> }
    const missing = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)]
      .map((m) => m[1]!)
      .filter((name) => !(name in schemas))
    expect(missing).toEqual([])
    expect(JSON.parse(text)).toEqual(document)
  })

  test('is JSON and nothing else', () => {
    expect(text).not.toContain('~kind')
    expect(document.openapi).toBe('3.1.0')
  })

  test('has a page for people, without scripts or other sites', () => {
    const page = referencePage(document)
    for (const { name } of walk(api)) expect(page).toContain(`id="${name}"`)
    expect(page).not.toMatch(/<script|https?:\/\/|javascript:|\son\w+=/)
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]!)
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
    const missing = [...page.matchAll(/href="#([^"]+)"/g)].map((m) => m[1]!).filter((id) => !ids.includes(id))
    expect(missing).toEqual([])
  })
})

/** Codes that stand in several places with different sentences: the later would silently take the place of the earlier. */
const saidTwice = (places: readonly Record<string, { message: string }>[]): string[] => {
  const said = new Map<string, string>()
  return places.flatMap((place) =>
    Object.entries(place).flatMap(([code, { message }]) => {
      const before = said.get(code)
      said.set(code, message)
      return before !== undefined && before !== message ? [`${code}: "${before}" and "${message}"`] : []
    }),
  )
}
test('a refusal has one sentence, wherever it is declared', async () => {
  const files = ['src/domains', 'src/platform'].flatMap(filesUnder).filter((f) => /(contract|refusals)\.ts$/.test(f))
  const places: Record<string, { message: string }>[] = []
  for (const file of files) {
    const module = (await import(/* @vite-ignore */ join('..', file))) as Record<
      string,
      Record<string, { message: string }>
    >
    for (const [name, value] of Object.entries(module))
      if (name.endsWith('Refusals') && !Array.isArray(value)) places.push(value)
  }
  expect(places.length).toBeGreaterThan(30)
  expect(saidTwice(places)).toEqual([])
  expect(new Set(places.flatMap((p) => Object.keys(p)))).toEqual(new Set(Object.keys(refusals)))
  // One that is declared twice is found.
  expect(saidTwice([...places, { not_found: { message: 'Elsewhere.' } }])).toHaveLength(1)
})

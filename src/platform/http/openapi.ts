import type { RefusalMeaning } from '../refusal.ts'
import type { Contract, Endpoint } from './endpoint.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Node = { [key: string]: Json }
export type Refusals = Readonly<Record<string, RefusalMeaning>>

export type OpenApiInput = {
  api: Readonly<Record<string, Contract>>
  refusals: Refusals
  /** Refusals that any endpoint may give. */
  common: Refusals
  /** Shapes with a name of their own, by that name. */
  named: Readonly<Record<string, unknown>>
  version: string
}

const REPEATED_LENGTH = 160

/** The contract as OpenAPI 3.1. The same contract gives the same bytes. */
export function openApi({ api, refusals, common, named, version }: OpenApiInput): Node {
  const names = nameShapes(api, named)
  const paths: Record<string, Node> = {}
  for (const [domain, contract] of Object.entries(api)) {
    for (const [name, e] of Object.entries(contract))
      (paths[e.path] ??= {})[e.method.toLowerCase()] = operation(domain, name, e, refusals, names)
  }
  const schemas: Node = {}
  for (const [text, name] of names.byText) schemas[name] = names.inside(JSON.parse(text) as Json)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Assay',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: DESCRIPTION,
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }, { session: [] }],
    tags: Object.keys(api).map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key. It may be limited to scopes.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'assay_session',
          description: 'A person signed in at a browser.',
        },
      },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
          description: 'Repeat a request with the same key and it answers the same again instead of being done twice.',
        },
      },
      responses: {
        Refused: {
          description: `Any endpoint may also refuse with: ${sentences(Object.entries(common))}`,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
        },
      },
      schemas: {
        Refusal: REFUSAL,
        ...Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      },
    },
  }
}

const DESCRIPTION = [
  'Ids are 64-bit numbers as decimal strings; amounts are whole minor units as decimal strings; times are RFC 3339 in UTC with milliseconds.',
  'One thing is an object, many are `{ items, next }`: hand `next` back as `after` for the page that follows; null is the last one.',
  'A refusal is `{ error: { code, message, fields?, detail? } }`. `x-role` says who may call, `x-scope` what a key needs, `x-refusals` what to expect.',
].join('\n\n')

const REFUSAL: Node = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string', description: 'A sentence for a person, with a way forward.' },
        fields: {
          type: 'array',
          items: {
            type: 'object',
            required: ['field', 'code', 'message'],
            properties: {
              field: { type: 'string', description: 'JSON pointer' },
              code: { type: 'string' },
              message: { type: 'string' },
            },
          },
        },
        detail: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
      },
    },
  },
}

const sentences = (entries: [string, RefusalMeaning][]): string =>
  entries.map(([code, r]) => `\n- \`${code}\` (${r.status}): ${r.message}`).join('')

type Names = ReturnType<typeof nameShapes>

function operation(domain: string, name: string, e: Endpoint, refusals: Refusals, names: Names): Node {
  const parameters: Json[] = []
  for (const [where, shape] of [
    ['path', e.params],
    ['query', e.query],
  ] as const) {
    const { properties = {}, required = [] } =
      (plain(shape ?? {}) as { properties?: Record<string, Node>; required?: string[] }) ?? {}
    for (const [key, schema] of Object.entries(properties)) {
      parameters.push({
        name: key,
        in: where,
        required: where === 'path' || required.includes(key),
        schema: names.shape(schema),
      })
    }
  }
  if (e.method !== 'GET') parameters.push({ $ref: '#/components/parameters/IdempotencyKey' })
  const byStatus = new Map<number, [string, RefusalMeaning][]>()
  for (const code of e.refusals) {
    const meaning = refusals[code]!
    byStatus.set(meaning.status, [...(byStatus.get(meaning.status) ?? []), [code, meaning]])
  }
  const refused = [...byStatus]
    .toSorted(([a], [b]) => a - b)
    .map(
      ([status, list]) =>
        [
          String(status),
          {
            description: `Refused:${sentences(list)}`,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
          },
        ] as const,
    )
  return {
    operationId: `${domain}.${name}`,
    tags: [domain],
    summary: e.summary,
    'x-role': e.role,
    'x-scope': e.scope,
    'x-refusals': [...e.refusals],
    ...(e.receipt ? { 'x-receipt': true } : {}),
    ...(e.limits ? { 'x-limits': plain(e.limits) } : {}),
    ...(e.role === 'public' ? { security: [{}, { key: [] }, { session: [] }] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(e.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: names.shape(plain(e.body)) } } } }
      : {}),
    responses: {
      '200': { description: e.answer === 'stream' ? 'The bytes.' : 'Done.', content: answerOf(e, names) },
      ...Object.fromEntries(refused),
      default: { $ref: '#/components/responses/Refused' },
    },
  }
}

function answerOf(e: Endpoint, names: Names): Node {
  if (e.answer !== 'stream') return { 'application/json': { schema: names.shape(plain(e.result)) } }
  const said = (e.result as { description?: string }).description ?? ''
  return { [/^[a-z]+\/[a-z0-9.+-]+$/.test(said) ? said : 'application/octet-stream']: { schema: { type: 'string' } } }
}

/** Without the schema library's own marks, which do not survive JSON. */
const plain = (schema: unknown): Json => JSON.parse(JSON.stringify(schema)) as Json

/** Shapes that have a name, or occur more than once, are described once and referred to. */
function nameShapes(api: OpenApiInput['api'], named: OpenApiInput['named']) {
  const byText = new Map<string, string>()
  for (const [name, schema] of Object.entries(named)) {
    const text = JSON.stringify(schema)
    if (text && !byText.has(text)) byText.set(text, name)
  }
  const seen = new Map<string, { count: number; name: string }>()
  const visit = (node: Json, name: string): void => {
    if (Array.isArray(node)) return node.forEach((n, i) => visit(n, `${name}${i + 1}`))
    if (!node || typeof node !== 'object') return
    const text = JSON.stringify(node)
    if (isShape(node) && text.length >= REPEATED_LENGTH) {
      const before = seen.get(text)
      if (before) before.count += 1
      else seen.set(text, { count: 1, name })
      // What lies within a repeated shape is repeated with it.
      if (before) return
    }
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties') for (const [p, v] of Object.entries(value as Node)) visit(v, name + pascal(p))
      else if (
        key === 'items' ||
        key === 'anyOf' ||
        key === 'allOf' ||
        key === 'patternProperties' ||
        key === 'additionalProperties'
      )
        visit(value, key === 'items' ? `${name}Item` : name)
    }
  }
  for (const [domain, contract] of Object.entries(api)) {
    for (const [name, e] of Object.entries(contract)) {
      if (e.body) visit(plain(e.body), `${pascal(domain)}${pascal(name)}Request`)
      if (e.answer !== 'stream') visit(plain(e.result), `${pascal(domain)}${pascal(name)}Result`)
    }
  }
  const taken = new Set(byText.values())
  for (const [text, { count, name }] of seen) {
    if (count < 2 || byText.has(text)) continue
    let free = name
    for (let n = 2; taken.has(free); n++) free = `${name}${n}`
    taken.add(free)
    byText.set(text, free)
  }
  const used = new Set<string>()
  const inside = (node: Json): Json => {
    if (Array.isArray(node)) return node.map(shape)
    if (!node || typeof node !== 'object') return node
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        if (key === 'properties' || key === 'patternProperties')
          return [key, Object.fromEntries(Object.entries(value as Node).map(([p, v]) => [p, shape(v)]))]
        return [
          key,
          key === 'items' || key === 'anyOf' || key === 'allOf' || key === 'additionalProperties'
            ? Array.isArray(value)
              ? value.map(shape)
              : shape(value)
            : value,
        ]
      }),
    )
  }
  const shape = (node: Json): Json => {
    const name = byText.get(JSON.stringify(node))
    if (!name) return inside(node)
    used.add(name)
    return { $ref: `#/components/schemas/${name}` }
  }
  return { byText, shape, inside, used }
}

const isShape = (node: Node): boolean =>
  typeof node.type === 'string' || Array.isArray(node.anyOf) || Array.isArray(node.enum)
const pascal = (name: string): string => name.replaceAll(/(?:^|_)(\w)/g, (_, c: string) => c.toUpperCase())

/** One line for each endpoint and each shape: small, and a change shows as the line it is about. */
export function printOpenApi(document: Node): string {
  const entries = (node: Node, depth: number): string =>
    Object.entries(node)
      .map(
        ([key, value]) =>
          `${JSON.stringify(key)}: ${depth > 0 && value && typeof value === 'object' && !Array.isArray(value) ? `{\n${entries(value, depth - 1)}\n}` : JSON.stringify(value)}`,
      )
      .join(',\n')
  const { paths, components, ...head } = document as Node & { paths: Node; components: Node }
  return `{\n${entries(head, 0)},\n"paths": {\n${entries(paths, 1)}\n},\n"components": {\n${entries(components, 1)}\n}\n}\n`
}

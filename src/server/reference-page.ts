// The API reference as one page of plain HTML: no script, no request to anyone else, readable on a phone and printable.

type Schema = {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  items?: Schema
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  patternProperties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  format?: string
}
type Parameter = { $ref?: string; name?: string; in?: string; required?: boolean; schema?: Schema }
type Operation = {
  operationId: string
  tags: string[]
  summary: string
  'x-role': string
  'x-scope': string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { description?: string; content?: Record<string, { schema: Schema }> }>
}
type Document = {
  info: { title: string; version: string; description: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; responses: Record<string, { description: string }> }
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const inline = (text: string): string => escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
const paragraphs = (text: string): string =>
  text
    .split('\n\n')
    .map((p) => `<p>${inline(p)}</p>`)
    .join('\n')

const ROLES: Record<string, string> = {
  public: 'anyone',
  person: 'anyone signed in',
  requester: 'the campaign\u2019s requester',
  contributor: 'a contributor of the campaign',
  reviewer: 'a reviewer of the campaign',
  qa: 'QA',
  operator: 'an operator',
}

/** The page for an OpenAPI document of ours. */
export function referencePage(raw: unknown): string {
  const doc = raw as Document
  const operations = Object.entries(doc.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, o]) => ({ path, method: method.toUpperCase(), ...o })),
  )
  const groups = doc.tags.map(({ name }) => ({ name, operations: operations.filter((o) => o.tags[0] === name) }))
  const nav = groups
    .map((g) => `<li><a href="#${g.name}">${g.name}</a> <span class="n">${g.operations.length}</span></li>`)
    .join('')
  const body = groups
    .map(
      (g) =>
        `<section aria-labelledby="${g.name}"><h2 id="${g.name}">${g.name}</h2>\n${g.operations.map(operation).join('\n')}</section>`,
    )
    .join('\n')
  const shapes = Object.entries(doc.components.schemas)
    .map(
      ([name, s]) =>
        `<article class="shape"><h3 id="shape-${name}"><code>${name}</code></h3>${s.description ? `<p>${inline(s.description)}</p>` : ''}${shapeTable(s)}</article>`,
    )
    .join('\n')
  const common = doc.components.responses.Refused?.description ?? ''
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(doc.info.title)} API reference</title><link rel="icon" href="/mark.svg"><style>${STYLE}</style></head>
<body><a class="skip" href="#main">Skip to the endpoints</a>
<header><p class="brand"><a href="/">Assay</a></p><h1>API reference</h1>
<p>Version ${escape(doc.info.version)}, ${operations.length} endpoints. The same as data: <a href="/v1/openapi.json">OpenAPI 3.1</a>.</p></header>
<div class="columns"><nav aria-label="Endpoints by domain"><ul>${nav}<li><a href="#shapes">shapes</a></li></ul></nav>
<main id="main" tabindex="-1"><section aria-labelledby="conventions"><h2 id="conventions">Conventions</h2>${paragraphs(doc.info.description)}
<details><summary>Refusals that any endpoint may give</summary>${refusalList(common)}</details></section>
${body}
<section aria-labelledby="shapes"><h2 id="shapes">Shapes</h2>${shapes}</section></main></div></body></html>
`
}

function operation(o: Operation & { path: string; method: string }): string {
  const parameters = (o.parameters ?? []).filter((p) => p.name)
  const bodySchema = Object.values(o.requestBody?.content ?? {})[0]?.schema
  const [type, answer] = Object.entries(o.responses['200']?.content ?? {})[0] ?? ['', undefined]
  const refusals = Object.entries(o.responses)
    .filter(([status]) => /^[45]/.test(status))
    .map(([, r]) => r.description ?? '')
  const where =
    parameters.length === 0
      ? ''
      : `<h4>Parameters</h4>${table(parameters.map((p) => [p.name!, p.required ?? false, p.schema ?? {}, p.in ?? '']))}`
  return `<article class="endpoint"><h3 id="${o.operationId}"><span class="method ${o.method.toLowerCase()}">${o.method}</span> <code class="path">${escape(o.path).replaceAll('/', '/<wbr>')}</code></h3>
<p>${inline(o.summary)}.</p><p class="who">For ${ROLES[o['x-role']] ?? o['x-role']}; a key needs the scope <code>${o['x-scope']}</code>. <code>${o.operationId}</code></p>
<details><summary>Request and answer</summary>${where}${bodySchema ? `<h4>Body</h4>${shapeTable(bodySchema)}` : ''}<h4>Answer${type === 'application/json' ? '' : ` <code>${escape(type)}</code>`}</h4>${answer ? shapeTable(answer.schema) : ''}
${refusals.length > 0 ? `<h4>Refusals</h4>${refusalList(refusals.join('\n'))}` : ''}</details></article>`
}

const refusalList = (markdown: string): string =>
  `<ul class="refusals">${[...markdown.matchAll(/^- (.+)$/gm)].map((m) => `<li>${inline(m[1]!)}</li>`).join('')}</ul>`

function shapeTable(s: Schema): string {
  if (s.properties)
    return table(
      Object.entries(s.properties).map(([name, inner]) => [name, s.required?.includes(name) ?? false, inner, '']),
    )
  return `<p>${typeOf(s)}</p>${nested(s)}`
}

function table(rows: [name: string, required: boolean, schema: Schema, where: string][]): string {
  if (rows.length === 0) return '<p>An empty object.</p>'
  const cells = rows.map(
    ([name, required, s, where]) =>
      `<tr><th scope="row"><code>${escape(name)}</code>${required ? '' : ' <span class="optional">optional</span>'}</th><td>${where ? `in the ${where}; ` : ''}${typeOf(s)}${s.description ? `<br><span class="says">${inline(s.description)}</span>` : ''}${nested(s)}</td></tr>`,
  )
  return `<div class="scroll" role="group" tabindex="0" aria-label="Fields"><table><tbody>${cells.join('')}</tbody></table></div>`
}

/** The fields of a shape that has no name of its own. */
function nested(s: Schema): string {
  const inner = s.items ?? s
  if (inner.properties && inner !== s) return shapeTable(inner)
  if (inner.properties) return shapeTable(inner)
  const object = s.anyOf?.find((a) => a.properties ?? a.items?.properties)
  return object ? nested(object) : ''
}

function typeOf(s: Schema): string {
  if (s.$ref) {
    const name = s.$ref.split('/').at(-1)!
    return `<a href="#shape-${name}">${name}</a>`
  }
  if (s.anyOf) return [...new Set(s.anyOf.map(typeOf))].join(' or ')
  if (s.const !== undefined) return `<code>${escape(JSON.stringify(s.const))}</code>`
  if (s.enum) return s.enum.map((v) => `<code>${escape(String(v))}</code>`).join(' | ')
  if (s.type === 'array') return `list of ${s.items ? typeOf(s.items) : 'anything'}${range(s.minItems, s.maxItems, '')}`
  if (s.type === 'object' && s.patternProperties)
    return `object by key, of ${typeOf(Object.values(s.patternProperties)[0] ?? {})}`
  if (s.type === 'string')
    return `${s.format ?? 'text'}${range(s.minLength, s.maxLength, ' characters')}${s.pattern ? ` <code class="pattern">${escape(s.pattern)}</code>` : ''}`
  if (s.type === 'integer' || s.type === 'number') return `${s.type}${range(s.minimum, s.maximum, '')}`
  return s.type ? String(s.type) : 'anything'
}

function range(low: number | undefined, high: number | undefined, unit: string): string {
  if (low === undefined && high === undefined) return ''
  if (high === undefined) return `, at least ${low!.toLocaleString('en')}${unit}`
  return low
    ? `, ${low.toLocaleString('en')} to ${high.toLocaleString('en')}${unit}`
    : `, up to ${high.toLocaleString('en')}${unit}`
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1d1b16;--faint:#5c574c;--line:#d9d4c7;--ground:#fbfaf6;--raised:#f2efe6;--accent:#6b4a00;--get:#1f5a3a;--post:#6b4a00;--put:#3d3f8f;--delete:#8d2626}
@media (prefers-color-scheme:dark){:root{--ink:#ece8dd;--faint:#aaa498;--line:#3b382f;--ground:#171510;--raised:#211e18;--accent:#e0b660;--get:#7fc9a0;--post:#e0b660;--put:#a9abf0;--delete:#f0a0a0}}
*{box-sizing:border-box}body{margin:0;font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink);background:var(--ground)}
a{color:var(--accent)}code{font:.875em/1.4 ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
.skip{position:absolute;inset-inline-start:-99rem}.skip:focus{inset-inline-start:1rem;top:1rem;background:var(--raised);padding:.5rem 1rem}
header{padding:1.5rem clamp(1rem,4vw,3rem);border-bottom:1px solid var(--line)}.brand{margin:0;font-weight:600}h1{margin:.25rem 0;font-size:2rem;line-height:1.2}header p:last-child{margin:.25rem 0 0;color:var(--faint)}
.columns{display:grid;grid-template-columns:minmax(0,1fr)}nav{padding:1rem clamp(1rem,4vw,3rem);border-bottom:1px solid var(--line)}nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:0;padding:0}nav a{display:inline-block;padding:.25rem 0}.n{color:var(--faint);font-size:.8125rem}
main{padding:1rem clamp(1rem,4vw,3rem) 4rem;max-width:70rem;min-width:0}main:focus{outline:none}h2{font-size:1.5rem;margin:2.5rem 0 1rem;scroll-margin-top:1rem}
.endpoint,.shape{border-top:1px solid var(--line);padding:1rem 0}h3{margin:0;font-size:1rem;font-weight:600;scroll-margin-top:1rem}h4{margin:1.25rem 0 .5rem;font-size:.875rem;color:var(--faint)}p{margin:.375rem 0}.who,.says,.optional{color:var(--faint);font-size:.875rem}
.method{display:inline-block;min-width:4.25rem;font-size:.8125rem;font-weight:700}.get{color:var(--get)}.post{color:var(--post)}.put,.patch{color:var(--put)}.delete{color:var(--delete)}.path{font-size:.9375rem}
summary{cursor:pointer;padding:.375rem 0;color:var(--accent)}.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.875rem}th,td{text-align:start;vertical-align:top;padding:.375rem .75rem .375rem 0;border-bottom:1px solid var(--line);font-weight:400}th{width:min(14rem,42%)}td table{margin-top:.375rem}.pattern{color:var(--faint)}.refusals{padding-inline-start:1.25rem;font-size:.875rem}
@media (min-width:60rem){.columns{grid-template-columns:14rem minmax(0,1fr)}nav{border-bottom:0;border-inline-end:1px solid var(--line)}nav ul{position:sticky;top:1rem;display:block}}
`

import { readFileSync } from 'node:fs'
import { api, refusals } from '../../api.ts'
import { commonRefusals } from '../../platform/http/common-refusals.ts'
import type { Contract } from '../../platform/http/endpoint.ts'
import { openApiDocument } from '../../server/openapi.ts'
import { disclosurePage } from './disclosure.ts'

/** Every refusal with its sentence, and the endpoints that give it. */
export function refusalsPage(): string {
  const givenBy = new Map<string, string[]>()
  for (const [domain, contract] of Object.entries(api as Record<string, Contract>)) {
    for (const [name, e] of Object.entries(contract))
      for (const code of e.refusals) givenBy.set(code, [...(givenBy.get(code) ?? []), `${domain}.${name}`])
  }
  const entry = ([code, { status, message }]: [string, { status: number; message: string }]) => {
    const from = code in commonRefusals ? 'any endpoint' : (givenBy.get(code) ?? []).map((e) => `\`${e}\``).join(', ')
    return `### \`${code}\`\n\n${message}\n\nHTTP ${status}. Given by: ${from}.\n`
  }
  const all = Object.entries(refusals as Record<string, { status: number; message: string }>).toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  return [
    '# Refusals',
    '',
    '<!-- Made by npm run generate from the contracts; to change it, change them. -->',
    '',
    'A refusal is an expected no: a rule was broken, nothing was changed, and the sentence says how to go on. It arrives as',
    '`{ "error": { "code", "message", "fields"?, "detail"? } }` with the HTTP status given here. `{name}` in a sentence is filled',
    'from `detail`. Codes never change their meaning; sentences may be worded anew. A status of 500 with the code `fault` is no',
    'refusal but a bug: its message names an id that the log has too.',
    '',
    ...all.map(entry),
  ].join('\n')
}

/** Files that are made from the contract and from the table of what is shown. */
export const contractFiles = (): Record<string, string> => ({
  'docs/reference/openapi.json': openApiDocument().text,
  'docs/reference/refusals.md': refusalsPage(),
  [DISCLOSURE]: disclosurePage(readFileSync(DISCLOSURE, 'utf8')),
})
const DISCLOSURE = 'docs/concepts/disclosure.md'

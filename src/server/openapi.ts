import { api, refusals } from '../api.ts'
import * as assignment from '../domains/assignment/contract.ts'
import * as audits from '../domains/audits/contract.ts'
import * as campaigns from '../domains/campaigns/contract.ts'
import * as certificates from '../domains/certificates/contract.ts'
import * as datasets from '../domains/datasets/contract.ts'
import * as exams from '../domains/exams/contract.ts'
import * as identity from '../domains/identity/contract.ts'
import * as inbox from '../domains/inbox/contract.ts'
import * as ledger from '../domains/ledger/contract.ts'
import * as payouts from '../domains/payouts/contract.ts'
import * as privacy from '../domains/privacy/contract.ts'
import * as reports from '../domains/reports/contract.ts'
import * as review from '../domains/review/contract.ts'
import * as seasons from '../domains/seasons/contract.ts'
import * as submissions from '../domains/submissions/contract.ts'
import * as templates from '../domains/templates/contract.ts'
import { commonRefusals } from '../platform/http/common-refusals.ts'
import * as common from '../platform/http/endpoint.ts'
import { openApi, printOpenApi } from '../platform/http/openapi.ts'

export const VERSION = '0.1.0'

const MODULES = {
  common,
  identity,
  templates,
  campaigns,
  exams,
  assignment,
  submissions,
  review,
  ledger,
  payouts,
  inbox,
  privacy,
  seasons,
  audits,
  datasets,
  certificates,
  reports,
}

/** Shapes that the contracts export, by their own names. */
function namedShapes(): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [domain, contents] of Object.entries(MODULES)) {
    for (const [name, value] of Object.entries(contents as Record<string, unknown>)) {
      const { type, anyOf } = (value ?? {}) as { type?: unknown; anyOf?: unknown }
      const isShape = typeof type === 'string' || Array.isArray(anyOf)
      if (!isShape || !/^[A-Z][a-z]/.test(name)) continue
      out[name in out ? `${domain[0]!.toUpperCase()}${domain.slice(1)}${name}` : name] = value
    }
  }
  return out
}

const document = () => openApi({ api, refusals, common: commonRefusals, named: namedShapes(), version: VERSION })
let made: { document: ReturnType<typeof document>; text: string } | undefined

/** The OpenAPI document of this program, as `docs/reference/openapi.json` has it too. */
export function openApiDocument(): { document: ReturnType<typeof document>; text: string } {
  if (!made) {
    const it = document()
    made = { document: it, text: printOpenApi(it) }
  }
  return made
}

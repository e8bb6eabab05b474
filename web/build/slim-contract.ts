import { fileURLToPath } from 'node:url'
import { type Plugin, runnerImport } from 'vite'

type Contracts = Record<string, Record<string, { method: string; path: string; body?: unknown }>>

/** What the browser's client needs of the contract, a line for each endpoint: `POST campaigns/{campaign_id}/join body`. */
export const slimOf = (api: Contracts): Record<string, Record<string, string>> =>
  Object.fromEntries(
    Object.entries(api).map(([domain, contract]) => [
      domain,
      Object.fromEntries(
        Object.entries(contract).map(([name, e]) => [
          name,
          `${e.method} ${e.path.replace('/v1/', '')}${e.body ? ' body' : ''}`,
        ]),
      ),
    ]),
  )

/**
 * Replaces `src/api.ts` in the browser bundle by its addresses. The server validates; shipping every shape and the
 * schema library would cost the work page about a third of its script budget. Types are unaffected.
 */
export function slimContract(apiFile: string): Plugin {
  const expandFile = fileURLToPath(new URL('./expand.ts', import.meta.url))
  return {
    name: 'assay-slim-contract',
    enforce: 'pre',
    async load(id) {
      if (id.split('?')[0] !== apiFile) return null
      const { module, dependencies } = await runnerImport<{ api: Contracts }>(apiFile)
      for (const file of dependencies) this.addWatchFile(file)
      return {
        code: `import { expand } from ${JSON.stringify(expandFile)}\nexport const api = expand(${JSON.stringify(slimOf(module.api))})`,
        map: null,
      }
    },
  }
}

import { existsSync } from 'node:fs'
import { type Plugin, runnerImport } from 'vite'

type Slim = Record<string, Record<string, { method: string; path: string; body?: 1 }>>

/** What the browser's client needs of the contract: where each endpoint is and whether it takes a body. */
export function slimOf(api: Record<string, Record<string, { method: string; path: string; body?: unknown }>>): Slim {
  return Object.fromEntries(
    Object.entries(api).map(([domain, contract]) => [
      domain,
      Object.fromEntries(
        Object.entries(contract).map(([name, e]) => [name, { method: e.method, path: e.path, ...(e.body ? { body: 1 as const } : {}) }]),
      ),
    ]),
  )
}

/**
 * Replaces `src/api.ts` in the browser bundle by its addresses. The server validates; shipping every shape and the
 * schema library would cost the work page about a third of its script budget. Types are unaffected.
 */
export function slimContract(apiFile: string): Plugin {
  return {
    name: 'assay-slim-contract',
    enforce: 'pre',
    resolveId: (source, importer) => (source.endsWith('/api.ts') && importer?.endsWith('/src/client.ts') ? apiFile : null),
    async load(id) {
      if (id.split('?')[0] !== apiFile) return null
      if (!existsSync(apiFile)) return { code: 'export const api = {}', map: null }
      const { module, dependencies } = await runnerImport<{ api: Parameters<typeof slimOf>[0] }>(apiFile)
      for (const file of dependencies) this.addWatchFile(file)
      return { code: `export const api = ${JSON.stringify(slimOf(module.api))}`, map: null }
    },
  }
}

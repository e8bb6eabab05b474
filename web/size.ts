// What the work page costs a phone: every script its route loads, compressed as servers send it. Run after `vite build`.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export const BUDGET_BYTES = 150_000
type Chunk = { file: string; imports?: string[]; dynamicImports?: string[]; css?: string[] }
export type Manifest = Record<string, Chunk>

/** Every script that these entries load before their page stands, each counted once. */
export function scriptsOf(manifest: Manifest, entries: readonly string[]): string[] {
  const files = new Set<string>()
  const walk = (key: string) => {
    const chunk = manifest[key]
    if (!chunk) throw new Error(`the build has no ${key}`)
    if (files.has(chunk.file)) return
    files.add(chunk.file)
    for (const next of chunk.imports ?? []) walk(next)
  }
  for (const entry of entries) walk(entry)
  return [...files].filter((f) => f.endsWith('.js'))
}

/** The work page in one language: the app, the page, and the catalogues both use. */
export const workEntries = (language: string): string[] => [
  'index.html',
  'pages/work/work-page.tsx',
  ...['common', 'work', 'forms'].map((ns) => `locales/${language}/${ns}.json`),
]

/** Measures the work page in a built folder; `first-paint.js` is loaded by the document itself and counts as well. */
export function measure(
  folder: string,
): { language: string; bytes: number; files: { file: string; bytes: number }[] }[] {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Manifest
  return ['en', 'ar'].map((language) => {
    const files = [...scriptsOf(manifest, workEntries(language)), 'first-paint.js'].map((file) => ({
      file,
      bytes: gzipSync(readFileSync(join(folder, file)), { level: 9 }).length,
    }))
    return { language, files, bytes: files.reduce((sum, f) => sum + f.bytes, 0) }
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('../dist/web', import.meta.url))
  for (const { language, bytes, files } of measure(folder)) {
    for (const f of files.toSorted((a, b) => b.bytes - a.bytes))
      console.log(`  ${(f.bytes / 1000).toFixed(1).padStart(7)} kB  ${f.file}`)
    console.log(
      `work page (${language}): ${(bytes / 1000).toFixed(1)} kB of compressed script, budget ${BUDGET_BYTES / 1000} kB`,
    )
    if (bytes > BUDGET_BYTES) process.exitCode = 1
  }
}

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadPlan, LoadResult } from './http-load.ts'

/** Runs the load generator in a process of its own. */
export async function load(plan: LoadPlan): Promise<LoadResult> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-load-'))
  const file = join(dir, 'plan.json')
  writeFileSync(file, JSON.stringify(plan))
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/lib/http-load.ts', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk))
  const code = await new Promise((resolve) => child.on('close', resolve))
  rmSync(dir, { recursive: true, force: true })
  if (code !== 0) throw new Error(`the load generator ended with ${String(code)}`)
  return JSON.parse(out) as LoadResult
}

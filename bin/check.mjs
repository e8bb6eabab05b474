// npm run check: format, lint, types, shape and unit tests, side by side, in under a minute.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkLock } from './lockcheck.mjs'
import { root, run, say, setup, tool } from './setup.mjs'

const FORMATTED = ['src', 'web', 'test', 'bench', 'bin'].filter((dir) => existsSync(join(root, dir)))
const TESTS = { name: 'unit tests', args: ['vitest', 'run', '--project', 'unit', '--reporter=dot'] }
const STEPS = [
  { name: 'format', args: ['oxfmt', '--check', ...FORMATTED], mend: 'npm run format' },
  { name: 'lint', args: ['oxlint', '--type-aware', '--quiet'] },
  { name: 'types', args: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'types of the engine', args: ['tsc', '--noEmit', '-p', 'src/engine'] },
  { name: 'types of the web', args: ['tsc', '--noEmit', '-p', 'web'] },
]

async function lockStep() {
  const started = performance.now()
  const faults = checkLock(root)
  return {
    name: 'lock file',
    code: faults.length ? 1 : 0,
    output: faults.join('\n'),
    seconds: (performance.now() - started) / 1000,
  }
}

async function step({ name, args, mend }) {
  const result = await run(tool(args[0]), args.slice(1), {
    env: { FORCE_COLOR: process.stderr.isTTY ? '1' : '0', NO_COLOR: process.stderr.isTTY ? '' : '1' },
  })
  return { name, mend, ...result }
}

function tell({ name, code, output, seconds, mend }) {
  say(`${code === 0 ? '  ok    ' : '  FAILED'}  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(5)} s`)
  if (code === 0) return
  const lines = output.trim().split('\n')
  say(
    lines
      .slice(0, 80)
      .map((line) => `          ${line}`)
      .join('\n'),
  )
  if (lines.length > 80) say(`          … ${lines.length - 80} more lines`)
  if (mend) say(`          Mend it with: ${mend}`)
}

/** Runs the checks and says how each went. `tests: false` leaves the unit tests to whoever runs all tests. */
export async function check({ tests = true } = {}) {
  const started = performance.now()
  say('Checks')
  // A few at a time: each of them uses every core it finds.
  const todo = [lockStep, ...[...STEPS, ...(tests ? [TESTS] : [])].map((s) => () => step(s))]
  const results = []
  const lane = async () => {
    for (let next = todo.shift(); next; next = todo.shift()) {
      const result = await next()
      results.push(result)
      tell(result)
    }
  }
  await Promise.all([lane(), lane(), lane()])
  const failed = results.filter((r) => r.code !== 0).map((r) => r.name)
  say(
    `${failed.length === 0 ? 'All checks passed' : `Failed: ${failed.join(', ')}`} in ${((performance.now() - started) / 1000).toFixed(1)} s.`,
  )
  return { passed: results.length - failed.length, failed }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await setup()
  const { failed } = await check()
  process.exitCode = failed.length > 0 ? 1 : 0
}

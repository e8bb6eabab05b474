// npm run nightly: what takes too long for every change. Small versions of each run in npm test.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { root, run, say, setup, tool } from './setup.mjs'

/** Long runs, one after the other: the machine is theirs. Add a line here and its small twin to the tests. */
const RUNS = [
  { name: 'every test', command: process.execPath, args: ['bin/test.mjs'] },
  {
    name: 'long tests: kills, races, replays',
    command: tool('vitest'),
    args: ['run', '--project', 'db', '--reporter=dot'],
    env: { ASSAY_NIGHTLY: '1' },
  },
  {
    name: 'fuzz: 20,000 requests from a seed of the day',
    command: tool('vitest'),
    args: ['run', '--project', 'db', 'test/fuzz.test.ts'],
    env: {
      ASSAY_FUZZ_RUNS: process.env.ASSAY_FUZZ_RUNS ?? '20000',
      ASSAY_FUZZ_SEED: process.env.ASSAY_FUZZ_SEED ?? String(Math.floor(Date.now() / 86_400_000)),
    },
  },
  { name: 'faults planted in the contracts', command: tool('tsx'), args: ['bench/mutants.ts'] },
  { name: '50 kills of everything', command: tool('tsx'), args: ['bench/kill.ts'] },
  { name: 'Season 1 on the pure rules, full size', command: tool('tsx'), args: ['bench/season-1-pure.ts'] },
  { name: 'Season 1 through the application, full size', command: tool('tsx'), args: ['bench/season-1.ts'] },
]

await setup()
await build()
const only = process.argv.slice(2)
const outcomes = []
for (const { name, command, args, env } of RUNS.filter(
  (r) => only.length === 0 || only.some((word) => r.name.includes(word)),
)) {
  say(`\n== ${name}`)
  const { code, seconds } = await run(command, args, { inherit: true, env })
  outcomes.push({ name, ok: code === 0, seconds: Math.round(seconds) })
}
mkdirSync(join(root, 'dist'), { recursive: true })
writeFileSync(join(root, 'dist/nightly.json'), JSON.stringify(outcomes, null, 2))
say('')
for (const { name, ok, seconds } of outcomes) say(`${ok ? '  ok    ' : '  FAILED'}  ${name}  ${seconds} s`)
process.exitCode = outcomes.every((o) => o.ok) && outcomes.length > 0 ? 0 : 1

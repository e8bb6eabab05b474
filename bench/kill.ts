import { saveResult, watchMachine } from './lib/harness.ts'
import { isSound, runKills } from './lib/kill.ts'

// npx tsx bench/kill.ts [kills] [seed]: kill -9 of everything at random moments of a load, 50 times.
const kills = Number(process.argv[2] ?? 50)
const seed = Number(process.argv[3] ?? 1)
const command = `npx tsx bench/kill.ts ${kills} ${seed}`
const watch = watchMachine()
const result = await runKills({ kills, seed, items: 10 * kills, say: (line) => process.stdout.write(`${line}\n`) })
saveResult('kill', command, {
  sound: isSound(result),
  ...result,
  restart_ms: {
    median: result.restart_ms.toSorted((a, b) => a - b)[Math.floor(result.restart_ms.length / 2)],
    most: Math.max(...result.restart_ms),
  },
  ...watch(),
})
process.exitCode = isSound(result) ? 0 : 1

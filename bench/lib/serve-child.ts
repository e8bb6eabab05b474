import { api } from '../../src/api.ts'
import { readConfig } from '../../src/platform/config.ts'
import type { Connection } from '../../src/platform/db/open.ts'
import type { Contract } from '../../src/platform/http/endpoint.ts'
import { createLog } from '../../src/platform/log.ts'
import { startServer } from '../../src/server/main.ts'

// Without receipts, to be measured against: a server as it was before it had any.
if (process.env.BENCH_RECEIPTS === 'off')
  for (const contract of Object.values(api as Record<string, Contract>))
    for (const e of Object.values(contract)) delete e.receipt

const config = readConfig(process.env)
const running = await startServer(JSON.parse(process.argv[2]!) as Connection, config, createLog(config.log_level))
process.stdout.write(`listening ${new URL(running.url).port}\n`)
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)))
// Ends with whoever started it, however that ended.
process.stdin.resume().on('end', () => process.exit(0))

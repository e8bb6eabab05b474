import { readConfig } from '../../src/platform/config.ts'
import type { Connection } from '../../src/platform/db/open.ts'
import { createLog } from '../../src/platform/log.ts'
import { startServer } from '../../src/server/main.ts'

const config = readConfig(process.env)
const running = await startServer(JSON.parse(process.argv[2]!) as Connection, config, createLog(config.log_level))
process.stdout.write(`listening ${new URL(running.url).port}\n`)
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)))
// Ends with whoever started it, however that ended.
process.stdin.resume().on('end', () => process.exit(0))

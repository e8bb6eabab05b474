import { createInterface } from 'node:readline'
import { keepLogs } from '../../src/domains/evidence/jobs.ts'
import { readConfig } from '../../src/platform/config.ts'
import type { Connection } from '../../src/platform/db/open.ts'
import { sequencer } from '../../src/platform/events/jobs.ts'
import { runJob } from '../../src/platform/jobs/job.ts'
import { createLog } from '../../src/platform/log.ts'
import { openParts } from '../../src/server/main.ts'
import { jobContext } from '../../src/server/worker.ts'

// Orders events and keeps the public log, as a worker beside the server would: between "go" and "stop" on its input.
const parts = await openParts(JSON.parse(process.argv[2]!) as Connection, readConfig(process.env), createLog('error'))
let isGoing = false
const turn = async (): Promise<void> => {
  for (const job of [sequencer, keepLogs])
    for (let more = true; more && isGoing;)
      more = (await runJob(jobContext(parts), job, parts.locks, () => performance.now())).more
}
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') isGoing = false
  if (line !== 'go' || isGoing) continue
  isGoing = true
  void (async () => {
    while (isGoing) {
      await turn()
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  })()
}
process.exit(0)

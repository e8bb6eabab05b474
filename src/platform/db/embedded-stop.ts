import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, lockHolder, processToken } from './embedded-lock.ts'
import { locate } from './embedded-place.ts'
import { readPidFile } from './embedded-probe.ts'

const PATIENCE_MS = 60_000

/**
 * Stops the PostgreSQL of a data directory whoever started it: after a killed server the next one attaches, and must
 * not leave it behind when it ends. Only for the holder of the server lock, or when there is none.
 */
export async function stopEmbedded(dataDir: string): Promise<void> {
  const { pgdata } = locate(dataDir)
  const file = readPidFile(pgdata)
  if (!file || !(file.pid > 0)) return
  const token = processToken(file.pid)
  if (token === 'gone') return
  process.kill(file.pid, 'SIGINT')
  for (const deadline = Date.now() + PATIENCE_MS; isAlive(token); await sleep(10)) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${file.pid}) does not stop.`)
  }
}

/** Whether an Assay server works on this data directory now. */
export const serverOf = (dataDir: string): { pid: number; role: string; since: Date } | undefined =>
  lockHolder(locate(dataDir).dataDir, 'server')

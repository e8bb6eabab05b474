import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serverOf } from '../platform/db/embedded-stop.ts'

const path = (dataDir: string) => join(dataDir, 'server.json')

/** Tells commands on this machine where the server of a data directory listens. */
export function noteServer(dataDir: string, url: string): void {
  writeFileSync(path(dataDir), JSON.stringify({ pid: process.pid, url }), { mode: 0o600 })
}

export const forgetServer = (dataDir: string): void => rmSync(path(dataDir), { force: true })

/** Where the running server of a data directory listens; nothing when none runs, or it serves no pages. */
export function urlOfServer(dataDir: string): string | undefined {
  const holder = serverOf(dataDir)
  if (!holder) return undefined
  try {
    const { pid, url } = JSON.parse(readFileSync(path(dataDir), 'utf8')) as { pid: number; url: string }
    return pid === holder.pid && url ? url : undefined
  } catch {
    return undefined
  }
}

import type { Command } from 'commander'
import { existsSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../platform/config.ts'
import { inspectEmbedded } from '../platform/db/embedded.ts'
import { filesDir } from '../platform/files/place.ts'
import { webDir } from '../server/web.ts'
import { placeOf, type PlaceOptions, type Where } from './attach.ts'
import { inside } from './doctor-database.ts'
import { fault, type Finding, ok, warning } from './doctor-finding.ts'
import { runningDatabase } from './running.ts'
import { sentenceFor } from './problem.ts'
import { urlOfServer } from './server-file.ts'

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('look at everything that can be wrong with an installation, and say what to do; changes nothing')
    .option('--data <directory>', 'the data directory of the installation')
    .option('--json', 'print the findings as JSON')
    .action(async (options: PlaceOptions & { json?: boolean }) => {
      const findings = await diagnose(options)
      if (options.json) process.stdout.write(`${JSON.stringify({ findings }, null, 2)}\n`)
      else {
        for (const f of findings) {
          const mark = { ok: 'ok     ', warning: 'warning', fault: 'FAULT  ' }[f.state]
          process.stdout.write(`${mark}  ${f.message}\n${f.fix && f.state !== 'ok' ? `         ${f.fix}\n` : ''}`)
        }
        const count = (state: Finding['state']) => findings.filter((f) => f.state === state).length
        process.stdout.write(`\n${count('ok')} ok, ${count('warning')} warnings, ${count('fault')} faults.\n`)
      }
      if (findings.some((f) => f.state === 'fault')) process.exitCode = 1
    })
}

export async function diagnose(options: PlaceOptions): Promise<Finding[]> {
  const findings: Finding[] = [nodeVersion()]
  let where: Where
  try {
    where = placeOf(options)
    findings.push(ok('settings', 'The settings can be read.'))
  } catch (error) {
    return [
      ...findings,
      fault('settings', (error as Error).message, 'Correct that variable; docs/reference/settings.md explains each.'),
    ]
  }
  findings.push(...address(where.config))
  if (where.config.roles.includes('web'))
    findings.push(
      webDir()
        ? ok('web_pages', 'The web pages are built.')
        : fault('web_pages', 'The web pages are not built.', 'Run: npm run build'),
    )
  if (where.dataDir)
    for (const f of await inspectEmbedded(where.dataDir))
      findings.push({
        check: f.check,
        state: f.ok ? 'ok' : 'fault',
        message: f.message,
        ...(f.fix ? { fix: f.fix } : {}),
      })
  else findings.push(diskSpace(where.config))

  const database = await runningDatabase(where).catch((error: unknown) => error as Error)
  if (database instanceof Error)
    findings.push(
      fault(
        'database',
        `The database cannot be reached: ${sentenceFor(database)}`,
        'Check DATABASE_URL, and that the server runs.',
      ),
    )
  else if (!database)
    findings.push(
      warning(
        'database',
        'The database is not running, so what is in it was not looked at.',
        'Start Assay with npm start, then run assay doctor again.',
      ),
    )
  else findings.push(...(await inside(database)))
  findings.push(...(await overHttp(where)))
  return findings
}

function nodeVersion(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number]
  const message = `Node ${process.versions.node}.`
  return major > 20 || (major === 20 && minor >= 19)
    ? ok('node', message)
    : fault('node', message, 'Assay needs Node 20.19 or newer.')
}

function diskSpace(config: Config): Finding {
  const dir = filesDir(config)
  const at = existsSync(dir) ? dir : '.'
  const { bavail, bsize } = statfsSync(at)
  const free = (bavail * bsize) / 1e9
  const message = `${free.toFixed(1)} GB are free for release files in ${dir}.`
  return free >= 1 ? ok('disk_space', message) : fault('disk_space', message, 'Make room: releases cannot be written.')
}

/** Passkeys work over https, or on localhost alone. */
function address(config: Config): Finding[] {
  const isLocal = (host: string) => host === 'localhost' || host === '127.0.0.1' || host === '::1' || host === '[::1]'
  if (!config.public_url) {
    if (isLocal(config.host)) return [ok('address', 'Assay is for this machine alone.')]
    return [
      warning(
        'address',
        `Assay listens on ${config.host}, but ASSAY_PUBLIC_URL is not set, so links and passkeys are for whatever name people use.`,
        'Set ASSAY_PUBLIC_URL to the https address where people reach this server.',
      ),
    ]
  }
  let url: URL
  try {
    url = new URL(config.public_url)
  } catch {
    return [
      fault(
        'address',
        `ASSAY_PUBLIC_URL is "${config.public_url}", which is no address.`,
        'Give the whole address, such as https://assay.example.',
      ),
    ]
  }
  const out: Finding[] = []
  if (url.protocol !== 'https:' && !isLocal(url.hostname))
    out.push(
      fault(
        'address',
        `People reach Assay at ${url.origin}, where browsers offer no passkeys.`,
        'Put it behind https and set ASSAY_PUBLIC_URL to that address.',
      ),
    )
  else if (/^\d+(?:\.\d+){3}$/.test(url.hostname) && !isLocal(url.hostname))
    out.push(
      fault(
        'address',
        `Passkeys need a name, and ${url.hostname} is a number.`,
        'Give the server a name and set ASSAY_PUBLIC_URL to it.',
      ),
    )
  else out.push(ok('address', `People reach Assay at ${url.origin}.`))
  if (url.protocol === 'https:' && !config.trust_proxy) {
    out.push(
      warning(
        'proxy',
        'Assay speaks http itself, so something in front of it speaks https; its word on who is asking is not trusted.',
        'If that is your own proxy, set ASSAY_TRUST_PROXY=true, so that limits count real addresses.',
      ),
    )
  }
  return out
}

async function overHttp(where: Where): Promise<Finding[]> {
  const url =
    where.dataDir && existsSync(join(where.dataDir, 'server.json'))
      ? urlOfServer(where.dataDir)
      : where.config.public_url
  if (!url) return [warning('server', 'No server of this installation is known to listen.', 'Start it with npm start.')]
  try {
    const response = await fetch(`${url}/v1/sign-in`, { signal: AbortSignal.timeout(5000) })
    if (response.ok) return [ok('server', `The server answers at ${url}.`)]
    return [fault('server', `The server at ${url} answers ${response.status}.`, 'Its log says why.')]
  } catch (error) {
    return [
      fault(
        'server',
        `Nothing answers at ${url}: ${sentenceFor(error)}`,
        'Start it with npm start, and check what stands in front of it.',
      ),
    ]
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { isAlive, processToken } from './embedded-lock.ts'
import { defaultDataDir, type EmbeddedServer, inspectEmbedded, openEmbedded, takeServerLock } from './embedded.ts'

const asRoot = process.geteuid?.() === 0
const onLinux = process.platform === 'linux'
const top = mkdtempSync(join(tmpdir(), 'assay-embedded-'))
// Root's temporary directory is closed to others; a server's user has to pass through it.
chmodSync(top, 0o711)
const scratch = join(top, 'scratch')
mkdirSync(scratch)
chmodSync(scratch, 0o1777)
const source = join(import.meta.dirname, 'embedded.ts')
const opened: EmbeddedServer[] = []
const children: ChildProcess[] = []

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const server of opened) await server.stop()
  for (const name of readdirSync(top))
    for (const pid of processesIn(join(top, name, 'pgdata'))) process.kill(pid, 'SIGKILL')
  rmSync(top, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function open(dataDir: string, log: string[] = []): Promise<EmbeddedServer> {
  const server = await openEmbedded({ dataDir, log: (line) => log.push(line) })
  opened.push(server)
  return server
}

async function query<Row = Record<string, string>>(server: EmbeddedServer, text: string): Promise<Row[]> {
  const client = new pg.Client(server.connection)
  await client.connect()
  try {
    return (await client.query(text)).rows as Row[]
  } finally {
    await client.end()
  }
}

/** Everything that runs with this cluster as its working directory: the server and its children. */
function processesIn(pgdata: string): number[] {
  if (!onLinux) return []
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readlinkSync(`/proc/${pid}/cwd`).startsWith(pgdata) && isAlive(processToken(pid))
      } catch {
        return false
      }
    })
}

/** Runs code in another process, with everything that embedded.ts exports in scope as `db`. */
function inChild(code: string, options: { uid?: number; gid?: number; detached?: boolean } = {}) {
  const args = [
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    `const db = await import(${JSON.stringify(source)}); ${code}`,
  ]
  const env = { ...process.env, TMPDIR: scratch }
  const child = spawn(process.execPath, args, { ...options, env, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  let output = ''
  child.stdout!.on('data', (text) => (output += text))
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(output)))
  const said = async (text: string): Promise<void> => {
    while (!output.includes(text) && child.exitCode === null) await sleep(5)
    expect(output).toContain(text)
  }
  return { child, ended, said }
}

const opens = (dataDir: string): string =>
  `const s = await db.openEmbedded({ dataDir: ${JSON.stringify(dataDir)}, log: (line) => console.log('log ' + line) })
   console.log('opened ' + JSON.stringify(s));`

async function until(met: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !met(); await sleep(2))
    if (Date.now() > deadline) throw new Error('never met')
}

describe.skipIf(process.platform === 'win32')('one data directory', { timeout: 60_000 }, () => {
  const dataDir = join(top, 'one')
  const pgdata = join(dataDir, 'pgdata')

  test('is started by the first of many callers and attached to by the others', async () => {
    const servers = await Promise.all([open(dataDir), open(dataDir), open(dataDir)])
    expect(servers.filter((server) => server.started)).toHaveLength(1)
    expect(new Set(servers.map((server) => server.pid)).size).toBe(1)
    expect((await open(dataDir)).started).toBe(false)
  })

  test('is durable, private and set up as documented', async () => {
    const server = await open(dataDir)
    const rows = await query(server, `select name, setting from pg_settings`)
    const settings = Object.fromEntries(rows.map((row) => [row.name!, row.setting]))
    expect(settings).toMatchObject({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '',
      shared_buffers: '16384',
      max_connections: '100',
      jit: 'off',
      autovacuum_vacuum_scale_factor: '0.02',
      idle_in_transaction_session_timeout: '60000',
      server_encoding: 'UTF8',
      lc_messages: 'C',
    })
    expect(settings.wal_compression).toMatch(/^(lz4|pglz|on)$/)
    for (const dir of [pgdata, server.connection.host]) expect(statSync(dir).mode & 0o077).toBe(0)
    if (asRoot) expect(statSync(pgdata).uid).not.toBe(0)
  })

  test('is not stopped by one who only attached, and leaves no process when its starter stops it', async () => {
    const attached = await open(dataDir)
    await attached.stop()
    expect((await open(dataDir)).pid).toBe(attached.pid)
    for (const server of opened) await server.stop()
    expect(isAlive(processToken(attached.pid))).toBe(false)
    expect(processesIn(pgdata)).toEqual([])
  })

  test('keeps every acknowledged row when its server is killed', async () => {
    const server = await open(dataDir)
    await query(server, 'create table kept (writer int, n int, primary key (writer, n))')
    const acknowledged: string[] = []
    const write = async (writer: number): Promise<void> => {
      const client = new pg.Client(server.connection)
      client.on('error', () => {})
      await client.connect()
      for (let n = 0; ; n++) {
        await client.query('insert into kept values ($1, $2)', [writer, n])
        acknowledged.push(`${writer}:${n}`)
      }
    }
    const writers = [0, 1, 2, 3].map((writer) => write(writer).catch(() => {}))
    await until(() => acknowledged.length > 200)
    process.kill(server.pid, 'SIGKILL')
    await Promise.all(writers)
    expect(existsSync(join(pgdata, 'postmaster.pid'))).toBe(true)
    const again = await open(dataDir)
    expect(again.started).toBe(true)
    const kept = new Set((await query(again, 'select writer, n from kept')).map((row) => `${row.writer}:${row.n}`))
    expect(acknowledged.filter((row) => !kept.has(row))).toEqual([])
    await again.stop()
  })

  test.runIf(onLinux)('starts although the pid in a leftover file belongs to someone else now', async () => {
    const owner = statSync(pgdata)
    const stranger = spawn('sleep', ['60'], asRoot ? { uid: owner.uid, gid: owner.gid } : {})
    children.push(stranger)
    // A new one claims the pid file left by a killed one unless a process of the same user has that number.
    const left = [stranger.pid, pgdata, 1, 5432, '/nowhere', '', '', 'ready', '']
    writeFileSync(join(pgdata, 'postmaster.pid'), left.join('\n'), { mode: 0o600 })
    chownSync(join(pgdata, 'postmaster.pid'), owner.uid, owner.gid)
    const server = await open(dataDir)
    expect(server.started).toBe(true)
    // Nor does stopping signal whoever the file names, if that is not the process that was started.
    const file = join(pgdata, 'postmaster.pid')
    const honest = readFileSync(file, 'utf8')
    writeFileSync(file, honest.replace(String(server.pid), String(stranger.pid)))
    await server.stop()
    expect([isAlive(processToken(server.pid)), stranger.exitCode, stranger.signalCode]).toEqual([true, null, null])
    writeFileSync(file, honest)
    await server.stop()
    expect(isAlive(processToken(server.pid))).toBe(false)
  })

  test('outlives the process group of its starter', async () => {
    const starter = inChild(`${opens(dataDir)} setInterval(() => {}, 1000)`, { detached: true })
    await starter.said('"started":true')
    process.kill(-starter.child.pid!, 'SIGINT')
    await starter.ended
    const server = await open(dataDir)
    expect(server.started).toBe(false)
    process.kill(server.pid, 'SIGINT')
    await until(() => !isAlive(processToken(server.pid)))
  })

  test('a copy of it, pid file included, is a server of its own', async () => {
    const server = await open(dataDir)
    const copy = join(top, 'copy')
    cpSync(dataDir, copy, { recursive: true, filter: (path) => !path.includes('/socket') })
    chmodSync(copy, 0o711)
    const owner = statSync(pgdata)
    for (const entry of ['.', ...readdirSync(join(copy, 'pgdata'), { recursive: true, encoding: 'utf8' })]) {
      chownSync(join(copy, 'pgdata', entry), owner.uid, owner.gid)
    }
    const other = await open(copy)
    expect(other.started).toBe(true)
    expect(other.pid).not.toBe(server.pid)
    await other.stop()
    await server.stop()
  })

  test('of another major version is refused with both versions and the way forward', async () => {
    writeFileSync(join(pgdata, 'PG_VERSION'), '14\n')
    await expect(open(dataDir)).rejects.toThrow(/PostgreSQL 14.*PostgreSQL \d\d.*assay backup.*assay restore/s)
    const findings = await inspectEmbedded(dataDir)
    expect(findings.find(({ check }) => check === 'cluster')).toMatchObject({
      ok: false,
      fix: expect.stringContaining('assay backup'),
    })
  })

  test('that lost parts of its data is refused, never replaced by an empty one', async () => {
    rmSync(join(pgdata, 'PG_VERSION'))
    await expect(open(dataDir)).rejects.toThrow(/damaged.*assay restore/s)
    expect(existsSync(join(pgdata, 'base'))).toBe(true)
  })
})

describe.skipIf(process.platform === 'win32')('an empty directory', { timeout: 60_000 }, () => {
  test('raced for by four processes is initialised once, and serves all', async () => {
    const dataDir = join(top, 'race')
    const racers = [1, 2, 3, 4].map(() => inChild(opens(dataDir)))
    const outputs = await Promise.all(racers.map((racer) => racer.ended))
    const all = outputs.join('')
    expect(all.match(/opened /g)).toHaveLength(4)
    expect(all.match(/"started":true/g)).toHaveLength(1)
    expect(all.match(/creating the database cluster/g)).toHaveLength(1)
    const server = await open(dataDir)
    expect(server.started).toBe(false)
    process.kill(server.pid, 'SIGINT')
    await until(() => !isAlive(processToken(server.pid)))
  })

  test('whose first start was killed half way starts the next time', async () => {
    const dataDir = join(top, 'cut')
    const first = inChild(opens(dataDir))
    await until(() => existsSync(dataDir) && readdirSync(dataDir).some((name) => name.startsWith('pgdata.new-')))
    first.child.kill('SIGKILL')
    await first.ended
    expect(existsSync(join(dataDir, 'pgdata'))).toBe(false)
    // What an initdb that was run by hand leaves when it is cut short.
    mkdirSync(join(dataDir, 'pgdata', 'base', '1'), { recursive: true })
    const owner = statSync(join(dataDir, 'socket'))
    chownSync(join(dataDir, 'pgdata'), owner.uid, owner.gid)
    const server = await open(dataDir)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(readdirSync(dataDir).filter((name) => /\.new-|\.lock$/.test(name))).toEqual([])
    await server.stop()
  })

  test.runIf(onLinux)('starts over the locks of a killed server that nobody reaps', async () => {
    const dataDir = join(top, 'unreaped')
    const server = await open(dataDir)
    await server.stop()
    const { uid, gid } = statSync(join(dataDir, 'pgdata'))
    // A shell that becomes another program never asks how its child ended, so the child stays a zombie; one of the
    // server's own user, as the killed server would be.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
      ...(asRoot && { uid, gid }),
      cwd: '/',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    children.push(parent)
    const zombie = Number(await new Promise<string>((resolve) => parent.stdout.once('data', (d) => resolve(String(d)))))
    await until(() => processToken(zombie) === 'gone')
    expect(() => process.kill(zombie, 0)).not.toThrow()
    const lines = [zombie, join(dataDir, 'pgdata'), 1, 5432, server.connection.host, '', '']
    for (const file of [join(dataDir, 'pgdata/postmaster.pid'), join(server.connection.host, '.s.PGSQL.5432.lock')]) {
      writeFileSync(file, lines.join('\n'), { mode: 0o600 })
      chownSync(file, uid, gid)
    }
    expect(await query(await open(dataDir), 'select 1 as n')).toEqual([{ n: 1 }])
  })

  test('on a path too long for a socket gets its socket elsewhere, in a directory of its own', async () => {
    const dataDir = join(top, 'deep'.repeat(30))
    const server = await open(dataDir)
    expect(server.connection.host.startsWith(dataDir)).toBe(false)
    expect(statSync(server.connection.host).mode & 0o777).toBe(0o700)
    await server.stop()
    // Someone else got there first and laid a link: it is refused.
    rmSync(server.connection.host, { recursive: true })
    symlinkSync(top, server.connection.host)
    await expect(open(dataDir)).rejects.toThrow(/should be a directory of PostgreSQL's own/)
    rmSync(server.connection.host)
  })

  test.runIf(asRoot)('is served to a user without rights, who runs the server under his own name', async () => {
    const dataDir = join(top, 'plain')
    mkdirSync(dataDir, { mode: 0o700 })
    chownSync(dataDir, 65534, 65534)
    const code = `${opens(dataDir)} console.log('status', (await import('node:fs')).readFileSync('/proc/' + s.pid + '/status', 'utf8')); await s.stop()`
    const output = await inChild(code, { uid: 65534, gid: 65534 }).ended
    expect(output).toMatch(/"started":true/)
    expect(output).toMatch(/Uid:\t65534\t65534/)
    // Root opens it later as the user who owns the data, and that user can open it again.
    const server = await open(dataDir)
    expect(statSync(`/proc/${server.pid}`).uid).toBe(65534)
    await server.stop()
    expect(await inChild(`${opens(dataDir)} await s.stop()`, { uid: 65534, gid: 65534 }).ended).toMatch(
      /"started":true/,
    )
  })

  test.runIf(asRoot)('that the server cannot reach is refused, with the directory that is in the way', async () => {
    const closed = join(top, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    await expect(open(join(closed, 'data'))).rejects.toThrow(`cannot enter ${closed} on the way`)
    const findings = await inspectEmbedded(join(closed, 'data'))
    expect(findings.find(({ check }) => check === 'data_directory')).toMatchObject({ ok: false })
  })
})

describe.skipIf(!onLinux)('the server lock', { timeout: 30_000 }, () => {
  const dataDir = join(top, 'lock')

  test('is refused while another holds it, naming who and since when, and free again after release', () => {
    const lock = takeServerLock(dataDir, 'web and worker')
    const sentence = new RegExp(
      `\\(web and worker\\) already runs on .*process ${process.pid}, since \\d{4}-\\d\\d-\\d\\dT`,
    )
    expect(() => takeServerLock(dataDir, 'web')).toThrow(sentence)
    lock.release()
    takeServerLock(dataDir, 'web').release()
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('of another process is refused while that lives, and taken over once it is killed', async () => {
    const other = inChild(
      `db.takeServerLock(${JSON.stringify(dataDir)}, 'web'); console.log('taken'); setInterval(() => {}, 1000)`,
    )
    await other.said('taken')
    expect(() => takeServerLock(dataDir, 'web')).toThrow(`process ${other.child.pid}`)
    other.child.kill('SIGKILL')
    await other.ended
    expect(readdirSync(dataDir)).toHaveLength(1)
    takeServerLock(dataDir, 'web').release()
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('of a dead process whose pid now belongs to another is taken over', () => {
    const [pid, , boot] = processToken(process.pid).split('-')
    writeFileSync(join(dataDir, `server.${pid}-1-${boot}.lock`), 'web')
    takeServerLock(dataDir, 'web').release()
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('is freed when its holder ends', async () => {
    await inChild(`db.takeServerLock(${JSON.stringify(dataDir)}, 'web')`).ended
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('raced for by eight processes, over a stale one, is held by at most one at a time', async () => {
    writeFileSync(join(dataDir, 'server.1-1-nowhere.lock'), 'web')
    // Each holder makes a directory that fails if another holder's is still there.
    const code = `const fs = await import('node:fs'); const held = ${JSON.stringify(join(top, 'held'))}; let got = 0
      for (let i = 0; i < 60; i++) {
        try { const lock = db.takeServerLock(${JSON.stringify(dataDir)}, 'web')
          try { fs.mkdirSync(held); got++; fs.rmdirSync(held) } catch { console.log('two at once') } lock.release()
        } catch (error) { if (!/already runs/.test(error.message)) console.log(error.message) } }
      console.log('got', got)`
    const outputs = await Promise.all(Array.from({ length: 8 }, () => inChild(code).ended))
    expect(outputs.join('')).not.toMatch(/two at once|Error|ENOENT/)
    const got = outputs.map((output) => Number(/got (\d+)/.exec(output)?.[1]))
    expect(got.reduce((sum, n) => sum + n)).toBeGreaterThan(60)
  })
})

test('the default directory follows the setting, then the user', () => {
  const { ASSAY_DATA: before } = process.env
  try {
    process.env.ASSAY_DATA = '/somewhere/else'
    expect(defaultDataDir()).toBe('/somewhere/else')
    delete process.env.ASSAY_DATA
    expect(defaultDataDir()).toMatch(asRoot ? /^\/var\/lib\/assay$/ : /\/assay$/)
  } finally {
    if (before !== undefined) process.env.ASSAY_DATA = before
  }
})

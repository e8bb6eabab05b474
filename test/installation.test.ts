import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../src/client.ts'
import { attach, placeOf } from '../src/cli/attach.ts'
import type { Api } from '../src/cli/connect.ts'
import { planReplay, synthesize } from '../src/cli/replay/data.ts'
import { replay } from '../src/cli/replay/run.ts'
import { auditInstallation, auditText } from '../src/domains/ledger/audit.ts'
import { createRng } from '../src/platform/rng.ts'
import { freePort, isRunning, killTree, runCommand, startProcess, type Started } from './process.ts'

const LONG = Boolean(process.env.ASSAY_NIGHTLY)
const KILLS = LONG ? 50 : 2
const TASKS = LONG ? 3000 : 100

/** The real commands on a real data directory, as somebody who runs Assay has them. */
describe('an installation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-installation-'))
  // PostgreSQL runs as a user of its own when we are root, and must be able to pass through.
  chmodSync(folder, 0o755)
  const dataDir = join(folder, 'data')
  const data = { ASSAY_DATA: dataDir }
  let port = 0
  let server: Started | undefined
  const start = async () => (server = await startProcess(['--port', String(port)], data))
  const postmaster = () => Number(readFileSync(join(dataDir, 'pgdata/postmaster.pid'), 'utf8').split('\n')[0])

  beforeAll(async () => {
    port = await freePort()
    await start()
  })
  afterAll(async () => {
    if (server) await killTree(server, dataDir).catch(() => {})
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  test('says where it listens, where the data are, and how to sign in', async () => {
    const output = server!.output()
    expect(output).toContain(`Assay is listening on http://localhost:${port}`)
    expect(output).toContain(`Data: ${dataDir}`)
    const token = /http:\/\/localhost:\d+\/\S*#(\S+)/.exec(output)?.[1]
    const signIn = () =>
      createClient({ baseUrl: `http://localhost:${port}` }).identity.sign_in_with_link({ body: { token: token! } })
    expect((await signIn()).account.access.operator).toBe(true)
    await expect(signIn()).rejects.toThrow(/used or has expired/)
  })

  test('refuses a second server on the same data, and lets commands attach', async () => {
    const second = await runCommand(['start', '--port', '0'], data)
    expect(second.code).toBe(1)
    expect(second.err).toMatch(/An Assay server \(web and worker\) already runs on .*: process \d+.*\n$/)
    expect(second.err.split('\n').length).toBe(2)
    const doctor = await runCommand(['doctor', '--json'], data)
    const { findings } = JSON.parse(doctor.out) as { findings: { check: string; state: string; message: string }[] }
    expect(findings.find((f) => f.check === 'server' && f.message.includes('answers at'))).toBeTruthy()
    expect(findings.filter((f) => f.state === 'fault' && f.check !== 'web_pages')).toEqual([])
    expect((await runCommand(['fly'], data)).code).toBe(1)
    expect((await runCommand(['campaign', 'open', '1', '--url', 'http://127.0.0.1:9'], data)).err).toContain('--key')
  })

  test(
    `loses nothing when everything is killed ${KILLS} times in the middle of a replay`,
    async () => {
      const made = await runCommand(['key', 'create', '--hours', '24'], data)
      const key = made.out.trim()
      expect(key).toMatch(/^ak_/)
      const url = `http://127.0.0.1:${port}`
      const acknowledged: string[] = []
      const over: typeof fetch = async (input, init) => {
        const response = await fetch(input, init)
        if (response.ok && init?.method === 'POST' && String(input).endsWith('/reviews')) {
          const { reviews } = JSON.parse(init.body as string) as { reviews: { submission_id: string }[] }
          for (const r of reviews)
            acknowledged.push(`${new Headers(init.headers).get('authorization')} ${r.submission_id}`)
        }
        return response
      }
      const as = (k: string) => createClient({ baseUrl: url, headers: { authorization: `Bearer ${k}` }, fetch: over })
      const api: Api = { client: as(key), as, url, key, close: async () => {} }
      const rng = createRng(Number(process.env.ASSAY_SEED ?? 11))
      const plan = planReplay(synthesize({ tasks: TASKS, workers: 12, seed: rng.seed, reviews: 3 }), {
        seed: rng.seed,
        reviews: 3,
        as: 'kills',
      })
      const lines: string[] = []
      let done = false
      const whole = replay(api, plan, {
        say: (l) => void lines.push(l),
        progress: () => ({ set: () => {}, end: () => {} }),
        lanes: 8,
      }).finally(() => (done = true))
      let kills = 0
      const killer = async () => {
        // The first kill falls among the reviews; what comes before is covered by the later ones of the long run.
        while (!LONG && acknowledged.length < 20 && !done) await sleep(20)
        while (kills < KILLS && !done) {
          await sleep(LONG ? 400 + rng.below(4000) : 100 + rng.below(400))
          if (done) break
          await killTree(server!, dataDir)
          kills += 1
          await start()
        }
      }
      const [fits] = await Promise.all([whole, killer()])
      // A replay sends nothing again that was acknowledged, so that its own check at the end finds whatever was lost.
      expect(lines.join('\n')).toContain('Everything fits')
      expect(fits).toBe(true)
      expect(kills).toBeGreaterThan(LONG ? 20 : 0)
      expect(acknowledged.length).toBe(new Set(acknowledged).size)

      const after = await attach(placeOf({ data: dataDir }))
      try {
        const books = await auditInstallation(after)
        expect(auditText(books)).toContain('The books are right')
        expect(books.counted.submissions).toBeGreaterThanOrEqual(TASKS)
        const waiting = after.db.selectFrom('queue').innerJoin('campaign', 'campaign.id', 'queue.campaign_id')
        const rows = await waiting.select('queue.target_id').where('campaign.example', '=', false).execute()
        expect(rows).toEqual([])
        expect(
          await after.db.selectFrom('job_state').select(['name', 'error']).where('failures', '>', 0).execute(),
        ).toEqual([])
      } finally {
        await after.close()
      }
    },
    LONG ? 3_600_000 : 240_000,
  )

  test('is backed up while it runs, stops cleanly, and comes back from the backup elsewhere', async () => {
    const file = join(folder, 'backup.gz')
    const backup = await runCommand(['backup', file], data)
    expect([backup.code, backup.out]).toEqual([0, expect.stringContaining('Backup written')])
    expect((await runCommand(['backup', file], data)).err).toContain('--force')
    expect((await runCommand(['restore', file], data)).err).toContain('Stop it first')

    const pid = postmaster()
    server!.child.kill('SIGTERM')
    expect(await server!.ended).toBe(0)
    expect(server!.output()).toContain('Stopped.')
    server = undefined
    expect(isRunning(pid)).toBe(false)
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false)
    expect((await runCommand(['campaign', 'open', '1'], data)).err).toContain('No server runs on these data')

    const elsewhere = { ASSAY_DATA: join(folder, 'elsewhere') }
    const restore = await runCommand(['restore', file], elsewhere)
    expect([restore.code, restore.out]).toEqual([0, expect.stringContaining('Restored')])
    expect((await runCommand(['restore', file], elsewhere)).err).toContain('--force')
    const audit = await runCommand(['ledger', 'audit'], elsewhere)
    expect([audit.code, audit.out]).toEqual([0, expect.stringMatching(/^The books are right.*submissions \d{3}/)])
  }, 120_000)
})

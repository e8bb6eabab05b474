import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from '../../test/world.ts'
import { diagnose } from './doctor.ts'
import type { Finding } from './doctor-finding.ts'

// Each fault is planted in a database that was in order before, and must be found with a way forward.
describe('doctor', () => {
  let world: World
  const before = { ...process.env }
  const set = (values: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  beforeAll(async () => {
    world = await createWorld({ at: new Date().toISOString() })
    const { host, port, user, database } = world.connection
    const where = host.startsWith('/')
      ? `localhost:${port}/${database}?host=${encodeURIComponent(host)}`
      : `${host}:${port}/${database}`
    set({
      DATABASE_URL: `postgres://${user}@${where}`,
      ASSAY_DATA: undefined,
      ASSAY_PUBLIC_URL: undefined,
      ASSAY_HOST: undefined,
      ASSAY_TRUST_PROXY: undefined,
    })
    await world.person('operator', { roles: ['operator'] })
  })
  afterAll(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
    await world.close()
  })

  const find = async (check: string, options = {}): Promise<Finding[]> =>
    (await diagnose(options)).filter((f) => f.check === check && f.state !== 'ok')
  const faults = async () => (await diagnose({})).filter((f) => f.state === 'fault')
  const sql = (text: string, values: unknown[] = []) => world.pool.query(text, values)

  test('finds no fault in an installation that is in order', async () => {
    const findings = await diagnose({})
    expect(
      findings
        .filter((f) => f.state === 'fault')
        .map((f) => f.check)
        .filter((c) => c !== 'web_pages'),
    ).toEqual([])
    expect(findings.map((f) => f.check)).toEqual(
      expect.arrayContaining([
        'node',
        'settings',
        'address',
        'version',
        'durability',
        'clock',
        'schema',
        'jobs',
        'ledger',
        'queue',
        'operator',
        'server',
      ]),
    )
    for (const f of findings) {
      expect(f.message).toMatch(/[.)]$/)
      if (f.state !== 'ok') expect(f.fix?.length).toBeGreaterThan(10)
    }
  })

  test('says when a wrong setting keeps it from starting', async () => {
    set({ ASSAY_PORT: 'many' })
    expect((await find('settings'))[0]?.message).toContain('ASSAY_PORT')
    set({ ASSAY_PORT: undefined })
  })

  test.each([
    ['http://assay.example', 'fault', /no passkeys/],
    ['not an address', 'fault', /no address/],
    ['https://10.0.0.7', 'fault', /need a name/],
  ])('says what is wrong with %s', async (url, state, says) => {
    set({ ASSAY_PUBLIC_URL: url })
    const [found] = await find('address')
    expect(found?.state).toBe(state)
    expect(found?.message).toMatch(says)
    set({ ASSAY_PUBLIC_URL: undefined })
  })

  test('says when it listens for all without a name', async () => {
    set({ ASSAY_HOST: '0.0.0.0' })
    expect((await find('address'))[0]?.fix).toContain('ASSAY_PUBLIC_URL')
    set({ ASSAY_HOST: undefined })
  })

  test('says when commits are not on disk', async () => {
    await sql(`alter database ${world.connection.database} set synchronous_commit = off`)
    expect((await find('durability'))[0]).toMatchObject({
      state: 'fault',
      message: expect.stringContaining('synchronous_commit is off') as string,
    })
    await sql(`alter database ${world.connection.database} reset synchronous_commit`)
    expect(await find('durability')).toEqual([])
  })

  test('says when migrations are due, and when the program is too old', async () => {
    await sql(`delete from migration where name = '0002_identity.sql'`)
    expect((await find('schema'))[0]).toMatchObject({ state: 'warning', message: '1 migrations are due.' })
    await sql(`insert into migration (name) values ('0002_identity.sql'), ('9999_future.sql')`)
    expect((await find('schema'))[0]).toMatchObject({
      state: 'fault',
      message: expect.stringContaining('9999_future.sql') as string,
    })
    await sql(`delete from migration where name = '9999_future.sql'`)
  })

  test('says which job fails, and when none has run', async () => {
    await sql(
      `insert into job_state (name, ran_at, failures, error) values ('sweep_leases', now(), 3, 'Error: no room')`,
    )
    expect((await find('jobs'))[0]?.message).toBe('The job sweep_leases failed 3 times in a row: Error: no room')
    await sql(`update job_state set failures = 0, error = null, ran_at = now() - interval '1 day'`)
    expect((await find('worker'))[0]?.fix).toContain('ASSAY_ROLES')
    await sql('delete from job_state')
  })

  test('says when the books were wrong', async () => {
    await sql(`insert into ledger_audit (id, asked_at, started_at, problem_count) values (1, now(), now(), 2)`)
    expect((await find('ledger'))[0]?.message).toContain('found 2 problems')
    await sql('delete from ledger_audit')
  })

  test('says when leases and events wait for a worker', async () => {
    await sql(
      `insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at) values (1, 1, 1, 1, 1, 1, now() - interval '2 hours', now() - interval '1 hour')`,
    )
    await sql(
      `insert into event (campaign_id, id, kind, subject_id, at, body) values (1, 1, 'submitted', 1, now() - interval '1 hour', '{}')`,
    )
    await sql(
      `insert into queue (campaign_id, lane, target_id, author_id, rk, cover, needed, opened_at) values (1, 1, 1, 0, 0, 0, 1, now())`,
    )
    expect((await find('queue')).map((f) => f.state).toSorted()).toEqual(['fault', 'warning'])
    expect(await find('events')).toHaveLength(1)
    await sql('delete from lease')
    await sql('delete from event')
    await sql('delete from queue')
    expect((await faults()).filter((f) => f.check !== 'web_pages')).toEqual([])
  })

  test('says when the database cannot be reached', async () => {
    const url = process.env.DATABASE_URL
    set({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' })
    expect((await find('database'))[0]).toMatchObject({
      state: 'fault',
      fix: expect.stringContaining('DATABASE_URL') as string,
    })
    set({ DATABASE_URL: url })
  })
})

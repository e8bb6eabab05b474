import { readdirSync } from 'node:fs'
import type { Db } from '../platform/context.ts'
import { migrationsDir } from '../platform/db/migrate.ts'
import { type Connection, openDb } from '../platform/db/open.ts'
import { jobs } from '../server/jobs.ts'
import { fault, type Finding, ok, warning } from './doctor-finding.ts'
import {
  appliedMigrations,
  crookedQueue,
  jobStates,
  lastLedgerAudit,
  operators,
  serverFacts,
  stuckWork,
} from './doctor-queries.ts'
import { sentenceFor } from './problem.ts'

/** What can be wrong inside the database: its server's settings, the schema, and what the tables hold. */
export async function inside(connection: Connection | string): Promise<Finding[]> {
  const { db } = openDb({ connection, poolSize: 1, forceGenericPlan: false, name: 'doctor of assay' })
  try {
    const before = Date.now()
    const facts = await serverFacts(db)
    const now = new Date()
    const findings: Finding[] = []
    findings.push(
      Number(facts.version_num) >= 150000
        ? ok('version', `PostgreSQL ${facts.version}.`)
        : fault('version', `PostgreSQL ${facts.version} is too old.`, 'Assay needs PostgreSQL 15 or newer.'),
    )
    findings.push(durability(facts))
    if (facts.autovacuum !== 'on')
      findings.push(
        warning(
          'autovacuum',
          'Autovacuum is off, so the database grows and slows down.',
          'Set autovacuum = on in its configuration.',
        ),
      )
    if (facts.encoding !== 'UTF8')
      findings.push(
        fault(
          'encoding',
          `The database is encoded in ${facts.encoding}.`,
          'Make a database with encoding UTF8 and restore a backup into it.',
        ),
      )
    if (facts.in_recovery)
      findings.push(
        fault('standby', 'This is a standby server, which takes no writes.', 'Point DATABASE_URL to the primary.'),
      )
    // The answer was made between both readings of our own clock.
    const skew =
      facts.now.getTime() < before ? before - facts.now.getTime() : Math.max(0, facts.now.getTime() - now.getTime())
    findings.push(
      skew <= 2000
        ? ok('clock', 'The clocks of program and database agree.')
        : fault(
            'clock',
            `The clocks of program and database differ by ${(skew / 1000).toFixed(1)} s, and deadlines with them.`,
            'Let both machines keep their time with NTP.',
          ),
    )
    const used = Number(facts.connections) / Number(facts.max_connections)
    if (used > 0.8)
      findings.push(
        warning(
          'connections',
          `${facts.connections} of ${facts.max_connections} connections are in use.`,
          'Lower ASSAY_POOL_SIZE or raise max_connections.',
        ),
      )
    if (facts.oldest_seconds > 300)
      findings.push(
        warning(
          'old_transaction',
          `A transaction has been open for ${Math.round(facts.oldest_seconds / 60)} minutes; events after it wait for their order.`,
          'Find it in pg_stat_activity and end it.',
        ),
      )
    const schema = schemaState(await appliedMigrations(db))
    findings.push(schema)
    if (schema.state === 'ok') findings.push(...(await contents(db, now)))
    return findings
  } catch (error) {
    return [
      fault(
        'database',
        `The database cannot be used: ${sentenceFor(error)}`,
        'Check DATABASE_URL, and that the server runs.',
      ),
    ]
  } finally {
    await db.destroy()
  }
}

function durability(facts: { fsync: string; full_page_writes: string; synchronous_commit: string }): Finding {
  const off = [
    facts.fsync === 'off' && 'fsync',
    facts.full_page_writes === 'off' && 'full_page_writes',
    facts.synchronous_commit === 'off' && 'synchronous_commit',
  ].filter(Boolean)
  if (off.length === 0)
    return ok('durability', 'What is acknowledged is on disk (fsync, full_page_writes and synchronous_commit are on).')
  return fault(
    'durability',
    `${off.join(' and ')} ${off.length > 1 ? 'are' : 'is'} off: a crash can lose acknowledged work and money.`,
    `Set ${off.map((name) => `${name} = on`).join(', ')} in PostgreSQL's configuration and reload it.`,
  )
}

function schemaState(applied: string[]): Finding {
  const files = readdirSync(migrationsDir()).filter((f) => f.endsWith('.sql'))
  const newer = applied.filter((m) => !files.includes(m))
  if (newer.length > 0)
    return fault(
      'schema',
      `The database was made by a newer Assay (it has ${newer.join(', ')}).`,
      'Update the program.',
    )
  const due = files.filter((f) => !applied.includes(f))
  if (due.length > 0)
    return applied.length === 0
      ? warning('schema', 'The database is empty.', 'The next start makes the tables: npm start')
      : warning('schema', `${due.length} migrations are due.`, 'The next start applies them: npm start')
  return ok('schema', `The schema is up to date (${applied.length} migrations).`)
}

async function contents(db: Db, now: Date): Promise<Finding[]> {
  const findings: Finding[] = []
  const states = await jobStates(db)
  const failing = states.filter((s) => s.failures > 0)
  for (const s of failing)
    findings.push(
      fault(
        'jobs',
        `The job ${s.name} failed ${s.failures} times in a row: ${(s.error ?? '').split('\n')[0]}`,
        "docs/reference/jobs.md says what it does; the server's log has the details.",
      ),
    )
  const pace = new Map(jobs.map((j) => [j.name, j.every_ms]))
  const idle = states.filter(
    (s) =>
      s.ran_at && pace.has(s.name) && now.getTime() - s.ran_at.getTime() > Math.max(300_000, 10 * pace.get(s.name)!),
  )
  if (states.length > 0 && idle.length === states.length)
    findings.push(
      warning(
        'worker',
        'No job has run lately, so nothing is swept, paid out or escalated.',
        'Start a process with the worker role (ASSAY_ROLES).',
      ),
    )
  else
    for (const s of idle)
      findings.push(
        warning(
          'jobs',
          `The job ${s.name} last ran at ${s.ran_at!.toISOString()}.`,
          "docs/reference/jobs.md says what it does; the server's log has the details.",
        ),
      )
  if (failing.length === 0) findings.push(ok('jobs', `${states.length} jobs, none failing.`))

  const audit = await lastLedgerAudit(db)
  if (!audit) findings.push(ok('ledger', 'The ledger was not audited yet; the worker does it within an hour.'))
  else if (audit.problem_count! > 0)
    findings.push(
      fault(
        'ledger',
        `The last audit of the ledger (${audit.started_at!.toISOString()}) found ${audit.problem_count} problems.`,
        'Run assay ledger audit to see them, and keep a backup before anything else.',
      ),
    )
  else findings.push(ok('ledger', `The ledger was audited at ${audit.started_at!.toISOString()} and is right.`))

  const stuck = await stuckWork(db, now)
  const worker = 'A process with the worker role does this; is one running?'
  if (stuck.leases > 0)
    findings.push(
      warning('queue', `${stuck.leases} leases are over for more than ten minutes and were not returned.`, worker),
    )
  if (stuck.decisions > 0)
    findings.push(
      warning('queue', `${stuck.decisions} decisions wait past their deadline and were not escalated.`, worker),
    )
  if (stuck.events > 0)
    findings.push(
      warning(
        'events',
        `${stuck.events >= 1000 ? 'More than 1,000' : stuck.events} events have no place in the season's order for ten minutes.`,
        worker,
      ),
    )
  if (stuck.imports > 0)
    findings.push(
      warning(
        'imports',
        `${stuck.imports} imports were begun a day ago and not finished.`,
        'Send their last part, or leave them.',
      ),
    )
  if (stuck.releases + stuck.reports > 0)
    findings.push(
      warning(
        'releases',
        `${stuck.releases} releases and ${stuck.reports} reports failed.`,
        'Their pages say why; ask for them again.',
      ),
    )
  const crooked = await crookedQueue(db)
  if (crooked > 0)
    findings.push(
      fault(
        'queue',
        `${crooked} queue entries count fewer leases than there are.`,
        'Run assay ledger audit and report it.',
      ),
    )
  if (stuck.leases + stuck.decisions + crooked === 0) findings.push(ok('queue', 'The queue is in order.'))

  const people = await operators(db)
  if (people.operators === 0)
    findings.push(warning('operator', 'There is no operator.', 'Start Assay: it makes one and prints a sign-in link.'))
  else if (people.with_passkey === 0)
    findings.push(
      warning(
        'operator',
        'No operator has a passkey yet.',
        'Open the sign-in link that the start prints, and add one.',
      ),
    )
  else
    findings.push(
      ok(
        'operator',
        `${people.operators} ${people.operators === 1 ? 'operator' : 'operators'}, ${people.with_passkey} with a passkey.`,
      ),
    )
  return findings
}

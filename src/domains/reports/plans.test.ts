import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../../../test/world.ts'
import type { DB } from '../../platform/db/tables.ts'
import * as audits from '../audits/queries.ts'
import * as auditViews from '../audits/view-queries.ts'
import * as seasons from '../seasons/queries.ts'
import * as reports from './queries.ts'

let w: World
let heard: { sql: string; parameters: readonly unknown[] }[] = []
let db: Kysely<DB>

beforeAll(async () => {
  w = await createWorld()
  db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: w.pool }),
    log: (e) => void heard.push({ sql: e.query.sql, parameters: e.query.parameters }),
  })
})
afterAll(() => w.close())

/** Tables that stay small, or of which all is wanted: reading them whole is no fault. */
const SMALL = new Set(['season', 'season_board', 'campaign', 'currency', 'audit_plan'])
type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] }
const scans = (p: Plan): string[] => [
  ...(p['Node Type'] === 'Seq Scan' && p['Relation Name'] && !SMALL.has(p['Relation Name'])
    ? [p['Relation Name']]
    : []),
  ...(p.Plans ?? []).flatMap(scans),
]

/** The tables that a read would go through from end to end for want of an index. */
async function readWhole(run: () => Promise<unknown>): Promise<string[]> {
  heard = []
  await run()
  const client = await w.pool.connect()
  try {
    await client.query('begin')
    await client.query('set local enable_seqscan = off')
    const found: string[] = []
    for (const { sql, parameters } of heard) {
      const { rows } = await client.query(`explain (format json) ${sql}`, [...parameters])
      found.push(...scans((rows[0] as { 'QUERY PLAN': { Plan: Plan }[] })['QUERY PLAN'][0]!.Plan))
    }
    expect(heard.length).toBeGreaterThan(0)
    return found
  } finally {
    await client.query('rollback')
    client.release()
  }
}

const at = new Date(Date.UTC(2026, 0, 1))
const standing = { handle: 'ann', score: 3, reached_at: at }

test.each<[string, () => Promise<unknown>]>([
  ['boardPage', () => seasons.boardPage(db, '1', standing, 50)],
  ['placeOf', () => seasons.placeOf(db, '1', standing)],
  ['standingOf', () => seasons.standingOf(db, '1', '2')],
  ['boardsBehind', () => seasons.boardsBehind(db)],
  ['countAccepted', () => seasons.countAccepted(db, '1', '5', 100)],
  ['contributorsOf', () => seasons.contributorsOf(db, ['1'])],
  ['isInSeason', () => seasons.isInSeason(db, '1', '2')],
  ['undrawn', () => audits.undrawn(db, '1', '2', { until: at }, 100)],
  ['lockAudits', () => audits.lockAudits(db, '1', ['2'])],
  ['earlierGrades', () => audits.earlierGrades(db, '1', '2', ['3'])],
  ['workOf', () => audits.workOf(db, '1', ['2'])],
  ['planCounts', () => auditViews.planCounts(db, ['1'])],
  ['gradedStrata', () => auditViews.gradedStrata(db, '1')],
  ['campaignStrata', () => auditViews.campaignStrata(db, '1')],
  ['gradePairs', () => auditViews.gradePairs(db, '1')],
  ['disputed', () => auditViews.disputed(db, '1', '0', 50)],
  ['gradesOf', () => auditViews.gradesOf(db, ['1'], ['2'])],
  ['deskOf', () => auditViews.deskOf(db, '1', 5)],
  ['listReports', () => reports.listReports(db, '1', { published: true, ready: true, before: '9', limit: 50 })],
  ['nextBuilding', () => reports.nextBuilding(db)],
  ['lastSeq', () => reports.lastSeq(db, '1')],
  ['logBounds', () => reports.logBounds(db, '1', '9')],
  ['isLogBehind', () => reports.isLogBehind(db, { tx: '5', id: '6' }, at)],
  ['hasEvents', () => reports.hasEvents(db, '1')],
  ['drawsOf', () => reports.drawsOf(db, '1', '9')],
])('%s finds its rows by an index', async (_name, run) => expect(await readWhole(run)).toEqual([]))

test('a read without one is seen', async () => {
  expect(
    await readWhole(() => db.selectFrom('audit').select('submission_id').where('grades', '=', 2).execute()),
  ).toEqual(['audit'])
})

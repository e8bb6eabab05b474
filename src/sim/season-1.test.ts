import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openDb, type Connection } from '../platform/db/open.ts'
import { auditSeason } from './auditor.ts'
import { dropDatabase } from './database-queries.ts'
import { runSeason, type RunOptions, type RunResult } from './run.ts'
import type { RuleSet } from './scenario.ts'
import { scaled } from './season-1.ts'

const lent = inject('server') as Connection & { template: string }
const server: Connection = { host: lent.host, port: lent.port, user: lent.user, database: 'postgres' }
const prefix = `test_${lent.template.split('_')[1]}_season`
const names = ['original', 'ours', 'again', 'again_a', 'again_b'].map((n) => `${prefix}_${n}`)
const population = scaled(40, 2, 0.15)
const play = async (rules: RuleSet, name: string, more: Partial<RunOptions> = {}): Promise<RunResult | undefined> =>
  runSeason({ server, database: `${prefix}_${name}`, population, seed: 1, rules, ...more })

let original: RunResult
let ours: RunResult
beforeAll(async () => {
  original = (await play('original', 'original'))!
  ours = (await play('ours', 'ours'))!
}, 120_000)
afterAll(async () => {
  for (const name of names) await dropDatabase(server, name)
})

describe('a small Season 1 through the application', () => {
  test('decides all of it, and an auditor that shares no code comes to the same decisions, rewards and balances', () => {
    for (const run of [original, ours]) {
      expect(run.figures.total.submissions).toBeGreaterThan(150)
      // A handful of people cannot always fill a panel.
      expect(run.open).toBeLessThan(run.figures.total.submissions * 0.05)
      expect(run.audit.problems).toEqual([])
      expect(run.audit.decisions).toBe(run.figures.total.decided)
      expect(run.audit.rewards).toBe(run.audit.decisions)
    }
    expect(original.figures.total.reviews_each).toBe(3)
  })

  test('is the same run for the same seed, also when it was stopped and went on from a checkpoint', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'assay-season-'))
    const checkpoint = { file: join(dir, 'checkpoint.json'), every_seconds: 0 }
    expect(await play('ours', 'again', { checkpoint, stop_after: 1 })).toBeUndefined()
    // What the day after the checkpoint left behind must not matter.
    const again = (await play('ours', 'again', { checkpoint: { ...checkpoint, every_seconds: 600 } }))!
    rmSync(dir, { recursive: true })
    expect(again.digest).toBe(ours.digest)
    expect(again.figures).toEqual(ours.figures)
    expect(original.digest).not.toBe(ours.digest)
  }, 120_000)

  test('the auditor finds a decision, a vote and a reward that were tampered with', async () => {
    const { db } = openDb({
      connection: { ...server, database: `${prefix}_original` },
      poolSize: 2,
      forceGenericPlan: false,
    })
    const campaigns = await sql<{ id: string; task_class: 'simple_research' }>`
      select id::text as id, task_class from campaign`.execute(db)
    const fields = campaigns.rows.map((c) => ({ campaign_id: c.id, class: c.task_class }))
    const audit = async () => (await auditSeason(db, fields, 'original')).problems
    const spoil = async (statement: string, restore: string): Promise<string[]> => {
      await sql.raw(statement).execute(db)
      const problems = await audit()
      await sql.raw(restore).execute(db)
      return problems
    }
    const one = `(select submission_id from decision order by submission_id limit 1)`
    const flip = `update event set body = jsonb_set(body, '{accepted}', to_jsonb(not (body ->> 'accepted')::boolean)) where kind = 'decided' and subject_id = ${one}`
    expect((await spoil(flip, flip)).join()).toMatch(/approved and it says/)
    const turn = `update review set votes = jsonb_set(votes, '{work,approve}', to_jsonb(not (votes -> 'work' ->> 'approve')::boolean)) where submission_id = ${one}`
    expect((await spoil(turn, turn)).join()).toMatch(/reads the votes differently/)
    const more = (by: number) =>
      `update transfer set amount_minor = amount_minor + ${by} where id = (select min(id) from transfer where kind = 'review_pay')`
    expect((await spoil(more(1), more(-1))).join()).toMatch(/has \d+ and earned \d+/)
    expect(await audit()).toEqual([])
    await db.destroy()
  }, 120_000)
})

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
// Enough people that panels fill although nobody judges whoever judged them this week.
const population = scaled(80, 2, 0.15)
const play = async (rules: RuleSet, name: string, more: Partial<RunOptions> = {}): Promise<RunResult | undefined> =>
  runSeason({ server, database: `${prefix}_${name}`, population, seed: 1, rules, ...more })

let original: RunResult
let ours: RunResult
beforeAll(async () => {
  original = (await play('original', 'original'))!
  ours = (await play('ours', 'ours'))!
}, 400_000)
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
      // A rejection that was appealed is decided twice.
      expect(run.audit.decisions).toBe(run.figures.total.decided + (run.due_process?.rejections.answered ?? 0))
    }
    expect(original.audit.rewards).toBe(original.audit.decisions)
    // Three to a decision; what is still open has two at most.
    const { reviews_each, decided } = original.figures.total
    const spare = Math.round((reviews_each - 3) * decided)
    expect(spare >= 0 && spare <= 2 * original.open).toBe(true)
  })

  test('pays reviewers by windows, holds a share of pay, takes appeals and pays out', () => {
    const { audit, due_process: d, figures } = ours
    // All windows are settled, the last ones too: whoever waited for more audits was paid by then.
    expect(audit.unsettled).toBe(0)
    expect(audit.bonuses).toBeGreaterThan(0)
    expect(audit.held).toBeGreaterThan(10)
    expect(d!.rejections.answered).toBe(d!.rejections.appealed)
    expect(d!.rejections.appealed).toBeGreaterThan(0)
    for (const kind of ['held', 'review_bonus', 'payout']) expect(figures.money_minor[kind]).toBeGreaterThan(0)
    // Every case that was opened is closed, and whatever limited somebody has an end.
    expect(d!.cases.outcomes.open ?? 0).toBe(0)
    expect(original.due_process).toBeNull()
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
  }, 400_000)

  /** What the auditor says of a finished run: as it is, and after one statement that is taken back afterwards. */
  const audited = async (
    name: 'original' | 'ours',
    check: (spoil: Spoil, sound: () => Promise<string[]>) => Promise<void>,
  ) => {
    const { db } = openDb({
      connection: { ...server, database: `${prefix}_${name}` },
      poolSize: 2,
      forceGenericPlan: false,
    })
    const campaigns = await sql<{ id: string; task_class: 'simple_research' }>`
      select id::text as id, task_class from campaign`.execute(db)
    const fields = campaigns.rows.map((c) => ({ campaign_id: c.id, class: c.task_class }))
    const audit = async () => (await auditSeason(db, fields, name)).problems
    await check(async (statement, restore) => {
      const { numAffectedRows } = await sql.raw(statement).execute(db)
      expect(Number(numAffectedRows)).toBeGreaterThan(0)
      const problems = await audit()
      await sql.raw(restore).execute(db)
      return problems.join('\n')
    }, audit)
    await db.destroy()
  }
  type Spoil = (statement: string, restore: string) => Promise<string>

  test('the auditor finds a decision, a vote and a reward that were tampered with', async () => {
    await audited('original', async (spoil, sound) => {
      const one = `(select submission_id from decision order by submission_id limit 1)`
      const flip = `update event set body = jsonb_set(body, '{accepted}', to_jsonb(not (body ->> 'accepted')::boolean)) where kind = 'decided' and subject_id = ${one}`
      expect(await spoil(flip, flip)).toMatch(/approved and it says/)
      const turn = `update review set votes = jsonb_set(votes, '{work,approve}', to_jsonb(not (votes -> 'work' ->> 'approve')::boolean)) where submission_id = ${one}`
      expect(await spoil(turn, turn)).toMatch(/reads the votes differently/)
      const more = (by: number) =>
        `update transfer set amount_minor = amount_minor + ${by} where id = (select min(id) from transfer where kind = 'review_pay')`
      expect(await spoil(more(1), more(-1))).toMatch(/has \d+ and earned \d+/)
      expect(await sound()).toEqual([])
    })
  }, 400_000)

  test('and a grade, a bonus and held pay', async () => {
    await audited('ours', async (spoil, sound) => {
      const of = (kind: string, where = '') =>
        `kind = '${kind}' ${where} and id = (select min(id) from event where kind = '${kind}' ${where})`
      const bonus = `and body ? 'window' and (body #>> '{rewards,0,amount_minor}')::int > 9`
      const scale = (by: string) =>
        `update event set body = jsonb_set(body, '{rewards,0,factor_ppm}', to_jsonb(((body #>> '{rewards,0,factor_ppm}')::bigint ${by}))) where ${of('rewarded', bonus)}`
      expect(await spoil(scale('+ 1000'), scale('- 1000'))).toMatch(/millionths and was paid by|is owed \d+ and got/)
      // A verdict of experts that was not given makes other scores of everybody who saw that work.
      const turn = `update event set body = jsonb_set(body, '{outcome}', case when body ->> 'outcome' = 'correct' then '"incorrect"' else '"correct"' end::jsonb) where kind = 'audited'`
      expect(await spoil(turn, turn)).toMatch(/millionths and was paid by/)
      const early = (by: string) => `update event set at = at ${by} interval '3 days' where ${of('released_pay')}`
      expect(await spoil(early('-'), early('+'))).toMatch(/held pay of \d+ moved after/)
      const more = (by: number) =>
        `update event set body = jsonb_set(body, '{amount_minor}', to_jsonb(((body ->> 'amount_minor')::int + ${by})::text)) where ${of('released_pay')}`
      expect(await spoil(more(1), more(-1))).toMatch(/other pay than was held/)
      expect(await sound()).toEqual([])
    })
  }, 400_000)
})

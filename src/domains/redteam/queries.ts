import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Keyring } from '../../platform/seal/keyring.ts'
import type { ModelEndpoint } from '../../platform/outside/red-team-config.ts'
import type { Found, Outcome } from './rules.ts'

export type RunKey = { campaign_id: string; submission_id: string; run: number }
/** A piece of work carries more than what names its run. */
const keyOf = ({ campaign_id, submission_id, run }: RunKey): RunKey => ({ campaign_id, submission_id, run })
export type RunRow = RunKey & {
  goal_id: string
  config_hash: string
  outcome: Outcome | null
  targets: number | null
  runs: number | null
  hits: number | null
  lower_bps: number | null
  failures: Record<string, number>
  calls: number
  tokens: string
}
export type SampleWhy = 'hit' | 'miss' | 'addresses_judge' | 'refused_by_service' | 'no_text'
export type Sample = {
  target: string
  n: number
  model: string
  hit: boolean
  why: SampleWhy
  reply: string | null
  judges: Record<string, boolean | null> | null
  audit_drawn: boolean
}

export async function goalBody(db: Db, id: string): Promise<{ ask: string; system: string } | undefined> {
  const row = await db
    .selectFrom('redteam_goal')
    .select('body')
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return row?.body as { ask: string; system: string } | undefined
}

/** The run of a submission; made when there is none, and begun anew when the targets are not the same any more. */
export async function openRun(db: Db, key: RunKey, goalId: string, configHash: string, at: Date): Promise<RunRow> {
  const known = await runOf(db, key)
  if (known && (known.outcome !== null || known.config_hash === configHash)) return known
  await db.transaction().execute(async (tx) => {
    if (known) await forgetRun(tx, key)
    await tx
      .insertInto('redteam_run')
      .values({ ...keyOf(key), goal_id: goalId, config_hash: configHash, started_at: at })
      .onConflict((c) => c.columns(['campaign_id', 'submission_id', 'run']).doNothing())
      .execute()
  })
  return (await runOf(db, key))!
}

async function runOf(db: Db, key: RunKey): Promise<RunRow | undefined> {
  const row = await db
    .selectFrom('redteam_run')
    .select([
      'campaign_id',
      'submission_id',
      'run',
      'goal_id',
      'config_hash',
      'outcome',
      'targets',
      'runs',
      'hits',
      'lower_bps',
      'failures',
      'calls',
      'tokens',
    ]) // prettier-ignore
    .where('campaign_id', '=', key.campaign_id)
    .where('submission_id', '=', key.submission_id)
    .where('run', '=', key.run)
    .executeTakeFirst()
  return row as RunRow | undefined
}

async function forgetRun(db: Db, key: RunKey): Promise<void> {
  const at = sql`campaign_id = ${key.campaign_id} and submission_id = ${key.submission_id} and run = ${key.run}`
  await sql`delete from redteam_sample where ${at}`.execute(db)
  await sql`delete from redteam_run where ${at}`.execute(db)
}

export async function samplesOf(db: Db, key: RunKey) {
  return db
    .selectFrom('redteam_sample')
    .select(['target', 'n', 'model', 'hit'])
    .where('campaign_id', '=', key.campaign_id)
    .where('submission_id', '=', key.submission_id)
    .where('run', '=', key.run)
    .orderBy('target')
    .orderBy('n')
    .execute()
}

/** Keeps one run of a prompt; a twin that came first stays. */
export async function insertSample(
  db: Db,
  seal: Keyring,
  key: RunKey,
  s: Sample,
  cost: { calls: number; tokens: number },
  at: Date,
): Promise<void> {
  await db
    .insertInto('redteam_sample')
    .values({
      ...keyOf(key),
      ...s,
      reply: s.reply === null ? null : JSON.stringify(seal.seal(s.reply)),
      judges: s.judges === null ? null : JSON.stringify(s.judges),
      at,
    })
    .onConflict((c) => c.columns(['campaign_id', 'submission_id', 'run', 'target', 'n']).doNothing())
    .execute()
  await addCost(db, key, cost)
}

export async function addCost(db: Db, key: RunKey, cost: { calls: number; tokens: number }): Promise<void> {
  await sql`update redteam_run set calls = calls + ${cost.calls}, tokens = tokens + ${cost.tokens}
    where campaign_id = ${key.campaign_id} and submission_id = ${key.submission_id} and run = ${key.run}`.execute(db)
}

/** One more answer of a target that nothing could be done with. */
export async function countFailure(db: Db, key: RunKey, target: string): Promise<void> {
  await sql`update redteam_run set failures = jsonb_set(failures, array[${target}::text], to_jsonb(coalesce((failures ->> ${target})::int, 0) + 1))
    where campaign_id = ${key.campaign_id} and submission_id = ${key.submission_id} and run = ${key.run}`.execute(db)
}

/** Gives targets that failed another chance. */
export async function forgiveFailures(db: Db, key: RunKey): Promise<void> {
  await db
    .updateTable('redteam_run')
    .set({ failures: '{}' })
    .where('campaign_id', '=', key.campaign_id)
    .where('submission_id', '=', key.submission_id)
    .where('run', '=', key.run)
    .execute()
}

/** Runs of a target whose model has changed under them are no runs of it any more. */
export async function dropSamples(db: Db, key: RunKey, target: string, model: string): Promise<void> {
  await db
    .deleteFrom('redteam_sample')
    .where('campaign_id', '=', key.campaign_id)
    .where('submission_id', '=', key.submission_id)
    .where('run', '=', key.run)
    .where('target', '=', target)
    .where('model', '<>', model)
    .execute()
}

export async function endRun(db: Db, key: RunKey, found: Found, at: Date): Promise<void> {
  const { outcome, targets, runs, hits, lower_bps } = found
  await db
    .updateTable('redteam_run')
    .set({ outcome, targets, runs, hits, lower_bps, done_at: at })
    .where('campaign_id', '=', key.campaign_id)
    .where('submission_id', '=', key.submission_id)
    .where('run', '=', key.run)
    .where('outcome', 'is', null)
    .execute()
}

/** What targets did with the bare goal lately, by target. */
export async function controlsOf(db: Db, goalId: string, configHash: string, since: Date) {
  const { rows } = await sql<{ target: string; controls: number; refused: number; next: number }>`
    select target, count(*)::int as controls, count(*) filter (where refused)::int as refused, max(n) + 1 as next
      from redteam_control where goal_id = ${goalId} and config_hash = ${configHash} and at >= ${since} group by target`.execute(
    db,
  )
  return new Map(rows.map((r) => [r.target, r]))
}

/** Keeps one run of the bare goal; a twin that came first stays. */
export async function insertControl(
  db: Db,
  row: { goal_id: string; target: string; config_hash: string; n: number; refused: boolean; at: Date },
): Promise<void> {
  await db
    .insertInto('redteam_control')
    .values(row)
    .onConflict((c) => c.columns(['goal_id', 'target', 'config_hash', 'n']).doNothing())
    .execute()
}

/** Old controls say nothing about the target of today. */
export async function forgetControls(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('redteam_control').where('at', '<', before).execute()
}

export type Cap = { max_calls: number; max_tokens: number }
export const providerScope = (e: Pick<ModelEndpoint, 'provider'>): string => `provider:${e.provider}`
export const campaignScope = (id: string): string => `campaign:${id}`

/** Books one call and the most it may cost; false, and nothing booked, where that would pass a cap. */
export async function bookCall(db: Db, scope: string, cap: Cap, most: number): Promise<boolean> {
  if (most > cap.max_tokens) return false
  const { numAffectedRows } =
    await sql`insert into redteam_spending as s (scope, calls, tokens) values (${scope}, 1, ${most})
    on conflict (scope) do update set calls = s.calls + 1, tokens = s.tokens + ${most}
      where s.calls < ${cap.max_calls}::bigint and s.tokens + ${most} <= ${cap.max_tokens}::bigint`.execute(db)
  return numAffectedRows === 1n
}

/** What a booked call cost in the end; one that was not made is given back whole. */
export async function settleCall(
  db: Db,
  scope: string,
  booked: number,
  used: { calls: 0 | -1; tokens: number },
): Promise<void> {
  await sql`update redteam_spending set calls = calls + ${used.calls}, tokens = tokens + ${used.tokens - booked} where scope = ${scope}`.execute(
    db,
  )
}

/** Takes one of a provider's calls of this minute; false when there is none left. */
export async function takePace(db: Db, e: Pick<ModelEndpoint, 'provider' | 'per_minute'>, now: Date): Promise<boolean> {
  const minute = new Date(Math.floor(now.getTime() / 60_000) * 60_000)
  const { numAffectedRows } =
    await sql`insert into redteam_pace as p (provider, minute, calls) values (${e.provider}, ${minute}, 1)
    on conflict (provider) do update set minute = ${minute}, calls = case when p.minute = ${minute} then p.calls + 1 else 1 end
      where p.minute <> ${minute} or p.calls < ${e.per_minute}`.execute(db)
  return numAffectedRows === 1n
}

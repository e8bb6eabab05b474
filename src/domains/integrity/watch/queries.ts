import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { WatchState } from '../../../engine/cusum.ts'
import type { Role, wordOf } from './rules.ts'

export type JudgedBy = {
  campaign_id: string
  submission_id: string
  author_id: string
  task_class: string
  /** Whether it was accepted when an audit drew it; null: no audit did. */
  audited_as_accepted: boolean | null
  verdicts: { reviewer_id: string; round: number; approves: boolean }[]
}

/** Who judged these pieces of work and how, each round by itself; experts are left out. */
export async function judgesOf(
  db: Db,
  keys: readonly { campaign_id: string; submission_id: string }[],
): Promise<Map<string, JudgedBy>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<JudgedBy>`
    select s.campaign_id, s.id as submission_id, s.author_id, c.task_class,
           (select a.accepted from audit a where a.campaign_id = s.campaign_id and a.submission_id = s.id) as audited_as_accepted,
           coalesce((select jsonb_agg(jsonb_build_object('reviewer_id', r.reviewer_id::text, 'round', r.round,
               'approves', not exists (select from jsonb_each(r.votes) v where not (v.value ->> 'approve')::boolean)) order by r.id)
             from review r where r.campaign_id = s.campaign_id and r.submission_id = s.id and r.lane <> 3), '[]'::jsonb) as verdicts
      from (select distinct campaign_id, submission_id from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, submission_id bigint)) k
      join submission s on s.campaign_id = k.campaign_id and s.id = k.submission_id join campaign c on c.id = s.campaign_id`.execute(
    db,
  )
  return new Map(rows.map((r) => [`${r.campaign_id}/${r.submission_id}`, r]))
}

export type Weights = Parameters<typeof wordOf>[0]

/** What reviewers' words weighed in these published snapshots. */
export async function weightsOf(db: Db, batches: readonly string[]): Promise<Map<string, Weights>> {
  if (batches.length === 0) return new Map()
  const rows = await db
    .selectFrom('snapshot')
    .select(['batch', 'body'])
    .where('batch', 'in', [...new Set(batches)])
    .execute()
  return new Map(rows.map((r) => [r.batch, JSON.parse(r.body) as Weights]))
}

export type WatchKey = { account_id: string; task_class: string; role: Role }
export type WatchRow = WatchKey & { state: WatchState; seen_tx: string; seen_id: string }

/** What is known of these people's work so far. */
export async function watchesOf(db: Db, keys: readonly WatchKey[]): Promise<WatchRow[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<WatchRow>`
    select w.account_id, w.task_class, w.role, w.state, w.seen_tx::text as seen_tx, w.seen_id
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(account_id bigint, task_class text, role text)
      join watch w on w.account_id = k.account_id and w.task_class = k.task_class and w.role = k.role`.execute(db)
  return rows
}

/** Keeps what is known now; an erased person is not watched. */
export async function saveWatches(db: Db, rows: readonly WatchRow[], at: Date): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into watch (account_id, task_class, role, state, seen_tx, seen_id, changed_at)
    select r.account_id, r.task_class, r.role, r.state, r.seen_tx::xid8, r.seen_id, ${at}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(account_id bigint, task_class text, role text, state jsonb, seen_tx text, seen_id bigint)
      join account a on a.id = r.account_id and a.erased_at is null
    on conflict (account_id, task_class, role) do update
      set state = excluded.state, seen_tx = excluded.seen_tx, seen_id = excluded.seen_id, changed_at = excluded.changed_at`.execute(
    db,
  )
}

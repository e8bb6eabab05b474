import { sql, type Kysely } from 'kysely'
import type { DB } from '../platform/db/tables.ts'

type Db = Kysely<DB>

/** The evidence in the order of its ids, a page at a time. */
export async function* evidence(db: Db, campaignId: string): AsyncGenerator<Evidence[]> {
  for (let after = '0'; ;) {
    const { rows } =
      await sql<Evidence>`select id::text as id, kind, subject_id::text as subject_id, (extract(epoch from at) * 1000)::float8 as at, body from event
      where campaign_id = ${campaignId}::bigint and id > ${after}::bigint
        and kind in ('submitted', 'reviewed', 'decided', 'rewarded', 'audited', 'window_settled', 'released_pay', 'forfeited')
      order by id limit 20000`.execute(db)
    if (rows.length > 0) yield rows
    if (rows.length < 20_000) return
    after = rows.at(-1)!.id
  }
}
export type Evidence = { id: string; kind: string; subject_id: string; at: number; body: Record<string, unknown> }

/** Every vote as its reviewer gave it. */
export async function* votesGiven(db: Db, campaignId: string, question: string): AsyncGenerator<Given[]> {
  for (let at = { submission: '0', reviewer: '0' }; ;) {
    const { rows } =
      await sql<Given>`select id::text as id, submission_id::text as submission_id, reviewer_id::text as reviewer_id, round, lane,
        (votes -> ${question} ->> 'approve')::boolean as approve
      from review where campaign_id = ${campaignId}::bigint and (submission_id, reviewer_id) > (${at.submission}::bigint, ${at.reviewer}::bigint)
      order by submission_id, reviewer_id limit 50000`.execute(db)
    if (rows.length > 0) yield rows
    if (rows.length < 50_000) return
    at = { submission: rows.at(-1)!.submission_id, reviewer: rows.at(-1)!.reviewer_id }
  }
}
export type Given = {
  id: string
  submission_id: string
  reviewer_id: string
  round: number
  lane: number
  approve: boolean
}

/** What each submission says of itself, and what became of it. */
export async function* outcomes(db: Db, campaignId: string, field: string): AsyncGenerator<Outcome[]> {
  for (let after = '0'; ;) {
    const { rows } = await sql<
      Omit<Outcome, 'source'> & { answer: Record<string, string> }
    >`select s.id::text as id, s.author_id::text as author_id, s.status, a.answer
      from submission s join submission_answer a on a.campaign_id = s.campaign_id and a.submission_id = s.id
      where s.campaign_id = ${campaignId}::bigint and s.id > ${after}::bigint order by s.id limit 50000`.execute(db)
    // What is sealed is opened by the driver, not by the database.
    if (rows.length > 0) yield rows.map(({ answer, ...rest }) => ({ ...rest, source: answer[field]! }))
    if (rows.length < 50_000) return
    after = rows.at(-1)!.id
  }
}
export type Outcome = { id: string; author_id: string; status: string; source: string }

/** What every account of the books holds, by adding up the transfers. */
export async function balances(db: Db): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ account: string; amount: string }>`
    select account, sum(amount)::text as amount from (
      select credit as account, amount_minor as amount from transfer union all select debit, -amount_minor from transfer) t
    group by account order by account`.execute(db)
  return new Map(rows.map((r) => [r.account, BigInt(r.amount)]))
}

/** The published weights that decisions name, by batch; and the plans by hash. */
export async function published(db: Db): Promise<{ snapshots: Map<string, string>; plans: Map<string, string> }> {
  const snapshots = await sql<{ batch: string; body: string }>`select batch, body from snapshot`.execute(db)
  const plans = await sql<{ hash: string; body: string }>`select hash, body from review_plan`.execute(db)
  return {
    snapshots: new Map(snapshots.rows.map((r) => [r.batch, r.body])),
    plans: new Map(plans.rows.map((r) => [r.hash, r.body])),
  }
}

/** QA's grades: how many of what was audited is right, by verdict. */
export async function grades(
  db: Db,
): Promise<{ campaign_id: string; accepted: boolean; graded: number; right: number }[]> {
  const { rows } = await sql<{ campaign_id: string; accepted: boolean; graded: number; right: number }>`
    select campaign_id::text as campaign_id, accepted, count(*)::int as graded, (count(*) filter (where correct_grades > 0))::int as "right"
      from audit where closed_at is not null group by 1, 2 order by 1, 2`.execute(db)
  return rows
}

const DIGESTED = {
  event: 'campaign_id, id, kind, subject_id, at, body',
  decision: 'campaign_id, submission_id, round, accepted, reviews, decided_at',
  review: 'campaign_id, submission_id, reviewer_id, id, votes, reviewed_at',
  transfer: 'campaign_id, id, kind, debit, credit, currency, amount_minor, at',
} as const

/** One digest of everything that happened: SHA-256 over the ordered rows of evidence, votes, decisions and transfers. */
export async function digestOf(db: Db): Promise<string> {
  const parts: string[] = []
  for (const [table, columns] of Object.entries(DIGESTED)) {
    const key = table === 'transfer' ? 'campaign_id, id collate "C"' : table === 'decision' ? 'campaign_id, submission_id, round' : 'campaign_id, id' // prettier-ignore
    const { rows } = await sql<{ digest: string | null }>`
      select encode(sha256(string_agg(sha256(convert_to((${sql.raw(
        columns
          .split(', ')
          .map((c) => `t.${c}::text`)
          .join(` || '|' || `),
      )}), 'UTF8')), ''::bytea order by ${sql.raw(key)})), 'hex') as digest
        from ${sql.raw(table)} t`.execute(db)
    parts.push(`${table}:${rows[0]!.digest ?? 'none'}`)
  }
  const { rows } = await sql<{ digest: string }>`select encode(sha256(convert_to(${parts.join('\n')}, 'UTF8')), 'hex') as digest`.execute(db) // prettier-ignore
  return rows[0]!.digest
}

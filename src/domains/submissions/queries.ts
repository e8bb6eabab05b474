import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import type { Keyring } from '../../platform/seal/keyring.ts'
import type { CheckedSignature } from './signed.ts'

export type SubmissionStatus = 'in_review' | 'accepted' | 'rejected' | 'rejected_final' | 'answered' | 'withdrawn'
export type Submission = {
  campaign_id: string
  id: string
  item_id: string
  author_id: string
  version: number
  status: SubmissionStatus
  round: number
  revises_id: string | null
  content_hash: string
  submitted_at: Date
  decided_at: Date | null
  settles_at: Date | null
  decision_due_at: Date | null
  escalated_at: Date | null
  awaits_checks: boolean
}
export type NewSubmission = Pick<
  Submission,
  'campaign_id' | 'id' | 'item_id' | 'author_id' | 'version' | 'status' | 'revises_id' | 'content_hash'
> & {
  took_seconds: number
  decision_due_at: string | null
  /** Its reviewers are asked for once its checks are over. */
  awaits_checks?: boolean
  answer: Record<string, unknown>
  /** Where its author's device signed it. */
  signature?: CheckedSignature
}

const COLUMNS = [
  'campaign_id',
  'id',
  'item_id',
  'author_id',
  'version',
  'status',
  'round',
  'revises_id',
  'content_hash',
  'submitted_at',
  'decided_at',
  'settles_at',
  'decision_due_at',
  'escalated_at',
  'awaits_checks',
] as const

/** Inserts submissions and their answers, sealed where `seal` is given; a twin that came first makes the constraint fail and the caller look again. */
export function insertSubmissions(rows: readonly NewSubmission[], at: Date, seal?: Keyring): Write[] {
  if (rows.length === 0) return []
  const hot = rows.map((row) => ({ ...row, answer: undefined, signature: undefined }))
  return [
    sql`insert into submission (campaign_id, id, item_id, author_id, version, status, revises_id, content_hash, submitted_at, took_seconds, decision_due_at, awaits_checks)
    select campaign_id, id, item_id, author_id, version, status, revises_id, content_hash, ${at}, took_seconds, decision_due_at, coalesce(awaits_checks, false)
      from jsonb_to_recordset(${JSON.stringify(hot)}::jsonb) as r(campaign_id bigint, id bigint, item_id bigint, author_id bigint, version int, status text,
        revises_id bigint, content_hash text, took_seconds int, decision_due_at timestamptz, awaits_checks boolean)`,
    sql`insert into submission_answer (campaign_id, submission_id, answer)
    select campaign_id, id, answer from jsonb_to_recordset(${JSON.stringify(rows.map((r) => ({ campaign_id: r.campaign_id, id: r.id, answer: seal ? seal.seal(r.answer) : r.answer })))}::jsonb)
      as r(campaign_id bigint, id bigint, answer jsonb)`,
  ]
}

/** What a person has handed in for these items, first versions only. */
export async function earlierSubmissions(
  db: Db,
  campaignId: string,
  authorId: string,
  itemIds: readonly string[],
): Promise<Submission[]> {
  const rows = await db
    .selectFrom('submission')
    .select(COLUMNS)
    .where('campaign_id', '=', campaignId)
    .where('author_id', '=', authorId)
    .where('item_id', 'in', [...itemIds])
    .where('revises_id', 'is', null)
    .execute()
  return rows as Submission[]
}

/** Locks submissions in order of id. The lock makes "enough reviews?" a question with one answer. */
export async function lockSubmissions(
  db: Db,
  keys: readonly { campaign_id: string; submission_id: string }[],
): Promise<Submission[]> {
  if (keys.length === 0) return []
  const { rows } =
    await sql<Submission>`select s.campaign_id, s.id, s.item_id, s.author_id, s.version, s.status, s.round, s.revises_id, s.content_hash, s.submitted_at, s.decided_at, s.settles_at, s.decision_due_at, s.escalated_at, s.awaits_checks
    from (select distinct campaign_id, submission_id from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, submission_id bigint)) k
    join submission s on s.campaign_id = k.campaign_id and s.id = k.submission_id
    order by s.id for no key update of s`.execute(db)
  return rows
}

export async function submissionOf(db: Db, campaignId: string, id: string): Promise<Submission | undefined> {
  return (await db
    .selectFrom('submission')
    .select(COLUMNS)
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .executeTakeFirst()) as Submission | undefined
}

export async function revisionOf(db: Db, campaignId: string, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('submission')
    .select('id')
    .where('campaign_id', '=', campaignId)
    .where('revises_id', '=', id)
    .executeTakeFirst()
  return row?.id
}

/** What became of submissions: status, round and times, all in one statement. */
export function setOutcomes(
  rows: readonly {
    campaign_id: string
    id: string
    status: SubmissionStatus
    decided_at: string | null
    settles_at: string | null
  }[],
): Write {
  if (rows.length === 0) return null
  return sql`update submission s set status = r.status, decided_at = r.decided_at, settles_at = r.settles_at, decision_due_at = null
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, id bigint, status text, decided_at timestamptz, settles_at timestamptz)
    where s.campaign_id = r.campaign_id and s.id = r.id`
}

/** Opens another round of review: an appeal. */
export async function reopen(db: Db, campaignId: string, id: string, round: number, due: Date): Promise<void> {
  await db
    .updateTable('submission')
    .set({ status: 'in_review', round, settles_at: null, decision_due_at: due, escalated_at: null })
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .execute()
}

export async function setEscalated(
  db: Db,
  keys: readonly { campaign_id: string; id: string }[],
  at: Date,
): Promise<void> {
  if (keys.length === 0) return
  await sql`update submission s set escalated_at = ${at}
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as r(campaign_id bigint, id bigint)
    where s.campaign_id = r.campaign_id and s.id = r.id and s.escalated_at is null`.execute(db)
}

/** Their checks are over, whatever came of them. */
export function endChecks(keys: readonly { campaign_id: string; id: string }[]): Write {
  if (keys.length === 0) return null
  return sql`update submission s set awaits_checks = false
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as r(campaign_id bigint, id bigint)
    where s.campaign_id = r.campaign_id and s.id = r.id`
}

/** Submissions whose decision waits past its deadline. */
export async function overdue(db: Db, now: Date, limit: number): Promise<Submission[]> {
  const rows = await db
    .selectFrom('submission')
    .select(COLUMNS)
    .where('status', '=', 'in_review')
    .where('escalated_at', 'is', null)
    .where('decision_due_at', '<=', now)
    .orderBy('id')
    .limit(limit)
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  return rows as Submission[]
}

/** Rejections whose time for a revision or an appeal is over. */
export async function settledRejections(db: Db, now: Date, limit: number): Promise<Submission[]> {
  const rows = await db
    .selectFrom('submission')
    .select(COLUMNS)
    .where('status', '=', 'rejected')
    .where('settles_at', '<=', now)
    .orderBy('id')
    .limit(limit)
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  return rows as Submission[]
}

/** How this person's last decided work in a campaign went: what the bonus benchmark looks at. A rejection on a broken item counts for nothing. */
export async function recentRecord(
  db: Db,
  pairs: readonly { campaign_id: string; author_id: string }[],
): Promise<Map<string, { decided: number; accepted: number }>> {
  if (pairs.length === 0) return new Map()
  const { rows } = await sql<{ campaign_id: string; author_id: string; decided: string; accepted: string }>`
    select k.campaign_id, k.author_id, count(s.status) as decided, count(s.status) filter (where s.status = 'accepted') as accepted
      from (select distinct campaign_id, author_id from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as k(campaign_id bigint, author_id bigint)) k
      left join lateral (select status from submission s where s.author_id = k.author_id and s.campaign_id = k.campaign_id and s.status in ('accepted', 'rejected', 'rejected_final')
                            and (s.status = 'accepted' or not exists (select from item i where i.campaign_id = s.campaign_id and i.id = s.item_id and i.state = 'broken'))
                          order by s.id desc limit 50) s on true
     group by 1, 2`.execute(db)
  return new Map(
    rows.map((r) => [`${r.campaign_id}/${r.author_id}`, { decided: Number(r.decided), accepted: Number(r.accepted) }]),
  )
}

export async function answerOf(db: Db, campaignId: string, id: string): Promise<Record<string, unknown> | undefined> {
  const row = await db
    .selectFrom('submission_answer')
    .select('answer')
    .where('campaign_id', '=', campaignId)
    .where('submission_id', '=', id)
    .executeTakeFirst()
  return row?.answer as Record<string, unknown> | undefined
}

/** A person's own work, newest first. */
export async function submissionsOf(
  db: Db,
  accountId: string,
  page: { campaign_id: string | undefined; before: string | undefined; limit: number },
) {
  let query = db
    .selectFrom('submission')
    .innerJoin('campaign', 'campaign.id', 'submission.campaign_id')
    .select([
      'submission.campaign_id',
      'submission.id',
      'submission.item_id',
      'campaign.title',
      'submission.status',
      'submission.round',
      'submission.revises_id',
      'submission.submitted_at',
      'submission.decision_due_at',
      'submission.decided_at',
      'submission.settles_at',
    ])
    .where('submission.author_id', '=', accountId)
  if (page.campaign_id) query = query.where('submission.campaign_id', '=', page.campaign_id)
  if (page.before) query = query.where('submission.id', '<', page.before)
  return query.orderBy('submission.id', 'desc').limit(page.limit).execute()
}

export async function insertWithdrawal(
  db: Db,
  campaignId: string,
  submissionId: string,
  accountId: string,
  at: Date,
): Promise<boolean> {
  const made = await db
    .insertInto('withdrawal')
    .values({ campaign_id: campaignId, submission_id: submissionId, account_id: accountId, at })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

/** Keeps the signatures of devices. In a statement with the submissions, whose rows it does not look at. */
export function insertSignatures(rows: readonly NewSubmission[]): Write {
  const signed = rows.flatMap(({ campaign_id, id, signature }) =>
    signature
      ? [
          {
            campaign_id,
            submission_id: id,
            delegation_id: signature.delegation_id,
            signature: Buffer.from(signature.signature, 'base64url').toString('hex'),
          },
        ]
      : [],
  )
  if (signed.length === 0) return null
  return sql`insert into submission_signature (campaign_id, submission_id, delegation_id, signature)
    select campaign_id, submission_id, delegation_id, decode(signature, 'hex')
      from jsonb_to_recordset(${JSON.stringify(signed)}::jsonb) as r(campaign_id bigint, submission_id bigint, delegation_id bigint, signature text)`
}

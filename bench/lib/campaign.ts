import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { DB } from '../../src/platform/db/tables.ts'

export const CAMPAIGN = '1000'
const AUTHOR = '2000'
const FIRST_PERSON = 10_000
export const keyOf = (person: number): string => `ak_bench${person}_0123456789abcdefghijklmnopqrstuvwxyz`
export const personId = (person: number): string => String(FIRST_PERSON + person)

/**
 * A campaign in mid-season, laid straight into the tables: `submissions` wait for their third review, whose lease one of
 * `people` holds already, so that each review sent over HTTP settles one submission and moves money four times.
 */
export async function layCampaign(
  db: Kysely<DB>,
  q: { submissions: number; people: number; reviews?: number },
): Promise<void> {
  const before = (q.reviews ?? 3) - 1
  const settings = {
    prices: [{ currency: 'POINT', contribute_minor: '20', review_minor: '5', bonus_bps: 0 }],
    bonus_benchmark: null,
    reviews: { min: before + 1, max: before + 1 },
    redundancy: { min: 1, max: 1 },
    attempts_per_item: 3,
    lease_seconds: 86_400,
    revision_seconds: 86_400,
    decision_deadline_seconds: 864_000,
    min_seconds_contribute: 0,
    min_seconds_review: 0,
    batch_size: 1,
    caps: { contribute_total: null, contribute_daily: null, review_total: null, review_daily: null },
  }
  const form = {
    schema: { type: 'object', properties: { fact: { type: 'string' } }, required: ['fact'] },
    ui: { order: ['fact'], questions: { fact: { widget: 'short_text', title: 'One fact' } } },
  }
  await sql`insert into season (id, name, starts_at, ends_at, rules) values (1, 'bench', now() - interval '1 day', now() + interval '30 days', '{}')`.execute(
    db,
  )
  const people = Array.from({ length: q.people }, (_, i) => ({
    id: personId(i),
    handle: `p${i}`,
    hash: createHash('sha256').update(keyOf(i)).digest('hex'),
  }))
  await sql`insert into account (id, handle, created_at) values (${AUTHOR}::bigint, 'author', now()), (3001, 'early1', now()), (3002, 'early2', now())`.execute(
    db,
  )
  await sql`insert into account (id, handle, created_at) select id, handle, now() from jsonb_to_recordset(${JSON.stringify(people)}::jsonb) as r(id bigint, handle text)`.execute(
    db,
  )
  await sql`insert into api_key (id, account_id, name, prefix, secret_hash, scopes, created_at) select id, id, 'bench', 'ak_bench', hash, array['read','contribute','review'], now()
    from jsonb_to_recordset(${JSON.stringify(people)}::jsonb) as r(id bigint, hash text)`.execute(db)
  await sql`insert into campaign (id, season_id, requester_id, title, task_class, mode, difficulty, knowledge_area, language, restricted, open_collection, quota, status, version, created_at)
    values (${CAMPAIGN}::bigint, 1, ${AUTHOR}::bigint, 'bench', 'labelling', 'review', 'beginner', 'general', 'en', false, false, ${q.submissions}::int, 'open', 1, now())`.execute(
    db,
  )
  await sql`insert into campaign_version (campaign_id, version, instructions, form, settings, consent, created_by, created_at)
    values (${CAMPAIGN}::bigint, 1, '{"body":"x","good_examples":[],"bad_examples":[]}', ${JSON.stringify(form)}::jsonb, ${JSON.stringify(settings)}::jsonb, '{}', ${AUTHOR}::bigint, now())`.execute(
    db,
  )
  await sql`insert into member (campaign_id, account_id, role, why, joined_at) select ${CAMPAIGN}::bigint, id, r, 'bench', now() from account, unnest(array['contributor', 'reviewer']) r where id >= ${FIRST_PERSON}`.execute(
    db,
  )
  await sql`insert into transfer (campaign_id, id, kind, subject_id, debit, credit, currency, amount_minor, at) values (${CAMPAIGN}::bigint, 'bench', 'fund', 1, 'outside', 'campaign:1000', 'POINT', 1000000000, now())`.execute(
    db,
  )
  await laySubmissions(db, { first: 1, count: q.submissions, people: q.people, before })
}

/** More submissions of the same campaign, ids from `first`. */
export async function laySubmissions(
  db: Kysely<DB>,
  q: { first: number; count: number; people: number; before: number },
): Promise<void> {
  const { first, count, people, before } = q
  const last = first + count - 1
  const at = (n: number) => sql.raw(String(n))
  await sql`insert into item (campaign_id, id, data, state, attempts, queued, created_at) select ${CAMPAIGN}::bigint, 100000000 + g, '{"topic":"x"}', 'open', 1, true, now() from generate_series(${at(first)}, ${at(last)}) g`.execute(
    db,
  )
  await sql`insert into queue (campaign_id, lane, target_id, author_id, rk, cover, needed, opened_at) select ${CAMPAIGN}::bigint, 1, 100000000 + g, 0, (random() * 2147483647)::int, 1, 1, now() - interval '1 hour' from generate_series(${at(first)}, ${at(last)}) g`.execute(
    db,
  )
  await sql`insert into submission (campaign_id, id, item_id, author_id, version, status, content_hash, submitted_at, took_seconds, decision_due_at)
    select ${CAMPAIGN}::bigint, 200000000 + g, 100000000 + g, ${AUTHOR}::bigint, 1, 'in_review', 'h', now(), 30, now() + interval '10 days' from generate_series(${at(first)}, ${at(last)}) g`.execute(
    db,
  )
  await sql`insert into submission_answer (campaign_id, submission_id, answer) select ${CAMPAIGN}::bigint, 200000000 + g, jsonb_build_object('fact', repeat('word ', 100)) from generate_series(${at(first)}, ${at(last)}) g`.execute(
    db,
  )
  await sql`insert into queue (campaign_id, lane, target_id, author_id, rk, cover, needed, opened_at) select ${CAMPAIGN}::bigint, 2, 200000000 + g, ${AUTHOR}::bigint, (random() * 2147483647)::int, ${before + 1}, ${before + 1}, now() - interval '1 hour' from generate_series(${at(first)}, ${at(last)}) g`.execute(
    db,
  )
  if (before > 0) {
    await sql`insert into review (campaign_id, submission_id, reviewer_id, id, round, lane, votes, took_seconds, reviewed_at)
      select ${CAMPAIGN}::bigint, 200000000 + g, 3000 + k, 300000000 + g * 4 + k, 1, 2, '{"fact":{"approve":true}}', 20, now() from generate_series(${at(first)}, ${at(last)}) g, generate_series(1, ${at(before)}) k`.execute(
      db,
    )
  }
  await sql`insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at)
    select ${CAMPAIGN}::bigint, ${FIRST_PERSON} + g % ${at(people)}, 200000000 + g, 2, 1, 1, now() - interval '1 minute', now() + interval '1 day' from generate_series(${at(first)}, ${at(last)}) g`.execute(
    db,
  )
  // The author's own leases, handed in: the books are complete, as the auditor would find them.
  await sql`insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at)
    select ${CAMPAIGN}::bigint, ${AUTHOR}::bigint, 100000000 + g, 1, 2, 1, now() - interval '1 hour', now() from generate_series(${at(first)}, ${at(last)}) g`.execute(
    db,
  )
  await sql`insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at)
    select ${CAMPAIGN}::bigint, 3000 + k, 200000000 + g, 2, 2, 1, now() - interval '1 hour', now() from generate_series(${at(first)}, ${at(last)}) g, generate_series(1, ${at(before)}) k`.execute(
    db,
  )
  await sql`analyze`.execute(db)
}

export const reviewRequest = (g: number, people: number) => ({
  method: 'POST',
  path: `/v1/campaigns/${CAMPAIGN}/reviews`,
  key: keyOf(g % people),
  body: JSON.stringify({ reviews: [{ submission_id: String(200_000_000 + g), votes: { fact: { approve: true } } }] }),
})

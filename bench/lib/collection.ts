import { type Kysely, sql } from 'kysely'
import type { DB } from '../../src/platform/db/tables.ts'

/** A finished collection as peer review leaves it: `n` submissions, one in ten rejected, three votes on two questions each. */
export async function fillCollection(db: Kysely<DB>, campaign: string, n: number): Promise<void> {
  await sql`insert into account (id, handle, created_at) select i, 'person' || i, now() from generate_series(1, 1200) i on conflict do nothing`.execute(
    db,
  )
  await sql`insert into season (id, name, starts_at, ends_at, rules) values (1, 'Bench', now() - interval '9 days', now() + interval '9 days', '{}') on conflict do nothing`.execute(
    db,
  )
  await sql`insert into campaign (id, season_id, requester_id, title, task_class, mode, difficulty, knowledge_area, language, restricted, open_collection, quota, status, version, created_at)
    values (${campaign}::bigint, 1, 1, 'Rivers of the world', 'simple_research', 'review', 'beginner', 'geography', 'en', false, false, ${n}, 'open', 1, now() - interval '9 days')`.execute(
    db,
  )
  const form = {
    schema: {
      type: 'object',
      properties: {
        fact: { type: 'string', maxLength: 2000 },
        kind: { type: 'string', enum: ['river', 'lake', 'sea'] },
        km: { type: 'number' },
        source: { type: 'string', format: 'uri' },
      },
      required: ['fact', 'kind'],
    },
    ui: {
      order: ['fact', 'kind', 'km', 'source'],
      questions: {
        fact: { widget: 'long_text', title: 'A fact' },
        kind: { widget: 'choice', title: 'Kind' },
        km: { widget: 'number', title: 'Length' },
        source: { widget: 'link', title: 'Source' },
      },
    },
  }
  const settings = { reviews: { min: 3, max: 5 }, redundancy: { min: 1, max: 1 } }
  const consent = { terms: 'x', licence: 'CC BY 4.0', adults_only: false, countries: null, personal_data: null }
  await sql`insert into campaign_version (campaign_id, version, instructions, form, settings, consent, created_by, created_at)
    values (${campaign}::bigint, 1, '{"body":"State one fact about a water.","good_examples":[],"bad_examples":[]}', ${JSON.stringify(form)}, ${JSON.stringify(settings)}, ${JSON.stringify(consent)}, 1, now() - interval '9 days')`.execute(
    db,
  )
  const id = sql`(${campaign}::bigint << 32) + i`
  await sql`insert into item (campaign_id, id, data, external_ref, state, created_at) select ${campaign}::bigint, ${id}, jsonb_build_object('topic', 'Water ' || i, 'text', repeat(md5(i::text), 8)), 'w' || i, 'done', now() from generate_series(1, ${n}) i`.execute(
    db,
  )
  await sql`insert into submission (campaign_id, id, item_id, author_id, version, status, content_hash, submitted_at, took_seconds, decided_at)
    select ${campaign}::bigint, ${id}, ${id}, 1 + i % 1000, 1, case when i % 10 = 0 then 'rejected_final' else 'accepted' end, md5(i::text), now(), 60, now() - interval '1 day' from generate_series(1, ${n}) i`.execute(
    db,
  )
  await sql`insert into submission_answer (campaign_id, submission_id, answer)
    select ${campaign}::bigint, ${id}, jsonb_build_object('fact', 'Fact ' || i || ': ' || repeat(md5((i * 7)::text), 12), 'kind', (array['river', 'lake', 'sea'])[1 + i % 3], 'km', i / 7.0, 'source', 'https://example.org/' || i) from generate_series(1, ${n}) i`.execute(
    db,
  )
  await sql`insert into review (campaign_id, submission_id, reviewer_id, id, round, lane, votes, took_seconds, reviewed_at)
    select ${campaign}::bigint, ${id}, 1001 + (i * 7 + k * 61) % 200, (${id}) * 4 + k, 1, 2, jsonb_build_object('fact', jsonb_build_object('approve', i % 10 <> 0 or k = 2), 'kind', jsonb_build_object('approve', true)), 20, now() - interval '1 day'
      from generate_series(1, ${n}) i, generate_series(1, 3) k`.execute(db)
  await sql`insert into decision (campaign_id, submission_id, round, accepted, questions, reviews, decided_at) select ${campaign}::bigint, ${id}, 1, i % 10 <> 0, '{}', 3, now() - interval '1 day' from generate_series(1, ${n}) i`.execute(
    db,
  )
  await sql`insert into event (campaign_id, id, kind, subject_id, at, body) select ${campaign}::bigint, ${id}, 'submitted', ${id}, now() - interval '2 days', jsonb_build_object('answer_commitment', md5(i::text) || md5(i::text)) from generate_series(1, ${n}) i`.execute(
    db,
  )
  await sql`insert into salt (campaign_id, subject_id, purpose, salt) select ${campaign}::bigint, ${id}, 'answer', decode(md5(i::text), 'hex') from generate_series(1, ${n}) i`.execute(
    db,
  )
  for (const table of ['item', 'submission', 'submission_answer', 'review', 'event', 'salt'])
    await sql`analyze ${sql.table(table)}`.execute(db)
}

import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { CheckKind } from '../campaigns/checks/contract.ts'

export type RecordRow = {
  kind: CheckKind
  checker: number
  run: number
  passed: number
  failed: number
  flagged: number
  undecided: number
  judged: number
  confirmed: number
  audited: number
  audited_wrong: number
  mean_us: number
  calls: number
  tokens: number
}

/**
 * Each check's record. People confirm a flag when their first decision rejects the work, a failure when an appeal does; an
 * audit does when most graders found a question wrong. Work whose graders are split counts on neither side.
 */
export async function recordsOf(db: Db, campaignId: string): Promise<RecordRow[]> {
  const { rows } = await sql<RecordRow>`
    with said as materialized (
      select r.submission_id, r.run, x ->> 'kind' as kind, (x ->> 'checker')::int as checker, x ->> 'verdict' as verdict,
             coalesce((x ->> 'took_us')::bigint, 0) as took_us, coalesce((x ->> 'calls')::bigint, 0) as calls, coalesce((x ->> 'tokens')::bigint, 0) as tokens
        from check_run r cross join lateral jsonb_array_elements(r.results) x where r.campaign_id = ${campaignId}),
    raised as (select distinct submission_id from said where verdict in ('fail', 'flag')),
    people as (
      select r.submission_id,
             (select d.accepted from decision d where d.campaign_id = ${campaignId} and d.submission_id = r.submission_id and d.reviews > 0 order by d.round limit 1) as accepted,
             (select bool_or(q.wrong) from (
                select 2 * count(*) filter (where not (v.value ->> 'right')::boolean) > count(*) as wrong
                  from audit_grade g join audit a on a.campaign_id = g.campaign_id and a.submission_id = g.submission_id and a.closed_at is not null
                 cross join lateral jsonb_each(g.grades) v
                 where g.campaign_id = ${campaignId} and g.submission_id = r.submission_id group by v.key
                having 2 * count(*) filter (where not (v.value ->> 'right')::boolean) <> count(*)) q) as wrong
        from raised r)
    select s.kind, s.checker, s.run,
           count(*) filter (where verdict = 'pass')::int as passed, count(*) filter (where verdict = 'fail')::int as failed,
           count(*) filter (where verdict = 'flag')::int as flagged, count(*) filter (where verdict = 'undecided')::int as undecided,
           count(distinct s.submission_id) filter (where verdict in ('fail', 'flag') and p.accepted is not null)::int as judged,
           count(distinct s.submission_id) filter (where verdict in ('fail', 'flag') and not p.accepted)::int as confirmed,
           count(distinct s.submission_id) filter (where verdict in ('fail', 'flag') and p.wrong is not null)::int as audited,
           count(distinct s.submission_id) filter (where verdict in ('fail', 'flag') and p.wrong)::int as audited_wrong,
           round(avg(took_us))::int as mean_us, sum(calls)::int as calls, sum(tokens)::float8 as tokens
      from said s left join people p on p.submission_id = s.submission_id
     group by 1, 2, 3 order by 3, 1, 2`.execute(db)
  return rows
}

/** What waits, what duplicates spared, what the work covers, and the last run of all checks again. */
export async function stateOf(db: Db, campaignId: string) {
  const { rows } = await sql<{ waiting: number; duplicates_avoided: number; coverage_bps: number | null }>`
    select (select count(*)::int from submission where campaign_id = ${campaignId} and awaits_checks) as waiting,
           count(*) filter (where outcome = 'reject' and results @? '$[*] ? (@.verdict == "fail" && (@.kind == "exact_duplicate" || @.kind == "near_duplicate"))')::int as duplicates_avoided,
           round(avg(coverage_ppm) / 100)::int as coverage_bps
      from check_run where campaign_id = ${campaignId} and run = 1`.execute(db)
  const again = await db
    .selectFrom('check_again')
    .select(['run', 'asked_at', 'done_at'])
    .where('campaign_id', '=', campaignId)
    .orderBy('run', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { ...rows[0]!, again }
}

import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { KeptKind } from './contract.ts'

export type KeptRow = { key: string; at: Date | null; facts: Record<string, unknown> }
type Source = RawBuilder<KeptRow>

/** Campaigns in which this person did anything: leads the keys of tables that are by campaign first. */
const mine = (me: string) => sql`(
  select campaign_id from member where account_id = ${me} union select campaign_id from submission where author_id = ${me}
  union select campaign_id from review where reviewer_id = ${me} union select campaign_id from audit_grade where grader_id = ${me}
  union select campaign_id from item_flag where account_id = ${me} union select id from campaign where requester_id = ${me})`

const moneyOf = (me: string) =>
  sql`(select 'person:' || ${me}::text || ':' || state from unnest(array['held', 'frozen', 'claimable', 'paying', 'claimed']) state union all select 'requester:' || ${me}::text)`

/**
 * Where every kind of record lies: a key that orders it, when it was, and all its facts but secrets' hashes and other
 * people. What a new table says of people is added here; a test compares the tables with this list.
 */
const SOURCES: Readonly<Record<KeptKind, (me: string) => Source>> = {
  account: (
    me,
  ) => sql`select id::text as key, created_at as at, jsonb_build_object('account_id', id::text, 'handle', handle, 'language', language, 'roles', roles,
    'suspended_at', suspended_at, 'suspension_reason', suspension_reason) as facts from account where id = ${me}`,
  terms: (me) =>
    sql`select version::text as key, accepted_at as at, jsonb_build_object('version', version, 'adult', adult) as facts from terms_acceptance where account_id = ${me}`,
  passkeys: (
    me,
  ) => sql`select id::text as key, created_at as at, jsonb_build_object('name', name, 'last_used_at', last_used_at, 'synced', synced, 'transports', transports, 'counter', counter,
    'credential_id', credential_id) as facts from passkey where account_id = ${me}`,
  wallets: (
    me,
  ) => sql`select id::text as key, linked_at as at, jsonb_build_object('address', '0x' || encode(address, 'hex'), 'kind', kind, 'chain_id', chain_id::text, 'label', label, 'last_used_at', last_used_at,
    'unlinked_at', unlinked_at, 'message', message, 'signature', '0x' || encode(signature, 'hex')) as facts from wallet where account_id = ${me}`,
  gas_id: (
    me,
  ) => sql`select 'scan' || id as key, asked_at as at, jsonb_build_object('what', 'scan', 'when', asked_at, 'wallet_id', wallet_id::text, 'chain_id', chain_id, 'address', '0x' || encode(address, 'hex'), 'provider', provider, 'state', state, 'block', block, 'found', found,
      'why', why, 'ended_at', ended_at) as facts from gas_scan where account_id = ${me}
    union all select 'history' || wallet_id || '/' || chain_id, scanned_at, jsonb_build_object('what', 'history', 'when', scanned_at, 'wallet_id', wallet_id::text, 'chain_id', chain_id, 'address', '0x' || encode(address, 'hex'), 'provider', provider,
      'completeness', completeness, 'missing', missing, 'block', block, 'block_hash', block_hash, 'nonces', nonces, 'authorisations', authorisations, 'sums', sums, 'months', months, 'contracts', contracts) from gas_history where account_id = ${me}
    union all select 'level', changed_at, jsonb_build_object('what', 'level', 'when', changed_at, 'level', level, 'best_index', best_index) from gas_level where account_id = ${me}
    union all select 'quest' || quest, claimed_at, jsonb_build_object('what', 'quest', 'when', claimed_at, 'quest', quest, 'beans', beans::text, 'address', '0x' || encode(address, 'hex')) from gas_quest where account_id = ${me}
    union all select 'use' || season_id || purpose || encode(address, 'hex'), used_at, jsonb_build_object('what', purpose, 'when', used_at, 'season_id', season_id::text, 'address', '0x' || encode(address, 'hex'), 'burned_wei', burned_wei::text, 'block', block) from gas_use where account_id = ${me}
    union all select 'card' || id, created_at, jsonb_build_object('what', 'card', 'when', created_at, 'card_id', id, 'card', body, 'revoked_at', revoked_at) from gas_card where account_id = ${me}`,
  beans: (me) =>
    sql`select id as key, at, jsonb_build_object('kind', kind, 'beans', amount_minor::text) as facts from transfer where credit = 'beans:' || ${me}::text`,
  recovery_codes: (me) =>
    sql`select code_hash as key, created_at as at, jsonb_build_object('used_at', used_at) as facts from recovery_code where account_id = ${me}`,
  sessions: (
    me,
  ) => sql`select id::text as key, created_at as at, jsonb_build_object('session_id', id::text, 'how', how, 'device', user_agent, 'last_seen_at', last_seen_at, 'fresh_at', fresh_at,
    'expires_at', expires_at, 'revoked_at', revoked_at) as facts from session where account_id = ${me}`,
  api_keys: (
    me,
  ) => sql`select id::text as key, created_at as at, jsonb_build_object('key_id', id::text, 'name', name, 'prefix', prefix, 'scopes', scopes, 'last_used_at', last_used_at,
    'expires_at', expires_at, 'revoked_at', revoked_at) as facts from api_key where account_id = ${me}`,
  one_time: (me) =>
    sql`select value_hash as key, created_at as at, jsonb_build_object('purpose', purpose, 'expires_at', expires_at) as facts from one_time where account_id = ${me}
    union all select nonce_hash, created_at, jsonb_build_object('purpose', 'wallet ' || purpose, 'expires_at', expires_at) from wallet_nonce where account_id = ${me}`,
  invitations: (
    me,
  ) => sql`select 'made' || id as key, created_at as at, jsonb_build_object('what', 'made', 'invitation_id', id::text, 'campaign_id', campaign_id::text, 'expires_at', expires_at, 'uses_left', uses_left) as facts
      from invitation where invited_by = ${me}
    union all select 'used' || invitation_id, used_at, jsonb_build_object('what', 'taken up', 'invitation_id', invitation_id::text) from invitation_use where account_id = ${me}`,
  seasons: (
    me,
  ) => sql`select m.season_id::text as key, m.joined_at as at, jsonb_build_object('season', s.name, 'score', b.score, 'reached_at', b.reached_at) as facts
    from season_member m join season s on s.id = m.season_id left join season_score b on b.season_id = m.season_id and b.account_id = m.account_id where m.account_id = ${me}`,
  memberships: (
    me,
  ) => sql`select m.campaign_id || m.role as key, m.joined_at as at, jsonb_build_object('campaign', c.title, 'campaign_id', c.id::text, 'role', m.role, 'why', m.why,
    'consent_version', m.consent_version, 'left_at', m.left_at) as facts from member m join campaign c on c.id = m.campaign_id where m.account_id = ${me}`,
  consents: (
    me,
  ) => sql`select k.campaign_id || '/' || k.consent_version as key, k.at, jsonb_build_object('campaign', c.title, 'campaign_id', c.id::text, 'version', k.consent_version, 'adult', k.adult,
    'country', k.country) as facts from campaign_consent k join campaign c on c.id = k.campaign_id where k.account_id = ${me}`,
  exams: (
    me,
  ) => sql`select e.id::text as key, e.started_at as at, jsonb_build_object('campaign', c.title, 'campaign_id', c.id::text, 'submitted_at', e.submitted_at, 'score_bps', e.score_bps, 'passed', e.passed,
    'answers', e.answers) as facts from exam_attempt e join campaign c on c.id = e.campaign_id where e.campaign_id in (select id from campaign) and e.account_id = ${me}`,
  leases: (
    me,
  ) => sql`select l.campaign_id || '/' || l.target_id as key, l.leased_at as at, jsonb_build_object('campaign', c.title, 'campaign_id', c.id::text, 'target_id', l.target_id::text, 'lane', l.lane,
    'state', l.state, 'expires_at', l.expires_at) as facts from lease l join campaign c on c.id = l.campaign_id where l.campaign_id in ${mine(me)} and l.account_id = ${me}`,
  work_counts: (
    me,
  ) => sql`select w.campaign_id || '/' || w.lane || '/' || w.day as key, w.day::timestamptz as at, jsonb_build_object('campaign', c.title, 'lane', w.lane, 'day', w.day, 'taken', w.taken) as facts
      from work_taken w join campaign c on c.id = w.campaign_id where w.campaign_id in ${mine(me)} and w.account_id = ${me}
    union all select q.campaign_id || '/' || q.lane || '/search', null, jsonb_build_object('campaign', c.title, 'lane', q.lane, 'searched_up_to', q.after_id::text)
      from claim_cursor q join campaign c on c.id = q.campaign_id where q.campaign_id in ${mine(me)} and q.account_id = ${me}`,
  submissions: (
    me,
  ) => sql`select s.id::text as key, s.submitted_at as at, jsonb_build_object('campaign', c.title, 'campaign_id', c.id::text, 'submission_id', s.id::text, 'item_id', s.item_id::text, 'version', s.version,
    'status', s.status, 'round', s.round, 'revises_id', s.revises_id::text, 'took_seconds', s.took_seconds, 'decided_at', s.decided_at, 'answer', a.answer) as facts
    from submission s join campaign c on c.id = s.campaign_id left join submission_answer a on a.campaign_id = s.campaign_id and a.submission_id = s.id where s.author_id = ${me}`,
  withdrawals: (
    me,
  ) => sql`select w.submission_id::text as key, w.at, jsonb_build_object('campaign', c.title, 'submission_id', w.submission_id::text) as facts
    from submission s join withdrawal w on w.campaign_id = s.campaign_id and w.submission_id = s.id join campaign c on c.id = s.campaign_id where s.author_id = ${me} and w.account_id = ${me}`,
  // Why work was rejected is its author's to read; what was only pointed out is nobody's, and what is compared holds no text.
  checks: (
    me,
  ) => sql`select r.submission_id || '/' || r.run as key, r.started_at as at, jsonb_build_object('campaign', c.title, 'submission_id', r.submission_id::text, 'run', r.run, 'outcome', r.outcome,
    'reasons', (select jsonb_agg(jsonb_build_object('check', x -> 'kind', 'code', x -> 'code', 'detail', x -> 'detail')) from jsonb_array_elements(r.results) x where x ->> 'verdict' = 'fail'),
    'prints', (select count(*) from text_print p where p.campaign_id = r.campaign_id and p.submission_id = r.submission_id)) as facts
    from submission s join check_run r on r.campaign_id = s.campaign_id and r.submission_id = s.id join campaign c on c.id = s.campaign_id where s.author_id = ${me}`,
  reviews: (
    me,
  ) => sql`select r.id::text as key, r.reviewed_at as at, jsonb_build_object('campaign', c.title, 'campaign_id', c.id::text, 'submission_id', r.submission_id::text, 'round', r.round, 'votes', r.votes,
    'took_seconds', r.took_seconds) as facts from (select id, campaign_id, submission_id, round, votes, took_seconds, reviewed_at from review where reviewer_id = ${me}
      union all select answer_id, campaign_id, id, 1, votes, took_seconds, reviewed_at from gold_item where account_id = ${me} and answer_id is not null) r join campaign c on c.id = r.campaign_id`,
  appeals: (
    me,
  ) => sql`select p.id::text as key, p.opened_at as at, jsonb_build_object('campaign', c.title, 'submission_id', p.submission_id::text, 'reason', p.reason, 'upheld', p.upheld, 'decided_at', p.decided_at) as facts
    from submission s join appeal p on p.campaign_id = s.campaign_id and p.submission_id = s.id join campaign c on c.id = s.campaign_id where s.author_id = ${me} and p.account_id = ${me}`,
  audit_grades: (
    me,
  ) => sql`select g.campaign_id || '/' || g.submission_id as key, g.graded_at as at, jsonb_build_object('campaign', c.title, 'submission_id', g.submission_id::text, 'grades', g.grades, 'correct', g.correct,
    'took_seconds', g.took_seconds) as facts from audit_grade g join campaign c on c.id = g.campaign_id where g.grader_id = ${me}`,
  traits: (me) =>
    sql`select trait as key, changed_at as at, jsonb_build_object('trait', trait, 'value', value, 'changed_at', changed_at) as facts from person_trait where account_id = ${me}`,
  reliability: (
    me,
  ) => sql`select task_class || '/' || role || '/' || day as key, day::timestamptz as at, jsonb_build_object('task_class', task_class, 'role', role, 'day', day, 'mean_bps', mean_bps,
    'low_bps', low_bps, 'high_bps', high_bps, 'judged', judged, 'confirmed', confirmed, 'audited', audited, 'audited_right', audited_right) as facts from reliability where account_id = ${me}`,
  reward_windows: (
    me,
  ) => sql`select s.campaign_id || '/' || s.n as key, w.settled_at as at, jsonb_build_object('campaign', c.title, 'campaign_id', c.id::text, 'window', s.n, 'reviews', s.reviews, 'carried', s.carried,
    'paid', s.paid, 'audited', case when s.audited >= 20 then s.audited end, 'score_ppm', case when s.audited >= 20 then s.score_ppm end, 'factor_ppm', s.factor_ppm) as facts
    from reward_share s join reward_window w on w.campaign_id = s.campaign_id and w.n = s.n join campaign c on c.id = s.campaign_id where s.account_id = ${me}`,
  held_pay: (
    me,
  ) => sql`select h.campaign_id || '/' || h.submission_id || '/' || h.currency as key, h.held_at as at, jsonb_build_object('campaign', c.title, 'submission_id', h.submission_id::text, 'currency', h.currency,
    'amount_minor', h.amount_minor::text, 'release_at', h.release_at, 'kept_by_case', h.case_id is not null, 'ended_at', h.ended_at, 'forfeited', h.forfeited_by is not null) as facts
    from held_pay h join campaign c on c.id = h.campaign_id where h.account_id = ${me}`,
  money: (
    me,
  ) => sql`select t.campaign_id || '/' || t.id as key, t.at, jsonb_build_object('kind', t.kind, 'campaign_id', nullif(t.campaign_id, 0)::text, 'subject_id', t.subject_id::text, 'currency', t.currency,
    'amount_minor', t.amount_minor::text, 'into', case when t.credit in ${moneyOf(me)} then split_part(t.credit, ':', 3) end, 'out_of', case when t.debit in ${moneyOf(me)} then split_part(t.debit, ':', 3) end) as facts
    from transfer t where t.credit in ${moneyOf(me)} or t.debit in ${moneyOf(me)}`,
  payouts: (
    me,
  ) => sql`select p.batch_id::text as key, p.changed_at as at, jsonb_build_object('currency', b.currency, 'amount_minor', p.amount_minor::text, 'state', p.state, 'destination', p.destination, 'note', p.note) as facts
    from payout p join payout_batch b on b.id = p.batch_id where p.account_id = ${me}`,
  payout_destinations: (me) =>
    sql`select currency as key, changed_at as at, jsonb_build_object('currency', currency, 'destination', destination) as facts from payout_destination where account_id = ${me}`,
  wallet_payouts: (
    me,
  ) => sql`select id::text as key, asked_at as at, jsonb_build_object('when', asked_at, 'currency', currency, 'address', '0x' || encode(address, 'hex'), 'amount_minor', amount_minor::text, 'state', state, 'ended_at', ended_at) as facts
      from chain_withdrawal where account_id = ${me}
    union all select 'to' || currency, chosen_at, jsonb_build_object('when', chosen_at, 'currency', currency, 'wallet_id', wallet_id::text, 'state', 'chosen', 'amount_minor', '–') from wallet_destination where account_id = ${me}`,
  income_shares: (
    me,
  ) => sql`select s.income_id::text as key, i.recorded_at as at, jsonb_build_object('campaign', c.title, 'currency', i.currency, 'amount_minor', s.amount_minor::text, 'datapoints', s.datapoints, 'reviews', s.reviews) as facts
    from income_share s join release_income i on i.id = s.income_id join campaign c on c.id = i.campaign_id where s.account_id = ${me}`,
  delegations: (
    me,
  ) => sql`select id::text as key, issued_at as at, jsonb_build_object('by', by, 'site', site, 'issued_at', issued_at, 'expires_at', expires_at, 'revoked_at', revoked_at, 'session_key', encode(session_key, 'hex'), 'proof', proof) as facts
    from delegation where account_id = ${me}`,
  log_entries: (me) =>
    sql`select o.season_id || '/' || o.leaf as key, null::timestamptz as at, jsonb_build_object('season', s.name, 'entry', o.leaf::text) as facts from log_owner o join season s on s.id = o.season_id where o.account_id = ${me}`,
  item_flags: (
    me,
  ) => sql`select f.id::text as key, f.created_at as at, jsonb_build_object('campaign', c.title, 'item_id', f.item_id::text, 'kind', f.kind, 'message', f.message, 'resolution', f.resolution, 'reply', f.reply) as facts
    from item_flag f join campaign c on c.id = f.campaign_id where f.account_id = ${me}`,
  campaign_reports: (
    me,
  ) => sql`select r.id::text as key, r.created_at as at, jsonb_build_object('campaign', c.title, 'reason', r.reason, 'message', r.message, 'resolution', r.resolution) as facts
    from campaign_report r join campaign c on c.id = r.campaign_id where r.account_id = ${me}`,
  campaigns: (
    me,
  ) => sql`select c.id::text as key, c.created_at as at, jsonb_build_object('campaign', c.title, 'campaign_id', c.id::text, 'status', c.status, 'task_class', c.task_class, 'language', c.language,
    'escrow_wallets', (select jsonb_agg(distinct '0x' || encode(e.requester, 'hex')) from campaign_escrow e where e.campaign_id = c.id)) as facts
    from campaign c where c.requester_id = ${me}`,
  operator_acts: (
    me,
  ) => sql`select what || id as key, at, jsonb_build_object('what', what, 'id', id::text) as facts from (
      select 'campaign version written' as what, campaign_id as id, created_at as at from campaign_version where created_by = ${me}
      union all select 'items imported', campaign_id, created_at from item_import where created_by = ${me}
      union all select 'campaign decided on', campaign_id, decided_at from campaign_approval where decided_by = ${me}
      union all select 'report of a campaign resolved', campaign_id, resolved_at from campaign_report where resolved_by = ${me}
      union all select 'epoch started', id, gathered_at from epoch where started_by = ${me}
      union all select 'token added', first_block, added_at from payment_token where added_by = ${me}
      union all select 'escrow added', scanned_to, added_at from token_escrow where added_by = ${me}
      union all select 'income recorded', id, recorded_at from release_income where recorded_by = ${me}
      union all select 'payout batch drafted', id, created_at from payout_batch where created_by = ${me}
      union all select 'audit planned', id, created_at from audit_plan where created_by = ${me}
      union all select 'claim about a release begun', release_id, started_at from acceptance where started_by = ${me}
      union all select 'claim about a release withdrawn', release_id, ended_at from acceptance where ended_by = ${me}
      union all select 'release built', id, created_at from release where created_by = ${me}
      union all select 'release published', id, published_at from release where published_by = ${me}
      union all select 'report made', id, created_at from report where created_by = ${me}
      union all select 'case opened', id, opened_at from case_file where opened_by = ${me}
      union all select 'evidence added', case_id, added_at from case_evidence where added_by = ${me}
      union all select 'case decided on', case_id, at from case_opinion where decider_id = ${me}
      union all select 'drive opened', id, created_at from report_drive where opened_by = ${me}
      union all select 'report answered', id, reported_at from account_report where read_by = ${me}
      union all select 'sanction ended', id, ended_at from sanction where ended_by = ${me}
      union all select 'appeal of a sanction decided', sanction_id, decided_at from sanction_appeal where decided_by = ${me}
      union all select 'checks asked for again', campaign_id, asked_at from check_again where asked_by = ${me}
      union all select 'books audited', id, asked_at from ledger_audit where asked_by = ${me}) acts`,
  exclusions: (me) =>
    sql`select other_id::text as key, created_at as at, jsonb_build_object('reason', reason) as facts from exclusion where account_id = ${me}`,
  // One's own visits whole, but for hashes; of links how many and never with whom or when.
  marks: (me) => sql`
    select 'visit' || encode(network, 'hex') || encode(device, 'hex') || extract(epoch from started_at) as key, started_at as at,
      jsonb_build_object('what', 'visit', 'from', started_at, 'to', ended_at, 'until', expires_at) as facts from mark where account_id = ${me}
    union all select 'passkey' || encode(credential, 'hex'), seen_first, jsonb_build_object('what', 'passkey', 'until', expires_at) from credential_mark where account_id = ${me}`,
  links: (me) => sql`
    select kind as key, null::timestamptz as at, jsonb_build_object('evidence', kind, 'accounts', count(*), 'until', to_char(max(expires_at) at time zone 'UTC', 'YYYY-MM-DD')) as facts
      from link where account_id = ${me} or other_id = ${me} group by kind`,
  // Kinds of evidence and what was decided; what was seen where, and how it is weighed, stays with those who decide.
  sealed_content: (
    me,
  ) => sql`select 'choice' as key, changed_at as at, jsonb_build_object('what', 'choice', 'when', changed_at, 'adversarial', adversarial) as facts from exposure_choice where account_id = ${me}
    union all select 'read' || id, at, jsonb_build_object('what', 'read', 'when', at, 'campaign_id', campaign_id::text, 'submission_id', submission_id::text, 'reason', reason) from content_read where account_id = ${me}
    union all select 'judged' || campaign_id || '/' || submission_id || '/' || run || target || n, graded_at, jsonb_build_object('what', 'judged', 'when', graded_at, 'campaign_id', campaign_id::text, 'hit', graded_hit)
      from redteam_sample where campaign_id in ${mine(me)} and graded_by = ${me}
    union all select 'goal' || id, added_at, jsonb_build_object('what', 'goal', 'when', added_at, 'goal_id', id, 'title', title) from redteam_goal where added_by = ${me}
    union all select 'told' || campaign_id || '/' || release_id, told_at, jsonb_build_object('what', 'told', 'when', told_at, 'campaign_id', campaign_id::text, 'told', told) from release_notice where told_by = ${me}`,
  cases: (
    me,
  ) => sql`select f.id::text as key, f.opened_at as at, jsonb_build_object('evidence', (select jsonb_agg(distinct e.kind) from case_evidence e where e.case_id = f.id), 'suspect_since', f.suspect_since, 'keeps_waiting', f.keeps_waiting,
    'decide_by', f.decide_by, 'statement', f.statement, 'outcome', f.outcome, 'closed_at', f.closed_at) as facts from case_file f where f.account_id = ${me}`,
  sanctions: (
    me,
  ) => sql`select s.id::text as key, s.imposed_at as at, jsonb_build_object('action', s.action, 'reason', s.reason, 'since', s.since, 'ends_at', s.ends_at, 'ended_at', s.ended_at, 'ended_why', s.ended_why,
    'appeal', p.reason, 'appealed_at', p.opened_at, 'upheld', p.upheld, 'answer', p.answer) as facts
    from sanction s left join sanction_appeal p on p.sanction_id = s.id where s.account_id = ${me}`,
  account_reports: (me) =>
    sql`select r.id::text as key, r.reported_at as at, jsonb_build_object('state', case r.state when 'with_cases' then 'under_review' else r.state end, 'method', r.method, 'says', r.says,
      'accounts', (select count(*) from reported_account n where n.report_id = r.id), 'reward_minor', r.reward_minor::text) as facts from account_report r where r.reporter_id = ${me}`,
  declared_accounts: (me) =>
    sql`select m.declaration_id::text as key, m.joined_at as at, jsonb_build_object('began', d.account_id = ${me}, 'joined_at', m.joined_at) as facts
      from amnesty_account m join amnesty_declaration d on d.id = m.declaration_id where m.account_id = ${me}`,
  watch: (me) =>
    sql`select task_class || '/' || role as key, changed_at as at, jsonb_build_object('task_class', task_class, 'role', role, 'judgements', (state ->> 'n')::int) as facts from watch where account_id = ${me}`,
  messages: (me) =>
    sql`select id::text as key, at, jsonb_build_object('kind', kind, 'campaign_id', campaign_id::text, 'subject_id', subject_id::text, 'params', params, 'read_at', read_at) as facts from inbox_message where account_id = ${me}`,
  stored_answers: (
    me,
  ) => sql`select i.campaign_id || '/' || i.key as key, i.created_at as at, jsonb_build_object('request', i.key, 'answer', i.answer) as facts
    from idempotency i where (i.campaign_id = 0 or i.campaign_id in ${mine(me)}) and i.account_id = ${me}`,
  // From whom somebody is kept apart is the other one's matter: they would learn whose account is taken for theirs.
  evidence: (
    me,
  ) => sql`select e.campaign_id || '/' || e.id as key, e.at, jsonb_build_object('kind', e.kind, 'campaign_id', nullif(e.campaign_id, 0)::text, 'subject_id', e.subject_id::text, 'body',
      case e.kind when 'rewarded' then jsonb_build_object('rewards', (select jsonb_agg(r) from jsonb_array_elements(e.body -> 'rewards') r where r ->> 'account_id' = ${me})) else e.body - 'other_id' end) as facts
    from event e where (e.campaign_id in ${mine(me)} and (${me} in (e.body ->> 'author_id', e.body ->> 'reviewer_id', e.body ->> 'grader_id', e.body ->> 'account_id', e.body ->> 'by')
        or (e.kind = 'rewarded' and e.body @> jsonb_build_object('rewards', jsonb_build_array(jsonb_build_object('account_id', ${me}::text))))))
      or (e.campaign_id = 0 and (e.subject_id = ${me}::bigint or e.body ->> 'account_id' = ${me}))`,
}

/** The newest rows of a kind. */
export async function newestKept(db: Db, kind: KeptKind, accountId: string, limit: number): Promise<KeptRow[]> {
  const { rows } =
    await sql<KeptRow>`select * from (${SOURCES[kind](accountId)}) k order by at desc nulls last, key desc limit ${limit}`.execute(
      db,
    )
  return rows
}

export async function countKept(db: Db, kind: KeptKind, accountId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (${SOURCES[kind](accountId)}) k`.execute(db)
  return rows[0]!.n
}

/** The next rows of a kind in the order of their keys, for the export. */
export async function keptAfter(
  db: Db,
  kind: KeptKind,
  accountId: string,
  after: string,
  limit: number,
): Promise<KeptRow[]> {
  const { rows } =
    await sql<KeptRow>`select * from (${SOURCES[kind](accountId)}) k where key collate "C" > ${after} order by key collate "C" limit ${limit}`.execute(
      db,
    )
  return rows
}

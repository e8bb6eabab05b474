/** What has names of its own in a log: each kind of thing is named apart, so names of two kinds never meet. */
export type Thing = 'work' | 'review' | 'item' | 'draw' | 'person'

/**
 * How a field of an event is shown. `public`: as it is, at once. `day`: of a moment only its UTC day. `name:…`: an id, as
 * a name that holds no time and is this log's own. `after_close…`: the same, but only when the season is over; until then
 * the entry commits to it. `commitment`: already a salted commitment, which nobody opens but its owner;
 * `commitment_opened`: one that is opened after the close. `lines`: who is paid what, see `disclose-rules.ts`. `owner`: a
 * person, `committed`: anything else that only the commitment to the whole event covers. `dropped`: said elsewhere.
 */
export type How =
  | 'public'
  | 'day'
  | `name:${Thing}`
  | 'after_close'
  | `after_close_name:${Thing}`
  | 'commitment'
  | 'commitment_opened'
  | 'lines'
  | 'owner'
  | 'committed'
  | 'dropped'
/** A field, or the fields of an object in it. */
export type Field = How | { readonly [field: string]: How }
/** One kind of event: what its subject is, and its fields. */
export type Shown = { subject: How; fields: Readonly<Record<string, Field>> }

const NONE: Shown['fields'] = {}
/** Campaigns, seasons and releases have public pages under their ids, and those hold nobody's time but the operator's. */
const campaign = (fields: Shown['fields'] = NONE): Shown => ({ subject: 'dropped', fields })
const work = (fields: Shown['fields'] = NONE): Shown => ({ subject: 'after_close_name:work', fields })
/** About a person, or about what would lead to one: that something happened, and nothing else. */
const hidden = (...fields: string[]): Shown => ({
  subject: 'committed',
  fields: Object.fromEntries(fields.map((f) => [f, f.endsWith('_commitment') ? 'commitment' : 'committed'] as const)),
})

/** What a version's settings show: what people are shown before they begin, and what decisions and pay go by. */
const SETTINGS: Field = {
  prices: 'public',
  bonus_benchmark: 'public',
  reviewer_pay: 'public',
  hold: 'public',
  novelty: 'public',
  scarcity: 'public',
  reviews: 'public',
  redundancy: 'public',
  policy: 'committed',
  model_votes: 'committed',
  red_team: 'committed',
  checks: 'committed',
  gold: 'committed',
  group_quotas: 'committed',
  routing: 'committed',
  attempts_per_item: 'committed',
  lease_seconds: 'committed',
  revision_seconds: 'committed',
  decision_deadline_seconds: 'committed',
  min_seconds_contribute: 'committed',
  min_seconds_review: 'committed',
  batch_size: 'committed',
  caps: 'committed',
  may_do_both: 'committed',
}

const SUBMITTED: Shown = {
  subject: 'name:work',
  fields: {
    item_id: 'after_close_name:item',
    author_id: 'owner',
    version: 'public',
    task_class: 'public',
    took_seconds: 'committed',
    revises: 'after_close_name:work',
    answer_commitment: 'commitment',
    signature_commitment: 'commitment',
  },
}

/** Money that moves for a person: how much, after the close; whose, never. */
const moved = (...also: string[]): Shown => ({
  subject: 'committed',
  fields: {
    account_id: 'owner',
    currency: 'after_close',
    amount_minor: 'after_close',
    ...Object.fromEntries(also.map((f) => [f, 'committed'] as const)),
  },
})
const CASE = ['log_season_id', 'evidence']
const SANCTION = [...CASE, 'sanction_id', 'action', 'provisional']

/**
 * Every kind of event that a season's log may hold and each of its fields. What is not here is committed to and never
 * shown, and a test fails until it is. Events of no season (accounts, keys, roles, claims) are in no log.
 */
export const DISCLOSED: Readonly<Record<string, Shown>> = {
  // The season and its campaigns.
  season_started: campaign({
    log_season_id: 'dropped',
    season_id: 'public',
    name: 'public',
    starts_at: 'public',
    ends_at: 'public',
    contributor_cap: 'public',
    rules: 'public',
  }),
  season_closed: campaign({ log_season_id: 'dropped', season_id: 'public', ends_at: 'public' }),
  campaign_opened: campaign({
    title: 'public',
    task_class: 'public',
    mode: 'public',
    difficulty: 'public',
    knowledge_area: 'public',
    language: 'public',
    restricted: 'public',
    open_collection: 'public',
    quota: 'public',
    version: 'public',
    as: 'public',
    funded: 'after_close',
    requester_id: 'owner',
  }),
  campaign_versioned: campaign({
    version: 'public',
    settings: SETTINGS,
    licence: 'public',
    required: 'public',
    form_hash: 'public',
    instructions_hash: 'public',
    consent_hash: 'public',
  }),
  campaign_paused: campaign({ by_operator: 'public' }),
  campaign_resumed: campaign({ as: 'public' }),
  campaign_extended: campaign({ quota: 'public', deadline: 'public' }),
  campaign_closing: campaign({ reason: 'public' }),
  campaign_funded: campaign({ currency: 'after_close', amount_minor: 'after_close', by: 'owner' }),
  campaign_closed: campaign({ as: 'public', reason: 'public', returned: 'after_close' }),
  approval_asked: campaign({ version: 'public' }),
  approval_decided: campaign({ approved: 'public', version: 'public', by: 'owner' }),
  approval_recalled: campaign({ version: 'public' }),
  report_resolved: campaign({ report_id: 'committed', resolution: 'committed' }),
  price_moved: campaign({ factor_ppm: 'public', demand: 'public', accepted: 'public' }),
  exam_set: campaign({
    draw_count: 'public',
    pass_bps: 'public',
    cooldown_seconds: 'public',
    reviewer_bps: 'public',
    time_limit_seconds: 'public',
  }),
  checks_repeated: campaign({ run: 'public', outside: 'public' }),
  leases_directed: campaign({ lane: 'public', reason: 'committed', by: 'owner', leases: 'committed' }),
  item_broken: { subject: 'after_close_name:item', fields: NONE },

  // Work, votes, decisions.
  submitted: SUBMITTED,
  revised: SUBMITTED,
  withdrawn: hidden('author_id'),
  notice_given: hidden('days', 'told_commitment'),
  content_read: hidden('account_id', 'what', 'reason_commitment'),
  checked: work({
    run: 'public',
    checkers: 'public',
    found_commitment: 'commitment',
    added_commitment: 'commitment_opened',
  }),
  model_voted: work({
    model: 'after_close',
    round: 'after_close',
    trained_on: 'committed',
    votes_commitment: 'commitment_opened',
  }),
  reviewed: work({
    review_id: 'after_close_name:review',
    reviewer_id: 'owner',
    round: 'after_close',
    expert: 'after_close',
    took_seconds: 'committed',
    approvals_commitment: 'commitment_opened',
    reasons_commitment: 'commitment',
    // Before approvals and reasons were apart.
    votes_commitment: 'commitment',
  }),
  decided: {
    subject: 'name:work',
    fields: {
      accepted: 'public',
      round: 'public',
      policy: 'public',
      snapshot: 'public',
      plan: 'public',
      questions: 'after_close',
      leads: 'after_close',
      confidence_bps: 'after_close',
      models: 'after_close',
      min: 'after_close',
      max: 'after_close',
      review_ids: 'after_close_name:review',
      approved_ids: 'after_close_name:review',
      item_id: 'after_close_name:item',
      outcome: 'after_close',
    },
  },
  escalated: work({ round: 'after_close' }),
  settled: work({ accepted: 'after_close' }),
  appealed: work({ appeal_id: 'committed', author_id: 'owner', round: 'after_close', reason_commitment: 'commitment' }),
  item_decided: {
    subject: 'after_close_name:item',
    fields: {
      outcome: 'after_close',
      answers: 'after_close',
      submission_ids: 'after_close_name:work',
      snapshots: 'after_close',
      answer_commitment: 'commitment',
    },
  },
  review_planned: campaign({
    version: 'public',
    snapshot: 'public',
    snapshot_hash: 'public',
    hash: 'public',
    crowd: 'public',
  }),
  answers_weighed: campaign({
    batch: 'committed',
    question: 'after_close',
    at_submission_id: 'committed',
    votes: 'after_close',
    hash: 'after_close',
  }),
  gold_retired: work({ why: 'after_close' }),

  // Audits.
  audit_drawn: campaign({
    plan_id: 'after_close_name:draw',
    seed: 'after_close',
    double_bps: 'public',
    drawn_until: 'day',
    drawn: 'public',
    drawn_hash: 'public',
    strata: 'public',
  }),
  audited: work({
    plan_id: 'after_close_name:draw',
    grader_id: 'owner',
    position: 'after_close',
    correct: 'after_close',
    took_seconds: 'committed',
    questions: 'after_close',
    outcome: 'after_close',
    chance_ppm: 'after_close',
    grades_commitment: 'commitment',
  }),
  audit_dropped: work({ plan_id: 'after_close_name:draw' }),

  // Money.
  rewarded: work({ rewards: 'lines' }),
  // Of a window, whose subject is a person.
  rewarded_window: { subject: 'committed', fields: { rewards: 'lines', window: 'after_close' } },
  window_settled: campaign({
    window: 'public',
    starts_at: 'day',
    ends_at: 'day',
    last: 'public',
    people: 'after_close',
    carried: 'after_close',
    reviews: 'after_close',
    usual_score_ppm: 'public',
    inputs_hash: 'committed',
  }),
  released_pay: moved('reason_id'),
  forfeited: moved('case_id', 'declaration_id'),
  thawed: { subject: 'committed', fields: { ...moved().fields, day: 'after_close' } },
  given_back: moved(),
  // What a release earned is told with it; whose share is how much, never.
  income_recorded: {
    subject: 'public',
    fields: {
      currency: 'public',
      amount_minor: 'public',
      reviewer_bps: 'public',
      people: 'after_close',
      remainder_minor: 'public',
    },
  },
  income_shared: hidden('account_id', 'currency', 'amount_minor'),

  // Releases and certificates.
  released: {
    subject: 'public',
    fields: {
      number: 'public',
      content_hash: 'public',
      cut_at: 'day',
      predecessor: 'public',
      datapoints: 'public',
      annotations: 'public',
      workers: 'public',
      revocations: 'public',
    },
  },
  revoked: { subject: 'name:work', fields: { release_id: 'public', number: 'public', reason: 'public' } },
  published: { subject: 'public', fields: { number: 'public', content_hash: 'public' } },
  acceptance_begun: {
    subject: 'public',
    fields: {
      plan_id: 'after_close_name:draw',
      number: 'public',
      content_hash: 'public',
      at_least: 'public',
      confidence: 'public',
      lot: 'public',
      max_audits: 'public',
      seed: 'after_close',
      double_bps: 'public',
      draw_hash: 'public',
    },
  },
  acceptance_ended: {
    subject: 'public',
    fields: {
      plan_id: 'after_close_name:draw',
      state: 'public',
      why: 'public',
      audits: 'public',
      wrong: 'after_close',
    },
  },
  certified: {
    subject: 'public',
    fields: {
      certificate_id: 'public',
      number: 'public',
      content_hash: 'public',
      certificate_hash: 'public',
      key_id: 'public',
      plan_id: 'after_close_name:draw',
      at_least: 'public',
      confidence: 'public',
      alpha: 'public',
      datapoints: 'public',
      audits: 'public',
      wrong: 'public',
      doubles: 'public',
      disagreements: 'public',
      right_at_least: 'public',
      audit_log_hash: 'public',
    },
  },

  // People and cases: that it happened, for an unbroken log, and not to whom.
  consented: hidden('consent_version'),
  member_assigned: hidden('roles', 'ended', 'consent_version'),
  member_left: hidden('ended'),
  exam_started: hidden('account_id', 'seed', 'question_ids'),
  exam_graded: hidden('account_id', 'score_bps', 'passed', 'questions', 'answers_commitment'),
  flag_resolved: hidden('item_id', 'account_id', 'resolution'),
  case_opened: hidden(...CASE, 'by_signal', 'waits'),
  case_evidence_added: hidden(...CASE, 'by_signal', 'evidence_id', 'says_commitment'),
  case_waits: hidden(...CASE),
  case_opinion: hidden('log_season_id', 'opinion_id', 'said', 'action', 'reason_commitment'),
  case_stated: hidden(...CASE, 'statement_commitment'),
  case_closed: hidden(...CASE, 'outcome', 'waited', 'open_seconds'),
  sanctioned: hidden(...SANCTION, 'deciders'),
  sanction_ended: hidden(...SANCTION, 'why'),
  sanction_appealed: hidden(...SANCTION, 'due_at', 'reason_commitment'),
  sanction_appeal_decided: hidden(...SANCTION, 'upheld', 'overdue', 'seconds', 'answer_commitment'),
}

/** Kinds that belong to no season, so that no log holds them. */
export const IN_NO_LOG: ReadonlySet<string> = new Set([
  'account_created', 'account_erased', 'account_suspended', 'account_unsuspended', 'roles_changed', 'key_created', 'key_revoked',
  'excluded', 'exclusion_lifted', 'cluster_parted', 'drive_opened', 'drive_paid', 'accounts_reported', 'report_settled', 'account_declared', 'topped_up', 'refunded', 'snapshot_taken', 'claimed', 'payout_sent', 'payout_returned',
  'payout_failed', 'taken_up', 'gas_level', 'gas_quest', 'gas_bonus', 'gas_trust', 'epoch_built', 'epoch_gathered', 'epoch_activated', 'epoch_revoked', 'token_added', 'escrow_added', 'chain_claimed', 'chain_withdrawal_asked', 'chain_withdrawal_called_back',
]) // prettier-ignore

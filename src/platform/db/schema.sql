-- Made by npm run generate from the migrations; to change it, change them.

create table acceptance (
  campaign_id bigint not null,
  release_id bigint not null,
  plan_id bigint not null,
  state text not null,
  at_least_micro integer not null,
  alpha_micro integer not null,
  lot integer not null,
  max_audits integer not null,
  draw_hash text not null,
  opened integer not null default 0,
  read integer not null default 0,
  why text,
  note text not null default ''::text,
  started_by bigint not null,
  started_at timestamp with time zone not null,
  ended_by bigint,
  ended_at timestamp with time zone,
  constraint acceptance_plan_id_key UNIQUE (plan_id),
  constraint acceptance_pkey PRIMARY KEY (campaign_id, release_id),
  constraint acceptance_campaign_id_release_id_fkey FOREIGN KEY (campaign_id, release_id) REFERENCES release(campaign_id, id),
  constraint acceptance_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES account(id),
  constraint acceptance_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES audit_plan(id),
  constraint acceptance_started_by_fkey FOREIGN KEY (started_by) REFERENCES account(id),
  constraint acceptance_alpha_micro_check CHECK (((alpha_micro >= 1) AND (alpha_micro <= 999999))),
  constraint acceptance_at_least_micro_check CHECK (((at_least_micro >= 1) AND (at_least_micro <= 999999))),
  constraint acceptance_check CHECK (((max_audits >= 1) AND (max_audits <= lot))),
  constraint acceptance_check1 CHECK (((state = 'open'::text) = (ended_at IS NULL))),
  constraint acceptance_check2 CHECK (((read <= opened) AND (opened <= max_audits))),
  constraint acceptance_lot_check CHECK ((lot > 0)),
  constraint acceptance_state_check CHECK ((state = ANY (ARRAY['open'::text, 'proved'::text, 'failed'::text, 'withdrawn'::text])))
);
CREATE INDEX acceptance_open ON public.acceptance USING btree (campaign_id, release_id) WHERE (state = 'open'::text);

create table acceptance_look (
  campaign_id bigint not null,
  release_id bigint not null,
  n integer not null,
  wrong integer not null,
  doubles integer not null,
  disagreements integer not null,
  wrong_at_most integer not null,
  right_at_least text not null,
  at timestamp with time zone not null,
  constraint acceptance_look_pkey PRIMARY KEY (campaign_id, release_id, n),
  constraint acceptance_look_campaign_id_release_id_fkey FOREIGN KEY (campaign_id, release_id) REFERENCES acceptance(campaign_id, release_id)
);

create table acceptance_piece (
  campaign_id bigint not null,
  release_id bigint not null,
  position integer not null,
  submission_id bigint not null,
  datapoint_id bigint not null,
  constraint acceptance_piece_pkey PRIMARY KEY (campaign_id, release_id, "position"),
  constraint acceptance_piece_campaign_id_release_id_fkey FOREIGN KEY (campaign_id, release_id) REFERENCES acceptance(campaign_id, release_id),
  constraint acceptance_piece_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id),
  constraint acceptance_piece_position_check CHECK (("position" > 0))
);

create table account (
  id bigint not null,
  handle text not null,
  language text not null default 'en'::text,
  roles text[] not null default '{}'::text[],
  created_at timestamp with time zone not null,
  erased_at timestamp with time zone,
  suspended_at timestamp with time zone,
  suspension_reason text,
  constraint account_handle_key UNIQUE (handle),
  constraint account_pkey PRIMARY KEY (id),
  constraint account_check CHECK (((erased_at IS NULL) OR (handle = ('erased-'::text || id)))),
  constraint account_roles_check CHECK ((roles <@ ARRAY['operator'::text, 'qa'::text, 'restricted_data'::text]))
);
CREATE INDEX account_roles ON public.account USING gin (roles) WHERE (roles <> '{}'::text[]);

create table account_report (
  id bigint not null,
  drive_id bigint not null,
  reporter_id bigint not null,
  digest text not null,
  method text not null,
  says text not null,
  state text not null,
  reported_at timestamp with time zone not null,
  read_by bigint,
  settled_at timestamp with time zone,
  counts_against boolean not null default false,
  reward_minor numeric(78,0),
  constraint account_report_drive_id_reporter_id_digest_key UNIQUE (drive_id, reporter_id, digest),
  constraint account_report_pkey PRIMARY KEY (id),
  constraint account_report_drive_id_fkey FOREIGN KEY (drive_id) REFERENCES report_drive(id),
  constraint account_report_read_by_fkey FOREIGN KEY (read_by) REFERENCES account(id),
  constraint account_report_reporter_id_fkey FOREIGN KEY (reporter_id) REFERENCES account(id),
  constraint account_report_check CHECK (((state = ANY (ARRAY['confirmed'::text, 'not_confirmed'::text])) = (settled_at IS NOT NULL))),
  constraint account_report_state_check CHECK ((state = ANY (ARRAY['under_review'::text, 'with_cases'::text, 'confirmed'::text, 'not_confirmed'::text])))
);
CREATE INDEX account_report_of ON public.account_report USING btree (reporter_id, id DESC);
CREATE INDEX account_report_open ON public.account_report USING btree (drive_id, id) WHERE (settled_at IS NULL);

create table amnesty_account (
  account_id bigint not null,
  declaration_id bigint not null,
  joined_at timestamp with time zone not null,
  constraint amnesty_account_pkey PRIMARY KEY (account_id),
  constraint amnesty_account_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint amnesty_account_declaration_id_fkey FOREIGN KEY (declaration_id) REFERENCES amnesty_declaration(id)
);
CREATE INDEX amnesty_account_of ON public.amnesty_account USING btree (declaration_id);

create table amnesty_declaration (
  id bigint not null,
  drive_id bigint not null,
  account_id bigint not null,
  code_hash text not null,
  declared_at timestamp with time zone not null,
  constraint amnesty_declaration_account_id_key UNIQUE (account_id),
  constraint amnesty_declaration_pkey PRIMARY KEY (id),
  constraint amnesty_declaration_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint amnesty_declaration_drive_id_fkey FOREIGN KEY (drive_id) REFERENCES report_drive(id)
);
CREATE INDEX amnesty_declaration_code ON public.amnesty_declaration USING btree (code_hash);

create table answer_snapshot (
  campaign_id bigint not null,
  question text not null,
  id bigint not null,
  batch text not null,
  at_submission_id bigint not null,
  body text not null,
  hash text not null,
  votes integer not null,
  taken_at timestamp with time zone not null,
  constraint answer_snapshot_batch_key UNIQUE (batch),
  constraint answer_snapshot_pkey PRIMARY KEY (campaign_id, question, id)
);

create table api_key (
  id bigint not null,
  account_id bigint not null,
  name text not null,
  prefix text not null,
  secret_hash text not null,
  scopes text[] not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_key_secret_hash_key UNIQUE (secret_hash),
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX api_key_account ON public.api_key USING btree (account_id);

create table appeal (
  campaign_id bigint not null,
  submission_id bigint not null,
  id bigint not null,
  account_id bigint not null,
  reason text not null,
  opened_at timestamp with time zone not null,
  upheld boolean,
  decided_at timestamp with time zone,
  constraint appeal_pkey PRIMARY KEY (campaign_id, submission_id)
);

create table audit (
  campaign_id bigint not null,
  submission_id bigint not null,
  plan_id bigint not null,
  round smallint not null,
  accepted boolean not null,
  grades_wanted smallint not null,
  grades smallint not null default 0,
  correct_grades smallint not null default 0,
  closed_at timestamp with time zone,
  part text not null default 'all'::text,
  chance_ppm integer,
  constraint audit_pkey PRIMARY KEY (campaign_id, submission_id),
  constraint audit_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id),
  constraint audit_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES audit_plan(id),
  constraint audit_chance_of_aimed CHECK (((part = 'all'::text) = (chance_ppm IS NULL))),
  constraint audit_chance_ppm_check CHECK (((chance_ppm >= 1) AND (chance_ppm <= 1000000))),
  constraint audit_check CHECK (((grades <= grades_wanted) AND (correct_grades <= grades))),
  constraint audit_grades_wanted_check CHECK (((grades_wanted >= 1) AND (grades_wanted <= 3))),
  constraint audit_part_check CHECK ((part = ANY (ARRAY['all'::text, 'doubted'::text, 'exposed'::text, 'rest'::text])))
);
CREATE INDEX audit_of_plan ON public.audit USING btree (plan_id, campaign_id, submission_id);
CREATE INDEX audit_open ON public.audit USING btree (campaign_id) WHERE (closed_at IS NULL);

create table audit_grade (
  campaign_id bigint not null,
  submission_id bigint not null,
  grader_id bigint not null,
  position smallint not null,
  grades jsonb not null,
  correct boolean not null,
  took_seconds integer not null,
  graded_at timestamp with time zone not null,
  constraint audit_grade_campaign_id_submission_id_position_key UNIQUE (campaign_id, submission_id, "position"),
  constraint audit_grade_pkey PRIMARY KEY (campaign_id, submission_id, grader_id),
  constraint audit_grade_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES audit(campaign_id, submission_id),
  constraint audit_grade_grader_id_fkey FOREIGN KEY (grader_id) REFERENCES account(id)
);
CREATE INDEX audit_grade_grader ON public.audit_grade USING btree (grader_id, campaign_id);

create table audit_plan (
  id bigint not null,
  season_id bigint not null,
  campaign_id bigint,
  seed bigint not null,
  accepted_wanted integer,
  rejected_wanted integer,
  double_bps integer not null,
  drawn_until timestamp with time zone not null,
  drawn_hash text not null,
  created_by bigint not null,
  created_at timestamp with time zone not null,
  purpose text not null default 'sample'::text,
  constraint audit_plan_pkey PRIMARY KEY (id),
  constraint audit_plan_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint audit_plan_created_by_fkey FOREIGN KEY (created_by) REFERENCES account(id),
  constraint audit_plan_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id),
  constraint audit_plan_double_bps_check CHECK (((double_bps >= 0) AND (double_bps <= 10000))),
  constraint audit_plan_purpose_check CHECK ((purpose = ANY (ARRAY['sample'::text, 'acceptance'::text, 'window'::text])))
);
CREATE INDEX audit_plan_season ON public.audit_plan USING btree (season_id, id);

create table audit_stratum (
  plan_id bigint not null,
  campaign_id bigint not null,
  accepted boolean not null,
  population integer not null,
  drawn integer not null,
  part text not null default 'all'::text,
  constraint audit_stratum_pkey PRIMARY KEY (plan_id, campaign_id, accepted, part),
  constraint audit_stratum_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint audit_stratum_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES audit_plan(id),
  constraint audit_stratum_check CHECK (((drawn >= 0) AND (drawn <= population))),
  constraint audit_stratum_part_check CHECK ((part = ANY (ARRAY['all'::text, 'doubted'::text, 'exposed'::text, 'rest'::text])))
);
CREATE INDEX audit_stratum_campaign ON public.audit_stratum USING btree (campaign_id, plan_id);

create table campaign (
  id bigint not null,
  season_id bigint not null,
  requester_id bigint not null,
  title text not null,
  task_class text not null,
  mode text not null,
  difficulty text not null,
  knowledge_area text not null,
  language text not null,
  restricted boolean not null,
  open_collection boolean not null,
  quota integer not null,
  pilot_size integer not null default 0,
  deadline timestamp with time zone,
  status text not null,
  version integer not null,
  created_at timestamp with time zone not null,
  opened_at timestamp with time zone,
  closed_at timestamp with time zone,
  example boolean not null default false,
  opened_items integer not null default 0,
  first_version integer,
  asked_at timestamp with time zone,
  paused_from text,
  paused_by_operator boolean not null default false,
  closes_as text,
  close_reason text,
  constraint campaign_pkey PRIMARY KEY (id),
  constraint campaign_requester_id_fkey FOREIGN KEY (requester_id) REFERENCES account(id),
  constraint campaign_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id),
  constraint campaign_check CHECK (((status = 'closing'::text) <= (closes_as IS NOT NULL))),
  constraint campaign_closes_as_check CHECK ((closes_as = ANY (ARRAY['closed'::text, 'cancelled'::text]))),
  constraint campaign_difficulty_check CHECK ((difficulty = ANY (ARRAY['beginner'::text, 'intermediate'::text, 'advanced'::text, 'expert'::text]))),
  constraint campaign_mode_check CHECK ((mode = ANY (ARRAY['review'::text, 'redundancy'::text]))),
  constraint campaign_paused_from_check CHECK ((paused_from = ANY (ARRAY['pilot'::text, 'open'::text]))),
  constraint campaign_quota_check CHECK ((quota > 0)),
  constraint campaign_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'awaiting_approval'::text, 'pilot'::text, 'open'::text, 'paused'::text, 'closing'::text, 'closed'::text, 'cancelled'::text]))),
  constraint campaign_task_class_check CHECK ((task_class = ANY (ARRAY['simple_research'::text, 'in_depth_research'::text, 'adversarial'::text, 'labelling'::text])))
);
CREATE INDEX campaign_requester ON public.campaign USING btree (requester_id);
CREATE INDEX campaign_status ON public.campaign USING btree (status);

create table campaign_approval (
  campaign_id bigint not null,
  id bigint not null,
  version integer not null,
  decided_by bigint not null,
  approved boolean not null,
  reason text not null,
  decided_at timestamp with time zone not null,
  constraint campaign_approval_pkey PRIMARY KEY (campaign_id, id),
  constraint campaign_approval_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint campaign_approval_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES account(id)
);

create table campaign_consent (
  campaign_id bigint not null,
  account_id bigint not null,
  consent_version integer not null,
  adult boolean,
  country text,
  at timestamp with time zone not null,
  constraint campaign_consent_pkey PRIMARY KEY (campaign_id, account_id, consent_version),
  constraint campaign_consent_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint campaign_consent_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id)
);
CREATE INDEX campaign_consent_account ON public.campaign_consent USING btree (account_id);

create table campaign_escrow (
  currency text not null,
  escrow_id bytea not null,
  campaign_id bigint not null,
  requester bytea not null,
  deadline timestamp with time zone not null,
  refused text,
  deposited numeric(78,0) not null default 0,
  uncounted numeric(78,0) not null default 0,
  released numeric(78,0) not null default 0,
  refunded numeric(78,0) not null default 0,
  cancelled_at timestamp with time zone,
  opened_at timestamp with time zone not null,
  constraint campaign_escrow_pkey PRIMARY KEY (currency, escrow_id),
  constraint campaign_escrow_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint campaign_escrow_currency_fkey FOREIGN KEY (currency) REFERENCES token_escrow(currency),
  constraint campaign_escrow_escrow_id_check CHECK ((octet_length(escrow_id) = 32)),
  constraint campaign_escrow_requester_check CHECK ((octet_length(requester) = 20))
);
CREATE INDEX campaign_escrow_campaign ON public.campaign_escrow USING btree (campaign_id);
CREATE UNIQUE INDEX campaign_escrow_one ON public.campaign_escrow USING btree (campaign_id, currency) WHERE (refused IS NULL);

create table campaign_report (
  campaign_id bigint not null,
  id bigint not null,
  account_id bigint,
  reason text not null,
  message text not null,
  created_at timestamp with time zone not null,
  resolved_by bigint,
  resolution text,
  note text,
  resolved_at timestamp with time zone,
  constraint campaign_report_pkey PRIMARY KEY (campaign_id, id),
  constraint campaign_report_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint campaign_report_resolution_check CHECK ((resolution = ANY (ARRAY['dismissed'::text, 'paused'::text])))
);
CREATE INDEX campaign_report_account ON public.campaign_report USING btree (account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX campaign_report_open ON public.campaign_report USING btree (id) WHERE (resolved_at IS NULL);

create table campaign_stats (
  campaign_id bigint not null,
  places_left integer not null,
  accepted integer not null,
  seconds_contribute integer,
  measured_at timestamp with time zone not null,
  constraint campaign_stats_pkey PRIMARY KEY (campaign_id),
  constraint campaign_stats_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id)
);

create table campaign_version (
  campaign_id bigint not null,
  version integer not null,
  instructions jsonb not null,
  form jsonb not null,
  settings jsonb not null,
  consent jsonb not null,
  consent_version integer not null default 1,
  created_by bigint not null,
  created_at timestamp with time zone not null,
  constraint campaign_version_pkey PRIMARY KEY (campaign_id, version),
  constraint campaign_version_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint campaign_version_created_by_fkey FOREIGN KEY (created_by) REFERENCES account(id)
);

create table case_evidence (
  case_id bigint not null,
  id bigint not null,
  kind text not null,
  strength text not null,
  says text not null,
  campaign_id bigint,
  subject_id bigint,
  added_by bigint,
  added_at timestamp with time zone not null,
  constraint case_evidence_pkey PRIMARY KEY (case_id, id),
  constraint case_evidence_added_by_fkey FOREIGN KEY (added_by) REFERENCES account(id),
  constraint case_evidence_case_id_fkey FOREIGN KEY (case_id) REFERENCES case_file(id),
  constraint case_evidence_strength_check CHECK ((strength = ANY (ARRAY['weak'::text, 'fair'::text, 'strong'::text])))
);

create table case_file (
  id bigint not null,
  account_id bigint not null,
  season_id bigint,
  opened_by bigint,
  why text not null,
  suspect_since timestamp with time zone,
  state text not null,
  opened_at timestamp with time zone not null,
  decide_by timestamp with time zone not null,
  statement text,
  stated_at timestamp with time zone,
  proposal jsonb,
  proposed_by bigint,
  outcome text,
  closed_at timestamp with time zone,
  keeps_waiting boolean not null,
  constraint case_file_pkey PRIMARY KEY (id),
  constraint case_file_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint case_file_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES account(id),
  constraint case_file_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES account(id),
  constraint case_file_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id),
  constraint case_file_check CHECK ((((state = 'closed'::text) = (closed_at IS NOT NULL)) AND ((state = 'closed'::text) = (outcome IS NOT NULL)))),
  constraint case_file_check1 CHECK (((state = 'proposed'::text) <= ((proposal IS NOT NULL) AND (proposed_by IS NOT NULL)))),
  constraint case_file_check2 CHECK (((opened_by IS DISTINCT FROM account_id) AND (proposed_by IS DISTINCT FROM account_id))),
  constraint case_file_outcome_check CHECK ((outcome = ANY (ARRAY['sanctioned'::text, 'dismissed'::text, 'lapsed'::text]))),
  constraint case_file_state_check CHECK ((state = ANY (ARRAY['open'::text, 'proposed'::text, 'closed'::text]))),
  constraint case_file_waits CHECK (((suspect_since IS NOT NULL) OR (NOT keeps_waiting)))
);
CREATE INDEX case_file_account ON public.case_file USING btree (account_id, id DESC);
CREATE INDEX case_file_due ON public.case_file USING btree (decide_by) WHERE (state <> 'closed'::text);
CREATE UNIQUE INDEX case_file_open ON public.case_file USING btree (account_id) WHERE (state <> 'closed'::text);

create table case_opinion (
  case_id bigint not null,
  id bigint not null,
  decider_id bigint not null,
  said text not null,
  action text,
  reason text not null,
  at timestamp with time zone not null,
  constraint case_opinion_pkey PRIMARY KEY (case_id, id),
  constraint case_opinion_case_id_fkey FOREIGN KEY (case_id) REFERENCES case_file(id),
  constraint case_opinion_decider_id_fkey FOREIGN KEY (decider_id) REFERENCES account(id),
  constraint case_opinion_said_check CHECK ((said = ANY (ARRAY['propose'::text, 'confirm'::text, 'disagree'::text, 'impose'::text, 'dismiss'::text])))
);
CREATE INDEX case_opinion_decider ON public.case_opinion USING btree (decider_id, case_id);

create table certificate (
  campaign_id bigint not null,
  release_id bigint not null,
  id bigint not null,
  body text not null,
  audit_log text not null,
  body_hash text not null,
  key_id text not null,
  certified_at timestamp with time zone not null,
  constraint certificate_pkey PRIMARY KEY (campaign_id, release_id),
  constraint certificate_campaign_id_release_id_fkey FOREIGN KEY (campaign_id, release_id) REFERENCES acceptance(campaign_id, release_id)
);

create table chain_block (
  chain_id bigint not null,
  number bigint not null,
  hash bytea not null,
  constraint chain_block_pkey PRIMARY KEY (chain_id, number)
);

create table chain_event (
  chain_id bigint not null,
  tx_hash bytea not null,
  log_index integer not null,
  currency text not null,
  block_number bigint not null,
  block_hash bytea not null,
  kind text not null,
  body jsonb not null,
  applied_at timestamp with time zone,
  constraint chain_event_pkey PRIMARY KEY (chain_id, tx_hash, log_index),
  constraint chain_event_currency_fkey FOREIGN KEY (currency) REFERENCES payment_token(currency)
);
CREATE INDEX chain_event_block ON public.chain_event USING btree (chain_id, block_number);
CREATE INDEX chain_event_due ON public.chain_event USING btree (currency, block_number, log_index) WHERE (applied_at IS NULL);
CREATE INDEX chain_event_kind ON public.chain_event USING btree (currency, kind);

create table chain_transaction (
  id bigint not null,
  chain_id bigint not null,
  role text not null,
  purpose text not null,
  currency text,
  subject_id bigint not null,
  to bytea not null,
  data bytea not null,
  rows integer not null default 0,
  state text not null,
  sender bytea,
  nonce bigint,
  raw bytea,
  hash bytea,
  tries integer not null default 0,
  block_number bigint,
  block_hash bytea,
  succeeded boolean,
  gas_used numeric(78,0),
  cost_wei numeric(78,0),
  error text,
  made_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint chain_transaction_purpose_key UNIQUE (purpose),
  constraint chain_transaction_pkey PRIMARY KEY (id),
  constraint chain_transaction_currency_fkey FOREIGN KEY (currency) REFERENCES payment_token(currency),
  constraint chain_transaction_check CHECK ((((state = 'ready'::text) = (raw IS NULL)) OR (state = 'failed'::text))),
  constraint chain_transaction_hash_check CHECK ((octet_length(hash) = 32)),
  constraint chain_transaction_role_check CHECK ((role = ANY (ARRAY['proposer'::text, 'relayer'::text, 'guardian'::text, 'settler'::text]))),
  constraint chain_transaction_sender_check CHECK ((octet_length(sender) = 20)),
  constraint chain_transaction_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'signed'::text, 'mined'::text, 'done'::text, 'failed'::text]))),
  constraint chain_transaction_to_check CHECK ((octet_length("to") = 20))
);
CREATE INDEX chain_transaction_newest ON public.chain_transaction USING btree (id DESC);
CREATE UNIQUE INDEX chain_transaction_nonce ON public.chain_transaction USING btree (chain_id, sender, nonce) WHERE ((nonce IS NOT NULL) AND (state <> 'failed'::text));
CREATE INDEX chain_transaction_open ON public.chain_transaction USING btree (chain_id, id) WHERE (state = ANY (ARRAY['ready'::text, 'signed'::text, 'mined'::text]));

create table chain_withdrawal (
  id bigint not null,
  account_id bigint,
  currency text not null,
  address bytea not null,
  amount_minor numeric(78,0) not null,
  units numeric(78,0) not null,
  epoch_id bigint,
  state text not null,
  asked_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint chain_withdrawal_pkey PRIMARY KEY (id),
  constraint chain_withdrawal_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint chain_withdrawal_currency_fkey FOREIGN KEY (currency) REFERENCES payment_token(currency),
  constraint chain_withdrawal_epoch_id_fkey FOREIGN KEY (epoch_id) REFERENCES epoch(id),
  constraint chain_withdrawal_address_check CHECK ((octet_length(address) = 20)),
  constraint chain_withdrawal_amount_minor_check CHECK ((amount_minor > (0)::numeric)),
  constraint chain_withdrawal_check CHECK (((epoch_id IS NOT NULL) = (state = ANY (ARRAY['in_epoch'::text, 'claimed'::text])))),
  constraint chain_withdrawal_check1 CHECK (((account_id IS NOT NULL) OR (state = ANY (ARRAY['claimed'::text, 'cancelled'::text])))),
  constraint chain_withdrawal_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'in_epoch'::text, 'claimed'::text, 'cancelled'::text]))),
  constraint chain_withdrawal_units_check CHECK ((units > (0)::numeric))
);
CREATE INDEX chain_withdrawal_account ON public.chain_withdrawal USING btree (account_id, id DESC);
CREATE INDEX chain_withdrawal_address ON public.chain_withdrawal USING btree (currency, address, epoch_id) WHERE (state = ANY (ARRAY['in_epoch'::text, 'claimed'::text]));
CREATE INDEX chain_withdrawal_epoch ON public.chain_withdrawal USING btree (epoch_id) WHERE (epoch_id IS NOT NULL);
CREATE INDEX chain_withdrawal_waiting ON public.chain_withdrawal USING btree (currency, id) WHERE (state = 'waiting'::text);

create table check_again (
  campaign_id bigint not null,
  run smallint not null,
  outside boolean not null,
  after_id bigint not null default 0,
  asked_by bigint not null,
  asked_at timestamp with time zone not null,
  done_at timestamp with time zone,
  constraint check_again_pkey PRIMARY KEY (campaign_id, run),
  constraint check_again_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES account(id),
  constraint check_again_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint check_again_run_check CHECK ((run > 1))
);
CREATE INDEX check_again_open ON public.check_again USING btree (campaign_id, run) WHERE (done_at IS NULL);

create table check_answer (
  asked_hash text not null,
  verdicts jsonb not null,
  at timestamp with time zone not null,
  constraint check_answer_pkey PRIMARY KEY (asked_hash)
);
CREATE INDEX check_answer_at ON public.check_answer USING btree (at);

create table check_run (
  campaign_id bigint not null,
  submission_id bigint not null,
  run smallint not null,
  state text not null,
  outcome text,
  results jsonb not null,
  coverage_ppm integer,
  tries smallint not null default 0,
  retry_at timestamp with time zone,
  started_at timestamp with time zone not null,
  done_at timestamp with time zone,
  constraint check_run_pkey PRIMARY KEY (campaign_id, submission_id, run),
  constraint check_run_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id),
  constraint check_run_check CHECK (((state = 'done'::text) = (done_at IS NOT NULL))),
  constraint check_run_check1 CHECK (((state = 'done'::text) = (outcome IS NOT NULL))),
  constraint check_run_coverage_ppm_check CHECK (((coverage_ppm >= 0) AND (coverage_ppm <= 1000000))),
  constraint check_run_outcome_check CHECK ((outcome = ANY (ARRAY['review'::text, 'reject'::text]))),
  constraint check_run_run_check CHECK ((run > 0)),
  constraint check_run_state_check CHECK ((state = ANY (ARRAY['asking'::text, 'done'::text])))
);
CREATE INDEX check_run_asking ON public.check_run USING btree (campaign_id, submission_id) WHERE (state = 'asking'::text);

create table check_spending (
  campaign_id bigint not null,
  calls integer not null,
  tokens bigint not null,
  constraint check_spending_pkey PRIMARY KEY (campaign_id)
);

create table claim_cursor (
  campaign_id bigint not null,
  account_id bigint not null,
  lane smallint not null,
  after_id bigint not null,
  began_at timestamp with time zone not null,
  constraint claim_cursor_pkey PRIMARY KEY (campaign_id, account_id, lane)
);

create table claim_drop (
  currency text not null,
  address bytea not null,
  reason text not null,
  tries integer not null,
  dropped_at timestamp with time zone not null,
  retry_at timestamp with time zone not null,
  constraint claim_drop_pkey PRIMARY KEY (currency, address),
  constraint claim_drop_currency_fkey FOREIGN KEY (currency) REFERENCES payment_token(currency)
);

create table cluster (
  id bigint not null,
  found_at timestamp with time zone not null,
  strength integer not null,
  members integer not null,
  explained jsonb not null,
  changed_at timestamp with time zone not null,
  dissolved_at timestamp with time zone,
  constraint cluster_pkey PRIMARY KEY (id),
  constraint cluster_members_check CHECK ((members >= 0)),
  constraint cluster_strength_check CHECK ((strength >= 0))
);
CREATE INDEX cluster_live ON public.cluster USING btree (id) WHERE (dissolved_at IS NULL);

create table cluster_apart (
  account_id bigint not null,
  other_id bigint not null,
  weight integer not null,
  said_by bigint not null,
  reason text not null,
  said_at timestamp with time zone not null,
  constraint cluster_apart_pkey PRIMARY KEY (account_id, other_id),
  constraint cluster_apart_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint cluster_apart_other_id_fkey FOREIGN KEY (other_id) REFERENCES account(id),
  constraint cluster_apart_said_by_fkey FOREIGN KEY (said_by) REFERENCES account(id),
  constraint cluster_apart_check CHECK ((account_id < other_id))
);
CREATE INDEX cluster_apart_other ON public.cluster_apart USING btree (other_id);

create table cluster_mark (
  account_id bigint not null,
  digest bigint not null,
  constraint cluster_mark_pkey PRIMARY KEY (account_id)
);

create table cluster_member (
  account_id bigint not null,
  cluster_id bigint not null,
  since timestamp with time zone not null,
  raised text,
  constraint cluster_member_pkey PRIMARY KEY (account_id),
  constraint cluster_member_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint cluster_member_cluster_id_fkey FOREIGN KEY (cluster_id) REFERENCES cluster(id),
  constraint cluster_member_raised_check CHECK ((raised = ANY (ARRAY['fair'::text, 'strong'::text])))
);
CREATE INDEX cluster_member_of ON public.cluster_member USING btree (cluster_id, account_id);

create table content_read (
  id bigint not null,
  account_id bigint not null,
  campaign_id bigint not null,
  submission_id bigint not null,
  what text not null,
  reason text not null,
  at timestamp with time zone not null,
  constraint content_read_pkey PRIMARY KEY (id),
  constraint content_read_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint content_read_what_check CHECK ((what = ANY (ARRAY['prompt'::text, 'reply'::text])))
);
CREATE INDEX content_read_campaign ON public.content_read USING btree (campaign_id, at);
CREATE INDEX content_read_person ON public.content_read USING btree (account_id, at);

create table credential_mark (
  credential bytea not null,
  account_id bigint not null,
  seen_first timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint credential_mark_pkey PRIMARY KEY (credential, account_id),
  constraint credential_mark_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint credential_mark_credential_check CHECK ((octet_length(credential) = 16))
);
CREATE INDEX credential_mark_account ON public.credential_mark USING btree (account_id);
CREATE INDEX credential_mark_expiry ON public.credential_mark USING btree (expires_at);

create table currency (
  code text not null,
  scale smallint not null,
  name text not null,
  is_money boolean not null default true,
  constraint currency_pkey PRIMARY KEY (code),
  constraint currency_code_check CHECK ((code ~ '^[A-Z][A-Z0-9]{1,11}$'::text)),
  constraint currency_scale_check CHECK (((scale >= 0) AND (scale <= 30)))
);

create table decision (
  campaign_id bigint not null,
  submission_id bigint not null,
  round smallint not null,
  accepted boolean not null,
  questions jsonb not null,
  reviews smallint not null,
  decided_at timestamp with time zone not null,
  constraint decision_pkey PRIMARY KEY (campaign_id, submission_id, round),
  constraint decision_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id)
);
CREATE INDEX decision_at ON public.decision USING btree (campaign_id, decided_at);

create table delegation (
  id bigint not null,
  account_id bigint not null,
  session_key bytea not null,
  by text not null,
  site text not null,
  wallet_id bigint,
  issued_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  proof jsonb not null,
  revoked_at timestamp with time zone,
  constraint delegation_session_key_key UNIQUE (session_key),
  constraint delegation_pkey PRIMARY KEY (id),
  constraint delegation_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint delegation_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES wallet(id),
  constraint delegation_by_check CHECK ((by = ANY (ARRAY['wallet'::text, 'passkey'::text]))),
  constraint delegation_check CHECK ((expires_at > issued_at)),
  constraint delegation_check1 CHECK (((by = 'wallet'::text) = (wallet_id IS NOT NULL))),
  constraint delegation_session_key_check CHECK ((octet_length(session_key) = 65))
);
CREATE INDEX delegation_account ON public.delegation USING btree (account_id, id);

create table epoch (
  id bigint not null,
  currency text not null,
  number bigint not null,
  state text not null,
  rows integer,
  total_units numeric(78,0),
  root bytea,
  file_sha256 bytea,
  file_bytes bigint,
  previous_sha256 bytea,
  started_by bigint,
  gathered_at timestamp with time zone not null,
  built_at timestamp with time zone,
  valid_at timestamp with time zone,
  proposed_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint epoch_pkey PRIMARY KEY (id),
  constraint epoch_currency_fkey FOREIGN KEY (currency) REFERENCES payment_token(currency),
  constraint epoch_started_by_fkey FOREIGN KEY (started_by) REFERENCES account(id),
  constraint epoch_check CHECK ((((state = 'gathered'::text) = (built_at IS NULL)) OR (state = 'revoked'::text))),
  constraint epoch_file_sha256_check CHECK ((octet_length(file_sha256) = 32)),
  constraint epoch_number_check CHECK ((number > 0)),
  constraint epoch_previous_sha256_check CHECK ((octet_length(previous_sha256) = 32)),
  constraint epoch_root_check CHECK ((octet_length(root) = 32)),
  constraint epoch_state_check CHECK ((state = ANY (ARRAY['gathered'::text, 'built'::text, 'proposed'::text, 'active'::text, 'revoked'::text])))
);
CREATE INDEX epoch_newest ON public.epoch USING btree (id DESC);
CREATE UNIQUE INDEX epoch_number ON public.epoch USING btree (currency, number) WHERE (state <> 'revoked'::text);
CREATE UNIQUE INDEX epoch_under_way ON public.epoch USING btree (currency) WHERE (state = ANY (ARRAY['gathered'::text, 'built'::text, 'proposed'::text]));

create table erasure (
  account_id bigint not null,
  money text not null,
  code_hash text,
  erased_at timestamp with time zone not null,
  checked_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  constraint erasure_code_hash_key UNIQUE (code_hash),
  constraint erasure_pkey PRIMARY KEY (account_id),
  constraint erasure_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint erasure_money_check CHECK ((money = ANY (ARRAY['none'::text, 'keep_behind_code'::text, 'give_back'::text])))
);
CREATE INDEX erasure_open ON public.erasure USING btree (checked_at) WHERE (settled_at IS NULL);

create table event (
  campaign_id bigint not null,
  id bigint not null,
  tx xid8 not null default pg_current_xact_id(),
  kind text not null,
  subject_id bigint not null,
  at timestamp with time zone not null,
  body jsonb not null,
  constraint event_pkey PRIMARY KEY (campaign_id, id)
);
CREATE INDEX event_of_case ON public.event USING btree (subject_id, id) WHERE ((campaign_id = 0) AND (kind = ANY (ARRAY['case_opened'::text, 'case_evidence_added'::text, 'case_waits'::text, 'case_stated'::text, 'case_opinion'::text, 'sanctioned'::text, 'sanction_ended'::text, 'sanction_appealed'::text, 'sanction_appeal_decided'::text, 'case_closed'::text])));
CREATE INDEX event_tx ON public.event USING btree (tx, id);

create table event_sequence (
  season_id bigint not null,
  seq bigint not null,
  campaign_id bigint not null,
  event_id bigint not null,
  constraint event_sequence_campaign_id_event_id_key UNIQUE (campaign_id, event_id),
  constraint event_sequence_pkey PRIMARY KEY (season_id, seq)
);

create table exam (
  campaign_id bigint not null,
  draw_count integer not null,
  pass_bps integer not null,
  cooldown_seconds integer not null,
  reviewer_bps integer not null,
  time_limit_seconds integer not null default 3600,
  constraint exam_pkey PRIMARY KEY (campaign_id),
  constraint exam_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint exam_draw_count_check CHECK ((draw_count > 0)),
  constraint exam_pass_bps_check CHECK (((pass_bps >= 0) AND (pass_bps <= 10000)))
);

create table exam_attempt (
  campaign_id bigint not null,
  id bigint not null,
  account_id bigint not null,
  seed bigint not null,
  question_ids bigint[] not null,
  started_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  submitted_at timestamp with time zone,
  score_bps integer,
  passed boolean,
  answers jsonb,
  right_ids bigint[] not null default '{}'::bigint[],
  closed_at timestamp with time zone,
  constraint exam_attempt_pkey PRIMARY KEY (campaign_id, id),
  constraint exam_attempt_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint exam_attempt_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id)
);
CREATE UNIQUE INDEX exam_attempt_open ON public.exam_attempt USING btree (campaign_id, account_id) WHERE (closed_at IS NULL);
CREATE INDEX exam_attempt_person ON public.exam_attempt USING btree (campaign_id, account_id, id DESC);

create table exam_question (
  campaign_id bigint not null,
  id bigint not null,
  prompt text not null,
  form jsonb not null,
  answer jsonb not null,
  explanation text not null default ''::text,
  created_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  constraint exam_question_pkey PRIMARY KEY (campaign_id, id),
  constraint exam_question_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id)
);

create table exclusion (
  account_id bigint not null,
  other_id bigint not null,
  reason text not null,
  created_at timestamp with time zone not null,
  constraint exclusion_pkey PRIMARY KEY (account_id, other_id),
  constraint exclusion_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint exclusion_other_id_fkey FOREIGN KEY (other_id) REFERENCES account(id)
);

create table exposure_choice (
  account_id bigint not null,
  adversarial boolean not null,
  changed_at timestamp with time zone not null,
  constraint exposure_choice_pkey PRIMARY KEY (account_id),
  constraint exposure_choice_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);

create table gas_card (
  id text not null,
  account_id bigint not null,
  body text not null,
  key_id text not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint gas_card_pkey PRIMARY KEY (id),
  constraint gas_card_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint gas_card_id_check CHECK ((id ~ '^[A-Za-z0-9_-]{22}$'::text))
);
CREATE INDEX gas_card_account ON public.gas_card USING btree (account_id, created_at DESC);

create table gas_credited (
  address bytea not null,
  beans numeric(78,0) not null,
  constraint gas_credited_pkey PRIMARY KEY (address),
  constraint gas_credited_address_check CHECK ((octet_length(address) = 20)),
  constraint gas_credited_beans_check CHECK ((beans >= (0)::numeric))
);

create table gas_found (
  scan_id bigint not null,
  nonce integer not null,
  block bigint not null,
  hash text not null,
  spent jsonb,
  constraint gas_found_pkey PRIMARY KEY (scan_id, nonce),
  constraint gas_found_scan_id_fkey FOREIGN KEY (scan_id) REFERENCES gas_scan(id) ON DELETE CASCADE
);

create table gas_history (
  wallet_id bigint not null,
  chain_id bigint not null,
  account_id bigint not null,
  address bytea not null,
  provider text not null,
  completeness text not null,
  missing integer not null,
  block bigint not null,
  block_hash text not null,
  block_at timestamp with time zone not null,
  nonces integer not null,
  authorisations integer not null,
  sums jsonb not null,
  months jsonb not null,
  contracts jsonb not null,
  scanned_at timestamp with time zone not null,
  constraint gas_history_pkey PRIMARY KEY (wallet_id, chain_id),
  constraint gas_history_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint gas_history_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES wallet(id) ON DELETE CASCADE,
  constraint gas_history_address_check CHECK ((octet_length(address) = 20)),
  constraint gas_history_completeness_check CHECK ((completeness = ANY (ARRAY['proved'::text, 'contiguous'::text, 'gaps'::text])))
);
CREATE INDEX gas_history_account ON public.gas_history USING btree (account_id);

create table gas_level (
  account_id bigint not null,
  level text not null,
  best_index integer not null,
  changed_at timestamp with time zone not null,
  constraint gas_level_pkey PRIMARY KEY (account_id),
  constraint gas_level_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);

create table gas_quest (
  account_id bigint,
  quest text not null,
  address bytea,
  beans numeric(78,0) not null,
  claimed_at timestamp with time zone not null,
  constraint gas_quest_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE UNIQUE INDEX gas_quest_once ON public.gas_quest USING btree (account_id, quest);
CREATE UNIQUE INDEX gas_quest_wallet ON public.gas_quest USING btree (quest, address) WHERE (address IS NOT NULL);

create table gas_scan (
  id bigint not null,
  account_id bigint not null,
  wallet_id bigint not null,
  chain_id bigint not null,
  address bytea not null,
  provider text not null,
  state text not null,
  after_block bigint,
  nonce_start integer,
  nonce_end integer,
  block bigint,
  block_hash text,
  block_at timestamp with time zone,
  stage jsonb not null default '{}'::jsonb,
  done_ppm integer not null default 0,
  found integer not null default 0,
  tries integer not null default 0,
  restarts integer not null default 0,
  why text,
  asked_at timestamp with time zone not null,
  next_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint gas_scan_pkey PRIMARY KEY (id),
  constraint gas_scan_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint gas_scan_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES wallet(id) ON DELETE CASCADE,
  constraint gas_scan_address_check CHECK ((octet_length(address) = 20)),
  constraint gas_scan_done_ppm_check CHECK (((done_ppm >= 0) AND (done_ppm <= 1000000))),
  constraint gas_scan_provider_check CHECK ((provider = ANY (ARRAY['explorer'::text, 'receipts'::text, 'bisection'::text]))),
  constraint gas_scan_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'scanning'::text, 'done'::text, 'failed'::text, 'stopped'::text])))
);
CREATE INDEX gas_scan_account ON public.gas_scan USING btree (account_id, id DESC);
CREATE INDEX gas_scan_due ON public.gas_scan USING btree (next_at) WHERE (state = ANY (ARRAY['waiting'::text, 'scanning'::text]));
CREATE UNIQUE INDEX gas_scan_live ON public.gas_scan USING btree (wallet_id, chain_id) WHERE (state = ANY (ARRAY['waiting'::text, 'scanning'::text]));

create table gas_use (
  season_id bigint not null,
  purpose text not null,
  address bytea not null,
  account_id bigint,
  burned_wei numeric(78,0),
  block bigint,
  block_hash text,
  used_at timestamp with time zone not null,
  constraint gas_use_pkey PRIMARY KEY (season_id, purpose, address),
  constraint gas_use_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint gas_use_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id),
  constraint gas_use_address_check CHECK ((octet_length(address) = 20)),
  constraint gas_use_check CHECK (((purpose = 'trust'::text) = (burned_wei IS NOT NULL))),
  constraint gas_use_purpose_check CHECK ((purpose = ANY (ARRAY['bonus'::text, 'trust'::text])))
);
CREATE INDEX gas_use_account ON public.gas_use USING btree (account_id);
CREATE UNIQUE INDEX gas_use_trust ON public.gas_use USING btree (season_id, account_id) WHERE (purpose = 'trust'::text);

create table gold_item (
  campaign_id bigint not null,
  id bigint not null,
  source_id bigint not null,
  account_id bigint not null,
  version integer not null,
  made_at timestamp with time zone not null,
  answer_id bigint,
  votes jsonb,
  agreed boolean,
  took_seconds integer,
  reviewed_at timestamp with time zone,
  due_at timestamp with time zone,
  paid_at timestamp with time zone,
  constraint gold_item_campaign_id_account_id_source_id_key UNIQUE (campaign_id, account_id, source_id),
  constraint gold_item_pkey PRIMARY KEY (campaign_id, id),
  constraint gold_item_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint gold_item_campaign_id_source_id_fkey FOREIGN KEY (campaign_id, source_id) REFERENCES gold_source(campaign_id, submission_id),
  constraint gold_item_check CHECK ((((answer_id IS NULL) = (votes IS NULL)) AND ((votes IS NULL) = (due_at IS NULL))))
);
CREATE INDEX gold_item_due ON public.gold_item USING btree (due_at) WHERE ((paid_at IS NULL) AND (due_at IS NOT NULL));
CREATE INDEX gold_item_person ON public.gold_item USING btree (account_id);
CREATE INDEX gold_item_source ON public.gold_item USING btree (campaign_id, source_id);

create table gold_source (
  campaign_id bigint not null,
  submission_id bigint not null,
  version integer not null,
  truth jsonb not null,
  is_right boolean not null,
  uses smallint not null default 0,
  made_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  why text,
  constraint gold_source_pkey PRIMARY KEY (campaign_id, submission_id),
  constraint gold_source_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id),
  constraint gold_source_check CHECK (((retired_at IS NULL) = (why IS NULL))),
  constraint gold_source_why_check CHECK ((why = ANY (ARRAY['used'::text, 'disputed'::text, 'changed'::text, 'gone'::text])))
);
CREATE INDEX gold_source_open ON public.gold_source USING btree (campaign_id, version, uses) WHERE (retired_at IS NULL);

create table held_pay (
  campaign_id bigint not null,
  submission_id bigint not null,
  account_id bigint not null,
  currency text not null,
  amount_minor numeric(78,0) not null,
  held_at timestamp with time zone not null,
  release_at timestamp with time zone not null,
  case_id bigint,
  ended_at timestamp with time zone,
  forfeited_by bigint,
  constraint held_pay_pkey PRIMARY KEY (campaign_id, submission_id, account_id, currency),
  constraint held_pay_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint held_pay_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code),
  constraint held_pay_amount_minor_check CHECK ((amount_minor > (0)::numeric)),
  constraint held_pay_check CHECK (((forfeited_by IS NULL) OR (ended_at IS NOT NULL)))
);
CREATE INDEX held_pay_account ON public.held_pay USING btree (account_id, release_at) WHERE (ended_at IS NULL);
CREATE INDEX held_pay_campaign ON public.held_pay USING btree (campaign_id) WHERE (ended_at IS NULL);
CREATE INDEX held_pay_case ON public.held_pay USING btree (case_id) WHERE ((ended_at IS NULL) AND (case_id IS NOT NULL));
CREATE INDEX held_pay_due ON public.held_pay USING btree (release_at) WHERE ((ended_at IS NULL) AND (case_id IS NULL));

create table idempotency (
  campaign_id bigint not null,
  account_id bigint not null,
  key text not null,
  request_hash text not null,
  answer jsonb not null,
  created_at timestamp with time zone not null,
  events bigint[] not null default '{}'::bigint[],
  constraint idempotency_pkey PRIMARY KEY (campaign_id, account_id, key)
);
CREATE INDEX idempotency_created ON public.idempotency USING btree (created_at);

create table inbox_message (
  account_id bigint not null,
  id bigint not null,
  kind text not null,
  campaign_id bigint,
  subject_id bigint,
  params jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null,
  read_at timestamp with time zone,
  constraint inbox_message_pkey PRIMARY KEY (account_id, id),
  constraint inbox_message_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE UNIQUE INDEX inbox_reminder ON public.inbox_message USING btree (account_id, subject_id) WHERE (kind = 'revision_ending'::text);
CREATE INDEX inbox_unread ON public.inbox_message USING btree (account_id, id DESC) WHERE (read_at IS NULL);

create table income_share (
  income_id bigint not null,
  account_id bigint not null,
  datapoints integer not null,
  reviews integer not null,
  amount_minor numeric(78,0) not null,
  constraint income_share_pkey PRIMARY KEY (income_id, account_id),
  constraint income_share_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint income_share_income_id_fkey FOREIGN KEY (income_id) REFERENCES release_income(id),
  constraint income_share_amount_minor_check CHECK ((amount_minor > (0)::numeric))
);
CREATE INDEX income_share_account ON public.income_share USING btree (account_id, income_id DESC);

create table installation (
  one boolean not null default true,
  id uuid not null,
  secret bytea not null,
  created_at timestamp with time zone not null,
  constraint installation_pkey PRIMARY KEY (one),
  constraint installation_one_check CHECK (one)
);

create table invitation (
  token_hash text not null,
  id bigint not null,
  campaign_id bigint,
  invited_by bigint not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  uses_left integer not null,
  constraint invitation_id_key UNIQUE (id),
  constraint invitation_pkey PRIMARY KEY (token_hash),
  constraint invitation_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES account(id),
  constraint invitation_uses_left_check CHECK ((uses_left >= 0))
);
CREATE INDEX invitation_by ON public.invitation USING btree (invited_by);
CREATE INDEX invitation_campaign ON public.invitation USING btree (campaign_id, id);

create table invitation_use (
  invitation_id bigint not null,
  account_id bigint not null,
  used_at timestamp with time zone not null,
  constraint invitation_use_pkey PRIMARY KEY (invitation_id, account_id),
  constraint invitation_use_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint invitation_use_invitation_id_fkey FOREIGN KEY (invitation_id) REFERENCES invitation(id)
);
CREATE INDEX invitation_use_account ON public.invitation_use USING btree (account_id);

create table item (
  campaign_id bigint not null,
  id bigint not null,
  data jsonb,
  external_ref text,
  content_hash bytea,
  state text not null,
  attempts smallint not null default 0,
  answer jsonb,
  pilot boolean not null default false,
  queued boolean not null default false,
  created_at timestamp with time zone not null,
  constraint item_pkey PRIMARY KEY (campaign_id, id),
  constraint item_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint item_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'open'::text, 'done'::text, 'broken'::text, 'exhausted'::text, 'unresolved'::text])))
);
CREATE UNIQUE INDEX item_content ON public.item USING btree (campaign_id, content_hash) WHERE ((external_ref IS NULL) AND (content_hash IS NOT NULL));
CREATE UNIQUE INDEX item_external ON public.item USING btree (campaign_id, external_ref) WHERE (external_ref IS NOT NULL);
CREATE INDEX item_state ON public.item USING btree (campaign_id, state, id);
CREATE INDEX item_unqueued ON public.item USING btree (campaign_id, id) WHERE ((state = 'open'::text) <> queued);

create table item_flag (
  campaign_id bigint not null,
  id bigint not null,
  item_id bigint not null,
  account_id bigint not null,
  kind text not null,
  message text not null,
  created_at timestamp with time zone not null,
  resolution text,
  reply text,
  resolved_at timestamp with time zone,
  constraint item_flag_pkey PRIMARY KEY (campaign_id, id),
  constraint item_flag_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint item_flag_campaign_id_item_id_fkey FOREIGN KEY (campaign_id, item_id) REFERENCES item(campaign_id, id),
  constraint item_flag_kind_check CHECK ((kind = ANY (ARRAY['broken'::text, 'question'::text]))),
  constraint item_flag_resolution_check CHECK ((resolution = ANY (ARRAY['broken'::text, 'fine'::text, 'answered'::text])))
);
CREATE INDEX item_flag_account ON public.item_flag USING btree (account_id, id DESC);
CREATE UNIQUE INDEX item_flag_once ON public.item_flag USING btree (campaign_id, item_id, account_id, kind) WHERE (resolved_at IS NULL);
CREATE INDEX item_flag_open ON public.item_flag USING btree (campaign_id, item_id) WHERE (resolved_at IS NULL);

create table item_import (
  campaign_id bigint not null,
  id text not null,
  format text not null,
  options jsonb not null,
  state text not null,
  next_part integer not null default 1,
  reading jsonb not null default '{}'::jsonb,
  carry text not null default ''::text,
  rows integer not null default 0,
  imported integer not null default 0,
  unchanged integer not null default 0,
  created_by bigint not null,
  created_at timestamp with time zone not null,
  done_at timestamp with time zone,
  constraint item_import_pkey PRIMARY KEY (campaign_id, id),
  constraint item_import_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint item_import_created_by_fkey FOREIGN KEY (created_by) REFERENCES account(id),
  constraint item_import_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'jsonl'::text, 'label_studio'::text]))),
  constraint item_import_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text])))
);

create table job_state (
  name text not null,
  watermark jsonb not null default '{}'::jsonb,
  ran_at timestamp with time zone,
  took_ms integer,
  failures integer not null default 0,
  error text,
  constraint job_state_pkey PRIMARY KEY (name)
);

create table judged (
  low_id bigint not null,
  high_id bigint not null,
  by_low boolean not null,
  last_at timestamp with time zone not null,
  constraint judged_pkey PRIMARY KEY (low_id, high_id),
  constraint judged_check CHECK ((low_id < high_id))
) with (fillfactor=90);

create table lease (
  campaign_id bigint not null,
  account_id bigint not null,
  target_id bigint not null,
  lane smallint not null,
  state smallint not null,
  version integer not null,
  leased_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  directed_by bigint,
  constraint lease_pkey PRIMARY KEY (campaign_id, account_id, target_id)
) with (fillfactor=90, autovacuum_vacuum_scale_factor=0.02);
CREATE INDEX lease_due ON public.lease USING btree (expires_at) WHERE (state = 1);
CREATE INDEX lease_live ON public.lease USING btree (account_id, campaign_id) WHERE (state = 1);
CREATE INDEX lease_target ON public.lease USING btree (campaign_id, target_id);

create table ledger_audit (
  id bigint not null,
  asked_by bigint,
  asked_at timestamp with time zone not null,
  started_at timestamp with time zone,
  counted jsonb not null default '{}'::jsonb,
  problem_count integer,
  problems jsonb not null default '[]'::jsonb,
  constraint ledger_audit_pkey PRIMARY KEY (id),
  constraint ledger_audit_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES account(id)
);

create table link (
  account_id bigint not null,
  other_id bigint not null,
  kind text not null,
  family text not null,
  strength integer not null,
  times integer not null,
  seen_first timestamp with time zone not null,
  seen_last timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint link_pkey PRIMARY KEY (account_id, other_id, kind),
  constraint link_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint link_other_id_fkey FOREIGN KEY (other_id) REFERENCES account(id),
  constraint link_check CHECK ((account_id < other_id)),
  constraint link_strength_check CHECK ((strength >= 0)),
  constraint link_times_check CHECK ((times > 0))
);
CREATE INDEX link_expiry ON public.link USING btree (expires_at);
CREATE INDEX link_other ON public.link USING btree (other_id);

create table log (
  season_id bigint not null,
  origin text not null,
  address text not null,
  entry_key bytea not null,
  size bigint not null default 0,
  edge bytea not null default '\x'::bytea,
  tail bytea not null default '\x'::bytea,
  earlier text[] not null default '{}'::text[],
  created_at timestamp with time zone not null,
  constraint log_address_key UNIQUE (address),
  constraint log_origin_key UNIQUE (origin),
  constraint log_pkey PRIMARY KEY (season_id),
  constraint log_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id),
  constraint log_address_check CHECK ((address ~ '^[0-9]{1,19}(-[0-9]{1,4})?$'::text)),
  constraint log_entry_key_check CHECK ((octet_length(entry_key) = 32)),
  constraint log_size_check CHECK ((size >= 0))
);

create table log_checkpoint (
  season_id bigint not null,
  size bigint not null,
  root bytea not null,
  note text not null,
  first_signed_at timestamp with time zone not null,
  signed_at timestamp with time zone not null,
  constraint log_checkpoint_pkey PRIMARY KEY (season_id, size),
  constraint log_checkpoint_season_id_fkey FOREIGN KEY (season_id) REFERENCES log(season_id),
  constraint log_checkpoint_root_check CHECK ((octet_length(root) = 32)),
  constraint log_checkpoint_size_check CHECK ((size >= 0))
);

create table log_key (
  season_id bigint not null,
  public_key bytea not null,
  private_key bytea not null,
  created_at timestamp with time zone not null,
  retires_at timestamp with time zone,
  handed_over_by bytea,
  handover bytea,
  constraint log_key_pkey PRIMARY KEY (season_id, public_key),
  constraint log_key_season_id_fkey FOREIGN KEY (season_id) REFERENCES log(season_id),
  constraint log_key_check CHECK (((handed_over_by IS NULL) = (handover IS NULL))),
  constraint log_key_private_key_check CHECK ((octet_length(private_key) = 32)),
  constraint log_key_public_key_check CHECK ((octet_length(public_key) = 32))
);

create table log_leaf (
  season_id bigint not null,
  seq bigint not null,
  leaf bigint not null,
  constraint log_leaf_season_id_leaf_key UNIQUE (season_id, leaf),
  constraint log_leaf_pkey PRIMARY KEY (season_id, seq),
  constraint log_leaf_season_id_fkey FOREIGN KEY (season_id) REFERENCES log(season_id),
  constraint log_leaf_leaf_check CHECK ((leaf >= 0)),
  constraint log_leaf_seq_check CHECK ((seq >= 0))
);

create table log_owner (
  account_id bigint not null,
  season_id bigint not null,
  leaf bigint not null,
  constraint log_owner_pkey PRIMARY KEY (account_id, season_id, leaf),
  constraint log_owner_season_id_fkey FOREIGN KEY (season_id) REFERENCES log(season_id)
);

create table mark (
  account_id bigint not null,
  network bytea not null,
  device bytea not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint mark_pkey PRIMARY KEY (account_id, network, device, started_at),
  constraint mark_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint mark_check CHECK ((ended_at >= started_at)),
  constraint mark_device_check CHECK ((octet_length(device) = 8)),
  constraint mark_ended_at_check CHECK ((ended_at = date_trunc('minute'::text, ended_at, 'UTC'::text))),
  constraint mark_network_check CHECK ((octet_length(network) = 8)),
  constraint mark_started_at_check CHECK ((started_at = date_trunc('minute'::text, started_at, 'UTC'::text)))
);
CREATE INDEX mark_expiry ON public.mark USING btree (expires_at);
CREATE INDEX mark_network ON public.mark USING btree (network, account_id);

create table member (
  campaign_id bigint not null,
  account_id bigint not null,
  role text not null,
  why text not null,
  consent_version integer,
  joined_at timestamp with time zone not null,
  left_at timestamp with time zone,
  constraint member_pkey PRIMARY KEY (campaign_id, account_id, role),
  constraint member_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint member_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint member_role_check CHECK ((role = ANY (ARRAY['requester'::text, 'contributor'::text, 'reviewer'::text])))
);
CREATE INDEX member_account ON public.member USING btree (account_id);
CREATE INDEX member_role ON public.member USING btree (campaign_id, role) WHERE (left_at IS NULL);

create table model_answer (
  asked_hash text not null,
  votes jsonb not null,
  at timestamp with time zone not null,
  constraint model_answer_pkey PRIMARY KEY (asked_hash)
);
CREATE INDEX model_answer_at ON public.model_answer USING btree (at);

create table model_spending (
  campaign_id bigint not null,
  model text not null,
  calls integer not null,
  tokens bigint not null,
  constraint model_spending_pkey PRIMARY KEY (campaign_id, model)
);

create table model_vote (
  campaign_id bigint not null,
  submission_id bigint not null,
  round smallint not null,
  model text not null,
  votes jsonb not null,
  at timestamp with time zone not null,
  constraint model_vote_pkey PRIMARY KEY (campaign_id, submission_id, round, model),
  constraint model_vote_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id)
);

create table one_time (
  value_hash text not null,
  purpose text not null,
  account_id bigint,
  data jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint one_time_pkey PRIMARY KEY (value_hash),
  constraint one_time_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint one_time_purpose_check CHECK ((purpose = ANY (ARRAY['create'::text, 'sign_in'::text, 'add_passkey'::text, 'fresh'::text, 'link'::text])))
);
CREATE INDEX one_time_account ON public.one_time USING btree (account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX one_time_expiry ON public.one_time USING btree (expires_at);

create table passkey (
  id bigint not null,
  credential_id text not null,
  account_id bigint not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}'::text[],
  synced boolean not null default false,
  name text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  constraint passkey_credential_id_key UNIQUE (credential_id),
  constraint passkey_pkey PRIMARY KEY (id),
  constraint passkey_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX passkey_account ON public.passkey USING btree (account_id);

create table payment_token (
  currency text not null,
  chain_id bigint not null,
  token bytea not null,
  distributor bytea not null,
  decimals smallint not null,
  units_per_minor numeric(78,0) not null,
  step_minor numeric(78,0) not null,
  is_ladder boolean not null,
  least_people integer not null,
  every_hours integer not null,
  first_block bigint not null,
  scanned_to bigint not null,
  added_by bigint,
  added_at timestamp with time zone not null,
  constraint payment_token_chain_id_distributor_key UNIQUE (chain_id, distributor),
  constraint payment_token_pkey PRIMARY KEY (currency),
  constraint payment_token_added_by_fkey FOREIGN KEY (added_by) REFERENCES account(id),
  constraint payment_token_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code),
  constraint payment_token_chain_id_check CHECK ((chain_id > 0)),
  constraint payment_token_decimals_check CHECK (((decimals >= 0) AND (decimals <= 36))),
  constraint payment_token_distributor_check CHECK ((octet_length(distributor) = 20)),
  constraint payment_token_every_hours_check CHECK (((every_hours >= 0) AND (every_hours <= 8760))),
  constraint payment_token_first_block_check CHECK ((first_block >= 0)),
  constraint payment_token_least_people_check CHECK (((least_people >= 1) AND (least_people <= 100000))),
  constraint payment_token_step_minor_check CHECK ((step_minor > (0)::numeric)),
  constraint payment_token_token_check CHECK ((octet_length(token) = 20)),
  constraint payment_token_units_per_minor_check CHECK ((units_per_minor > (0)::numeric))
);

create table payout (
  batch_id bigint not null,
  account_id bigint not null,
  amount_minor numeric(78,0) not null,
  destination text not null,
  state text not null,
  note text not null default ''::text,
  changed_at timestamp with time zone not null,
  constraint payout_pkey PRIMARY KEY (batch_id, account_id),
  constraint payout_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint payout_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES payout_batch(id),
  constraint payout_amount_minor_check CHECK ((amount_minor > (0)::numeric)),
  constraint payout_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'sent'::text, 'failed'::text, 'returned'::text, 'discarded'::text])))
);
CREATE INDEX payout_account ON public.payout USING btree (account_id, batch_id DESC);

create table payout_batch (
  id bigint not null,
  currency text not null,
  state text not null,
  created_by bigint not null,
  created_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  closed_at timestamp with time zone,
  constraint payout_batch_pkey PRIMARY KEY (id),
  constraint payout_batch_created_by_fkey FOREIGN KEY (created_by) REFERENCES account(id),
  constraint payout_batch_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code),
  constraint payout_batch_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'sent'::text, 'closed'::text, 'discarded'::text])))
);
CREATE INDEX payout_batch_live ON public.payout_batch USING btree (currency) WHERE (state = 'draft'::text);

create table payout_destination (
  account_id bigint not null,
  currency text not null,
  destination text not null,
  changed_at timestamp with time zone not null,
  constraint payout_destination_pkey PRIMARY KEY (account_id, currency),
  constraint payout_destination_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint payout_destination_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code)
);

create table person_trait (
  account_id bigint not null,
  trait text not null,
  value text,
  changed_at timestamp with time zone not null,
  constraint person_trait_pkey PRIMARY KEY (account_id, trait),
  constraint person_trait_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint person_trait_trait_check CHECK ((trait = ANY (ARRAY['region'::text, 'age'::text, 'first_language'::text])))
);
CREATE INDEX person_trait_value ON public.person_trait USING btree (trait, value);

create table price_step (
  campaign_id bigint not null,
  starts_at timestamp with time zone not null,
  factor_ppm integer not null,
  demand integer not null,
  accepted integer not null,
  constraint price_step_pkey PRIMARY KEY (campaign_id, starts_at),
  constraint price_step_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint price_step_factor_ppm_check CHECK (((factor_ppm >= 500000) AND (factor_ppm <= 4000000)))
);

create table queue (
  campaign_id bigint not null,
  lane smallint not null,
  target_id bigint not null,
  author_id bigint not null,
  rk integer not null,
  cover smallint not null default 0,
  needed smallint not null,
  opened_at timestamp with time zone not null,
  constraint queue_pkey PRIMARY KEY (campaign_id, lane, target_id),
  constraint queue_check CHECK (((cover >= 0) AND (cover <= needed)))
) with (fillfactor=80, autovacuum_vacuum_scale_factor=0.02);
CREATE INDEX queue_open ON public.queue USING btree (campaign_id, lane, cover, rk) WHERE (cover < needed);

create table queue_size (
  campaign_id bigint not null,
  lane smallint not null,
  entries integer not null,
  measured_at timestamp with time zone not null,
  constraint queue_size_pkey PRIMARY KEY (campaign_id, lane)
);

create table reconciliation (
  currency text not null,
  compared_at timestamp with time zone not null,
  block_number bigint not null,
  figures jsonb not null,
  differences jsonb not null,
  constraint reconciliation_pkey PRIMARY KEY (currency),
  constraint reconciliation_currency_fkey FOREIGN KEY (currency) REFERENCES payment_token(currency)
);

create table recovery_code (
  account_id bigint not null,
  code_hash text not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint recovery_code_pkey PRIMARY KEY (account_id, code_hash),
  constraint recovery_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);

create table redteam_control (
  goal_id text not null,
  target text not null,
  config_hash text not null,
  n smallint not null,
  refused boolean not null,
  at timestamp with time zone not null,
  constraint redteam_control_pkey PRIMARY KEY (goal_id, target, config_hash, n)
);

create table redteam_goal (
  id text not null,
  title text not null,
  category text not null,
  body jsonb not null,
  source text not null default ''::text,
  added_by bigint not null,
  added_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  constraint redteam_goal_pkey PRIMARY KEY (id),
  constraint redteam_goal_added_by_fkey FOREIGN KEY (added_by) REFERENCES account(id),
  constraint redteam_goal_id_check CHECK ((id ~ '^[a-z][a-z0-9-]{1,59}$'::text))
);

create table redteam_pace (
  provider text not null,
  minute timestamp with time zone not null,
  calls integer not null,
  constraint redteam_pace_pkey PRIMARY KEY (provider)
);

create table redteam_run (
  campaign_id bigint not null,
  submission_id bigint not null,
  run smallint not null,
  goal_id text not null,
  config_hash text not null,
  outcome text,
  targets smallint,
  runs smallint,
  hits smallint,
  lower_bps integer,
  failures jsonb not null default '{}'::jsonb,
  calls integer not null default 0,
  tokens bigint not null default 0,
  started_at timestamp with time zone not null,
  done_at timestamp with time zone,
  constraint redteam_run_pkey PRIMARY KEY (campaign_id, submission_id, run),
  constraint redteam_run_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id),
  constraint redteam_run_check CHECK (((done_at IS NULL) = (outcome IS NULL))),
  constraint redteam_run_outcome_check CHECK ((outcome = ANY (ARRAY['works'::text, 'too_seldom'::text, 'goal_open'::text]))),
  constraint redteam_run_run_check CHECK ((run > 0))
);

create table redteam_sample (
  campaign_id bigint not null,
  submission_id bigint not null,
  run smallint not null,
  target text not null,
  n smallint not null,
  model text not null,
  hit boolean not null,
  why text not null,
  reply jsonb,
  judges jsonb,
  at timestamp with time zone not null,
  audit_drawn boolean not null default false,
  graded_by bigint,
  graded_hit boolean,
  graded_at timestamp with time zone,
  constraint redteam_sample_pkey PRIMARY KEY (campaign_id, submission_id, run, target, n),
  constraint redteam_sample_campaign_id_submission_id_run_fkey FOREIGN KEY (campaign_id, submission_id, run) REFERENCES redteam_run(campaign_id, submission_id, run),
  constraint redteam_sample_graded_by_fkey FOREIGN KEY (graded_by) REFERENCES account(id),
  constraint redteam_sample_check CHECK ((((graded_at IS NULL) = (graded_by IS NULL)) AND ((graded_at IS NULL) = (graded_hit IS NULL)))),
  constraint redteam_sample_why_check CHECK ((why = ANY (ARRAY['hit'::text, 'miss'::text, 'addresses_judge'::text, 'refused_by_service'::text, 'no_text'::text])))
);
CREATE INDEX redteam_sample_kept ON public.redteam_sample USING btree (at) WHERE (reply IS NOT NULL);
CREATE INDEX redteam_sample_ungraded ON public.redteam_sample USING btree (campaign_id, at) WHERE (audit_drawn AND (graded_at IS NULL));

create table redteam_spending (
  scope text not null,
  calls bigint not null,
  tokens bigint not null,
  constraint redteam_spending_pkey PRIMARY KEY (scope)
);

create table release (
  campaign_id bigint not null,
  id bigint not null,
  number integer not null,
  state text not null,
  predecessor_id bigint,
  note text not null default ''::text,
  cut_at timestamp with time zone not null,
  pseudonym_key bytea not null,
  datapoint_key bytea not null,
  progress jsonb not null default '{}'::jsonb,
  manifest jsonb,
  content_hash text,
  error text,
  created_by bigint not null,
  created_at timestamp with time zone not null,
  ready_at timestamp with time zone,
  published_at timestamp with time zone,
  published_by bigint,
  hold text,
  constraint release_campaign_id_number_key UNIQUE (campaign_id, number),
  constraint release_pkey PRIMARY KEY (campaign_id, id),
  constraint release_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint release_created_by_fkey FOREIGN KEY (created_by) REFERENCES account(id),
  constraint release_published_by_fkey FOREIGN KEY (published_by) REFERENCES account(id),
  constraint release_check CHECK (((state = 'ready'::text) = ((content_hash IS NOT NULL) AND (manifest IS NOT NULL) AND (ready_at IS NOT NULL)))),
  constraint release_check1 CHECK (((published_at IS NULL) OR (state = 'ready'::text))),
  constraint release_hold_check CHECK ((hold = ANY (ARRAY['acceptance_open'::text, 'acceptance_failed'::text]))),
  constraint release_number_check CHECK ((number > 0)),
  constraint release_state_check CHECK ((state = ANY (ARRAY['building'::text, 'ready'::text, 'failed'::text])))
);
CREATE UNIQUE INDEX release_building ON public.release USING btree (campaign_id) WHERE (state = 'building'::text);
CREATE INDEX release_published ON public.release USING btree (published_at DESC, id DESC) WHERE (published_at IS NOT NULL);

create table release_entry (
  campaign_id bigint not null,
  release_id bigint not null,
  datapoint_id bigint not null,
  submission_id bigint not null,
  in_data boolean not null,
  event_id bigint,
  constraint release_entry_pkey PRIMARY KEY (campaign_id, release_id, datapoint_id, submission_id),
  constraint release_entry_campaign_id_release_id_fkey FOREIGN KEY (campaign_id, release_id) REFERENCES release(campaign_id, id)
) with (fillfactor=80);

create table release_income (
  id bigint not null,
  campaign_id bigint not null,
  release_id bigint not null,
  currency text not null,
  amount_minor numeric(78,0) not null,
  reference text not null,
  reviewer_bps integer not null,
  remainder_minor numeric(78,0) not null,
  recorded_by bigint not null,
  recorded_at timestamp with time zone not null,
  constraint release_income_reference_key UNIQUE (reference),
  constraint release_income_pkey PRIMARY KEY (id),
  constraint release_income_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint release_income_campaign_id_release_id_fkey FOREIGN KEY (campaign_id, release_id) REFERENCES release(campaign_id, id),
  constraint release_income_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code),
  constraint release_income_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES account(id),
  constraint release_income_amount_minor_check CHECK ((amount_minor > (0)::numeric)),
  constraint release_income_remainder_minor_check CHECK ((remainder_minor >= (0)::numeric)),
  constraint release_income_reviewer_bps_check CHECK (((reviewer_bps >= 0) AND (reviewer_bps <= 10000)))
);
CREATE INDEX release_income_release ON public.release_income USING btree (release_id, id DESC);

create table release_notice (
  campaign_id bigint not null,
  release_id bigint not null,
  told text not null,
  told_by bigint not null,
  told_at timestamp with time zone not null,
  hands_out_at timestamp with time zone not null,
  constraint release_notice_pkey PRIMARY KEY (campaign_id, release_id),
  constraint release_notice_campaign_id_release_id_fkey FOREIGN KEY (campaign_id, release_id) REFERENCES release(campaign_id, id),
  constraint release_notice_told_by_fkey FOREIGN KEY (told_by) REFERENCES account(id)
);

create table release_revocation (
  campaign_id bigint not null,
  release_id bigint not null,
  datapoint_id bigint not null,
  submission_id bigint not null,
  reason text not null,
  constraint release_revocation_pkey PRIMARY KEY (campaign_id, release_id, datapoint_id, submission_id),
  constraint release_revocation_campaign_id_release_id_fkey FOREIGN KEY (campaign_id, release_id) REFERENCES release(campaign_id, id),
  constraint release_revocation_reason_check CHECK ((reason = ANY (ARRAY['withdrawn'::text, 'erased'::text, 'retracted'::text])))
);

create table reliability (
  account_id bigint not null,
  task_class text not null,
  role text not null,
  day date not null,
  mean_bps smallint not null,
  low_bps smallint not null,
  high_bps smallint not null,
  judged integer not null,
  confirmed integer not null,
  audited integer not null,
  audited_right integer not null,
  constraint reliability_pkey PRIMARY KEY (account_id, task_class, role, day),
  constraint reliability_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint reliability_role_check CHECK ((role = ANY (ARRAY['reviewer'::text, 'contributor'::text])))
);

create table report (
  season_id bigint not null,
  id bigint not null,
  until_seq bigint not null,
  up_to_now boolean not null,
  state text not null,
  progress jsonb not null default '{"of": 0, "done": 0}'::jsonb,
  content_hash text,
  body text,
  error text,
  created_by bigint not null,
  created_at timestamp with time zone not null,
  ready_at timestamp with time zone,
  published_at timestamp with time zone,
  constraint report_pkey PRIMARY KEY (season_id, id),
  constraint report_created_by_fkey FOREIGN KEY (created_by) REFERENCES account(id),
  constraint report_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id),
  constraint report_check CHECK (((state <> 'ready'::text) OR ((content_hash IS NOT NULL) AND (body IS NOT NULL)))),
  constraint report_state_check CHECK ((state = ANY (ARRAY['building'::text, 'ready'::text, 'failed'::text])))
);
CREATE INDEX report_building ON public.report USING btree (id) WHERE (state = 'building'::text);

create table report_drive (
  id bigint not null,
  kind text not null,
  title text not null,
  words text not null,
  opens_at timestamp with time zone not null,
  closes_at timestamp with time zone not null,
  currency text,
  reward_minor numeric(78,0),
  cap_minor numeric(78,0),
  min_group integer,
  funded_by bigint,
  keep_bps integer,
  opened_by bigint not null,
  created_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  constraint report_drive_pkey PRIMARY KEY (id),
  constraint report_drive_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code),
  constraint report_drive_funded_by_fkey FOREIGN KEY (funded_by) REFERENCES account(id),
  constraint report_drive_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES account(id),
  constraint report_drive_check CHECK ((closes_at > opens_at)),
  constraint report_drive_check1 CHECK (((kind = 'reports'::text) = ((currency IS NOT NULL) AND (reward_minor IS NOT NULL) AND (cap_minor IS NOT NULL) AND (min_group IS NOT NULL) AND (funded_by IS NOT NULL)))),
  constraint report_drive_check2 CHECK (((kind = 'amnesty'::text) = (keep_bps IS NOT NULL))),
  constraint report_drive_check3 CHECK (((reward_minor > (0)::numeric) AND (cap_minor >= reward_minor) AND (min_group >= 2))),
  constraint report_drive_keep_bps_check CHECK (((keep_bps >= 0) AND (keep_bps <= 10000))),
  constraint report_drive_kind_check CHECK ((kind = ANY (ARRAY['reports'::text, 'amnesty'::text])))
);
CREATE INDEX report_drive_unpaid ON public.report_drive USING btree (closes_at) WHERE ((paid_at IS NULL) AND (kind = 'reports'::text));

create table reported_account (
  report_id bigint not null,
  account_id bigint not null,
  case_id bigint,
  confirmed boolean not null default false,
  constraint reported_account_pkey PRIMARY KEY (report_id, account_id),
  constraint reported_account_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint reported_account_case_id_fkey FOREIGN KEY (case_id) REFERENCES case_file(id),
  constraint reported_account_report_id_fkey FOREIGN KEY (report_id) REFERENCES account_report(id)
);
CREATE INDEX reported_account_case ON public.reported_account USING btree (case_id) WHERE (case_id IS NOT NULL);
CREATE INDEX reported_account_of ON public.reported_account USING btree (account_id);

create table review (
  campaign_id bigint not null,
  submission_id bigint not null,
  reviewer_id bigint not null,
  id bigint not null,
  round smallint not null,
  lane smallint not null,
  votes jsonb not null,
  took_seconds integer not null,
  reviewed_at timestamp with time zone not null,
  constraint review_pkey PRIMARY KEY (campaign_id, submission_id, reviewer_id),
  constraint review_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id)
);
CREATE INDEX review_reviewer ON public.review USING btree (reviewer_id, campaign_id, id DESC);

create table review_plan (
  campaign_id bigint not null,
  version integer not null,
  snapshot_id bigint not null,
  body text not null,
  hash text not null,
  made_at timestamp with time zone not null,
  constraint review_plan_pkey PRIMARY KEY (campaign_id, version, snapshot_id),
  constraint review_plan_snapshot_id_fkey FOREIGN KEY (snapshot_id) REFERENCES snapshot(id)
);

create table reward_share (
  campaign_id bigint not null,
  n integer not null,
  account_id bigint not null,
  reviews integer not null,
  audited integer not null,
  carried boolean not null,
  audit_ppm integer,
  peer_ppm integer,
  cap_ppm integer,
  score_ppm integer,
  factor_ppm integer,
  paid jsonb not null default '[]'::jsonb,
  constraint reward_share_pkey PRIMARY KEY (campaign_id, n, account_id),
  constraint reward_share_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint reward_share_campaign_id_n_fkey FOREIGN KEY (campaign_id, n) REFERENCES reward_window(campaign_id, n)
);
CREATE INDEX reward_share_account ON public.reward_share USING btree (account_id, campaign_id, n DESC);

create table reward_window (
  campaign_id bigint not null,
  n integer not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  drawn_at timestamp with time zone,
  grade_until timestamp with time zone,
  settled_at timestamp with time zone,
  last boolean not null default false,
  inputs_hash text,
  kept_apart boolean not null default false,
  constraint reward_window_pkey PRIMARY KEY (campaign_id, n),
  constraint reward_window_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES campaign(id),
  constraint reward_window_check CHECK ((ends_at > starts_at)),
  constraint reward_window_n_check CHECK ((n > 0))
);
CREATE INDEX reward_window_open ON public.reward_window USING btree (campaign_id, n) WHERE (settled_at IS NULL);

create table salt (
  campaign_id bigint not null,
  subject_id bigint not null,
  purpose text not null,
  salt bytea not null,
  constraint salt_pkey PRIMARY KEY (campaign_id, subject_id, purpose)
);

create table sanction (
  id bigint not null,
  case_id bigint not null,
  account_id bigint not null,
  season_id bigint,
  action text not null,
  reason text not null,
  since timestamp with time zone,
  taken jsonb,
  provisional boolean not null default false,
  deciders bigint[] not null,
  imposed_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  ended_why text,
  ended_by bigint,
  ended_reason text,
  constraint sanction_pkey PRIMARY KEY (id),
  constraint sanction_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint sanction_case_id_fkey FOREIGN KEY (case_id) REFERENCES case_file(id),
  constraint sanction_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES account(id),
  constraint sanction_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id),
  constraint sanction_action_check CHECK ((action = ANY (ARRAY['warn'::text, 'limit'::text, 'hold'::text, 'suspend'::text, 'forfeit'::text]))),
  constraint sanction_check CHECK (((ended_at IS NULL) = (ended_why IS NULL))),
  constraint sanction_check1 CHECK (((action = 'limit'::text) = (since IS NOT NULL))),
  constraint sanction_check2 CHECK ((provisional OR (action = ANY (ARRAY['warn'::text, 'limit'::text])) OR (cardinality(deciders) >= 2))),
  constraint sanction_check3 CHECK ((NOT (account_id = ANY (deciders)))),
  constraint sanction_check4 CHECK ((ends_at > imposed_at)),
  constraint sanction_ended_why_check CHECK ((ended_why = ANY (ARRAY['over'::text, 'overturned'::text, 'appeal_overdue'::text, 'lapsed'::text, 'mistaken'::text, 'lifted'::text, 'replaced'::text])))
);
CREATE INDEX sanction_account ON public.sanction USING btree (account_id, id DESC);
CREATE INDEX sanction_case ON public.sanction USING btree (case_id);
CREATE INDEX sanction_due ON public.sanction USING btree (ends_at) WHERE (ended_at IS NULL);

create table sanction_appeal (
  sanction_id bigint not null,
  account_id bigint not null,
  reason text not null,
  asked bigint[] not null,
  opened_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  decided_by bigint,
  decided_at timestamp with time zone,
  upheld boolean,
  answer text,
  constraint sanction_appeal_pkey PRIMARY KEY (sanction_id),
  constraint sanction_appeal_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint sanction_appeal_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES account(id),
  constraint sanction_appeal_sanction_id_fkey FOREIGN KEY (sanction_id) REFERENCES sanction(id),
  constraint sanction_appeal_check CHECK (((decided_at IS NULL) = (upheld IS NULL))),
  constraint sanction_appeal_check1 CHECK ((decided_by IS DISTINCT FROM account_id))
);
CREATE INDEX sanction_appeal_account ON public.sanction_appeal USING btree (account_id);
CREATE INDEX sanction_appeal_open ON public.sanction_appeal USING btree (due_at) WHERE (decided_at IS NULL);

create table season (
  id bigint not null,
  name text not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  contributor_cap integer,
  rules jsonb not null,
  frozen_at timestamp with time zone,
  closed_at timestamp with time zone,
  constraint season_name_key UNIQUE (name),
  constraint season_pkey PRIMARY KEY (id),
  constraint season_check CHECK ((ends_at > starts_at)),
  constraint season_contributor_cap_check CHECK ((contributor_cap > 0))
);
CREATE INDEX season_tstzrange_excl ON public.season USING gist (tstzrange(starts_at, ends_at));

create table season_board (
  season_id bigint not null,
  until_seq bigint not null,
  constraint season_board_pkey PRIMARY KEY (season_id),
  constraint season_board_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id)
);

create table season_edition (
  season_id bigint not null,
  edition bigint not null,
  manifest_sha256 bytea not null,
  bytes bigint not null,
  written_at timestamp with time zone not null,
  constraint season_edition_pkey PRIMARY KEY (season_id, edition),
  constraint season_edition_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id),
  constraint season_edition_bytes_check CHECK ((bytes > 0)),
  constraint season_edition_edition_check CHECK ((edition > 0)),
  constraint season_edition_manifest_sha256_check CHECK ((octet_length(manifest_sha256) = 32))
);

create table season_member (
  season_id bigint not null,
  account_id bigint not null,
  joined_at timestamp with time zone not null,
  constraint season_member_pkey PRIMARY KEY (season_id, account_id),
  constraint season_member_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint season_member_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id)
);

create table season_score (
  season_id bigint not null,
  account_id bigint not null,
  score integer not null,
  reached_at timestamp with time zone not null,
  constraint season_score_pkey PRIMARY KEY (season_id, account_id),
  constraint season_score_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint season_score_season_id_fkey FOREIGN KEY (season_id) REFERENCES season(id),
  constraint season_score_score_check CHECK ((score > 0))
);
CREATE INDEX season_score_rank ON public.season_score USING btree (season_id, score DESC, reached_at);

create table session (
  token_hash text not null,
  id bigint not null,
  account_id bigint not null,
  how text not null,
  user_agent text not null default ''::text,
  created_at timestamp with time zone not null,
  fresh_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint session_id_key UNIQUE (id),
  constraint session_pkey PRIMARY KEY (token_hash),
  constraint session_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint session_how_check CHECK ((how = ANY (ARRAY['passkey'::text, 'recovery_code'::text, 'link'::text, 'wallet'::text, 'new_account'::text])))
);
CREATE INDEX session_account ON public.session USING btree (account_id);
CREATE INDEX session_expiry ON public.session USING btree (expires_at);

create table signing_key (
  one boolean not null default true,
  key_id text not null,
  public_key bytea not null,
  private_key bytea not null,
  created_at timestamp with time zone not null,
  constraint signing_key_pkey PRIMARY KEY (one),
  constraint signing_key_one_check CHECK (one)
);

create table snapshot (
  id bigint not null,
  task_class text not null,
  batch text not null,
  at_review_id bigint not null,
  body text not null,
  hash text not null,
  votes integer not null,
  people integer not null,
  gold integer not null,
  taken_at timestamp with time zone not null,
  constraint snapshot_batch_key UNIQUE (batch),
  constraint snapshot_pkey PRIMARY KEY (id)
);
CREATE INDEX snapshot_newest ON public.snapshot USING btree (task_class, id DESC);

create table submission (
  campaign_id bigint not null,
  id bigint not null,
  item_id bigint not null,
  author_id bigint not null,
  version integer not null,
  status text not null,
  round smallint not null default 1,
  revises_id bigint,
  content_hash text not null,
  submitted_at timestamp with time zone not null,
  took_seconds integer not null,
  decision_due_at timestamp with time zone,
  decided_at timestamp with time zone,
  settles_at timestamp with time zone,
  escalated_at timestamp with time zone,
  awaits_checks boolean not null default false,
  constraint submission_pkey PRIMARY KEY (campaign_id, id),
  constraint submission_campaign_id_item_id_fkey FOREIGN KEY (campaign_id, item_id) REFERENCES item(campaign_id, id),
  constraint submission_status_check CHECK ((status = ANY (ARRAY['in_review'::text, 'accepted'::text, 'rejected'::text, 'rejected_final'::text, 'answered'::text, 'withdrawn'::text])))
) with (fillfactor=85);
CREATE INDEX submission_answered ON public.submission USING btree (campaign_id, item_id) WHERE (status = 'answered'::text);
CREATE INDEX submission_author ON public.submission USING btree (author_id, campaign_id, id DESC);
CREATE INDEX submission_awaits_checks ON public.submission USING btree (campaign_id, id) WHERE awaits_checks;
CREATE INDEX submission_due ON public.submission USING btree (decision_due_at) WHERE ((status = 'in_review'::text) AND (escalated_at IS NULL));
CREATE INDEX submission_in_review ON public.submission USING btree (campaign_id, id) WHERE (status = 'in_review'::text);
CREATE UNIQUE INDEX submission_once ON public.submission USING btree (campaign_id, item_id, author_id) WHERE (revises_id IS NULL);
CREATE UNIQUE INDEX submission_revised_once ON public.submission USING btree (campaign_id, revises_id) WHERE (revises_id IS NOT NULL);
CREATE INDEX submission_settles ON public.submission USING btree (settles_at) WHERE (status = 'rejected'::text);

create table submission_answer (
  campaign_id bigint not null,
  submission_id bigint not null,
  answer jsonb not null,
  constraint submission_answer_pkey PRIMARY KEY (campaign_id, submission_id),
  constraint submission_answer_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id)
);

create table submission_signature (
  campaign_id bigint not null,
  submission_id bigint not null,
  delegation_id bigint not null,
  signature bytea not null,
  constraint submission_signature_pkey PRIMARY KEY (campaign_id, submission_id),
  constraint submission_signature_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id),
  constraint submission_signature_signature_check CHECK ((octet_length(signature) = 64))
);

create table terms (
  version integer not null,
  body jsonb not null,
  published_at timestamp with time zone not null,
  constraint terms_pkey PRIMARY KEY (version)
);

create table terms_acceptance (
  account_id bigint not null,
  version integer not null,
  adult boolean not null,
  accepted_at timestamp with time zone not null,
  constraint terms_acceptance_pkey PRIMARY KEY (account_id, version),
  constraint terms_acceptance_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint terms_acceptance_version_fkey FOREIGN KEY (version) REFERENCES terms(version)
);

create table text_key (
  campaign_id bigint not null,
  key bigint not null,
  submission_id bigint not null,
  constraint text_key_pkey PRIMARY KEY (campaign_id, key, submission_id)
);

create table text_print (
  campaign_id bigint not null,
  submission_id bigint not null,
  question text not null,
  version smallint not null,
  item_id bigint not null,
  digest bytea not null,
  shingles bytea not null,
  fingerprints bytea not null,
  whole boolean not null,
  keys bytea not null,
  printed_at timestamp with time zone not null,
  constraint text_print_pkey PRIMARY KEY (campaign_id, submission_id, question, version),
  constraint text_print_campaign_id_submission_id_fkey FOREIGN KEY (campaign_id, submission_id) REFERENCES submission(campaign_id, id)
);

create table token_escrow (
  currency text not null,
  escrow bytea not null,
  scanned_to bigint not null,
  added_by bigint,
  added_at timestamp with time zone not null,
  constraint token_escrow_pkey PRIMARY KEY (currency),
  constraint token_escrow_added_by_fkey FOREIGN KEY (added_by) REFERENCES account(id),
  constraint token_escrow_currency_fkey FOREIGN KEY (currency) REFERENCES payment_token(currency),
  constraint token_escrow_escrow_check CHECK ((octet_length(escrow) = 20))
);

create table transfer (
  campaign_id bigint not null,
  id text not null,
  kind text not null,
  subject_id bigint not null,
  debit text not null,
  credit text not null,
  currency text not null,
  amount_minor numeric(78,0) not null,
  at timestamp with time zone not null,
  constraint transfer_pkey PRIMARY KEY (campaign_id, id),
  constraint transfer_currency_fkey FOREIGN KEY (currency) REFERENCES currency(code),
  constraint transfer_amount_minor_check CHECK ((amount_minor > (0)::numeric)),
  constraint transfer_beans CHECK ((((currency = 'BEAN'::text) = (credit ~~ 'beans:%'::text)) AND (debit !~~ 'beans:%'::text) AND ((currency <> 'BEAN'::text) OR (debit = 'outside'::text)))),
  constraint transfer_check CHECK ((debit <> credit))
);
CREATE INDEX transfer_at ON public.transfer USING brin (at) WITH (pages_per_range='16', autosummarize='on');
CREATE INDEX transfer_credit ON public.transfer USING btree (credit, currency);
CREATE INDEX transfer_debit ON public.transfer USING btree (debit, currency);

create table trust_rank (
  account_id bigint not null,
  bucket smallint not null,
  ranked_at timestamp with time zone not null,
  constraint trust_rank_pkey PRIMARY KEY (account_id),
  constraint trust_rank_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint trust_rank_bucket_check CHECK (((bucket >= 0) AND (bucket <= 9)))
);

create table wallet (
  id bigint not null,
  account_id bigint not null,
  kind text not null,
  chain_id bigint,
  address bytea not null,
  message text not null,
  signature bytea not null,
  label text not null default ''::text,
  linked_at timestamp with time zone not null,
  last_used_at timestamp with time zone not null,
  unlinked_at timestamp with time zone,
  constraint wallet_pkey PRIMARY KEY (id),
  constraint wallet_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint wallet_address_check CHECK ((octet_length(address) = 20)),
  constraint wallet_chain_id_check CHECK ((chain_id > 0)),
  constraint wallet_check CHECK (((kind = 'contract'::text) = (chain_id IS NOT NULL))),
  constraint wallet_kind_check CHECK ((kind = ANY (ARRAY['eoa'::text, 'contract'::text]))),
  constraint wallet_message_check CHECK ((octet_length(message) <= 4096)),
  constraint wallet_signature_check CHECK (((octet_length(signature) >= 64) AND (octet_length(signature) <= 8192)))
);
CREATE INDEX wallet_account ON public.wallet USING btree (account_id, id);
CREATE UNIQUE INDEX wallet_live ON public.wallet USING btree (address, COALESCE(chain_id, (0)::bigint)) WHERE (unlinked_at IS NULL);

create table wallet_destination (
  account_id bigint not null,
  currency text not null,
  wallet_id bigint not null,
  chosen_at timestamp with time zone not null,
  constraint wallet_destination_pkey PRIMARY KEY (account_id, currency),
  constraint wallet_destination_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint wallet_destination_currency_fkey FOREIGN KEY (currency) REFERENCES payment_token(currency),
  constraint wallet_destination_wallet_id_fkey FOREIGN KEY (wallet_id) REFERENCES wallet(id) ON DELETE CASCADE
);

create table wallet_nonce (
  nonce_hash text not null,
  purpose text not null,
  account_id bigint,
  message text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint wallet_nonce_pkey PRIMARY KEY (nonce_hash),
  constraint wallet_nonce_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint wallet_nonce_purpose_check CHECK ((purpose = ANY (ARRAY['sign_in'::text, 'create'::text, 'link'::text, 'fresh'::text])))
);
CREATE INDEX wallet_nonce_account ON public.wallet_nonce USING btree (account_id) WHERE (account_id IS NOT NULL);
CREATE INDEX wallet_nonce_expiry ON public.wallet_nonce USING btree (expires_at);

create table watch (
  account_id bigint not null,
  task_class text not null,
  role text not null,
  state jsonb not null,
  seen_tx xid8 not null,
  seen_id bigint not null,
  changed_at timestamp with time zone not null,
  constraint watch_pkey PRIMARY KEY (account_id, task_class, role),
  constraint watch_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  constraint watch_role_check CHECK ((role = ANY (ARRAY['reviewer'::text, 'contributor'::text])))
);

create table withdrawal (
  campaign_id bigint not null,
  submission_id bigint not null,
  account_id bigint not null,
  at timestamp with time zone not null,
  constraint withdrawal_pkey PRIMARY KEY (campaign_id, submission_id)
);

create table work_taken (
  campaign_id bigint not null,
  account_id bigint not null,
  lane smallint not null,
  day date not null,
  taken integer not null,
  constraint work_taken_pkey PRIMARY KEY (campaign_id, account_id, lane, day),
  constraint work_taken_taken_check CHECK ((taken >= 0))
);

CREATE OR REPLACE FUNCTION public.claim_work(c bigint, l smallint, who bigint, want integer, levels integer, start_rk integer, width bigint, excluded bigint[], shown_version integer, at timestamp with time zone, until timestamp with time zone)
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
declare
  got bigint[] := '{}';
  mine bigint := (select m.cluster_id from cluster_member m where m.account_id = who);
  lo bigint;
  hi bigint;
  entry record;
begin
  for level in 0..levels - 1 loop
    for part in 0..1 loop
      if part = 0 then
        lo := start_rk;
        hi := least(start_rk + width, 2147483647);
      elsif width >= 2147483648 then
        lo := 0;
        hi := start_rk - 1;
      else
        lo := (start_rk + 1073741824::bigint) % 2147483648;
        hi := least(lo + width, 2147483647);
      end if;
      for entry in
        select q.target_id, q.opened_at, cand.author_id
          from (select x.target_id, x.author_id from queue x
                 where x.campaign_id = c and x.lane = l and x.cover = level and x.cover < x.needed
                   and x.rk between lo::integer and hi::integer
                 order by x.rk limit 48) cand
          join queue q on q.campaign_id = c and q.lane = l and q.target_id = cand.target_id
         where cand.author_id <> who
           and cand.author_id <> all (excluded)
           and (mine is null or (select m.cluster_id from cluster_member m where m.account_id = cand.author_id) is distinct from mine)
           and ((mine is null and excluded = '{}') or not sits_with(c, cand.target_id, who, mine, excluded))
           and (select true from lease a where a.campaign_id = c and a.account_id = who and a.target_id = cand.target_id and a.state <> 4) is null
           and q.cover < q.needed
         limit want - cardinality(got) for no key update of q skip locked
      loop
        if (mine is not null or excluded <> '{}') and sits_with(c, entry.target_id, who, mine, excluded) then
          continue;
        end if;
        if l > 1 and not note_judge(who, entry.author_id, at, until) then
          continue;
        end if;
        if take_lease(c, l, who, entry.target_id, shown_version, greatest(at, entry.opened_at), until, null) then
          update queue set cover = cover + 1 where campaign_id = c and lane = l and target_id = entry.target_id;
          got := got || entry.target_id;
        end if;
      end loop;
      if cardinality(got) >= want then
        return got;
      end if;
    end loop;
  end loop;
  return got;
end $function$
;

CREATE OR REPLACE FUNCTION public.direct_lease(c bigint, l smallint, who bigint, target bigint, author bigint, shown_version integer, at timestamp with time zone, until timestamp with time zone, director bigint)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  mine bigint := (select m.cluster_id from cluster_member m where m.account_id = who);
  excluded bigint[] := array(select x.other_id from exclusion x where x.account_id = who);
begin
  if author = any (excluded) or (select m.cluster_id from cluster_member m where m.account_id = author) = mine
     or sits_with(c, target, who, mine, excluded) then
    return 'excluded';
  end if;
  if not exists (select from queue q where q.campaign_id = c and q.lane = l and q.target_id = target and q.cover < q.needed) then
    return 'no_place';
  end if;
  if l > 1 and not note_judge(who, author, at, until) then
    return 'excluded';
  end if;
  if not take_lease(c, l, who, target, shown_version, at, until, director) then
    return 'held_already';
  end if;
  update queue set cover = cover + 1 where campaign_id = c and lane = l and target_id = target;
  return 'leased';
end $function$
;

CREATE OR REPLACE FUNCTION public.judged_by(judge bigint, author bigint, at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((select j.by_low = (judge < author) and j.last_at > at - interval '7 days' from judged j
                    where j.low_id = least(judge, author) and j.high_id = greatest(judge, author)), false)
$function$
;

CREATE OR REPLACE FUNCTION public.note_judge(judge bigint, author bigint, at timestamp with time zone, until timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  if not pg_try_advisory_xact_lock(7216040, hashtext(least(judge, author) || '/' || greatest(judge, author))) then
    return false;
  end if;
  insert into judged as j (low_id, high_id, by_low, last_at) values (least(judge, author), greatest(judge, author), judge < author, at + 4 * (until - at))
  on conflict (low_id, high_id) do update set by_low = excluded.by_low, last_at = greatest(j.last_at, excluded.last_at)
   where j.by_low = excluded.by_low or j.last_at <= at - interval '7 days';
  return found;
end $function$
;

CREATE OR REPLACE FUNCTION public.probe_work(c bigint, l smallint, who bigint, want integer, after bigint, excluded bigint[], shown_version integer, at timestamp with time zone, until timestamp with time zone, OUT got bigint[], OUT last_id bigint)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  mine bigint := (select m.cluster_id from cluster_member m where m.account_id = who);
  seen record;
begin
  got := '{}';
  select max(p.target_id), count(*) as n into seen from (
    select x.target_id from queue x where x.campaign_id = c and x.lane = l and x.target_id > after order by x.target_id limit 64) p;
  last_id := case when seen.n = 64 then seen.max end;
  for seen in
    select q.target_id, q.opened_at, cand.author_id
      from (select x.target_id, x.author_id from queue x
             where x.campaign_id = c and x.lane = l and x.target_id > after order by x.target_id limit 64) cand
      join queue q on q.campaign_id = c and q.lane = l and q.target_id = cand.target_id
     where cand.author_id <> who
       and cand.author_id <> all (excluded)
       and (mine is null or (select m.cluster_id from cluster_member m where m.account_id = cand.author_id) is distinct from mine)
       and ((mine is null and excluded = '{}') or not sits_with(c, cand.target_id, who, mine, excluded))
       and q.cover < q.needed
       and case when (select true from lease a where a.campaign_id = c and a.account_id = who and a.target_id = cand.target_id and a.state <> 4) is not null then false
                else l = 1 or not judged_by(cand.author_id, who, at) end
     limit want for no key update of q skip locked
  loop
    if (mine is not null or excluded <> '{}') and sits_with(c, seen.target_id, who, mine, excluded) then
      continue;
    end if;
    if l > 1 and not note_judge(who, seen.author_id, at, until) then
      continue;
    end if;
    if take_lease(c, l, who, seen.target_id, shown_version, greatest(at, seen.opened_at), until, null) then
      update queue set cover = cover + 1 where campaign_id = c and lane = l and target_id = seen.target_id;
      got := got || seen.target_id;
    end if;
  end loop;
end $function$
;

CREATE OR REPLACE FUNCTION public.sits_with(c bigint, target bigint, who bigint, mine bigint, excluded bigint[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (select from lease o where o.campaign_id = c and o.target_id = target and o.account_id <> who
    and (o.account_id = any (excluded) or (select m.cluster_id from cluster_member m where m.account_id = o.account_id) = mine))
$function$
;

CREATE OR REPLACE FUNCTION public.take_lease(c bigint, l smallint, who bigint, target bigint, shown_version integer, at timestamp with time zone, until timestamp with time zone, director bigint)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at, directed_by)
  values (c, who, target, l, 1, shown_version, at, until, director)
  on conflict do nothing;
  if found then
    return true;
  end if;
  update lease a set state = 1, lane = l, version = shown_version, leased_at = at, expires_at = until, directed_by = director
    from (select 1 from lease where campaign_id = c and account_id = who and target_id = target and state = 4 for update skip locked) free
   where a.campaign_id = c and a.account_id = who and a.target_id = target;
  return found;
end $function$
;

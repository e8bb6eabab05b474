-- Goals that prompts are written for, besides those that come with the platform. What they ask for is sealed: of some, the
-- wording alone is not for everybody.
create table redteam_goal (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{1,59}$'),
  title text not null,
  category text not null,
  -- Sealed: { ask, system }.
  body jsonb not null,
  source text not null default '',
  added_by bigint not null references account,
  added_at timestamptz not null,
  retired_at timestamptz
);

-- The bare goal, run without any prompt: a target that does not refuse it proves nothing about a prompt.
create table redteam_control (
  goal_id text not null,
  target text not null,
  -- What the target was at the time: its address, model and temperature.
  config_hash text not null,
  n smallint not null,
  refused boolean not null,
  at timestamptz not null,
  primary key (goal_id, target, config_hash, n)
);

-- A prompt being proved: its runs against the targets, and what came of them.
create table redteam_run (
  campaign_id bigint not null,
  submission_id bigint not null,
  run smallint not null check (run > 0),
  goal_id text not null,
  config_hash text not null,
  outcome text check (outcome in ('works', 'too_seldom', 'goal_open')),
  targets smallint,
  runs smallint,
  hits smallint,
  lower_bps integer,
  -- By target: how often it gave no answer that could be used.
  failures jsonb not null default '{}',
  calls integer not null default 0,
  tokens bigint not null default 0,
  started_at timestamptz not null,
  done_at timestamptz,
  primary key (campaign_id, submission_id, run),
  foreign key (campaign_id, submission_id) references submission,
  check ((done_at is null) = (outcome is null))
);

create table redteam_sample (
  campaign_id bigint not null,
  submission_id bigint not null,
  run smallint not null,
  target text not null,
  n smallint not null,
  -- The model that the endpoint said it was.
  model text not null,
  hit boolean not null,
  why text not null check (why in ('hit', 'miss', 'addresses_judge', 'refused_by_service', 'no_text')),
  -- Sealed, kept for people's audit of the judges and for a month at most; null: nothing is kept.
  reply jsonb,
  -- By judge: whether it said yes; null: nothing usable.
  judges jsonb,
  at timestamptz not null,
  -- A person's own look at what judges decided.
  audit_drawn boolean not null default false,
  graded_by bigint references account,
  graded_hit boolean,
  graded_at timestamptz,
  primary key (campaign_id, submission_id, run, target, n),
  foreign key (campaign_id, submission_id, run) references redteam_run,
  check ((graded_at is null) = (graded_by is null) and (graded_at is null) = (graded_hit is null))
);
create index redteam_sample_ungraded on redteam_sample (campaign_id, at) where audit_drawn and graded_at is null;
create index redteam_sample_kept on redteam_sample (at) where reply is not null;

-- What was spent, by provider and by campaign; a call's most is booked before it is made and settled after it.
create table redteam_spending (
  scope text primary key,
  calls bigint not null,
  tokens bigint not null
);
create table redteam_pace (
  provider text primary key,
  minute timestamptz not null,
  calls integer not null
);

-- Who read sealed content outside of the work they were handed, and why.
create table content_read (
  id bigint primary key,
  account_id bigint not null references account,
  campaign_id bigint not null,
  submission_id bigint not null,
  what text not null check (what in ('prompt', 'reply')),
  reason text not null,
  at timestamptz not null
);
create index content_read_person on content_read (account_id, at);
create index content_read_campaign on content_read (campaign_id, at);

-- People who do not want to see adversarial content, or do again. It is no part of anybody's standing.
create table exposure_choice (
  account_id bigint primary key references account,
  adversarial boolean not null,
  changed_at timestamptz not null
);

-- The makers of the targets were told of what a release holds; it is handed out some days later.
create table release_notice (
  campaign_id bigint not null,
  release_id bigint not null,
  told text not null,
  told_by bigint not null references account,
  told_at timestamptz not null,
  hands_out_at timestamptz not null,
  primary key (campaign_id, release_id),
  foreign key (campaign_id, release_id) references release (campaign_id, id)
);

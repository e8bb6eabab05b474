create table exam (
  campaign_id bigint primary key references campaign,
  draw_count integer not null check (draw_count > 0),
  pass_bps integer not null check (pass_bps between 0 and 10000),
  cooldown_seconds integer not null,
  -- Among those who pass, reviewers are drawn from scores at or above this.
  reviewer_bps integer not null,
  time_limit_seconds integer not null default 3600
);
-- The bank. Answers never leave the server.
create table exam_question (
  campaign_id bigint not null references campaign,
  id bigint not null,
  prompt text not null,
  form jsonb not null,
  answer jsonb not null,
  explanation text not null default '',
  created_at timestamptz not null,
  retired_at timestamptz,
  primary key (campaign_id, id)
);
create table exam_attempt (
  campaign_id bigint not null references campaign,
  id bigint not null,
  account_id bigint not null references account,
  seed bigint not null,
  question_ids bigint[] not null,
  started_at timestamptz not null,
  expires_at timestamptz not null,
  submitted_at timestamptz,
  score_bps integer,
  passed boolean,
  answers jsonb,
  right_ids bigint[] not null default '{}',
  -- When it was handed in or ran out; until then the person has one open attempt.
  closed_at timestamptz,
  primary key (campaign_id, id)
);
create unique index exam_attempt_open on exam_attempt (campaign_id, account_id) where closed_at is null;
create index exam_attempt_person on exam_attempt (campaign_id, account_id, id desc);

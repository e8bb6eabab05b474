-- A sample drawn after decisions, with its seed, so that anyone can draw it again.
create table audit_plan (
  id bigint primary key,
  season_id bigint not null references season,
  campaign_id bigint references campaign,
  seed bigint not null,
  accepted_wanted integer not null,
  rejected_wanted integer not null,
  double_bps integer not null check (double_bps between 0 and 10000),
  drawn_until timestamptz not null,
  created_by bigint not null references account,
  created_at timestamptz not null
);
create table audit_stratum (
  plan_id bigint not null references audit_plan,
  campaign_id bigint not null,
  accepted boolean not null,
  population integer not null,
  drawn integer not null,
  primary key (plan_id, campaign_id, accepted)
);
create table audit (
  campaign_id bigint not null,
  submission_id bigint not null,
  plan_id bigint not null references audit_plan,
  round smallint not null,
  accepted boolean not null,
  grades_wanted smallint not null,
  closed_at timestamptz,
  primary key (campaign_id, submission_id, plan_id)
);
create table audit_grade (
  campaign_id bigint not null,
  submission_id bigint not null,
  plan_id bigint not null,
  grader_id bigint not null references account,
  -- By question key, {"right": bool, "reason"?, "comment"?}.
  grades jsonb not null,
  correct boolean not null,
  graded_at timestamptz not null,
  primary key (campaign_id, submission_id, plan_id, grader_id)
);

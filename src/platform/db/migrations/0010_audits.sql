-- A sample drawn after decisions, with its seed, so that anyone can draw it again.
create table audit_plan (
  id bigint primary key,
  season_id bigint not null references season,
  -- Null: every campaign of the season that peers review.
  campaign_id bigint references campaign,
  seed bigint not null,
  -- How many of each campaign's accepted and rejected work; null: all.
  accepted_wanted integer,
  rejected_wanted integer,
  double_bps integer not null check (double_bps between 0 and 10000),
  drawn_until timestamptz not null,
  drawn_hash text not null,
  created_by bigint not null references account,
  created_at timestamptz not null
);
create index audit_plan_season on audit_plan (season_id, id);
create table audit_stratum (
  plan_id bigint not null references audit_plan,
  campaign_id bigint not null references campaign,
  accepted boolean not null,
  population integer not null,
  drawn integer not null check (drawn between 0 and population),
  primary key (plan_id, campaign_id, accepted)
);
create index audit_stratum_campaign on audit_stratum (campaign_id, plan_id);

-- A drawn submission. It is drawn at most once: a later plan draws from what is left, so no grade counts twice.
create table audit (
  campaign_id bigint not null,
  submission_id bigint not null,
  plan_id bigint not null references audit_plan,
  round smallint not null,
  -- The verdict at the draw; graders never see it.
  accepted boolean not null,
  grades_wanted smallint not null check (grades_wanted between 1 and 3),
  grades smallint not null default 0,
  correct_grades smallint not null default 0,
  closed_at timestamptz,
  primary key (campaign_id, submission_id),
  foreign key (campaign_id, submission_id) references submission,
  check (grades <= grades_wanted and correct_grades <= grades)
);
create index audit_of_plan on audit (plan_id, campaign_id, submission_id);
create index audit_open on audit (campaign_id) where closed_at is null;
create table audit_grade (
  campaign_id bigint not null,
  submission_id bigint not null,
  grader_id bigint not null references account,
  -- 1, 2 or 3: in which order the grades came.
  position smallint not null,
  -- By question key, {"right": bool, "reason"?, "comment"?}.
  grades jsonb not null,
  correct boolean not null,
  took_seconds integer not null,
  graded_at timestamptz not null,
  primary key (campaign_id, submission_id, grader_id),
  unique (campaign_id, submission_id, position),
  foreign key (campaign_id, submission_id) references audit
);
create index audit_grade_grader on audit_grade (grader_id, campaign_id);

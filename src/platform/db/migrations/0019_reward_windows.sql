-- Pay that waits while audits on its work may still come: the one kind that may be taken, and only by a case.
create table held_pay (
  campaign_id bigint not null,
  submission_id bigint not null,
  account_id bigint not null references account,
  currency text not null references currency,
  amount_minor numeric(78, 0) not null check (amount_minor > 0),
  held_at timestamptz not null,
  -- Shown beforehand: it goes on at this time, unless an audit of this very work is still being graded or a case keeps it.
  release_at timestamptz not null,
  -- The open case that keeps it.
  case_id bigint,
  ended_at timestamptz,
  -- Null where it was released.
  forfeited_by bigint,
  primary key (campaign_id, submission_id, account_id, currency),
  check (forfeited_by is null or ended_at is not null)
);
create index held_pay_campaign on held_pay (campaign_id) where ended_at is null;
create index held_pay_due on held_pay (release_at) where ended_at is null and case_id is null;
create index held_pay_account on held_pay (account_id, release_at) where ended_at is null;
create index held_pay_case on held_pay (case_id) where ended_at is null and case_id is not null;

-- One of a campaign's windows of reviewers' pay. Settled: everybody in it was scored and paid or carried over.
create table reward_window (
  campaign_id bigint not null references campaign,
  n integer not null check (n > 0),
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  -- Audits for this window were drawn then, and none are waited for after `grade_until`.
  drawn_at timestamptz,
  grade_until timestamptz,
  settled_at timestamptz,
  -- The last one: whoever has too few audits is not carried over any more.
  last boolean not null default false,
  -- Hash of the whole numbers that it was scored from.
  inputs_hash text,
  primary key (campaign_id, n)
);
create index reward_window_open on reward_window (campaign_id, n) where settled_at is null;

-- A person's part of a settled window, in whole numbers; `_ppm` is millionths.
create table reward_share (
  campaign_id bigint not null,
  n integer not null,
  account_id bigint not null references account,
  reviews integer not null,
  audited integer not null,
  -- Too few audits: everything waits for the next window.
  carried boolean not null,
  audit_ppm integer,
  peer_ppm integer,
  cap_ppm integer,
  score_ppm integer,
  factor_ppm integer,
  paid jsonb not null default '[]',
  primary key (campaign_id, n, account_id),
  foreign key (campaign_id, n) references reward_window
);
create index reward_share_account on reward_share (account_id, campaign_id, n desc);

-- A plan drawn at the end of a window of reviewers' pay: a layer of its own, of what was decided since the last draw.
alter table audit_plan drop constraint audit_plan_purpose_check;
alter table audit_plan add constraint audit_plan_purpose_check check (purpose in ('sample', 'acceptance', 'window'));

-- How scarce work moved a campaign's price: what is leased from then on pays so many millionths of it.
create table price_step (
  campaign_id bigint not null references campaign,
  starts_at timestamptz not null,
  factor_ppm integer not null check (factor_ppm between 500000 and 4000000),
  -- What it was reckoned from: pieces that a day should bring, and those that the last one brought.
  demand integer not null,
  accepted integer not null,
  primary key (campaign_id, starts_at)
);

-- Whom to believe, published as whole numbers: what a decision of the adaptive policy is recomputed from.
create table snapshot (
  id bigint primary key,
  task_class text not null,
  -- Names it: the task class and a running number.
  batch text not null unique,
  -- The newest vote that it knows.
  at_review_id bigint not null,
  -- Canonical JSON, and its SHA-256.
  body text not null,
  hash text not null,
  votes integer not null,
  people integer not null,
  gold integer not null,
  taken_at timestamptz not null
);
create index snapshot_newest on snapshot (task_class, id desc);

-- A person's reliability by task class and role, one row a day: what they see of themselves, and how it moved.
create table reliability (
  account_id bigint not null references account,
  task_class text not null,
  role text not null check (role in ('reviewer', 'contributor')),
  day date not null,
  mean_bps smallint not null,
  low_bps smallint not null,
  high_bps smallint not null,
  -- What it rests on: judgements counted, those that the outcome confirmed, those that an audit graded, and found right.
  judged integer not null,
  confirmed integer not null,
  audited integer not null,
  audited_right integer not null,
  primary key (account_id, task_class, role, day)
);

-- When the reviews of a campaign's version stop, under one snapshot: thresholds as whole numbers, made once.
create table review_plan (
  campaign_id bigint not null,
  version integer not null,
  snapshot_id bigint not null references snapshot,
  body text not null,
  hash text not null,
  made_at timestamptz not null,
  primary key (campaign_id, version, snapshot_id)
);

-- The same for one question of a campaign in redundancy mode: whom to believe about it.
create table answer_snapshot (
  campaign_id bigint not null,
  question text not null,
  id bigint not null,
  batch text not null unique,
  -- The newest answer that it knows.
  at_submission_id bigint not null,
  body text not null,
  hash text not null,
  votes integer not null,
  taken_at timestamptz not null,
  primary key (campaign_id, question, id)
);

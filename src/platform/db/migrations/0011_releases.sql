create table release (
  campaign_id bigint not null references campaign,
  id bigint not null,
  number integer not null check (number > 0),
  state text not null check (state in ('building', 'ready', 'failed')),
  predecessor_id bigint,
  note text not null default '',
  -- What is in it is fixed when it is asked for: everything decided up to here.
  cut_at timestamptz not null,
  -- People are named by this key in this release alone; datapoints by the next, which successors inherit.
  pseudonym_key bytea not null,
  datapoint_key bytea not null,
  progress jsonb not null default '{}',
  manifest jsonb,
  content_hash text,
  error text,
  created_by bigint not null references account,
  created_at timestamptz not null,
  ready_at timestamptz,
  published_at timestamptz,
  published_by bigint references account,
  check ((state = 'ready') = (content_hash is not null and manifest is not null and ready_at is not null)),
  check (published_at is null or state = 'ready'),
  primary key (campaign_id, id),
  unique (campaign_id, number)
);
-- One at a time in a campaign, so that each knows what its predecessor held.
create unique index release_building on release (campaign_id) where state = 'building';
create index release_published on release (published_at desc, id desc) where published_at is not null;

-- What is in a release. datapoint_id: the submission, or in redundancy mode the item. Votes on rejected work are in the
-- raw table without the work itself: in_data false.
create table release_entry (
  campaign_id bigint not null,
  release_id bigint not null,
  datapoint_id bigint not null,
  submission_id bigint not null,
  in_data boolean not null,
  -- The event that commits to the answer.
  event_id bigint,
  primary key (campaign_id, release_id, datapoint_id, submission_id),
  foreign key (campaign_id, release_id) references release
) with (fillfactor = 80);

-- What was released and is not to be used any more, and which release says so first.
create table release_revocation (
  campaign_id bigint not null,
  release_id bigint not null,
  datapoint_id bigint not null,
  submission_id bigint not null,
  reason text not null check (reason in ('withdrawn', 'erased', 'retracted')),
  primary key (campaign_id, release_id, datapoint_id, submission_id),
  foreign key (campaign_id, release_id) references release
);
-- What happened in a season, from its events up to a place in the log. The body is canonical JSON, kept as text because
-- its hash is of these very bytes.
create table report (
  season_id bigint not null references season,
  id bigint not null,
  until_seq bigint not null,
  -- Asked for "up to now": the place is moved on once everything that was there then has its place in the log.
  up_to_now boolean not null,
  state text not null check (state in ('building', 'ready', 'failed')),
  progress jsonb not null default '{"done": 0, "of": 0}',
  content_hash text,
  body text,
  error text,
  created_by bigint not null references account,
  created_at timestamptz not null,
  ready_at timestamptz,
  published_at timestamptz,
  check (state <> 'ready' or (content_hash is not null and body is not null)),
  primary key (season_id, id)
);
create index report_building on report (id) where state = 'building';

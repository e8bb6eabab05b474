create table release (
  campaign_id bigint not null references campaign,
  id bigint not null,
  number integer not null,
  state text not null check (state in ('building', 'ready', 'failed')),
  predecessor_id bigint,
  -- What is in it is fixed when it is asked for: everything decided up to here.
  cut_at timestamptz not null,
  pseudonym_key bytea not null,
  progress jsonb not null default '{}',
  manifest jsonb,
  content_hash text,
  error text,
  created_by bigint not null references account,
  created_at timestamptz not null,
  ready_at timestamptz,
  primary key (campaign_id, id),
  unique (campaign_id, number)
);
create table report (
  season_id bigint not null references season,
  id bigint not null,
  until_seq bigint not null,
  content_hash text not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (season_id, id)
);

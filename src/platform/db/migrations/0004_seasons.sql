create table season (
  id bigint primary key,
  name text not null unique,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  contributor_cap integer check (contributor_cap > 0),
  -- The rule set, frozen when the season starts.
  rules jsonb not null,
  frozen_at timestamptz,
  closed_at timestamptz,
  check (ends_at > starts_at),
  -- At any moment at most one season runs.
  exclude using gist (tstzrange(starts_at, ends_at) with &&)
);
create table season_member (
  season_id bigint not null references season,
  account_id bigint not null references account,
  joined_at timestamptz not null,
  primary key (season_id, account_id)
);

-- The leaderboard, derived from the season's events up to until_seq. Both are written together, so that each event
-- counts exactly once; emptied, they fill again to the same rows.
create table season_board (
  season_id bigint primary key references season,
  until_seq bigint not null
);
create table season_score (
  season_id bigint not null references season,
  account_id bigint not null references account,
  score integer not null check (score > 0),
  -- When the score became what it is.
  reached_at timestamptz not null,
  primary key (season_id, account_id)
);
create index season_score_rank on season_score (season_id, score desc, reached_at);

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
  check (ends_at > starts_at)
);
create table season_member (
  season_id bigint not null references season,
  account_id bigint not null references account,
  joined_at timestamptz not null,
  primary key (season_id, account_id)
);

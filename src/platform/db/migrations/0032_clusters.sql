-- Accounts that seem to be one person's, found from links. An id stays while most of its members stay.
create table cluster (
  id bigint primary key,
  found_at timestamptz not null,
  -- The mean weight of a joined pair, in units of 2^-16 nats, and how many members there are.
  strength integer not null check (strength >= 0),
  members integer not null check (members >= 0),
  -- Which kinds of evidence, how many pairs each joins, how strong: what the sentences are made of. It names nobody.
  explained jsonb not null,
  changed_at timestamptz not null,
  dissolved_at timestamptz
);
create index cluster_live on cluster (id) where dissolved_at is null;

-- Who belongs to which cluster now. Nobody is in two.
create table cluster_member (
  account_id bigint primary key references account,
  cluster_id bigint not null references cluster,
  since timestamptz not null
);
create index cluster_member_of on cluster_member (cluster_id, account_id);

-- What a person's links came to when clusters were last found: whoever's differ are looked at again.
create table cluster_mark (
  account_id bigint primary key,
  digest bigint not null
);

-- Two accounts that somebody looked at and found to be two people, on the evidence there was: they are joined again only by more.
create table cluster_apart (
  account_id bigint not null references account,
  other_id bigint not null references account,
  weight integer not null,
  said_by bigint not null references account,
  reason text not null,
  said_at timestamptz not null,
  primary key (account_id, other_id),
  check (account_id < other_id)
);
create index cluster_apart_other on cluster_apart (other_id);

-- How far a person is from people known to be honest, along edges that cost something. Evidence, and nothing else.
create table trust_rank (
  account_id bigint primary key references account,
  bucket smallint not null check (bucket between 0 and 9),
  ranked_at timestamptz not null
);

-- A claim about what a finished release holds: "at least so much of it is right", audited one by one in a drawn order.
-- One a release: trying again until it holds would make any confidence worthless.
create table acceptance (
  campaign_id bigint not null,
  release_id bigint not null,
  -- Its audits belong to a plan of their own, so that graders cannot tell them from others.
  plan_id bigint not null references audit_plan,
  state text not null check (state in ('open', 'proved', 'failed', 'withdrawn')),
  -- Millionths: 950000 is 95 %.
  at_least_micro integer not null check (at_least_micro between 1 and 999999),
  alpha_micro integer not null check (alpha_micro between 1 and 999999),
  lot integer not null check (lot > 0),
  max_audits integer not null check (max_audits between 1 and lot),
  draw_hash text not null,
  -- Places of the order that are before graders, and those that have been read.
  opened integer not null default 0,
  read integer not null default 0,
  -- Why it ended: proved, refuted, spent, or withdrawn with a note.
  why text,
  note text not null default '',
  started_by bigint not null references account,
  started_at timestamptz not null,
  ended_by bigint references account,
  ended_at timestamptz,
  primary key (campaign_id, release_id),
  unique (plan_id),
  foreign key (campaign_id, release_id) references release,
  check ((state = 'open') = (ended_at is null)),
  check (read <= opened and opened <= max_audits)
);
create index acceptance_open on acceptance (campaign_id, release_id) where state = 'open';

-- The order of the draw: which piece is read first, second, …
create table acceptance_piece (
  campaign_id bigint not null,
  release_id bigint not null,
  position integer not null check (position > 0),
  submission_id bigint not null,
  primary key (campaign_id, release_id, position),
  foreign key (campaign_id, release_id) references acceptance,
  foreign key (campaign_id, submission_id) references submission
);

-- What each look at the grades found. They are allowed as often as one likes; the bound holds at all of them together.
create table acceptance_look (
  campaign_id bigint not null,
  release_id bigint not null,
  n integer not null,
  wrong integer not null,
  doubles integer not null,
  disagreements integer not null,
  wrong_at_most integer not null,
  -- What is right at least, graders' disagreement taken off: a decimal.
  right_at_least text not null,
  at timestamptz not null,
  primary key (campaign_id, release_id, n),
  foreign key (campaign_id, release_id) references acceptance
);

-- What was proved, signed. Body and log are kept as text because hash and signature are of these very bytes.
create table certificate (
  campaign_id bigint not null,
  release_id bigint not null,
  id bigint not null,
  body text not null,
  audit_log text not null,
  body_hash text not null,
  key_id text not null,
  certified_at timestamptz not null,
  primary key (campaign_id, release_id),
  foreign key (campaign_id, release_id) references acceptance
);

-- The installation's Ed25519 key, made at first use. Its secret half never leaves the database and its backups.
create table signing_key (
  one boolean primary key default true check (one),
  key_id text not null,
  public_key bytea not null,
  private_key bytea not null,
  created_at timestamptz not null
);

-- A plan that belongs to a claim is read in its order and has no strata; it is no sample of what peers decided.
alter table audit_plan add column purpose text not null default 'sample' check (purpose in ('sample', 'acceptance'));
-- Why a release may not be published yet: what is claimed about it is open, or turned out not to hold.
alter table release add column hold text check (hold in ('acceptance_open', 'acceptance_failed'));

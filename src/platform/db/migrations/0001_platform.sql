-- What every domain stands on: the evidence, its order, erasable salts, stored answers, job state.

-- Append-only. Written in the same transaction as what it records. `tx` lets readers follow commits without gaps:
-- rows whose tx is below the oldest running transaction can no longer be joined by earlier ones.
create table event (
  campaign_id bigint not null,
  id bigint not null,
  tx xid8 not null default pg_current_xact_id(),
  kind text not null,
  subject_id bigint not null,
  at timestamptz not null,
  body jsonb not null,
  primary key (campaign_id, id)
);
create index event_tx on event (tx, id);

-- Salts of commitments live apart, so that erasing one makes its commitment say nothing for ever.
create table salt (
  campaign_id bigint not null,
  subject_id bigint not null,
  purpose text not null,
  salt bytea not null,
  primary key (campaign_id, subject_id, purpose)
);

-- The gapless order of a season's events, assigned afterwards by one sequencer.
create table event_sequence (
  season_id bigint not null,
  seq bigint not null,
  campaign_id bigint not null,
  event_id bigint not null,
  primary key (season_id, seq),
  unique (campaign_id, event_id)
);

-- The answer to a write, so that a retried request answers the same again. campaign_id 0: not about a campaign.
create table idempotency (
  campaign_id bigint not null,
  account_id bigint not null,
  key text not null,
  request_hash text not null,
  answer jsonb not null,
  created_at timestamptz not null,
  primary key (campaign_id, account_id, key)
);
create index idempotency_created on idempotency (created_at);

-- Where each job's reading stands, and when it last ran.
create table job_state (
  name text primary key,
  watermark jsonb not null default '{}',
  ran_at timestamptz,
  took_ms integer,
  failures integer not null default 0,
  error text
);

-- One row: which installation this is. The secret keys pseudonyms.
create table installation (
  one boolean primary key default true check (one),
  id uuid not null,
  secret bytea not null,
  created_at timestamptz not null
);

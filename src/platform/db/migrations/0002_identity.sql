create table account (
  id bigint primary key,
  handle text not null unique,
  language text not null default 'en',
  -- Platform roles; requester, contributor and reviewer are by membership in a campaign.
  roles text[] not null default '{}',
  created_at timestamptz not null,
  erased_at timestamptz,
  suspended_at timestamptz,
  -- What the owner is told; kept apart from the evidence, so that it can be erased.
  suspension_reason text,
  check (roles <@ array['operator', 'qa', 'restricted_data']::text[]),
  check (erased_at is null or handle = 'erased-' || id)
);
create index account_roles on account using gin (roles) where roles <> '{}';

create table passkey (
  id bigint primary key,
  credential_id text not null unique,
  account_id bigint not null references account,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}',
  -- Kept by a service that syncs it to the person's other devices.
  synced boolean not null default false,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkey_account on passkey (account_id);

create table recovery_code (
  account_id bigint not null references account,
  code_hash text not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (account_id, code_hash)
);

-- Only hashes of tokens are kept.
create table session (
  token_hash text primary key,
  id bigint not null unique,
  account_id bigint not null references account,
  how text not null check (how in ('passkey', 'recovery_code', 'link', 'wallet', 'new_account')),
  user_agent text not null default '',
  created_at timestamptz not null,
  -- When this person last proved to be here; payouts and ways in ask for a recent one.
  fresh_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_account on session (account_id);
create index session_expiry on session (expires_at);

create table api_key (
  id bigint primary key,
  account_id bigint not null references account,
  name text not null,
  prefix text not null,
  secret_hash text not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_key_account on api_key (account_id);

-- One-time values: WebAuthn challenges, sign-in links, hand-overs from an in-app browser. Consumed by one delete.
create table one_time (
  value_hash text primary key,
  purpose text not null check (purpose in ('create', 'sign_in', 'add_passkey', 'fresh', 'link')),
  account_id bigint references account,
  data jsonb not null default '{}',
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index one_time_expiry on one_time (expires_at);
create index one_time_account on one_time (account_id) where account_id is not null;

create table invitation (
  token_hash text primary key,
  id bigint not null unique,
  campaign_id bigint,
  invited_by bigint not null references account,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  uses_left integer not null check (uses_left >= 0)
);
create index invitation_campaign on invitation (campaign_id, id);
create index invitation_by on invitation (invited_by);
create table invitation_use (
  invitation_id bigint not null references invitation (id),
  account_id bigint not null references account,
  used_at timestamptz not null,
  primary key (invitation_id, account_id)
);
create index invitation_use_account on invitation_use (account_id);

-- Platform terms, by version: {"<language>": {"title", "body"}}. Acceptance is dated.
create table terms (
  version integer primary key,
  body jsonb not null,
  published_at timestamptz not null
);
create table terms_acceptance (
  account_id bigint not null references account,
  version integer not null references terms,
  adult boolean not null,
  accepted_at timestamptz not null,
  primary key (account_id, version)
);

-- What speaks for two accounts being one person's, kept as links between pairs and not as traces of what people did.

-- One row for a pair and a kind of evidence; the kinds are in integrity/signals/rules.ts.
create table link (
  account_id bigint not null references account,
  other_id bigint not null references account,
  kind text not null,
  family text not null,
  -- Log-likelihood ratio in units of 2^-16 nats, within what its kind may say at most.
  strength integer not null check (strength >= 0),
  times integer not null check (times > 0),
  seen_first timestamptz not null,
  seen_last timestamptz not null,
  expires_at timestamptz not null,
  primary key (account_id, other_id, kind),
  check (account_id < other_id)
);
create index link_other on link (other_id);
create index link_expiry on link (expires_at);

-- One visit: from which network and kind of device somebody was here, in whole minutes. Both are hashes under a key that is
-- not in the database and changes every 30 days; neither address nor browser is ever written.
create table mark (
  account_id bigint not null references account,
  network bytea not null check (octet_length(network) = 8),
  device bytea not null check (octet_length(device) = 8),
  started_at timestamptz not null check (started_at = date_trunc('minute', started_at, 'UTC')),
  ended_at timestamptz not null check (ended_at = date_trunc('minute', ended_at, 'UTC')),
  expires_at timestamptz not null,
  primary key (account_id, network, device, started_at),
  check (ended_at >= started_at)
);
create index mark_network on mark (network, account_id);
create index mark_expiry on mark (expires_at);

-- Which passkeys an account has had, as keyed hashes: they outlive the passkey, so that one that moves on is noticed.
create table credential_mark (
  credential bytea not null check (octet_length(credential) = 16),
  account_id bigint not null references account,
  seen_first timestamptz not null,
  expires_at timestamptz not null,
  primary key (credential, account_id)
);
create index credential_mark_account on credential_mark (account_id);
create index credential_mark_expiry on credential_mark (expires_at);

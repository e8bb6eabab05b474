-- A season's public log: a Merkle tree over its events in their order. What it holds of each is decided once, when the
-- event is appended; entries then live in files that never change, and here only the growing end.
create table log (
  season_id bigint primary key references season,
  -- The log's name in its checkpoints: fixed at the first event, because a checkpoint under another name is another log.
  origin text not null unique,
  -- Its name in addresses and on the disk: the season, or what follows it when its log had to begin again.
  address text not null unique check (address ~ '^[0-9]{1,19}(-[0-9]{1,4})?$'),
  -- What everything hidden in its entries is hidden under.
  entry_key bytea not null check (octet_length(entry_key) = 32),
  -- Appended so far, in the order of event_sequence; with the hashes of the tiles that are not full yet, and the entries
  -- of the bundle that is not full yet.
  size bigint not null default 0 check (size >= 0),
  edge bytea not null default '',
  tail bytea not null default '',
  -- The names of logs that it had to take the place of, oldest first; they stay published.
  earlier text[] not null default '{}',
  created_at timestamptz not null
);

-- Keys that sign checkpoints and receipts. A new one signs beside the old until that retires; the old one signs for it.
create table log_key (
  season_id bigint not null references log,
  public_key bytea not null check (octet_length(public_key) = 32),
  private_key bytea not null check (octet_length(private_key) = 32),
  created_at timestamptz not null,
  retires_at timestamptz,
  -- The handing over: by the key before it, over this key. Null for the first.
  handed_over_by bytea,
  handover bytea,
  primary key (season_id, public_key),
  check ((handed_over_by is null) = (handover is null))
);

-- Every size that was published, with the newest note that was signed for it.
create table log_checkpoint (
  season_id bigint not null references log,
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  first_signed_at timestamptz not null,
  signed_at timestamptz not null,
  primary key (season_id, size)
);

-- Whose entries are whose; only for listing people their own. Goes with the account.
create table log_owner (
  account_id bigint not null,
  season_id bigint not null references log,
  seq bigint not null,
  primary key (account_id, season_id, seq)
);

-- The events that the answered write made: a repeat gets the same receipt.
alter table idempotency add column events bigint[] not null default '{}';

-- Keys of devices that sign datapoints, each by a statement that a wallet or a passkey of the person signed. A key is
-- never used again, by nobody: what it signed must have one meaning.
create table delegation (
  id bigint primary key,
  account_id bigint not null references account,
  session_key bytea not null unique check (octet_length(session_key) = 65),
  by text not null check (by in ('wallet', 'passkey')),
  site text not null,
  wallet_id bigint references wallet,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  -- The statement and the signature under it: anybody can check them again.
  proof jsonb not null,
  revoked_at timestamptz,
  check (expires_at > issued_at),
  check ((by = 'wallet') = (wallet_id is not null))
);
create index delegation_account on delegation (account_id, id);

-- What a device's key signed of a submission.
create table submission_signature (
  campaign_id bigint not null,
  submission_id bigint not null,
  delegation_id bigint not null,
  signature bytea not null check (octet_length(signature) = 64),
  primary key (campaign_id, submission_id),
  foreign key (campaign_id, submission_id) references submission
);

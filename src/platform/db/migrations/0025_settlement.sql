-- From the ledger to a claim on a chain. Addresses and hashes are bytes; amounts on chain are in the token's own units.

-- A currency that can be paid through a token: what the operator recorded, checked against the chain when it was added.
create table payment_token (
  currency text primary key references currency,
  chain_id bigint not null check (chain_id > 0),
  token bytea not null check (octet_length(token) = 20),
  distributor bytea not null check (octet_length(distributor) = 20),
  decimals smallint not null check (decimals between 0 and 36),
  -- Units of the token in one minor unit of the currency.
  units_per_minor numeric(78, 0) not null check (units_per_minor > 0),
  -- Withdrawals leave in whole steps, so that an amount on chain says little about who it is.
  step_minor numeric(78, 0) not null check (step_minor > 0),
  -- Only 1, 2 or 5 times a power of ten of steps leave at once, and once an epoch: far fewer amounts to be known by.
  is_ladder boolean not null,
  -- An epoch waits until so many people are in it, and comes at most so often by itself; 0 hours: an operator starts each.
  least_people integer not null check (least_people between 1 and 100000),
  every_hours integer not null check (every_hours between 0 and 8760),
  first_block bigint not null check (first_block >= 0),
  -- How far the chain was read; never beyond what was stored.
  scanned_to bigint not null,
  added_by bigint references account,
  added_at timestamptz not null,
  unique (chain_id, distributor)
);

-- The wallet that somebody chose for a currency; the choice goes with the wallet when the account is erased.
create table wallet_destination (
  account_id bigint not null references account,
  currency text not null references payment_token,
  wallet_id bigint not null references wallet on delete cascade,
  chosen_at timestamptz not null,
  primary key (account_id, currency)
);

-- One epoch: what everybody may have claimed in all, up to then. A revoked one gives its number back.
create table epoch (
  id bigint primary key,
  currency text not null references payment_token,
  number bigint not null check (number > 0),
  state text not null check (state in ('gathered', 'built', 'proposed', 'active', 'revoked')),
  rows integer,
  total_units numeric(78, 0),
  root bytea check (octet_length(root) = 32),
  file_sha256 bytea check (octet_length(file_sha256) = 32),
  file_bytes bigint,
  previous_sha256 bytea check (octet_length(previous_sha256) = 32),
  started_by bigint references account,
  gathered_at timestamptz not null,
  built_at timestamptz,
  -- By the chain's clock.
  valid_at timestamptz,
  proposed_at timestamptz,
  ended_at timestamptz,
  check ((state = 'gathered') = (built_at is null) or state = 'revoked')
);
create unique index epoch_number on epoch (currency, number) where state <> 'revoked';
create unique index epoch_under_way on epoch (currency) where state in ('gathered', 'built', 'proposed');
create index epoch_newest on epoch (id desc);

-- What one person takes out at one time, to the address they had chosen then. Its money is in `paying` until it is claimed.
create table chain_withdrawal (
  id bigint primary key,
  -- Nobody's any more once the person erased their account; what was paid to the address stays.
  account_id bigint references account,
  currency text not null references payment_token,
  address bytea not null check (octet_length(address) = 20),
  amount_minor numeric(78, 0) not null check (amount_minor > 0),
  units numeric(78, 0) not null check (units > 0),
  epoch_id bigint references epoch,
  state text not null check (state in ('waiting', 'in_epoch', 'claimed', 'cancelled')),
  asked_at timestamptz not null,
  ended_at timestamptz,
  check ((epoch_id is not null) = (state in ('in_epoch', 'claimed'))),
  check (account_id is not null or state in ('claimed', 'cancelled'))
);
create index chain_withdrawal_waiting on chain_withdrawal (currency, id) where state = 'waiting';
create index chain_withdrawal_address on chain_withdrawal (currency, address, epoch_id) where state in ('in_epoch', 'claimed');
create index chain_withdrawal_epoch on chain_withdrawal (epoch_id) where epoch_id is not null;
create index chain_withdrawal_account on chain_withdrawal (account_id, id desc);

-- Rows that could not be claimed for somebody, and why; tried again later or when they ask.
create table claim_drop (
  currency text not null references payment_token,
  address bytea not null,
  reason text not null,
  tries integer not null,
  dropped_at timestamptz not null,
  retry_at timestamptz not null,
  primary key (currency, address)
);

-- What this installation sends. The row is there before it is signed, the signed bytes before they are sent: whatever
-- stops in between goes on where it was, and nothing is sent twice.
create table chain_transaction (
  id bigint primary key,
  chain_id bigint not null,
  role text not null check (role in ('proposer', 'relayer', 'guardian', 'settler')),
  -- The idempotency key: what it is for.
  purpose text not null unique,
  currency text references payment_token,
  subject_id bigint not null,
  "to" bytea not null check (octet_length("to") = 20),
  data bytea not null,
  -- How many rows of claims it carries.
  rows integer not null default 0,
  state text not null check (state in ('ready', 'signed', 'mined', 'done', 'failed')),
  sender bytea check (octet_length(sender) = 20),
  nonce bigint,
  raw bytea,
  hash bytea check (octet_length(hash) = 32),
  tries integer not null default 0,
  block_number bigint,
  block_hash bytea,
  succeeded boolean,
  gas_used numeric(78, 0),
  cost_wei numeric(78, 0),
  error text,
  made_at timestamptz not null,
  sent_at timestamptz,
  ended_at timestamptz,
  check ((state = 'ready') = (raw is null) or state = 'failed')
);
create unique index chain_transaction_nonce on chain_transaction (chain_id, sender, nonce) where nonce is not null and state <> 'failed';
create index chain_transaction_open on chain_transaction (chain_id, id) where state in ('ready', 'signed', 'mined');
create index chain_transaction_newest on chain_transaction (id desc);

-- Blocks whose hash was seen, so that a reorganisation is noticed; and what was read from them.
create table chain_block (
  chain_id bigint not null,
  number bigint not null,
  hash bytea not null,
  primary key (chain_id, number)
);
create table chain_event (
  chain_id bigint not null,
  tx_hash bytea not null,
  log_index integer not null,
  currency text not null references payment_token,
  block_number bigint not null,
  block_hash bytea not null,
  kind text not null,
  body jsonb not null,
  -- Set once its block is final and it was credited; never undone.
  applied_at timestamptz,
  primary key (chain_id, tx_hash, log_index)
);
create index chain_event_block on chain_event (chain_id, block_number);
create index chain_event_due on chain_event (currency, block_number, log_index) where applied_at is null;
create index chain_event_kind on chain_event (currency, kind);

-- What both sides said when they were last compared.
create table reconciliation (
  currency text primary key references payment_token,
  compared_at timestamptz not null,
  block_number bigint not null,
  figures jsonb not null,
  differences jsonb not null
);

-- Money paid in for a release, and whose it is.
create table release_income (
  id bigint primary key,
  campaign_id bigint not null references campaign,
  release_id bigint not null,
  currency text not null references currency,
  amount_minor numeric(78, 0) not null check (amount_minor > 0),
  reference text not null,
  reviewer_bps integer not null check (reviewer_bps between 0 and 10000),
  remainder_minor numeric(78, 0) not null check (remainder_minor >= 0),
  recorded_by bigint not null references account,
  recorded_at timestamptz not null,
  unique (reference),
  foreign key (campaign_id, release_id) references release
);
create index release_income_release on release_income (release_id, id desc);
create table income_share (
  income_id bigint not null references release_income,
  account_id bigint not null references account,
  -- Accepted datapoints and counted reviews of that release.
  datapoints integer not null,
  reviews integer not null,
  amount_minor numeric(78, 0) not null check (amount_minor > 0),
  primary key (income_id, account_id)
);
create index income_share_account on income_share (account_id, income_id desc);

-- Beans are counted in the ledger and are not money: they come from outside into a person's jar and stay there.
alter table currency add column is_money boolean not null default true;
insert into currency (code, scale, name, is_money) values ('BEAN', 0, 'Beans', false);
alter table transfer add constraint transfer_beans check (
  (currency = 'BEAN') = (credit like 'beans:%') and debit not like 'beans:%' and (currency <> 'BEAN' or debit = 'outside')
);

-- A look through one wallet's transactions on one chain, in bounded steps. It is about the blocks after `after_block` up to
-- `block`; the block's hash tells whether the chain is still the same when the scan goes on.
create table gas_scan (
  id bigint primary key,
  account_id bigint not null references account,
  wallet_id bigint not null references wallet on delete cascade,
  chain_id bigint not null,
  address bytea not null check (octet_length(address) = 20),
  provider text not null check (provider in ('explorer', 'receipts', 'bisection')),
  state text not null check (state in ('waiting', 'scanning', 'done', 'failed', 'stopped')),
  -- Nothing until the scan has begun.
  after_block bigint,
  nonce_start integer,
  nonce_end integer,
  block bigint,
  block_hash text,
  block_at timestamptz,
  stage jsonb not null default '{}',
  done_ppm integer not null default 0 check (done_ppm between 0 and 1000000),
  found integer not null default 0,
  -- Failures since something last went well; and why the last one happened.
  tries integer not null default 0,
  restarts integer not null default 0,
  why text,
  asked_at timestamptz not null,
  next_at timestamptz not null,
  ended_at timestamptz
);
create unique index gas_scan_live on gas_scan (wallet_id, chain_id) where state in ('waiting', 'scanning');
create index gas_scan_due on gas_scan (next_at) where state in ('waiting', 'scanning');
create index gas_scan_account on gas_scan (account_id, id desc);

-- What a scan has found so far, by nonce; emptied when it ends. `spent` null: the nonce went into an authorisation.
create table gas_found (
  scan_id bigint not null references gas_scan on delete cascade,
  nonce integer not null,
  block bigint not null,
  hash text not null,
  spent jsonb,
  primary key (scan_id, nonce)
);

-- What a wallet paid on a chain, as of a block. Sums alone; null: the source does not say.
create table gas_history (
  wallet_id bigint not null references wallet on delete cascade,
  chain_id bigint not null,
  account_id bigint not null references account,
  address bytea not null check (octet_length(address) = 20),
  provider text not null,
  completeness text not null check (completeness in ('proved', 'contiguous', 'gaps')),
  missing integer not null,
  block bigint not null,
  block_hash text not null,
  block_at timestamptz not null,
  nonces integer not null,
  authorisations integer not null,
  sums jsonb not null,
  months jsonb not null,
  contracts jsonb not null,
  scanned_at timestamptz not null,
  primary key (wallet_id, chain_id)
);
create index gas_history_account on gas_history (account_id);

-- The level a person was last told, and the highest one.
create table gas_level (
  account_id bigint primary key references account,
  level text not null,
  best_index integer not null,
  changed_at timestamptz not null
);
-- Beans that a wallet's gas has brought, whoever held it: the same gas never brings Beans twice.
create table gas_credited (
  address bytea primary key check (octet_length(address) = 20),
  beans numeric(78, 0) not null check (beans >= 0)
);
-- A quest that somebody claimed. Erasing takes the name off; the wallet that it rested on stays used.
create table gas_quest (
  account_id bigint references account,
  quest text not null,
  address bytea,
  beans numeric(78, 0) not null,
  claimed_at timestamptz not null
);
create unique index gas_quest_once on gas_quest (account_id, quest);
create unique index gas_quest_wallet on gas_quest (quest, address) where address is not null;

-- A wallet used in a season, for its bonus or as a signal of trust. Unlinking does not free it; erasing takes the name off.
create table gas_use (
  season_id bigint not null references season,
  purpose text not null check (purpose in ('bonus', 'trust')),
  address bytea not null check (octet_length(address) = 20),
  account_id bigint references account,
  -- For trust: burned on layer 1 in whole months before the season, as of this block.
  burned_wei numeric(78, 0),
  block bigint,
  block_hash text,
  used_at timestamptz not null,
  primary key (season_id, purpose, address),
  check ((purpose = 'trust') = (burned_wei is not null))
);
create unique index gas_use_trust on gas_use (season_id, account_id) where purpose = 'trust';
create index gas_use_account on gas_use (account_id);

-- Cards are what they were when they were made: signed, under a random name, until their owner takes them back.
create table gas_card (
  id text primary key check (id ~ '^[A-Za-z0-9_-]{22}$'),
  account_id bigint not null references account,
  body text not null,
  key_id text not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index gas_card_account on gas_card (account_id, created_at desc);

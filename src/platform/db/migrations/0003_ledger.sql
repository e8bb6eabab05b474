create table currency (
  code text primary key check (code ~ '^[A-Z][A-Z0-9]{1,11}$'),
  scale smallint not null check (scale between 0 and 30),
  name text not null
);
insert into currency values ('POINT', 0, 'Points'), ('USD', 2, 'US dollar'), ('EUR', 2, 'Euro'), ('USDC', 6, 'USD Coin');

-- Double entry in one row: every transfer debits one account and credits another, so the sum over all is always zero.
-- Accounts are names: `outside`, `requester:<id>`, `campaign:<id>`, `person:<id>:held|frozen|claimable|paying|claimed`,
-- `remainder:<campaign id>`. The id is the idempotency key. campaign_id 0: not about a campaign.
create table transfer (
  campaign_id bigint not null,
  id text not null,
  kind text not null,
  subject_id bigint not null,
  debit text not null,
  credit text not null,
  currency text not null references currency,
  amount_minor numeric(78, 0) not null check (amount_minor > 0),
  at timestamptz not null,
  check (debit <> credit),
  primary key (campaign_id, id)
);
create index transfer_credit on transfer (credit, currency);
create index transfer_debit on transfer (debit, currency);

create table payout_batch (
  id bigint primary key,
  currency text not null references currency,
  state text not null check (state in ('draft', 'sent', 'closed')),
  created_by bigint not null references account,
  created_at timestamptz not null,
  sent_at timestamptz
);
create table payout (
  batch_id bigint not null references payout_batch,
  account_id bigint not null references account,
  amount_minor numeric(78, 0) not null check (amount_minor > 0),
  state text not null check (state in ('draft', 'sent', 'failed', 'returned')),
  note text not null default '',
  changed_at timestamptz not null,
  primary key (batch_id, account_id)
);
create table payout_destination (
  account_id bigint not null references account,
  currency text not null references currency,
  destination text not null,
  changed_at timestamptz not null,
  primary key (account_id, currency)
);

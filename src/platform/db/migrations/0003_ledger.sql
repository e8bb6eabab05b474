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
-- Rows arrive in order of time, so a few pages' bounds find a day's transfers at next to no cost for writers.
create index transfer_at on transfer using brin (at) with (pages_per_range = 16, autosummarize = on);

-- What the auditor found each time it recomputed everything. Not started yet: somebody asked for it.
create table ledger_audit (
  id bigint primary key,
  asked_by bigint references account,
  asked_at timestamptz not null,
  started_at timestamptz,
  counted jsonb not null default '{}',
  problem_count integer,
  problems jsonb not null default '[]'
);

create table payout_batch (
  id bigint primary key,
  currency text not null references currency,
  state text not null check (state in ('draft', 'sent', 'closed', 'discarded')),
  created_by bigint not null references account,
  created_at timestamptz not null,
  sent_at timestamptz,
  closed_at timestamptz
);
create index payout_batch_live on payout_batch (currency) where state = 'draft';
create table payout (
  batch_id bigint not null references payout_batch,
  account_id bigint not null references account,
  amount_minor numeric(78, 0) not null check (amount_minor > 0),
  -- As it was when the batch was drafted: where the money really went.
  destination text not null,
  state text not null check (state in ('draft', 'sent', 'failed', 'returned', 'discarded')),
  note text not null default '',
  changed_at timestamptz not null,
  primary key (batch_id, account_id)
);
create index payout_account on payout (account_id, batch_id desc);
create table payout_destination (
  account_id bigint not null references account,
  currency text not null references currency,
  destination text not null,
  changed_at timestamptz not null,
  primary key (account_id, currency)
);

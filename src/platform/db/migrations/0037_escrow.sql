-- Where requesters can put a campaign's money instead of trusting the operator with it: one contract for a token.
create table token_escrow (
  currency text primary key references payment_token,
  escrow bytea not null check (octet_length(escrow) = 20),
  -- How far its events were read.
  scanned_to bigint not null,
  added_by bigint references account,
  added_at timestamptz not null
);

-- What a requester opened in it for a campaign, as its final events say. Amounts are units of the token.
create table campaign_escrow (
  currency text not null references token_escrow,
  -- The contract's name for it: the requester's address and the campaign's number, hashed.
  escrow_id bytea not null check (octet_length(escrow_id) = 32),
  campaign_id bigint not null references campaign,
  requester bytea not null check (octet_length(requester) = 20),
  deadline timestamptz not null,
  -- Why its money is not the campaign's; null: it is.
  refused text,
  deposited numeric(78, 0) not null default 0,
  -- Of the deposits: what came too late to count, and what is less than a minor unit.
  uncounted numeric(78, 0) not null default 0,
  released numeric(78, 0) not null default 0,
  refunded numeric(78, 0) not null default 0,
  cancelled_at timestamptz,
  opened_at timestamptz not null,
  primary key (currency, escrow_id)
);
create unique index campaign_escrow_one on campaign_escrow (campaign_id, currency) where refused is null;
create index campaign_escrow_campaign on campaign_escrow (campaign_id);

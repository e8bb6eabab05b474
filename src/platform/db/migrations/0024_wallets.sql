-- Wallets that people proved to hold, by one signed text each. Who holds the key of an address is the same person on every
-- chain, so such a wallet has no chain; a contract at an address is somebody else's on another chain, so it has one.
create table wallet (
  id bigint primary key,
  account_id bigint not null references account,
  kind text not null check (kind in ('eoa', 'contract')),
  chain_id bigint check (chain_id > 0),
  address bytea not null check (octet_length(address) = 20),
  -- The proof: the exact text and what was signed under it. Anybody can check it again.
  message text not null check (octet_length(message) <= 4096),
  signature bytea not null check (octet_length(signature) between 64 and 8192),
  -- The owner's own name for it; nobody else sees it.
  label text not null default '',
  linked_at timestamptz not null,
  last_used_at timestamptz not null,
  unlinked_at timestamptz,
  check ((kind = 'contract') = (chain_id is not null))
);
-- One wallet is on one account at a time.
create unique index wallet_live on wallet (address, coalesce(chain_id, 0)) where unlinked_at is null;
create index wallet_account on wallet (account_id, id);

-- Texts that were composed to be signed, each good for one use by whoever asked for it. Consumed by one delete.
create table wallet_nonce (
  nonce_hash text primary key,
  purpose text not null check (purpose in ('sign_in', 'create', 'link', 'fresh')),
  -- Who asked for it while signed in; a text made for one account counts for no other.
  account_id bigint references account,
  message text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index wallet_nonce_expiry on wallet_nonce (expires_at);
create index wallet_nonce_account on wallet_nonce (account_id) where account_id is not null;

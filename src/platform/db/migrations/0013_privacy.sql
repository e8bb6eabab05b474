-- Who was erased and what is still to come: work under review is erased when it is decided, money that thaws follows the choice.
create table erasure (
  account_id bigint primary key references account,
  money text not null check (money in ('none', 'keep_behind_code', 'give_back')),
  -- Whoever has the code may take up the money. Only its hash is kept.
  code_hash text unique,
  erased_at timestamptz not null,
  checked_at timestamptz not null,
  settled_at timestamptz
);
create index erasure_open on erasure (checked_at) where settled_at is null;

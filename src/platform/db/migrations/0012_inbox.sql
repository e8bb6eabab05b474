create table inbox_message (
  account_id bigint not null references account,
  id bigint not null,
  kind text not null,
  campaign_id bigint,
  subject_id bigint,
  params jsonb not null default '{}',
  at timestamptz not null,
  read_at timestamptz,
  primary key (account_id, id)
);

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
create index inbox_unread on inbox_message (account_id, id desc) where read_at is null;
-- A reminder comes once, however often the job looks.
create unique index inbox_reminder on inbox_message (account_id, subject_id) where kind = 'revision_ending';

-- Something that an operator runs for a while: a drive for reports of accounts that are one person's, or an amnesty.
create table report_drive (
  id bigint primary key,
  kind text not null check (kind in ('reports', 'amnesty')),
  title text not null,
  words text not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null check (closes_at > opens_at),
  -- Of a drive for reports: what one confirmed group is worth, and what all of them together may cost at most.
  currency text references currency,
  reward_minor numeric(78, 0),
  cap_minor numeric(78, 0),
  min_group integer,
  funded_by bigint references account,
  -- Of an amnesty: which part of what declared accounts have held stays theirs.
  keep_bps integer,
  opened_by bigint not null references account,
  created_at timestamptz not null,
  -- When its rewards went out and the rest went back.
  paid_at timestamptz,
  check ((kind = 'reports') = (currency is not null and reward_minor is not null and cap_minor is not null and min_group is not null and funded_by is not null)),
  check ((kind = 'amnesty') = (keep_bps is not null)),
  check (reward_minor > 0 and cap_minor >= reward_minor and min_group >= 2),
  check (keep_bps between 0 and 10000)
);
create index report_drive_unpaid on report_drive (closes_at) where paid_at is null and kind = 'reports';

-- What somebody says of a group of accounts, with how they know.
create table account_report (
  id bigint primary key,
  drive_id bigint not null references report_drive,
  reporter_id bigint not null references account,
  -- The group it names: the same group by the same person is one report.
  digest text not null,
  method text not null,
  says text not null,
  state text not null check (state in ('under_review', 'with_cases', 'confirmed', 'not_confirmed')),
  reported_at timestamptz not null,
  read_by bigint references account,
  settled_at timestamptz,
  -- Whether later reports of the same person say less because of it.
  counts_against boolean not null default false,
  reward_minor numeric(78, 0),
  unique (drive_id, reporter_id, digest),
  check ((state in ('confirmed', 'not_confirmed')) = (settled_at is not null))
);
create index account_report_of on account_report (reporter_id, id desc);
create index account_report_open on account_report (drive_id, id) where settled_at is null;
create table reported_account (
  report_id bigint not null references account_report,
  account_id bigint not null references account,
  -- The case that was opened or joined because of it.
  case_id bigint references case_file,
  confirmed boolean not null default false,
  primary key (report_id, account_id)
);
create index reported_account_of on reported_account (account_id);
create index reported_account_case on reported_account (case_id) where case_id is not null;

-- Somebody's word that accounts are theirs: each joins by a code, signed in as itself, so that nobody declares another's.
create table amnesty_declaration (
  id bigint primary key,
  drive_id bigint not null references report_drive,
  account_id bigint not null unique references account,
  code_hash text not null,
  declared_at timestamptz not null
);
create index amnesty_declaration_code on amnesty_declaration (code_hash);
create table amnesty_account (
  account_id bigint primary key references account,
  declaration_id bigint not null references amnesty_declaration,
  joined_at timestamptz not null
);
create index amnesty_account_of on amnesty_account (declaration_id);

-- What is held against a person, with its evidence, until it is decided. One open case a person: more evidence joins it.
create table case_file (
  id bigint primary key,
  account_id bigint not null references account,
  season_id bigint references season,
  -- Null: a signal opened it.
  opened_by bigint references account,
  why text not null,
  -- Pay for work since then waits while the case is open; null: nothing waits.
  suspect_since timestamptz,
  state text not null check (state in ('open', 'proposed', 'closed')),
  opened_at timestamptz not null,
  -- Undecided by then, the case lapses and whatever waited is free.
  decide_by timestamptz not null,
  -- What the person says to it.
  statement text,
  stated_at timestamptz,
  -- What one decider proposes and a second must confirm: {"action", "reason", "days"}.
  proposal jsonb,
  proposed_by bigint references account,
  outcome text check (outcome in ('sanctioned', 'dismissed', 'lapsed')),
  closed_at timestamptz,
  check ((state = 'closed') = (closed_at is not null) and (state = 'closed') = (outcome is not null)),
  check ((state = 'proposed') <= (proposal is not null and proposed_by is not null)),
  check (opened_by is distinct from account_id and proposed_by is distinct from account_id)
);
create unique index case_file_open on case_file (account_id) where state <> 'closed';
create index case_file_due on case_file (decide_by) where state <> 'closed';
create index case_file_account on case_file (account_id, id desc);
create table case_evidence (
  case_id bigint not null references case_file,
  id bigint not null,
  kind text not null,
  strength text not null check (strength in ('weak', 'fair', 'strong')),
  says text not null,
  campaign_id bigint,
  subject_id bigint,
  added_by bigint references account,
  added_at timestamptz not null,
  primary key (case_id, id)
);
-- Who decided what, in order; the last word of a case stands in its outcome.
create table case_opinion (
  case_id bigint not null references case_file,
  id bigint not null,
  decider_id bigint not null references account,
  said text not null check (said in ('propose', 'confirm', 'disagree', 'impose', 'dismiss')),
  action text,
  reason text not null,
  at timestamptz not null,
  primary key (case_id, id)
);
create index case_opinion_decider on case_opinion (decider_id, case_id);
create table sanction (
  id bigint primary key,
  case_id bigint not null references case_file,
  account_id bigint not null references account,
  season_id bigint references season,
  action text not null check (action in ('warn', 'limit', 'hold', 'suspend', 'forfeit')),
  -- What the person is told.
  reason text not null,
  -- Of a limit: pay for work since then waits.
  since timestamptz,
  -- Of a forfeiture: how much of what was held went, by currency; what it needs to be given back.
  taken jsonb,
  -- One person's doing for at most a day, until a second confirms.
  provisional boolean not null default false,
  deciders bigint[] not null,
  imposed_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz,
  ended_why text check (ended_why in ('over', 'overturned', 'appeal_overdue', 'lapsed', 'mistaken', 'lifted', 'replaced')),
  ended_by bigint references account,
  check ((ended_at is null) = (ended_why is null)),
  check ((action = 'limit') = (since is not null)),
  -- What is strong is never one person's alone, except for a day.
  check (provisional or action in ('warn', 'limit') or cardinality(deciders) >= 2),
  check (not account_id = any (deciders)),
  check (ends_at > imposed_at)
);
create index sanction_account on sanction (account_id, id desc);
create index sanction_due on sanction (ends_at) where ended_at is null;
create index sanction_case on sanction (case_id);
create table sanction_appeal (
  sanction_id bigint primary key references sanction,
  account_id bigint not null references account,
  reason text not null,
  -- Who is asked first; any other person who did not decide may answer too.
  asked bigint[] not null,
  opened_at timestamptz not null,
  -- Undecided by then, the sanction ends.
  due_at timestamptz not null,
  decided_by bigint references account,
  decided_at timestamptz,
  upheld boolean,
  answer text,
  check ((decided_at is null) = (upheld is null)),
  check (decided_by is distinct from account_id)
);
create index sanction_appeal_open on sanction_appeal (due_at) where decided_at is null;
create index sanction_appeal_account on sanction_appeal (account_id);

-- Change detection: what a person's work was like so far, by task class and role.
create table watch (
  account_id bigint not null references account,
  task_class text not null,
  role text not null check (role in ('reviewer', 'contributor')),
  state jsonb not null,
  -- The last event that it counts, so that reading one twice counts it once.
  seen_tx xid8 not null,
  seen_id bigint not null,
  changed_at timestamptz not null,
  primary key (account_id, task_class, role)
);

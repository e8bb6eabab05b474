create table campaign (
  id bigint primary key,
  season_id bigint not null references season,
  requester_id bigint not null references account,
  title text not null,
  task_class text not null check (task_class in ('simple_research', 'in_depth_research', 'adversarial', 'labelling')),
  mode text not null check (mode in ('review', 'redundancy')),
  difficulty text not null check (difficulty in ('beginner', 'intermediate', 'advanced', 'expert')),
  knowledge_area text not null,
  language text not null,
  restricted boolean not null,
  -- An open collection has no given items: each of its quota slots is an item without data.
  open_collection boolean not null,
  quota integer not null check (quota > 0),
  pilot_size integer not null default 0,
  deadline timestamptz,
  status text not null check (status in ('draft', 'awaiting_approval', 'pilot', 'open', 'paused', 'closing', 'closed', 'cancelled')),
  version integer not null,
  created_at timestamptz not null,
  opened_at timestamptz,
  closed_at timestamptz,
  example boolean not null default false
);
create index campaign_status on campaign (status);
create index campaign_requester on campaign (requester_id);

-- Instructions, form, prices and policy. Never updated: a submission is judged by its own version.
create table campaign_version (
  campaign_id bigint not null references campaign,
  version integer not null,
  instructions jsonb not null,
  form jsonb not null,
  settings jsonb not null,
  consent jsonb not null,
  created_by bigint not null references account,
  created_at timestamptz not null,
  primary key (campaign_id, version)
);

create table campaign_approval (
  campaign_id bigint not null references campaign,
  id bigint not null,
  decided_by bigint not null references account,
  approved boolean not null,
  reason text not null,
  decided_at timestamptz not null,
  primary key (campaign_id, id)
);

-- Who takes part and as what; the system assigns contributor or reviewer and says why.
create table member (
  campaign_id bigint not null references campaign,
  account_id bigint not null references account,
  role text not null check (role in ('requester', 'contributor', 'reviewer')),
  why text not null,
  consent_version integer,
  joined_at timestamptz not null,
  left_at timestamptz,
  primary key (campaign_id, account_id, role)
);
create index member_account on member (account_id);

create table item (
  campaign_id bigint not null references campaign,
  id bigint not null,
  -- Null for a slot of an open collection.
  data jsonb,
  external_ref text,
  state text not null check (state in ('waiting', 'open', 'done', 'broken', 'exhausted', 'unresolved')),
  attempts smallint not null default 0,
  -- The inferred answer of a redundancy item.
  answer jsonb,
  pilot boolean not null default false,
  -- True while the assignment domain holds a queue entry for it.
  queued boolean not null default false,
  created_at timestamptz not null,
  primary key (campaign_id, id)
);
-- What the queue must still take in or let go.
create index item_unqueued on item (campaign_id, id) where (state = 'open') <> queued;
create unique index item_external on item (campaign_id, external_ref) where external_ref is not null;
create index item_state on item (campaign_id, state, id);

create table item_import (
  campaign_id bigint not null references campaign,
  id bigint not null,
  format text not null,
  state text not null check (state in ('running', 'done', 'failed')),
  imported integer not null default 0,
  error text,
  created_at timestamptz not null,
  primary key (campaign_id, id)
);

-- A person says an item is broken, or asks about it.
create table item_flag (
  campaign_id bigint not null,
  id bigint not null,
  item_id bigint not null,
  account_id bigint not null references account,
  kind text not null check (kind in ('broken', 'question')),
  message text not null,
  created_at timestamptz not null,
  resolution text check (resolution in ('broken', 'fine', 'answered')),
  reply text,
  resolved_at timestamptz,
  primary key (campaign_id, id),
  foreign key (campaign_id, item_id) references item
);
create index item_flag_open on item_flag (campaign_id, item_id) where resolved_at is null;

-- Anyone may report a campaign to the operator.
create table campaign_report (
  campaign_id bigint not null references campaign,
  id bigint not null,
  account_id bigint,
  reason text not null,
  message text not null,
  created_at timestamptz not null,
  resolved_by bigint,
  resolution text,
  resolved_at timestamptz,
  primary key (campaign_id, id)
);

-- The hook by which linked people are kept off each other's work and panels. Symmetric: both rows are written.
create table exclusion (
  account_id bigint not null references account,
  other_id bigint not null references account,
  reason text not null,
  created_at timestamptz not null,
  primary key (account_id, other_id)
);

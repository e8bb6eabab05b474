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
  example boolean not null default false,
  -- How many items have been given out for work, ever: follows the quota, and the pilot before that.
  opened_items integer not null default 0,
  -- The version it opened with: that one and later ones are worked under, drafts before it never were.
  first_version integer,
  -- When the operator was asked, and what to go back to from awaiting approval or a pause.
  asked_at timestamptz,
  paused_from text check (paused_from in ('pilot', 'open')),
  paused_by_operator boolean not null default false,
  -- While closing: what it becomes when nothing is pending, and why.
  closes_as text check (closes_as in ('closed', 'cancelled')),
  close_reason text,
  check ((status = 'closing') <= (closes_as is not null))
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
  -- The version in which this consent was first worded so: who agreed to that one need not be asked again.
  consent_version integer not null default 1,
  created_by bigint not null references account,
  created_at timestamptz not null,
  primary key (campaign_id, version)
);

create table campaign_approval (
  campaign_id bigint not null references campaign,
  id bigint not null,
  -- What the operator read.
  version integer not null,
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
create index member_role on member (campaign_id, role) where left_at is null;

-- What a person agreed to and said of themselves when they joined; a new consent asks again.
create table campaign_consent (
  campaign_id bigint not null references campaign,
  account_id bigint not null references account,
  consent_version integer not null,
  adult boolean,
  country text,
  at timestamptz not null,
  primary key (campaign_id, account_id, consent_version)
);
create index campaign_consent_account on campaign_consent (account_id);

-- Measured now and then for the public list: about how much work is left and how long it takes.
create table campaign_stats (
  campaign_id bigint primary key references campaign,
  places_left integer not null,
  accepted integer not null,
  seconds_contribute integer,
  measured_at timestamptz not null
);

create table item (
  campaign_id bigint not null references campaign,
  id bigint not null,
  -- Null for a slot of an open collection.
  data jsonb,
  external_ref text,
  -- Tells two imports of one item apart from two items that share a reference.
  content_hash bytea,
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
create unique index item_content on item (campaign_id, content_hash) where external_ref is null and content_hash is not null;
create index item_state on item (campaign_id, state, id);

-- An import in parts. What is left of the last part's final row waits in carry for the next one.
create table item_import (
  campaign_id bigint not null references campaign,
  id text not null,
  format text not null check (format in ('csv', 'jsonl', 'label_studio')),
  options jsonb not null,
  state text not null check (state in ('running', 'done')),
  next_part integer not null default 1,
  -- Where the reading of the text stands: header, line, inside a quote.
  reading jsonb not null default '{}',
  carry text not null default '',
  rows integer not null default 0,
  imported integer not null default 0,
  unchanged integer not null default 0,
  created_by bigint not null references account,
  created_at timestamptz not null,
  done_at timestamptz,
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
create unique index item_flag_once on item_flag (campaign_id, item_id, account_id, kind) where resolved_at is null;
create index item_flag_account on item_flag (account_id, id desc);

-- Anyone may report a campaign to the operator.
create table campaign_report (
  campaign_id bigint not null references campaign,
  id bigint not null,
  account_id bigint,
  reason text not null,
  message text not null,
  created_at timestamptz not null,
  resolved_by bigint,
  resolution text check (resolution in ('dismissed', 'paused')),
  note text,
  resolved_at timestamptz,
  primary key (campaign_id, id)
);
create index campaign_report_open on campaign_report (id) where resolved_at is null;
create index campaign_report_account on campaign_report (account_id) where account_id is not null;

-- The hook by which linked people are kept off each other's work and panels. Symmetric: both rows are written.
create table exclusion (
  account_id bigint not null references account,
  other_id bigint not null references account,
  reason text not null,
  created_at timestamptz not null,
  primary key (account_id, other_id)
);

-- Work whose right answers are known because people audited it: what gold items are made of.
create table gold_source (
  campaign_id bigint not null,
  submission_id bigint not null,
  version integer not null,
  -- By question, whether the answer is right; every grader said the same.
  truth jsonb not null,
  is_right boolean not null,
  uses smallint not null default 0,
  made_at timestamptz not null,
  retired_at timestamptz,
  why text check (why in ('used', 'disputed', 'changed', 'gone')),
  primary key (campaign_id, submission_id),
  foreign key (campaign_id, submission_id) references submission,
  check ((retired_at is null) = (why is null))
);
create index gold_source_open on gold_source (campaign_id, version, uses) where retired_at is null;

-- A gold item: such work under a name of its own, drawn for one person, who reviews it as any other.
create table gold_item (
  campaign_id bigint not null,
  id bigint not null,
  source_id bigint not null,
  account_id bigint not null references account,
  version integer not null,
  made_at timestamptz not null,
  -- What the person said, and whether that is what is known; absent until they hand it in.
  answer_id bigint,
  votes jsonb,
  agreed boolean,
  took_seconds integer,
  reviewed_at timestamptz,
  -- Pay comes when it would for other work.
  due_at timestamptz,
  paid_at timestamptz,
  primary key (campaign_id, id),
  unique (campaign_id, account_id, source_id),
  foreign key (campaign_id, source_id) references gold_source (campaign_id, submission_id),
  check ((answer_id is null) = (votes is null) and (votes is null) = (due_at is null))
);
create index gold_item_due on gold_item (due_at) where paid_at is null and due_at is not null;
create index gold_item_source on gold_item (campaign_id, source_id);
create index gold_item_person on gold_item (account_id);

create table submission (
  campaign_id bigint not null,
  id bigint not null,
  item_id bigint not null,
  author_id bigint not null,
  version integer not null,
  -- rejected may still be revised or appealed until settles_at; final afterwards.
  status text not null check (status in ('in_review', 'accepted', 'rejected', 'rejected_final', 'answered', 'withdrawn')),
  round smallint not null default 1,
  -- The submission this one revises.
  revises_id bigint,
  content_hash text not null,
  submitted_at timestamptz not null,
  took_seconds integer not null,
  decision_due_at timestamptz,
  decided_at timestamptz,
  settles_at timestamptz,
  escalated_at timestamptz,
  primary key (campaign_id, id),
  foreign key (campaign_id, item_id) references item
) with (fillfactor = 85);
create unique index submission_once on submission (campaign_id, item_id, author_id) where revises_id is null;
create unique index submission_revised_once on submission (campaign_id, revises_id) where revises_id is not null;
create index submission_author on submission (author_id, campaign_id, id desc);
create index submission_due on submission (decision_due_at) where status = 'in_review' and escalated_at is null;
create index submission_settles on submission (settles_at) where status = 'rejected';

-- The answer itself, apart from the hot row. Erasure deletes it here.
create table submission_answer (
  campaign_id bigint not null,
  submission_id bigint not null,
  answer jsonb not null,
  primary key (campaign_id, submission_id),
  foreign key (campaign_id, submission_id) references submission
);

-- A contributor takes their work back. After a release this yields a revocation in its successor.
create table withdrawal (
  campaign_id bigint not null,
  submission_id bigint not null,
  account_id bigint not null,
  at timestamptz not null,
  primary key (campaign_id, submission_id)
);

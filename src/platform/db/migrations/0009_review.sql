-- One reviewer's verdict: votes by question key, {"approve": bool, "reason"?: code, "comment"?: text}.
create table review (
  campaign_id bigint not null,
  submission_id bigint not null,
  reviewer_id bigint not null,
  id bigint not null,
  round smallint not null,
  lane smallint not null,
  votes jsonb not null,
  took_seconds integer not null,
  reviewed_at timestamptz not null,
  primary key (campaign_id, submission_id, reviewer_id),
  foreign key (campaign_id, submission_id) references submission
);
create index review_reviewer on review (reviewer_id, campaign_id, id desc);

-- What the votes together led to.
create table decision (
  campaign_id bigint not null,
  submission_id bigint not null,
  round smallint not null,
  accepted boolean not null,
  questions jsonb not null,
  reviews smallint not null,
  decided_at timestamptz not null,
  primary key (campaign_id, submission_id, round),
  foreign key (campaign_id, submission_id) references submission
);
create index decision_at on decision (campaign_id, decided_at);

create table appeal (
  campaign_id bigint not null,
  submission_id bigint not null,
  id bigint not null,
  account_id bigint not null,
  reason text not null,
  opened_at timestamptz not null,
  upheld boolean,
  decided_at timestamptz,
  primary key (campaign_id, submission_id)
);

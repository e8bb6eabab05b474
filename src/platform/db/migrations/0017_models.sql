-- What a model says of work under review: one more vote, of its own estimated reliability. No reviewer or contributor sees it.
create table model_vote (
  campaign_id bigint not null,
  submission_id bigint not null,
  round smallint not null,
  model text not null,
  -- By question key, whether it approves; a question is absent where it abstains, and all are where it says nothing.
  votes jsonb not null,
  at timestamptz not null,
  primary key (campaign_id, submission_id, round, model),
  foreign key (campaign_id, submission_id) references submission
);

-- What an endpoint was asked for a campaign, whether or not its answers could be used: the cap is compared with this.
create table model_spending (
  campaign_id bigint not null,
  model text not null,
  calls integer not null,
  tokens bigint not null,
  primary key (campaign_id, model)
);

-- What was answered lately, by the hash of all that was asked: nothing is paid twice. Holds no content.
create table model_answer (
  asked_hash text primary key,
  votes jsonb not null,
  at timestamptz not null
);
create index model_answer_at on model_answer (at);

-- Work that models may still be asked about.
create index submission_in_review on submission (campaign_id, id) where status = 'in_review';

-- Work whose automated checks are not over: it is in review, and its reviewers are not asked for yet.
alter table submission add column awaits_checks boolean not null default false;
create index submission_awaits_checks on submission (campaign_id, id) where awaits_checks;

-- What automated checks found of a submission. Run 1 is the one that counted; later ones stand beside it, for comparison.
create table check_run (
  campaign_id bigint not null,
  submission_id bigint not null,
  run smallint not null check (run > 0),
  -- asking: what the server can tell by itself is there, somebody outside is still asked.
  state text not null check (state in ('asking', 'done')),
  outcome text check (outcome in ('review', 'reject')),
  -- One for each check and question: kind, question, checker, verdict, code, detail, evidence, took_us, calls, tokens.
  results jsonb not null,
  -- Millionths of the price that a novelty rule pays for: what the work adds to what was there. Null: not measured.
  coverage_ppm integer check (coverage_ppm between 0 and 1000000),
  tries smallint not null default 0,
  retry_at timestamptz,
  started_at timestamptz not null,
  done_at timestamptz,
  primary key (campaign_id, submission_id, run),
  foreign key (campaign_id, submission_id) references submission,
  check ((state = 'done') = (done_at is not null)),
  check ((state = 'done') = (outcome is not null))
);
create index check_run_asking on check_run (campaign_id, submission_id) where state = 'asking';

-- A run of all of a campaign's checks again, by the checkers of the day.
create table check_again (
  campaign_id bigint not null references campaign,
  run smallint not null check (run > 1),
  -- Whether links are opened and models asked again too.
  outside boolean not null,
  after_id bigint not null default 0,
  asked_by bigint not null references account,
  asked_at timestamptz not null,
  done_at timestamptz,
  primary key (campaign_id, run)
);
create index check_again_open on check_again (campaign_id, run) where done_at is null;

-- What a text is made of, for comparing: hashes of its runs of characters, no text. Erasure deletes it with the answer.
create table text_print (
  campaign_id bigint not null,
  submission_id bigint not null,
  question text not null,
  -- The way of normalising and hashing; prints of another version are not compared.
  version smallint not null,
  item_id bigint not null,
  digest bytea not null,
  shingles bytea not null,
  fingerprints bytea not null,
  -- Whether each of the two is all there is, or a sample.
  whole boolean not null,
  -- What it is found by in text_key, eight bytes each.
  keys bytea not null,
  printed_at timestamptz not null,
  primary key (campaign_id, submission_id, question, version),
  foreign key (campaign_id, submission_id) references submission
);
alter table text_print alter shingles set storage external, alter fingerprints set storage external;

-- Texts that share a key are candidates for being alike. A key holds so many and no more: the rest would add nothing but time.
create table text_key (
  campaign_id bigint not null,
  key bigint not null,
  submission_id bigint not null,
  primary key (campaign_id, key, submission_id)
);

-- What a campaign's judge was asked, and what it answered lately by the hash of all that it was asked.
create table check_spending (
  campaign_id bigint primary key,
  calls integer not null,
  tokens bigint not null
);
create table check_answer (
  asked_hash text primary key,
  verdicts jsonb not null,
  at timestamptz not null
);
create index check_answer_at on check_answer (at);

-- Open work only. lane: 1 contribute, 2 review, 3 expert review, 4 appeal, 5 audit. target_id: an item (lane 1) or a submission.
-- cover = done + live leases. rk: a chance place on a ring, so that claims start at random.
create table queue (
  campaign_id bigint not null,
  lane smallint not null,
  target_id bigint not null,
  author_id bigint not null,
  rk integer not null,
  cover smallint not null default 0,
  needed smallint not null,
  opened_at timestamptz not null,
  check (cover >= 0 and cover <= needed),
  primary key (campaign_id, lane, target_id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
create index queue_open on queue (campaign_id, lane, cover, rk) where cover < needed;

-- A lease and, afterwards, the fact that this person had this target: the key is both race guard and "never twice".
-- state: 1 leased, 2 submitted, 3 returned, 4 expired.
create table lease (
  campaign_id bigint not null,
  account_id bigint not null,
  target_id bigint not null,
  lane smallint not null,
  state smallint not null,
  leased_at timestamptz not null,
  expires_at timestamptz not null,
  directed_by bigint,
  primary key (campaign_id, account_id, target_id)
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02);
create index lease_due on lease (expires_at) where state = 1;
create index lease_live on lease (account_id, campaign_id) where state = 1;
create index lease_target on lease (campaign_id, target_id);

-- How many entries a lane holds, measured now and then: sets how wide a claim's window is.
create table queue_size (
  campaign_id bigint not null,
  lane smallint not null,
  entries integer not null,
  measured_at timestamptz not null,
  primary key (campaign_id, lane)
);

-- Where a person's exact search for anything left stands.
create table claim_cursor (
  campaign_id bigint not null,
  account_id bigint not null,
  lane smallint not null,
  after_id bigint not null,
  primary key (campaign_id, account_id, lane)
);

-- What a person took in a campaign on a day: daily and total caps.
create table work_taken (
  campaign_id bigint not null,
  account_id bigint not null,
  lane smallint not null,
  day date not null,
  taken integer not null check (taken >= 0),
  primary key (campaign_id, account_id, lane, day)
);

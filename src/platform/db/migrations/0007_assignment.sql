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
  -- The campaign version whose instructions, form and prices this person was shown.
  version integer not null,
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
  -- When this pass began at the start of the queue; an old pass is begun anew.
  began_at timestamptz not null,
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

-- Makes the lease, or takes up again one that this person let expire. False when they have or had the target.
-- An expired lease that a sweep holds right now is passed by rather than waited for.
create function take_lease(c bigint, l smallint, who bigint, target bigint, shown_version integer, at timestamptz, until timestamptz, director bigint) returns boolean
language plpgsql as $$
begin
  insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at, directed_by)
  values (c, who, target, l, 1, shown_version, at, until, director)
  on conflict do nothing;
  if found then
    return true;
  end if;
  update lease a set state = 1, lane = l, version = shown_version, leased_at = at, expires_at = until, directed_by = director
    from (select 1 from lease where campaign_id = c and account_id = who and target_id = target and state = 4 for update skip locked) free
   where a.campaign_id = c and a.account_id = who and a.target_id = target;
  return found;
end $$;

-- A lease is never older than its entry, whatever the clocks of those who made them say: that order tells the leases
-- of this round from those of a round before (an appeal).
-- Leases up to `want` targets in one lane for one person; returns them in no particular order.
-- Probes two windows of the ring at each level of coverage, least covered first. A window bounds the index entries
-- visited whether they are alive or dead, the inner limit bounds the look-ups, a scalar sub-select keeps "never twice"
-- a point look-up whatever the statistics say, and `skip locked` makes claimers pass each other. The lease is inserted
-- before cover is raised: whoever loses a race for the same lease has then changed nothing.
create function claim_work(c bigint, l smallint, who bigint, want integer, levels integer, start_rk integer, width bigint,
                           excluded bigint[], shown_version integer, at timestamptz, until timestamptz) returns bigint[]
language plpgsql as $$
declare
  got bigint[] := '{}';
  lo bigint;
  hi bigint;
  entry record;
begin
  for level in 0..levels - 1 loop
    for part in 0..1 loop
      if part = 0 then
        lo := start_rk;
        hi := least(start_rk + width, 2147483647);
      elsif width >= 2147483648 then
        lo := 0;
        hi := start_rk - 1;
      else
        lo := (start_rk + 1073741824::bigint) % 2147483648;
        hi := least(lo + width, 2147483647);
      end if;
      for entry in
        select q.target_id, q.opened_at
          from (select x.target_id, x.author_id from queue x
                 where x.campaign_id = c and x.lane = l and x.cover = level and x.cover < x.needed
                   and x.rk between lo::integer and hi::integer
                 order by x.rk limit 48) cand
          join queue q on q.campaign_id = c and q.lane = l and q.target_id = cand.target_id
         where cand.author_id <> who
           and (excluded = '{}' or (cand.author_id <> all (excluded)
             and (select true from unnest(excluded) e join lease o on o.campaign_id = c and o.account_id = e and o.target_id = cand.target_id limit 1) is null))
           and (select true from lease a where a.campaign_id = c and a.account_id = who and a.target_id = cand.target_id and a.state <> 4) is null
           and q.cover < q.needed
         limit want - cardinality(got) for no key update of q skip locked
      loop
        if take_lease(c, l, who, entry.target_id, shown_version, greatest(at, entry.opened_at), until, null) then
          update queue set cover = cover + 1 where campaign_id = c and lane = l and target_id = entry.target_id;
          got := got || entry.target_id;
        end if;
      end loop;
      if cardinality(got) >= want then
        return got;
      end if;
    end loop;
  end loop;
  return got;
end $$;

-- The exact search behind the windows: the next 64 entries by id, whatever their level. Ids are ordered in time, so
-- what is opened during a pass lies ahead of it. `last_id` is null when the end was reached.
create function probe_work(c bigint, l smallint, who bigint, want integer, after bigint, excluded bigint[],
                           shown_version integer, at timestamptz, until timestamptz, out got bigint[], out last_id bigint)
language plpgsql as $$
declare
  seen record;
begin
  got := '{}';
  select max(p.target_id), count(*) as n into seen from (
    select x.target_id from queue x where x.campaign_id = c and x.lane = l and x.target_id > after order by x.target_id limit 64) p;
  last_id := case when seen.n = 64 then seen.max end;
  for seen in
    select q.target_id, q.opened_at
      from (select x.target_id, x.author_id from queue x
             where x.campaign_id = c and x.lane = l and x.target_id > after order by x.target_id limit 64) cand
      join queue q on q.campaign_id = c and q.lane = l and q.target_id = cand.target_id
     where cand.author_id <> who
       and (excluded = '{}' or (cand.author_id <> all (excluded)
         and (select true from unnest(excluded) e join lease o on o.campaign_id = c and o.account_id = e and o.target_id = cand.target_id limit 1) is null))
       and (select true from lease a where a.campaign_id = c and a.account_id = who and a.target_id = cand.target_id and a.state <> 4) is null
       and q.cover < q.needed
     limit want for no key update of q skip locked
  loop
    if take_lease(c, l, who, seen.target_id, shown_version, greatest(at, seen.opened_at), until, null) then
      update queue set cover = cover + 1 where campaign_id = c and lane = l and target_id = seen.target_id;
      got := got || seen.target_id;
    end if;
  end loop;
end $$;

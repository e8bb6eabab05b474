-- Who was last given whose work to judge: one row for two people, so that both directions meet in one place.
create table judged (
  low_id bigint not null,
  high_id bigint not null,
  -- Whether the one with the lower id judged, or was judged.
  by_low boolean not null,
  last_at timestamptz not null,
  primary key (low_id, high_id),
  check (low_id < high_id)
) with (fillfactor = 90);

-- Whether somebody judged another's work in the last week; then that one is not given theirs.
create function judged_by(judge bigint, author bigint, at timestamptz) returns boolean
language sql stable as $$
  select coalesce((select j.by_low = (judge < author) and j.last_at > at - interval '7 days' from judged j
                    where j.low_id = least(judge, author) and j.high_id = greatest(judge, author)), false)
$$;

-- Notes that somebody is given another's work to judge; false when that one judged theirs within a week, or when the two
-- are being given each other's at this moment: of two that would wait for each other, neither waits. The week runs from
-- when the verdict may come at the latest: a lease can be renewed to four times its length.
create function note_judge(judge bigint, author bigint, at timestamptz, until timestamptz) returns boolean
language plpgsql as $$
begin
  if not pg_try_advisory_xact_lock(7216040, hashtext(least(judge, author) || '/' || greatest(judge, author))) then
    return false;
  end if;
  insert into judged as j (low_id, high_id, by_low, last_at) values (least(judge, author), greatest(judge, author), judge < author, at + 4 * (until - at))
  on conflict (low_id, high_id) do update set by_low = excluded.by_low, last_at = greatest(j.last_at, excluded.last_at)
   where j.by_low = excluded.by_low or j.last_at <= at - interval '7 days';
  return found;
end $$;

-- Whether a target is, or was in any round, with somebody from whom this person is kept apart. Point look-ups along the
-- target's own few leases, so a cluster of thousands costs what one of two does.
create function sits_with(c bigint, target bigint, who bigint, mine bigint, excluded bigint[]) returns boolean
language sql stable as $$
  select exists (select from lease o where o.campaign_id = c and o.target_id = target and o.account_id <> who
    and (o.account_id = any (excluded) or (select m.cluster_id from cluster_member m where m.account_id = o.account_id) = mine))
$$;

-- The same functions as before, with what keeps people apart: nobody judges the work of their own cluster, sits on a panel
-- with a member of it, or is given the work of somebody who judged theirs within a week. The panel is looked at again once
-- its entry is locked, for the first look may be older than what another claim has committed since. Windows ask who judged
-- whom of what they found only, and look elsewhere if they must; the exact search asks of everything.
create or replace function claim_work(c bigint, l smallint, who bigint, want integer, levels integer, start_rk integer, width bigint,
                           excluded bigint[], shown_version integer, at timestamptz, until timestamptz) returns bigint[]
language plpgsql as $$
declare
  got bigint[] := '{}';
  mine bigint := (select m.cluster_id from cluster_member m where m.account_id = who);
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
        select q.target_id, q.opened_at, cand.author_id
          from (select x.target_id, x.author_id from queue x
                 where x.campaign_id = c and x.lane = l and x.cover = level and x.cover < x.needed
                   and x.rk between lo::integer and hi::integer
                 order by x.rk limit 48) cand
          join queue q on q.campaign_id = c and q.lane = l and q.target_id = cand.target_id
         where cand.author_id <> who
           and cand.author_id <> all (excluded)
           and (mine is null or (select m.cluster_id from cluster_member m where m.account_id = cand.author_id) is distinct from mine)
           and ((mine is null and excluded = '{}') or not sits_with(c, cand.target_id, who, mine, excluded))
           and (select true from lease a where a.campaign_id = c and a.account_id = who and a.target_id = cand.target_id and a.state <> 4) is null
           and q.cover < q.needed
         limit want - cardinality(got) for no key update of q skip locked
      loop
        if (mine is not null or excluded <> '{}') and sits_with(c, entry.target_id, who, mine, excluded) then
          continue;
        end if;
        if l > 1 and not note_judge(who, entry.author_id, at, until) then
          continue;
        end if;
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

create or replace function probe_work(c bigint, l smallint, who bigint, want integer, after bigint, excluded bigint[],
                           shown_version integer, at timestamptz, until timestamptz, out got bigint[], out last_id bigint)
language plpgsql as $$
declare
  mine bigint := (select m.cluster_id from cluster_member m where m.account_id = who);
  seen record;
begin
  got := '{}';
  select max(p.target_id), count(*) as n into seen from (
    select x.target_id from queue x where x.campaign_id = c and x.lane = l and x.target_id > after order by x.target_id limit 64) p;
  last_id := case when seen.n = 64 then seen.max end;
  for seen in
    select q.target_id, q.opened_at, cand.author_id
      from (select x.target_id, x.author_id from queue x
             where x.campaign_id = c and x.lane = l and x.target_id > after order by x.target_id limit 64) cand
      join queue q on q.campaign_id = c and q.lane = l and q.target_id = cand.target_id
     where cand.author_id <> who
       and cand.author_id <> all (excluded)
       and (mine is null or (select m.cluster_id from cluster_member m where m.account_id = cand.author_id) is distinct from mine)
       and ((mine is null and excluded = '{}') or not sits_with(c, cand.target_id, who, mine, excluded))
       and q.cover < q.needed
       and case when (select true from lease a where a.campaign_id = c and a.account_id = who and a.target_id = cand.target_id and a.state <> 4) is not null then false
                else l = 1 or not judged_by(cand.author_id, who, at) end
     limit want for no key update of q skip locked
  loop
    if (mine is not null or excluded <> '{}') and sits_with(c, seen.target_id, who, mine, excluded) then
      continue;
    end if;
    if l > 1 and not note_judge(who, seen.author_id, at, until) then
      continue;
    end if;
    if take_lease(c, l, who, seen.target_id, shown_version, greatest(at, seen.opened_at), until, null) then
      update queue set cover = cover + 1 where campaign_id = c and lane = l and target_id = seen.target_id;
      got := got || seen.target_id;
    end if;
  end loop;
end $$;

-- Hands one target to one given person, with the rules that claims have; the caller holds the lock of its entry.
create function direct_lease(c bigint, l smallint, who bigint, target bigint, author bigint, shown_version integer, at timestamptz, until timestamptz, director bigint) returns text
language plpgsql as $$
declare
  mine bigint := (select m.cluster_id from cluster_member m where m.account_id = who);
  excluded bigint[] := array(select x.other_id from exclusion x where x.account_id = who);
begin
  if author = any (excluded) or (select m.cluster_id from cluster_member m where m.account_id = author) = mine
     or sits_with(c, target, who, mine, excluded) then
    return 'excluded';
  end if;
  if not exists (select from queue q where q.campaign_id = c and q.lane = l and q.target_id = target and q.cover < q.needed) then
    return 'no_place';
  end if;
  if l > 1 and not note_judge(who, author, at, until) then
    return 'excluded';
  end if;
  if not take_lease(c, l, who, target, shown_version, at, until, director) then
    return 'held_already';
  end if;
  update queue set cover = cover + 1 where campaign_id = c and lane = l and target_id = target;
  return 'leased';
end $$;

-- Whether anybody's reviews were compared with nobody they are kept apart from: whoever reckons a window again must know.
alter table reward_window add column kept_apart boolean not null default false;

-- Where each event stands in its season's public log. What one checkpoint adds stands in the order of the entries'
-- commitments and not in that of the events, so that a neighbour in the log says nothing about a neighbour in time.
create table log_leaf (
  season_id bigint not null references log,
  -- The event's place in event_sequence.
  seq bigint not null check (seq >= 0),
  -- The entry's place in the log.
  leaf bigint not null check (leaf >= 0),
  primary key (season_id, seq),
  unique (season_id, leaf)
);

-- What was appended before keeps the order that it has.
insert into log_leaf (season_id, seq, leaf)
  select q.season_id, q.seq, q.seq from event_sequence q join log l on l.season_id = q.season_id where q.seq < l.size;

-- From here on these hold places in the log.
alter table log_owner rename column seq to leaf;

-- Public folders of closed seasons that were written whole. A later one holds what the log added since.
create table season_edition (
  season_id bigint not null references season,
  -- The size of the log that it holds: its name.
  edition bigint not null check (edition > 0),
  -- SHA-256 of its manifest.
  manifest_sha256 bytea not null check (octet_length(manifest_sha256) = 32),
  bytes bigint not null check (bytes > 0),
  written_at timestamptz not null,
  primary key (season_id, edition)
);

-- Audits of a window may be aimed: part of them goes where the panel was in doubt, or to people of whom little is known.
-- Each part is a stratum of its own; what was drawn evenly is of the part `all`.
alter table audit_stratum add column part text not null default 'all' check (part in ('all', 'doubted', 'exposed', 'rest'));
alter table audit_stratum drop constraint audit_stratum_pkey;
alter table audit_stratum add primary key (plan_id, campaign_id, accepted, part);

alter table audit add column part text not null default 'all' check (part in ('all', 'doubted', 'exposed', 'rest'));
-- By which chance an aimed draw took it, in millionths; null: evenly, and its stratum says how likely that was.
alter table audit add column chance_ppm integer check (chance_ppm between 1 and 1000000);
alter table audit add constraint audit_chance_of_aimed check ((part = 'all') = (chance_ppm is null));

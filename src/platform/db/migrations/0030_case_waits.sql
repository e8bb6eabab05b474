-- Whether pay for the work in question waits while the case is open: a person said so, or the evidence weighs enough.
-- One signal of a program keeps nobody's money.
alter table case_file add column keeps_waiting boolean not null default false;
update case_file set keeps_waiting = suspect_since is not null;
alter table case_file alter column keeps_waiting drop default,
  add constraint case_file_waits check (suspect_since is not null or not keeps_waiting);

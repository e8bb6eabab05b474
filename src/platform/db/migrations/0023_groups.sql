-- What people say of themselves, each part only if they like: coarse, and given with consent. A value taken back leaves the
-- row, so that nobody changes groups from campaign to campaign.
create table person_trait (
  account_id bigint not null references account,
  trait text not null check (trait in ('region', 'age', 'first_language')),
  value text,
  changed_at timestamptz not null,
  primary key (account_id, trait)
);
create index person_trait_value on person_trait (trait, value);

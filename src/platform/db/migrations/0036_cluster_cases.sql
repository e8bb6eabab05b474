-- How strong the evidence was that a member's case was told of; it is told again only of what is stronger.
alter table cluster_member add column raised text check (raised in ('fair', 'strong'));

-- What a place of a claim's order is about: in redundancy mode an item, whose inferred answer is graded by way of one
-- of the answers that agree with it; in review mode the submission itself.
alter table acceptance_piece add column datapoint_id bigint;
update acceptance_piece set datapoint_id = submission_id;
alter table acceptance_piece alter column datapoint_id set not null;

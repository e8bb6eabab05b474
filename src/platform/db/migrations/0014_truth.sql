-- Answers that wait to be compared: what an ending campaign must still decide.
create index submission_answered on submission (campaign_id, item_id) where status = 'answered';

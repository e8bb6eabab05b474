-- The writes of one settling review as one function call: what pgbench is timed on. The same tables, indexes, locks and
-- rows as `review/record.ts` makes for one review on its own.
create function bench_settling_review(g bigint, people int) returns void language plpgsql as $$
declare
  c constant bigint := 1000;
  s bigint := 200000000 + g;
  who bigint := 10000 + g % people;
  at timestamptz := clock_timestamp();
begin
  perform 1 from lease where campaign_id = c and account_id = who and target_id = s for update;
  perform 1 from submission where campaign_id = c and id = s for no key update;
  perform reviewer_id, votes from review where campaign_id = c and submission_id = s;
  insert into review (campaign_id, submission_id, reviewer_id, id, round, lane, votes, took_seconds, reviewed_at)
    values (c, s, who, 9000000000 + g, 1, 2, '{"fact":{"approve":true}}', 60, at);
  update lease set state = 2 where campaign_id = c and account_id = who and target_id = s;
  insert into event (campaign_id, id, kind, subject_id, at, body) values
    (c, 9000000000 + g * 4, 'reviewed', s, at, '{"review_id":"1","reviewer_id":"2","round":1,"expert":false,"took_seconds":60,"votes_commitment":"0123456789012345678901234567890123456789012345678901234567890123"}'),
    (c, 9000000001 + g * 4, 'decided', s, at, '{"accepted":true,"round":1,"questions":{"fact":true},"policy":"majority","min":3,"max":3,"review_ids":["1","2","3"]}'),
    (c, 9000000002 + g * 4, 'rewarded', s, at, '{"rewards":[{"kind":"reward","account_id":"1","currency":"POINT","amount_minor":"20"},{"kind":"review_pay","account_id":"1","currency":"POINT","amount_minor":"5"},{"kind":"review_pay","account_id":"1","currency":"POINT","amount_minor":"5"},{"kind":"review_pay","account_id":"1","currency":"POINT","amount_minor":"5"}]}');
  insert into salt (campaign_id, subject_id, purpose, salt) values (c, 9000000000 + g * 4, 'votes', '\x00112233445566778899aabbccddeeff');
  update submission set status = 'accepted', decided_at = at, settles_at = null, decision_due_at = null where campaign_id = c and id = s;
  insert into decision (campaign_id, submission_id, round, accepted, questions, reviews, decided_at) values (c, s, 1, true, '{"fact":true}', 3, at);
  delete from queue where campaign_id = c and lane = 1 and target_id = 100000000 + g;
  delete from queue where campaign_id = c and lane = 2 and target_id = s;
  update item set state = 'done', queued = false where campaign_id = c and id = 100000000 + g and state = 'open';
  insert into transfer (campaign_id, id, kind, subject_id, debit, credit, currency, amount_minor, at) values
    (c, 'reward:' || s || ':POINT', 'reward', s, 'campaign:1000', 'person:2000:frozen', 'POINT', 20, at),
    (c, 'review_pay:' || s || ':3001:POINT', 'review_pay', s, 'campaign:1000', 'person:3001:frozen', 'POINT', 5, at),
    (c, 'review_pay:' || s || ':3002:POINT', 'review_pay', s, 'campaign:1000', 'person:3002:frozen', 'POINT', 5, at),
    (c, 'review_pay:' || s || ':' || who || ':POINT', 'review_pay', s, 'campaign:1000', 'person:' || who || ':frozen', 'POINT', 5, at)
    on conflict (campaign_id, id) do nothing;
end $$;

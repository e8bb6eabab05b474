-- Why a sanction was ended before its time: part of what happened in its case.
alter table sanction add column ended_reason text;
-- What happened in a case is read from the log by the case.
create index event_of_case on event (subject_id, id)
  where campaign_id = 0
    and kind in ('case_opened', 'case_evidence_added', 'case_waits', 'case_stated', 'case_opinion', 'sanctioned', 'sanction_ended',
                 'sanction_appealed', 'sanction_appeal_decided', 'case_closed');

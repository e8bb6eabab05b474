import Type, { type Static } from 'typebox'
import {
  Amount,
  At,
  declareRefusals,
  endpoint,
  Id,
  listOf,
  nullable,
  obj,
  oneOf,
  Page,
  text,
} from '../../../platform/http/endpoint.ts'

/** What evidence is about. A person whose case is open reads these, never scores, thresholds or what was seen where. */
export const EVIDENCE_KINDS = [
  'reviews_changed',
  'work_changed',
  'copied_work',
  'alike_accounts',
  'forged_work',
  'rule_broken',
  'other',
] as const
export const STRENGTHS = ['weak', 'fair', 'strong'] as const
/**
 * From mildest to strongest. A limit keeps back pay for work in question, a hold all pay that is not paid out yet; a
 * forfeiture takes pay that is still held for its audits, once the time for an appeal is over.
 */
export const ACTIONS = ['warn', 'limit', 'hold', 'suspend', 'forfeit'] as const
export const CASE_STATES = ['open', 'proposed', 'closed'] as const
export const OUTCOMES = ['sanctioned', 'dismissed', 'lapsed'] as const
export const ENDINGS = ['over', 'overturned', 'appeal_overdue', 'lapsed', 'mistaken', 'lifted', 'replaced'] as const
export const SAID = ['propose', 'confirm', 'disagree', 'impose', 'dismiss'] as const

export const EvidenceKind = oneOf(EVIDENCE_KINDS)
const Action = oneOf(ACTIONS)
const Reason = text(1000, 10)
const Days = Type.Integer({ minimum: 1, maximum: 365 })
const Sequel = obj({ campaign_id: Id, subject_id: Id })

const Appeal = obj({
  reason: text(2000),
  opened_at: At,
  due_at: At,
  decided_at: nullable(At),
  /** True: the sanction was wrong and ended. */
  upheld: nullable(Type.Boolean()),
  answer: nullable(text(1000)),
})
/** A sanction as its person reads it. */
export const Sanction = obj({
  sanction_id: Id,
  action: Action,
  reason: text(1000),
  evidence: Type.Array(EvidenceKind),
  since: nullable(At),
  provisional: Type.Boolean(),
  imposed_at: At,
  ends_at: At,
  ended_at: nullable(At),
  ended_why: nullable(oneOf(ENDINGS)),
  may_appeal_until: nullable(At),
  appeal: nullable(Appeal),
})
const CaseHead = obj({
  case_id: Id,
  state: oneOf(CASE_STATES),
  outcome: nullable(oneOf(OUTCOMES)),
  /** Who it is about; only operators are told, so that deciding QA cannot tell whose work they judge. */
  account_id: nullable(Id),
  handle: nullable(text(100)),
  by_signal: Type.Boolean(),
  why: text(1000),
  evidence: Type.Array(EvidenceKind),
  proposed: nullable(Action),
  opened_at: At,
  decide_by: At,
  closed_at: nullable(At),
  /** Whether the caller may decide: neither a party nor, where two are needed, the first of them. */
  may_decide: Type.Boolean(),
})
export type OwnSanction = Static<typeof Sanction>
export type CaseHead = Static<typeof CaseHead>
const CaseView = obj({
  ...CaseHead.properties,
  suspect_since: nullable(At),
  /** Whether pay for work since then waits now; one signal of a program alone keeps nobody's money. */
  keeps_waiting: Type.Boolean(),
  statement: nullable(text(2000)),
  items: Type.Array(
    obj({
      evidence_id: Id,
      kind: EvidenceKind,
      strength: oneOf(STRENGTHS),
      says: text(2000),
      /** What it is about, where that is one thing: a submission, say. */
      about: nullable(Sequel),
      by_signal: Type.Boolean(),
      added_at: At,
    }),
  ),
  next: Type.Null(),
  proposal: nullable(obj({ action: Action, reason: text(1000), days: Type.Integer(), proposed_by: text(100) })),
  opinions: Type.Array(
    obj({ decider: text(100), said: oneOf(SAID), action: nullable(Action), reason: text(1000), at: At }),
  ),
  /** What acting would do: whose what is at stake now. */
  stakes: obj({
    money: Type.Array(
      obj({ ...Amount.properties, scale: Type.Integer(), state: oneOf(['held', 'frozen', 'claimable'] as const) }),
    ),
    waits: Type.Array(Amount),
    leases: Type.Integer(),
    earlier_sanctions: Type.Integer(),
    overturned_sanctions: Type.Integer(),
  }),
  sanctions: Type.Array(Sanction),
})
export type CaseView = Static<typeof CaseView>

export const CasePlace = obj({ case_id: Id })
export const SanctionPlace = obj({ sanction_id: Id })
const Person = obj({ account_id: Id })
const Evidence = {
  kind: EvidenceKind,
  strength: oneOf(STRENGTHS),
  says: text(2000, 10),
  about: Type.Optional(Sequel),
}
const ABOUT_PERSON = ['person_not_found', 'person_erased', 'case_own'] as const

/** The desk: who decides, on what evidence, with whom. */
export const cases = {
  list: endpoint({
    method: 'GET',
    path: '/v1/cases',
    role: 'qa',
    scope: 'audit',
    summary: 'Cases, newest first; open ones only when asked',
    query: obj({ ...Page, open: Type.Optional(Type.Boolean()) }),
    result: listOf(CaseHead),
    refusals: [],
  }),
  one: endpoint({
    method: 'GET',
    path: '/v1/cases/{case_id}',
    role: 'qa',
    scope: 'audit',
    summary: 'A case: its evidence, what acting would do, what was said and decided',
    params: CasePlace,
    result: CaseView,
    refusals: ['case_not_found'],
  }),
  open: endpoint({
    method: 'POST',
    path: '/v1/cases',
    role: 'qa',
    scope: 'audit',
    summary: 'Open a case with its first evidence, about a person (operators) or about the author of a submission',
    body: obj({
      account_id: Type.Optional(Id),
      submission: Type.Optional(obj({ campaign_id: Id, submission_id: Id })),
      why: text(1000, 10),
      /** From when pay waits while the case is open; nothing waits when absent. */
      suspect_since: Type.Optional(At),
      evidence: obj(Evidence),
    }),
    result: CaseView,
    refusals: [
      ...ABOUT_PERSON,
      'case_subject_unclear',
      'case_subject_hidden',
      'submission_not_found',
      'since_invalid',
      'case_declared',
    ],
  }),
  add_evidence: endpoint({
    method: 'POST',
    path: '/v1/cases/{case_id}/evidence',
    role: 'qa',
    scope: 'audit',
    summary: 'Add evidence to an open case',
    params: CasePlace,
    body: obj(Evidence),
    result: CaseView,
    refusals: ['case_not_found', 'case_closed', 'case_own', 'case_declared'],
  }),
  decide: endpoint({
    method: 'POST',
    path: '/v1/cases/{case_id}/decision',
    role: 'qa',
    scope: 'audit',
    summary: 'Dismiss, warn or limit; or propose what takes two, which a second person confirms or disagrees with',
    params: CasePlace,
    body: obj({
      decision: oneOf(['dismiss', 'impose', 'confirm', 'disagree'] as const),
      action: Type.Optional(Action),
      /** In words, for the person where a sanction is imposed; for the file otherwise. */
      reason: Reason,
      days: Type.Optional(Days),
    }),
    result: CaseView,
    refusals: [
      'case_not_found',
      'case_closed',
      'case_own',
      'case_nothing_proposed',
      'case_same_decider',
      'case_action_missing',
      'case_evidence_thin',
      'case_days_too_many',
      'limit_needs_since',
      'nothing_held',
      'last_operator',
      'person_erased',
    ],
  }),
  stop: endpoint({
    method: 'POST',
    path: '/v1/people/{account_id}/suspend',
    role: 'operator',
    scope: 'operate',
    summary: 'Stop an account at once for a day at most: opens a case that a second person must confirm',
    params: Person,
    body: obj({ reason: text(1000, 3) }),
    result: obj({ case_id: Id, account_id: Id, suspended_at: At, suspension_reason: text(1000), ends_at: At }),
    refusals: ['person_not_found', 'person_erased', 'own_account', 'case_own', 'last_operator', 'stopped_lately'],
  }),
  release: endpoint({
    method: 'POST',
    path: '/v1/people/{account_id}/unsuspend',
    role: 'operator',
    scope: 'operate',
    summary: 'End a suspension early, with a reason',
    params: Person,
    body: obj({ reason: text(1000, 3), mistaken: Type.Optional(Type.Boolean()) }),
    result: obj({ account_id: Id, ended: Type.Integer() }),
    refusals: ['person_not_found', 'person_erased', 'case_own'],
  }),
  lift: endpoint({
    method: 'POST',
    path: '/v1/sanctions/{sanction_id}/end',
    role: 'qa',
    scope: 'audit',
    summary: 'End a sanction early: because it was a mistake, or because it has done its work',
    params: SanctionPlace,
    body: obj({ reason: Reason, mistaken: Type.Boolean() }),
    result: obj({ sanction_id: Id, ended_at: At }),
    refusals: ['sanction_not_found', 'sanction_ended', 'case_own'],
  }),
  appeals: endpoint({
    method: 'GET',
    path: '/v1/sanction-appeals',
    role: 'qa',
    scope: 'audit',
    summary: 'Appeals that wait for somebody who did not decide the case, most urgent first',
    result: obj({
      items: Type.Array(
        obj({
          sanction_id: Id,
          case_id: Id,
          action: Action,
          reason: text(1000),
          appeal: Appeal,
          /** The caller is among those who were asked first. */
          asked: Type.Boolean(),
          may_decide: Type.Boolean(),
        }),
      ),
      next: Type.Null(),
    }),
    refusals: [],
  }),
  decide_appeal: endpoint({
    method: 'POST',
    path: '/v1/sanctions/{sanction_id}/appeal/decision',
    role: 'qa',
    scope: 'audit',
    summary: 'Decide an appeal that one had no part in: uphold it, which ends the sanction, or dismiss it',
    params: SanctionPlace,
    body: obj({ upheld: Type.Boolean(), answer: Reason }),
    result: obj({ sanction_id: Id, upheld: Type.Boolean(), decided_at: At }),
    refusals: ['sanction_not_found', 'appeal_not_open', 'appeal_overdue', 'case_own', 'appeal_own_decision'],
  }),
  deciders: endpoint({
    method: 'GET',
    path: '/v1/case-deciders',
    role: 'operator',
    scope: 'operate',
    summary: 'Who decided how many sanctions and appeals, and how many were overturned',
    query: obj({ ...Page }),
    result: listOf(
      obj({
        account_id: Id,
        handle: text(100),
        sanctions: Type.Integer(),
        overturned: Type.Integer(),
        appeals_decided: Type.Integer(),
        appeals_asked: Type.Integer(),
        appeals_missed: Type.Integer(),
      }),
    ),
    refusals: [],
  }),
}

export const caseRefusals = declareRefusals({
  case_not_found: { status: 404, message: 'There is no such case. Choose one from the list.' },
  case_closed: { status: 409, message: 'This case is closed. New evidence opens a new one.' },
  case_own: {
    status: 403,
    message: 'This is about you or somebody you are kept apart from, so others decide it.',
  },
  case_subject_unclear: { status: 422, message: 'Name either the person or one of their submissions.' },
  case_subject_hidden: {
    status: 403,
    message: 'Only operators name people. Name the submission; whoever wrote it stays hidden from you.',
  },
  since_invalid: { status: 422, message: 'Work can be in question from a moment in the last 90 days until now.' },
  case_nothing_proposed: { status: 409, message: 'Nothing is proposed here. Decide the case yourself.' },
  case_same_decider: {
    status: 409,
    message: 'You took part in this already; it takes a second, different person. Ask another member of QA.',
  },
  case_action_missing: { status: 422, message: 'Say which sanction, and for how many days.' },
  case_evidence_thin: {
    status: 409,
    message:
      'The evidence does not carry a {action}: a limit needs something fair, a hold or suspension something strong or two that are fair. Add what you have.',
  },
  case_days_too_many: { status: 422, message: 'A {action} lasts {most} days at most.' },
  limit_needs_since: {
    status: 409,
    message:
      'A limit or a forfeiture is about pay for work since a moment, and this case names none. Warn, hold, or open it anew.',
  },
  nothing_held: {
    status: 409,
    message:
      'Only pay that is held for its audits can be forfeited, and this person has none for the work in question.',
  },
  stopped_lately: {
    status: 409,
    message: 'This account was stopped by one person already in the last 7 days. Decide the case together instead.',
  },
  sanction_not_found: { status: 404, message: 'There is no such sanction.' },
  sanction_ended: { status: 409, message: 'This sanction has ended already.' },
  sanction_appealed: { status: 409, message: 'You appealed this once; the answer stands below it.' },
  sanction_appeal_over: { status: 409, message: 'The time for an appeal ended at {until}.' },
  case_stated: { status: 409, message: 'You said something to this case already. Whoever decides it reads that.' },
  appeal_not_open: { status: 409, message: 'No appeal of this sanction is waiting. Reload the list.' },
  appeal_overdue: {
    status: 409,
    message: 'The time to decide this appeal is over, so the sanction ends. Nothing is left to do.',
  },
  appeal_own_decision: {
    status: 403,
    message: 'You had a part in this decision, so somebody else answers the appeal.',
  },
})

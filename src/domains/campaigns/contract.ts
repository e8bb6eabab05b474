import Type, { type Static } from 'typebox'
import {
  Amount, At, CurrencyCode, declareRefusals, endpoint, Id, JsonObject, listOf, Minor, nullable, obj, oneOf, Page, text,
} from '../../platform/http/endpoint.ts'
import { Consent, Form, Instructions } from '../templates/contract.ts'

export const TASK_CLASSES = ['simple_research', 'in_depth_research', 'adversarial', 'labelling'] as const
export const MODES = ['review', 'redundancy'] as const
export const DIFFICULTIES = ['beginner', 'intermediate', 'advanced', 'expert'] as const
export const CAMPAIGN_STATES = ['draft', 'awaiting_approval', 'pilot', 'open', 'paused', 'closing', 'closed', 'cancelled'] as const

/** Prices in one currency; a dual-reward campaign has two of these. */
export const Price = obj({
  currency: CurrencyCode,
  /** For an accepted submission (in redundancy mode: an answer that agrees with the inferred one). */
  contribute_minor: Minor,
  /** For a review, whatever it says. */
  review_minor: Minor,
  /** On top of an accepted submission, in basis points, for people over the bonus benchmark. */
  bonus_bps: Type.Integer({ minimum: 0, maximum: 10_000 }),
})
const Seconds = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum })
const Cap = nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 }))

/** Everything about pay and policy that a version fixes. A submission is judged by its own version's settings. */
export const Settings = obj({
  prices: Type.Array(Price, { minItems: 1, maxItems: 4 }),
  /** Who gets the bonus: enough decided work in this campaign, of which enough was accepted. */
  bonus_benchmark: nullable(obj({ min_decided: Type.Integer({ minimum: 1, maximum: 50 }), accepted_bps: Type.Integer({ minimum: 0, maximum: 10_000 }) })),
  /** Review mode: reviews before a decision, and at most; then an expert decides. Odd minimum avoids splits. */
  reviews: obj({ min: Type.Integer({ minimum: 1, maximum: 15 }), max: Type.Integer({ minimum: 1, maximum: 31 }) }),
  /** Redundancy mode: answers for each item, and at most when they disagree. */
  redundancy: obj({ min: Type.Integer({ minimum: 1, maximum: 31 }), max: Type.Integer({ minimum: 1, maximum: 63 }) }),
  /** Submissions that an item may take in all, refused ones and revisions included: what makes the worst case finite. */
  attempts_per_item: Type.Integer({ minimum: 1, maximum: 20 }),
  lease_seconds: Seconds(60, 7 * 86_400),
  revision_seconds: Seconds(0, 30 * 86_400),
  decision_deadline_seconds: Seconds(60, 90 * 86_400),
  min_seconds_contribute: Seconds(0, 86_400),
  min_seconds_review: Seconds(0, 86_400),
  batch_size: Type.Integer({ minimum: 1, maximum: 50 }),
  caps: obj({ contribute_total: Cap, contribute_daily: Cap, review_total: Cap, review_daily: Cap }),
  /** Small campaigns and pilots: who qualifies contributes and reviews at once (never their own work). */
  may_do_both: Type.Optional(Type.Boolean()),
})
export type Settings = Static<typeof Settings>
export type Price = Static<typeof Price>
export const TaskClass = oneOf(TASK_CLASSES)
export type CampaignState = (typeof CAMPAIGN_STATES)[number]

export const ITEM_STATES = ['waiting', 'open', 'done', 'broken', 'exhausted', 'unresolved'] as const
export const IMPORT_FORMATS = ['csv', 'jsonl', 'label_studio'] as const
export const REPORT_REASONS = ['illegal', 'harmful', 'personal_data', 'misleading', 'unpaid', 'spam', 'other'] as const
export const FLAG_RESOLUTIONS = ['broken', 'fine', 'answered'] as const
/** Why somebody has the role they have; the sentence is in the catalogue under `role.<why>`. */
export const ROLE_REASONS = [
  'created', 'contribute_needed', 'review_needed', 'below_reviewer_score', 'answers_only', 'may_do_both', 'moved_to_review', 'moved_to_contribute',
] as const
export const MemberRole = oneOf(['requester', 'contributor', 'reviewer'] as const)

const Place = obj({ campaign_id: Id })
const Title = text(200, 1)
const Area = text(60, 1)
const Language = Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$', maxLength: 20 })
const Quota = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const Count = Type.Integer()

/** What a requester says about a campaign besides its version. */
const About = {
  title: Title, task_class: TaskClass, mode: oneOf(MODES), difficulty: oneOf(DIFFICULTIES), knowledge_area: Area, language: Language,
  /** True: contributors bring the data; each of the quota's places is a slot. False: items are imported. */
  open_collection: Type.Boolean(),
  quota: Quota,
  /** How many items open first, for the requester to look at; 0 for none. */
  pilot_size: Type.Integer({ minimum: 0, maximum: 10_000 }),
  deadline: nullable(At),
}
const VersionParts = { instructions: Instructions, form: Form, settings: Settings, consent: Consent }
export const Draft = obj({ ...About, ...VersionParts })
export type Draft = Static<typeof Draft>
export const VersionDraft = obj(VersionParts)
export type VersionDraft = Static<typeof VersionDraft>

const Restricted = Type.Boolean({ description: 'adversarial work: always approved by the operator, released only to people with that right' })
const Hourly = obj({
  /** `measured`: from recent work. `minimum_time`: from the least time the task asks for. */
  basis: oneOf(['measured', 'minimum_time'] as const),
  seconds: Type.Integer(),
  amounts: Type.Array(Amount),
})
const Summary = {
  campaign_id: Id, title: Title, task_class: TaskClass, mode: oneOf(MODES), difficulty: oneOf(DIFFICULTIES), knowledge_area: Area, language: text(20),
  restricted: Restricted, status: oneOf(CAMPAIGN_STATES), deadline: nullable(At), example: Type.Boolean(),
}
/** A campaign as anyone sees it in the list. */
export const Listed = obj({
  ...Summary,
  contribute: Type.Array(Amount), review: Type.Array(Amount), bonus_bps: Type.Integer(),
  hourly: nullable(Hourly),
  /** About how many items can still be worked on. */
  places_left: Count,
  has_exam: Type.Boolean(), adults_only: Type.Boolean(),
  my_roles: Type.Array(MemberRole),
})
export type Listed = Static<typeof Listed>

/** Where the caller stands in a campaign. */
export const Standing = obj({
  roles: Type.Array(obj({ role: MemberRole, why: oneOf(ROLE_REASONS), since: At })),
  consent_version: nullable(Type.Integer()),
  /** Terms changed since this person agreed: join again before new work. */
  consent_due: Type.Boolean(),
})

export const CampaignPage = obj({
  ...Listed.properties,
  version: Type.Integer(), opened_at: nullable(At), quota: Quota, accepted: Count,
  instructions: Instructions, consent: Consent, consent_version: Type.Integer(),
  min_seconds_contribute: Type.Integer(), min_seconds_review: Type.Integer(), batch_size: Type.Integer(), caps: Settings.properties.caps,
  questions: Type.Array(obj({ key: text(40), title: text(400), required: Type.Boolean(), widget: text(20) })),
  exam: nullable(obj({ questions: Count, pass_bps: Count, cooldown_seconds: Count, time_limit_seconds: Count })),
  season: obj({ season_id: Id, name: text(200), ends_at: At }),
  requester: text(100),
  me: nullable(Standing),
})
export type CampaignPage = Static<typeof CampaignPage>

/** Money of a campaign in one currency. `worst_case`: what it can cost at most; opening needs that much. */
export const Budget = obj({
  currency: CurrencyCode, worst_case_minor: Minor, funded_minor: Minor, missing_minor: Minor, spent_minor: Minor, returned_minor: Minor, left_minor: Minor,
})
const Decided = obj({ approved: Type.Boolean(), reason: text(2000), decided_at: At })
/** A campaign that waits for the operator. */
const Approval = obj({
  ...Summary, requester_id: Id, requester: text(100), first_campaign: Type.Boolean(), quota: Quota, items: Count, asked_at: At, version: Type.Integer(), worst_case: Type.Array(Amount),
})
export type Approval = Static<typeof Approval>
const VersionRow = obj({ version: Type.Integer(), consent_version: Type.Integer(), created_at: At, ...VersionParts })
export type VersionRow = Static<typeof VersionRow>

/** Everything its requester sees of a campaign. */
export const Managed = obj({
  ...Summary, ...About, ...VersionParts,
  version: Type.Integer(), consent_version: Type.Integer(), created_at: At, opened_at: nullable(At), closed_at: nullable(At), closes_as: nullable(text(20)), close_reason: nullable(text(40)), paused_by_operator: Type.Boolean(),
  items: Count, opened_items: Count, has_exam: Type.Boolean(), exam_questions: Count,
  budget: Type.Array(Budget), last_approval: nullable(Decided),
  /** Whether opening will wait for an operator. */
  needs_approval: Type.Boolean(),
})
export type Managed = Static<typeof Managed>

/** A campaign after a change of state. */
const Changed = obj({ campaign_id: Id, status: oneOf(CAMPAIGN_STATES), version: Type.Integer(), quota: Quota })
export type Changed = Static<typeof Changed>

export const Progress = obj({
  campaign_id: Id, status: oneOf(CAMPAIGN_STATES), measured_at: At, quota: Quota,
  items: obj({ waiting: Count, open: Count, done: Count, broken: Count, exhausted: Count, unresolved: Count }),
  submissions: obj({ in_review: Count, accepted: Count, rejected: Count, rejected_final: Count, answered: Count, withdrawn: Count }),
  /** Accepted submissions; in redundancy mode, items with an answer. */
  accepted: Count, leased: Count, contributors: Count, reviewers: Count, open_flags: Count,
  accepted_last_day: Count,
  /** When the quota is reached at the pace of the last day; null when nothing moves. */
  expected_by: nullable(At),
  budget: Type.Array(Budget),
  cost_per_accepted: Type.Array(Amount),
})
export type Progress = Static<typeof Progress>

const Import = obj({
  import_id: text(64), format: oneOf(IMPORT_FORMATS), state: oneOf(['running', 'done'] as const),
  /** The part to send next; what was sent before it is kept. */
  next_part: Count, rows: Count, imported: Count,
  /** Rows that were there already, with the same content. */
  unchanged: Count,
  items: Count,
})
export type Import = Static<typeof Import>
const Item = obj({ item_id: Id, data: nullable(JsonObject), external_ref: nullable(text(200)), state: oneOf(ITEM_STATES), pilot: Type.Boolean(), attempts: Count, answer: nullable(JsonObject) })

const Flag = obj({
  flag_id: Id, campaign_id: Id, item_id: Id, kind: oneOf(['broken', 'question'] as const), message: text(2000), created_at: At,
  resolution: nullable(oneOf(FLAG_RESOLUTIONS)), reply: nullable(text(2000)), resolved_at: nullable(At),
})
const Report = obj({
  report_id: Id, campaign_id: Id, title: Title, status: oneOf(CAMPAIGN_STATES), reason: oneOf(REPORT_REASONS), message: text(4000), created_at: At, signed_in: Type.Boolean(),
  resolution: nullable(oneOf(['dismissed', 'paused'] as const)), note: nullable(text(2000)), resolved_at: nullable(At),
})

const draftRefusals = ['form_invalid', 'settings_invalid', 'deadline_passed'] as const
const wide = { body_limit: 512 * 1024 }
const of = { params: Place, scope: 'campaigns', role: 'requester' } as const

export const campaigns = {
  list: endpoint({
    method: 'GET', path: '/v1/campaigns', role: 'public', scope: 'read', summary: 'Campaigns that take work now, newest first',
    query: obj({ ...Page, task_class: Type.Optional(TaskClass), difficulty: Type.Optional(oneOf(DIFFICULTIES)), language: Type.Optional(Language), search: Type.Optional(text(100, 1)) }),
    result: listOf(Listed), refusals: [],
  }),
  page: endpoint({
    method: 'GET', path: '/v1/campaigns/{campaign_id}', role: 'public', scope: 'read', summary: 'A campaign: instructions, consent, pay, exam, and where I stand in it',
    params: Place, result: CampaignPage, refusals: ['campaign_not_found'],
  }),
  taking_part: endpoint({
    method: 'GET', path: '/v1/me/memberships', role: 'person', scope: 'read', summary: 'Campaigns I take part in, and as what',
    result: listOf(obj({ campaign_id: Id, title: Title, status: oneOf(CAMPAIGN_STATES), role: MemberRole, why: oneOf(ROLE_REASONS), since: At, consent_due: Type.Boolean() })), refusals: [],
  }),
  leave: endpoint({
    method: 'POST', path: '/v1/campaigns/{campaign_id}/leave', role: 'person', scope: 'contribute', summary: 'Stop taking part; what I handed in is still decided and paid',
    params: Place, body: obj({}), result: obj({ campaign_id: Id, left: Type.Boolean() }), refusals: ['campaign_not_found'],
  }),

  mine: endpoint({
    method: 'GET', path: '/v1/me/campaigns', role: 'person', scope: 'campaigns', summary: 'My campaigns as requester, newest first',
    query: obj({ ...Page }), result: listOf(obj({ ...Summary, quota: Quota, items: Count, accepted: Count, open_flags: Count, created_at: At })), refusals: [],
  }),
  create: endpoint({
    method: 'POST', path: '/v1/campaigns', role: 'person', scope: 'campaigns', summary: 'Draft a campaign; anyone may, and becomes its requester',
    body: Draft, result: Changed, refusals: [...draftRefusals], ...wide,
  }),
  estimate: endpoint({
    method: 'POST', path: '/v1/campaigns/estimate', role: 'person', scope: 'read', summary: 'What a campaign can cost at most',
    body: obj({ settings: Settings, mode: oneOf(MODES), quota: Quota }),
    result: obj({ worst_case: Type.Array(Amount), per_item: Type.Array(Amount) }), refusals: ['settings_invalid'],
  }),
  manage: endpoint({ ...of, method: 'GET', path: '/v1/campaigns/{campaign_id}/manage', summary: 'Everything its requester sees of a campaign', result: Managed, refusals: ['campaign_not_found'] }),
  edit: endpoint({
    ...of, method: 'PUT', path: '/v1/campaigns/{campaign_id}', summary: 'Replace a draft', body: Draft, result: Changed,
    refusals: ['campaign_not_found', 'not_a_draft', ...draftRefusals, 'collection_has_items'], ...wide,
  }),
  versions: endpoint({
    ...of, method: 'GET', path: '/v1/campaigns/{campaign_id}/versions', summary: 'Its versions, newest first', query: obj({ ...Page }),
    result: listOf(VersionRow), refusals: ['campaign_not_found'],
  }),
  revise: endpoint({
    ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/versions',
    summary: 'A new version of instructions, form, prices and consent; work already leased or handed in keeps its own',
    body: VersionDraft, result: Changed, refusals: ['campaign_not_found', 'campaign_over', 'approval_pending', 'form_invalid', 'settings_invalid', 'item_field_missing', 'budget_too_small'], ...wide,
  }),
  fund: endpoint({
    ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/fund', summary: 'Move money from the requester\'s free balance into the campaign',
    body: obj({ currency: CurrencyCode, amount_minor: Type.String({ pattern: '^[1-9][0-9]{0,77}$' }) }),
    result: obj({ campaign_id: Id, budget: Type.Array(Budget) }), refusals: ['campaign_not_found', 'campaign_over', 'currency_unused', 'balance_too_small'],
  }),
  open: endpoint({
    ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/open', summary: 'Open a draft (its pilot first, if it has one), or release the rest after the pilot',
    body: obj({}), result: Changed,
    refusals: ['campaign_not_found', 'not_openable', 'no_season', 'season_over', 'deadline_passed', 'too_few_items', 'item_field_missing', 'exam_too_small', 'budget_too_small'],
  }),
  recall: endpoint({ ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/recall', summary: 'Take back a request for approval, to edit the draft', body: obj({}), result: Changed, refusals: ['campaign_not_found', 'not_awaiting_approval'] }),
  pause: endpoint({ ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/pause', summary: 'Give out no new work for now', body: obj({}), result: Changed, refusals: ['campaign_not_found', 'not_running'] }),
  resume: endpoint({ ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/resume', summary: 'Give out work again', body: obj({}), result: Changed, refusals: ['campaign_not_found', 'not_paused', 'paused_by_operator', 'deadline_passed', 'season_over'] }),
  extend: endpoint({
    ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/extend', summary: 'Raise the quota or move the deadline; a higher quota needs its worst case in the budget',
    body: obj({ quota: Type.Optional(Quota), deadline: Type.Optional(nullable(At)) }), result: Changed,
    refusals: ['campaign_not_found', 'campaign_over', 'approval_pending', 'not_live', 'quota_not_higher', 'deadline_passed', 'too_few_items', 'budget_too_small'],
  }),
  cancel: endpoint({
    ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/cancel', summary: 'End it: what is leased or handed in is still decided and paid, the rest of the budget returns',
    body: obj({}), result: Changed, refusals: ['campaign_not_found', 'campaign_over'],
  }),
  progress: endpoint({ ...of, method: 'GET', path: '/v1/campaigns/{campaign_id}/progress', summary: 'Live counts, cost and pace', result: Progress, refusals: ['campaign_not_found'] }),

  items: endpoint({
    ...of, method: 'GET', path: '/v1/campaigns/{campaign_id}/items', summary: 'Its items', query: obj({ ...Page, state: Type.Optional(oneOf(ITEM_STATES)) }),
    result: listOf(Item), refusals: ['campaign_not_found'],
  }),
  import_items: endpoint({
    ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/items',
    summary: 'Import items from CSV, JSONL or Label Studio JSON, in parts of up to 5 MB; a part sent twice is taken once',
    body: obj({
      import_id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }), part: Type.Integer({ minimum: 1, maximum: 100_000 }), last: Type.Boolean(),
      format: oneOf(IMPORT_FORMATS), text: text(5_000_000),
      /** The column or field that names each item; `id` when there is one. */
      ref_field: Type.Optional(text(200, 1)),
      /** Parts of a Label Studio task to leave out on purpose. */
      ignore: Type.Optional(Type.Array(text(100, 1), { maxItems: 50 })),
    }),
    result: Import, refusals: ['campaign_not_found', 'not_importable', 'part_out_of_order', 'import_over', 'import_changed', 'items_invalid', 'too_many_items'],
    body_limit: 12 * 1024 * 1024,
  }),
  import_state: endpoint({
    ...of, method: 'GET', path: '/v1/campaigns/{campaign_id}/imports/{import_id}', summary: 'Where an import stands, to resume it',
    params: obj({ campaign_id: Id, import_id: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }) }), result: Import, refusals: ['import_not_found'],
  }),
  clear_items: endpoint({
    ...of, method: 'DELETE', path: '/v1/campaigns/{campaign_id}/items', summary: 'Remove a draft\'s items, to import them afresh',
    result: obj({ campaign_id: Id, removed: Count }), refusals: ['campaign_not_found', 'not_a_draft'],
  }),

  flag: endpoint({
    method: 'POST', path: '/v1/campaigns/{campaign_id}/flags', role: 'person', scope: 'read', summary: 'Say that an item is broken, or ask about it; for whoever holds or held it',
    params: Place,
    /** The item, or the submission under review. */
    body: obj({ target_id: Id, kind: oneOf(['broken', 'question'] as const), message: text(2000, 1) }),
    result: obj({ flag_id: Id, created_at: At }), refusals: ['item_not_held', 'already_flagged'],
  }),
  my_flags: endpoint({ method: 'GET', path: '/v1/me/flags', role: 'person', scope: 'read', summary: 'What I flagged or asked, and the replies', query: obj({ ...Page }), result: listOf(Flag), refusals: [] }),
  flags: endpoint({
    ...of, method: 'GET', path: '/v1/campaigns/{campaign_id}/flags', summary: 'Flags and questions about items, oldest first',
    query: obj({ ...Page, open: Type.Optional(Type.Boolean()) }), result: listOf(obj({ ...Flag.properties, data: nullable(JsonObject), item_state: oneOf(ITEM_STATES) })), refusals: ['campaign_not_found'],
  }),
  resolve_flag: endpoint({
    ...of, method: 'POST', path: '/v1/campaigns/{campaign_id}/flags/{flag_id}/resolve', summary: 'Answer a question, or decide whether an item is broken; broken ones never count against anyone',
    params: obj({ campaign_id: Id, flag_id: Id }), body: obj({ resolution: oneOf(FLAG_RESOLUTIONS), reply: Type.Optional(text(2000, 1)) }), result: Flag,
    refusals: ['flag_not_found', 'flag_resolved', 'reply_needed'],
  }),

  report: endpoint({
    method: 'POST', path: '/v1/campaigns/{campaign_id}/reports', role: 'public', scope: 'read', summary: 'Report a campaign to the operator; no account needed',
    params: Place, body: obj({ reason: oneOf(REPORT_REASONS), message: text(4000, 1) }), result: obj({ report_id: Id, created_at: At }), refusals: ['campaign_not_found'],
  }),
  reports: endpoint({
    method: 'GET', path: '/v1/campaign-reports', role: 'operator', scope: 'operate', summary: 'Reports of campaigns, oldest open first',
    query: obj({ ...Page, open: Type.Optional(Type.Boolean()) }), result: listOf(Report), refusals: [],
  }),
  resolve_report: endpoint({
    method: 'POST', path: '/v1/campaigns/{campaign_id}/reports/{report_id}/resolve', role: 'operator', scope: 'operate', summary: 'Dismiss a report, or pause the campaign',
    params: obj({ campaign_id: Id, report_id: Id }), body: obj({ resolution: oneOf(['dismissed', 'paused'] as const), note: text(2000, 1) }), result: Report,
    refusals: ['report_not_found', 'report_resolved', 'not_running'],
  }),
  approvals: endpoint({
    method: 'GET', path: '/v1/approvals', role: 'operator', scope: 'operate', summary: 'Campaigns that wait for approval, oldest first',
    query: obj({ ...Page }), result: listOf(Approval), refusals: [],
  }),
  decide: endpoint({
    method: 'POST', path: '/v1/campaigns/{campaign_id}/approval', role: 'operator', scope: 'operate', summary: 'Approve a campaign or send it back, with a reason',
    params: Place, body: obj({ approved: Type.Boolean(), reason: text(2000, 1), version: Type.Integer({ minimum: 1 }) }), result: Changed,
    refusals: ['campaign_not_found', 'not_awaiting_approval', 'version_changed', 'no_season', 'season_over', 'deadline_passed', 'budget_too_small'],
  }),
}

export const campaignRefusals = declareRefusals({
  campaign_not_found: { status: 404, message: 'There is no campaign with this id, or it is not public yet.' },
  form_invalid: { status: 422, message: 'The form cannot be used as it is. The fields say what to change.' },
  settings_invalid: { status: 422, message: 'These settings do not fit together. The fields say what to change.' },
  deadline_passed: { status: 422, message: 'The deadline lies in the past. Choose a later one, or none.' },
  not_a_draft: { status: 409, message: 'Only a draft can be replaced. On a live campaign, make a new version or extend it.' },
  collection_has_items: { status: 409, message: 'This draft has {items} imported items. Remove them first, or leave it a campaign with items.' },
  campaign_over: { status: 409, message: 'This campaign has ended or is ending. Start a new one.' },
  approval_pending: { status: 409, message: 'This campaign waits for the operator\'s approval. Take the request back first to change it.' },
  budget_too_small: { status: 409, message: 'The worst case needs {missing_minor} {currency} (minor units) more in the campaign\'s budget. Fund it with that much, or lower the quota or prices.' },
  currency_unused: { status: 422, message: 'This campaign has no price in {currency}. Fund it in a currency it pays in.' },
  not_openable: { status: 409, message: 'Only a draft or a campaign in its pilot can be opened; this one is {status}.' },
  too_few_items: { status: 409, message: 'The quota is {quota}, but there are {items} items. Import more, or lower the quota.' },
  item_field_missing: { status: 409, message: 'The form shows the field "{field}", which the item {item} does not have. Import it, or take it off the form.' },
  exam_too_small: { status: 409, message: 'The exam draws {draw} questions, but its bank holds {bank}. Add questions, or draw fewer.' },
  not_awaiting_approval: { status: 409, message: 'This campaign does not wait for approval.' },
  version_changed: { status: 409, message: 'The campaign was changed to version {version} while you looked. Read it again, then decide.' },
  not_running: { status: 409, message: 'Only a campaign that gives out work can be paused; this one is {status}.' },
  not_paused: { status: 409, message: 'This campaign is not paused; it is {status}.' },
  paused_by_operator: { status: 403, message: 'An operator paused this campaign after a report. Ask the operator to let it go on.' },
  not_live: { status: 409, message: 'This campaign is a draft still; change the draft itself.' },
  quota_not_higher: { status: 422, message: 'The quota of a live campaign can only grow; it is {quota} now.' },
  not_importable: { status: 409, message: 'Items can be imported into a draft or a running campaign that is not an open collection.' },
  part_out_of_order: { status: 409, message: 'Send part {expected} next; the parts before it are kept.' },
  import_over: { status: 409, message: 'This import is complete. Use a new import id for more items.' },
  import_changed: { status: 409, message: 'This import was begun with another format or other options. Keep them, or use a new import id.' },
  import_not_found: { status: 404, message: 'There is no import with this id.' },
  items_invalid: { status: 422, message: 'Nothing of this part was imported. The fields name the rows and what is wrong with them.' },
  too_many_items: { status: 422, message: 'A campaign holds at most {limit} items; this would make {items}.' },
  item_not_held: { status: 403, message: 'You can flag or ask about work that you hold or held.' },
  already_flagged: { status: 409, message: 'You said this about the item already; the requester will answer.' },
  flag_not_found: { status: 404, message: 'There is no flag with this id in this campaign.' },
  flag_resolved: { status: 409, message: 'This flag is resolved.' },
  reply_needed: { status: 422, message: 'Write the answer that the person will read.' },
  report_not_found: { status: 404, message: 'There is no report with this id.' },
  report_resolved: { status: 409, message: 'This report is resolved.' },
})

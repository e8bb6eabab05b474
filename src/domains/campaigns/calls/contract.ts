import { declareRefusals } from '../../../platform/http/endpoint.ts'
import { deskCalls } from '../desk/contract.ts'
import { itemCalls } from '../items/contract.ts'
import { publicCalls } from '../public/contract.ts'

/** Everything that can be asked of campaigns. */
export const campaigns = { ...publicCalls, ...deskCalls, ...itemCalls }

export const campaignRefusals = declareRefusals({
  campaign_not_found: { status: 404, message: 'There is no campaign with this id, or it is not public yet.' },
  form_invalid: { status: 422, message: 'The form cannot be used as it is. The fields say what to change.' },
  settings_invalid: { status: 422, message: 'These settings do not fit together. The fields say what to change.' },
  deadline_passed: { status: 422, message: 'The deadline lies in the past. Choose a later one, or none.' },
  campaign_escrowed: {
    status: 409,
    message:
      "This campaign's {currency} lies in an escrow on the chain. Add more there, so that all of it is in one place.",
  },
  not_a_draft: {
    status: 409,
    message: 'Only a draft can be replaced. On a live campaign, make a new version or extend it.',
  },
  segment_twice: { status: 422, message: 'Two segments take the same items ("{value}"). Name each value once.' },
  segment_empty: {
    status: 422,
    message: 'No item says "{value}" in that field. Look at the items, or leave the segment out.',
  },
  split_too_large: {
    status: 409,
    message: 'Up to {most} items are split at once. Import the segments as campaigns of their own instead.',
  },
  collection_has_items: {
    status: 409,
    message: 'This draft has {items} imported items. Remove them first, or leave it a campaign with items.',
  },
  campaign_over: { status: 409, message: 'This campaign has ended or is ending. Start a new one.' },
  approval_pending: {
    status: 409,
    message: "This campaign waits for the operator's approval. Take the request back first to change it.",
  },
  budget_too_small: {
    status: 409,
    message:
      "The worst case needs {missing_minor} {currency} (minor units) more in the campaign's budget. Fund it with that much, or lower the quota or prices.",
  },
  currency_unused: {
    status: 422,
    message: 'This campaign has no price in {currency}. Fund it in a currency it pays in.',
  },
  not_openable: {
    status: 409,
    message: 'Only a draft or a campaign in its pilot can be opened; this one is {status}.',
  },
  too_few_items: {
    status: 409,
    message: 'The quota is {quota}, but there are {items} items. Import more, or lower the quota.',
  },
  item_field_missing: {
    status: 409,
    message:
      'The form shows the field "{field}", which the item {item} does not have. Import it, or take it off the form.',
  },
  exam_too_small: {
    status: 409,
    message: 'The exam draws {draw} questions, but its bank holds {bank}. Add questions, or draw fewer.',
  },
  not_awaiting_approval: { status: 409, message: 'This campaign does not wait for approval.' },
  version_changed: {
    status: 409,
    message: 'The campaign was changed to version {version} while you looked. Read it again, then decide.',
  },
  not_running: { status: 409, message: 'Only a campaign that gives out work can be paused; this one is {status}.' },
  not_paused: { status: 409, message: 'This campaign is not paused; it is {status}.' },
  paused_by_operator: {
    status: 403,
    message: 'An operator paused this campaign after a report. Ask the operator to let it go on.',
  },
  not_live: { status: 409, message: 'This campaign is a draft still; change the draft itself.' },
  quota_not_higher: { status: 422, message: 'The quota of a live campaign can only grow; it is {quota} now.' },
  not_importable: {
    status: 409,
    message: 'Items can be imported into a draft or a running campaign that is not an open collection.',
  },
  part_out_of_order: { status: 409, message: 'Send part {expected} next; the parts before it are kept.' },
  import_over: { status: 409, message: 'This import is complete. Use a new import id for more items.' },
  import_changed: {
    status: 409,
    message: 'This import was begun with another format or other options. Keep them, or use a new import id.',
  },
  import_not_found: { status: 404, message: 'There is no import with this id.' },
  items_invalid: {
    status: 422,
    message: 'Nothing of this part was imported. The fields name the rows and what is wrong with them.',
  },
  too_many_items: { status: 422, message: 'A campaign holds at most {limit} items; this would make {items}.' },
  item_not_held: { status: 403, message: 'You can flag or ask about work that you hold or held.' },
  already_flagged: { status: 409, message: 'You said this about the item already; the requester will answer.' },
  flag_not_found: { status: 404, message: 'There is no flag with this id in this campaign.' },
  flag_resolved: { status: 409, message: 'This flag is resolved.' },
  reply_needed: { status: 422, message: 'Write the answer that the person will read.' },
  campaign_report_not_found: {
    status: 404,
    message: 'There is no report of a campaign with this id. Reload the list of reports.',
  },
  report_resolved: { status: 409, message: 'This report is resolved.' },
})

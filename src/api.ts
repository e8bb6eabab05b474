import { assignmentRefusals, assignments } from './domains/assignment/contract.ts'
import { inbox } from './domains/inbox/contract.ts'
import { ledger, ledgerRefusals } from './domains/ledger/contract.ts'
import { payoutRefusals, payouts } from './domains/payouts/contract.ts'
import { reviewRefusals, reviews } from './domains/review/contract.ts'
import { earnings } from './domains/rewards/contract.ts'
import { submissionRefusals, submissions } from './domains/submissions/contract.ts'
import { commonRefusals } from './platform/http/common-refusals.ts'

/** Every domain's contract: the map of the product. Server, client, OpenAPI and tests are made from it. */
export const api = {
  assignments,
  submissions,
  reviews,
  earnings,
  ledger,
  payouts,
  inbox,
}

/** Every refusal code, its status and its sentence. */
export const refusals = {
  ...commonRefusals,
  ...assignmentRefusals,
  ...submissionRefusals,
  ...reviewRefusals,
  ...ledgerRefusals,
  ...payoutRefusals,
}

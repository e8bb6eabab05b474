import type { api } from '../api.ts'
import { assignmentRoutes } from '../domains/assignment/routes.ts'
import { exposureRoutes } from '../domains/assignment/exposure/routes.ts'
import { auditRoutes } from '../domains/audits/routes.ts'
import { campaignRoutes } from '../domains/campaigns/routes.ts'
import { certificateRoutes } from '../domains/certificates/routes.ts'
import { releaseRoutes } from '../domains/datasets/routes.ts'
import { evidenceRoutes } from '../domains/evidence/routes.ts'
import { examRoutes } from '../domains/exams/routes.ts'
import { gasIdRoutes } from '../domains/gasid/routes.ts'
import { groupRoutes } from '../domains/groups/routes.ts'
import { goldRoutes } from '../domains/gold/routes.ts'
import {
  accountRoutes,
  delegationRoutes,
  identityRoutes,
  invitationsRoutes,
  peopleRoutes,
  walletRoutes,
} from '../domains/identity/routes.ts'
import { inboxRoutes } from '../domains/inbox/routes.ts'
import {
  caseDeskRoutes,
  clusterRoutes,
  caseRoutes,
  driveRoutes,
  integrityRoutes,
  standingRoutes,
  signalRoutes,
} from '../domains/integrity/routes.ts'
import { checkRoutes } from '../domains/checks/routes.ts'
import { redteamRoutes } from '../domains/redteam/routes.ts'
import { modelRoutes } from '../domains/models/routes.ts'
import { reliabilityRoutes } from '../domains/reliability/routes.ts'
import { ledgerRoutes } from '../domains/ledger/routes.ts'
import { operationsRoutes } from '../domains/operations/routes.ts'
import { payoutRoutes } from '../domains/payouts/routes.ts'
import { privacyRoutes } from '../domains/privacy/routes.ts'
import { reportRoutes } from '../domains/reports/routes.ts'
import { reviewRoutes } from '../domains/review/routes.ts'
import { earningsRoutes } from '../domains/rewards/routes.ts'
import { seasonRoutes } from '../domains/seasons/routes.ts'
import { escrowRoutes, incomeRoutes, settlementRoutes } from '../domains/settlement/routes.ts'
import { submissionRoutes } from '../domains/submissions/routes.ts'
import { templateRoutes } from '../domains/templates/routes.ts'
import type { Ctx } from '../platform/context.ts'
import type { Handlers } from '../platform/http/endpoint.ts'

/** Every contract's handlers, gathered; the type fails when one is missing. */
export const routes: { [D in keyof typeof api]: Handlers<(typeof api)[D], Ctx> } = {
  identity: identityRoutes,
  account: accountRoutes,
  wallets: walletRoutes,
  delegations: delegationRoutes,
  invitations: invitationsRoutes,
  people: peopleRoutes,
  privacy: privacyRoutes,
  templates: templateRoutes,
  campaigns: campaignRoutes,
  integrity: integrityRoutes,
  cases: caseRoutes,
  caseDesk: caseDeskRoutes,
  clusters: clusterRoutes,
  drives: driveRoutes,
  standing: standingRoutes,
  signals: signalRoutes,
  models: modelRoutes,
  redteam: redteamRoutes,
  checks: checkRoutes,
  reliability: reliabilityRoutes,
  exams: examRoutes,
  gold: goldRoutes,
  groups: groupRoutes,
  assignments: assignmentRoutes,
  exposure: exposureRoutes,
  submissions: submissionRoutes,
  reviews: reviewRoutes,
  earnings: earningsRoutes,
  ledger: ledgerRoutes,
  seasons: seasonRoutes,
  gasId: gasIdRoutes,
  audits: auditRoutes,
  reports: reportRoutes,
  releases: releaseRoutes,
  certificates: certificateRoutes,
  evidence: evidenceRoutes,
  payouts: payoutRoutes,
  settlement: settlementRoutes,
  escrow: escrowRoutes,
  income: incomeRoutes,
  operations: operationsRoutes,
  inbox: inboxRoutes,
}

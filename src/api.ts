import { assignmentRefusals, assignments } from './domains/assignment/contract.ts'
import { exposure, exposureRefusals } from './domains/assignment/exposure/contract.ts'
import { auditRefusals, audits } from './domains/audits/contract.ts'
import { campaignRefusals, campaigns } from './domains/campaigns/calls/contract.ts'
import { certificateRefusals, certificates } from './domains/certificates/contract.ts'
import { datasetRefusals, releases } from './domains/datasets/contract.ts'
import { evidence, evidenceRefusals } from './domains/evidence/contract.ts'
import { examRefusals, exams } from './domains/exams/contract.ts'
import { gasId, gasRefusals } from './domains/gasid/contract.ts'
import { groupRefusals, groups } from './domains/groups/contract.ts'
import { gold, goldRefusals } from './domains/gold/contract.ts'
import { account, people } from './domains/identity/account/contract.ts'
import { delegationRefusals, delegations } from './domains/identity/delegations/contract.ts'
import { walletRefusals, wallets } from './domains/identity/wallets/contract.ts'
import { identity, identityRefusals, invitations } from './domains/identity/contract.ts'
import { inbox } from './domains/inbox/contract.ts'
import { caseRefusals, cases } from './domains/integrity/cases/contract.ts'
import { clusterRefusals, clusters } from './domains/integrity/clusters/contract.ts'
import { caseDesk } from './domains/integrity/desk/contract.ts'
import { signals } from './domains/integrity/signals/contract.ts'
import { driveRefusals, drives } from './domains/integrity/reports/contract.ts'
import { standing } from './domains/integrity/standing/contract.ts'
import { integrity, integrityRefusals } from './domains/integrity/contract.ts'
import { checkRefusals, checks } from './domains/checks/contract.ts'
import { modelRefusals, models } from './domains/models/contract.ts'
import { redteam, redteamRefusals } from './domains/redteam/contract.ts'
import { reliability, reliabilityRefusals } from './domains/reliability/contract.ts'
import { ledger, ledgerRefusals } from './domains/ledger/contract.ts'
import { operations } from './domains/operations/contract.ts'
import { payoutRefusals, payouts } from './domains/payouts/contract.ts'
import { reportRefusals, reports } from './domains/reports/contract.ts'
import { privacy, privacyRefusals } from './domains/privacy/contract.ts'
import { reviewRefusals, reviews } from './domains/review/contract.ts'
import { earnings } from './domains/rewards/contract.ts'
import { seasonRefusals, seasons } from './domains/seasons/contract.ts'
import { settlement } from './domains/settlement/contract.ts'
import { settlementRefusals } from './domains/settlement/refusals/contract.ts'
import { escrow, escrowRefusals } from './domains/settlement/escrow/contract.ts'
import { income, incomeRefusals } from './domains/settlement/income/contract.ts'
import { submissionRefusals, submissions } from './domains/submissions/contract.ts'
import { templates } from './domains/templates/contract.ts'
import { commonRefusals } from './platform/http/common-refusals.ts'

/** Every domain's contract: the map of the product. Server, client, OpenAPI and tests are made from it. */
export const api = {
  identity,
  account,
  wallets,
  invitations,
  delegations,
  people,
  templates,
  campaigns,
  integrity,
  cases,
  caseDesk,
  clusters,
  drives,
  standing,
  signals,
  models,
  redteam,
  checks,
  reliability,
  exams,
  gold,
  groups,
  assignments,
  exposure,
  submissions,
  reviews,
  earnings,
  ledger,
  payouts,
  inbox,
  privacy,
  seasons,
  gasId,
  audits,
  releases,
  certificates,
  settlement,
  escrow,
  income,
  evidence,
  reports,
  operations,
}

/** Every refusal code, its status and its sentence. */
export const refusals = {
  ...commonRefusals,
  ...identityRefusals,
  ...walletRefusals,
  ...campaignRefusals,
  ...delegationRefusals,
  ...integrityRefusals,
  ...clusterRefusals,
  ...caseRefusals,
  ...driveRefusals,
  ...modelRefusals,
  ...redteamRefusals,
  ...checkRefusals,
  ...reliabilityRefusals,
  ...examRefusals,
  ...goldRefusals,
  ...groupRefusals,
  ...assignmentRefusals,
  ...exposureRefusals,
  ...submissionRefusals,
  ...reviewRefusals,
  ...ledgerRefusals,
  ...payoutRefusals,
  ...privacyRefusals,
  ...seasonRefusals,
  ...gasRefusals,
  ...auditRefusals,
  ...datasetRefusals,
  ...certificateRefusals,
  ...settlementRefusals,
  ...escrowRefusals,
  ...incomeRefusals,
  ...evidenceRefusals,
  ...reportRefusals,
}

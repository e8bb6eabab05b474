import { buildReports } from '../domains/reports/jobs.ts'
import { countScores, freezeSeasons } from '../domains/seasons/jobs.ts'
import { keepApart, measureLanes, queueItems, sweepLeases } from '../domains/assignment/jobs.ts'
import { forgetEndedSessions } from '../domains/identity/jobs.ts'
import { finishErasuresJob } from '../domains/privacy/jobs.ts'
import { closeCampaigns, measureOpenCampaigns, openItems } from '../domains/campaigns/jobs.ts'
import { keepGold } from '../domains/gold/jobs.ts'
import { payGold } from '../domains/rewards/pay-gold.ts'
import { movePrices } from '../domains/campaigns/move-prices.ts'
import { balanceRoles } from '../domains/exams/jobs.ts'
import { escalateOverdue, settleRejections } from '../domains/review/jobs.ts'
import { askChecks, runChecks } from '../domains/checks/jobs.ts'
import { concludeChecked } from '../domains/review/conclude-checked.ts'
import { forgetReplied } from '../domains/redteam/jobs.ts'
import { askModels } from '../domains/models/jobs.ts'
import { takeSnapshots } from '../domains/reliability/jobs.ts'
import { findClustersJob, rankTrustJob } from '../domains/integrity/clusters/jobs.ts'
import { endSanctions, gatherEvidence, settleReportsJob, watchReviewers } from '../domains/integrity/jobs.ts'
import { drawWindowAudits } from '../domains/audits/jobs.ts'
import { settleWindows } from '../domains/rewards/jobs.ts'
import { thawRewards } from '../domains/payouts/jobs.ts'
import { decideLeftOver, decideRedundancy } from '../domains/truth/jobs.ts'
import { deliverMessages, remindOfEnds } from '../domains/inbox/jobs.ts'
import { auditLedger, releaseHeldPay } from '../domains/ledger/jobs.ts'
import { buildReleases } from '../domains/datasets/jobs.ts'
import { readAudits } from '../domains/certificates/jobs.ts'
import { settlementJobs } from '../domains/settlement/jobs.ts'
import { keepLogs } from '../domains/evidence/jobs.ts'
import { writeSeasonFiles } from '../domains/evidence/write-folder.ts'
import { forgetOldAnswers, sequencer } from '../platform/events/jobs.ts'
import { scanGas } from '../domains/gasid/jobs.ts'
import type { Job } from '../platform/jobs/job.ts'

/** Every background job of the program. */
export const jobs: readonly Job[] = [
  sequencer,
  keepLogs,
  writeSeasonFiles,
  forgetOldAnswers,
  forgetEndedSessions,
  finishErasuresJob,
  openItems,
  queueItems,
  closeCampaigns,
  measureOpenCampaigns,
  movePrices,
  balanceRoles,
  keepGold,
  payGold,
  sweepLeases,
  keepApart,
  measureLanes,
  runChecks,
  askChecks,
  concludeChecked,
  askModels,
  forgetReplied,
  takeSnapshots,
  escalateOverdue,
  settleRejections,
  watchReviewers,
  endSanctions,
  settleReportsJob,
  findClustersJob,
  rankTrustJob,
  gatherEvidence,
  freezeSeasons,
  countScores,
  scanGas,
  decideRedundancy,
  decideLeftOver,
  drawWindowAudits,
  settleWindows,
  releaseHeldPay,
  thawRewards,
  auditLedger,
  deliverMessages,
  remindOfEnds,
  buildReleases,
  readAudits,
  ...settlementJobs,
  buildReports,
]

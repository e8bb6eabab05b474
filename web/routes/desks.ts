import type { AnyRoute } from '@tanstack/react-router'
import { page } from './page-route.tsx'

/** The pages of requesters, QA, operators, and the reports. */
export const deskRoutes: AnyRoute[] = [
  page('/reports', () => import('../pages/report/reports-page.tsx'), 'ReportsPage'),
  page('/seasons/$seasonId/report', () => import('../pages/report/report-page.tsx'), 'ReportPage'),
  page('/seasons/$seasonId/leaderboard', () => import('../pages/report/leaderboard-page.tsx'), 'LeaderboardPage'),
  page('/datasets/$campaignId/$number', () => import('../pages/report/release-page.tsx'), 'ReleasePage'),
  page('/qa', () => import('../pages/qa/qa-page.tsx'), 'QaPage'),
  page('/qa/plans/$planId', () => import('../pages/qa/plan-page.tsx'), 'PlanPage'),
  page('/qa/claims', () => import('../pages/certificate/claims-page.tsx'), 'ClaimsPage'),
  page('/qa/claims/$campaignId/$releaseId', () => import('../pages/certificate/claims-page.tsx'), 'ClaimPage'),
  page('/qa/reliability/$campaignId', () => import('../pages/qa/reliability-page.tsx'), 'ReliabilityPage'),
  page('/qa/grade/$campaignId', () => import('../pages/qa/judge-page.tsx'), 'GradePage'),
  page('/qa/expert/$campaignId', () => import('../pages/qa/judge-page.tsx'), 'ExpertPage'),
  page('/qa/cases', () => import('../pages/cases/cases-page.tsx'), 'CasesPage'),
  page('/qa/cases/$caseId', () => import('../pages/cases/case-page.tsx'), 'CasePage'),
  page('/operator', () => import('../pages/operator/home-page.tsx'), 'OperatorHomePage'),
  page('/operator/people', () => import('../pages/operator/people-page.tsx'), 'PeoplePage'),
  page('/operator/people/$accountId', () => import('../pages/operator/person-page.tsx'), 'PersonPage'),
  page('/operator/approvals', () => import('../pages/operator/approvals-page.tsx'), 'ApprovalsPage'),
  page('/operator/reports', () => import('../pages/operator/reports-page.tsx'), 'TaskReportsPage'),
  page('/operator/money', () => import('../pages/operator/money-page.tsx'), 'MoneyPage'),
  page('/operator/money/$batchId', () => import('../pages/operator/batch-page.tsx'), 'BatchPage'),
  page('/operator/seasons', () => import('../pages/operator/seasons-page.tsx'), 'SeasonsPage'),
  page('/operator/jobs', () => import('../pages/operator/jobs-page.tsx'), 'JobsPage'),
  page('/operator/health', () => import('../pages/operator/health-page.tsx'), 'HealthPage'),
  page('/requests', () => import('../pages/requester/requests-page.tsx'), 'RequestsPage'),
  page('/requests/new', () => import('../pages/requester/editor-page.tsx'), 'NewCampaignPage'),
  page('/requests/budget', () => import('../pages/requester/budget-page.tsx'), 'BudgetPage'),
  page('/requests/$campaignId', () => import('../pages/requester/campaign-page.tsx'), 'RequesterCampaignPage'),
  page('/requests/$campaignId/edit', () => import('../pages/requester/editor-page.tsx'), 'EditCampaignPage'),
]

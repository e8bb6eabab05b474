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
  page('/qa/grade/$campaignId', () => import('../pages/qa/judge-page.tsx'), 'GradePage'),
  page('/qa/expert/$campaignId', () => import('../pages/qa/judge-page.tsx'), 'ExpertPage'),
]

import { page } from './page-route.tsx'

/** The pages of contributors and reviewers. */
export const contributorRoutes = [
  page('/', () => import('../pages/home/home-page.tsx'), 'HomePage'),
  page('/sign-in', () => import('../pages/identity/sign-in-page.tsx'), 'SignInPage'),
  page('/join/$token', () => import('../pages/identity/join-page.tsx'), 'JoinPage'),
  page('/campaigns', () => import('../pages/campaigns/campaigns-page.tsx'), 'CampaignsPage'),
  page('/campaigns/$campaignId', () => import('../pages/campaigns/campaign-page.tsx'), 'CampaignPage'),
  page('/campaigns/$campaignId/exam', () => import('../pages/campaigns/exam-page.tsx'), 'ExamPage'),
  page('/review/$campaignId', () => import('../pages/review/review-page.tsx'), 'ReviewPage'),
  page('/work/$campaignId', () => import('../pages/work/work-page.tsx'), 'WorkPage'),
  page('/my-work', () => import('../pages/my-work/my-work-page.tsx'), 'MyWorkPage'),
  page('/my-work/$campaignId/$submissionId', () => import('../pages/my-work/submission-page.tsx'), 'SubmissionPage'),
  page('/my-work/$submissionId', () => import('../pages/my-work/submission-page.tsx'), 'SubmissionPage'),
  page('/my-quality', () => import('../pages/quality/my-quality-page.tsx'), 'MyQualityPage'),
  page('/my-standing', () => import('../pages/standing/my-standing-page.tsx'), 'MyStandingPage'),
  page('/drives', () => import('../pages/drives/drives-page.tsx'), 'DrivesPage'),
  page('/my-standing/$caseId', () => import('../pages/standing/own-case-page.tsx'), 'OwnCasePage'),
  page('/my-proofs', () => import('../pages/proofs/proofs-page.tsx'), 'ProofsPage'),
  page('/earnings', () => import('../pages/earnings/earnings-page.tsx'), 'EarningsPage'),
  page('/inbox', () => import('../pages/inbox/inbox-page.tsx'), 'InboxPage'),
  page('/gas-id', () => import('../pages/gas-id/gas-id-page.tsx'), 'GasIdPage'),
  page('/gas/$cardId', () => import('../pages/gas-id/card-page.tsx'), 'GasCardPage'),
  page('/account', () => import('../pages/account/account-page.tsx'), 'AccountPage'),
]

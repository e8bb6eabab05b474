import { page } from './page-route.tsx'

/** The pages of contributors and reviewers. */
export const contributorRoutes = [
  page('/', () => import('../pages/home/home-page.tsx'), 'HomePage'),
  page('/work/$campaignId', () => import('../pages/work/work-page.tsx'), 'WorkPage'),
]

import { page } from './page-route.tsx'

/** The pages of contributors and reviewers. */
export const contributorRoutes = [page('/', () => import('../pages/home.tsx'), 'HomePage')]

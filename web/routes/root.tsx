import { createRootRoute } from '@tanstack/react-router'
import { NotFound } from '../shell/not-found.tsx'
import { RootLayout } from '../shell/root-layout.tsx'
import { RouteError } from '../shell/route-error.tsx'

/** The frame around every page, and what stands in for a page that is missing or fails. */
export const rootRoute = createRootRoute({
  component: RootLayout,
  notFoundComponent: NotFound,
  errorComponent: RouteError,
})

import type { AnyRoute } from '@tanstack/react-router'

/** The pages of requesters, QA, operators, and the reports. */
export const deskRoutes: AnyRoute[] = []

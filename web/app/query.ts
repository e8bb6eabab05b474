import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../../src/client.ts'

/** One cache for the app. A refusal is an answer and is not asked for again; a lost line is. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => !(error instanceof ApiError && error.status < 500) && failures < 2,
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
})

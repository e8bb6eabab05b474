import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from '../../src/client.ts'

/** A session that ended while the page was open: pages that need one send the person to sign in, and back. */
function signedOut(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) queryClient.setQueryData(['me'], null)
}

/** One cache for the app. A refusal is an answer and is not asked for again; a lost line is. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signedOut }),
  mutationCache: new MutationCache({ onError: signedOut }),
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

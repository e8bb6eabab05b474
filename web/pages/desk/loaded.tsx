import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { LoadingBlock } from '../../ui/skeleton.tsx'
import { ErrorState } from '../../ui/states.tsx'

/** One thing in each of its states; what was loaded stays while it is asked for again. */
export function Loaded<T>({
  query,
  lines = 4,
  children,
}: {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>
  lines?: number
  children: (data: T) => ReactNode
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return <LoadingBlock lines={lines} />
}

import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'

type Chunk<T> = { items: T[]; next: string | null }

/** A list that is read in pieces: what is there, and a way to ask for more. */
export function useList<T>(
  queryKey: QueryKey,
  load: (after: string | undefined) => Promise<Chunk<T>>,
  options: { enabled?: boolean; refetchInterval?: number | false } = {},
) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    ...options,
  })
  return {
    items: query.data?.pages.flatMap((p) => p.items),
    error: query.data ? null : query.error,
    more: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    busy: query.isFetchingNextPage,
    refetch: () => void query.refetch(),
  }
}

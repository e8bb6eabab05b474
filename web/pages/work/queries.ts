import { queryOptions } from '@tanstack/react-query'
import { client } from '../../app/api.ts'

export type WorkPageData = Awaited<ReturnType<typeof client.assignments.work_page>>

/** What a work or review page needs besides the items; a version never changes, so it is kept. */
export const workPageQuery = (campaign_id: string, version?: number) =>
  queryOptions({
    queryKey: ['work_page', campaign_id, version ?? 'current'],
    queryFn: () =>
      client.assignments.work_page({ params: { campaign_id }, query: version === undefined ? {} : { version } }),
    staleTime: version === undefined ? 60_000 : Number.POSITIVE_INFINITY,
  })

/** Items in hand. Asking again gives the same ones first, so a reload loses nothing. */
export const claimItemsQuery = (campaign_id: string) =>
  queryOptions({
    queryKey: ['claim_items', campaign_id],
    queryFn: () => client.assignments.claim_items({ params: { campaign_id }, body: {} }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchInterval: (query) => (query.state.data?.state === 'searching' ? 400 : false),
  })

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import type { CampaignPage, Listed } from '../../../src/domains/campaigns/contract.ts'

export type { CampaignPage, Listed }
export type Filter = {
  task_class?: Listed['task_class']
  difficulty?: Listed['difficulty']
  language?: string
  search?: string
}

/** Open campaigns, page by page. */
export const campaignsQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ['campaigns', filter],
    queryFn: ({ pageParam }) =>
      client.campaigns.list({ query: { ...filter, limit: 24, ...(pageParam && { after: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

/** One campaign, as it stands to whoever asks. */
export const campaignQuery = (campaign_id: string) =>
  queryOptions({
    queryKey: ['campaign', campaign_id],
    queryFn: () => client.campaigns.page({ params: { campaign_id } }),
  })

/** Where one stands with its exam. */
export const examQuery = (campaign_id: string) =>
  queryOptions({
    queryKey: ['campaign', campaign_id, 'exam'],
    queryFn: () => client.exams.state({ params: { campaign_id } }),
  })

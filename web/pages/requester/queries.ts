import { queryOptions } from '@tanstack/react-query'
import { client } from '../../app/api.ts'

export type ManagedView = Awaited<ReturnType<typeof client.campaigns.manage>>
export type ProgressView = Awaited<ReturnType<typeof client.campaigns.progress>>
export type BudgetView = ManagedView['budget'][number]
export type ReleaseView = Awaited<ReturnType<typeof client.releases.get>>

export const manageQuery = (campaign_id: string) =>
  queryOptions({
    queryKey: ['requester', 'manage', campaign_id],
    queryFn: () => client.campaigns.manage({ params: { campaign_id } }),
  })
/** Live figures, asked for every three seconds while somebody looks. */
export const progressQuery = (campaign_id: string) =>
  queryOptions({
    queryKey: ['requester', 'progress', campaign_id],
    queryFn: () => client.campaigns.progress({ params: { campaign_id } }),
    refetchInterval: 3000,
    refetchIntervalInBackground: false,
  })
export const budgetQuery = queryOptions({ queryKey: ['requester', 'budget'], queryFn: () => client.ledger.budget() })
export const examQuery = (campaign_id: string) =>
  queryOptions({
    queryKey: ['requester', 'exam', campaign_id],
    queryFn: () => client.exams.settings({ params: { campaign_id } }),
  })

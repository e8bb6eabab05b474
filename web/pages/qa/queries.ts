import { queryOptions } from '@tanstack/react-query'
import { client } from '../../app/api.ts'

export type PlanView = Awaited<ReturnType<typeof client.audits.get>>['plan']

export const deskQuery = queryOptions({
  queryKey: ['qa', 'desk'],
  queryFn: () => client.audits.desk(),
  refetchInterval: 30_000,
})
export const expertDeskQuery = queryOptions({
  queryKey: ['qa', 'expert_desk'],
  queryFn: () => client.reviews.expert_desk(),
  refetchInterval: 30_000,
})
export const planQuery = (plan_id: string) =>
  queryOptions({
    queryKey: ['qa', 'plan', plan_id],
    queryFn: () => client.audits.get({ params: { plan_id } }),
    refetchInterval: 15_000,
  })
export const figuresQuery = (plan_id: string) =>
  queryOptions({
    queryKey: ['qa', 'figures', plan_id],
    queryFn: () => client.audits.figures({ params: { plan_id } }),
    refetchInterval: 15_000,
  })

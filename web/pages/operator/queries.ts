import { queryOptions } from '@tanstack/react-query'
import { client } from '../../app/api.ts'

export const overviewQuery = queryOptions({
  queryKey: ['operator', 'overview'],
  queryFn: () => client.operations.overview(),
  refetchInterval: 30_000,
})
export const healthQuery = queryOptions({
  queryKey: ['operator', 'health'],
  queryFn: () => client.operations.health(),
  refetchInterval: 15_000,
})
export const jobsQuery = queryOptions({
  queryKey: ['operator', 'jobs'],
  queryFn: () => client.operations.jobs(),
  refetchInterval: 5000,
})
export const ledgerAuditQuery = queryOptions({
  queryKey: ['operator', 'ledger_audit'],
  queryFn: () => client.ledger.last_audit(),
  refetchInterval: 5000,
})
export type Finding = Awaited<ReturnType<typeof client.operations.health>>['findings'][number]
export type PersonView = Awaited<ReturnType<typeof client.people.one>>

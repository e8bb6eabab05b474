import { queryOptions } from '@tanstack/react-query'
import { client } from '../../app/api.ts'

export type Overview = Awaited<ReturnType<typeof client.gasId.mine>>
export type History = Overview['histories'][number]

const isBusy = (scans: Overview['scans']): boolean => scans.some((s) => s.ended_at === null)

/** The whole page; asked again every few seconds while a scan is under way. */
export const gasIdQuery = queryOptions({
  queryKey: ['gas_id'],
  queryFn: () => client.gasId.mine(),
  refetchInterval: (query) => (query.state.data && isBusy(query.state.data.scans) ? 2500 : false),
})

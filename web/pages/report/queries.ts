import { queryOptions } from '@tanstack/react-query'
import { client } from '../../app/api.ts'

export type SeasonView = Awaited<ReturnType<typeof client.seasons.get>>
export type Head = Awaited<ReturnType<typeof client.reports.get>>['head']
export type ReportView = NonNullable<Awaited<ReturnType<typeof client.reports.get>>['report']>
export type Reading = ReportView['qa']['overall']
export type EstimateView = Reading['precision']

export const seasonQuery = (season_id: string) =>
  queryOptions({
    queryKey: ['public', 'season', season_id],
    queryFn: () => client.seasons.get({ params: { season_id } }),
  })
export const seasonsQuery = queryOptions({
  queryKey: ['public', 'seasons'],
  queryFn: () => client.seasons.list({ query: { limit: 50 } }),
})

/** The report asked for: a given one, or the newest that may be seen. While it is being built it is asked for again. */
export const reportQuery = (season_id: string, report_id: string | undefined) =>
  queryOptions({
    queryKey: ['report', season_id, report_id ?? 'latest'],
    queryFn: () =>
      report_id
        ? client.reports.get({ params: { season_id, report_id } })
        : client.reports.latest({ params: { season_id } }),
    refetchInterval: (query) => (query.state.data?.head.state === 'building' ? 2000 : false),
  })

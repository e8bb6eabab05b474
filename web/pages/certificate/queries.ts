import { queryOptions } from '@tanstack/react-query'
import { ApiError } from '../../../src/client.ts'
import { client } from '../../app/api.ts'

export type Claim = Awaited<ReturnType<typeof client.certificates.get>>
export type Certificate = Awaited<ReturnType<typeof client.certificates.certificate>>['certificate']
export type Place = { campaign_id: string; release_id: string }

/** Nothing, where the server says that there is nothing: most releases have no claim. */
const orNothing =
  (...codes: string[]) =>
  (error: unknown): null => {
    if (error instanceof ApiError && codes.includes(error.code)) return null
    throw error
  }

/** What is claimed about a release; while it is open it is asked for again. */
export const claimQuery = ({ campaign_id, release_id }: Place) =>
  queryOptions({
    queryKey: ['claim', campaign_id, release_id],
    queryFn: () =>
      client.certificates.get({ params: { campaign_id, release_id } }).catch(orNothing('acceptance_not_found')),
    refetchInterval: (query) => (query.state.data?.state === 'open' ? 15_000 : false),
  })

export const certificateQuery = ({ campaign_id, release_id }: Place) =>
  queryOptions({
    queryKey: ['certificate', campaign_id, release_id],
    queryFn: () =>
      client.certificates
        .certificate({ params: { campaign_id, release_id } })
        .catch(orNothing('certificate_not_found')),
  })

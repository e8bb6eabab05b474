import { queryOptions } from '@tanstack/react-query'
import { client } from '../../app/api.ts'

export const passkeysQuery = queryOptions({ queryKey: ['passkeys'], queryFn: () => client.account.passkeys() })
export const walletsQuery = queryOptions({ queryKey: ['wallets'], queryFn: () => client.wallets.list() })
export const sessionsQuery = queryOptions({ queryKey: ['sessions'], queryFn: () => client.account.sessions() })
export const keysQuery = queryOptions({ queryKey: ['keys'], queryFn: () => client.account.keys() })
export const keptQuery = queryOptions({ queryKey: ['kept'], queryFn: () => client.privacy.kept(), staleTime: 0 })

import { queryOptions, useQuery } from '@tanstack/react-query'
import type { AccountView } from '../../src/domains/identity/contract.ts'
import { ApiError } from '../../src/client.ts'
import type { ShellPerson } from '../shell/app-shell.tsx'
import { client } from './api.ts'
import { queryClient } from './query.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<AccountView | null> => {
    try {
      return await client.account.view()
    } catch (error) {
      // Not being signed in is a state of the page, not a problem with it.
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 60_000,
  // A person who loses the line is still who they are: the last answer stays.
  gcTime: Number.POSITIVE_INFINITY,
})

const NOBODY: ShellPerson = {
  name: '',
  unread: 0,
  access: { signed_in: false, requester: false, reviewer: false, qa: false, operator: false },
}

/** Who is here: undefined while unknown, null when nobody is signed in. */
export function useMe(): AccountView | null | undefined {
  return useQuery(meQuery).data
}

/** Who is here, as the shell needs it. */
export function useSession(): { person: ShellPerson; account: AccountView | null | undefined; problem: unknown } {
  const { data: account, error } = useQuery(meQuery)
  const person = account
    ? { name: account.handle, unread: account.unread, access: { signed_in: true, ...account.access } }
    : NOBODY
  return { person, account, problem: account === undefined ? error : null }
}

/** Takes the account that an answer brought, so that no page asks again. What was loaded as somebody else goes. */
export function becomeAccount(account: AccountView | null): void {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' && query.queryKey[0] !== 'public' })
  queryClient.setQueryData(meQuery.queryKey, account)
}

/** Ends the session here and at the server. */
export async function signOut(): Promise<void> {
  try {
    await client.account.sign_out({ body: {} })
  } finally {
    becomeAccount(null)
  }
}

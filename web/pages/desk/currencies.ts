import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { client } from '../../app/api.ts'
import { learnCurrencies } from '../../ui/money.tsx'

export const currenciesQuery = queryOptions({
  queryKey: ['public', 'currencies'],
  queryFn: async () => {
    const { items } = await client.ledger.currencies()
    learnCurrencies(items.map((c) => ({ currency: c.code, scale: c.scale })))
    return items
  },
  staleTime: 10 * 60_000,
})

/** The installation's currencies. The page waits for them: a figure at the wrong scale is worse than a moment's wait. */
export const useCurrencies = () => useSuspenseQuery(currenciesQuery).data

import { queryOptions, useQuery } from '@tanstack/react-query'
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

/** The installation's currencies; asking also teaches every figure on the page its true scale. */
export const useCurrencies = () => useQuery(currenciesQuery).data

import { sql, type Kysely } from 'kysely'
import type { DB } from '../../platform/db/tables.ts'

export type Earners = { currency: string; people: { account_id: string; claimable: bigint }[] }

/** Who holds at least so much claimable money, by currency, the currency with most people first. */
export async function earners(db: Kysely<DB>, least: bigint): Promise<Earners[]> {
  const { rows } = await sql<{ account_id: string; currency: string; claimable: string }>`
    select account_id, currency, sum(amount)::text as claimable from (
      select split_part(credit, ':', 2) as account_id, currency, amount_minor as amount from transfer where credit like 'person:%:claimable'
      union all
      select split_part(debit, ':', 2), currency, -amount_minor from transfer where debit like 'person:%:claimable') m
     group by 1, 2 having sum(amount) >= ${least.toString()}::numeric order by 1, 2 limit 100000`.execute(db)
  const by = new Map<string, Earners>()
  for (const { account_id, currency, claimable } of rows) {
    const one = by.get(currency) ?? { currency, people: [] }
    one.people.push({ account_id, claimable: BigInt(claimable) })
    by.set(currency, one)
  }
  return [...by.values()].toSorted((a, b) => b.people.length - a.people.length)
}

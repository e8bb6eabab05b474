import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Trait } from './contract.ts'

export type TraitRow = { trait: Trait; value: string | null; changed_at: Date }

/** What a person said, and when; locked where it is to be changed. */
export async function traitsOf(db: Db, accountId: string, lock = false): Promise<TraitRow[]> {
  const { rows } = await sql<TraitRow>`
    select trait, value, changed_at from person_trait where account_id = ${accountId}::bigint order by trait ${lock ? sql`for update` : sql``}`.execute(
    db,
  )
  return rows
}

export async function setTrait(db: Db, accountId: string, row: TraitRow): Promise<void> {
  await db
    .insertInto('person_trait')
    .values({ account_id: accountId, ...row })
    .onConflict((c) => c.columns(['account_id', 'trait']).doUpdateSet({ value: row.value, changed_at: row.changed_at }))
    .execute()
}

/** Takes a value back; when it was said stays, so that taking back and saying otherwise is no way around waiting. */
export async function clearTrait(db: Db, accountId: string, trait: Trait): Promise<void> {
  await db
    .updateTable('person_trait')
    .set({ value: null })
    .where('account_id', '=', accountId)
    .where('trait', '=', trait)
    .execute()
}

/** Work of a campaign by people of one group that is under way or accepted. */
export async function workOfGroup(db: Db, campaignId: string, trait: Trait, value: string | null): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from submission s left join person_trait t on t.account_id = s.author_id and t.trait = ${trait}
     where s.campaign_id = ${campaignId}::bigint and s.status in ('in_review', 'accepted', 'answered') and t.value is not distinct from ${value}::text`.execute(
    db,
  )
  return rows[0]!.n
}

/** Places of a campaign that its quotas are shares of. */
export async function placesOf(db: Db, campaignId: string, answers: number): Promise<number> {
  const row = await db.selectFrom('campaign').select(['quota', 'mode']).where('id', '=', campaignId).executeTakeFirst()
  return row ? row.quota * (row.mode === 'redundancy' ? answers : 1) : 0
}

/** People and their accepted work by group. */
export async function acceptedByGroup(db: Db, campaignId: string) {
  const { rows } = await sql<{ trait: Trait; value: string; people: number; accepted: number }>`
    select k.trait, coalesce(t.value, 'undeclared') as value, count(distinct s.author_id)::int as people, count(*)::int as accepted
      from submission s cross join unnest(array['region', 'age', 'first_language']) as k(trait)
      left join person_trait t on t.account_id = s.author_id and t.trait = k.trait
     where s.campaign_id = ${campaignId}::bigint and s.status = 'accepted' group by 1, 2 order by 1, 4 desc, 2`.execute(
    db,
  )
  return rows
}

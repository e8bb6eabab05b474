import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

const UNDECIDED = sql`('in_review', 'answered')`

/** Takes a person's undecided work out of every later release; it is still decided and paid. Returns what was not withdrawn before. */
export async function withdrawUndecided(
  db: Db,
  accountId: string,
  at: Date,
): Promise<{ campaign_id: string; submission_id: string }[]> {
  const { rows } = await sql<{ campaign_id: string; submission_id: string }>`
    insert into withdrawal (campaign_id, submission_id, account_id, at)
    select campaign_id, id, author_id, ${at} from submission where author_id = ${accountId} and status in ${UNDECIDED}
    on conflict do nothing returning campaign_id, submission_id`.execute(db)
  return rows
}

/**
 * Deletes the content of a person's decided work. The plain hash goes too: a short answer could be guessed from it.
 * Returns how many pieces are still undecided and so keep their content for now.
 */
export async function eraseDecidedAnswers(db: Db, accountId: string): Promise<number> {
  await sql`delete from submission_answer a using submission s
    where s.author_id = ${accountId} and s.status not in ${UNDECIDED} and a.campaign_id = s.campaign_id and a.submission_id = s.id`.execute(
    db,
  )
  await sql`update submission set content_hash = '' where author_id = ${accountId} and status not in ${UNDECIDED} and content_hash <> ''`.execute(
    db,
  )
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from submission where author_id = ${accountId} and status in ${UNDECIDED}`.execute(db)
  return rows[0]!.n
}

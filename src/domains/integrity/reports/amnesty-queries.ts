import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'

/** The declaration that an account stands in, if it was declared. */
export async function declarationOf(
  db: Db,
  accountId: string,
): Promise<{ id: string; drive_id: string; account_id: string } | undefined> {
  return db
    .selectFrom('amnesty_account as m')
    .innerJoin('amnesty_declaration as d', 'd.id', 'm.declaration_id')
    .select(['d.id', 'd.drive_id', 'd.account_id'])
    .where('m.account_id', '=', accountId)
    .executeTakeFirst()
}

export async function isDeclared(db: Db, accountId: string): Promise<boolean> {
  const row = await db
    .selectFrom('amnesty_account')
    .select('account_id')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row !== undefined
}

export async function declaredWith(db: Db, declarationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('amnesty_account')
    .select('account_id')
    .where('declaration_id', '=', declarationId)
    .orderBy('account_id')
    .limit(1000)
    .execute()
  return rows.map((r) => r.account_id)
}

/** Begins a declaration, or gives the one there is a new code. */
export async function saveDeclaration(
  db: Db,
  row: { id: string; drive_id: string; account_id: string; code_hash: string; declared_at: Date },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into amnesty_declaration (id, drive_id, account_id, code_hash, declared_at)
    values (${row.id}, ${row.drive_id}, ${row.account_id}, ${row.code_hash}, ${row.declared_at})
    on conflict (account_id) do update set code_hash = excluded.code_hash returning id`.execute(db)
  return rows[0]!.id
}

export async function declarationByCode(
  db: Db,
  driveId: string,
  codeHash: string,
): Promise<{ id: string; account_id: string } | undefined> {
  return db
    .selectFrom('amnesty_declaration')
    .select(['id', 'account_id'])
    .where('drive_id', '=', driveId)
    .where('code_hash', '=', codeHash)
    .executeTakeFirst()
}

export async function insertDeclared(db: Db, accountId: string, declarationId: string, at: Date): Promise<void> {
  await db
    .insertInto('amnesty_account')
    .values({ account_id: accountId, declaration_id: declarationId, joined_at: at })
    .onConflict((c) => c.doNothing())
    .execute()
}

/** Whether a case about being alike is open, or ended in something that still stands or was not found wrong. */
export async function wasFoundFirst(db: Db, accountId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from case_file c join case_evidence e on e.case_id = c.id
      where c.account_id = ${accountId} and e.kind = 'alike_accounts'
        and (c.state <> 'closed' or exists (select from sanction s where s.case_id = c.id
             and s.ended_why is distinct from 'overturned' and s.ended_why is distinct from 'mistaken'
             and s.ended_why is distinct from 'appeal_overdue' and s.ended_why is distinct from 'lapsed'))) as found`.execute(
    db,
  )
  return rows[0]!.found
}

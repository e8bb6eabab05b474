import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'

/** Accounts that one thing speaks for, in order; and since when it does. */
export type Group = { accounts: string[]; at?: Date }

/** Wallets that several accounts proved, one after the other: each of them signed with its key. */
export async function sharedWallets(db: Db): Promise<Group[]> {
  const { rows } = await sql<Group>`
    select array_agg(distinct w.account_id order by w.account_id) as accounts, max(w.linked_at) as at
      from wallet w join account a on a.id = w.account_id and a.erased_at is null
     group by w.address, coalesce(w.chain_id, 0) having count(distinct w.account_id) > 1`.execute(db)
  return rows
}

/**
 * Places outside that money of several accounts goes to, from each at least half of all it was ever paid out: a grain that
 * somebody sends to a stranger's place is none of it.
 */
export async function sharedDestinations(db: Db): Promise<Group[]> {
  const { rows } = await sql<Group>`
    with gone as (
      select p.account_id, lower(btrim(p.destination)) as place, b.currency, sum(p.amount_minor) as amount, max(p.changed_at) as at
        from payout p join payout_batch b on b.id = p.batch_id join account a on a.id = p.account_id and a.erased_at is null
       where p.state in ('draft', 'sent') and btrim(p.destination) <> ''
       group by 1, 2, 3),
    shares as (select *, sum(amount) over (partition by account_id, currency) as of_all from gone)
    select array_agg(distinct account_id order by account_id) as accounts, max(at) as at
      from shares where 2 * amount >= of_all group by place having count(distinct account_id) > 1`.execute(db)
  return rows
}

/** Places that several accounts name for their pay now, before any went there. */
export async function namedDestinations(db: Db): Promise<Group[]> {
  const { rows } = await sql<Group>`
    select array_agg(distinct d.account_id order by d.account_id) as accounts
      from payout_destination d join account a on a.id = d.account_id and a.erased_at is null
     where btrim(d.destination) <> ''
     group by lower(btrim(d.destination)) having count(distinct d.account_id) > 1`.execute(db)
  return rows
}

/** Pairs that money brings together. */
export async function linkedByMoney(db: Db, limit: number): Promise<{ account_id: string; other_id: string }[]> {
  return db
    .selectFrom('link')
    .select(['account_id', 'other_id'])
    .distinct()
    .where('family', '=', 'money')
    .orderBy('account_id', 'desc')
    .orderBy('other_id', 'desc')
    .limit(limit)
    .execute()
}

/**
 * Payments that a wallet sent, never what it received: `n` of its `of_all` payments to people went to one address, which
 * these accounts proved to hold, if any.
 */
export type Paid = { account_id: string; payer: string; payee: string; n: number; of_all: number; owners: string[] }

/**
 * Payments to addresses that several accounts paid, and to wallets whose own payments are known; and of how many accounts
 * any are known.
 */
export async function paymentsThatMeet(db: Db): Promise<{ payments: Paid[]; histories: number }> {
  const { rows } = await sql<Paid>`
    with paid as materialized (
      select h.account_id, encode(h.address, 'hex') as payer, substr(c ->> 'address', 3) as payee, sum((c ->> 'plain')::int)::int as n
        from gas_history h join account a on a.id = h.account_id and a.erased_at is null
       cross join lateral jsonb_array_elements(h.contracts -> 'list') c
       where (c ->> 'plain')::int > 0 and c ->> 'address' is not null
       group by h.account_id, h.address, c ->> 'address'),
    every as (select *, (sum(n) over (partition by account_id, payer))::int as of_all from paid)
    select every.*, array(select distinct w.account_id from wallet w where w.address = decode(payee, 'hex')) as owners from every
     where payee in (select payee from paid group by payee having count(distinct account_id) > 1) or payee in (select payer from paid)
     order by payer, payee, account_id`.execute(db)
  const known = await sql<{ n: number }>`select count(distinct account_id)::int as n from gas_history`.execute(db)
  return { payments: rows, histories: known.rows[0]!.n }
}

export type Invited = { inviter: string; invited: string; times: number; at: Date }

/** Who came by whose invitation. */
export async function invitedSince(db: Db, since: Date): Promise<Invited[]> {
  const { rows } = await sql<Invited>`
    select i.invited_by as inviter, u.account_id as invited, count(*)::int as times, max(u.used_at) as at
      from invitation_use u join invitation i on i.id = u.invitation_id
      join account a on a.id = u.account_id and a.erased_at is null join account b on b.id = i.invited_by and b.erased_at is null
     where u.used_at > ${since} and i.invited_by <> u.account_id
     group by 1, 2 order by 1, 2`.execute(db)
  return rows
}

export type Copied = { original: string; original_author: string; authors: string[]; at: Date }

/**
 * For each text, whoever later handed in nearly the same and had not been shown it: neither as its reviewer nor in a
 * published release. Texts of a few words are alike by chance, and answers to one item are never compared.
 */
export async function copiesSince(db: Db, since: Date): Promise<Copied[]> {
  const { rows } = await sql<Copied>`
    select o.id as original, o.author_id as original_author, array_agg(distinct s.author_id order by s.author_id) as authors, max(r.started_at) as at
      from check_run r cross join lateral jsonb_array_elements(r.results) x
      join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id
      join submission o on o.campaign_id = r.campaign_id and o.id = (x -> 'evidence' ->> 'like')::bigint
      join account a on a.id = s.author_id and a.erased_at is null join account b on b.id = o.author_id and b.erased_at is null
     where r.run = 1 and r.started_at > ${since} and x ->> 'code' in ('duplicate', 'near_duplicate', 'padded_copy')
       and s.author_id <> o.author_id
       and exists (select from text_print p where p.campaign_id = o.campaign_id and p.submission_id = o.id and octet_length(p.shingles) > 0)
       and not exists (select from lease l where l.campaign_id = o.campaign_id and l.target_id = o.id and l.account_id = s.author_id)
       and not exists (select from release e where e.campaign_id = o.campaign_id and e.published_at < s.submitted_at)
     group by 1, 2 order by 1`.execute(db)
  return rows
}

export type Held = { id: string; account_id: string; credential_id: string }

/** Passkeys past an id, oldest first. */
export async function passkeysPast(db: Db, id: string, limit: number): Promise<Held[]> {
  return db
    .selectFrom('passkey')
    .select(['id', 'account_id', 'credential_id'])
    .where('id', '>', id)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Notes which account has which passkey, by keyed hash; says which of them others had before. */
export async function saveCredentials(
  db: Db,
  rows: readonly { credential: Buffer; account_id: string; at: Date; expires_at: Date }[],
): Promise<Group[]> {
  if (rows.length === 0) return []
  await db
    .insertInto('credential_mark')
    .values(rows.map(({ at, ...r }) => ({ ...r, seen_first: at })))
    .onConflict((c) =>
      c.columns(['credential', 'account_id']).doUpdateSet({ expires_at: (eb) => eb.ref('excluded.expires_at') }),
    )
    .execute()
  const { rows: found } = await sql<Group>`
    select array_agg(distinct account_id order by account_id) as accounts, max(seen_first) as at from credential_mark
     where credential = any(${rows.map((r) => r.credential)}::bytea[])
     group by credential having count(distinct account_id) > 1`.execute(db)
  return found
}

/** Deletes links and marks whose days are over, so many at a time; how many of the most it was. */
export async function forgetOver(db: Db, now: Date, limit: number): Promise<number> {
  let most = 0
  const over = [
    sql`delete from link where ctid = any(array(select ctid from link where expires_at <= ${now} limit ${limit}))`,
    sql`delete from mark where ctid = any(array(select ctid from mark where expires_at <= ${now} limit ${limit}))`,
    sql`delete from credential_mark where ctid = any(array(select ctid from credential_mark where expires_at <= ${now} limit ${limit}))`,
  ]
  for (const each of over) most = Math.max(most, Number((await each.execute(db)).numAffectedRows ?? 0n))
  return most
}

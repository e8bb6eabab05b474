import type { Db } from '../../../platform/context.ts'
import { KINDS, type Family, type KindName } from './rules.ts'

/** What a pass over the evidence found of one pair; whole: a later pass replaces it. `at`: when it was so, if not now. */
export type FoundLink = { a: string; b: string; kind: KindName; strength: number; times: number; at?: Date }
export type LinkRow = {
  account_id: string
  other_id: string
  kind: KindName
  family: Family
  strength: number
  times: number
  seen_first: Date
  seen_last: Date
  expires_at: Date
}

const AT_ONCE = 2_000
/** More than this often is not counted: how often says less and less. */
const MOST_TIMES = 1_000

/** Writes what was found now; what an earlier pass found of the same pair and kind is replaced, its beginning kept. */
export async function saveLinks(db: Db, found: readonly FoundLink[], now: Date): Promise<void> {
  const rows = new Map<string, LinkRow>()
  for (const { a, b, kind, strength, times, at = now } of found) {
    if (a === b || strength <= 0) continue
    const [account_id, other_id] = BigInt(a) < BigInt(b) ? [a, b] : [b, a]
    const { family, cap, keeps_days } = KINDS[kind]
    const expires_at = new Date(at.getTime() + keeps_days * 86_400_000)
    if (expires_at <= now) continue
    rows.set(`${account_id} ${other_id} ${kind}`, {
      account_id,
      other_id,
      kind,
      family,
      strength: Math.min(cap, Math.round(strength)),
      times: Math.min(MOST_TIMES, times),
      seen_first: at,
      seen_last: at,
      expires_at,
    })
  }
  const all = [...rows.values()]
  for (let i = 0; i < all.length; i += AT_ONCE)
    await db
      .insertInto('link')
      .values(all.slice(i, i + AT_ONCE))
      .onConflict((c) =>
        c.columns(['account_id', 'other_id', 'kind']).doUpdateSet({
          strength: (eb) => eb.ref('excluded.strength'),
          times: (eb) => eb.ref('excluded.times'),
          seen_last: (eb) => eb.ref('excluded.seen_last'),
          expires_at: (eb) => eb.ref('excluded.expires_at'),
        }),
      )
      .execute()
}

/** Links of these accounts with whomever, or of everybody, in order of the pair; with `now`, only those that hold still. */
export async function readLinks(
  db: Db,
  { accountIds, now }: { accountIds?: readonly string[]; now?: Date } = {},
): Promise<LinkRow[]> {
  const ids = accountIds ? [...accountIds] : undefined
  if (ids?.length === 0) return []
  const rows = await db
    .selectFrom('link')
    .selectAll()
    .$if(ids !== undefined, (q) => q.where((eb) => eb.or([eb('account_id', 'in', ids!), eb('other_id', 'in', ids!)])))
    .$if(now !== undefined, (q) => q.where('expires_at', '>', now!))
    .orderBy('account_id')
    .orderBy('other_id')
    .orderBy('kind')
    .execute()
  return rows as LinkRow[]
}

/** With how many others each kind links an account, and until when the last of them stays. */
export async function linksCounted(
  db: Db,
  accountId: string,
  now: Date,
): Promise<Map<KindName, { accounts: number; until: Date }>> {
  const rows = await db
    .selectFrom('link')
    .select((eb) => ['kind', eb.fn.countAll<string>().as('accounts'), eb.fn.max('expires_at').as('until')])
    .where((eb) => eb.or([eb('account_id', '=', accountId), eb('other_id', '=', accountId)]))
    .where('expires_at', '>', now)
    .groupBy('kind')
    .execute()
  return new Map(rows.map((r) => [r.kind as KindName, { accounts: Number(r.accounts), until: r.until }]))
}

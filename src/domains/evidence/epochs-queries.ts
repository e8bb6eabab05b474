import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** An epoch whose claims file is part of a season's folder. */
export type FolderEpoch = {
  id: string
  currency: string
  chain_id: string
  token: Buffer
  distributor: Buffer
  number: string
  state: string
  file_sha256: Buffer
  units_per_minor: string
  /** All that was taken out of the books up to this epoch, and that it therefore declares. */
  withdrawn_minor: string
  /** What became claimable in campaigns of other seasons. */
  elsewhere_minor: string
  is_before: boolean
}

/**
 * Epochs that were built in a season's time, up to a moment, and the one before the first of each currency, which shows
 * that nobody lost anything. Revoked ones gave back what they held and are none.
 */
export async function epochsOfSeason(db: Db, seasonId: string, until: Date): Promise<FolderEpoch[]> {
  const { rows } = await sql<FolderEpoch>`
    with built as (
      select e.id, e.currency, e.number, e.state, e.file_sha256, e.built_at < s.starts_at as is_before,
             lead(e.built_at >= s.starts_at) over (partition by e.currency order by e.number) as precedes
        from epoch e, season s
       where s.id = ${seasonId}::bigint and e.built_at <= ${until} and e.state in ('built', 'proposed', 'active'))
    select b.id, b.currency, t.chain_id, t.token, t.distributor, b.number, b.state, b.file_sha256, t.units_per_minor::text as units_per_minor, b.is_before,
           (select coalesce(sum(w.amount_minor), 0) from chain_withdrawal w join epoch e on e.id = w.epoch_id
             where w.currency = b.currency and e.number <= b.number and e.state <> 'revoked' and w.state in ('in_epoch', 'claimed'))::text as withdrawn_minor,
           (select coalesce(sum(x.amount_minor), 0) from transfer x left join campaign c on c.id = x.campaign_id
             where x.kind = 'thaw' and x.currency = b.currency and c.season_id is distinct from ${seasonId}::bigint)::text as elsewhere_minor
      from built b join payment_token t on t.currency = b.currency
     where not b.is_before or b.precedes order by b.currency, b.number`.execute(db)
  return rows
}

import { sql } from 'kysely'
import type { HashSet } from '../../engine/shingles.ts'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import { PRINT, type Print } from './novelty-rules.ts'

/**
 * A key holds so many texts and no more. Where thousands share a passage, the first of them stand for the rest, and a look
 * stays as dear as it was: measured in bench/duplicates.ts with a key that 100,000 texts share.
 */
export const BUCKET = 64
/** So many candidates of one text are compared in full, those with the most shared keys first. */
export const MOST_COMPARED = 100

export type Sought = { no: number; campaign_id: string; keys: readonly number[] }
export type Candidate = { no: number; submission_id: string; shared: number }

/** Texts that share keys with these, for each the ones that share most. Any key gives `BUCKET` of its texts at most. */
export async function candidatesFor(db: Db, sought: readonly Sought[]): Promise<Candidate[]> {
  const flat = sought.flatMap((s) => s.keys.map((key) => [s.no, s.campaign_id, key] as const))
  if (flat.length === 0) return []
  const { rows } = await sql<Candidate>`
    select no, submission_id, shared from (
      select k.no, t.submission_id, count(*)::int as shared,
             row_number() over (partition by k.no order by count(*) desc, t.submission_id) as place
        from unnest(${flat.map((f) => f[0])}::int[], ${flat.map((f) => f[1])}::bigint[], ${flat.map((f) => f[2])}::bigint[]) as k(no, campaign_id, key)
       cross join lateral (select submission_id from text_key t where t.campaign_id = k.campaign_id and t.key = k.key
                            order by t.submission_id limit ${BUCKET}) t
       group by k.no, t.submission_id) x
     where place <= ${MOST_COMPARED}`.execute(db)
  return rows
}

/** Keys as they are stored, eight bytes each: who erases a print knows by them what else to erase. */
export function bigBytesOf(keys: readonly number[]): Buffer {
  const out = Buffer.alloc(8 * keys.length)
  keys.forEach((key, i) => out.writeBigUInt64LE(BigInt(key), 8 * i))
  return out
}

export type Stored = {
  campaign_id: string
  submission_id: string
  question: string
  item_id: string
  print: Print
  printed_at: Date
}

/** The prints of these texts; of those erased since, none. */
export async function printsOf(
  db: Db,
  keys: readonly { campaign_id: string; submission_id: string; question: string }[],
): Promise<Stored[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<{
    campaign_id: string
    submission_id: string
    question: string
    item_id: string
    digest: Buffer
    shingles: Buffer
    fingerprints: Buffer
    whole: boolean
    printed_at: Date
  }>`
    select p.campaign_id, p.submission_id, p.question, p.item_id, p.digest, p.shingles, p.fingerprints, p.whole, p.printed_at
      from unnest(${keys.map((k) => k.campaign_id)}::bigint[], ${keys.map((k) => k.submission_id)}::bigint[], ${keys.map((k) => k.question)}::text[]) as k(campaign_id, submission_id, question)
      join text_print p on p.campaign_id = k.campaign_id and p.submission_id = k.submission_id and p.question = k.question and p.version = ${PRINT}`.execute(
    db,
  )
  return rows.map(({ digest, shingles, fingerprints, whole, ...r }) => ({
    ...r,
    print: {
      digest: digest.toString('hex'),
      shingles: { hashes: numbersIn(shingles), whole },
      fingerprints: { hashes: numbersIn(fingerprints), whole },
      keys: [],
    },
  }))
}

const numbersIn = (bytes: Buffer): Uint32Array => {
  const out = new Uint32Array(bytes.length / 4)
  for (let i = 0; i < out.length; i++) out[i] = bytes.readUInt32LE(4 * i)
  return out
}

/** A set's numbers as they are stored: four bytes each, the lowest first. */
export function bytesOf({ hashes }: HashSet): Buffer {
  const out = Buffer.alloc(4 * hashes.length)
  hashes.forEach((h, i) => out.writeUInt32LE(h, 4 * i))
  return out
}

/** Keeps prints, and each under its keys where those have room. */
export function insertPrints(rows: readonly Stored[]): Write[] {
  if (rows.length === 0) return []
  const column = <T>(of: (r: Stored) => T) => rows.map(of)
  const keys = rows.flatMap((r) => r.print.keys.map((key) => [r.campaign_id, key, r.submission_id] as const))
  return [
    sql`insert into text_print (campaign_id, submission_id, question, version, item_id, digest, shingles, fingerprints, whole, keys, printed_at)
    select c, s, q, ${PRINT}, i, d, sh, f, w, k, t
      from unnest(${column((r) => r.campaign_id)}::bigint[], ${column((r) => r.submission_id)}::bigint[], ${column((r) => r.question)}::text[], ${column((r) => r.item_id)}::bigint[],
        ${column((r) => Buffer.from(r.print.digest, 'hex'))}::bytea[], ${column((r) => bytesOf(r.print.shingles))}::bytea[], ${column((r) => bytesOf(r.print.fingerprints))}::bytea[],
        ${column((r) => r.print.shingles.whole && r.print.fingerprints.whole)}::boolean[], ${column((r) => bigBytesOf(r.print.keys))}::bytea[], ${column((r) => r.printed_at.toISOString())}::timestamptz[]) as r(c, s, q, i, d, sh, f, w, k, t)
    on conflict do nothing`,
    sql`insert into text_key (campaign_id, key, submission_id)
    select r.campaign_id, r.key, r.submission_id
      from unnest(${keys.map((k) => k[0])}::bigint[], ${keys.map((k) => k[1])}::bigint[], ${keys.map((k) => k[2])}::bigint[]) as r(campaign_id, key, submission_id)
     where (select count(*) from (select from text_key t where t.campaign_id = r.campaign_id and t.key = r.key limit ${BUCKET}) x) < ${BUCKET}
    on conflict do nothing`,
  ]
}

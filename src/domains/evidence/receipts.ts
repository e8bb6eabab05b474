import { sign, type KeyObject } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { DB } from '../../platform/db/tables.ts'
import type { RecordedEvent } from '../../platform/events/record.ts'
import { eventSoonAfter } from '../../platform/events/queries.ts'
import { receiptText, writeReceipt } from '../../engine/receipt.ts'
import { campaignOf } from '../campaigns/queries.ts'
import { openLog } from './open-log.ts'
import { eventCommitment } from './promise-rules.ts'
import { logKeys } from './queries.ts'
import { deadlineSeconds, isOwnAct } from './rules.ts'
import { secretKey } from './sign-checkpoint.ts'

type Signer = { origin: string; entry_key: Buffer; secret: KeyObject; until_ms: number }
type Kept = { signers: Map<string, Signer>; seasons: Map<string, string> }
const kept = new WeakMap<Kysely<DB>, Kept>()

/** So long a process signs with a key it once read; the key before it counts for much longer. */
const KEPT_MS = 60_000

/**
 * The receipt for what a request of the caller did, or nothing when none of it goes into a log. Only what the caller did:
 * a request may record what becomes of others, and of that they learn nothing here. A request that was answered before
 * gets the receipt it got then.
 */
export async function receiptFor(
  ctx: Ctx,
  campaignId: string | undefined,
  answer: unknown,
): Promise<string | undefined> {
  const who = ctx.caller?.account_id
  if (who === undefined) return undefined
  const fresh = (ctx.recorded ?? []).filter((e) => isOwnAct(e, who))
  const earlier = campaignId === undefined ? [] : await recordedEarlier(ctx, campaignId, answer, fresh)
  const own = [...earlier.filter((e) => isOwnAct(e, who)), ...fresh]
  if (own.length === 0) return undefined
  const seasonId = await seasonIn(ctx, own[0]!)
  if (seasonId === undefined) return undefined
  const signer = await signerOf(ctx, seasonId)
  const receipt = {
    origin: signer.origin,
    events: own.map((e) => eventCommitment(signer, e)),
    by_seconds: Math.max(...own.map((e) => deadlineSeconds(new Date(e.at), ctx.config.log_period_seconds))),
  }
  return writeReceipt(receipt, sign(null, Buffer.from(receiptText(receipt)), signer.secret))
}

/**
 * What an answer names and this request did not write: it was handed in before. With an idempotency key the request's
 * events are already here; without one, the answer names what was made just before its event.
 */
async function recordedEarlier(
  ctx: Ctx,
  campaignId: string,
  answer: unknown,
  fresh: readonly RecordedEvent[],
): Promise<RecordedEvent[]> {
  const items = (answer as { items?: unknown[] }).items
  const out: RecordedEvent[] = []
  for (const item of (Array.isArray(items) ? items : [answer]) as Record<string, unknown>[]) {
    const { submission_id, review_id, submitted_at } = item
    if (typeof submission_id !== 'string' || fresh.some((e) => e.subject_id === submission_id)) continue
    const isReview = typeof review_id === 'string'
    if (!isReview && typeof submitted_at !== 'string') continue
    const after_id = isReview ? review_id : submission_id
    for (const kind of isReview ? ['reviewed'] : ['submitted', 'revised']) {
      const of = { campaign_id: campaignId, kind, subject_id: submission_id, after_id }
      const found = await eventSoonAfter(ctx.db, of)
      if (found) out.push(found)
    }
  }
  return out
}

function keptFor(ctx: Ctx): Kept {
  let found = kept.get(ctx.db)
  if (!found) kept.set(ctx.db, (found = { signers: new Map(), seasons: new Map() }))
  return found
}

/** The season whose log an act belongs to. A campaign's season is fixed by when anybody can act in it. */
async function seasonIn(ctx: Ctx, event: RecordedEvent): Promise<string | undefined> {
  if (event.campaign_id === '0') return event.body.log_season_id as string | undefined
  const { seasons } = keptFor(ctx)
  let found = seasons.get(event.campaign_id)
  if (found === undefined) {
    found = (await campaignOf(ctx.db, event.campaign_id))?.season_id
    if (found !== undefined) seasons.set(event.campaign_id, found)
  }
  return found
}

async function signerOf(ctx: Ctx, seasonId: string): Promise<Signer> {
  const { signers } = keptFor(ctx)
  const found = signers.get(seasonId)
  if (found && found.until_ms > ctx.now.getTime()) return found
  const log = await openLog(ctx, seasonId)
  const newest = (await logKeys(ctx.db, seasonId)).findLast((k) => !k.retires_at)!
  const signer = {
    origin: log.origin,
    entry_key: log.entry_key,
    secret: secretKey(newest.private_key),
    until_ms: ctx.now.getTime() + KEPT_MS,
  }
  signers.set(seasonId, signer)
  return signer
}

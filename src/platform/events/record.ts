import type { Ctx, Db } from '../context.ts'
import { commitTo } from '../canonical.ts'
import { write, type Write } from '../db/queries.ts'
import { insertEvents, insertSalts } from './queries.ts'

/**
 * What happened, for the public log: snake_case facts, no content. Content, votes and gold enter as commitments.
 * Kinds: submitted, reviewed, decided, rewarded, appealed, revised, withdrawn, audited, released, revoked, …
 */
export type Event = {
  campaign_id: string
  kind: string
  subject_id: string
  body: Record<string, unknown>
  /** Values to commit to: each becomes `<name>_commitment` in the body, its salt kept apart and erasable. */
  commit?: Record<string, unknown>
  /** Whose request it belongs to, where one transaction records several requests' events. */
  by?: Pick<Ctx, 'recorded'>
}

/** An event as it was written. */
export type RecordedEvent = {
  campaign_id: string
  id: string
  kind: string
  subject_id: string
  /** RFC 3339 with milliseconds. */
  at: string
  body: Record<string, unknown>
}

type EventCtx = Pick<Ctx, 'now' | 'newId' | 'randomBytes' | 'recorded'>

/** Writes events in the caller's transaction, so that the evidence and what it records commit together. */
export async function recordEvents(ctx: EventCtx, db: Db, events: readonly Event[]): Promise<void> {
  await write(db, ...eventWrites(ctx, events))
}

/** The same, to be sent with what the events are about. */
export function eventWrites(ctx: EventCtx, events: readonly Event[]): Write[] {
  if (events.length === 0) return []
  const salts: { campaign_id: string; subject_id: string; purpose: string; salt: string }[] = []
  const rows = events.map((e) => {
    const id = ctx.newId()
    const body: Record<string, unknown> = { ...e.body }
    for (const [name, value] of Object.entries(e.commit ?? {})) {
      const salt = ctx.randomBytes(16)
      body[`${name}_commitment`] = commitTo(salt, value)
      salts.push({ campaign_id: e.campaign_id, subject_id: id, purpose: name, salt: Buffer.from(salt).toString('hex') })
    }
    const row = {
      campaign_id: e.campaign_id,
      id,
      kind: e.kind,
      subject_id: e.subject_id,
      at: ctx.now.toISOString(),
      body,
    }
    const recorded = (e.by ?? ctx).recorded
    recorded?.push(row)
    return row
  })
  return [insertEvents(rows), salts.length > 0 ? insertSalts(salts) : null]
}

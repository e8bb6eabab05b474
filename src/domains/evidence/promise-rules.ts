import { canonicalJson, commitTo, keyedHash } from '../../platform/canonical.ts'

/** An event as the log reads it: the row, and its place in its season's order. */
export type SequencedEvent = {
  seq: number
  campaign_id: string
  id: string
  kind: string
  subject_id: string
  /** RFC 3339 with milliseconds. */
  at: string
  body: Record<string, unknown>
}

/** The secrets of one season's log; everything an entry hides is hidden under them. */
export type LogKeys = { entry_key: Uint8Array }

type Facts = Omit<SequencedEvent, 'seq'>

/** The salt of an event's commitment: derived, so that it costs no row, and opened to the event's owner alone. */
export const eventSalt = (keys: LogKeys, eventId: string): Buffer => keyedHash(keys.entry_key, `event:${eventId}`)

/** What a commitment to an event is over. */
export const eventFacts = ({ campaign_id, id, kind, subject_id, at, body }: Facts): Facts => ({
  campaign_id,
  id,
  kind,
  subject_id,
  at,
  body,
})

/**
 * Commits to a whole event. It is known when the event is written, before it has a place in the log; so a receipt can
 * promise it, and the entry that keeps the promise carries it as `event`.
 */
export const eventCommitment = (keys: LogKeys, event: Facts): string =>
  commitTo(eventSalt(keys, event.id), eventFacts(event))

/** Entries are framed by a 16-bit length. */
const MOST_BYTES = 65_535

/** An entry's bytes. One too long to be framed says only what it commits to. */
export function entryBytes(entry: Record<string, unknown>): Buffer {
  const bytes = Buffer.from(canonicalJson(entry))
  if (bytes.length <= MOST_BYTES) return bytes
  const { v, kind, day, event } = entry
  return Buffer.from(canonicalJson({ v, kind, day, event, too_long: true }))
}

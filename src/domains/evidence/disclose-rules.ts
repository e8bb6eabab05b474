import { eventCommitment, type LogKeys, type SequencedEvent } from './promise-rules.ts'

/** What the public reads of an event. `event` commits to all of it; receipts promise that commitment. */
export function publicEntry(event: SequencedEvent, keys: LogKeys): Record<string, unknown> {
  return {
    v: 1,
    seq: event.seq,
    kind: event.kind,
    day: event.at.slice(0, 10),
    event: eventCommitment(keys, event),
  }
}

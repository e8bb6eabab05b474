import { weightsOf, type Snapshot } from '../../engine/snapshot.ts'
import { authorSignal } from '../reliability/rules.ts'
import { nameOf, openedCommitments, sealedOpening } from './disclose-rules.ts'
import type { LogKeys } from './promise-rules.ts'
import type { EventToOpen } from './openings-queries.ts'

/** What opens one entry: its place, what was sealed, commitments that are opened, and weights that a decision added up. */
export type Opening = {
  at: number
  sealed?: { salt: string; value: Record<string, unknown> }
  open?: Record<string, { salt: string; value: unknown }>
  weighed?: Weighed
}
/** By review, what its voter's approval and disapproval weighed, as far as it was used; and the contributor's record. */
export type Weighed = {
  votes: Record<string, { accept?: readonly number[]; reject?: readonly number[] }>
  record?: readonly number[]
}

/** The opening of an event's entry; nothing where the entry says all there is to say. */
export function openingOf(event: EventToOpen, keys: LogKeys, snapshot: Snapshot | undefined): Opening | undefined {
  const sealed = sealedOpening(event, keys)
  const open: NonNullable<Opening['open']> = {}
  for (const name of openedCommitments(event.kind)) {
    const salt = event.salts?.[name]
    const value = committedValue(event, name)
    if (salt !== undefined && value !== undefined) open[name] = { salt, value }
  }
  const weighed = snapshot && event.round_reviews ? weighedIn(event, keys, snapshot) : undefined
  const hasOpen = Object.keys(open).length > 0
  if (!sealed && !hasOpen && !weighed) return undefined
  return { at: event.seq, ...(sealed && { sealed }), ...(hasOpen && { open }), ...(weighed && { weighed }) }
}

/** What an event committed to under a name, as it was: reasons and comments were never part of it. */
function committedValue(event: EventToOpen, name: string): unknown {
  if (event.kind === 'reviewed' && name === 'approvals' && event.votes)
    return Object.fromEntries(Object.entries(event.votes).map(([key, vote]) => [key, vote.approve]))
  if (event.kind === 'model_voted' && name === 'votes') return event.model_votes ?? undefined
  if (event.kind === 'checked' && name === 'added') return event.added_ppm ?? undefined
  return undefined
}

function weighedIn(event: EventToOpen, keys: LogKeys, snapshot: Snapshot): Weighed {
  const votes: Weighed['votes'] = {}
  for (const r of event.round_reviews ?? []) {
    if (r.expert) continue
    const [reject, accept] = weightsOf(snapshot, r.reviewer_id)
    const said = Object.values(r.votes).map((v) => v.approve)
    votes[nameOf(keys, 'review', r.id)] = {
      ...(said.includes(true) && { accept: accept! }),
      ...(said.includes(false) && { reject: reject! }),
    }
  }
  const signal = authorSignal(event.author_id ?? '')
  return { votes, ...(Object.hasOwn(snapshot.signals, signal) && { record: snapshot.signals[signal]! }) }
}

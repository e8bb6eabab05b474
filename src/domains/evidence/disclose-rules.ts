import { commitTo, keyedHash, keyedHex, sha256Hex } from '../../platform/canonical.ts'
import { DISCLOSED, type Field, type How, type Shown, type Thing } from './disclose-table-rules.ts'
import { eventCommitment, type LogKeys, type SequencedEvent } from './promise-rules.ts'

type EventFacts = Omit<SequencedEvent, 'seq'>

/** The name of a thing in one log: it holds no time, and no other log has it. Half of a hash is enough, and halves what a season weighs. */
export const nameOf = (keys: LogKeys, thing: Thing, id: string): string =>
  keyedHex(keys.entry_key, `${thing}:${id}`).slice(0, 32)

const saltOf = (keys: LogKeys, what: string, eventId: string): Buffer =>
  keyedHash(keys.entry_key, `${what}:${eventId}`).subarray(0, 16)

const UNKNOWN: Shown = { subject: 'committed', fields: {} }
export const shownOf = (kind: string): Shown => (Object.hasOwn(DISCLOSED, kind) ? DISCLOSED[kind]! : UNKNOWN)
/** What a window pays is recorded like other rewards, but about a person and not about work. */
const rowOf = ({ kind, body }: Pick<EventFacts, 'kind' | 'body'>): string =>
  kind === 'rewarded' && Object.hasOwn(body, 'window') ? 'rewarded_window' : kind

/**
 * What the public reads of an event, at once. It is a function of the event alone: no place in the log, no time but the
 * day, and of the season's neighbours nothing. `event` commits to all of the event; `sealed` to what is opened when the
 * season is over; a kind or a field that the table does not know is only committed to.
 */
export function publicEntry(event: EventFacts, keys: LogKeys): Record<string, unknown> {
  const { now, later } = parts(event, keys)
  const lines = linesOf(event)
  return {
    v: 1,
    kind: event.kind,
    day: event.at.slice(0, 10),
    event: eventCommitment(keys, event),
    ...(event.campaign_id !== '0' && { campaign: event.campaign_id }),
    ...now,
    ...(Object.keys(later).length > 0 && { sealed: commitTo(saltOf(keys, 'sealed', event.id), later) }),
    ...(lines && { lines: linesHash(lineLeaves(event, keys, lines)) }),
  }
}

/** What opens `sealed` of an event's entry after the close; nothing where there is nothing to open. */
export function sealedOpening(
  event: EventFacts,
  keys: LogKeys,
): { salt: string; value: Record<string, unknown> } | undefined {
  const { later } = parts(event, keys)
  if (Object.keys(later).length === 0) return undefined
  return { salt: saltOf(keys, 'sealed', event.id).toString('hex'), value: later }
}

type Parts = { now: Record<string, unknown>; later: Record<string, unknown> }

function parts(event: EventFacts, keys: LogKeys): Parts {
  const shown = shownOf(rowOf(event))
  const out: Parts = { now: {}, later: {} }
  put(out, 'about', event.subject_id, shown.subject, keys)
  for (const [field, value] of Object.entries(event.body))
    if (Object.hasOwn(shown.fields, field)) putField(out, field, value, shown.fields[field]!, keys)
  return out
}

function putField(out: Parts, field: string, value: unknown, how: Field, keys: LogKeys): void {
  if (typeof how === 'string') return put(out, field, value, how, keys)
  // The fields of an object: what of it is public stands together, and nothing else of it does.
  const own: Parts = { now: {}, later: {} }
  for (const [name, inner] of Object.entries((value ?? {}) as Record<string, unknown>))
    if (Object.hasOwn(how, name)) put(own, name, inner, how[name]!, keys)
  out.now[field] = own.now
  if (Object.keys(own.later).length > 0) out.later[field] = own.later
}

function put(out: Parts, field: string, value: unknown, how: How, keys: LogKeys): void {
  if (how === 'public' || how === 'commitment' || how === 'commitment_opened') out.now[field] = value
  else if (how === 'day') out.now[field] = String(value).slice(0, 10)
  else if (how === 'after_close') out.later[field] = value
  else if (how === 'lines') out.later[field] = payLines(value).map(withoutPerson)
  else if (how.startsWith('name:')) out.now[field] = named(keys, how.slice(5) as Thing, value)
  else if (how.startsWith('after_close_name:')) out.later[field] = named(keys, how.slice(17) as Thing, value)
}

/** Names of a list stand in the order of the names: the order of ids is that of time. */
const named = (keys: LogKeys, thing: Thing, value: unknown): unknown =>
  value === null
    ? null
    : Array.isArray(value)
      ? value.map((id) => nameOf(keys, thing, String(id))).sort()
      : nameOf(keys, thing, String(value))

type PayLine = { account_id: string } & Record<string, unknown>
const withoutPerson = (line: PayLine): Record<string, unknown> =>
  Object.fromEntries(Object.entries(line).filter(([field]) => field !== 'account_id'))
const payLines = (value: unknown): PayLine[] => (Array.isArray(value) ? (value as PayLine[]) : [])

function linesOf(event: EventFacts): PayLine[] | undefined {
  const field = Object.entries(shownOf(rowOf(event)).fields).find(([, how]) => how === 'lines')?.[0]
  return field !== undefined && Object.hasOwn(event.body, field) ? payLines(event.body[field]) : undefined
}

/** Lists of who is paid are filled up to a multiple of this, so that their length says nothing. */
const LINES_AT_LEAST = 16

/**
 * One hash for each line of pay, in an order that says nothing, with fillers that nobody can tell from lines. Whoever is
 * paid can so be shown their own line without the others', their number, or how the work was decided.
 */
function lineLeaves(event: EventFacts, keys: LogKeys, lines: readonly PayLine[]): string[] {
  const leaves = lines.map((line, i) => commitTo(saltOf(keys, `line:${i}`, event.id), line))
  const full = Math.max(1, Math.ceil(leaves.length / LINES_AT_LEAST)) * LINES_AT_LEAST
  for (let i = leaves.length; i < full; i++) leaves.push(keyedHex(keys.entry_key, `no line:${i}:${event.id}`))
  return leaves.sort()
}

export const linesHash = (leaves: readonly string[]): string => sha256Hex(leaves.join())

/** A person's own lines of pay in an event: each with its salt, and the hashes among which it must be. */
export function ownLines(
  event: EventFacts,
  keys: LogKeys,
  accountId: string,
): { leaves: string[]; lines: { salt: string; value: Record<string, unknown> }[] } | undefined {
  const lines = linesOf(event)
  if (!lines) return undefined
  return {
    leaves: lineLeaves(event, keys, lines),
    lines: lines.flatMap((value, i) =>
      value.account_id === accountId ? [{ salt: saltOf(keys, `line:${i}`, event.id).toString('hex'), value }] : [],
    ),
  }
}

/** Commitments of an event's body that are opened after the close, by the name that their salt is kept under. */
export const openedCommitments = (kind: string): string[] =>
  Object.entries(shownOf(kind).fields).flatMap(([field, how]) =>
    how === 'commitment_opened' ? [field.replace(/_commitment$/, '')] : [],
  )

/** Kinds and fields of an event that the table does not know. */
export function unknownIn(recorded: string, fields: readonly string[]): string[] {
  const kind = recorded === 'rewarded' && fields.includes('window') ? 'rewarded_window' : recorded
  if (!Object.hasOwn(DISCLOSED, kind)) return [kind]
  return fields.flatMap((f) => (Object.hasOwn(DISCLOSED[kind]!.fields, f) ? [] : [`${kind}.${f}`]))
}

import { consistencyFrom, rootFrom, type Hash } from './merkle-log.ts'
import { LogEdge, tilePath, TILE_WIDTH, unpackEntries, widthIn, withTiles, type Tile } from './merkle-tiles.ts'
import { isConsistent, isIncluded, leafHash, sameHash } from './merkle-verify.ts'
import { isReceiptOf, readReceipt, type Receipt } from './receipt.ts'
import { checkpointSignedBy, fromHex, readCheckpoint, type Checkpoint, type CheckSignature } from './signed-note.ts'

/** What a log shows to whoever checks it; `message` says what is wrong and where. */
export class LogFault extends Error {
  readonly code: 'unreadable' | 'unsigned' | 'differs' | 'forked' | 'not_included' | 'promise'
  constructor(code: LogFault['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** A log as a stranger reads it: a name, the keys one trusts for it, and files by their path. */
export type LogSource = {
  origin: string
  keys: readonly Uint8Array[]
  read(path: string): Promise<Uint8Array>
}
export type Means = { hash: Hash; check: CheckSignature }

export type Head = { checkpoint: Checkpoint; note: string; signed_at_seconds: number | undefined }

const textOf = (bytes: Uint8Array): string => {
  let escaped = ''
  for (const b of bytes) escaped += `%${b.toString(16).padStart(2, '0')}`
  return decodeURIComponent(escaped)
}

/** Reads a signed checkpoint and says when it was signed; throws when it is not signed by a key of this log. */
export async function trustedHead(note: string, log: Pick<LogSource, 'origin' | 'keys'>, by: Means): Promise<Head> {
  const checkpoint = readCheckpoint(note)
  if (!checkpoint) throw new LogFault('unreadable', 'This is not a signed checkpoint.')
  if (checkpoint.origin !== log.origin)
    throw new LogFault('unsigned', `This checkpoint is of the log ${checkpoint.origin}, not of ${log.origin}.`)
  for (const public_key of log.keys) {
    const signed = await checkpointSignedBy(checkpoint, { name: log.origin, public_key }, by)
    if (signed) return { checkpoint, note, ...signed }
  }
  throw new LogFault('unsigned', `No key of the log ${log.origin} signed this checkpoint.`)
}

/** The newest checkpoint that a log serves. */
export const readHead = async (log: LogSource, by: Means): Promise<Head> =>
  trustedHead(textOf(await log.read('checkpoint')), log, by)

const tileOf = async (log: LogSource, tile: Tile): Promise<Uint8Array> => {
  try {
    return await log.read(tilePath(tile))
  } catch (error) {
    // A partial tile may be gone once the full one is there.
    if (tile.width === TILE_WIDTH || tile.level === 'entries') throw error
    return (await log.read(tilePath({ ...tile, width: TILE_WIDTH }))).subarray(0, tile.width * 32)
  }
}

/**
 * Every entry up to a checkpoint, in order, a bundle in memory at a time. Ends only when they hash to the signed root;
 * otherwise throws, and says in which bundle entries and tree differ.
 */
export async function* readEntries(
  log: LogSource,
  head: Head,
  by: Means,
): AsyncGenerator<{ seq: number; entry: Uint8Array }> {
  const { size, root } = head.checkpoint
  const edge = new LogEdge(by.hash)
  for (let index = 0; edge.size < size; index++) {
    const width = widthIn(size, 'entries', index)
    const entries = unpackEntries(await tileOf(log, { level: 'entries', index, width }))
    if (entries?.length !== width)
      throw new LogFault('differs', `Bundle ${index} does not hold its ${width} entries: it was cut or changed.`)
    for (const entry of entries) {
      yield { seq: edge.size, entry }
      edge.append(entry)
    }
  }
  if (!sameHash(edge.root(), root)) throw new LogFault('differs', await whereDifferent(log, size, by))
}

/** Which bundle's entries are not those of the tree. */
async function whereDifferent(log: LogSource, size: number, by: Means): Promise<string> {
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = widthIn(size, 0, index)
    const hashes = await tileOf(log, { level: 0, index, width })
    const entries = unpackEntries(await tileOf(log, { level: 'entries', index, width })) ?? []
    for (const [i, entry] of entries.entries())
      if (!sameHash(leafHash(entry, by.hash), hashes.subarray(i * 32, (i + 1) * 32)))
        return `Entry ${index * TILE_WIDTH + i} is not the one that the tree holds there: entries or tiles were changed or put in another order.`
  }
  return `The ${size} entries do not hash to the signed root: the tree was changed after it was signed, or something was left out.`
}

/** Holds two checkpoints of a log against each other, by its tiles. A log that shows different people different things cannot. */
export async function checkContinues(log: LogSource, older: Head, newer: Head, by: Means): Promise<void> {
  const [a, b] = [older.checkpoint, newer.checkpoint]
  const forked = `Checkpoints of ${a.size} and ${b.size} entries, both signed by ${log.origin}, are not of one log. Keep both: they prove it.`
  if (a.size > b.size) return checkContinues(log, newer, older, by)
  const sizes = { from: a.size, to: b.size }
  const proof =
    a.size === 0 || a.size === b.size
      ? []
      : await withTiles({ size: b.size, hash: by.hash, read: (t) => tileOf(log, t) }, (nodes) =>
          consistencyFrom(nodes, sizes, by.hash),
        )
  if (!isConsistent({ ...sizes, from_root: a.root, to_root: b.root }, proof, by.hash))
    throw new LogFault('forked', forked)
}

/** The root that a log's own tiles give; for whoever mirrors them. */
export const rootOfTiles = (log: LogSource, size: number, hash: Hash): Promise<Uint8Array> =>
  withTiles({ size, hash, read: (t) => tileOf(log, t) }, (nodes) => rootFrom(nodes, size, hash))

export type ProvenEntry = { seq: number; entry: string; proof: readonly string[]; checkpoint: string }

/** Checks that an entry is in the log that the checkpoint beside it signs. Answers that checkpoint. */
export async function checkEntry(
  proven: ProvenEntry,
  log: Pick<LogSource, 'origin' | 'keys'>,
  by: Means & { bytes: (text: string) => Uint8Array },
): Promise<Head> {
  const head = await trustedHead(proven.checkpoint, log, by)
  const proof = proven.proof.map((p) => fromHex(p) ?? new Uint8Array(0))
  const { size, root } = head.checkpoint
  const claim = { leaf: leafHash(by.bytes(proven.entry), by.hash), index: proven.seq, size, root }
  if (!isIncluded(claim, proof, by.hash))
    throw new LogFault('not_included', `Entry ${proven.seq} is not in the log of ${size} entries as it stands here.`)
  return head
}

export type PromiseState =
  | { state: 'kept'; seqs: number[] }
  | { state: 'waiting'; by_seconds: number }
  | { state: 'broken'; missing: string[]; proof: OmissionProof }

/** What shows anybody that a promise was broken. The entries themselves are the log's own, up to this checkpoint. */
export type OmissionProof = { receipt: string; checkpoint: string }

/** Reads a receipt that one of the log's keys signed. */
export async function trustedReceipt(
  word: string,
  log: Pick<LogSource, 'origin' | 'keys'>,
  by: Means,
): Promise<Receipt> {
  const read = readReceipt(word)
  if (!read) throw new LogFault('promise', 'This is not a receipt.')
  if (!(await isReceiptOf(read, log, by.check)))
    throw new LogFault('promise', `No key of the log ${log.origin} signed this receipt.`)
  return read.receipt
}

/**
 * What became of promises, by one reading of the log. A promise is broken when a checkpoint was signed after its time and
 * the entries under it, all of them, do not hold what was promised.
 */
export async function checkPromises(
  words: readonly string[],
  log: LogSource,
  head: Head,
  by: Means,
): Promise<PromiseState[]> {
  const receipts = await Promise.all(words.map((word) => trustedReceipt(word, log, by)))
  const wanted = new Map<string, number>()
  for (const r of receipts) for (const e of r.events) wanted.set(e, -1)
  const found = new Set<string>()
  for await (const { seq, entry } of readEntries(log, head, by)) {
    const promised = commitmentIn(entry)
    if (promised === undefined || !wanted.has(promised) || !carries(entry, promised)) continue
    wanted.set(promised, seq)
    found.add(promised)
  }
  return receipts.map((receipt, i): PromiseState => {
    const missing = receipt.events.filter((e) => !found.has(e))
    if (missing.length === 0) return { state: 'kept', seqs: receipt.events.map((e) => wanted.get(e)!) }
    if ((head.signed_at_seconds ?? 0) <= receipt.by_seconds) return { state: 'waiting', by_seconds: receipt.by_seconds }
    return { state: 'broken', missing, proof: { receipt: words[i]!, checkpoint: head.note } }
  })
}

/** Whether somebody's proof of an omission holds: what a stranger runs, with the log's entries from anywhere. */
export async function isOmission(proof: OmissionProof, log: LogSource, by: Means): Promise<boolean> {
  const head = await trustedHead(proof.checkpoint, log, by)
  const [found] = await checkPromises([proof.receipt], log, head, by)
  return found!.state === 'broken'
}

/** Whether it is the entry's own commitment, not words within another field. */
function carries(entry: Uint8Array, commitment: string): boolean {
  try {
    return (JSON.parse(textOf(entry)) as { event?: unknown }).event === commitment
  } catch {
    return false
  }
}

/** The commitment that an entry carries. Read from its text: parsing a million entries for one field takes ten times as long. */
function commitmentIn(entry: Uint8Array): string | undefined {
  const head = 'event":"'
  const at = indexOfText(entry, head)
  if (at < 0) return undefined
  let out = ''
  for (let i = at + head.length; i < at + head.length + 64 && i < entry.length; i++)
    out += String.fromCharCode(entry[i]!)
  return /^[0-9a-f]{64}$/.test(out) ? out : undefined
}

function indexOfText(bytes: Uint8Array, text: string): number {
  outer: for (let i = 0; i + text.length <= bytes.length; i++) {
    // A quote before it, so that the end of a longer name or a value is not taken for it.
    if (bytes[i] !== text.charCodeAt(0) || bytes[i - 1] !== 0x22) continue
    for (let k = 1; k < text.length; k++) if (bytes[i + k] !== text.charCodeAt(k)) continue outer
    return i
  }
  return -1
}

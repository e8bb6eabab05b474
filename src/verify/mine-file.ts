import { createPublicKey, verify } from 'node:crypto'
import { LogFault, trustedHead, type Means } from '../engine/log-reader.ts'
import { checkShown, PROOF_FORMAT, type ProofFile, type ShownEntry } from '../engine/proof-file.ts'
import { isReceiptOf, readReceipt } from '../engine/receipt.ts'
import { sha256 } from '../engine/sha256.ts'
import type { Line } from './facts.ts'
import type { MineReport } from './mine.ts'

/** An own entry as the file of proofs has it, with its lines of pay and the places that pay anything at all. */
export type Own = {
  seq: number
  entry: string
  kind: string
  day: string
  lines: Line[]
  paid_at: ReadonlySet<number>
}
type Log = { origin: string; keys: readonly Uint8Array[] }

/** The file is none of proofs; the message says what it should be. */
export class NoProofs extends Error {}

const WRAPPING = Buffer.from('302a300506032b6570032100', 'hex')
const by: Means & { bytes: (text: string) => Uint8Array } = {
  hash: sha256,
  bytes: (text) => Buffer.from(text),
  check: (key, text, signature) =>
    key.length === 32 &&
    verify(
      null,
      Buffer.from(text),
      createPublicKey({ key: Buffer.concat([WRAPPING, key]), format: 'der', type: 'spki' }),
      signature,
    ),
}

/** The file's entries of this log, each checked by itself: proof, signature, and that it commits to what is shown. */
export async function ownOf(file: unknown, log: Log, out: MineReport): Promise<Own[]> {
  const proofs = file as Partial<ProofFile> | undefined
  if (proofs?.format !== PROOF_FORMAT || !Array.isArray(proofs.entries) || !Array.isArray(proofs.logs))
    throw new NoProofs(`This is no file of proofs (${PROOF_FORMAT}), as the page "My proofs" saves it.`)
  const season = (proofs.logs as ProofFile['logs']).find((l) => l.origin === log.origin)?.season_id
  const mine = (proofs.entries as ProofFile['entries']).filter((e) => e.season_id === season)
  out.elsewhere = proofs.entries.length - mine.length
  const paid_at = new Set(mine.filter((e) => (e.openings.pay?.lines.length ?? 0) > 0).map((e) => e.seq))
  const own: Own[] = []
  const places = new Set<number>()
  for (const shown of mine) {
    try {
      if (places.has(shown.seq)) throw new LogFault('differs', `Your file holds entry ${shown.seq} twice.`)
      places.add(shown.seq)
      await checkShown(shown, log, by)
      const { kind, day } = JSON.parse(shown.entry) as { kind: string; day: string }
      const lines = ((shown as ShownEntry).openings.pay?.lines ?? []).map((l) => l.value as Line)
      own.push({ seq: shown.seq, entry: shown.entry, kind, day, lines, paid_at })
    } catch (error) {
      if (!(error instanceof LogFault) && !(error instanceof SyntaxError)) throw error
      out.findings.push(error.message)
    }
  }
  return own
}

export type Promised = { n: number; events: string[]; until: string; is_due: boolean }

/** Receipts of this log that its key signed, and whether the folder's checkpoint is later than what they promise. */
export async function checkPlain(
  receipts: readonly string[],
  log: Log,
  note: string,
  out: MineReport,
): Promise<Promised[]> {
  const signed_at = await trustedHead(note, log, by).then(
    (head) => head.signed_at_seconds,
    () => undefined,
  )
  const promised: Promised[] = []
  for (const [i, word] of receipts.entries()) {
    const read = readReceipt(word)
    if (read && read.receipt.origin !== log.origin) continue
    if (!read || !(await isReceiptOf(read, log, by.check))) {
      out.findings.push(`Line ${i + 1} of your receipts is no receipt that a key of ${log.origin} signed.`)
      continue
    }
    const { events, by_seconds } = read.receipt
    const until = new Date(by_seconds * 1000).toISOString()
    promised.push({ n: i + 1, events, until, is_due: signed_at !== undefined && signed_at >= by_seconds })
  }
  return promised
}

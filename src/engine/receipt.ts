import { fromBase64, toBase64, type CheckSignature } from './signed-note.ts'

/**
 * A receipt: the server's signed promise that entries with these commitments will be in a log by a time. Whoever keeps it
 * can prove to anybody that one was left out: the receipt, a checkpoint signed after the deadline, and all its entries.
 */
export type Receipt = {
  /** The log that is promised to hold them. */
  origin: string
  /** What the entries carry as `event`: 32 bytes in hex each, in the order they were written. */
  events: string[]
  /** By when, in whole seconds since 1970. */
  by_seconds: number
}

// No checkpoint and no timed checkpoint begins like this, so no signature of one is one of the other.
const HEAD = 'assay receipt/v1\n'

/** What is signed. */
export const receiptText = (r: Receipt): string => `${HEAD}${r.origin}\n${r.by_seconds}\n${r.events.join('\n')}\n`

/** A receipt and its signature as one word, for a header. */
export function writeReceipt(r: Receipt, signature: Uint8Array): string {
  const text = receiptText(r).slice(HEAD.length)
  return `v1.${toBase64(Uint8Array.from(text, (c) => c.charCodeAt(0)))}.${toBase64(signature)}`
}

/** Reads a receipt; nothing when it is none. Whose it is, `isReceiptOf` says. */
export function readReceipt(word: string): { receipt: Receipt; signature: Uint8Array } | undefined {
  if (word.length > 20_000) return undefined
  const [version, body, signed, ...more] = word.split('.')
  const bytes = fromBase64(body ?? '')
  const signature = fromBase64(signed ?? '')
  if (version !== 'v1' || more.length > 0 || !bytes || signature?.length !== 64) return undefined
  const lines = String.fromCharCode(...bytes).split('\n')
  const [origin, by, ...events] = lines
  if (!origin || !/^[\x21-\x7e]+$/.test(origin) || !/^[1-9]\d{0,14}$/.test(by ?? '') || events.pop() !== '')
    return undefined
  if (events.length === 0 || !events.every((e) => /^[0-9a-f]{64}$/.test(e))) return undefined
  return { receipt: { origin, by_seconds: Number(by), events }, signature }
}

/** Whether one of a log's keys signed a receipt. */
export async function isReceiptOf(
  read: { receipt: Receipt; signature: Uint8Array },
  log: { origin: string; keys: readonly Uint8Array[] },
  check: CheckSignature,
): Promise<boolean> {
  if (read.receipt.origin !== log.origin) return false
  for (const key of log.keys) if (await check(key, receiptText(read.receipt), read.signature)) return true
  return false
}

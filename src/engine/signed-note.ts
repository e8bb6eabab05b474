import type { Hash } from './merkle-log.ts'

/**
 * A log's checkpoint as a signed note (C2SP signed-note, tlog-checkpoint): origin, size and root, then signatures. Beside
 * its plain signature the log signs the checkpoint with the time (C2SP tlog-cosignature), because a promise that has a
 * deadline is broken only by a checkpoint that says it was signed after it.
 */
export type Checkpoint = {
  origin: string
  size: number
  root: Uint8Array
  /** The text that is signed. */
  body: string
  signatures: NoteSignature[]
}
export type NoteSignature = { name: string; key_id: string; bytes: Uint8Array }

/** What kind of signature a key makes under a name; part of what its id is the hash of. */
export const PLAIN = 1
export const TIMED = 4

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function toBase64(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const n = bytes[i]! * 65_536 + (bytes[i + 1] ?? 0) * 256 + (bytes[i + 2] ?? 0)
    const digit = (power: number) => DIGITS[Math.floor(n / power) % 64]!
    out += digit(262_144) + digit(4096)
    out += i + 1 < bytes.length ? digit(64) : '='
    out += i + 2 < bytes.length ? digit(1) : '='
  }
  return out
}

/** Reads base64 as `toBase64` writes it; nothing when it is anything else, so that a text has one reading. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const digits = text.replace(/=+$/, '')
  const out = new Uint8Array(Math.floor((digits.length * 3) / 4))
  for (let i = 0; i < digits.length; i += 4) {
    let n = 0
    for (let k = 0; k < 4; k++) n = n * 64 + (i + k < digits.length ? DIGITS.indexOf(digits[i + k]!) : 0)
    for (let k = 0, at = (i / 4) * 3; k < 3 && at + k < out.length; k++)
      out[at + k] = Math.floor(n / 256 ** (2 - k)) % 256
  }
  return toBase64(out) === text ? out : undefined
}

export const toHex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')
export const fromHex = (hex: string): Uint8Array | undefined =>
  /^([0-9a-f]{2})*$/.test(hex)
    ? Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : undefined

const ascii = (text: string): Uint8Array => {
  const out = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 126) throw new Error('names of logs are ASCII')
    out[i] = text.charCodeAt(i)
  }
  return out
}

/** A key's id under a name: the first four bytes of a hash, in hex. */
export function noteKeyId(name: string, kind: number, publicKey: Uint8Array, hash: Hash): string {
  const head = ascii(`${name}\n`)
  const data = new Uint8Array(head.length + 1 + publicKey.length)
  data.set(head)
  data[head.length] = kind
  data.set(publicKey, head.length + 1)
  return toHex(hash(data).subarray(0, 4))
}

/** The key as others are given it: `name+id+base64(kind and key)`. */
export function verifierKey(name: string, kind: number, publicKey: Uint8Array, hash: Hash): string {
  const material = new Uint8Array(1 + publicKey.length)
  material[0] = kind
  material.set(publicKey, 1)
  return `${name}+${noteKeyId(name, kind, publicKey, hash)}+${toBase64(material)}`
}

/** What a log signs. */
export function checkpointBody(at: { origin: string; size: number; root: Uint8Array }): string {
  if (!/^[\x21-\x2a\x2c-\x7e]+$/.test(at.origin)) throw new Error('an origin has no spaces and no plus sign')
  return `${at.origin}\n${at.size}\n${toBase64(at.root)}\n`
}

/** What is signed to say that this was the newest checkpoint at a time, in whole seconds. */
export const timedText = (body: string, seconds: number): string => `cosignature/v1\ntime ${seconds}\n${body}`

/** A signature line. A timed signature carries its time before it. */
export function signatureLine(of: { name: string; key_id: string; signature: Uint8Array; seconds?: number }): string {
  const head = fromHex(of.key_id)!
  const time = of.seconds === undefined ? new Uint8Array(0) : wide(of.seconds)
  const out = new Uint8Array(head.length + time.length + of.signature.length)
  out.set(head)
  out.set(time, head.length)
  out.set(of.signature, head.length + time.length)
  return `— ${of.name} ${toBase64(out)}\n`
}

const wide = (n: number): Uint8Array => Uint8Array.from({ length: 8 }, (_, i) => Math.floor(n / 256 ** (7 - i)) % 256)

/** Reads a signed checkpoint; nothing when any part is not as it must be. */
export function readCheckpoint(note: string): Checkpoint | undefined {
  const end = note.indexOf('\n\n')
  if (end < 0 || note.length > 10_000) return undefined
  const body = note.slice(0, end + 1)
  const [origin, size, root, ...more] = body.split('\n')
  const rootBytes = fromBase64(root ?? '')
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || rootBytes?.length !== 32 || more.join('') !== '')
    return undefined
  if (!Number.isSafeInteger(Number(size))) return undefined
  const signatures: NoteSignature[] = []
  const rest = note.slice(end + 2)
  if (!rest.endsWith('\n')) return undefined
  for (const line of rest.slice(0, -1).split('\n')) {
    const found = /^— (\S+) (\S+)$/.exec(line)
    const bytes = found ? fromBase64(found[2]!) : undefined
    if (!found || !bytes || bytes.length < 5) return undefined
    signatures.push({ name: found[1]!, key_id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) })
  }
  return { origin, size: Number(size), root: rootBytes, body, signatures }
}

/** Whether a signature over a text is by a key; handed in, because browsers and servers verify differently. */
export type CheckSignature = (publicKey: Uint8Array, text: string, signature: Uint8Array) => boolean | Promise<boolean>

/**
 * Checks a checkpoint against one of a log's keys. Answers when it was signed, in seconds, where a timed signature of
 * the key is there, and nothing when the key's plain signature is missing or wrong.
 */
export async function checkpointSignedBy(
  c: Checkpoint,
  key: { name: string; public_key: Uint8Array },
  by: { hash: Hash; check: CheckSignature },
): Promise<{ signed_at_seconds: number | undefined } | undefined> {
  if (c.origin !== key.name) return undefined
  const of = (kind: number) => {
    const id = noteKeyId(key.name, kind, key.public_key, by.hash)
    return c.signatures.find((s) => s.name === key.name && s.key_id === id)
  }
  const plain = of(PLAIN)
  if (!plain || !(await by.check(key.public_key, c.body, plain.bytes))) return undefined
  const timed = of(TIMED)
  if (!timed || timed.bytes.length !== 72) return { signed_at_seconds: undefined }
  const seconds = timed.bytes.subarray(0, 8).reduce((n, b) => n * 256 + b, 0)
  const isRight = await by.check(key.public_key, timedText(c.body, seconds), timed.bytes.subarray(8))
  return { signed_at_seconds: isRight ? seconds : undefined }
}

/** What an old key signs to hand over to a new one, in hex, with the time in whole seconds. */
export const handoverText = (of: { origin: string; from: Uint8Array; to: Uint8Array; seconds: number }): string =>
  `assay log key/v1\n${of.origin}\n${toHex(of.from)}\n${toHex(of.to)}\n${of.seconds}\n`

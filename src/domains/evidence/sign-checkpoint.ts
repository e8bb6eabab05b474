import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { Hash } from '../../engine/merkle-log.ts'
import {
  checkpointBody,
  checkpointSignedBy,
  noteKeyId,
  PLAIN,
  readCheckpoint,
  signatureLine,
  TIMED,
  timedText,
  type CheckSignature,
  type Checkpoint,
} from '../../engine/signed-note.ts'

export const sha256: Hash = (data) => createHash('sha256').update(data).digest()

// An Ed25519 key in the containers of RFC 8410 is these bytes and then the 32 bytes of the key.
const SECRET_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

export const secretKey = (secret: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([SECRET_HEAD, secret]), format: 'der', type: 'pkcs8' })
export const publicKey = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([PUBLIC_HEAD, raw]), format: 'der', type: 'spki' })

export const checkSignature: CheckSignature = (key, text, signature) =>
  key.length === 32 && verify(null, Buffer.from(text), publicKey(key), signature)

/** Signs a checkpoint by each of the keys: its text, and its text with the time. */
export function signCheckpoint(
  at: { origin: string; size: number; root: Uint8Array; seconds: number },
  keys: readonly { public_key: Uint8Array; private_key: Uint8Array }[],
): string {
  const body = checkpointBody(at)
  const lines = keys.flatMap((key) => {
    const secret = secretKey(key.private_key)
    const by = (kind: number, text: string) => ({
      name: at.origin,
      key_id: noteKeyId(at.origin, kind, key.public_key, sha256),
      signature: sign(null, Buffer.from(text), secret),
    })
    return [
      signatureLine(by(PLAIN, body)),
      signatureLine({ ...by(TIMED, timedText(body, at.seconds)), seconds: at.seconds }),
    ]
  })
  return `${body}\n${lines.join('')}`
}

/** Reads a note and finds the first of these keys that signed it. */
export async function readSigned(
  note: string,
  origin: string,
  keys: readonly { public_key: Uint8Array }[],
): Promise<{ checkpoint: Checkpoint; signed_at_seconds: number | undefined } | undefined> {
  const checkpoint = readCheckpoint(note)
  if (!checkpoint) return undefined
  for (const { public_key } of keys) {
    const signed = await checkpointSignedBy(
      checkpoint,
      { name: origin, public_key },
      { hash: sha256, check: checkSignature },
    )
    if (signed) return { checkpoint, ...signed }
  }
  return undefined
}

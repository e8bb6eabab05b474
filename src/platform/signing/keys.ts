import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { sha256Hex } from '../canonical.ts'

// An Ed25519 key in the containers of RFC 8410 is these bytes and then the 32 bytes of the key.
const SECRET_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

export type SigningKey = { key_id: string; public_key: Buffer; private_key: Buffer }

/** Makes a key from 32 chance bytes, which are its secret half. */
export function keyFrom(secret: Uint8Array): SigningKey {
  const private_key = Buffer.from(secret)
  const spki = createPublicKey(secretKey(private_key)).export({ type: 'spki', format: 'der' })
  const public_key = spki.subarray(PUBLIC_HEAD.length)
  return { key_id: keyIdOf(public_key), public_key, private_key }
}

/** What people compare keys by: the start of the key's SHA-256. */
export const keyIdOf = (publicKey: Uint8Array): string => sha256Hex(publicKey).slice(0, 32)

const secretKey = (secret: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([SECRET_HEAD, secret]), format: 'der', type: 'pkcs8' })

/** An Ed25519 signature (RFC 8032) of a text's UTF-8 bytes, in base64. */
export const signText = (key: Pick<SigningKey, 'private_key'>, text: string): string =>
  sign(null, Buffer.from(text), secretKey(key.private_key)).toString('base64')

/** Whether a signature is of this text by this key; anything malformed is not. */
export function isSignedBy(publicKey: Uint8Array, text: string, signature: string): boolean {
  if (publicKey.length !== 32) return false
  const key = createPublicKey({
    key: Buffer.concat([PUBLIC_HEAD, publicKey]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
}

/** The public key as a file that other programs read. */
export const pemOf = (publicKey: Uint8Array): string =>
  `-----BEGIN PUBLIC KEY-----\n${Buffer.concat([PUBLIC_HEAD, publicKey]).toString('base64')}\n-----END PUBLIC KEY-----\n`

/** Reads a public key that somebody gives: PEM, or its 32 bytes in base64 or hex. Nothing when it is none. */
export function publicKeyIn(text: string): Buffer | undefined {
  const pem = /-----BEGIN PUBLIC KEY-----([\s\S]+?)-----END PUBLIC KEY-----/.exec(text)
  if (pem) {
    const der = Buffer.from(pem[1]!.replace(/\s/g, ''), 'base64')
    return der.length === 44 && der.subarray(0, PUBLIC_HEAD.length).equals(PUBLIC_HEAD)
      ? der.subarray(PUBLIC_HEAD.length)
      : undefined
  }
  const plain = text.trim()
  if (/^[0-9a-f]{64}$/i.test(plain)) return Buffer.from(plain, 'hex')
  if (/^[A-Za-z0-9+/]{43}=$/.test(plain)) return Buffer.from(plain, 'base64')
  return undefined
}

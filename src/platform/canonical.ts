import { createHash, createHmac, hash } from 'node:crypto'
import { canonicalJson, isWellFormed } from '../engine/canonical-json.ts'

export { canonicalJson, isWellFormed }

export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex')

/** What is hashed at once stands here, unless it is longer: one call is twice as fast as an object fed piece by piece. */
const scratch = Buffer.alloc(1 << 16)

/** A salted commitment: reveals nothing while the salt is secret, and nothing ever once the salt is erased. */
export function commitTo(salt: Uint8Array, value: unknown): string {
  const text = canonicalJson(value)
  if (salt.length + 3 * text.length > scratch.length)
    return createHash('sha256').update(salt).update(text).digest('hex')
  scratch.set(salt)
  const end = salt.length + scratch.write(text, salt.length)
  return hash('sha256', scratch.subarray(0, end), 'hex')
}

const BLOCK = 64
const LONGEST = 512
/** A key's two pads (RFC 2104), each with room for what follows it. */
const pads = new WeakMap<Uint8Array, { inner: Buffer; outer: Buffer }>()

/**
 * HMAC-SHA-256 of a text: what nobody without the key can compute, nor tell from chance. Made of two hashes by hand, with the
 * key's pads kept: a third of the time of an object for each, and an entry of the public log takes some thirty.
 */
export function keyedHex(key: Uint8Array, text: string): string {
  if (key.length > BLOCK || 3 * text.length > LONGEST) return createHmac('sha256', key).update(text).digest('hex')
  let own = pads.get(key)
  if (!own) {
    own = { inner: Buffer.alloc(BLOCK + LONGEST), outer: Buffer.alloc(BLOCK + 32) }
    for (let i = 0; i < BLOCK; i++) {
      own.inner[i] = (key[i] ?? 0) ^ 0x36
      own.outer[i] = (key[i] ?? 0) ^ 0x5c
    }
    pads.set(key, own)
  }
  const end = BLOCK + own.inner.write(text, BLOCK)
  own.outer.write(hash('sha256', own.inner.subarray(0, end), 'binary'), BLOCK, 'latin1')
  return hash('sha256', own.outer, 'hex')
}

export const keyedHash = (key: Uint8Array, text: string): Buffer => Buffer.from(keyedHex(key, text), 'hex')

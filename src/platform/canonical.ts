import { createHash, createHmac } from 'node:crypto'
import { canonicalJson, isWellFormed } from '../engine/canonical-json.ts'

export { canonicalJson, isWellFormed }

export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** A salted commitment: reveals nothing while the salt is secret, and nothing ever once the salt is erased. */
export const commitTo = (salt: Uint8Array, value: unknown): string =>
  createHash('sha256').update(salt).update(canonicalJson(value)).digest('hex')

/** HMAC-SHA-256 of a text: what nobody without the key can compute, nor tell from chance. */
export const keyedHash = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()

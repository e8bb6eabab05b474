import { createHash } from 'node:crypto'

type Source = { randomBytes: (n: number) => Uint8Array }

/** What the database keeps of a secret. All our secrets are long and random, so a plain hash cannot be searched. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** 32 random bytes, as they travel in cookies and links. */
export const newToken = (from: Source): string => Buffer.from(from.randomBytes(32)).toString('base64url')

/** An API key: its prefix may be shown again so that people recognise it, its secret never. */
export function newApiKey(from: Source): { key: string; prefix: string; secret_hash: string } {
  const prefix = Buffer.from(from.randomBytes(5)).toString('hex')
  const key = `ak_${prefix}_${newToken(from)}`
  return { key, prefix: `ak_${prefix}`, secret_hash: hashOf(key) }
}

// No vowels, no look-alikes: codes are read from paper and spell no words.
const CODE_LETTERS = '23456789bcdfghjkmnpqrstvwxz'

/** Letters and digits that a person can type, in groups of four. 16 of them carry 76 bits. */
export function newCode(from: Source, groups = 4): string {
  const letters: string[] = []
  while (letters.length < groups * 4) {
    // Bytes past the last whole multiple of the alphabet would make some letters likelier.
    for (const byte of from.randomBytes(32))
      if (byte < 243 && letters.length < groups * 4) letters.push(CODE_LETTERS[byte % 27]!)
  }
  return Array.from({ length: groups }, (_, i) => letters.slice(i * 4, i * 4 + 4).join('')).join('-')
}

const typed = (code: string): string => code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/** As typed by a person: case, spaces and dashes do not matter. Bound to its account, so that it opens no other. */
export const hashOfCode = (accountId: string, code: string): string => hashOf(`code:${accountId}:${typed(code)}`)

/** What a one-time link carries; it may be typed as well. */
export const hashOfLink = (token: string): string => hashOf(`link:${typed(token)}`)

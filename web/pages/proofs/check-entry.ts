import { LogFault } from '../../../src/engine/log-reader.ts'
import { checkShown, type ShownEntry } from '../../../src/engine/proof-file.ts'
import { sha256 } from '../../../src/engine/sha256.ts'
import { fromHex } from '../../../src/engine/signed-note.ts'

/** `unable`: this browser has no Ed25519, so it says nothing, neither yes nor no. */
export type Verdict =
  | { is: 'right'; opened: readonly ('event' | 'answer' | 'pay')[] }
  | { is: 'wrong'; says: string }
  | { is: 'unable' }

/** Checks an entry, its proof, the signature over the log and what is opened, all in this browser. */
export async function checkEntryHere(
  entry: ShownEntry,
  log: { origin: string; keys: readonly { public_key: string }[] },
): Promise<Verdict> {
  const raw = log.keys.map((k) => fromHex(k.public_key)).filter((k) => k !== undefined)
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(raw[0] ?? []), 'Ed25519', false, ['verify'])
  } catch {
    return { is: 'unable' }
  }
  const means = {
    hash: sha256,
    bytes: (text: string) => new TextEncoder().encode(text),
    async check(publicKey: Uint8Array, text: string, signature: Uint8Array): Promise<boolean> {
      const key = await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify'])
      return crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new TextEncoder().encode(text))
    },
  }
  try {
    const { opened } = await checkShown(entry, { origin: log.origin, keys: raw }, means)
    return { is: 'right', opened }
  } catch (error) {
    if (error instanceof LogFault) return { is: 'wrong', says: error.message }
    throw error
  }
}

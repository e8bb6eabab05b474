import { createHash, createPublicKey, verify } from 'node:crypto'

/** A checkpoint as it is read from its file: what was signed, and the signatures under it. */
export type Note = {
  text: string
  origin: string
  size: number
  root: Buffer
  signatures: { name: string; id: string; value: Buffer }[]
}
/** A key that may have signed: the log's name, the key's id and its bytes. */
export type NoteKey = { name: string; id: string; key: Buffer }

const PLAIN = 1
/** The fixed bytes in front of an Ed25519 key in its usual wrapping. */
const WRAPPING = Buffer.from('302a300506032b6570032100', 'hex')

/** Reads a C2SP checkpoint: origin, size and root, an empty line, signatures. Undefined when it is none. */
export function readNote(note: string): Note | undefined {
  const end = note.indexOf('\n\n')
  if (end < 0) return undefined
  const text = note.slice(0, end + 1)
  const [origin, size, root] = text.split('\n')
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '')) return undefined
  const bytes = Buffer.from(root ?? '', 'base64')
  if (bytes.length !== 32) return undefined
  const signatures = note
    .slice(end + 2)
    .split('\n')
    .flatMap((line) => {
      const [, name, value] = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? []
      const data = Buffer.from(value ?? '', 'base64')
      return name && data.length > 4 ? [{ name, id: data.toString('hex', 0, 4), value: data.subarray(4) }] : []
    })
  return { text, origin, size: Number(size), root: bytes, signatures }
}

/** Reads `name+id+base64(kind and key)`. Undefined when it is no such key, or its id is not its own. */
export function readKey(text: string): NoteKey | undefined {
  const [, name, id, material] = /^(.+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim()) ?? []
  const bytes = Buffer.from(material ?? '', 'base64')
  if (!name || !id || bytes.length !== 33 || bytes[0] !== PLAIN) return undefined
  const own = createHash('sha256').update(`${name}\n`).update(bytes).digest('hex').slice(0, 8)
  return own === id ? { name, id, key: bytes.subarray(1) } : undefined
}

/** Whether one of these keys signed the checkpoint under its own name. */
export function isSigned(note: Note, keys: readonly NoteKey[]): boolean {
  return note.signatures.some((s) =>
    keys.some(
      (k) =>
        k.name === s.name &&
        k.id === s.id &&
        s.name === note.origin &&
        s.value.length === 64 &&
        verify(
          null,
          Buffer.from(note.text),
          createPublicKey({ key: Buffer.concat([WRAPPING, k.key]), format: 'der', type: 'spki' }),
          s.value,
        ),
    ),
  )
}

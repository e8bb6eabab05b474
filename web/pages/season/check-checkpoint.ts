import {
  checkpointSignedBy,
  fromHex,
  noteKeyId,
  PLAIN,
  readCheckpoint,
  TIMED,
  toHex,
} from '../../../src/engine/signed-note.ts'

/** `unable`: this browser has no Ed25519, so it says nothing, neither yes nor no. */
export type Checked = 'signed' | 'wrong' | 'unable'
type Claim = { origin: string; checkpoint: string; size: number; root: string; keys: readonly { public_key: string }[] }

/**
 * Whether the checkpoint is signed by one of the log's keys and says the size and root that the page shows, found out in
 * this browser with its own cryptography.
 */
export async function checkCheckpoint(claim: Claim): Promise<Checked> {
  const note = readCheckpoint(claim.checkpoint)
  if (!note || note.origin !== claim.origin || note.size !== claim.size || toHex(note.root) !== claim.root)
    return 'wrong'
  for (const { public_key } of claim.keys) {
    const raw = fromHex(public_key)
    if (!raw) continue
    const hash = await hashOfIds(claim.origin, raw)
    const key = await importKey(raw)
    if (!key) return 'unable'
    const check = (_: Uint8Array, text: string, signature: Uint8Array) =>
      crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new TextEncoder().encode(text))
    if (await checkpointSignedBy(note, { name: claim.origin, public_key: raw }, { hash, check })) return 'signed'
  }
  return 'wrong'
}

async function importKey(raw: Uint8Array): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('raw', new Uint8Array(raw), 'Ed25519', false, ['verify'])
  } catch {
    return undefined
  }
}

/** The engine hashes at once and a browser only later, so the two hashes it will ask for are made before. */
async function hashOfIds(name: string, key: Uint8Array): Promise<(data: Uint8Array) => Uint8Array> {
  const asked: Uint8Array[] = []
  for (const kind of [PLAIN, TIMED])
    noteKeyId(name, kind, key, (data) => {
      asked.push(data)
      return new Uint8Array(32)
    })
  const made = new Map<string, Uint8Array>()
  for (const data of asked)
    made.set(toHex(data), new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(data))))
  return (data) => made.get(toHex(data)) ?? new Uint8Array(32)
}

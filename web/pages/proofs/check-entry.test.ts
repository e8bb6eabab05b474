import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../../src/engine/canonical-json.ts'
import { MerkleLog } from '../../../src/engine/merkle-log.ts'
import { sha256 } from '../../../src/engine/sha256.ts'
import { checkpointBody, noteKeyId, PLAIN, signatureLine, toHex } from '../../../src/engine/signed-note.ts'
import { checkEntryHere } from './check-entry.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
const origin = 'assay.example/log/1'
const salt = '00'.repeat(16)
const event = { kind: 'submitted', body: {} }
const commitment = createHash('sha256').update(Buffer.from(salt, 'hex')).update(canonicalJson(event)).digest('hex')

function shown() {
  const entry = canonicalJson({ v: 1, kind: 'submitted', day: '2026-01-05', event: commitment })
  const log = new MerkleLog(sha256)
  for (const e of ['first', entry, 'third']) log.append(Buffer.from(e))
  const body = checkpointBody({ origin, size: 3, root: log.root() })
  const line = signatureLine({
    name: origin,
    key_id: noteKeyId(origin, PLAIN, raw, sha256),
    signature: sign(null, Buffer.from(body), privateKey),
  })
  return {
    seq: 1,
    entry,
    proof: log.inclusion(1).map(toHex),
    checkpoint: `${body}\n${line}`,
    openings: { event: { salt, value: event }, content: [], pay: null },
  }
}

test('a browser finds out by itself what is proved and what is not', async () => {
  const log = { origin, keys: [{ public_key: raw.toString('hex') }] }
  expect(await checkEntryHere(shown(), log)).toEqual({ is: 'right', opened: ['event'] })
  expect(await checkEntryHere({ ...shown(), seq: 0 }, log)).toMatchObject({ is: 'wrong' })
  const other = { origin, keys: [{ public_key: '11'.repeat(32) }] }
  expect(await checkEntryHere(shown(), other)).toMatchObject({ is: 'wrong', says: expect.stringContaining('No key') })
  const lied = shown()
  lied.openings.event.value = { kind: 'reviewed', body: {} }
  expect(await checkEntryHere(lied, log)).toMatchObject({ is: 'wrong', says: expect.stringContaining('commit') })
})

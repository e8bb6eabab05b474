import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { headerLine, rowLine, type ClaimsHeader, type ClaimsRow } from '../domains/settlement/claims-file-rules.ts'
import { keccak } from '../domains/settlement/keccak.ts'
import { bytesOf, hexOf } from '../domains/settlement/rules.ts'
import { buildEpochTree, putWord } from '../engine/epoch-tree.ts'
import { canonicalJson, sha256Hex } from '../platform/canonical.ts'
import { Campaigns } from './campaigns.ts'
import { checkClaims } from './claims.ts'
import { Findings, noCounts } from './report.ts'
import type { Manifest } from './season.ts'

const hash = await keccak()
const at = { chain_id: 5, distributor: `0x${'d'.repeat(40)}`, token: `0x${'e'.repeat(40)}` }
const UNITS = 10n
const THAWED = 1000n

let dir: string
type Epoch = { rows: ClaimsRow[]; header: ClaimsHeader }
let epochs: Epoch[]
// oxlint-disable-next-line typescript/no-explicit-any
let lines: Record<string, any>[]

/** A header that fits these rows. */
function headed(epoch: number, rows: ClaimsRow[], previous: string | null): ClaimsHeader {
  const cumulative = new Uint8Array(32 * rows.length)
  rows.forEach((r, i) => putWord(cumulative, i, r.cumulative))
  const accounts = Buffer.concat(rows.map((r) => bytesOf(r.address)))
  const tree = buildEpochTree({ chain_id: 5n, distributor: bytesOf(at.distributor), accounts, cumulative }, hash)
  const total = rows.reduce((sum, r) => sum + r.cumulative, 0n)
  return { v: 1, ...at, epoch, rows: rows.length, total: `${total}`, root: hexOf(tree.root), previous }
}
const textOf = (e: Epoch): string => headerLine(e.header) + e.rows.map(rowLine).join('')
/** All files as somebody makes them fit who may write every file: hashes, roots and what names them. */
function settle(from = 0): void {
  for (let i = from; i < epochs.length; i++) {
    const before = epochs[i - 1]
    const e = epochs[i]!
    e.header = headed(i + 1, e.rows, before ? `0x${sha256Hex(textOf(before))}` : null)
    lines[i]!.sha256 = `0x${sha256Hex(textOf(e))}`
  }
}
function write(): void {
  for (const [i, e] of epochs.entries()) writeFileSync(join(dir, `epochs/POINT-${i + 1}.jsonl`), textOf(e))
  writeFileSync(join(dir, 'epochs.jsonl'), lines.map((l) => `${canonicalJson(l)}\n`).join(''))
}
const rowsOf = (count: number, each: bigint): ClaimsRow[] =>
  Array.from({ length: count }, (_, i) => ({
    address: `0x${(i + 1).toString(16).padStart(40, '0')}`,
    cumulative: each,
  }))

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'assay-claims-'))
  mkdirSync(join(dir, 'epochs'))
  // 400 and then 900 of the 1,000 that became claimable.
  epochs = [rowsOf(20, 200n), rowsOf(30, 300n)].map((rows) => ({ rows, header: undefined as never }))
  lines = [400n, 900n].map((withdrawn, i) => ({
    currency: 'POINT', epoch: i + 1, file: `epochs/POINT-${i + 1}.jsonl`, sha256: '', state: 'active', before: false, ...at,
    units_per_minor: `${UNITS}`, withdrawn_minor: `${withdrawn}`, elsewhere_minor: '0',
  })) // prettier-ignore
  settle()
})
afterEach(() => rmSync(dir, { recursive: true }))

async function said(): Promise<string[]> {
  write()
  const campaigns = new Campaigns()
  campaigns.of('1').thawed.set('POINT', THAWED)
  const findings = new Findings()
  const counted = noCounts()
  const manifest = { files: lines.map((l) => ({ name: l.file as string })) } as unknown as Manifest
  await checkClaims(dir, manifest, { campaigns, findings, counted })
  expect(counted.epochs).toBe(lines.filter((l) => !l.before).length)
  expect(new Set(findings.kept.map((f) => f.code)).size).toBeLessThanOrEqual(1)
  return findings.kept.map((f) => f.message)
}

test('honest claims files are equal to the books', async () => {
  expect(await said()).toEqual([])
  // Only the later epoch is of the season; the one before shows that nobody lost anything.
  lines[0]!.before = true
  expect(await said()).toEqual([])
})
test('an amount that is changed in the file alone', async () => {
  epochs[1]!.rows[7]!.cumulative += 1n
  const found = (await said()).join('\n')
  expect(found).toMatch(/Epoch 2 in POINT: The rows lead to the root 0x[0-9a-f]+; the first line says/)
  expect(found).toMatch(/The rows sum to 9001; the first line declares 9000/)
  expect(found).toMatch(/its file has the hash/)
})
test('an amount that is too high, though root, sums and hashes fit', async () => {
  epochs[1]!.rows[7]!.cumulative += 10n
  settle(1)
  expect(await said()).toEqual(['Epoch 2 in POINT: its rows sum to 9010 units; the books let 900 POINT out up to then, which are 9000.']) // prettier-ignore
  // And where it is written into the books' line, too, more would have left than there ever was.
  epochs[1]!.rows[7]!.cumulative += 1990n
  settle(1)
  lines[1]!.withdrawn_minor = '1100'
  expect(await said()).toEqual(['Up to epoch 2 1100 POINT left for wallets, and only 1000 ever became claimable: 1000 by this log, 0 elsewhere.']) // prettier-ignore
})
test('an account that was removed, one that has less, though all else fits', async () => {
  const [gone] = epochs[1]!.rows.splice(3, 1)
  epochs[1]!.rows[9]!.cumulative -= 200n
  epochs[1]!.rows[25]!.cumulative += gone!.cumulative + 200n
  settle(1)
  const found = await said()
  expect(found[0]).toMatch(/0x0{38}04 had 200 and is missing: it could not claim any more/)
  expect(found[1]).toMatch(/had 200 and now has 100: what was earned never falls/)
  expect(found).toHaveLength(2)
})
test('a root that was swapped, a file of another epoch, one that is gone', async () => {
  epochs[1]!.header.root = `0x${'1'.repeat(64)}`
  lines[1]!.sha256 = `0x${sha256Hex(textOf(epochs[1]!))}`
  expect((await said())[0]).toMatch(/the first line says 0x1{64}/)
  settle()
  epochs[0] = epochs[1]!
  expect((await said()).join('\n')).toMatch(/the file says that it is epoch 2 of .* which epochs.jsonl does not/)
  settle()
  lines.splice(0, 1)
  expect((await said()).join('\n')).toMatch(/the file before it is not in the folder/)
})
test('a file that is not listed, a line that says nothing', async () => {
  write()
  const campaigns = new Campaigns()
  const findings = new Findings()
  writeFileSync(
    join(dir, 'epochs.jsonl'),
    `${readFileSync(join(dir, 'epochs.jsonl'), 'utf8').split('\n')[0]}\n{"epoch":2}\n`,
  )
  campaigns.of('1').thawed.set('POINT', THAWED)
  const manifest = { files: [1, 2].map((n) => ({ name: `epochs/POINT-${n}.jsonl` })) } as unknown as Manifest
  await checkClaims(dir, manifest, { campaigns, findings, counted: noCounts() })
  expect(findings.kept.map((f) => f.message)).toEqual([
    'Line 2 of epochs.jsonl says nothing of an epoch.',
    'epochs/POINT-2.jsonl is in the folder, and epochs.jsonl does not list it.',
  ])
})

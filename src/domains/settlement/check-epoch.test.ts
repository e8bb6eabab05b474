import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { buildEpochTree, putWord } from '../../engine/epoch-tree.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { checkEpoch } from './check-epoch.ts'
import { headerLine, rowLine, type ClaimsRow } from './claims-file-rules.ts'
import { keccak } from './keccak.ts'
import { bytesOf, hexOf } from './rules.ts'

const dir = mkdtempSync(join(tmpdir(), 'assay-check-epoch-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const hash = await keccak()
const distributor = `0x${'d'.repeat(40)}`
const account = (n: number) => `0x${n.toString(16).padStart(40, '0')}`
let made = 0

/** An honest file of these rows; what the test changes afterwards is the fault. */
function file(epoch: number, rows: ClaimsRow[], previous: string | null): { path: string; sha256: string } {
  const accounts = Buffer.concat(rows.map((r) => bytesOf(r.address)))
  const cumulative = new Uint8Array(32 * rows.length)
  rows.forEach((r, i) => putWord(cumulative, i, r.cumulative))
  const tree = buildEpochTree({ chain_id: 5n, distributor: bytesOf(distributor), accounts, cumulative }, hash)
  const text =
    headerLine({
      v: 1,
      chain_id: 5,
      distributor,
      token: `0x${'e'.repeat(40)}`,
      epoch,
      rows: rows.length,
      total: rows.reduce((sum, r) => sum + r.cumulative, 0n).toString(),
      root: hexOf(tree.root),
      previous,
    }) + rows.map(rowLine).join('')
  return { path: write(text), sha256: `0x${sha256Hex(text)}` }
}
const write = (text: string) => {
  const path = join(dir, `${made++}.jsonl`)
  writeFileSync(path, text)
  return path
}
const rowsOf = (count: number, times = 10) =>
  Array.from({ length: count }, (_, i) => ({ address: account(i + 1), cumulative: BigInt((i + 1) * times) }))
const codes = async (path: string, previous?: string) => [
  ...new Set((await checkEpoch(path, previous)).findings.map((f) => f.code)),
]

const first = file(1, rowsOf(50), null)
const second = file(2, rowsOf(60, 20), first.sha256)

test('honest files check out, alone and one after the other', async () => {
  expect(await checkEpoch(first.path)).toMatchObject({ findings: [], notes: [], total: 12_750n, sha256: first.sha256 })
  expect(await codes(second.path, first.path)).toEqual([])
  expect((await checkEpoch(second.path)).notes).toHaveLength(1)
})

describe('what was changed is found and named', () => {
  const text = () => readFileSync(second.path, 'utf8')
  const row = (n: number) => rowLine({ address: account(n), cumulative: BigInt(n * 20) })
  test.each<[string, () => string, string[]]>([
    [
      'an amount',
      () => write(text().replace(row(7), rowLine({ address: account(7), cumulative: 141n }))),
      ['total', 'root'],
    ],
    [
      'an amount and the sum',
      () =>
        write(
          text()
            .replace(row(7), rowLine({ address: account(7), cumulative: 141n }))
            .replace('"36600"', '"36601"'),
        ),
      ['root'],
    ],
    ['a row less', () => write(text().replace(row(9), '')), ['rows', 'total', 'root', 'missing']],
    ['a row twice', () => write(text().replace(row(9), row(9) + row(9))), ['order', 'rows', 'total', 'root']],
    [
      'two rows in each other’s place',
      () => write(text().replace(row(9) + row(10), row(10) + row(9))),
      ['order', 'missing'],
    ],
    [
      'a row that is none',
      () => write(text().replace(row(9), '["nobody","1"]\n')),
      ['line', 'rows', 'total', 'root', 'missing'],
    ],
    ['the end cut off', () => write(text().slice(0, -10)), ['line', 'rows', 'total', 'root']],
    ['another distributor', () => write(text().replaceAll(distributor, `0x${'c'.repeat(40)}`)), ['root', 'previous']],
    ['an empty file', () => write(''), ['file']],
    ['no claims file', () => write('hello\n'), ['file']],
    [
      'somebody who lost everything',
      () =>
        file(
          2,
          rowsOf(60, 20).filter((r) => r.address !== account(3)),
          first.sha256,
        ).path,
      ['missing'],
    ],
    [
      'somebody who lost something',
      () =>
        file(
          2,
          rowsOf(60, 20).map((r) => (r.address === account(3) ? { ...r, cumulative: 29n } : r)),
          first.sha256,
        ).path,
      ['less'],
    ],
    ['a wrong predecessor', () => file(2, rowsOf(60, 20), `0x${'0'.repeat(64)}`).path, ['previous']],
    ['a number left out', () => file(3, rowsOf(60, 20), first.sha256).path, ['previous']],
  ])('%s', async (_, make, expected) => {
    expect(await codes(make(), first.path)).toEqual(expected)
  })

  test('by address', async () => {
    const less = file(
      2,
      rowsOf(60, 20).filter((r) => r.address !== account(3)),
      first.sha256,
    )
    const { findings } = await checkEpoch(less.path, first.path)
    expect(findings.map((f) => f.message)).toEqual([expect.stringContaining(`${account(3)} had 30 and is missing`)])
  })
})

import fc from 'fast-check'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { createParquet, type ParquetColumn } from './parquet.ts'

const columns: ParquetColumn[] = [
  { name: 'id', type: 'text' },
  { name: 'n', type: 'integer' },
  { name: 'x', type: 'number' },
  { name: 'yes', type: 'flag' },
]
type Row = [string | null, number | null, number | null, boolean | null]
const row = fc.tuple(
  fc.option(fc.string({ unit: 'grapheme' })),
  fc.option(fc.maxSafeInteger()),
  fc.option(fc.double({ noNaN: true })),
  fc.option(fc.boolean()),
)
const groups = fc.array(fc.array(row, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 })

const join = (pieces: Uint8Array[]): ArrayBuffer => new Uint8Array(Buffer.concat(pieces)).buffer
const read = async (file: ArrayBuffer): Promise<Row[]> => {
  const rows = (await parquetReadObjects({ file })) as Record<string, never>[]
  return rows.map((r) => [
    r.id ?? null,
    r.n === null || r.n === undefined ? null : Number(r.n),
    r.x ?? null,
    r.yes ?? null,
  ])
}

/** A whole file, by one process, or by one for each group. */
function write(gs: readonly (readonly Row[])[], processes: 'one' | 'many'): ArrayBuffer {
  const pieces: Uint8Array[] = []
  let lines = ''
  let file = createParquet(columns)
  const at = { bytes: 0, rows: 0 }
  for (const g of gs) {
    const { bytes, line } = file.group(g)
    pieces.push(bytes)
    lines += line
    at.bytes += bytes.length
    at.rows += g.length
    if (processes === 'many') file = createParquet(columns, { ...at })
  }
  return join([...pieces, file.end(lines)])
}

describe('parquet', () => {
  test('every row is read back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(groups, async (gs) => {
        expect(await read(write(gs, 'one'))).toEqual(gs.flat())
      }),
      { numRuns: 60 },
    )
  })

  test('a new process for each group writes the same bytes', () => {
    fc.assert(
      fc.property(groups, (gs) => {
        expect(Buffer.compare(Buffer.from(write(gs, 'many')), Buffer.from(write(gs, 'one')))).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test('a column that is empty throughout a group keeps its type, and an empty group is none', async () => {
    const gs: Row[][] = [
      [
        [null, null, null, null],
        [null, null, null, null],
      ],
      [],
      [['a', 1, 2.5, true]],
    ]
    expect(await read(write(gs, 'many'))).toEqual(gs.flat())
    expect(await read(write([[]], 'one'))).toEqual([])
  })
})

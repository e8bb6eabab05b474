import fc from 'fast-check'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { createParquet, type ParquetColumn } from './parquet.ts'

const columns: ParquetColumn[] = [{ name: 'id', type: 'text' }, { name: 'n', type: 'integer' }, { name: 'x', type: 'number' }, { name: 'yes', type: 'flag' }]
type Row = [string | null, number | null, number | null, boolean | null]
const row = fc.tuple(fc.option(fc.string({ unit: 'grapheme' })), fc.option(fc.maxSafeInteger()), fc.option(fc.double({ noNaN: true })), fc.option(fc.boolean()))
const groups = fc.array(fc.array(row, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 })

const join = (pieces: Uint8Array[]): ArrayBuffer => new Uint8Array(Buffer.concat(pieces)).buffer
const read = async (file: ArrayBuffer): Promise<Row[]> => {
  const rows = (await parquetReadObjects({ file })) as Record<string, never>[]
  return rows.map((r) => [r.id ?? null, r.n === null || r.n === undefined ? null : Number(r.n), r.x ?? null, r.yes ?? null])
}

describe('parquet', () => {
  test('every row is read back as it was written', async () => {
    await fc.assert(fc.asyncProperty(groups, async (gs) => {
      const file = createParquet(columns)
      const bytes = join([...gs.map((g) => file.group(g)), file.end()])
      expect(await read(bytes)).toEqual(gs.flat())
    }), { numRuns: 60 })
  })

  test('a process that goes on from the kept state after any group writes the same bytes', () => {
    fc.assert(fc.property(groups, fc.nat(), (gs, at) => {
      const whole = createParquet(columns)
      const wanted = join([...gs.map((g) => whole.group(g)), whole.end()])
      const stop = at % (gs.length + 1)
      const first = createParquet(columns)
      // With no group yet there is no state: the next process starts from nothing.
      const before = gs.slice(0, stop).map((g) => first.group(g))
      const second = createParquet(columns, stop > 0 ? first.state() : undefined)
      const after = gs.slice(stop).map((g) => second.group(g))
      expect(Buffer.compare(Buffer.from(join([...before, ...after, second.end()])), Buffer.from(wanted))).toBe(0)
    }), { numRuns: 60 })
  })

  test('a column that is empty throughout a group keeps its type', async () => {
    const file = createParquet(columns)
    const bytes = join([file.group([[null, null, null, null], [null, null, null, null]]), file.group([['a', 1, 2.5, true]]), file.end()])
    expect(await read(bytes)).toEqual([[null, null, null, null], [null, null, null, null], ['a', 1, 2.5, true]])
  })
})

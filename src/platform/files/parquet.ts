import { ByteWriter, ParquetWriter } from 'hyparquet-writer'

export type ParquetType = 'text' | 'integer' | 'number' | 'flag'
export type ParquetColumn = { name: string; type: ParquetType }

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema']
type RowGroups = ParquetWriter['row_groups']

const PHYSICAL = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
} as const

const schemaOf = (columns: readonly ParquetColumn[]): Schema => [
  { name: 'root', num_children: columns.length },
  ...columns.map((c) => ({ name: c.name, repetition_type: 'OPTIONAL' as const, ...PHYSICAL[c.type] })),
]

/** How long a file is so far: all that its next row group has to know. */
export type ParquetPlace = { bytes: number; rows: number }

/**
 * Writes a Parquet file one row group at a time, in pieces that the caller appends to a file, so that any process can
 * go on after the last group that was kept. Each group comes with a line that the footer is made from at the end.
 * Snappy, in JavaScript, without statistics: the bytes depend on the rows alone, not on the Node version's zlib.
 */
export function createParquet(columns: readonly ParquetColumn[], at: ParquetPlace = { bytes: 0, rows: 0 }) {
  const out = new ByteWriter()
  const parquet = new ParquetWriter({
    writer: out,
    schema: schemaOf(columns),
    codec: 'SNAPPY',
    statistics: false,
    createdBy: 'assay',
  })
  if (at.bytes > 0) {
    // The magic that the constructor wrote is in the file already.
    out.index = 0
    out.offset = at.bytes
    parquet.num_rows = BigInt(at.rows)
  }
  const take = (): Uint8Array => {
    const bytes = out.getBytes().slice()
    out.index = 0
    return bytes
  }
  return {
    /** The bytes of one row group, and its line; each row has a value, or null, for every column. */
    group(rows: readonly (readonly unknown[])[]): { bytes: Uint8Array; line: string } {
      if (rows.length === 0) return { bytes: take(), line: '' }
      void parquet.write({
        rowGroupSize: rows.length,
        columnData: columns.map((c, i) => ({
          name: c.name,
          data: rows.map((r) => physical(c.type, r[i])),
          offsetIndex: false,
        })),
      })
      // Page indexes are not written, so what they would be made of need not be kept.
      parquet.pendingIndexes = []
      return { bytes: take(), line: `${JSON.stringify(parquet.row_groups.at(-1), keep)}\n` }
    },
    /** The footer, the last bytes of the file, from every group's line in order. */
    end(lines: string): Uint8Array {
      parquet.row_groups = lines
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line, revive) as RowGroups[number])
      void parquet.finish()
      return take()
    },
  }
}

function physical(type: ParquetType, value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  return type === 'integer' ? BigInt(value as number) : value
}

const keep = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { bigint: value.toString() } : value
const revive = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && typeof (value as { bigint?: unknown }).bigint === 'string'
    ? BigInt((value as { bigint: string }).bigint)
    : value

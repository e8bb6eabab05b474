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

/**
 * Writes a Parquet file one row group at a time, in pieces that the caller appends to a file. `state` is all that the
 * footer needs, so another process can go on after the last group that was kept. Snappy, in JavaScript, without
 * statistics: the bytes depend on the rows alone, not on the Node version's zlib.
 */
export function createParquet(columns: readonly ParquetColumn[], state?: string) {
  const out = new ByteWriter()
  const parquet = new ParquetWriter({ writer: out, schema: schemaOf(columns), codec: 'SNAPPY', statistics: false, createdBy: 'assay' })
  if (state !== undefined) {
    const kept = JSON.parse(state, revive) as { offset: number; rows: string; groups: RowGroups }
    // The magic that the constructor wrote is in the file already.
    out.index = 0
    out.offset = kept.offset
    parquet.num_rows = BigInt(kept.rows)
    parquet.row_groups = kept.groups
  }
  const take = (): Uint8Array => {
    const bytes = out.getBytes().slice()
    out.index = 0
    return bytes
  }
  return {
    /** The bytes of one row group; each row has a value, or null, for every column. */
    group(rows: readonly (readonly unknown[])[]): Uint8Array {
      if (rows.length > 0) {
        void parquet.write({
          rowGroupSize: rows.length,
          columnData: columns.map((c, i) => ({ name: c.name, data: rows.map((r) => physical(c.type, r[i])), offsetIndex: false })),
        })
        // Page indexes are not written, so what they would be made of need not be kept.
        parquet.pendingIndexes = []
      }
      return take()
    },
    state: (): string => JSON.stringify({ offset: out.offset, rows: parquet.num_rows.toString(), groups: parquet.row_groups }, keep),
    /** The footer: the last bytes of the file. */
    end(): Uint8Array {
      void parquet.finish()
      return take()
    },
  }
}

function physical(type: ParquetType, value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  return type === 'integer' ? BigInt(value as number) : value
}

const keep = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? { bigint: value.toString() } : value)
const revive = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && typeof (value as { bigint?: unknown }).bigint === 'string' ? BigInt((value as { bigint: string }).bigint) : value

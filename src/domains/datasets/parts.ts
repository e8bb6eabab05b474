import { csvLine } from '../../platform/files/csv.ts'
import { createParquet, type ParquetColumn } from '../../platform/files/parquet.ts'
import type { Store } from '../../platform/files/store.ts'
import type { Row, Shape, Stretch } from './rows.ts'
import { annotationColumns, type Column, GOLD_COLUMNS } from './table-rules.ts'

/** A file that grows while a release is written. */
type Part = {
  name: string
  media_type: string
  encode(stretch: Stretch, at: FileState): Encoded
  end(at: FileState, noted: string): Uint8Array | string
}
/** `note`: a line to keep until the file is ended. */
type Encoded = { pieces: (string | Uint8Array)[]; rows: number; note?: string }

/** How far a file is: synced bytes, records, and bytes of the notes that its end will need. */
export type FileState = { bytes: number; rows: number; noted: number }
/** What is written so far; kept beside the files and replaced in one piece after they are synced. */
export type WriteState = {
  after: string
  seen: number
  datapoints: number
  annotations: number
  versions: number[]
  files: Record<string, FileState>
  closed: boolean
  hashes: Record<string, string>
}
export const freshState = (): WriteState => ({
  after: '0',
  seen: 0,
  datapoints: 0,
  annotations: 0,
  versions: [],
  files: {},
  closed: false,
  hashes: {},
})

export const MEDIA_TYPES: Readonly<Record<string, string>> = {
  jsonl: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  json: 'application/json',
  md: 'text/markdown; charset=utf-8',
  xml: 'application/xml',
}
export const mediaTypeOf = (name: string): string =>
  MEDIA_TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'

const part = (name: string, rest: Pick<Part, 'encode' | 'end'>): Part => ({
  name,
  media_type: mediaTypeOf(name),
  ...rest,
})

const lines = (name: string, of: (s: Stretch) => string[]): Part =>
  part(name, {
    encode: (s) => ({ pieces: of(s).length > 0 ? [of(s).join('')] : [], rows: of(s).length }),
    end: () => '',
  })

const jsonArray = (name: string, of: (s: Stretch) => string[]): Part =>
  part(name, {
    encode: (s, at) => ({
      pieces: of(s).length > 0 ? [`${at.rows === 0 ? '[\n' : ',\n'}${of(s).join(',\n')}`] : [],
      rows: of(s).length,
    }),
    end: (at) => (at.rows === 0 ? '[]\n' : '\n]\n'),
  })

function table(name: string, columns: readonly Column[], of: (s: Stretch) => Row[]): Part[] {
  const header = csvLine(columns.map((c) => c.name))
  const parquet: ParquetColumn[] = columns.map((c) => ({ name: c.name, type: c.type === 'json' ? 'text' : c.type }))
  return [
    part(`${name}.csv`, {
      encode: (s, at) => ({
        pieces: [`${at.bytes === 0 ? header : ''}${of(s).map(csvLine).join('')}`],
        rows: of(s).length,
      }),
      end: (at) => (at.bytes === 0 ? header : ''),
    }),
    part(`${name}.parquet`, {
      encode(s, at) {
        const { bytes, line } = createParquet(parquet, at).group(of(s))
        return { pieces: [bytes], rows: of(s).length, note: line }
      },
      end: (at, noted) => createParquet(parquet, at).end(noted),
    }),
  ]
}

/** The files of a release that hold its records. */
export function partsOf(shape: Shape): Part[] {
  return [
    lines('data.jsonl', (s) => s.data_lines),
    ...table('data', shape.columns, (s) => s.data),
    ...table('annotations', annotationColumns(shape.mode), (s) => s.annotations),
    ...(shape.mode === 'redundancy' ? table('gold', GOLD_COLUMNS, (s) => s.gold) : []),
    ...(shape.has_preference ? [lines('preferences.jsonl', (s) => s.preferences)] : []),
    lines('provenance.jsonl', (s) => s.provenance),
    jsonArray('label-studio.json', (s) => s.tasks),
  ]
}

/** Appends a stretch to every file, or with `last` also ends them. The caller keeps the returned state. */
export async function writeStretch(
  store: Store,
  at: { partial: string; state: string },
  parts: readonly Part[],
  state: WriteState,
  stretch: Stretch,
  last: boolean,
): Promise<Pick<WriteState, 'files' | 'closed'>> {
  const files: Record<string, FileState> = {}
  for (const p of parts) {
    const before = state.files[p.name] ?? { bytes: 0, rows: 0, noted: 0 }
    const { pieces, rows, note } = p.encode(stretch, before)
    const now: FileState = { bytes: before.bytes + sizeOf(pieces), rows: before.rows + rows, noted: before.noted }
    const notes = `${at.state}/${p.name}.notes`
    if (note !== undefined) now.noted = await store.append(notes, before.noted, [note])
    if (last) pieces.push(p.end(now, now.noted === 0 ? '' : ((await store.read(notes)) ?? '')))
    now.bytes = await store.append(`${at.partial}/${p.name}`, before.bytes, pieces)
    files[p.name] = now
  }
  return { files, closed: last }
}

const sizeOf = (pieces: readonly (string | Uint8Array)[]): number =>
  pieces.reduce((n, p) => n + (typeof p === 'string' ? Buffer.byteLength(p) : p.length), 0)

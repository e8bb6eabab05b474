import { createHash } from 'node:crypto'
import { Problem } from '../problem.ts'

/**
 * The archive is one gzip-compressed text that psql understands too: our own lines are SQL comments, tables are `copy`
 * sections in an order that keeps every reference, files are base64 comments. So it can be read without this program.
 */
export const FORMAT = 1

export type Header = {
  format: number
  program: string
  made_at: string
  server_version: string
  migrations: string[]
  /** Rows of each table, in the order in which they are loaded. */
  tables: { table: string; rows: number }[]
  files: { name: string; bytes: number }[]
}
export type Trailer = { rows?: number; bytes?: number; sha256: string }

const COMMENT = '-- '
const FILE_LINE = 57 * 16

const line = (word: string, value: unknown) => `${COMMENT}${word} ${JSON.stringify(value)}\n`
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** What a dump hands over: each table's rows in COPY text format, each file's bytes. */
export type Source = {
  header: Header
  rows(table: string): { columns: string[]; stream: AsyncIterable<Buffer> }
  file(name: string): AsyncIterable<Buffer>
}

/** Writes an archive, uncompressed, as a stream of pieces. */
export async function* writeArchive(source: Source, onRows: (rows: number) => void): AsyncGenerator<Buffer | string> {
  const { header } = source
  yield line('assay-backup', header)
  for (const { table } of header.tables) {
    const { columns, stream } = source.rows(table)
    yield `copy ${quoted(table)} (${columns.map(quoted).join(', ')}) from stdin;\n`
    const hash = createHash('sha256')
    let rows = 0
    for await (const chunk of stream) {
      hash.update(chunk)
      const before = rows
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) rows += 1
      onRows(rows - before)
      yield chunk
    }
    yield '\\.\n'
    yield line('end', { rows, sha256: hash.digest('hex') } satisfies Trailer)
  }
  for (const { name } of header.files) {
    yield line('file', { name })
    const hash = createHash('sha256')
    let bytes = 0
    let rest = Buffer.alloc(0)
    for await (const chunk of source.file(name)) {
      hash.update(chunk)
      bytes += chunk.length
      rest = Buffer.concat([rest, chunk])
      const whole = rest.length - (rest.length % FILE_LINE)
      for (let at = 0; at < whole; at += FILE_LINE) yield `${COMMENT}${rest.toString('base64', at, at + FILE_LINE)}\n`
      rest = rest.subarray(whole)
    }
    if (rest.length > 0) yield `${COMMENT}${rest.toString('base64')}\n`
    yield line('end', { bytes, sha256: hash.digest('hex') } satisfies Trailer)
  }
  yield line('complete', { tables: header.tables.length, files: header.files.length })
}

/** What a reading of an archive meets, in order. The stream of each must be read to its end before the next is asked for. */
export type Part =
  | { kind: 'header'; header: Header }
  | { kind: 'table'; table: string; statement: string; rows: AsyncIterable<Buffer> }
  | { kind: 'file'; name: string; bytes: AsyncIterable<Buffer> }

const broken = (what: string) => new Problem(`The backup is damaged: ${what}. Take another copy of it.`)

/** Reads an archive, checking every part's length and SHA-256, and that nothing is missing at its end. */
export async function* readArchive(chunks: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  const input = new Input(chunks)
  const first = await input.line()
  if (!first?.startsWith(`${COMMENT}assay-backup `))
    throw new Problem('This file is not an Assay backup. Give one that assay backup made.')
  const header = JSON.parse(first.slice(`${COMMENT}assay-backup `.length)) as Header
  if (header.format !== FORMAT)
    throw new Problem(
      `This backup has format ${header.format}; this program reads format ${FORMAT}. Use the program that made it (${header.program}).`,
    )
  yield { kind: 'header', header }
  for (const { table, rows } of header.tables) {
    const statement = await input.line()
    if (!statement?.startsWith(`copy ${quoted(table)} (`) || !statement.endsWith(') from stdin;'))
      throw broken(`table ${table} should begin here`)
    const seen = tally()
    yield { kind: 'table', table, statement: statement.slice(0, -1), rows: seen.pass(input.rows()) }
    const trailer = await input.tagged<Trailer>('end')
    if (trailer.sha256 !== seen.sha256() || trailer.rows !== rows)
      throw broken(`table ${table} is not what was written`)
  }
  for (const { name, bytes } of header.files) {
    if ((await input.tagged<{ name: string }>('file')).name !== name) throw broken(`file ${name} should begin here`)
    const seen = tally()
    yield { kind: 'file', name, bytes: seen.pass(input.base64()) }
    const trailer = await input.tagged<Trailer>('end')
    if (trailer.sha256 !== seen.sha256() || trailer.bytes !== bytes)
      throw broken(`file ${name} is not what was written`)
  }
  const end = await input.tagged<{ tables: number; files: number }>('complete')
  if (end.tables !== header.tables.length || end.files !== header.files.length)
    throw broken('its end does not fit its beginning')
}

function tally() {
  const hash = createHash('sha256')
  return {
    async *pass(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    },
    sha256: () => hash.digest('hex'),
  }
}

const END = Buffer.from('\n\\.\n')

/** Takes lines and sections from a stream of pieces of any size. */
class Input {
  #held: Buffer = Buffer.alloc(0)
  #chunks: AsyncIterator<Buffer>
  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next().catch((error: unknown) => {
      throw broken((error as Error).message)
    })
    if (next.done) return false
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, next.value]) : next.value
    return true
  }

  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#held.indexOf(10)
      if (end >= 0) {
        const text = this.#held.toString('utf8', 0, end)
        this.#held = this.#held.subarray(end + 1)
        return text
      }
      if (!(await this.#more())) return undefined
    }
  }

  async tagged<T>(word: string): Promise<T> {
    const text = await this.line()
    if (text === undefined) throw broken('it ends too early')
    if (!text.startsWith(`${COMMENT}${word} `)) throw broken(`"${word}" should stand where "${text.slice(0, 40)}" does`)
    return JSON.parse(text.slice(COMMENT.length + word.length + 1)) as T
  }

  /** COPY rows up to the line `\.`, which no row can look like. */
  async *rows(): AsyncGenerator<Buffer> {
    while (this.#held.length < 3) if (!(await this.#more())) throw broken('it ends within a table')
    if (this.#held.subarray(0, 3).equals(END.subarray(1))) {
      this.#held = this.#held.subarray(3)
      return
    }
    for (;;) {
      const end = this.#held.indexOf(END)
      if (end >= 0) {
        const last = this.#held.subarray(0, end + 1)
        this.#held = this.#held.subarray(end + END.length)
        yield last
        return
      }
      // The end mark may begin in what is held back.
      const sure = this.#held.length - (END.length - 1)
      if (sure > 0) {
        const part = this.#held.subarray(0, sure)
        this.#held = this.#held.subarray(sure)
        yield part
      }
      if (!(await this.#more())) throw broken('it ends within a table')
    }
  }

  async *base64(): AsyncGenerator<Buffer> {
    for (;;) {
      while (this.#held.length < COMMENT.length + 4) if (!(await this.#more())) throw broken('it ends within a file')
      if (this.#held.toString('latin1', 0, COMMENT.length + 4) === `${COMMENT}end `) return
      const text = await this.line()
      if (text === undefined) throw broken('it ends within a file')
      yield Buffer.from(text.slice(COMMENT.length), 'base64')
    }
  }
}

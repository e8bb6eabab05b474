import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { putWord } from '../../engine/epoch-tree.ts'
import { readHeader, readRow, type ClaimsHeader } from './claims-file-rules.ts'
import { bytesOf, hexOf } from './rules.ts'

/** A claims file as it was read: rows in flat arrays, in the order of the file. */
export type Claims = {
  header: ClaimsHeader
  rows: number
  accounts: Uint8Array
  cumulative: Uint8Array
  total: bigint
  /** SHA-256 of the file's bytes. */
  sha256: string
  problems: { code: string; message: string }[]
}

/** Reads a claims file line by line; what is wrong with it is collected in words, a line at a time. */
export async function readClaims(path: string): Promise<Claims | { wrong: string }> {
  const hash = createHash('sha256')
  let header: ClaimsHeader | undefined
  let accounts = new Uint8Array(0)
  let cumulative = new Uint8Array(0)
  let rows = 0
  let total = 0n
  let last = ''
  const problems: Claims['problems'] = []
  const say = (code: string, message: string) => void (problems.length < 100 && problems.push({ code, message }))
  let rest = ''
  const line = (text: string): string | undefined => {
    if (!header) {
      const read = readHeader(text)
      if ('wrong' in read) return read.wrong
      header = read
      // The header's count is a claim like any other: room is made as rows come.
      const room = Math.min(header.rows, 1_000_000)
      accounts = new Uint8Array(20 * room)
      cumulative = new Uint8Array(32 * room)
      return undefined
    }
    const row = readRow(text)
    if (!row) {
      say('line', `Line ${rows + 2} is no row: "${text.slice(0, 80)}".`)
      return undefined
    }
    if (row.address <= last)
      say(
        'order',
        row.address === last
          ? `${row.address} has two rows; each address has one.`
          : `${row.address} stands after ${last}; rows ascend by address.`,
      )
    last = row.address
    if (accounts.length < 20 * (rows + 1)) {
      accounts = grown(accounts, 20 * Math.max(1024, 2 * rows))
      cumulative = grown(cumulative, 32 * Math.max(1024, 2 * rows))
    }
    accounts.set(bytesOf(row.address), 20 * rows)
    if (row.cumulative >> 256n) say('line', `Line ${rows + 2} holds more than any token has.`)
    else putWord(cumulative, rows, row.cumulative)
    total += row.cumulative
    rows += 1
    return undefined
  }
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    hash.update(piece)
    const lines = (rest + piece.toString('latin1')).split('\n')
    rest = lines.pop()!
    for (const text of lines) {
      const wrong = line(text)
      if (wrong !== undefined) return { wrong }
    }
  }
  if (!header) return { wrong: 'The file has no complete first line; this is no claims file.' }
  if (rest !== '') say('line', 'The last line has no end: the file was cut off.')
  return {
    header,
    rows,
    accounts: accounts.subarray(0, 20 * rows),
    cumulative: cumulative.subarray(0, 32 * rows),
    total,
    sha256: `0x${hash.digest('hex')}`,
    problems,
  }
}

function grown(array: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length)
  out.set(array)
  return out
}

export const accountAt = (claims: Pick<Claims, 'accounts'>, i: number): Uint8Array =>
  claims.accounts.subarray(20 * i, 20 * i + 20)
export const unitsAt = (claims: Pick<Claims, 'cumulative'>, i: number): bigint =>
  BigInt(hexOf(claims.cumulative.subarray(32 * i, 32 * i + 32)))

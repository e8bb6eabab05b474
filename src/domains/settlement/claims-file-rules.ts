import { canonicalJson } from '../../platform/canonical.ts'

/**
 * The claims file of an epoch: a line that says what it is, then one line for each address in ascending order, with all
 * that it may ever have claimed. It names no account and no campaign. Its SHA-256 stands in the chain's event, and the
 * next epoch's file names it, so that files form a chain too.
 */
export type ClaimsHeader = {
  v: 1
  chain_id: number
  distributor: string
  token: string
  epoch: number
  rows: number
  /** Sum of all rows, in units of the token. */
  total: string
  root: string
  /** SHA-256 of the file of the epoch before that counts; null for the first. */
  previous: string | null
}
export type ClaimsRow = { address: string; cumulative: bigint }

const ADDRESS = /^0x[0-9a-f]{40}$/
const WORD = /^0x[0-9a-f]{64}$/
const UNITS = /^[1-9][0-9]{0,77}$/
const LINE = /^\["(0x[0-9a-f]{40})","([1-9][0-9]{0,77})"\]$/

export const headerLine = (h: ClaimsHeader): string => `${canonicalJson(h)}\n`
export const rowLine = (r: ClaimsRow): string => `["${r.address}","${r.cumulative}"]\n`

/** Reads the first line, or says what is wrong with it. */
export function readHeader(line: string): ClaimsHeader | { wrong: string } {
  let h: Partial<ClaimsHeader>
  try {
    h = JSON.parse(line) as Partial<ClaimsHeader>
  } catch {
    return { wrong: 'The first line is not JSON; this is no claims file.' }
  }
  const isWhole = (n: unknown) => Number.isSafeInteger(n) && (n as number) > 0
  const fits =
    h?.v === 1 &&
    isWhole(h.chain_id) &&
    isWhole(h.epoch) &&
    isWhole(h.rows) &&
    ADDRESS.test(h.distributor ?? '') &&
    ADDRESS.test(h.token ?? '') &&
    UNITS.test(h.total ?? '') &&
    WORD.test(h.root ?? '') &&
    (h.previous === null || WORD.test(h.previous ?? ''))
  if (!fits) return { wrong: 'The first line does not say what a claims file of version 1 says.' }
  if (`${line}\n` !== headerLine(h as ClaimsHeader))
    return { wrong: 'The first line is not in canonical form, so its bytes are not what was published.' }
  return h as ClaimsHeader
}

/** Reads a row, or nothing when the line is none. */
export function readRow(line: string): ClaimsRow | undefined {
  const m = LINE.exec(line)
  return m ? { address: m[1]!, cumulative: BigInt(m[2]!) } : undefined
}

/** Where an epoch's file lies under the data directory: a chain, a distributor, a number; nothing that names anybody. */
export const claimsPath = (at: { chain_id: number | string; distributor: string; number: number | string }): string =>
  `epochs/${at.chain_id}-${at.distributor}/epoch-${at.number}.jsonl`

import type { Cursor, Pin, SentTx } from './provider.ts'
import { GasFailure } from './provider.ts'
import type { Paced } from './paced.ts'

/** Which explorer, and how to ask it. The key goes into the address of a request and nowhere else. */
export type ExplorerAt = {
  dialect: 'etherscan' | 'blockscout'
  url: string
  key: string | undefined
  chain_id: number
  /** Rows of a page that we ask for; an explorer may give fewer. */
  rows: number
}
/** One page of a wallet's list, as far as it was sent by the wallet; and where the next one is. */
export type Page = { sent: SentTx[]; cursor: Cursor | null }

/** An explorer's dialect: its list, a page at a time, and the few questions that a scan without a node needs. */
export type Listing = {
  page(address: string, after: number, pin: Pin, cursor: Cursor | null): Promise<Page>
  newest(): Promise<number>
  block(number: number): Promise<Pin>
}
export type MakeListing = (at: ExplorerAt, paced: Paced) => Listing

export const lies = (what: string): GasFailure =>
  new GasFailure('untrusted', `the explorer's list is not to be believed: ${what}`)
const wrong = (what: string) => new GasFailure('bad_answer', `the explorer's answer has no proper ${what}`)

/** A whole number as explorers write them: in decimal digits, as text or not. */
export function count(value: unknown, what: string): number {
  const n = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof n === 'number' && Number.isSafeInteger(n) && n >= 0) return n
  throw wrong(what)
}
export function amount(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^\d{1,78}$/.test(value)) return BigInt(value)
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  throw wrong(what)
}
export function hashOf(value: unknown): string {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value)) return value.toLowerCase()
  throw wrong('hash')
}
export function addressOf(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)) return value.toLowerCase()
  throw wrong('address')
}

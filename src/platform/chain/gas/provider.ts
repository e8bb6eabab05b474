/** A transaction that a wallet sent, with everything its fee is made of. Amounts are wei. */
export type SentTx = {
  hash: string
  block: number
  nonce: number
  /** Seconds since 1970, of the block. */
  at: number
  /** The account it went to; for a creation the contract it made. Nothing when that is not known. */
  to: string | null
  is_creation: boolean
  failed: boolean
  gas_used: bigint
  /** What was paid for a unit of gas in the end. */
  price: bigint
  /** The block's base fee, which is burned; 0 before there was one. Nothing when the source does not say. */
  base_fee: bigint | null
  /** Nothing when the source does not say whether there were blobs; 0 when there were none. */
  blob_fee: bigint | null
  /** What a rollup charges for its place on the chain below. Nothing when the source does not say. */
  l1_fee: bigint | null
}

/** A nonce that was used up without sending: an EIP-7702 authorisation of the wallet in anybody's transaction. */
export type UsedNonce = { nonce: number; block: number; hash: string }

/** The final block that a scan is about. Its hash tells whether the chain is still the same when the scan goes on. */
export type Pin = { block: number; hash: string; at: number }

/** What is looked through: blocks after `after`, in which the wallet's nonces start at `nonce`, up to the pin. */
export type Stretch = { address: string; after: number; nonce: number; pin: Pin; nonce_end: number | null }

export type Found = { transactions: SentTx[]; used: UsedNonce[] }
/** One bounded step. `cursor` null: nothing is left. `done_ppm`: how far it is, in millionths, where that can be told. */
export type Step = Found & { cursor: Cursor | null; done_ppm: number | null }
/** Where a scan goes on: JSON that is kept between steps and read by nobody but the provider that made it. */
export type Cursor = Record<string, unknown>

export type ProviderId = 'explorer' | 'receipts' | 'bisection'

/** A way to learn every transaction that a wallet sent. Each step asks a bounded number of questions. */
export interface GasHistoryProvider {
  readonly id: ProviderId
  readonly chain_id: number
  /** The newest block that counts as final. */
  pin(): Promise<Pin>
  /** Whether the chain still has this block; false: it was reorganised. */
  holds(pin: Pin): Promise<boolean>
  /** How many nonces the wallet had used by the end of that block; nothing when the source cannot tell. */
  nonceAt(address: string, pin: Pin): Promise<number | null>
  step(stretch: Stretch, cursor: Cursor | null): Promise<Step>
  /** Looks on the chain itself for what is missing between two blocks; nothing when the source cannot. */
  fill?(stretch: Stretch, cursor: Cursor): Promise<Step>
}

export const FAILURES = [
  'unreachable',
  'rate_limited',
  'bad_answer',
  'untrusted',
  'window',
  'no_archive',
  'wrong_chain',
  'refused',
] as const
export type FailureCode = (typeof FAILURES)[number]

/** The outside world failed us. The message never holds an address with a key in it. */
export class GasFailure extends Error {
  override name = 'GasFailure'
  readonly code: FailureCode
  /** When the other side says to come back; nothing: soon. */
  readonly wait_ms: number | undefined
  constructor(code: FailureCode, message: string, wait_ms?: number) {
    super(message)
    this.code = code
    this.wait_ms = wait_ms
  }
}

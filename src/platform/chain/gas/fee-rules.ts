import type { SentTx } from './provider.ts'

/** What a wallet paid for one transaction, and where it went. What the source does not say is nothing, never 0. */
export type Fee = {
  /** All of it, as far as it is known. */
  wei: bigint
  burned: bigint | null
  tip: bigint | null
  blob: bigint | null
  l1: bigint | null
}

/** gasUsed × price, blob fee and layer-1 fee. The base fee and the blob fee are burned; the rest of the price is a tip. */
export function feeOf(tx: SentTx): Fee {
  const gas = tx.gas_used * tx.price
  const base = tx.base_fee === null ? null : tx.gas_used * tx.base_fee
  return {
    wei: gas + (tx.blob_fee ?? 0n) + (tx.l1_fee ?? 0n),
    burned: base === null || tx.blob_fee === null ? null : base + tx.blob_fee,
    tip: base === null ? null : gas - base,
    blob: tx.blob_fee,
    l1: tx.l1_fee,
  }
}

/** What makes a transaction impossible; nothing when it could be. */
export function impossibleIn(tx: SentTx, stretch: { after: number; pin: { block: number } }): string | undefined {
  if (!/^0x[0-9a-f]{64}$/.test(tx.hash)) return 'a transaction has no proper hash'
  if (!Number.isSafeInteger(tx.nonce) || tx.nonce < 0) return 'a transaction has no proper nonce'
  if (tx.block <= stretch.after || tx.block > stretch.pin.block) return 'a transaction lies outside of what was asked'
  if (tx.gas_used <= 0n || tx.price < 0n) return 'a transaction used no gas'
  if (tx.base_fee !== null && (tx.base_fee < 0n || tx.base_fee > tx.price))
    return 'a transaction paid less than the base fee of its block'
  return undefined
}

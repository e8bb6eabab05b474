/**
 * Nonces that a wallet's own EIP-7702 transaction used up besides its own. The chain reads the list in order and takes a
 * tuple only if its nonce is the wallet's next one, which after the transaction's own is `nonce + 1`.
 */
export function usedBySelf(nonce: number, authorised: readonly number[]): number[] {
  const used: number[] = []
  for (const a of authorised) if (a === nonce + 1 + used.length) used.push(a)
  return used
}

/** Whether a block's nonces are exactly those that the chain's count moved over. */
export const isWithin = (taken: ReadonlySet<number>, range: { before: number; after: number }): boolean =>
  [...taken].every((n) => n >= range.before && n < range.after)

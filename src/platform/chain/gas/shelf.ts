import type { Shelf } from './run.ts'
import { GasFailure, type SentTx, type UsedNonce } from './provider.ts'

/** A shelf in memory: for reading one wallet at the command line and in tests. */
export function memoryShelf(): Shelf & { transactions(): SentTx[]; used(): UsedNonce[] } {
  const sent = new Map<number, SentTx>()
  const used = new Map<number, UsedNonce>()
  return {
    keep(transactions, nonces) {
      for (const tx of transactions) {
        const other = sent.get(tx.nonce)
        if (other && other.hash !== tx.hash)
          throw new GasFailure('untrusted', 'two different transactions of one nonce were listed')
        sent.set(tx.nonce, tx)
      }
      for (const n of nonces) used.set(n.nonce, n)
      return Promise.resolve()
    },
    seen: () =>
      Promise.resolve(
        [...sent.values(), ...[...used.values()].filter((n) => !sent.has(n.nonce))]
          .map(({ nonce, block }) => ({ nonce, block }))
          .toSorted((a, b) => a.nonce - b.nonce),
      ),
    transactions: () => [...sent.values()].toSorted((a, b) => a.nonce - b.nonce),
    used: () => [...used.values()],
  }
}

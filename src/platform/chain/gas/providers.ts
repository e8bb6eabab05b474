import { bisectionOf } from './bisection.ts'
import { explorerOf } from './explorer.ts'
import type { GasHistoryProvider } from './provider.ts'
import { receiptsOf } from './receipts.ts'
import { rpcAt } from './rpc.ts'
import type { GasChain } from './settings.ts'

const made = new WeakMap<GasChain, GasHistoryProvider>()

/** The provider that a chain is configured with; one for all scans, so that they share its pace. */
export function providerOf(chain: GasChain): GasHistoryProvider {
  const kept = made.get(chain)
  if (kept) return kept
  const provider = make(chain)
  made.set(chain, provider)
  return provider
}

function make(chain: GasChain): GasHistoryProvider {
  const pace = { per_second: chain.per_second }
  const finality = { confirmations: chain.confirmations }
  const rpc = chain.rpc_url ? rpcAt(chain.rpc_url, { pace, batch: chain.batch }) : undefined
  if (chain.method === 'explorer') {
    const at = { ...chain.explorer!, chain_id: chain.chain_id }
    return explorerOf(at, { rpc, pace, finality })
  }
  return (chain.method === 'receipts' ? receiptsOf : bisectionOf)(rpc!, chain.chain_id, finality)
}

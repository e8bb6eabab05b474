/** A chain that the texts of wallets may name; with a node to ask, its contract wallets can sign in too. */
export type WalletChain = { chain_id: number; rpc_url: string | undefined }

/** Reads `1, 8453=https://node.example`: chains by number, each with the address of a node or without. */
export function readWalletChains(given: string | undefined): WalletChain[] {
  const chains = (given || '1').split(',').map((part): WalletChain => {
    const [, id, rpc_url] = /^\s*([1-9]\d{0,14})\s*(?:=\s*(\S+)\s*)?$/.exec(part) ?? []
    if (!id)
      throw new Error(
        'ASSAY_WALLET_CHAINS must be numbers of chains with commas between, each alone or as number=address of a node.',
      )
    if (rpc_url !== undefined && !/^https?:$/.test(URL.canParse(rpc_url) ? new URL(rpc_url).protocol : ''))
      throw new Error(`ASSAY_WALLET_CHAINS must give an http or https address for chain ${id}.`)
    return { chain_id: Number(id), rpc_url }
  })
  if (new Set(chains.map((c) => c.chain_id)).size < chains.length)
    throw new Error('ASSAY_WALLET_CHAINS must name each chain once.')
  return chains
}

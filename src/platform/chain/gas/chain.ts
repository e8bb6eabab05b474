import type { Found, Pin, SentTx, UsedNonce } from './provider.ts'
import { GasFailure } from './provider.ts'
import { big, type Call, hex, type Rpc, whole } from './rpc.ts'
import { isWithin, usedBySelf } from './authorisation-rules.ts'

type Hex = `0x${string}`
export type RawAuthorisation = { chainId: Hex; address: Hex; nonce: Hex; yParity: Hex; r: Hex; s: Hex }
export type RawTx = {
  hash: string
  from: string
  to: string | null
  nonce: string
  type?: string
  gasPrice?: string
  blockNumber: string
  authorizationList?: RawAuthorisation[]
}
export type RawReceipt = {
  transactionHash: string
  from: string
  to: string | null
  contractAddress: string | null
  type?: string
  status?: string
  gasUsed: string
  effectiveGasPrice?: string
  blobGasUsed?: string
  blobGasPrice?: string
  l1Fee?: string
  blockNumber: string
}
export type RawBlock = { number: string; hash: string; timestamp: string; baseFeePerGas?: string }
type FullBlock = RawBlock & { transactions: RawTx[] }

/** How final a block must be: what the chain itself calls final, or so many blocks below the newest. */
export type Finality = { confirmations?: number | undefined }

/** Refuses a node of another chain: sums of two chains must never mix. */
export async function requireChain(rpc: Rpc, chainId: number): Promise<void> {
  const is = whole(await rpc.one('eth_chainId'), 'chain id')
  if (is !== chainId) throw new GasFailure('wrong_chain', `the node is on chain ${is}, not on ${chainId}`)
}

const pinOf = (block: RawBlock): Pin => ({
  block: whole(block.number, 'block number'),
  hash: hashIn(block.hash),
  at: whole(block.timestamp, 'block time'),
})
function hashIn(value: unknown): string {
  if (typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value)) return value
  throw new GasFailure('bad_answer', "the node's block has no hash")
}

export async function finalBlock(rpc: Rpc, finality: Finality): Promise<Pin> {
  let tag = 'finalized'
  if (finality.confirmations !== undefined) {
    const newest = whole(await rpc.one('eth_blockNumber'), 'block number')
    tag = hex(Math.max(0, newest - finality.confirmations))
  }
  const block = (await rpc.one('eth_getBlockByNumber', tag, false)) as RawBlock | null
  if (!block) throw new GasFailure('bad_answer', 'the node does not say which block is final')
  return pinOf(block)
}

export async function isOnChain(rpc: Rpc, pin: Pin): Promise<boolean> {
  const block = (await rpc.one('eth_getBlockByNumber', hex(pin.block), false)) as RawBlock | null
  return block !== null && block.hash === pin.hash
}

/** How many nonces a wallet had used by the end of each of these blocks. */
export async function noncesAt(rpc: Rpc, address: string, blocks: readonly number[]): Promise<number[]> {
  const counts = await rpc.all(blocks.map((b): Call => ['eth_getTransactionCount', address, hex(b)]))
  return counts.map((c) => whole(c, 'transaction count'))
}

/** A wallet's transactions by their hashes, each with its receipt and the base fee of its block. */
export async function transactionsBy(rpc: Rpc, address: string, hashes: readonly string[]): Promise<Found> {
  const answers = await rpc.all(
    hashes.flatMap((h): Call[] => [
      ['eth_getTransactionByHash', h],
      ['eth_getTransactionReceipt', h],
    ]),
  )
  const pairs = hashes.map((hash, i) => {
    const [tx, receipt] = [answers[2 * i] as RawTx | null, answers[2 * i + 1] as RawReceipt | null]
    if (!tx || !receipt || tx.hash !== hash || receipt.transactionHash !== hash)
      throw new GasFailure('untrusted', 'a listed transaction is not on the chain')
    if (tx.from.toLowerCase() !== address)
      throw new GasFailure('untrusted', 'a listed transaction is of another sender')
    return { tx, receipt }
  })
  const numbers = [...new Set(pairs.map((p) => p.receipt.blockNumber))]
  const headers = (await rpc.all(numbers.map((n): Call => ['eth_getBlockByNumber', n, false]))) as (RawBlock | null)[]
  const blockOf = new Map(numbers.map((n, i) => [n, headers[i]]))
  const found: Found = { transactions: [], used: [] }
  for (const { tx, receipt } of pairs) {
    const block = blockOf.get(receipt.blockNumber)
    if (!block) throw new GasFailure('bad_answer', 'the node does not have the block of a transaction')
    found.transactions.push(sentTx(tx, receipt, block))
    found.used.push(...(await ownAuthorisations(rpc, address, tx)))
  }
  return found
}

/** Nonces that a wallet used up within its own transaction: known without asking anybody, for its nonce before is known. */
async function ownAuthorisations(rpc: Rpc, address: string, tx: RawTx): Promise<UsedNonce[]> {
  const signed = await authorisedBy(rpc, address, [tx])
  const block = whole(tx.blockNumber, 'block number')
  return usedBySelf(
    whole(tx.nonce, 'nonce'),
    signed.map((a) => a.nonce),
  ).map((nonce) => ({ nonce, block, hash: tx.hash }))
}

/** Everything of a wallet in whole blocks, checked against how its nonce moved in each. */
export async function readBlocks(
  rpc: Rpc,
  address: string,
  blocks: readonly { block: number; before: number; after: number }[],
): Promise<Found> {
  const found: Found = { transactions: [], used: [] }
  const full = (await rpc.all(
    blocks.map((b): Call => ['eth_getBlockByNumber', hex(b.block), true]),
  )) as (FullBlock | null)[]
  for (const [i, at] of blocks.entries()) {
    const block = full[i]
    if (!block) throw new GasFailure('bad_answer', 'the node does not have a block that it counted in')
    const mine = block.transactions.filter((t) => t.from.toLowerCase() === address)
    const receipts = (await rpc.all(
      mine.map((t): Call => ['eth_getTransactionReceipt', t.hash]),
    )) as (RawReceipt | null)[]
    const sent = mine.map((tx, k) => {
      const receipt = receipts[k]
      if (!receipt || receipt.transactionHash !== tx.hash)
        throw new GasFailure('bad_answer', 'the node has a transaction without its receipt')
      return sentTx(tx, receipt, block)
    })
    const taken = new Set(sent.map((t) => t.nonce))
    const used: UsedNonce[] = []
    for (const a of await authorisedBy(rpc, address, block.transactions)) {
      if (a.nonce < at.before || a.nonce >= at.after || taken.has(a.nonce)) continue
      taken.add(a.nonce)
      used.push({ nonce: a.nonce, block: at.block, hash: a.hash })
    }
    if (taken.size !== at.after - at.before || !isWithin(taken, at))
      throw new GasFailure('untrusted', `block ${at.block} does not hold what its nonces say`)
    found.transactions.push(...sent)
    found.used.push(...used)
  }
  return found
}

/** Authorisations (EIP-7702) that a wallet signed for this chain or for any, by whoever's transaction carries them. */
export async function authorisedBy(
  rpc: Rpc,
  address: string,
  transactions: readonly RawTx[],
): Promise<{ nonce: number; hash: string }[]> {
  const carrying = transactions.filter((t) => t.authorizationList && t.authorizationList.length > 0)
  if (carrying.length === 0) return []
  const chain = big(await rpc.one('eth_chainId'), 'chain id')
  const { recoverAuthorizationAddress } = await import('viem/utils')
  const out: { nonce: number; hash: string }[] = []
  for (const tx of carrying) {
    for (const a of tx.authorizationList!) {
      const chainId = big(a.chainId, 'chain id')
      if (chainId !== 0n && chainId !== chain) continue
      const nonce = whole(a.nonce, 'nonce')
      const signature = { r: padded(a.r), s: padded(a.s), yParity: Number(big(a.yParity, 'parity')) }
      const signer = await recoverAuthorizationAddress({
        authorization: { chainId: Number(chainId), address: a.address, nonce },
        signature,
        // A tuple whose signature is none is skipped by the chain, and so by us.
      }).catch(() => undefined)
      if (signer?.toLowerCase() === address) out.push({ nonce, hash: tx.hash })
    }
  }
  return out
}
/** Nodes leave leading zeros out of a signature's halves. */
const padded = (half: Hex): Hex => `0x${half.slice(2).padStart(64, '0')}`

/** A node's words for one transaction, as ours. */
export function sentTx(tx: RawTx, receipt: RawReceipt, block: RawBlock): SentTx {
  const type = receipt.type ?? tx.type ?? '0x0'
  const price = receipt.effectiveGasPrice ?? tx.gasPrice
  if (type === '0x3' && (receipt.blobGasUsed === undefined || receipt.blobGasPrice === undefined))
    throw new GasFailure('bad_answer', 'the node does not say what a blob transaction paid for its blobs')
  const blobs = receipt.blobGasUsed === undefined ? 0n : big(receipt.blobGasUsed, 'blob gas')
  return {
    hash: tx.hash,
    block: whole(receipt.blockNumber, 'block number'),
    nonce: whole(tx.nonce, 'nonce'),
    at: whole(block.timestamp, 'block time'),
    to: (tx.to ?? receipt.contractAddress)?.toLowerCase() ?? null,
    is_creation: tx.to === null,
    // Before there was a status (October 2017) a receipt does not say; such transactions count as they paid.
    failed: receipt.status === '0x0',
    gas_used: big(receipt.gasUsed, 'gas'),
    price: big(price, 'gas price'),
    base_fee: block.baseFeePerGas === undefined ? 0n : big(block.baseFeePerGas, 'base fee'),
    blob_fee: blobs === 0n ? 0n : blobs * big(receipt.blobGasPrice, 'blob gas price'),
    l1_fee: receipt.l1Fee === undefined || receipt.l1Fee === null ? 0n : big(receipt.l1Fee, 'layer-1 fee'),
  }
}

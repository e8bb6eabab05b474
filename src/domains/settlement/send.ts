import { keccak256, type Hex, type LocalAccount, type PublicClient } from 'viem'
import type { Ctx } from '../../platform/context.ts'
import {
  endedPurpose,
  lastNonce,
  noteSigned,
  openTransactions,
  setTransaction,
  type TransactionRow,
} from './chain-queries.ts'
import { chainOf, finalBlock, sayOf } from './chain/client.ts'
import { signerOf } from './chain/keys.ts'
import { bytesOf, hexOf } from './rules.ts'

const AT_ONCE = 100
/** What gas may be used beyond the estimate: the state it runs on can differ a little. */
const GAS_MARGIN = 12n
const WAIT_MS = 30_000
const LONGEST_WAIT_MS = 3_600_000

/**
 * Signs, sends and follows transactions. Before anything leaves, the signed bytes are stored: after a crash the same bytes
 * are sent again, which a chain takes once. A transaction is done when its block is final; one whose block vanished is
 * sent again.
 */
export async function sendTransactions(ctx: Ctx): Promise<{ more: boolean }> {
  const { client, chain } = chainOf(ctx.config)
  const [chainId, final] = await Promise.all([client.getChainId(), finalBlock(client, chain)])
  const open = await openTransactions(ctx.db, chainId, AT_ONCE)
  for (const t of open) if (t.state !== 'ready') await follow(ctx, client, t, final.number)
  for (const t of open) {
    if (t.state !== 'ready' || !isTimeToTry(t, ctx.now)) continue
    const signer = signerOf(ctx.config, t.role)
    if (signer) await signAndSend(ctx, client, t, signer)
  }
  return { more: false }
}

const isTimeToTry = (t: TransactionRow, now: Date): boolean =>
  t.sent_at === null || now.getTime() - t.sent_at.getTime() >= Math.min(LONGEST_WAIT_MS, WAIT_MS * 2 ** (t.tries - 1))

async function signAndSend(ctx: Ctx, client: PublicClient, t: TransactionRow, signer: LocalAccount): Promise<void> {
  const call = { account: signer.address, to: hexOf(t.to), data: hexOf(t.data) }
  let gas: bigint
  try {
    gas = await client.estimateGas(call)
  } catch (error) {
    // The chain would refuse it now. Claims are made up anew from what is left; the rest is tried again later.
    const refused = { error: sayOf(error), tries: t.tries + 1, sent_at: ctx.now }
    await setTransaction(
      ctx.db,
      t.id,
      t.rows > 0 ? { ...refused, state: 'failed', purpose: endedPurpose(t), ended_at: ctx.now } : refused,
    )
    return
  }
  const sender = Buffer.from(bytesOf(signer.address))
  const [next, fees] = await Promise.all([
    client.getTransactionCount({ address: signer.address, blockTag: 'latest' }),
    client.estimateFeesPerGas(),
  ])
  const nonce = Math.max(next, ((await lastNonce(ctx.db, Number(t.chain_id), sender)) ?? -1) + 1)
  const raw = await signer.signTransaction({
    chainId: Number(t.chain_id),
    type: 'eip1559',
    to: call.to,
    data: call.data,
    nonce,
    gas: (gas * GAS_MARGIN) / 10n,
    maxFeePerGas: fees.maxFeePerGas,
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
  })
  const isNoted = await noteSigned(ctx.db, t.id, {
    sender,
    nonce: String(nonce),
    raw: Buffer.from(bytesOf(raw)),
    hash: Buffer.from(bytesOf(keccak256(raw))),
    tries: t.tries + 1,
    sent_at: ctx.now,
  })
  if (isNoted) await send(client, raw)
}

/** Sends signed bytes. That the chain has them already, or has used their number, is found out by following. */
async function send(client: PublicClient, raw: Hex): Promise<void> {
  await client.sendRawTransaction({ serializedTransaction: raw }).catch((error: unknown) => {
    if (!/already known|already imported|nonce too low|replacement/i.test(String((error as Error).message))) throw error
  })
}

/** Looks where a transaction that was sent stands. */
async function follow(ctx: Ctx, client: PublicClient, t: TransactionRow, final: bigint): Promise<void> {
  const receipt = await client.getTransactionReceipt({ hash: hexOf(t.hash!) }).catch((error: unknown) => {
    if ((error as Error).name !== 'TransactionReceiptNotFoundError') throw error
    return undefined
  })
  if (!receipt) {
    if (t.state === 'mined')
      await setTransaction(ctx.db, t.id, { state: 'signed', block_number: null, block_hash: null })
    const used = await client.getTransactionCount({ address: hexOf(t.sender!), blockNumber: final })
    // Its number went to another transaction for good, so these bytes can never be taken: sign it anew.
    if (used > Number(t.nonce)) {
      await setTransaction(ctx.db, t.id, { state: 'ready', nonce: null, raw: null, hash: null })
      return
    }
    await send(client, hexOf(t.raw!))
    return
  }
  const isFinal = receipt.blockNumber <= final
  const succeeded = receipt.status === 'success'
  await setTransaction(ctx.db, t.id, {
    state: !isFinal ? 'mined' : succeeded ? 'done' : 'failed',
    block_number: receipt.blockNumber.toString(),
    block_hash: Buffer.from(bytesOf(receipt.blockHash)),
    succeeded,
    gas_used: receipt.gasUsed.toString(),
    cost_wei: (receipt.gasUsed * receipt.effectiveGasPrice).toString(),
    ...(isFinal && { ended_at: ctx.now }),
    ...(isFinal && !succeeded && { error: 'the chain ran it and refused it', purpose: endedPurpose(t) }),
  })
}

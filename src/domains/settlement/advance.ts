import { encodeFunctionData } from 'viem'
import type { Ctx, Db } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { buildEpoch, gathered, restoreFiles } from './build-epoch.ts'
import { askTransaction, dropAsked, transactionFor } from './chain-queries.ts'
import { DISTRIBUTOR, TOKEN } from './chain/abi.ts'
import { chainOf } from './chain/client.ts'
import { signerOf } from './chain/keys.ts'
import type { Epoch } from './contract.ts'
import { epochs, lockEpoch, setEpoch, ungather, type EpochRow } from './epoch-queries.ts'
import { say } from './credit.ts'
import { releaseFor } from './escrow/settle.ts'
import { tokens, waitingIn } from './queries.ts'
import { bytesOf, hexOf, howToRevoke, isDue } from './rules.ts'
import { startEpoch } from './start-epoch.ts'

export const showEpoch = (e: EpochRow): Epoch => ({
  epoch_id: e.id,
  currency: e.currency,
  chain_id: Number(e.chain_id),
  distributor: hexOf(e.distributor),
  token: hexOf(e.token),
  number: Number(e.number),
  state: e.state,
  rows: e.rows,
  total_units: e.total_units,
  root: e.root && hexOf(e.root),
  file_sha256: e.file_sha256 && hexOf(e.file_sha256),
  file_bytes: e.file_bytes === null ? null : Number(e.file_bytes),
  gathered_at: e.gathered_at.toISOString(),
  built_at: e.built_at?.toISOString() ?? null,
  proposed_at: e.proposed_at?.toISOString() ?? null,
  valid_at: e.valid_at?.toISOString() ?? null,
  ended_at: e.ended_at?.toISOString() ?? null,
})

/** Starts epochs that are due, and brings those under way one step on: built, proposed, active. */
export async function advanceEpochs(ctx: Ctx): Promise<{ more: boolean }> {
  for (const token of await tokens(ctx.db)) {
    const [last] = await epochs(ctx.db, { currency: token.currency, limit: 1 })
    if (!isDue(token, last?.gathered_at, ctx.now)) continue
    if ((await waitingIn(ctx.db, token.currency)).people < token.least_people) continue
    // Another may be under way, or somebody started it just now.
    await startEpoch(ctx, token.currency).catch(unlessRefused)
  }
  const due = await gathered(ctx)
  for (const state of ['active', 'proposed', 'built'] as const)
    for (const epoch of await epochs(ctx.db, { state, limit: 50 })) await restoreFiles(ctx, epoch)
  for (const epoch of due) await buildEpoch(ctx, epoch)
  const { client } = chainOf(ctx.config)
  const chainId = await client.getChainId()
  for (const state of ['built', 'proposed'] as const)
    for (const epoch of await epochs(ctx.db, { state, limit: 50 }))
      if (Number(epoch.chain_id) === chainId) await advanceOne(ctx, epoch)
  return { more: false }
}

const unlessRefused = (error: unknown): void => {
  if (!(error instanceof Refusal)) throw error
}

/** What to send next for an epoch, if anything. Asking again for the same asks for nothing new. */
async function advanceOne(ctx: Ctx, epoch: EpochRow): Promise<void> {
  const { client } = chainOf(ctx.config)
  const at = { address: hexOf(epoch.distributor), abi: DISTRIBUTOR } as const
  const pending = await client.readContract({ ...at, functionName: 'pending' })
  const isPending = pending.root === hexOf(epoch.root!)
  const ask = (role: 'proposer' | 'relayer', what: string, data: `0x${string}`) =>
    askTransaction(ctx.db, {
      id: ctx.newId(),
      chain_id: Number(epoch.chain_id),
      role,
      purpose: `${what}:${epoch.id}`,
      currency: epoch.currency,
      subject_id: epoch.id,
      to: epoch.distributor,
      data: bytesOf(data),
      made_at: ctx.now,
    })
  if (epoch.state === 'built' && !isPending) {
    const current = await client.readContract({ ...at, functionName: 'current' })
    if (current.root === hexOf(epoch.root!)) return
    const args = [
      BigInt(epoch.number),
      hexOf(epoch.root!),
      BigInt(epoch.total_units!),
      hexOf(epoch.file_sha256!),
    ] as const
    await ask('proposer', 'propose', encodeFunctionData({ abi: DISTRIBUTOR, functionName: 'proposeRoot', args }))
    return
  }
  if (epoch.state !== 'proposed' || !isPending) return
  // By the chain's clock and only when funded: what the contract would refuse is not sent.
  const [block, held, bonds, claimed] = await Promise.all([
    client.getBlock(),
    client.readContract({ address: hexOf(epoch.token), abi: TOKEN, functionName: 'balanceOf', args: [at.address] }),
    client.readContract({ ...at, functionName: 'bondsHeld' }),
    client.readContract({ ...at, functionName: 'totalClaimed' }),
  ])
  // A local chain makes its next block when something is sent, so there its clock may be behind.
  const now =
    ctx.config.chain?.mode === 'local'
      ? max(block.timestamp, BigInt(Math.floor(ctx.now.getTime() / 1000)))
      : block.timestamp
  if (now < pending.time) return
  const short = pending.total - claimed - (held - bonds)
  if (short > 0n) return void (await releaseFor(ctx, client, epoch, short))
  await ask('relayer', 'activate', encodeFunctionData({ abi: DISTRIBUTOR, functionName: 'activateRoot' }))
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)

const NO_REASON = `0x${'00'.repeat(32)}` as const

/** Takes an epoch back: here while nobody was shown it on the chain, through the guardian after that. */
export async function revokeEpoch(ctx: Ctx, id: string): Promise<EpochRow> {
  const { client } = chainOf(ctx.config)
  const [epoch] = await epochs(ctx.db, { id, limit: 1 })
  if (!epoch) throw new Refusal('epoch_not_found')
  const at = { address: hexOf(epoch.distributor), abi: DISTRIBUTOR } as const
  const pending = epoch.root ? await client.readContract({ ...at, functionName: 'pending' }) : undefined
  return transact(ctx, '0', async (db) => {
    const state = await lockEpoch(db, id)
    // Once it was signed it will be shown, so from then on only the chain can take it back.
    const proposal = await transactionFor(db, `propose:${id}`)
    const isShown =
      (epoch.root && pending?.root === hexOf(epoch.root)) || (proposal !== undefined && proposal.state !== 'ready')
    const how = state === 'built' && isShown ? 'on_chain' : howToRevoke(state!)
    if (how === 'epoch_counts') throw new Refusal(how, { state: state! })
    if (how === 'here') await revokeHere(ctx, db, epoch)
    if (how === 'on_chain') {
      if (!signerOf(ctx.config, 'guardian')) throw new Refusal('key_missing', { role: 'guardian' })
      const args = [hexOf(epoch.root!), NO_REASON] as const
      await askTransaction(db, {
        id: ctx.newId(),
        chain_id: Number(epoch.chain_id),
        role: 'guardian',
        purpose: `revoke:${epoch.id}`,
        currency: epoch.currency,
        subject_id: epoch.id,
        to: epoch.distributor,
        data: bytesOf(encodeFunctionData({ abi: DISTRIBUTOR, functionName: 'revokeRoot', args })),
        made_at: ctx.now,
      })
    }
    return (await epochs(db, { id, limit: 1 }))[0]!
  })
}

async function revokeHere(ctx: Ctx, db: Db, epoch: EpochRow): Promise<void> {
  await setEpoch(db, epoch.id, { state: 'revoked', ended_at: ctx.now })
  await ungather(db, epoch.id)
  await dropAsked(db, epoch.id, ctx.now)
  await say(ctx, db, epoch, 'epoch_revoked')
}

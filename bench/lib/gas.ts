import { createKeccak } from 'hash-wasm'
import { type Address, bytesToHex, type Hex, hexToBytes } from 'viem'
import { buildEpochTree, type EpochTree, putWord } from '../../src/engine/epoch-tree.ts'
import { claimToTypedData } from '../../src/platform/chain/typed-data.ts'
import { type Contracts, type Deployed, distributorSetup, escrowSetup } from '../../test/contracts.ts'

export type Gas = Record<string, number>

/** One epoch over made-up accounts; account 0 to 9 are the chain's own, so that one of them can sign. */
type Epoch = {
  tree: EpochTree
  root: Hex
  total: bigint
  cumulative(row: number): bigint
  account(row: number): Address
}

async function epochOf(c: Contracts, distributor: Address, size: number, epoch: bigint): Promise<Epoch> {
  const keccak = await createKeccak(256)
  const hash = (data: Uint8Array) => keccak.init().update(data).digest('binary')
  const accounts = new Uint8Array(20 * size)
  const cumulative = new Uint8Array(32 * size)
  // Like real earnings: cents with six digits behind the point, each account with another sum, each epoch more.
  const amount = (row: number) => epoch * (12_340_000n + BigInt((row * 7919) % 1_000_003))
  const counter = new Uint8Array(4)
  let total = 0n
  for (let row = 0; row < size; row++) {
    new DataView(counter.buffer).setUint32(0, row)
    accounts.set(row < 10 ? hexToBytes(c.addresses[row]!) : hash(counter).subarray(12), row * 20)
    putWord(cumulative, row, amount(row))
    total += amount(row)
  }
  const tree = buildEpochTree(
    { chain_id: BigInt(c.chainId), distributor: hexToBytes(distributor), accounts, cumulative },
    hash,
  )
  return {
    tree,
    root: bytesToHex(tree.root),
    total,
    cumulative: amount,
    account: (row) => bytesToHex(accounts.subarray(row * 20, row * 20 + 20)),
  }
}

const rowOf = (e: Epoch, row: number) => ({
  account: e.account(row),
  cumulative: e.cumulative(row),
  proof: e.tree.proof(row).map((p) => bytesToHex(p)),
})

/** What each act of the distributor costs, in gas, with an epoch of so many rows. The same on every machine. */
export async function distributorGas(c: Contracts, rows: number): Promise<Gas> {
  const [, , PROPOSER, , , , RELAYER] = c.addresses as Address[]
  const token = await c.deploy('TestToken')
  const distributor = await c.deploy('RewardDistributor', [distributorSetup(c, token.address)])
  const gas: Gas = { deploy: Number(distributor.gas) }
  let number = 0n
  const start = async (root: Hex, total: bigint) => {
    number += 1n
    await c.send(token, 'mint', [distributor.address, total])
    gas.propose_root = Number((await c.send(distributor, 'proposeRoot', [number, root, total, root], PROPOSER)).gasUsed)
    await c.pass(86_401)
    gas.activate_root = Number((await c.send(distributor, 'activateRoot', [], RELAYER)).gasUsed)
  }
  const claim = async (e: Epoch, row: number) => {
    const { account, cumulative, proof } = rowOf(e, row)
    return Number((await c.send(distributor, 'claim', [account, cumulative, e.root, proof], RELAYER)).gasUsed)
  }
  const many = async (e: Epoch, from: number) => {
    const claims = Array.from({ length: 50 }, (_, i) => rowOf(e, from + i))
    return Math.round(Number((await c.send(distributor, 'claimMany', [claims, e.root], RELAYER)).gasUsed) / 50)
  }

  const first = await epochOf(c, distributor.address, rows, 1n)
  await start(first.root, first.total)
  // The distributor's own first claim also writes its first total; what people pay is the second's.
  await claim(first, 40)
  gas.claim_first = await claim(first, 41)
  gas.claim_many_50_first_each = await many(first, 100)

  // Eleven epochs in which some claim nothing; only their roots matter, so they need no trees.
  for (let i = 2n; i <= 11n; i++) await start(c.word(`epoch ${i}`), first.total)
  const last = await epochOf(c, distributor.address, rows, 12n)
  await start(last.root, last.total)
  gas.claim_later_11_epochs_missed = await claim(last, 41)
  gas.claim_many_50_later_each = await many(last, 100)

  // One epoch later, one missed.
  const next = await epochOf(c, distributor.address, rows, 13n)
  await start(next.root, next.total)
  gas.claim_later = await claim(next, 41)

  const message = {
    account: c.addresses[0]!,
    recipient: '0x00000000000000000000000000000000000e15e1' as Address,
    minAmount: 1n,
    fee: 10_000n,
    feeTo: RELAYER!,
    nonce: 0n,
    deadline: (await c.now()) + 600n,
  }
  const signature = await c.accounts[0]!.signTypedData(
    claimToTypedData({ chainId: c.chainId, address: distributor.address }, message),
  )
  const { account: _account, nonce: _nonce, ...to } = message
  const args = [rowOf(next, 0), next.root, { ...to, signature }]
  gas.claim_to = Number((await c.send(distributor, 'claimTo', args, RELAYER)).gasUsed)
  return gas
}

/** What the other contracts' acts cost. */
export async function otherGas(c: Contracts): Promise<Record<string, Gas>> {
  const [ADMIN, , , , , SETTLER, , , REQUESTER, ANCHORER] = c.addresses as Address[]
  const token = await c.deploy('TestToken')
  const distributor = await c.deploy('RewardDistributor', [distributorSetup(c, token.address)])
  const escrow = await c.deploy('CampaignEscrow', [escrowSetup(c, token.address, distributor.address)])
  const cost = async (at: Deployed, name: string, args: readonly unknown[], by: Address) =>
    Number((await c.send(at, name, args, by)).gasUsed)
  await c.send(token, 'mint', [REQUESTER, 10n ** 12n])
  await c.send(token, 'approve', [escrow.address, 10n ** 12n], REQUESTER)
  const id = await c.read(escrow, 'idOf', [REQUESTER, c.word('campaign')])
  const deadline = (await c.now()) + 86_400n
  const escrowed: Gas = {
    deploy: Number(escrow.gas),
    open: await cost(escrow, 'open', [c.word('campaign'), 1_000_000n, deadline], REQUESTER!),
    top_up: await cost(escrow, 'topUp', [id, 1_000_000n], REQUESTER!),
    reserve_first: await cost(escrow, 'reserve', [id, 1000n], SETTLER!),
    reserve_later: await cost(escrow, 'reserve', [id, 1000n], SETTLER!),
    release_first: await cost(escrow, 'release', [id, 1000n, 1n], SETTLER!),
    release_later: await cost(escrow, 'release', [id, 500n, 1n], SETTLER!),
    request_unreserve: await cost(escrow, 'requestUnreserve', [id, 100n, c.word('overturned')], SETTLER!),
    request_cancel: await cost(escrow, 'requestCancel', [id], REQUESTER!),
  }
  await c.pass(5 * 86_400)
  escrowed.unreserve = await cost(escrow, 'unreserve', [id], ADMIN!)
  escrowed.refund = await cost(escrow, 'refund', [id, REQUESTER], ADMIN!)

  const anchor = await c.deploy('ProvenanceAnchor', [86_400, c.addresses[1], ANCHORER])
  const checkpoint = (size: bigint) => cost(anchor, 'anchor', [c.word('log'), size, c.word('root')], ANCHORER!)
  const anchored: Gas = {
    deploy: Number(anchor.gas),
    anchor_first: await checkpoint(10n),
    anchor_later: await checkpoint(20n),
  }

  const staking = await c.deploy('ReviewerStaking', [
    {
      token: token.address,
      sink: c.addresses[7],
      admin: c.addresses[1],
      adminDelay: 86_400,
      slasher: c.addresses[2],
      arbiter: c.addresses[4],
      unbondDelay: 7n * 86_400n,
      challengeWindow: 2n * 86_400n,
      rulingWindow: 3n * 86_400n,
      executionWindow: 4n * 86_400n,
      slashPeriod: 10n * 86_400n,
      maxSlashBps: 5000,
    },
  ])
  await c.send(token, 'approve', [staking.address, 10n ** 12n], REQUESTER)
  const staked: Gas = {
    deploy: Number(staking.gas),
    stake: await cost(staking, 'stake', [1_000_000n], REQUESTER!),
    request_unstake: await cost(staking, 'requestUnstake', [1000n], REQUESTER!),
    propose_slash: await cost(staking, 'proposeSlash', [REQUESTER, 1000n, c.word('evidence')], c.addresses[2]!),
    dispute: await cost(staking, 'dispute', [0n, c.word('reason')], REQUESTER!),
    rule: await cost(staking, 'rule', [0n, 500n], c.addresses[4]!),
  }
  await c.pass(8 * 86_400)
  staked.withdraw = await cost(staking, 'withdraw', [REQUESTER], REQUESTER!)
  return { CampaignEscrow: escrowed, ProvenanceAnchor: anchored, ReviewerStaking: staked }
}

/** What the best designs known to us cost for the same, measured with the same token on the same kind of chain. */
export const ANCHORS: Readonly<Record<number, Gas>> = {
  100_000: {
    claim_first: 121_924,
    claim_later: 70_612,
    claim_later_11_epochs_missed: 70_632,
    claim_many_50_first_each: 65_750,
    claim_many_50_later_each: 31_504,
    claim_to: 162_928,
    propose_root: 96_630,
    activate_root: 50_871,
  },
  1_000_000: { claim_first: 124_676, claim_later: 73_302 },
}

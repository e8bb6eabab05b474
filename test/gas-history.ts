import {
  createPublicClient,
  createTestClient,
  createWalletClient,
  defineChain,
  defineKzg,
  type Hash,
  type Hex,
  http,
  parseEther,
  parseGwei,
} from 'viem'
import type { LocalChain } from '../src/platform/chain/local.ts'

/** Keeps a number when it is called with nothing, and refuses when it is called with anything: 16 bytes of code. */
const RUNTIME = '36600a576001600055005b60006000fd'
const DEPLOY: Hex = `0x6f${RUNTIME}60005260106010f3`

/** The commitment to a blob of nothing but zeros, and its proof, are the point at infinity: no trusted setup is needed. */
const INFINITY = Uint8Array.from({ length: 48 }, (_, i) => (i === 0 ? 0xc0 : 0))
const kzgOfZeros = defineKzg({ blobToKzgCommitment: () => INFINITY, computeBlobKzgProof: () => INFINITY })
const BLOB_BYTES = 131_072

/** Clients of a local chain for writing a history on it. */
export function clientsOf(local: LocalChain) {
  const chain = defineChain({
    id: local.chainId,
    name: 'local',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [local.rpcUrl] } },
  })
  // The first blob makes the chain load its trusted setup, which takes seconds on a busy machine.
  const transport = http(local.rpcUrl, { timeout: 240_000 })
  return {
    chain,
    reader: createPublicClient({ chain, transport, pollingInterval: 10, cacheTime: 0 }),
    node: createTestClient({ mode: 'anvil', chain, transport }),
    walletOf: (i: number) => createWalletClient({ account: local.accounts[i]!, chain, transport }),
  }
}

export type History = {
  address: string
  /** What the wallet really paid: its balance before, less its balance after, less what it sent, plus what it got. */
  paid: bigint
  sent: number
  failed: number
  nonces: number
  creation: string
  contract: string
}

/**
 * A wallet's life with everything that can cost it gas, and what must not count: legacy, access list, 1559, blob, its own
 * and a sponsored EIP-7702 authorisation, a creation, failures, several in one block, incoming and foreign transactions.
 */
export async function liveOn(local: LocalChain, who = 3, options: { blobs?: boolean } = {}): Promise<History> {
  const { reader, node, walletOf } = clientsOf(local)
  const me = walletOf(who)
  const [friend, sponsor] = [walletOf(4), walletOf(5)]
  const address = me.account.address
  const start = await reader.getBalance({ address })
  let [out, income, sent, failed] = [0n, 0n, 0, 0]
  const receipt = (hash: Hash) => reader.waitForTransactionReceipt({ hash })
  const done = async (hash: Promise<Hash>, value = 0n) => {
    const r = await receipt(await hash)
    sent += 1
    if (r.status === 'reverted') failed += 1
    else out += value
    return r
  }
  const to = friend.account.address
  const fees = { maxFeePerGas: parseGwei('30'), maxPriorityFeePerGas: parseGwei('2') }
  const gas = 200_000n

  await done(me.sendTransaction({ type: 'legacy', to, value: 123n, gasPrice: parseGwei('7'), gas }), 123n)
  await node.mine({ blocks: 23 })
  await done(me.sendTransaction({ to, value: parseEther('1'), ...fees, gas }), parseEther('1'))
  const creation = await done(me.sendTransaction({ data: DEPLOY, ...fees, gas }))
  const contract = creation.contractAddress!
  await done(
    me.sendTransaction({
      type: 'eip2930',
      to: contract,
      gasPrice: parseGwei('3'),
      accessList: [{ address: contract, storageKeys: [`0x${'00'.repeat(32)}`] }],
      gas,
    }),
  )
  await node.mine({ blocks: 200 })
  await done(me.sendTransaction({ to: contract, data: '0x01', ...fees, gas: 90_000n }))
  await receipt(await friend.sendTransaction({ to: address, value: 77n, gas }))
  income += 77n

  // Three of one's own and one of somebody else in one block.
  await node.setAutomine(false)
  const base = await reader.getTransactionCount({ address })
  const together: Hash[] = []
  for (let i = 0; i < 3; i++) together.push(await me.sendTransaction({ to, value: 1n, ...fees, gas, nonce: base + i }))
  const foreign = await friend.sendTransaction({ to: contract, ...fees, gas })
  await node.mine({ blocks: 1 })
  await node.setAutomine(true)
  for (const hash of together) await done(Promise.resolve(hash), 1n)
  await receipt(foreign)

  if (options.blobs !== false)
    await done(
      me.sendTransaction({
        to,
        blobs: [new Uint8Array(BLOB_BYTES)],
        kzg: kzgOfZeros,
        maxFeePerBlobGas: parseGwei('10'),
        ...fees,
        gas: 21_000n,
      }),
    )

  // Somebody else pays for what this wallet allowed: it uses up a nonce and no gas of its own.
  const allowed = await me.signAuthorization({ contractAddress: contract })
  await receipt(await sponsor.sendTransaction({ to: address, value: 1n, authorizationList: [allowed], ...fees, gas }))
  income += 1n
  const own = await me.signAuthorization({ contractAddress: `0x${'00'.repeat(20)}`, executor: 'self' })
  await done(me.sendTransaction({ to, value: 5n, authorizationList: [own], ...fees, gas }), 5n)
  await node.mine({ blocks: 300 })
  await done(me.sendTransaction({ to: contract, data: '0x02', ...fees, gas: 90_000n }))
  await done(me.sendTransaction({ to: contract, ...fees, gas }))
  await node.mine({ blocks: 70 })

  const end = await reader.getBalance({ address })
  return {
    address: address.toLowerCase(),
    paid: start - end - out + income,
    sent,
    failed,
    nonces: await reader.getTransactionCount({ address }),
    creation: creation.transactionHash,
    contract: contract.toLowerCase(),
  }
}

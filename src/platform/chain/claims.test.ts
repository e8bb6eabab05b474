import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import { type Address, createWalletClient, type Hex, http, toFunctionSelector } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Contracts, type Deployed, distributorSetup, openContracts } from '../../../test/contracts.ts'
import { findLocalChain } from './local.ts'
import { type ClaimToMessage, claimToTypedData } from './typed-data.ts'

/** Claims of every kind of account, on a real chain with the deployed contracts. */
describe.skipIf('missing' in findLocalChain())('claims', () => {
  let c: Contracts
  let token: Deployed
  let distributor: Deployed
  let tree: StandardMerkleTree<unknown[]>
  const owner = privateKeyToAccount(generatePrivateKey())
  const lender = privateKeyToAccount(generatePrivateKey())
  let contractWallet: Deployed
  let accounts: Address[]
  const ELSEWHERE = '0x00000000000000000000000000000000000e15e1'

  beforeAll(async () => {
    c = await openContracts({ hardfork: 'osaka' })
    token = await c.deploy('BlockingToken')
    distributor = await c.deploy('RewardDistributor', [distributorSetup(c, token.address)])
    contractWallet = await c.deploy('TestWallet', [owner.address])
    accounts = [c.addresses[0]!, contractWallet.address, lender.address, c.addresses[9]!]
    const rows = accounts.map((a) => [BigInt(c.chainId), distributor.address, a, 1000n])
    tree = StandardMerkleTree.of<unknown[]>(rows, ['uint256', 'address', 'address', 'uint256'])
    await c.send(token, 'mint', [distributor.address, 4000n])
    await c.send(distributor, 'proposeRoot', [1n, tree.root, 4000n, c.word('file')], c.addresses[2])
    await c.pass(86_401)
    await c.send(distributor, 'activateRoot')
  }, 120_000)
  afterAll(() => c?.stop())

  const row = (i: number) => ({ account: accounts[i]!, cumulative: 1000n, proof: tree.getProof(i) as Hex[] })
  const balance = (of: string) => c.read(token, 'balanceOf', [of]) as Promise<bigint>
  async function redirect(i: number, sign: (m: ClaimToMessage) => Promise<Hex>) {
    const message: ClaimToMessage = {
      account: accounts[i]!,
      recipient: ELSEWHERE,
      minAmount: 990n,
      fee: 10n,
      feeTo: c.addresses[6]!,
      nonce: (await c.read(distributor, 'nonces', [accounts[i]!])) as bigint,
      deadline: (await c.now()) + 600n,
    }
    const { account: _account, nonce: _nonce, ...to } = message
    return [row(i), tree.root, { ...to, signature: await sign(message) }]
  }
  const typed = (m: ClaimToMessage, over: { chainId?: number; address?: Address } = {}) =>
    claimToTypedData({ chainId: c.chainId, address: distributor.address, ...over }, m)

  test('the typed data of the web is what the contract checks', async () => {
    const [, name, version, chainId, verifyingContract] = (await c.read(distributor, 'eip712Domain')) as unknown[]
    const { domain } = typed({} as ClaimToMessage)
    expect({ name, version, chainId: Number(chainId), verifyingContract }).toEqual(domain)
  })

  test('a contract account redirects by what its owner signed (ERC-1271), nobody else', async () => {
    const wrong = await redirect(1, (m) => lender.signTypedData(typed(m)))
    expect(await c.faultOf(distributor, 'claimTo', wrong)).toBe('BadSignature')
    const before = await balance(ELSEWHERE)
    const right = await redirect(1, (m) => owner.signTypedData(typed(m)))
    await c.send(distributor, 'claimTo', right)
    expect((await balance(ELSEWHERE)) - before).toBe(990n)
    expect(await c.faultOf(distributor, 'claimTo', right)).toBe('NothingToClaim')
  })

  test('signatures for another chain, another distributor or an old nonce are refused', async () => {
    const account = c.accounts[0]!
    const signs: ((m: ClaimToMessage) => Promise<Hex>)[] = [
      (m) => account.signTypedData(typed(m, { chainId: 1 })),
      (m) => account.signTypedData(typed(m, { address: token.address })),
      (m) => account.signTypedData(typed({ ...m, nonce: m.nonce + 1n })),
      (m) => account.signTypedData(typed({ ...m, recipient: c.addresses[5]! })),
      async () => '0x',
      async () => `0x${'00'.repeat(65)}`,
    ]
    for (const sign of signs)
      expect(await c.faultOf(distributor, 'claimTo', await redirect(0, sign))).toBe('BadSignature')
    const signed = await redirect(0, (m) => account.signTypedData(typed(m)))
    expect(await c.faultOf(distributor, 'claimTo', signed)).toBeUndefined()
    await c.send(distributor, 'cancelSignature', [], account.address)
    expect(await c.faultOf(distributor, 'claimTo', signed)).toBe('BadSignature')
  })

  test('an account that lent itself code (EIP-7702) redirects with its key', async () => {
    const delegate = await c.deploy('TestDelegate')
    const sponsor = createWalletClient({ account: c.accounts[6]!, transport: http(c.rpcUrl) })
    const authorization = await sponsor.signAuthorization({
      account: lender,
      contractAddress: delegate.address,
      chainId: c.chainId,
      nonce: 0,
    })
    await c.mined(
      await sponsor.sendTransaction({ to: c.addresses[9]!, authorizationList: [authorization], chain: null }),
    )
    expect(await c.client.getCode({ address: lender.address })).toMatch(/^0xef0100/)
    const before = await balance(ELSEWHERE)
    await c.send(distributor, 'claimTo', await redirect(2, (m) => lender.signTypedData(typed(m))))
    expect((await balance(ELSEWHERE)) - before).toBe(990n)
    expect(await c.client.getBalance({ address: lender.address })).toBe(0n)
  })

  test('a blocked account holds up nobody in a batch, and is paid when it is free, or elsewhere', async () => {
    const blocked = c.addresses[9]!
    await c.send(token, 'setBlocked', [blocked, true])
    expect(await c.faultOf(distributor, 'claim', [blocked, 1000n, tree.root, tree.getProof(3)])).toBe(
      toFunctionSelector('Blocked(address)'),
    )
    const { logs } = await c.send(distributor, 'claimMany', [[row(3), row(0), row(3)], tree.root])
    expect(await c.read(distributor, 'claimed', [blocked])).toBe(0n)
    expect(await balance(c.addresses[0]!)).toBe(1000n)
    expect(await c.read(distributor, 'totalClaimed')).toBe(3000n)
    // Twice skipped, once transferred and claimed.
    expect(logs).toHaveLength(4)
    const away = await redirect(3, (m) => c.accounts[9]!.signTypedData(typed(m)))
    expect(await c.faultOf(distributor, 'claimTo', away)).toBeUndefined()
    await c.send(token, 'setBlocked', [blocked, false])
    await c.send(distributor, 'claim', [blocked, 1000n, tree.root, tree.getProof(3)])
    expect(await balance(blocked)).toBe(1000n)
  })

  test('a token with a fee pays out what is due, less its fee, and never more than is there', async () => {
    const fee = await c.deploy('FeeToken')
    const other = await c.deploy('RewardDistributor', [distributorSetup(c, fee.address)])
    const rows = [c.addresses[7]!, c.addresses[8]!].map((a) => [BigInt(c.chainId), other.address, a, 1000n])
    const two = StandardMerkleTree.of<unknown[]>(rows, ['uint256', 'address', 'address', 'uint256'])
    await c.send(other, 'proposeRoot', [1n, two.root, 2000n, c.word('file')], c.addresses[2])
    await c.pass(86_401)
    await c.send(fee, 'mint', [c.addresses[0]!, 2000n])
    await c.send(fee, 'transfer', [other.address, 2000n])
    // Twenty were kept on the way, so the epoch cannot start: its money is not all there.
    expect(await c.faultOf(other, 'activateRoot')).toBe('NotFunded')
    await c.send(fee, 'mint', [other.address, 20n])
    await c.send(other, 'activateRoot')
    for (const i of [0, 1]) await c.send(other, 'claim', [rows[i]![2], 1000n, two.root, two.getProof(i)])
    expect(await c.read(fee, 'balanceOf', [c.addresses[8]!])).toBe(990n)
    expect(await c.read(fee, 'balanceOf', [other.address])).toBe(0n)
  })

  test('what is refused has a name, and each name a place in the artifact', () => {
    const errors = distributor.abi.filter((x) => x.type === 'error').map((x) => x.name)
    expect(errors).toEqual(expect.arrayContaining(['StaleRoot', 'BadProof', 'NothingToClaim', 'NotFunded', 'Paused']))
  })
})

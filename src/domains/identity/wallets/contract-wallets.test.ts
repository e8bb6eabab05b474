import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Hex } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { burning, foreseen, padded, putContract, unmade } from '../../../../test/contract-wallet.ts'
import { ok, Visitor } from '../../../../test/visitor.ts'
import { Wallet } from '../../../../test/wallet.ts'
import { createWorld, type World } from '../../../../test/world.ts'
import { findLocalChain, type LocalChain, startLocalChain } from '../../../platform/chain/local.ts'

const codeOf = (answer: { body: { error?: { code: string } } }) => answer.body.error?.code ?? 'yes'
const SALT = `0x${'07'.repeat(32)}` as Hex

describe.skipIf('missing' in findLocalChain())('contract wallets', () => {
  let chain: LocalChain
  let other: LocalChain
  let w: World
  let counting: Server
  /** What was asked of the node, through a server that counts. */
  let asked: { method: string; params: [{ gas?: string }] }[] = []
  const owner = new Wallet()

  beforeAll(async () => {
    ;[chain, other] = await Promise.all([startLocalChain(), startLocalChain({ chainId: 10 })])
    counting = createServer((request, response) => {
      void (async () => {
        const parts: Buffer[] = []
        for await (const part of request) parts.push(part as Buffer)
        const body = Buffer.concat(parts).toString()
        asked.push(JSON.parse(body) as (typeof asked)[number])
        const answer = await fetch(chain.rpcUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
        response.end(await answer.text())
      })()
    })
    await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve))
    const rpc_url = `http://127.0.0.1:${(counting.address() as AddressInfo).port}`
    w = await createWorld({
      config: {
        wallet_chains: [
          { chain_id: 1, rpc_url: undefined },
          { chain_id: 31_337, rpc_url },
          { chain_id: 10, rpc_url: other.rpcUrl },
          // Nobody listens there; and a node that is of another chain than it is set down for.
          { chain_id: 777, rpc_url: 'http://127.0.0.1:9' },
          { chain_id: 888, rpc_url: `${other.rpcUrl}/` },
        ],
      },
    })
  })
  afterAll(async () => {
    await w?.close()
    counting?.close()
    await Promise.all([chain?.stop(), other?.stop()])
  })
  // The limits count by the minute; each test starts in a new one.
  beforeEach(() => {
    w.clock.advance(61_000)
    asked = []
  })

  const deployer = () => ({ url: chain.rpcUrl, deployer: chain.accounts[0]! })
  /** Has a text made for this address and sends it back with what `sign` makes of it. */
  async function prove(
    path: '/v1/accounts/wallet' | '/v1/sign-in/wallet',
    address: string,
    chain_id: number,
    sign: (message: string) => Promise<Hex>,
    v = new Visitor(w),
  ) {
    const purpose = path === '/v1/accounts/wallet' ? 'create' : 'sign_in'
    const { message } = ok(await v.post('/v1/sign-in/wallet/text', { for: purpose, address, chain_id })) as {
      message: string
    }
    const signature = await sign(message)
    return v.post(path, { message, signature, ...(purpose === 'create' ? { terms_version: 1, adult: true } : {}) })
  }
  const calls = () => asked.filter((a) => a.method === 'eth_call')

  test('sign in by what their contract says (ERC-1271), with one call that has a bound', async () => {
    const address = await putContract(deployer(), 'OwnedWallet', [owner.address])
    ok(await prove('/v1/accounts/wallet', address, 31_337, owner.sign))
    asked = []
    const v = new Visitor(w)
    ok(await prove('/v1/sign-in/wallet', address, 31_337, owner.sign, v))
    expect(asked.map((a) => [a.method, a.params[0].gas])).toEqual([['eth_call', '0x2dc6c0']])
    expect(ok(await v.get('/v1/me/wallets'))).toMatchObject({ items: [{ kind: 'contract', chain_id: 31_337 }] })
    expect(codeOf(await prove('/v1/sign-in/wallet', address, 31_337, new Wallet().sign))).toBe('wallet_signature_wrong')
  })

  test('that do not stand yet sign in by how they will be made (ERC-6492), and afterwards as before', async () => {
    const maker = await putContract(deployer(), 'Maker')
    const { address, data } = foreseen(maker, owner.address as Hex, SALT)
    const wrapped = async (message: string) => unmade(maker, data, await owner.sign(message))
    ok(await prove('/v1/accounts/wallet', address, 31_337, wrapped))
    ok(await prove('/v1/sign-in/wallet', address, 31_337, wrapped))
    expect(codeOf(await prove('/v1/sign-in/wallet', address, 31_337, owner.sign))).toBe('wallet_signature_wrong')
  })

  test('the same address on another chain is somebody else', async () => {
    const here = await putContract(deployer(), 'OwnedWallet', [owner.address])
    ok(await prove('/v1/accounts/wallet', here, 31_337, owner.sign))
    // On the other chain a stranger holds that very address, with code that says yes to everything.
    const stranger = new Wallet()
    const yes = await putContract({ url: other.rpcUrl, deployer: other.accounts[0]! }, 'YesWallet')
    const code = await rpc(other.rpcUrl, 'eth_getCode', [yes, 'latest'])
    await rpc(other.rpcUrl, 'anvil_setCode', [here, code])
    expect(codeOf(await prove('/v1/sign-in/wallet', here, 10, stranger.sign))).toBe('wallet_on_no_account')
    const theirs = new Visitor(w)
    ok(await prove('/v1/accounts/wallet', here, 10, stranger.sign, theirs))
    // The text's chain is part of what was signed: it cannot be turned towards the other one.
    const { message } = ok(
      await theirs.post('/v1/sign-in/wallet/text', { for: 'sign_in', address: here, chain_id: 10 }),
    ) as { message: string }
    const turned = message.replace('Chain ID: 10', 'Chain ID: 31337')
    expect(
      codeOf(await theirs.post('/v1/sign-in/wallet', { message: turned, signature: await owner.sign(turned) })),
    ).toBe('wallet_text_changed')
  })

  test('an address with a key that lent itself to code (EIP-7702) still signs in by its key, and its code opens nothing of it', async () => {
    const person = new Wallet({ chain_id: 31_337 })
    const v = new Visitor(w)
    ok(await person.create(v))
    const code = await putContract(deployer(), 'YesWallet')
    await rpc(chain.rpcUrl, 'anvil_setCode', [person.address, `0xef0100${code.slice(2)}`])
    asked = []
    ok(await person.signIn(new Visitor(w)))
    expect(asked).toEqual([])
    // The code says yes to a stranger, who is then a contract wallet of that chain, not the holder of the key.
    expect(codeOf(await prove('/v1/sign-in/wallet', person.address, 31_337, new Wallet().sign))).toBe(
      'wallet_on_no_account',
    )
  })

  test.each<[string, (address: Hex, maker: Hex, endless: Hex) => Promise<Hex> | Hex]>([
    [
      'another owner in it',
      async (_a, maker) =>
        unmade(maker, foreseen(maker, new Wallet().address as Hex, SALT).data, `0x${'11'.repeat(64)}1b`),
    ],
    ['a maker that burns without end', async (_a, _m, endless) => unmade(endless, burning(), `0x${'11'.repeat(64)}1b`)],
    [
      'a maker that is nobody',
      async () => unmade('0x000000000000000000000000000000000000dEaD', '0x', `0x${'11'.repeat(64)}1b`),
    ],
    ['eight kilobytes of nothing', () => padded(7900)],
    ['only its ending', () => `0x${'00'.repeat(64)}${'6492'.repeat(16)}`],
  ])(
    'a forged signature for an unmade wallet, with %s, is refused after one call within its bound',
    async (_, forge) => {
      const [maker, endless] = [await putContract(deployer(), 'Maker'), await putContract(deployer(), 'Endless')]
      const { address } = foreseen(maker, owner.address as Hex, `0x${'08'.repeat(32)}`)
      asked = []
      const signature = await forge(address, maker, endless)
      expect(codeOf(await prove('/v1/sign-in/wallet', address, 31_337, async () => signature))).toBe(
        'wallet_signature_wrong',
      )
      expect(calls()).toHaveLength(1)
      expect(Number(calls()[0]!.params[0].gas)).toBe(3_000_000)
    },
  )

  test('a contract that burns without end costs its bound and no more', async () => {
    const endless = await putContract(deployer(), 'Endless')
    asked = []
    expect(codeOf(await prove('/v1/sign-in/wallet', endless, 31_337, owner.sign))).toBe('wallet_signature_wrong')
    expect(calls()).toHaveLength(1)
  })

  test('where no node can be asked they are refused in words: none set, none there, one of another chain', async () => {
    const { address } = foreseen('0x00000000000000000000000000000000000000aa', owner.address as Hex, SALT)
    const long = async () => `0x${'ab'.repeat(100)}` as Hex
    expect(codeOf(await prove('/v1/sign-in/wallet', address, 1, long))).toBe('wallet_contract_unchecked')
    expect(codeOf(await prove('/v1/sign-in/wallet', address, 777, long))).toBe('wallet_chain_silent')
    expect(codeOf(await prove('/v1/sign-in/wallet', address, 888, long))).toBe('wallet_chain_silent')
  })

  test('are asked at a few times a minute: for one wallet, and from one network; keys are not slowed by it', async () => {
    const long = async () => `0x${'ab'.repeat(100)}` as Hex
    const address = `0x${'0b'.repeat(20)}`
    const answers: string[] = []
    for (let n = 0; n < 7; n++) answers.push(codeOf(await prove('/v1/sign-in/wallet', address, 31_337, long)))
    expect(answers).toEqual([...Array<string>(5).fill('wallet_signature_wrong'), 'rate_limited', 'rate_limited'])
    const another = await prove('/v1/sign-in/wallet', `0x${'0c'.repeat(20)}`, 31_337, long)
    expect(another.body.error).toMatchObject({ code: 'rate_limited', message: expect.stringMatching(/in \d+ seconds/) })
    expect(calls()).toHaveLength(5)
    expect(codeOf(await new Wallet().create(new Visitor(w)))).toBe('yes')
    w.clock.advance(60_000)
    expect(codeOf(await prove('/v1/sign-in/wallet', address, 31_337, long))).toBe('wallet_signature_wrong')
  })

  test('are asked at sixty times a minute in all, from however many networks', async () => {
    const codes: string[] = []
    for (let n = 0; n < 62; n++) {
      const from = async (url: string, payload: object) =>
        JSON.parse(
          (
            await w.app.inject({
              method: 'POST',
              url,
              payload,
              remoteAddress: `198.51.${n}.7`,
              headers: { host: 'localhost' },
            })
          ).body,
        ) as { message: string; error?: { code: string } }
      const address = `0x${n.toString(16).padStart(40, 'd')}`
      const { message } = await from('/v1/sign-in/wallet/text', { for: 'sign_in', address, chain_id: 31_337 })
      const { error } = await from('/v1/sign-in/wallet', { message, signature: `0x${'ab'.repeat(100)}` })
      codes.push(error?.code ?? 'yes')
    }
    expect(codes).toEqual([...Array<string>(60).fill('wallet_signature_wrong'), 'rate_limited', 'rate_limited'])
    expect(calls()).toHaveLength(60)
  })
})

async function rpc(url: string, method: string, params: unknown[]): Promise<string> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return ((await answer.json()) as { result: string }).result
}

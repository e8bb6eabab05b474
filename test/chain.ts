import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPublicClient, createTestClient, createWalletClient, http, type Hex } from 'viem'
import { DISTRIBUTOR, TOKEN } from '../src/domains/settlement/chain/abi.ts'
import { chooseWallet } from '../src/domains/settlement/choose-wallet.ts'
import { deployDistributor, deployEscrow, WINDOWS, type Deployed } from '../src/domains/settlement/deploy.ts'
import { artifacts } from '../src/platform/chain/artifacts.ts'
import { startLocalChain } from '../src/platform/chain/local.ts'
import type { ChainConfig } from '../src/platform/config.ts'
import { personAccount } from '../src/domains/ledger/accounts.ts'
import type { Person, World } from './world.ts'

export type TestChain = Awaited<ReturnType<typeof startTestChain>>

/** A chain of its own with keys in files, and what tests do to it. */
export async function startTestChain() {
  const local = await startLocalChain()
  const dir = mkdtempSync(join(tmpdir(), 'assay-settlement-'))
  const [deployer, proposer, guardian, settler, relayer, arbiter] = local.accounts
  const file = (name: string, account: typeof deployer) => {
    const path = join(dir, name)
    writeFileSync(path, `${local.keyOf(account!)}\n`)
    return path
  }
  const transport = http(local.rpcUrl)
  const client = createPublicClient({ transport, pollingInterval: 20, cacheTime: 0 })
  const test = createTestClient({ mode: 'anvil', transport })
  const wallet = createWalletClient({ transport, account: deployer! })
  const config = (over: Partial<ChainConfig> = {}): ChainConfig => ({
    mode: 'remote',
    url: local.rpcUrl,
    key_files: {
      proposer: file('proposer', proposer),
      guardian: file('guardian', guardian),
      settler: file('settler', settler),
      relayer: file('relayer', relayer),
    },
    confirmations: 0,
    claims_per_day: 10_000,
    ...over,
  })
  return {
    ...local,
    dir,
    client,
    test,
    config,
    deploy: (token?: Hex): Promise<Deployed> =>
      deployDistributor({
        url: local.rpcUrl,
        deployer: deployer!,
        roles: {
          admin: deployer!.address,
          proposer: proposer!.address,
          guardian: guardian!.address,
          arbiter: arbiter!.address,
        },
        windows: { ...WINDOWS, bond_units: 1n },
        ...(token && { token }),
      }),
    deployEscrow: (at: Deployed) =>
      deployEscrow({
        url: local.rpcUrl,
        deployer: deployer!,
        at: { token: at.token, distributor: at.distributor },
        roles: { admin: deployer!.address, settler: settler!.address, guardian: guardian!.address },
      }),
    fund(at: Deployed, units: bigint): Promise<void> {
      return this.mint(at, at.distributor, units)
    },
    async mint(at: Deployed, to: Hex, units: bigint): Promise<void> {
      const { abi } = artifacts.TestToken
      const call = { address: at.token, abi, functionName: 'mint', args: [to, units], chain: null } as const
      await client.waitForTransactionReceipt({ hash: await wallet.writeContract(call) })
    },
    /** Lets the window pass by the chain's clock. */
    async pass(seconds: number): Promise<void> {
      await test.increaseTime({ seconds })
      await test.mine({ blocks: 1 })
    },
    balance: (at: Deployed, of: Hex): Promise<bigint> =>
      client.readContract({ address: at.token, abi: TOKEN, functionName: 'balanceOf', args: [of] }),
    claimed: (at: Deployed, of: Hex): Promise<bigint> =>
      client.readContract({ address: at.distributor, abi: DISTRIBUTOR, functionName: 'claimed', args: [of] }),
    async close(): Promise<void> {
      await local.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Some person's address on the chain, with nothing on it. */
export const addressOf = (n: number): Hex =>
  `0x${(0xabc000000000000000000000n + BigInt(n)).toString(16).padStart(40, '0')}`

/** Gives a person claimable money, as if they had earned it and it had thawed. */
export async function giveClaimable(w: World, person: Person, currency: string, amount: bigint): Promise<void> {
  const id = w.parts.newId()
  const way = ['outside', 'requester:1', 'campaign:1', personAccount(person.account_id, 'frozen'), personAccount(person.account_id, 'claimable')] // prettier-ignore
  const kinds = ['top_up', 'reserve', 'reward', 'thaw']
  for (const [i, kind] of kinds.entries())
    await w.db
      .insertInto('transfer')
      .values({
        campaign_id: i === 2 ? '1' : '0',
        id: `given:${id}:${i}`,
        kind,
        subject_id: '1',
        debit: way[i]!,
        credit: way[i + 1]!,
        currency,
        amount_minor: amount.toString(),
        at: w.clock.now(),
      })
      .execute()
}

/** Links a wallet to a person as if they had signed for it. Returns its id. */
export async function linkWallet(w: World, person: Person, address: Hex, chain?: number): Promise<string> {
  const id = w.parts.newId()
  await w.db
    .insertInto('wallet')
    .values({
      id,
      account_id: person.account_id,
      kind: chain === undefined ? 'eoa' : 'contract',
      chain_id: chain ?? null,
      address: Buffer.from(address.slice(2), 'hex'),
      message: 'signed',
      signature: Buffer.alloc(65, 1),
      label: '',
      linked_at: w.clock.now(),
      last_used_at: w.clock.now(),
    })
    .execute()
  return id
}

/** Chooses a wallet as somebody does who has just signed in at a browser. */
export async function choose(w: World, person: Person, currency: string, walletId: string | null) {
  const session_id = w.parts.newId()
  const now = w.clock.now()
  await w.db
    .insertInto('session')
    .values({
      id: session_id,
      account_id: person.account_id,
      token_hash: `session ${session_id}`,
      how: 'wallet',
      created_at: now,
      fresh_at: now,
      last_seen_at: now,
      expires_at: new Date(now.getTime() + 3_600_000),
    })
    .execute()
  const ctx = w.ctx(person.account_id)
  return chooseWallet({ ...ctx, caller: { ...ctx.caller!, via: 'session', session_id } }, currency, walletId)
}

import { StandardMerkleTree } from '@openzeppelin/merkle-tree'
import fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Contracts, type Deployed, distributorSetup, escrowSetup, openContracts } from '../../../test/contracts.ts'
import { findLocalChain } from './local.ts'
import { claimToTypedData } from './typed-data.ts'

const RUNS = process.env.ASSAY_NIGHTLY ? 400 : 40
const COMMANDS = process.env.ASSAY_NIGHTLY ? 5_080 : 508
const USERS = [0, 1, 2, 3, 4]

type Command =
  | { kind: 'earn'; user: number; amount: number }
  | { kind: 'epoch'; end: 'starts' | 'is revoked' | 'is challenged' }
  | { kind: 'claim'; user: number; stale: boolean }
  | { kind: 'many'; mask: number }
  | { kind: 'redirect'; user: number; fee: number; replay: boolean }
  | { kind: 'open'; campaign: number; amount: number }
  | { kind: 'reserve' | 'release'; campaign: number; share: number }
  | { kind: 'refund'; campaign: number; late: boolean }

const user = fc.nat(4)
const campaign = fc.nat(1)
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('earn' as const), user, amount: fc.nat(1000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('epoch' as const),
      end: fc.constantFrom('starts', 'starts', 'starts', 'is revoked', 'is challenged'),
    }) as fc.Arbitrary<Command>,
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('claim' as const), user, stale: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('many' as const), mask: fc.nat(31) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('redirect' as const), user, fee: fc.nat(110), replay: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const), campaign, amount: fc.integer({ min: 1, max: 5000 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('reserve' as const, 'release' as const), campaign, share: fc.nat(110) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refund' as const), campaign, late: fc.boolean() }) },
) // prettier-ignore

type Tree = { tree: StandardMerkleTree<unknown[]>; cumulative: bigint[] }
type Campaign = {
  id: Hex
  available: bigint
  reserved: bigint
  released: bigint
  refunded: bigint
  refundsFrom: bigint
}

const sum = (xs: readonly bigint[]) => xs.reduce((a, b) => a + b, 0n)
const min = (a: bigint, b: bigint) => (a < b ? a : b)

/**
 * A ledger off the chain, as simple as can be, beside the contracts on a real chain: whatever program of earnings, epochs,
 * claims and escrow is played, both say the same, call by call and in all balances.
 */
describe.skipIf('missing' in findLocalChain())('ledger and chain', () => {
  let c: Contracts
  let token: Deployed
  let distributor: Deployed
  let escrow: Deployed
  let snapshot: Hex
  let played = 0
  beforeAll(async () => {
    c = await openContracts()
    token = await c.deploy('TestToken')
    distributor = await c.deploy('RewardDistributor', [distributorSetup(c, token.address)])
    escrow = await c.deploy('CampaignEscrow', [escrowSetup(c, token.address, distributor.address)])
    for (const requester of [c.addresses[8]!, c.addresses[9]!]) {
      await c.send(token, 'mint', [requester, 10n ** 9n])
      await c.send(token, 'approve', [escrow.address, 10n ** 9n], requester)
      await c.send(token, 'approve', [distributor.address, 10n ** 9n], requester)
    }
    snapshot = await c.test.snapshot()
  }, 120_000)
  afterAll(() => c?.stop())

  const users = () => USERS.map((i) => c.accounts[i]!)
  const address = (i: number) => c.addresses[i]!

  /** `forgets`: a planted fault, a ledger that does not book what was claimed. */
  async function play(program: readonly Command[], forgets = false): Promise<void> {
    await c.test.revert({ id: snapshot })
    snapshot = await c.test.snapshot()
    const [, , PROPOSER, GUARDIAN, ARBITER, SETTLER, RELAYER, ELSEWHERE] = c.addresses as Address[]
    const earned = USERS.map(() => 0n)
    const got = USERS.map(() => 0n)
    const claimed = USERS.map(() => 0n)
    const nonces = USERS.map(() => 0n)
    const campaigns = new Map<number, Campaign>()
    let [held, redirected, fees, bonds, number] = [0n, 0n, 0n, 0n, 0n]
    let [current, old]: [Tree | undefined, Tree | undefined] = [undefined, undefined]
    let used: unknown[] | undefined

    const row = (t: Tree, i: number) => ({
      account: address(i),
      cumulative: t.cumulative[i]!,
      proof: t.tree.getProof(i) as Hex[],
    })
    const book = (i: number, due: bigint) => {
      if (forgets) return
      claimed[i]! += due
      held -= due
    }
    const dueOf = (i: number) => (current ? current.cumulative[i]! - claimed[i]! : 0n)

    const epoch = async (end: string) => {
      const cumulative = [...earned]
      const total = sum(cumulative)
      const rows = USERS.map((i) => [BigInt(c.chainId), distributor.address, address(i), cumulative[i]!])
      const tree = StandardMerkleTree.of<unknown[]>(rows, ['uint256', 'address', 'address', 'uint256'])
      const args = [number + 1n, tree.root, total, c.word('file')]
      if (total === 0n) {
        expect(await c.faultOf(distributor, 'proposeRoot', args, PROPOSER)).toBe('EmptyRoot')
        return
      }
      expect(await c.faultOf(distributor, 'proposeRoot', args, GUARDIAN)).toBe('AccessControlUnauthorizedAccount')
      await c.send(distributor, 'proposeRoot', args, PROPOSER)
      expect(await c.faultOf(distributor, 'proposeRoot', args, PROPOSER)).toBe('AlreadyPending')
      expect(await c.faultOf(distributor, 'activateRoot')).toBe('TooEarly')
      if (end === 'is revoked') {
        await c.send(distributor, 'revokeRoot', [tree.root, c.word('wrong')], GUARDIAN)
        return
      }
      if (end === 'is challenged') {
        await c.send(distributor, 'challenge', [tree.root, c.word('evidence')], c.addresses[8])
        const upheld = total % 2n === 0n
        await c.pass(86_401)
        expect(await c.faultOf(distributor, 'activateRoot')).toBe('Challenged')
        await c.send(distributor, 'rule', [tree.root, upheld, c.word('ruling')], ARBITER)
        if (upheld) {
          await c.send(distributor, 'withdrawBond', [], c.addresses[8])
          return
        }
        // Half is lost in the contract for good, half is funding.
        bonds += 500n
        held += 500n
      }
      await c.pass(86_401)
      const need = total - sum(claimed)
      if (held < need) {
        expect(await c.faultOf(distributor, 'activateRoot')).toBe('NotFunded')
        await c.send(token, 'mint', [distributor.address, need - held])
        held = need
      }
      await c.send(distributor, 'activateRoot')
      number += 1n
      old = current
      current = { tree, cumulative }
    }

    const claim = async (i: number, stale: boolean) => {
      const t = stale && old ? old : current
      if (!t) return
      const { account, cumulative, proof } = row(t, i)
      const fault = await c.faultOf(distributor, 'claim', [account, cumulative, t.tree.root, proof], RELAYER)
      if (t.tree.root !== current!.tree.root) {
        expect(fault).toBe('StaleRoot')
        expect(await c.faultOf(distributor, 'claim', [account, cumulative, current!.tree.root, proof])).toBe(
          t.cumulative.every((x, k) => x === current!.cumulative[k]) ? undefined : 'BadProof',
        )
        return
      }
      const due = dueOf(i)
      expect(fault).toBe(due === 0n ? 'NothingToClaim' : undefined)
      if (due === 0n) return
      expect(await c.faultOf(distributor, 'claim', [account, cumulative + 1n, t.tree.root, proof])).toBe('BadProof')
      await c.send(distributor, 'claim', [account, cumulative, t.tree.root, proof], RELAYER)
      got[i]! += due
      book(i, due)
    }

    const many = async (mask: number) => {
      if (!current) return
      const ids = USERS.filter((i) => (mask >> i) & 1)
      await c.send(distributor, 'claimMany', [ids.map((i) => row(current!, i)), current.tree.root], RELAYER)
      for (const i of ids) {
        got[i]! += dueOf(i)
        book(i, dueOf(i))
      }
    }

    const redirect = async (i: number, percent: number, replay: boolean) => {
      if (!current) return
      if (replay && used)
        expect(await c.faultOf(distributor, 'claimTo', used, RELAYER)).toBeOneOf([
          'StaleRoot',
          'NothingToClaim',
          'BelowMinimum',
          'FeeTooHigh',
          'BadSignature',
        ])
      const due = dueOf(i)
      const fee = (due * BigInt(percent)) / 100n
      const message = {
        account: address(i),
        recipient: ELSEWHERE!,
        minAmount: due > fee ? due - fee : 0n,
        fee,
        feeTo: RELAYER!,
        nonce: nonces[i]!,
        deadline: (await c.now()) + 600n,
      }
      const at = { chainId: c.chainId, address: distributor.address }
      const { account: _account, nonce: _nonce, ...to } = message
      const signature = await users()[i]!.signTypedData(claimToTypedData(at, message))
      const args = [row(current, i), current.tree.root, { ...to, signature }]
      const foreign = await users()[(i + 1) % 5]!.signTypedData(claimToTypedData(at, message))
      const fault = due === 0n ? 'NothingToClaim' : fee > due ? 'FeeTooHigh' : undefined
      expect(await c.faultOf(distributor, 'claimTo', args, RELAYER)).toBe(fault)
      if (fault) return
      const forged = [args[0], args[1], { ...to, signature: foreign }]
      expect(await c.faultOf(distributor, 'claimTo', forged, RELAYER)).toBe('BadSignature')
      await c.send(distributor, 'claimTo', args, RELAYER)
      used = args
      nonces[i]! += 1n
      redirected += due - fee
      fees += fee
      book(i, due)
    }

    const escrowed = async (x: Extract<Command, { campaign: number }>) => {
      const requester = c.addresses[8 + x.campaign]!
      const known = campaigns.get(x.campaign)
      if (x.kind === 'open') {
        const amount = BigInt(x.amount)
        const deadline = (await c.now()) + 30n * 86_400n
        const args = [c.word('campaign'), amount, deadline]
        if (known) {
          expect(await c.faultOf(escrow, 'open', args, requester)).toBe('AlreadyOpen')
          const open = (await c.now()) < known.refundsFrom - 4n * 86_400n
          expect(await c.faultOf(escrow, 'topUp', [known.id, amount], requester)).toBe(open ? undefined : 'Closed')
          if (!open) return
          await c.send(escrow, 'topUp', [known.id, amount], requester)
          known.available += amount
          return
        }
        const id = (await c.read(escrow, 'idOf', [requester, c.word('campaign')])) as Hex
        await c.send(escrow, 'open', args, requester)
        const refundsFrom = deadline + 4n * 86_400n
        campaigns.set(x.campaign, { id, available: amount, reserved: 0n, released: 0n, refunded: 0n, refundsFrom })
        return
      }
      if (!known) return
      if (x.kind === 'refund') {
        if (x.late && (await c.now()) < known.refundsFrom) await c.pass(35 * 86_400)
        const due = (await c.now()) >= known.refundsFrom
        const fault = due ? (known.available === 0n ? 'NoAmount' : undefined) : 'TooEarly'
        expect(await c.faultOf(escrow, 'refund', [known.id, requester], RELAYER)).toBe(fault)
        expect(await c.faultOf(escrow, 'refund', [known.id, ELSEWHERE], RELAYER)).toBe('NotRequester')
        if (fault) return
        await c.send(escrow, 'refund', [known.id, requester], RELAYER)
        known.refunded += known.available
        known.available = 0n
        return
      }
      const from = x.kind === 'reserve' ? known.available : known.reserved
      const amount = (from * BigInt(x.share)) / 100n
      const args = x.kind === 'reserve' ? [known.id, amount] : [known.id, amount, number]
      const over = x.kind === 'reserve' && (await c.now()) >= known.refundsFrom
      const fault = amount === 0n ? 'NoAmount' : over ? 'Closed' : amount > from ? 'Insufficient' : undefined
      expect(await c.faultOf(escrow, x.kind, args, SETTLER)).toBe(fault)
      if (fault) return
      await c.send(escrow, x.kind, args, SETTLER)
      if (x.kind === 'reserve') {
        known.available -= amount
        known.reserved += amount
      } else {
        known.reserved -= amount
        known.released += amount
        held += amount
      }
    }

    const start = await Promise.all(c.addresses.map((a) => c.read(token, 'balanceOf', [a]) as Promise<bigint>))
    for (const x of program) {
      played += 1
      if (x.kind === 'earn') earned[x.user]! += BigInt(x.amount)
      else if (x.kind === 'epoch') await epoch(x.end)
      else if (x.kind === 'claim') await claim(x.user, x.stale)
      else if (x.kind === 'many') await many(x.mask)
      else if (x.kind === 'redirect') await redirect(x.user, min(BigInt(x.fee), 110n) === 110n ? 110 : x.fee, x.replay)
      else await escrowed(x)

      const balances = await Promise.all(c.addresses.map((a) => c.read(token, 'balanceOf', [a]) as Promise<bigint>))
      const gained = balances.map((b, i) => b - start[i]!)
      expect(gained.slice(0, 5)).toEqual(got)
      expect(gained[6]).toBe(fees)
      expect(gained[7]).toBe(redirected)
      expect(await c.read(distributor, 'totalClaimed')).toBe(sum(claimed))
      expect(await c.read(token, 'balanceOf', [distributor.address])).toBe(held + bonds)
      const inEscrow = [...campaigns.values()].map((k) => k.available + k.reserved)
      expect(await c.read(token, 'balanceOf', [escrow.address])).toBe(sum(inEscrow))
      for (const k of campaigns.values()) {
        const { id, refundsFrom: _from, ...parts } = k
        expect(await c.read(escrow, 'campaign', [id])).toMatchObject(parts)
      }
    }
  }

  test('do not agree when the ledger forgets a claim', async () => {
    const program: Command[] = [
      { kind: 'earn', user: 0, amount: 5 },
      { kind: 'epoch', end: 'starts' },
      { kind: 'claim', user: 0, stale: false },
    ]
    await play(program)
    await expect(play(program, true)).rejects.toThrow(/expected/)
  })

  test(
    `agree over ${COMMANDS} commands and more`,
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 12, maxLength: 20 }), (program) => play(program)),
        {
          numRuns: RUNS,
          seed: 7,
          endOnFailure: true,
        },
      )
      expect(played).toBeGreaterThanOrEqual(COMMANDS)
    },
    process.env.ASSAY_NIGHTLY ? 3_600_000 : 600_000,
  )
})

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPublicClient, createTestClient, http, keccak256, toHex } from 'viem'
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { auditInstallation, auditText } from '../../domains/ledger/audit.ts'
import { checkEpoch } from '../../domains/settlement/check-epoch.ts'
import { checkOnChain } from '../../domains/settlement/check-on-chain.ts'
import { TOKEN } from '../../domains/settlement/chain/abi.ts'
import type { Epoch } from '../../domains/settlement/contract.ts'
import { WINDOWS, type Deployed } from '../../domains/settlement/deploy.ts'
import { startLocalChain, type LocalChain } from '../../platform/chain/local.ts'
import type { ChainConfig } from '../../platform/config.ts'
import type { Connection } from '../../platform/db/open.ts'
import { openLane, type Lane } from '../../sim/platform.ts'
import { makeOperatorKey } from '../local-key.ts'
import { earners, type Earners } from './earner-queries.ts'
import { CHAIN_JOBS, fundOnChain, linkWallet, ORIGIN, signIn, STEP_MINOR, type Place } from './fund.ts'
import { playTrial, START } from './play.ts'

type Options = { connection: Connection; people: number; seed: number; out: string; say: (text: string) => void }
type Paid = { account_id: string; wallet: PrivateKeyAccount; units: bigint }

/** What one thing after the other needs, twice: a token that never paid anybody pays one person first. */
const ROUNDS = 10

/**
 * Plays a season and pays it on a chain of this machine, through the application alone: its budget is put into an escrow by
 * the requester's wallet, wallets are linked by signature, money is withdrawn, an epoch is built, proposed, paid for out of
 * the escrow, activated, and claimed for everybody by the relayer. Returns whether everything came out right.
 */
export async function playAndSettle(o: Options): Promise<boolean> {
  const chain = await startLocalChain({ startsAt: START })
  try {
    const config = { chain: chainConfig(chain, o.out), data_dir: o.out, public_url: ORIGIN }
    const lane = await openLane({ connection: o.connection, seed: o.seed, name: 'trial', node: 1, config })
    try {
      return await playOn(chain, lane, o)
    } finally {
      await lane.close()
    }
  } finally {
    await chain.stop()
  }
}

async function playOn(chain: LocalChain, lane: Lane, { people, seed, out, say }: Options): Promise<boolean> {
  const places = new Map<string, Place>()
  const played = await playTrial(lane, { people, seed, fund: fundOnChain(chain, lane, places, say) })
  say(`Played a season: ${people} people, ${played.submissions} pieces of work, ${played.reviews} blind reviews.`)
  const currencies = await earners(lane.db, STEP_MINOR)
  if (currencies.length === 0) {
    say('Nobody earned enough to withdraw. Play with more people.')
    return false
  }
  let isRight = true
  for (const one of currencies)
    isRight = (await settleCurrency(chain, lane, places.get(one.currency)!, one, { seed, out, say })) && isRight
  const books = await auditInstallation({ db: lane.db })
  say(auditText(books))
  return isRight && books.clean
}

/** One currency through a token of its own. */
async function settleCurrency(
  chain: LocalChain,
  lane: Lane,
  at: Place,
  { currency, people }: Earners,
  { seed, out, say }: Omit<Options, 'connection' | 'people'>,
): Promise<boolean> {
  const key = await makeOperatorKey(lane.parts, { name: 'settle', scopes: ['operate', 'read'], hours: undefined })
  const operator = lane.client(key.key)
  const paid: Paid[] = []
  for (const one of people) paid.push(await withdrawAll(lane, seed, currency, one))
  const total = paid.reduce((sum, p) => sum + p.units, 0n)
  say(`${paid.length} people showed a wallet by its signature and took out what they earned: ${total} units of ${currency} in all.`) // prettier-ignore
  const rounds = async (n = ROUNDS) => {
    for (let i = 0; i < n; i++) {
      lane.wait(30_000)
      await lane.jobs(CHAIN_JOBS)
    }
  }
  const started = await operator.settlement.start_epoch({ body: { currency } })
  await rounds(3)
  const params = { epoch_id: started.epoch_id }
  const proposed = await lane.stranger.settlement.epoch({ params })
  const window = `${WINDOWS.challenge_s / 86_400} days`
  say(
    `Epoch ${proposed.number}: ${proposed.rows} rows, root ${proposed.root}, ${proposed.state}; all may check it for ${window}.`,
  )
  await pass(chain, WINDOWS.challenge_s + 60)
  say('The window passed; the escrow pays the distributor.')
  await rounds()
  const active = await lane.stranger.settlement.epoch({ params })
  return report({ chain, lane, at, paid, epoch: active, out, say })
}

function chainConfig(chain: LocalChain, out: string): ChainConfig {
  const dir = join(out, 'keys')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const file = (role: string, index: number) => {
    const path = join(dir, `${role}.key`)
    writeFileSync(path, `${chain.keyOf(chain.accounts[index]!)}\n`, { mode: 0o600 })
    return path
  }
  return {
    mode: 'remote',
    url: chain.rpcUrl,
    key_files: {
      proposer: file('proposer', 1),
      guardian: file('guardian', 2),
      settler: file('settler', 3),
      relayer: file('relayer', 4),
    },
    confirmations: 0,
    claims_per_day: 1_000_000,
  }
}

async function pass(chain: LocalChain, seconds: number): Promise<void> {
  const test = createTestClient({ mode: 'anvil', transport: http(chain.rpcUrl) })
  await test.increaseTime({ seconds })
  await test.mine({ blocks: 1 })
}

/** One person: signs in, shows by a signature that the wallet is theirs, chooses it, takes everything out. */
async function withdrawAll(
  lane: Lane,
  seed: number,
  currency: string,
  one: { account_id: string; claimable: bigint },
): Promise<Paid> {
  // A key that was never used: its address holds no ETH and needs none.
  const wallet = privateKeyToAccount(keccak256(toHex(`try ${seed} ${one.account_id}`)))
  const browser = await signIn(lane, one.account_id)
  const linked = (await browser.wallets.list()).items.find(
    (w) => w.address.toLowerCase() === wallet.address.toLowerCase(),
  )
  const wallet_id = linked?.wallet_id ?? (await linkWallet(browser, wallet))
  const params = { currency }
  await browser.settlement.choose_wallet({ params, body: { wallet_id } })
  const { items } = await browser.settlement.mine()
  const free = items.find((s) => s.currency === currency)!.withdrawable_minor
  if (free === '0') return { ...one, wallet, units: 0n }
  const { withdrawal } = await browser.settlement.withdraw({ params, body: { amount_minor: free } })
  const token = items.find((s) => s.currency === currency)!
  return { ...one, wallet, units: BigInt(withdrawal.amount_minor) * 10n ** BigInt(token.decimals - token.scale) }
}

type Outcome = {
  chain: LocalChain
  lane: Lane
  at: Deployed
  paid: readonly Paid[]
  epoch: Epoch
  out: string
  say: (text: string) => void
}

/** Looks at the chain itself, at the published file, at both sides of the books, and says what came out. */
async function report({ chain, lane, at, paid, epoch, out, say }: Outcome): Promise<boolean> {
  const client = createPublicClient({ transport: http(chain.rpcUrl) })
  const balances = await Promise.all(
    paid.map(async ({ wallet }) => ({
      eth: await client.getBalance({ address: wallet.address }),
      units: await client.readContract({
        address: at.token,
        abi: TOKEN,
        functionName: 'balanceOf',
        args: [wallet.address],
      }),
    })),
  )
  const arePaid = balances.every((b, i) => b.units === paid[i]!.units && b.eth === 0n)
  say(
    arePaid
      ? `Epoch ${epoch.number} is ${epoch.state}: all ${paid.filter((p) => p.units > 0n).length} people hold what they earned, and no ETH: the relayer paid the gas.`
      : `Epoch ${epoch.number} is ${epoch.state}, but not everybody holds what they earned.`,
  )
  const dir = join(out, 'epochs', `${chain.chainId}-${epoch.distributor}`)
  const file = join(
    dir,
    readdirSync(dir).find((f) => f.endsWith('.jsonl'))!,
  )
  const check = await checkEpoch(file)
  const onChain = await checkOnChain(check, chain.rpcUrl, 0n)
  const findings = [...check.findings, ...onChain.findings]
  say(
    findings.length === 0
      ? `The claims file ${file} leads to the root on the chain.`
      : findings.map((f) => f.message).join('\n'),
  )
  const key = await makeOperatorKey(lane.parts, { name: 'report', scopes: ['operate'], hours: undefined })
  const compared = (await lane.client(key.key).settlement.reconciliation()).items
  const row = compared.find((r) => r.currency === epoch.currency)
  const differences = row?.differences ?? [{ message: 'The books and the chain were not compared.' }]
  say(differences.length === 0 ? 'The books and the chain agree.' : differences.map((d) => d.message).join('\n'))
  return arePaid && findings.length === 0 && differences.length === 0
}

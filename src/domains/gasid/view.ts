import { callerOf, type Ctx } from '../../platform/context.ts'
import { indexOfLevel, levelOf, type Level } from '../../platform/chain/gas/level-rules.ts'
import { walletsOf } from '../identity/wallets/queries.ts'
import { beansOf } from '../ledger/beans.ts'
import { seasonAt } from '../seasons/queries.ts'
import { addressOf } from './advance.ts'
import { cardFacts } from './cards.ts'
import type { History, Overview } from './contract.ts'
import { cardsOf, type HistoryRow, questsOf, type Trust, trustOf, type UseRow, usesOf } from './queries.ts'
import { isDone } from './quest-rules.ts'
import { burnedBefore, yearsOf } from './rules.ts'
import { shownScan } from './scan.ts'
import { newestScans } from './scan-queries.ts'
import { deedsOf, standingOf } from './state.ts'

const CARDS = 50
const CONTRACTS_SHOWN = 10

/** Everything of the caller's Gas ID on one page. */
export async function overview(ctx: Ctx): Promise<Overview> {
  const { account_id } = callerOf(ctx)
  const { db } = ctx
  const { chains, table } = ctx.config.gas
  const wallets = await walletsOf(db, account_id)
  const standing = await standingOf(ctx, db, account_id)
  const season = await seasonAt(db, ctx.now)
  const addresses = wallets.map((w) => w.address)
  const uses = season ? await usesOf(db, season.id, addresses) : []
  const trust = season ? await trustOf(db, season.id, account_id) : undefined
  const deeds = await deedsOf(ctx, db, account_id, standing)
  const claimed = new Map((await questsOf(db, account_id)).map((q) => [q.quest, q]))
  const first = new Map(standing.first.map((h) => [h.wallet_id, h]))
  const eoas = wallets.filter((w) => w.kind === 'eoa')
  return {
    chains: chains.map(({ chain_id, name, layer }) => ({ chain_id, name, layer })),
    wallets: wallets.map((w) => ({
      wallet_id: w.id,
      address: addressOf(w),
      kind: w.kind as 'eoa' | 'contract',
      linked_at: w.linked_at.toISOString(),
    })),
    scans: (await newestScans(db, account_id)).map(shownScan),
    histories: standing.histories.flatMap((h) => {
      const chain = chains.find((c) => c.chain_id === Number(h.chain_id))
      return chain ? [shownHistory(h, chain)] : []
    }),
    total_wei: standing.total.wei.toString(),
    completeness: standing.total.completeness,
    level: shownLevel(standing.level),
    next_level: standing.next ? shownLevel(standing.next) : null,
    levels: table.levels.map(shownLevel),
    beans: { from_gas: standing.total.beans.toString(), balance: (await beansOf(db, account_id)).toString() },
    quests: table.quests.map((quest) => {
      const row = claimed.get(quest.key)
      return {
        quest: quest.key,
        kind: quest.kind,
        beans: quest.beans.toString(),
        state: row ? ('claimed' as const) : isDone(quest, deeds, table) ? ('ready' as const) : ('not_started' as const),
        level: quest.level === undefined ? null : table.levels[indexOfLevel(quest.level, table)]!.name,
        count: quest.count ?? null,
        claimed_at: row?.claimed_at.toISOString() ?? null,
      }
    }),
    season: season ? { season_id: season.id, name: season.name } : null,
    bonus: {
      beans: table.bonus.beans.toString(),
      from_level: table.levels[indexOfLevel(table.bonus.from_level, table)]!.name,
      wallets: season
        ? eoas.map((w) => {
            const use = useOf(uses, 'bonus', w.address)
            const history = first.get(w.id)
            const enough =
              history !== undefined &&
              levelOf(BigInt(history.sums.wei), table).index >= indexOfLevel(table.bonus.from_level, table)
            const state = use ? (use.account_id === account_id ? 'claimed' : 'used') : enough ? 'ready' : 'too_little'
            return { wallet_id: w.id, state: state as 'ready' }
          })
        : [],
    },
    trust: {
      burned_wei: table.trust.burned_wei.toString(),
      wallet_id: (trust && eoas.find((w) => w.address.equals(trust.address))?.id) ?? null,
      given_at: trust?.used_at.toISOString() ?? null,
      wallets: season
        ? eoas.map((w) => ({
            wallet_id: w.id,
            ...trustState(ctx, first.get(w.id), season.starts_at, useOf(uses, 'trust', w.address), trust, account_id),
          }))
        : [],
    },
    cards: (await cardsOf(db, account_id, CARDS)).map(cardFacts),
  }
}

const shownLevel = ({ key, name, from_wei }: Level) => ({ key, name, from_wei: from_wei.toString() })
const useOf = (uses: readonly UseRow[], purpose: UseRow['purpose'], address: Buffer) =>
  uses.find((u) => u.purpose === purpose && u.address.equals(address))

function trustState(
  ctx: Ctx,
  history: HistoryRow | undefined,
  startsAt: Date,
  use: UseRow | undefined,
  given: Trust | undefined,
  me: string,
): { state: 'ready' | 'given' | 'used' | 'too_little' | 'unknown'; burned_wei: string | null } {
  if (use?.account_id === me && given) return { state: 'given', burned_wei: given.burned_wei }
  const burned = history && history.completeness === 'proved' ? burnedBefore(history.months, startsAt) : undefined
  const burned_wei = burned?.toString() ?? null
  if (use) return { state: 'used', burned_wei }
  if (burned === undefined) return { state: 'unknown', burned_wei }
  return { state: burned >= ctx.config.gas.table.trust.burned_wei ? 'ready' : 'too_little', burned_wei }
}

function shownHistory(h: HistoryRow, chain: { chain_id: number; name: string; layer: 'l1' | 'l2' }): History {
  const { sums, contracts } = h
  const at = (seconds: number | null) => (seconds === null ? null : new Date(seconds * 1000).toISOString())
  const rest = contracts.list.length - CONTRACTS_SHOWN
  return {
    wallet_id: h.wallet_id,
    chain_id: chain.chain_id,
    name: chain.name,
    layer: chain.layer,
    wei: sums.wei,
    burned_wei: sums.burned,
    tip_wei: sums.tip,
    blob_wei: sums.blob,
    l1_wei: sums.l1,
    transactions: sums.transactions,
    failed: sums.failed,
    failed_wei: sums.failed_wei,
    years: yearsOf(h.months),
    contracts: contracts.list
      .slice(0, CONTRACTS_SHOWN)
      .map(({ address, transactions, wei }) => ({ address, transactions, wei })),
    other_contracts: contracts.others + Math.max(0, rest),
    first_at: at(sums.first_at),
    last_at: at(sums.last_at),
    block: Number(h.block),
    block_hash: h.block_hash,
    block_at: h.block_at.toISOString(),
    provider: h.provider,
    completeness: h.completeness,
    missing: h.missing,
    authorisations: h.authorisations,
    scanned_at: h.scanned_at.toISOString(),
  }
}

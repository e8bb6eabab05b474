import { indexOfLevel, levelOf } from '../../platform/chain/gas/level-rules.ts'
import { callerOf, type Ctx, type Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { walletsOf } from '../identity/wallets/queries.ts'
import { beansOf, creditBeans } from '../ledger/beans.ts'
import { seasonAt } from '../seasons/queries.ts'
import { insertQuest, insertUse, lockPerson, questsOf, trustOf, usesOf } from './queries.ts'
import { isDone, restsOnWallet } from './quest-rules.ts'
import { burnedBefore } from './rules.ts'
import { deedsOf, standingOf } from './state.ts'

/** Claims the Beans of a quest. What was claimed stays claimed, and answers the same again. */
export async function claimQuest(ctx: Ctx, key: string) {
  const { account_id } = callerOf(ctx)
  const { table } = ctx.config.gas
  const quest = table.quests.find((q) => q.key === key)
  if (!quest) throw new Refusal('quest_unknown')
  return transact(ctx, '0', async (db) => {
    await lockPerson(db, account_id)
    const claimed = () => questsOf(db, account_id).then((rows) => rows.find((r) => r.quest === key))
    let row = await claimed()
    if (!row) {
      const deeds = await deedsOf(ctx, db, account_id, await standingOf(ctx, db, account_id))
      if (!isDone(quest, deeds, table)) throw new Refusal('quest_not_done')
      let isNew = false
      for (const address of restsOnWallet(quest)
        ? deeds.by[quest.kind === 'wallet_linked' ? 'linked' : 'read']
        : [null])
        isNew ||= await insertQuest(db, { account_id, quest: key, address, beans: quest.beans, claimed_at: ctx.now })
      if (!isNew) throw new Refusal('wallet_spent')
      await creditBeans(ctx, db, {
        account_id,
        id: `quest:${account_id}:${key}`,
        kind: 'beans_quest',
        beans: quest.beans,
      })
      await say(ctx, db, 'gas_quest', account_id, { quest: key, beans: quest.beans.toString() })
      row = (await claimed())!
    }
    const balance = (await beansOf(db, account_id)).toString()
    return { quest: key, beans: row.beans, balance, claimed_at: row.claimed_at.toISOString() }
  })
}

/** One of the caller's own wallets, the season that runs, and what is known of the wallet on layer 1. */
async function walletInSeason(ctx: Ctx, db: Db, walletId: string) {
  const { account_id } = callerOf(ctx)
  // A person's own requests wait for each other, so that asking twice at once gets one answer twice.
  await lockPerson(db, account_id)
  const wallet = (await walletsOf(db, account_id)).find((w) => w.id === walletId && w.kind === 'eoa')
  if (!wallet) throw new Refusal('gas_wallet_unknown')
  const season = await seasonAt(db, ctx.now)
  if (!season) throw new Refusal('no_season')
  const history = (await standingOf(ctx, db, account_id)).first.find((h) => h.wallet_id === walletId)
  return { account_id, wallet, season, history }
}

/** A wallet's bonus of this season. The index on wallet and season decides between two that ask at once. */
export async function claimBonus(ctx: Ctx, walletId: string) {
  return transact(ctx, '0', async (db) => {
    const { account_id, wallet, season, history } = await walletInSeason(ctx, db, walletId)
    const { bonus } = ctx.config.gas.table
    const use = (await usesOf(db, season.id, [wallet.address])).find((u) => u.purpose === 'bonus')
    if (use && use.account_id !== account_id) throw new Refusal('wallet_spent')
    let at = use?.used_at
    if (!use) {
      const table = ctx.config.gas.table
      if (!history || levelOf(BigInt(history.sums.wei), table).index < indexOfLevel(bonus.from_level, table))
        throw new Refusal('gas_too_little')
      at = ctx.now
      if (
        !(await insertUse(db, {
          season_id: season.id,
          purpose: 'bonus',
          address: wallet.address,
          account_id,
          used_at: at,
        }))
      )
        throw new Refusal('wallet_spent')
      await creditBeans(ctx, db, {
        account_id,
        id: `bonus:${season.id}:${wallet.address.toString('hex')}`,
        kind: 'beans_bonus',
        beans: bonus.beans,
      })
      await say(ctx, db, 'gas_bonus', account_id, { season_id: season.id, beans: bonus.beans.toString() })
    }
    const balance = (await beansOf(db, account_id)).toString()
    return { wallet_id: walletId, beans: bonus.beans.toString(), balance, claimed_at: at!.toISOString() }
  })
}

/** Lets a wallet speak for the caller this season: what it burned in whole months before the season, as of a final block. */
export async function giveTrust(ctx: Ctx, walletId: string) {
  return transact(ctx, '0', async (db) => {
    const { account_id, wallet, season, history } = await walletInSeason(ctx, db, walletId)
    let given = await trustOf(db, season.id, account_id)
    if (given && !given.address.equals(wallet.address)) throw new Refusal('trust_given')
    if (!given) {
      if (!history) throw new Refusal('gas_too_little')
      const burned = burnedBefore(history.months, season.starts_at)
      if (burned === undefined || history.completeness !== 'proved') throw new Refusal('burned_unknown')
      if (burned < ctx.config.gas.table.trust.burned_wei) throw new Refusal('gas_too_little')
      const isNew = await insertUse(db, {
        season_id: season.id,
        purpose: 'trust',
        address: wallet.address,
        account_id,
        used_at: ctx.now,
        burned_wei: burned.toString(),
        block: history.block,
        block_hash: history.block_hash,
      })
      if (!isNew) throw new Refusal('wallet_spent')
      // Which wallet, and how much it burned, is nobody's business: the sum would lead to it.
      await say(ctx, db, 'gas_trust', account_id, { season_id: season.id })
      given = (await trustOf(db, season.id, account_id))!
    }
    return { wallet_id: walletId, burned_wei: given.burned_wei, given_at: given.used_at.toISOString() }
  })
}

const say = (ctx: Ctx, db: Db, kind: string, accountId: string, body: Record<string, string>) =>
  recordEvents(ctx, db, [{ campaign_id: '0', kind, subject_id: accountId, body: { account_id: accountId, ...body } }])

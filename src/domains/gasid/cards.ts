import { canonicalJson } from '../../platform/canonical.ts'
import { callerOf, type Ctx } from '../../platform/context.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { installationKey } from '../../platform/signing/installation-key.ts'
import { signText } from '../../platform/signing/keys.ts'
import { transact } from '../../platform/transact.ts'
import { accountById } from '../identity/queries.ts'
import { roughly, shareText } from './card-rules.ts'
import { layerOf } from './conclude.ts'
import type { Card, SignedCard } from './contract.ts'
import { cardById, type CardRow, cardsOf, insertCard, installationId, lockPerson, revokeCard } from './queries.ts'
import { totalOf } from './rules.ts'
import { standingOf } from './state.ts'

const MOST_CARDS = 20

/** Makes a card of what is known now, and signs it. What its owner did not choose to show is not in it. */
export async function makeCard(ctx: Ctx, show: { show_handle: boolean; show_wallets: boolean }) {
  const { account_id } = callerOf(ctx)
  const { chains, table } = ctx.config.gas
  return transact(ctx, '0', async (db) => {
    // Load.
    await lockPerson(db, account_id)
    const standing = await standingOf(ctx, db, account_id)
    if (!standing.total.completeness) throw new Refusal('gas_unknown')
    if ((await cardsOf(db, account_id, MOST_CARDS)).length >= MOST_CARDS)
      throw new Refusal('too_many_cards', { most: MOST_CARDS })
    const account = await accountById(db, account_id)
    assert(account, 'a caller has an account')
    const key = await installationKey(ctx, db)

    // Decide.
    const exact = show.show_wallets
    const shown = (wei: bigint) => (exact ? wei : roughly(wei)).toString()
    const card: Card = {
      format: 'assay-gas-card',
      format_version: 1,
      card_id: Buffer.from(ctx.randomBytes(16)).toString('base64url'),
      issued_at: ctx.now.toISOString(),
      installation_id: await installationId(db),
      handle: show.show_handle ? account.handle : null,
      level: { key: standing.level.key, name: standing.level.name },
      total_wei: shown(standing.total.wei),
      exact,
      beans: standing.total.beans.toString(),
      completeness: standing.total.completeness,
      chains: chains.flatMap((chain) => {
        const of = standing.histories.filter((h) => Number(h.chain_id) === chain.chain_id)
        if (of.length === 0) return []
        const total = totalOf(
          of.map((h) => ({ wei: h.sums.wei, address: '', completeness: h.completeness })),
          table,
        )
        // Several wallets were read up to several blocks; what is said holds as of the first of these.
        const first = of.toSorted((a, b) => Number(a.block) - Number(b.block))[0]!
        return [
          {
            chain_id: chain.chain_id,
            name: chain.name,
            layer: layerOf(ctx, chain.chain_id)!,
            total_wei: shown(total.wei),
            as_of_block: Number(first.block),
            as_of_hash: first.block_hash,
            as_of_at: first.block_at.toISOString(),
            completeness: total.completeness!,
          },
        ]
      }),
      wallets: show.show_wallets
        ? [...new Set(standing.histories.map((h) => `0x${h.address.toString('hex')}`))].toSorted()
        : null,
    }
    const signed: SignedCard = {
      card,
      signature: {
        algorithm: 'Ed25519',
        key_id: key.key_id,
        public_key: key.public_key.toString('base64'),
        value: signText(key, canonicalJson(card)),
      },
    }

    // Record.
    const body = canonicalJson(signed)
    await insertCard(db, { id: card.card_id, account_id, body, key_id: key.key_id, created_at: ctx.now })
    return shownCard(ctx, body)
  })
}

export async function takeBackCard(ctx: Ctx, cardId: string) {
  const { account_id } = callerOf(ctx)
  return transact(ctx, '0', async (db) => {
    const row = await cardById(db, cardId)
    if (!row || row.account_id !== account_id) throw new Refusal('card_not_found')
    await revokeCard(db, cardId, ctx.now)
    return { ...cardFacts(row), revoked_at: (row.revoked_at ?? ctx.now).toISOString() }
  })
}

export const cardFacts = (row: CardRow) => ({
  card_id: row.id,
  created_at: row.created_at.toISOString(),
  revoked_at: row.revoked_at?.toISOString() ?? null,
})

/** A card that anybody with its link may see: neither taken back nor never made. */
export async function publicCard(ctx: Pick<Ctx, 'db'>, cardId: string): Promise<string> {
  const row = await cardById(ctx.db, cardId)
  if (!row || row.revoked_at) throw new Refusal('card_not_found')
  return row.body
}

export function shownCard(ctx: Pick<Ctx, 'config' | 'http'>, body: string) {
  const signed = JSON.parse(body) as SignedCard
  const link = linkTo(ctx, signed.card.card_id)
  return { ...signed, share_text: shareText(signed.card, link), link }
}

/** Where people reach a card. */
export const linkTo = (ctx: Pick<Ctx, 'config' | 'http'>, cardId: string): string =>
  `${(ctx.config.public_url ?? ctx.http?.origin ?? '').replace(/\/+$/, '')}/gas/${cardId}`

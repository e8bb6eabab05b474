import { callerOf, type Ctx, type Db } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { hashOfCode, newCode } from '../../identity/secrets.ts'
import { giveBackHeld, lockFree } from '../../ledger/held.ts'
import { saveLinks } from '../signals/queries.ts'
import { KINDS } from '../signals/rules.ts'
import { lockPerson } from '../standing/queries.ts'
import {
  declarationByCode,
  declarationOf,
  declaredWith,
  insertDeclared,
  saveDeclaration,
  wasFoundFirst,
} from './amnesty-queries.ts'
import { openNow } from './drive.ts'
import { driveOf } from './queries.ts'
import { kept } from './rules.ts'

/** Begins to declare one's other accounts: a code with which each of them joins. A code made anew ends the one before. */
export async function declare(ctx: Ctx, driveId: string) {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    await lockPerson(db, who)
    const drive = openNow(await driveOf(db, driveId), 'amnesty', ctx.now)
    const before = await declarationOf(db, who)
    if (before && (before.account_id !== who || before.drive_id !== driveId)) throw new Refusal('amnesty_joined')
    if (await wasFoundFirst(db, who)) throw new Refusal('amnesty_case_open')
    const code = newCode(ctx)
    const id = await saveDeclaration(db, {
      id: ctx.newId(),
      drive_id: driveId,
      account_id: who,
      // The code is typed by another account, so it is bound to the amnesty and not to its owner.
      code_hash: hashOfCode(driveId, code),
      declared_at: ctx.now,
    })
    await insertDeclared(db, who, id, ctx.now)
    return { code, accounts: (await declaredWith(db, id)).length, closes_at: drive.closes_at.toISOString() }
  })
}

/**
 * Joins somebody's declaration, signed in as the account that joins: nobody can declare an account that is not theirs. It
 * keeps its share of held pay and gives the rest back, and stands as one person with the others from now on.
 */
export async function joinDeclaration(ctx: Ctx, driveId: string, code: string) {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const drive = openNow(await driveOf(db, driveId), 'amnesty', ctx.now)
    const found = await declarationByCode(db, driveId, hashOfCode(driveId, code))
    // In the order of their ids, so that two accounts that join each other never wait for one another.
    for (const id of [who, found?.account_id ?? who].toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)))
      await lockPerson(db, id)
    if (await declarationOf(db, who)) throw new Refusal('amnesty_joined')
    if (await wasFoundFirst(db, who)) throw new Refusal('amnesty_case_open')
    if (!found) throw new Refusal('amnesty_code_wrong')
    await insertDeclared(db, who, found.id, ctx.now)
    const pieces = (await lockFree(db, who)).map((h) => ({ ...h, amount: BigInt(h.amount_minor) }))
    const stays = stayingOf(pieces, drive.keep_bps!)
    const goes = pieces.filter((p) => !stays.has(p))
    if (goes.length > 0) await giveBackHeld(ctx, db, { declaration_id: found.id, pieces: goes.map(withoutAmount) })
    const accounts = await declaredWith(db, found.id)
    await linkAll(ctx, db, accounts)
    await recordEvents(ctx, db, [
      { campaign_id: '0', kind: 'account_declared', subject_id: who, body: { declaration_id: found.id } },
    ])
    return { accounts: accounts.length, given_back: sumOf(goes), kept: sumOf([...stays]) }
  })
}

type Piece = { currency: string; amount: bigint }

/** What stays, reckoned for each currency by itself. */
function stayingOf<P extends Piece>(pieces: readonly P[], keepBps: number): Set<P> {
  const stays = new Set<P>()
  for (const currency of new Set(pieces.map((p) => p.currency))) {
    const own = pieces.filter((p) => p.currency === currency).map((p) => ({ p, amount_minor: p.amount }))
    for (const { p } of kept(own, keepBps)) stays.add(p)
  }
  return stays
}

/** All declared accounts are linked with each other, by their own word, so that they are found to be one cluster. */
async function linkAll(ctx: Ctx, db: Db, accounts: readonly string[]): Promise<void> {
  const { strength } = KINDS.declared
  const pairs = accounts.flatMap((a, i) => accounts.slice(i + 1).map((b) => ({ a, b })))
  await saveLinks(
    db,
    pairs.map((p) => ({ ...p, kind: 'declared' as const, strength, times: 1 })),
    ctx.now,
  )
}

function sumOf(pieces: readonly Piece[]): { currency: string; amount_minor: string }[] {
  const sums = new Map<string, bigint>()
  for (const p of pieces) sums.set(p.currency, (sums.get(p.currency) ?? 0n) + p.amount)
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => ({ currency, amount_minor: amount.toString() }))
}

function withoutAmount<T extends { amount: bigint }>(piece: T): Omit<T, 'amount'> {
  const { amount: _, ...held } = piece
  return held
}

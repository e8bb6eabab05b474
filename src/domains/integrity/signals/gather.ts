import type { Ctx, Db } from '../../../platform/context.ts'
import {
  copiesSince,
  forgetOver,
  invitedSince,
  linkedByMoney,
  namedDestinations,
  paymentsThatMeet,
  passkeysPast,
  saveCredentials,
  sharedDestinations,
  sharedWallets,
} from './gather-queries.ts'
import {
  best,
  credentialLinks,
  deviceLinks,
  handoffLinks,
  inviteLinks,
  namedLinks,
  pairKey,
  pairsOf,
  paymentLinks,
  payoutLinks,
  textLinks,
} from './gather-rules.ts'
import { credentialEnds, markEnds, periodOf } from './mark-rules.ts'
import { linkedByOther, neighboursUpTo, visitsOf } from './mark-queries.ts'
import { affinityLinks, agreementLinks, lockstepLinks } from './panel-rules.ts'
import { judgedIn, reviewedCampaigns } from './panel-queries.ts'
import { saveLinks, type FoundLink } from './queries.ts'
import { KINDS } from './rules.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Rows that commit late are still seen: reading goes back so far. */
const LATE_MS = HOUR_MS
const LATE_IDS = BigInt(LATE_MS) << 22n
/** What was handed in or judged within so many days is looked at together. */
const WINDOW_DAYS = 60
const PASSKEYS = 1_000
const OVER = 5_000
/** From so many accounts on one network on, it is a public place, and nobody's leaving is compared with anybody's coming. */
const PUBLIC = 60
const PAIRS = 20_000
/** Newest reviews of a campaign, and of all together: the server answers nobody while one pass thinks, about a second for each. */
const REVIEWS = { campaign: 20_000, all: 40_000 }

export type Gathered = { passkey?: string; period?: number; since?: string; hour?: string; day?: string }

/**
 * Turns what the database has into links: new passkeys and what is over whenever it runs, money, invitations and visits
 * once an hour, texts, payments of wallets and reviews once a day. It only reads and writes links; what follows from them
 * is for others to decide.
 */
export async function gatherLinks(ctx: Ctx, marks: Gathered): Promise<{ more: boolean; watermark: Gathered }> {
  const over = await forgetOver(ctx.db, ctx.now, OVER)
  const next: Gathered = { ...marks }
  next.period = periodOf(ctx.now)
  // Passkeys that are still in use are noted anew in each period, or the note of an old one would be gone when it moves on.
  next.passkey = await credentials(ctx, next.period === marks.period ? (marks.passkey ?? '0') : '0')
  if (isDue(ctx, marks.hour, HOUR_MS)) {
    await hourly(ctx, new Date(marks.since ?? 0))
    next.since = new Date(ctx.now.getTime() - LATE_MS).toISOString()
    next.hour = ctx.now.toISOString()
  }
  if (isDue(ctx, marks.day, DAY_MS)) {
    await daily(ctx)
    next.day = ctx.now.toISOString()
  }
  return { more: over >= OVER, watermark: next }
}

const isDue = (ctx: Ctx, last: string | undefined, every: number): boolean =>
  last === undefined || Math.abs(ctx.now.getTime() - Date.parse(last)) >= every

const save = (ctx: Ctx, found: readonly FoundLink[]) =>
  ctx.db.transaction().execute((db: Db) => saveLinks(db, found, ctx.now))

/** Passkeys are noted by a hash under a key of its own that stays: ids of credentials cannot be guessed. */
async function credentials(ctx: Ctx, past: string): Promise<string> {
  // Ids begin with their time: what commits late is still read.
  let last = BigInt(past) > LATE_IDS ? String(BigInt(past) - LATE_IDS) : '0'
  for (;;) {
    const rows = await passkeysPast(ctx.db, last, PASSKEYS)
    const groups = await saveCredentials(
      ctx.db,
      rows.map((r) => ({
        credential: Buffer.from(ctx.seal.mark('credential', r.credential_id).subarray(0, 16)),
        account_id: r.account_id,
        at: ctx.now,
        expires_at: credentialEnds(ctx.now),
      })),
    )
    await save(ctx, credentialLinks(groups))
    last = rows.at(-1)?.id ?? last
    if (rows.length < PASSKEYS) return BigInt(last) > BigInt(past) ? last : past
  }
}

async function hourly(ctx: Ctx, since: Date): Promise<void> {
  await save(ctx, payoutLinks(await sharedWallets(ctx.db), await sharedDestinations(ctx.db)))
  await save(ctx, namedLinks(await namedDestinations(ctx.db)))
  await save(ctx, inviteLinks(await invitedSince(ctx.db, since)))
  const networks = await neighboursUpTo(ctx.db, PUBLIC, markEnds(since.getTime()))
  const money = await linkedByMoney(ctx.db, PAIRS)
  await save(ctx, deviceLinks(networks, new Set(money.map((l) => pairKey(l.account_id, l.other_id)))))
  // Whom a desk, or another link, brings together: nobody is compared with everybody.
  const pairs = new Map<string, [string, string]>()
  for (const { accounts } of networks) for (const [a, b] of pairsOf(accounts)) pairs.set(`${a} ${b}`, [a, b])
  for (const l of await linkedByOther(ctx.db, ['device_shared', 'session_handoff'], markEnds(since.getTime()), PAIRS))
    pairs.set(`${l.account_id} ${l.other_id}`, [l.account_id, l.other_id])
  const visits = await visitsOf(ctx.db, [...new Set([...pairs.values()].flat())])
  await save(ctx, handoffLinks(visits, [...pairs.values()]))
}

async function daily(ctx: Ctx): Promise<void> {
  const since = (days: number) => new Date(ctx.now.getTime() - days * DAY_MS)
  await save(ctx, textLinks(await copiesSince(ctx.db, since(KINDS.copied_text.keeps_days))))
  const { payments, histories } = await paymentsThatMeet(ctx.db)
  await save(ctx, paymentLinks(payments, histories))
  const all = []
  const found: FoundLink[] = []
  for (const campaign of (await reviewedCampaigns(ctx.db, since(WINDOW_DAYS))).toReversed()) {
    const rows = await judgedIn(ctx.db, campaign, since(WINDOW_DAYS), REVIEWS.campaign)
    found.push(...lockstepLinks(rows), ...affinityLinks(rows))
    for (const r of rows) if (all.length < REVIEWS.all) all.push(r)
  }
  // A pair may stand out in several campaigns: what is strongest counts.
  await save(ctx, best([...found, ...agreementLinks(all)]))
}

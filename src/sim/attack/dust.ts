import type { Client } from '../../client.ts'
import { metered } from '../agents.ts'
import { rngOf } from '../chance.ts'
import { CURRENCY } from '../scenario.ts'
import type { Member } from './attackers.ts'
import { browserOf, spends, type World } from './world.ts'

/** Weeks in which dust is sent; each has a victim. After them the duster takes out what is left. */
const WEEKS = 4
const FIRST_WEEK = 1
const DUST_MINOR = '1'

/** Honest people whose places for their pay the duster knows: places on a chain are public. */
export function victimsOf(w: World): Member[] {
  const honest = w.members.filter((m) => !m.attack && m.bond === 'alone')
  return rngOf(w.season.seed, 'victims')
    .shuffle([...honest])
    .slice(0, WEEKS)
}

/**
 * Dust through the application itself: every account of the duster names this week's victim's place as its own and has
 * one point sent there, so that it looks as if victim and duster were paid at one place. True: handled this way, so
 * nothing else is taken out in these weeks.
 */
export async function sendDust(w: World, m: Member): Promise<boolean> {
  const week = Math.floor(w.day / 7) - FIRST_WEEK
  if (week >= WEEKS) return false
  const victim = victimsOf(w)[week]
  if (!victim || w.dusted.has(`${m.person.n} ${week}`)) return true
  const client = browserOf(w, m.person.n)
  const { waiting } = await client.standing.mine({})
  if (!waiting.some((x) => x.currency === CURRENCY && BigInt(x.withdrawable_minor) > 0n)) return true
  await nameAndClaim(w, client, victim.wallet)
  w.dusted.add(`${m.person.n} ${week}`)
  spends(w, m, { dust: 1, claims: 1 })
  return true
}

async function nameAndClaim(w: World, client: Client, destination: string): Promise<void> {
  await client.payouts.set_destination({ params: { currency: CURRENCY }, body: { destination } })
  await metered(w.meter, 'withdraw', () =>
    client.payouts.claim({ body: { currency: CURRENCY, amount_minor: DUST_MINOR } }),
  )
}

/** Before the rest is taken out, the duster's own place is named again. */
export const nameOwn = (w: World, m: Member): Promise<unknown> =>
  browserOf(w, m.person.n).payouts.set_destination({
    params: { currency: CURRENCY },
    body: { destination: m.wallet },
  })

import type { Gear } from '../platform.ts'
import { rngOf } from '../chance.ts'

/** Browsers as they name themselves. Many people have the same. */
const AGENTS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
] as const

/** How an honest person came to share something with another: most share nothing. */
export type Bond = 'alone' | 'house' | 'device' | 'purse' | 'campus'

/**
 * Of the crowd, so many share a home's network in twos, of them some a device, of them some the place where their pay
 * goes; and so many sit in one house of learning. Round numbers, chosen before any figure was looked at.
 */
export const SHARES = { house: 0.12, device: 0.04, purse: 0.02, campus: 0.12 } as const

/** An address of a home's own network; the third part says which network of 256 it is in. */
const home = (n: number): string => `10.${1 + Math.floor(n / 250)}.${1 + (n % 250)}.${20 + (n % 200)}`

export type Placed = { gear: Gear; wallet: string; bond: Bond }

/** Where each of the crowd works, with what, and where their pay goes. `partner` of a pair has what the other has. */
export function placeCrowd(seed: number, crowd: readonly { n: number; handle: string }[]): Map<number, Placed> {
  const order = rngOf(seed, 'bonds').shuffle([...crowd])
  const until = (share: number) => Math.round(crowd.length * share)
  const pairs = { purse: until(SHARES.purse), device: until(SHARES.device), house: until(SHARES.house) }
  const placed = new Map<number, Placed>()
  order.forEach((person, i) => {
    const bond: Bond =
      i < pairs.purse
        ? 'purse'
        : i < pairs.device
          ? 'device'
          : i < pairs.house
            ? 'house'
            : i < pairs.house + until(SHARES.campus)
              ? 'campus'
              : 'alone'
    const isPaired = bond === 'house' || bond === 'device' || bond === 'purse'
    const first = isPaired && i % 2 === 1 ? order[i - 1]! : person
    const shares = (what: Bond[]) => what.includes(bond)
    placed.set(person.n, {
      bond,
      gear: {
        address: bond === 'campus' ? `10.200.7.${2 + (i % 250)}` : home(first.n),
        agent: AGENTS[rngOf(seed, 'agent', shares(['device', 'purse']) ? first.n : person.n).below(AGENTS.length)]!,
      },
      wallet: `simulated ${shares(['purse']) ? first.handle : person.handle}`,
    })
  })
  return placed
}

/** What an attacker's accounts work with: one device for all of them, or one each on a network of its own. */
export function placeOwn(seed: number, actor: string, i: number, places: 'one' | 'each'): Gear {
  const k = places === 'one' ? 0 : i
  const rng = rngOf(seed, 'place', actor, k)
  return {
    address: `10.${210 + rng.below(40)}.${rng.below(250)}.${2 + rng.below(250)}`,
    agent: AGENTS[rng.below(AGENTS.length)]!,
  }
}

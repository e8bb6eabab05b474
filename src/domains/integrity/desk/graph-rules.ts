import type { Strength } from '../cases/rules.ts'

/** Strengths are whole numbers of this part of a nat. */
const PER_NAT = 65_536
/** How much likelier one person is than two strangers: ten times is fair, a hundred times strong. */
const FAIR = Math.log(10) * PER_NAT
const STRONG = Math.log(100) * PER_NAT
/** A drawing that is still read on a phone. */
export const MOST_NODES = 40

/** A strength in the words that evidence is graded with. */
export const inWords = (strength: number): Strength =>
  strength >= STRONG ? 'strong' : strength >= FAIR ? 'fair' : 'weak'

/** A strength as a power of ten, in hundredths: 200 says a hundred times likelier. */
export const inHundredths = (strength: number): number => Math.round((strength / PER_NAT / Math.LN10) * 100)

/** A pair, whichever way round it is named. */
export const pairOf = (a: string, b: string): string => (BigInt(a) < BigInt(b) ? `${a}/${b}` : `${b}/${a}`)

/**
 * Who is drawn, numbered: the person of the case first, then the members of their cluster, then whoever is linked to them
 * most strongly; ids settle ties, so that the same links are always drawn the same.
 */
export function numbered(
  subject: string,
  members: readonly string[],
  pairs: readonly { a: string; b: string; strength: number }[],
): { order: string[]; left_out: number } {
  const toSubject = new Map<string, number>()
  const inAll = new Map<string, number>()
  for (const { a, b, strength } of pairs)
    for (const [me, other] of [
      [a, b],
      [b, a],
    ] as const) {
      inAll.set(me, (inAll.get(me) ?? 0) + strength)
      if (other === subject) toSubject.set(me, strength)
    }
  const isMember = new Set(members)
  const others = [...new Set([...members, ...toSubject.keys()])].filter((id) => id !== subject)
  const rank = (id: string) => [isMember.has(id) ? 1 : 0, toSubject.get(id) ?? 0, inAll.get(id) ?? 0] as const
  others.sort((a, b) => {
    const [x, y] = [rank(a), rank(b)]
    return y[0] - x[0] || y[1] - x[1] || y[2] - x[2] || (BigInt(a) < BigInt(b) ? -1 : 1)
  })
  const order = [subject, ...others].slice(0, MOST_NODES)
  return { order, left_out: others.length + 1 - order.length }
}

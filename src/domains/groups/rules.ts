import { AGES, type GroupQuota, REGIONS, type Trait, UNDECLARED } from './contract.ts'

/** What was said holds this long before it can be said otherwise: groups are not to be picked campaign by campaign. */
export const HOLDS_MS = 90 * 86_400_000
/** A group of fewer people than this is not shown by itself. */
export const FEW = 5

/** When something can next be said otherwise; nothing while it was never said. */
export function changeableAt(changedAt: Date | undefined, now: Date): Date | undefined {
  const at = changedAt && new Date(changedAt.getTime() + HOLDS_MS)
  return at && at > now ? at : undefined
}

/** Whether a trait has such a value; what nobody said counts as one. */
export const isValue = (trait: Trait, value: string): boolean =>
  value === UNDECLARED ||
  (trait === 'region'
    ? (REGIONS as readonly string[]).includes(value)
    : trait === 'age'
      ? (AGES as readonly string[]).includes(value)
      : /^[a-z]{2,3}$/.test(value))

/** What is wrong with a campaign's quotas, each with its place in the list. */
export function quotaProblems(quotas: readonly GroupQuota[]): { at: number; code: string; message: string }[] {
  const seen = new Set<string>()
  return quotas.flatMap((q, at) => {
    const name = `${q.trait}/${q.value}`
    const isTwice = seen.has(name)
    seen.add(name)
    if (!isValue(q.trait, q.value)) return [{ at, code: 'unknown_value', message: 'There is no such group.' }]
    return isTwice ? [{ at, code: 'twice', message: 'This group has a quota already.' }] : []
  })
}

/** The first group of a person that has all the work a campaign asked of it; `counts`: work under way or accepted. */
export const fullGroup = (
  quotas: readonly GroupQuota[],
  groups: ReadonlyMap<Trait, { value: string; count: number }>,
  places: number,
): Trait | undefined =>
  quotas.find((q) => {
    const group = groups.get(q.trait)
    return group?.value === q.value && group.count >= Math.floor((places * q.most_bps) / 10_000)
  })?.trait

/** Groups as they may be shown: those of few people as one, and that not at all while it is few as well. */
export function shownGroups(rows: readonly { value: string; people: number; accepted: number }[]) {
  const plain = ({ value, people, accepted }: (typeof rows)[number]) => ({ value, people, accepted })
  const large = rows.filter((r) => r.people >= FEW).map(plain)
  const small = rows.filter((r) => r.people < FEW)
  const few = small.reduce((sum, r) => ({ people: sum.people + r.people, accepted: sum.accepted + r.accepted }), {
    people: 0,
    accepted: 0,
  })
  return few.people >= FEW ? [...large, { value: 'few', ...few }] : large
}

/** The value at a share of a counted list, by nearest rank, so that it is always one that occurred. */
export function nearestRank(counts: ReadonlyMap<number, number>, share: { of: number; in: number }): number | null {
  let n = 0
  for (const count of counts.values()) n += count
  if (n === 0) return null
  const rank = Math.max(1, Math.ceil((n * share.of) / share.in))
  let seen = 0
  for (const value of [...counts.keys()].sort((a, b) => a - b)) {
    seen += counts.get(value)!
    if (seen >= rank) return value
  }
  return null
}

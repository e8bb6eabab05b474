/** The same things with one moved to another place; the very same array when nothing changes. */
export function moved<T>(order: readonly T[], from: number, to: number): readonly T[] {
  const what = order[from]
  if (what === undefined || from === to || to < 0 || to >= order.length) return order
  const rest = order.filter((_, i) => i !== from)
  return [...rest.slice(0, to), what, ...rest.slice(to)]
}
